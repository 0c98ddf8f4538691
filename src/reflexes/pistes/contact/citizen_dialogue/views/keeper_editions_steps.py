"""The steps of an edition at the desk: their channels, their door, a switch and back, what came out (P11 (1))."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.mechanisms.assembly import perms as assembly_perms
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Channel
from reflexes.mechanisms.assembly.views.keeping import access_kept_consultation
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.models import Scheme, Step
from reflexes.pistes.contact.citizen_dialogue.services import steps
from reflexes.pistes.contact.citizen_dialogue.views.keeper_editions import home_of, sheet_of
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines, needed, words_form
from reflexes.web.words import full_date


def sheet_of_step(step: Step, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a step, and comes back to it in the line."""
    sheet = sheet_of(step.edition, title, why, button, **more)
    return Sheet(
        sheet.title,
        sheet.why,
        sheet.button,
        f"{sheet.back}#etape-{step.kind}",
        sheet.back_label,
        sheet.menu_here,
        icon=sheet.icon,
        note=sheet.note,
    )


class StepForm(forms.Form):
    """The days and the two channels of a step."""

    starts_on = forms.DateField(label=gettext_lazy("From which day"), widget=DayInput)
    ends_on = forms.DateField(label=gettext_lazy("Until which day"), widget=DayInput)
    main_channel = forms.ChoiceField(label=gettext_lazy("Main channel"), choices=Channel.choices)
    main_words = needed(
        forms.CharField(
            label=gettext_lazy("Where and when people find it"),
            help_text=gettext_lazy("On this site; at the town hall, from 9 to 17; 03 88 00 00 00."),
            max_length=200,
            required=False,
        )
    )
    backup_channel = forms.ChoiceField(
        label=gettext_lazy("Backup channel, when the main one fails"), choices=Channel.choices
    )
    backup_words = needed(
        forms.CharField(label=gettext_lazy("Where and when people find the backup"), max_length=200, required=False)
    )


@require_http_methods(["GET", "POST"])
def step_write(request: HttpRequest, step: int) -> HttpResponse:
    """Write the days of a step, its main channel, and the one that takes over when it fails."""
    kept = perms.access_kept_step(request.actor, step)
    known = {name: getattr(kept, name) for name in StepForm.base_fields}
    sheet = sheet_of_step(
        kept,
        _("Step: %(step)s") % {"step": kept.get_kind_display()},
        _("Each step has two channels: when a room closes or a site fails, the other takes over."),
        _("Save"),
    )

    def act(typed: dict[str, Any]) -> str:
        steps.do_write_step(actor=request.actor, step=kept, fields=typed)
        return _("The step is saved.")

    return asked(request, sheet, bound(StepForm, request, initial=known), act)


@require_http_methods(["GET", "POST"])
def door_open(request: HttpRequest, step: int) -> HttpResponse:
    """Open the door where the words of a step arrive."""
    kept = perms.access_kept_step(request.actor, step)
    form = words_form(_("The question people answer"), name="question", rows=3)
    sheet = sheet_of_step(
        kept,
        _("Open the door: %(step)s") % {"step": kept.get_kind_display()},
        _("From then on, what people say on screen, by telephone, on paper, in the room or by letter counts the same."),
        _("Open the door"),
        icon="megaphone",
    )

    def act(typed: dict[str, Any]) -> str:
        steps.do_open_door(actor=request.actor, step=kept, question=typed["question"])
        return _("The door is open until %(day)s.") % {"day": full_date(kept.ends_on)}

    return asked(request, sheet, bound(form, request), act)


@require_http_methods(["GET", "POST"])
def step_switch(request: HttpRequest, step: int) -> HttpResponse:
    """Let the backup channel take over, or give way again, with a reason: nothing that was said moves."""
    kept = perms.access_kept_step(request.actor, step)
    away = steps.switched(kept) is not None
    channel, words = (kept.main_channel, kept.main_words) if away else (kept.backup_channel, kept.backup_words)
    sheet = sheet_of_step(
        kept,
        _("Come back to the main channel") if away else _("Switch to the backup channel"),
        _("People will read: %(channel)s, %(words)s") % {"channel": Channel(channel).label, "words": words},
        _("Come back to it") if away else _("Switch"),
        icon="arrow-left-right",
        note=_("Nothing that was said is lost, and words keep coming by both. Try it in a quiet week too."),
    )

    def act(typed: dict[str, Any]) -> str:
        steps.do_switch(actor=request.actor, step=kept, why=typed["why"])
        return _("Done: people are sent to %(channel)s.") % {"channel": Channel(channel).label}

    form = words_form(_("Why: people read it where they used to speak"), name="why", rows=2)
    return asked(request, sheet, bound(form, request), act)


class ProlongForm(forms.Form):
    """Until when, and why."""

    ends_on = forms.DateField(label=gettext_lazy("Until which day"), widget=DayInput)
    reason = needed(forms.CharField(label=gettext_lazy("Why"), widget=few_lines(2), max_length=300, required=False))


@require_http_methods(["GET", "POST"])
def step_prolong(request: HttpRequest, step: int) -> HttpResponse:
    """Let a step last longer than what was announced."""
    kept = perms.access_kept_step(request.actor, step)
    why = _("It was announced until %(day)s.") % {"day": full_date(kept.ends_on)}
    sheet = sheet_of_step(kept, _("Make this step longer"), why, _("Make it longer"), icon="calendar-plus")

    def act(typed: dict[str, Any]) -> str:
        steps.do_prolong_step(actor=request.actor, step=kept, **typed)
        return _("It lasts until %(day)s.") % {"day": full_date(typed["ends_on"])}

    return asked(request, sheet, bound(ProlongForm, request), act)


@require_http_methods(["GET", "POST"])
def step_done(request: HttpRequest, step: int) -> HttpResponse:
    """Say what came out of a step."""
    kept = perms.access_kept_step(request.actor, step)
    sheet = sheet_of_step(
        kept,
        _("What came out of it: %(step)s") % {"step": kept.get_kind_display()},
        _("Everybody reads this sentence on the line of the edition."),
        _("Say it"),
    )

    def act(typed: dict[str, Any]) -> str:
        steps.do_finish_step(actor=request.actor, step=kept, words=typed["words"])
        return _("It is said.")

    return asked(request, sheet, bound(words_form(_("In a sentence"), rows=3), request), act)


@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead the officer from a door to what it belongs to."""
    access_keeper(request.actor)
    found = access_kept_consultation(request.actor, slug, DIALOGUE)
    assembly_perms.check_keeping(request.actor, found)
    step = Step.objects.filter(consultation=found).select_related("edition").first()
    if step is not None:
        return HttpResponseRedirect(home_of(step.edition))
    scheme = Scheme.objects.filter(consultation=found).first()
    if scheme is None:
        raise Http404
    return HttpResponseRedirect(DIALOGUE.desk("scheme", scheme.slug))
