"""Hours and recognition at the desk: what employers decided, and the statement of somebody without an account."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import DayAllowance
from reflexes.mechanisms.allocation.services import accounts, statement
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.pistes.resources.micro_mobility.views.recognition import (
    statement_page,
    statement_pdf,
)
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

ALLOWANCES = "micro_mobility:allowances"
TEMPLATE = "micro_mobility/cell/allowances.html"


@require_GET
def person_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody's half-days and hours, to print for them."""
    access_cell(request.actor)
    person = statement.access_giver(request.actor, pk)
    return statement_page(request, person, "micro_mobility/cell/person_hours.html", menu_here="micro_mobility:pool")


@require_GET
def person_statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print somebody's statement of hours."""
    access_cell(request.actor)
    return statement_pdf(request, statement.access_giver(request.actor, pk))


def _day(label: Any, **fields: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **fields)


class AllowanceForm(forms.Form):
    """An employer's decision, as it stands in the minutes."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Which employer?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )
    half_days = forms.IntegerField(
        label=gettext_lazy("How many half-days may each agent give on working time?"), min_value=1, max_value=400
    )
    starts_on = _day(pgettext_lazy("day", "From"))
    ends_on = _day(gettext_lazy("Until"))
    reference = forms.CharField(
        label=gettext_lazy("Reference of the decision"),
        help_text=gettext_lazy("For instance the number of the deliberation: anyone may ask to read it."),
        max_length=160,
    )
    decided_on = _day(gettext_lazy("Decided on"))
    blocks = forms.ChoiceField(
        label=gettext_lazy("Once an agent has used them all"),
        choices=(
            ("non", gettext_lazy("They may still say yes: they and the cell are told")),
            ("oui", gettext_lazy("They are not asked any more, and a further yes is refused")),
        ),
        widget=forms.RadioSelect,
        initial="non",
    )

    def __init__(self, *args: Any, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = employers  # type: ignore[attr-defined]

    def decision(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {**self.cleaned_data, "blocks": self.cleaned_data["blocks"] == "oui"}


def _allowances(request: HttpRequest, form: AllowanceForm | None = None, changed: DayAllowance | None = None) -> dict:
    if not accounts.can_set_allowance(request.actor):
        raise Http404
    year = clock.today().year
    employers = accounts.employers(request.actor)
    initial = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"}
    if len(only := list(employers[:2])) == 1:
        initial["organisation"] = only[0]
    return {
        "rows": accounts.visible_allowances(request.actor).order_by("organisation__search", "-starts_on", "pk"),
        "form": form or AllowanceForm(initial=initial, employers=employers),
        "changed": changed,
        "today": clock.today(),
        "in_cell": perms.is_cell(request.actor),
        "menu_here": "micro_mobility:tools" if perms.is_cell(request.actor) else ALLOWANCES,
    }


@require_http_methods(["GET", "POST"])
def allowances(request: HttpRequest) -> HttpResponse:
    """Say how many half-days each employer gives its agents, by which decision, until when."""
    return _set(request, None)


@require_http_methods(["GET", "POST"])
def allowance_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a decision written down."""
    return _set(request, accounts.access_allowance(request.actor, pk))


def _set(request: HttpRequest, changed: DayAllowance | None) -> HttpResponse:
    employers = accounts.employers(request.actor)
    if request.method == "GET":
        form = None
        if changed is not None:
            names = ("organisation", "half_days", "starts_on", "ends_on", "reference", "decided_on")
            initial = {name: getattr(changed, name) for name in names}
            form = AllowanceForm(initial={**initial, "blocks": "oui" if changed.blocks else "non"}, employers=employers)
        return page(request, TEMPLATE, _allowances(request, form, changed))
    form = AllowanceForm(request.POST, employers=employers)
    context = _allowances(request, form, changed)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        accounts.do_set_allowance(actor=request.actor, allowance=changed, **form.decision())
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return done(request, _("The decision is written down: each agent sees their own account."), ALLOWANCES)


@require_POST
def allowance_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    accounts.do_remove_allowance(actor=request.actor, allowance=accounts.access_allowance(request.actor, pk))
    return done(request, _("The decision is taken back: nobody's missions change."), ALLOWANCES)
