"""The desk: what will tell, proposed by users, chosen with them or set aside with why, then closed."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.pistes.contact.citizen_dialogue.models import Indicator
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_kept_scheme
from reflexes.pistes.contact.citizen_dialogue.services import indicators
from reflexes.pistes.contact.citizen_dialogue.views.keeper_schemes import home_of, sheet_of
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.forms import few_lines, needed


class IndicatorForm(forms.Form):
    """One thing that would tell whether it works."""

    title = forms.CharField(
        label=gettext_lazy("What would tell"), help_text=gettext_lazy("Cyclists at the bridge."), max_length=160
    )
    kind = forms.ChoiceField(label=gettext_lazy("It tells"), choices=Indicator.Kind.choices, widget=forms.RadioSelect)
    how = forms.CharField(
        label=gettext_lazy("How it is measured"),
        help_text=gettext_lazy("Counted at the bridge, both ways, on Tuesdays from 8 to 9."),
        max_length=300,
        widget=few_lines(2),
    )
    unit = forms.CharField(
        label=gettext_lazy("What is counted"), help_text=gettext_lazy("cyclists, minutes"), max_length=40
    )
    source = forms.CharField(
        label=gettext_lazy("From which source"),
        help_text=gettext_lazy("The counter of the roads service, the survey of residents."),
        max_length=160,
    )
    in_the_street = forms.BooleanField(
        label=gettext_lazy("Citizen evaluators count it too"),
        help_text=gettext_lazy("It shows on their telephone, with a big plus and a big minus."),
        required=False,
    )
    proposed_by = forms.CharField(
        label=gettext_lazy("Who proposed it"),
        help_text=gettext_lazy("A role, never a name: a riders’ association, the shopkeepers."),
        max_length=120,
    )


def access_kept_indicator(actor: Actor, pk: int) -> Indicator:
    """Return an indicator to the officer who keeps what it tells about."""
    access_keeper(actor)
    found = Indicator.objects.select_related("scheme").filter(pk=pk).first()
    if found is None:
        raise Http404
    access_kept_scheme(actor, found.scheme.slug)
    return found


@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest, scheme: str) -> HttpResponse:
    """Write down an indicator that somebody proposes."""
    kept = access_kept_scheme(request.actor, scheme)
    sheet = sheet_of(
        kept,
        _("Propose an indicator"),
        _("Those who ride, walk, shop or deliver there know what would tell."),
        _("Propose it"),
    )

    def act(typed: dict[str, Any]) -> str:
        made = indicators.do_propose(actor=request.actor, scheme=kept, fields=typed)
        return _("“%(title)s” is proposed. Choose it with those who use the place, or set it aside with why.") % {
            "title": made.title
        }

    return asked(request, sheet, bound(IndicatorForm, request), act)


class ChooseForm(forms.Form):
    """With whom an indicator is chosen."""

    chosen_with = needed(
        forms.CharField(
            label=gettext_lazy("Chosen with whom"),
            help_text=gettext_lazy(
                "Roles, never names: residents of the street, riders, two shopkeepers, a blind person."
            ),
            max_length=200,
            required=False,
        )
    )


@require_http_methods(["GET", "POST"])
def indicator_choose(request: HttpRequest, indicator: int) -> HttpResponse:
    """Choose an indicator with those who use the place."""
    kept = access_kept_indicator(request.actor, indicator)
    last = kept.scheme.indicators.exclude(chosen_with="").order_by("-chosen_at", "-pk").first()
    sheet = sheet_of(
        kept.scheme,
        _("Choose “%(title)s”") % {"title": kept.title},
        _("What tells whether it works is chosen with those who use the place, never for them."),
        _("It is chosen"),
    )

    def act(typed: dict[str, Any]) -> str:
        indicators.do_choose(actor=request.actor, indicator=kept, chosen_with=typed["chosen_with"])
        return _("It is chosen.")

    form = bound(ChooseForm, request, initial={"chosen_with": last.chosen_with if last else ""})
    return asked(request, sheet, form, act)


class AsideForm(forms.Form):
    """Why an indicator is set aside."""

    why = needed(forms.CharField(label=gettext_lazy("Why"), max_length=300, widget=few_lines(3), required=False))


@require_http_methods(["GET", "POST"])
def indicator_aside(request: HttpRequest, indicator: int) -> HttpResponse:
    """Set an indicator aside, with why."""
    kept = access_kept_indicator(request.actor, indicator)
    sheet = sheet_of(
        kept.scheme,
        _("Set “%(title)s” aside") % {"title": kept.title},
        _("Whoever proposed it reads why, and so does everybody."),
        _("Set it aside"),
    )

    def act(typed: dict[str, Any]) -> str:
        indicators.do_set_aside(actor=request.actor, indicator=kept, why=typed["why"])
        return _("It is set aside, with why.")

    return asked(request, sheet, bound(AsideForm, request), act)


@require_POST
def choice_close(request: HttpRequest, scheme: str) -> HttpResponse:
    """Close the choice: from now on figures come, and no indicator does."""
    kept = access_kept_scheme(request.actor, scheme)

    def act() -> str:
        indicators.do_close_choice(actor=request.actor, scheme=kept)
        return _("The choice is closed. Figures and field notes may come now.")

    return pressed(request, act, home_of(kept))
