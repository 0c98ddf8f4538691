"""The desk: figures typed, or read from a small sheet after a look without writing; a wrong one is struck with why."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.pistes.contact.citizen_dialogue.models import Indicator, Measure
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_kept_scheme
from reflexes.pistes.contact.citizen_dialogue.services import measures, schemes
from reflexes.pistes.contact.citizen_dialogue.views.keeper_schemes import MENU, home_of, sheet_of
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import asked, bound
from reflexes.web.forms import DayInput, needed
from reflexes.web.pages import INVALID, page

IMPORT = "citizen_dialogue/schemes/figures.html"
SHOWN = 40


class FigureField(forms.DecimalField):
    """A figure as people write it: 12,5 or 12.5 whatever the language of the page."""

    default_error_messages = {"invalid": gettext_lazy("Write a figure, like 128 or 12.5.")}  # noqa: RUF012  (Django's own shape)

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 10, "autocomplete": "off"})
        super().__init__(max_digits=12, decimal_places=2, min_value=0, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(value.replace(",", ".").split()) if isinstance(value, str) else value)


class MeasureForm(forms.Form):
    """One figure, its day and its source."""

    indicator = forms.ModelChoiceField(label=gettext_lazy("Which indicator"), queryset=Indicator.objects.none())
    on = forms.DateField(label=gettext_lazy("On which day"), widget=DayInput)
    value = FigureField(label=gettext_lazy("The figure"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("When it is another than the one chosen with the indicator."),
        max_length=160,
        required=False,
    )


@require_http_methods(["GET", "POST"])
def measure_new(request: HttpRequest, scheme: str) -> HttpResponse:
    """Type one figure of a chosen indicator."""
    kept = access_kept_scheme(request.actor, scheme)
    form = bound(MeasureForm, request, initial={"on": clock.today(), "indicator": request.GET.get("indicateur")})
    form.fields["indicator"].queryset = schemes.chosen(kept)
    sheet = sheet_of(kept, _("Type a figure"), _("Figures stand beside what people saw, on one page."), _("Keep it"))

    def act(typed: dict[str, Any]) -> str:
        measures.do_measure(actor=request.actor, **typed)
        return _("The figure is kept, with its day and its source.")

    return asked(request, sheet, form, act)


class StrikeForm(forms.Form):
    """Why a figure is struck."""

    why = needed(forms.CharField(label=gettext_lazy("What was wrong"), max_length=200, required=False))


@require_http_methods(["GET", "POST"])
def measure_strike(request: HttpRequest, measure: int) -> HttpResponse:
    """Strike a wrong figure, with why."""
    access_keeper(request.actor)
    kept = Measure.objects.select_related("indicator__scheme").filter(pk=measure).first()
    if kept is None:
        raise Http404
    scheme = access_kept_scheme(request.actor, kept.indicator.scheme.slug)
    sheet = sheet_of(
        scheme,
        _("Strike this figure"),
        _("%(title)s: %(value)s, on %(day)s. A figure is never changed in silence.")
        % {"title": kept.indicator.title, "value": kept.value, "day": kept.on},
        _("Strike it"),
    )

    def act(typed: dict[str, Any]) -> str:
        measures.do_strike(actor=request.actor, measure=kept, why=typed["why"])
        return _("It is struck, with why.")

    return asked(request, sheet, bound(StrikeForm, request), act)


class SheetForm(forms.Form):
    """A sheet of figures: read first, written when the box is unticked."""

    file = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy("CSV, XLSX or ODS, with the titles: indicator, day, value, and source if you wish."),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only read it for now, write nothing"), required=False, initial=True
    )


@require_http_methods(["GET", "POST"])
def measures_import(request: HttpRequest, scheme: str) -> HttpResponse:
    """Read a sheet of figures: everything wrong is said at once, nothing is written unless all is right."""
    kept = access_kept_scheme(request.actor, scheme)
    form = bound(SheetForm, request)
    context: dict[str, Any] = {"scheme": kept, "form": form, "chosen": list(schemes.chosen(kept)), "menu_here": MENU}
    if request.method != "POST":
        return page(request, IMPORT, context)
    if not form.is_valid():
        return invalid(request, IMPORT, context)
    sent, dry_run = form.cleaned_data["file"], form.cleaned_data["dry_run"]
    try:
        found = measures.do_import_measures(
            actor=request.actor, scheme=kept, file_name=sent.name, content=sent.read(), dry_run=dry_run
        )
    except Refusal as refusal:
        return refused(request, IMPORT, context, refusal)
    context |= {"read": found, "problems": [str(one) for one in found.problems], "lines": found.measures[:SHOWN]}
    if found.refused or dry_run:
        return page(request, IMPORT, context, status=INVALID if found.refused else 200)
    text = ngettext("%(count)d figure is kept.", "%(count)d figures are kept.", len(found.measures))
    return done(request, text % {"count": len(found.measures)}, home_of(kept))
