"""The diary of an edition at the desk: what changes, why, what was learned (P11 (4))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Variable
from reflexes.pistes.contact.citizen_dialogue.services import diary
from reflexes.pistes.contact.citizen_dialogue.views.keeper_editions import home_of, sheet_of
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.forms import few_lines, needed, words_form


class VariableForm(forms.Form):
    """One thing that changes."""

    name = needed(
        forms.CharField(
            label=gettext_lazy("What changes"),
            help_text=gettext_lazy("Ages, the sum, a channel, how the vote is counted, who studies the proposals."),
            max_length=120,
            required=False,
        )
    )
    was = forms.CharField(label=gettext_lazy("What it was"), max_length=300, required=False)
    becomes = needed(forms.CharField(label=gettext_lazy("What it becomes"), max_length=300, required=False))
    why = needed(
        forms.CharField(
            label=gettext_lazy("Why: what do you expect to learn?"), widget=few_lines(2), max_length=400, required=False
        )
    )


def _asked(request: HttpRequest, edition: Edition, variable: Variable | None) -> HttpResponse:
    known = {name: getattr(variable, name) for name in VariableForm.base_fields} if variable else {}
    sheet = sheet_of(
        edition,
        _("What changes in this edition"),
        _("A few things are tried each time, so that a budget does not renew itself silently."),
        _("Write it in the diary"),
        icon="book-open",
    )

    def act(typed: dict[str, Any]) -> str:
        diary.do_write_variable(actor=request.actor, edition=edition, variable=variable, **typed)
        return _("It is in the diary.")

    return asked(request, sheet, bound(VariableForm, request, initial=known), act)


@require_http_methods(["GET", "POST"])
def variable_new(request: HttpRequest, edition: str) -> HttpResponse:
    """Write one thing that changes since the edition before."""
    return _asked(request, perms.access_kept_edition(request.actor, edition), None)


@require_http_methods(["GET", "POST"])
def variable_write(request: HttpRequest, variable: int) -> HttpResponse:
    """Put a line of the diary right."""
    kept = perms.access_kept_variable(request.actor, variable)
    return _asked(request, kept.edition, kept)


@require_POST
def variable_remove(request: HttpRequest, variable: int) -> HttpResponse:
    """Take a line out of the diary of a draft."""
    kept = perms.access_kept_variable(request.actor, variable)

    def act() -> str:
        diary.do_remove_variable(actor=request.actor, variable=kept)
        return _("It is taken out.")

    return pressed(request, act, home_of(kept.edition))


@require_http_methods(["GET", "POST"])
def variable_learned(request: HttpRequest, variable: int) -> HttpResponse:
    """Write what was learned of one change."""
    kept = perms.access_kept_variable(request.actor, variable)
    sheet = sheet_of(
        kept.edition,
        _("What was learned of “%(name)s”") % {"name": kept.name},
        _("It became: %(words)s") % {"words": kept.becomes},
        _("Write it in the diary"),
        icon="book-open",
    )

    def act(typed: dict[str, Any]) -> str:
        diary.do_say_learned(actor=request.actor, variable=kept, words=typed["words"])
        return _("It is in the diary.")

    form = bound(words_form(_("What was learned")), request, initial={"words": kept.learned})
    return asked(request, sheet, form, act)
