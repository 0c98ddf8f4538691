"""Flying agents (P09): who has days for another authority in their job sheet, and what is left of them this year."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.services.flying import balances, to_review
from reflexes.mechanisms.directory import flying as services
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, FlyingTerms, Organisation, Person
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.pistes.resources.micro_mobility.views.cell_twins import date_field
from reflexes.pistes.resources.micro_mobility.views.namesakes import named, told_apart
from reflexes.pistes.resources.micro_mobility.views.taking_out import taken_out
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

LIST = "micro_mobility/cell/flying.html"
FORM = "micro_mobility/cell/flying_form.html"
HERE = {"menu_here": "micro_mobility:tools"}


class LinesForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name or authority"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            ("", gettext_lazy("In force or to come")),
            ("review", gettext_lazy("Review due")),
            ("ended", gettext_lazy("Ended")),
        ]


class TermsForm(forms.Form):
    """What the job sheet says."""

    person = forms.CharField(
        label=gettext_lazy("Agent"), help_text=gettext_lazy("First name and name."), max_length=160
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Other authority"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )
    days_a_year = forms.IntegerField(label=gettext_lazy("Days a year"), min_value=1, max_value=services.MOST_DAYS)
    job_sheet = forms.CharField(label=gettext_lazy("Reference of the job sheet"), max_length=160)
    starts_on = date_field(pgettext_lazy("day", "From"))
    ends_on = date_field(gettext_lazy("Until"), required=False)
    review_on = date_field(gettext_lazy("Looked at again on"), required=False)

    def __init__(self, *args: Any, terms: FlyingTerms | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("search")  # type: ignore[attr-defined]
        if terms is not None:
            del self.fields["person"]

        self.found = [] if terms is not None else named(_agents(), self.data.get("person", ""))
        if len(self.found) > 1:
            several = gettext_lazy("Several agents have this name: choose which one.")
            self.fields["which"] = forms.ChoiceField(
                label=gettext_lazy("Which one?"),
                choices=told_apart(self.found),
                widget=forms.RadioSelect,
                error_messages={"required": several, "invalid_choice": several},
            )
            self.order_fields(["person", "which"])

    def clean_person(self) -> Person | None:
        """Find the agent by name; the choice between several is made below."""
        if not self.found:
            raise forms.ValidationError(gettext_lazy("No agent by that name. Check how it is written."), code="nobody")
        return self.found[0] if len(self.found) == 1 else None

    def clean(self) -> dict[str, Any]:
        """Take the agent chosen among those of the same name."""
        said = super().clean() or self.cleaned_data
        chosen = said.pop("which", None)
        if chosen:
            said["person"] = next(one for one in self.found if str(one.pk) == chosen)
        return said


def _agents() -> QuerySet[Person]:
    held = current(Capacity.objects.filter(role=roles.AGENT, person__erased_at=None))
    return Person.objects.filter(capacities__in=held)


def _filtered(request: HttpRequest, form: LinesForm) -> QuerySet[FlyingTerms]:
    found = services.all_terms(request.actor)
    form.is_valid()
    today = clock.today()
    match form.cleaned_data.get("state", ""):
        case "review":
            found = found.filter(to_review(today))
        case "ended":
            found = found.filter(ends_on__lt=today)
        case _:
            found = found.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    for word in normalised(form.cleaned_data.get("q", "")).split():
        found = found.filter(Q(person__search__contains=word) | Q(organisation__search__contains=word))
    return found.order_by("person__search", "organisation__search", "pk")


@require_GET
def flying(request: HttpRequest) -> HttpResponse:
    """List who has days for another authority, and what is left of them."""
    form = LinesForm(request.GET)
    rows = paginate(request, _filtered(request, form), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": balances(rows),
        "today": clock.today(),
        "query": request.GET.urlencode(),
        **HERE,
    }
    return page(request, LIST, context)


@require_POST
def flying_export(request: HttpRequest) -> HttpResponse:
    """Take the same lines out as a sheet."""
    titles = (
        _("Agent"), _("Other authority"), _("Days a year"), _("Used or agreed this year"), _("Left"),
        _("Reference of the job sheet"), pgettext("day", "From"), _("Until"), _("Looked at again on"),
    )  # fmt: skip
    rows = [
        [
            str(one.terms.person),
            str(one.terms.organisation),
            one.terms.days_a_year,
            float(one.used),
            float(one.left),
            one.terms.job_sheet,
            one.terms.starts_on,
            one.terms.ends_on,
            one.terms.review_on,
        ]
        for one in balances(_filtered(request, LinesForm(request.GET)))
    ]
    return taken_out(request, "agents-volants", titles, rows)


@require_http_methods(["GET", "POST"])
def flying_new(request: HttpRequest) -> HttpResponse:
    """Write what a job sheet says."""
    services.all_terms(request.actor)
    if request.method == "GET":
        initial = {"starts_on": clock.today(), "person": request.GET.get("personne", "")[:160]}
        return page(request, FORM, {"form": TermsForm(initial=initial), **HERE})
    form = TermsForm(request.POST)
    if not form.is_valid():
        return invalid(request, FORM, {"form": form, **HERE})
    fields = dict(form.cleaned_data)
    person = fields.pop("person")
    try:
        services.do_write_terms(actor=request.actor, person=person, **fields)
    except Refusal as refusal:
        return refused(request, FORM, {"form": form, **HERE}, refusal)
    return done(
        request, _("It is written: %(person)s reads it in their space.") % {"person": person}, "micro_mobility:flying"
    )


@require_http_methods(["GET", "POST"])
def flying_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or end one line."""
    terms = services.access_terms(request.actor, pk)
    context: dict[str, Any] = {"terms": terms, **HERE}
    if request.method == "GET":
        initial = {name: getattr(terms, name) for name in services.FIELDS}
        return page(request, FORM, {**context, "form": TermsForm(initial=initial, terms=terms)})
    form = TermsForm(request.POST, terms=terms)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, FORM, context)
    try:
        services.do_change_terms(actor=request.actor, terms=terms, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, FORM, context, refusal)
    return done(request, _("The line is changed."), "micro_mobility:flying")
