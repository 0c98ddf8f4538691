"""Certificates as the cell sees them: to confirm, ending before the next mission, ended; one page each."""

from typing import Any

from django import forms
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.states import LIVE
from reflexes.mechanisms.directory import certificates as services
from reflexes.mechanisms.directory.models import CertificateClaim, PersonSkill, Skill
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.pistes.resources.micro_mobility.views.cell_twins import date_field
from reflexes.pistes.resources.micro_mobility.views.taking_out import taken_out
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

ONE = "micro_mobility/cell/certificate.html"
HERE = {"menu_here": "micro_mobility:tools"}
STATES = {
    "to_confirm": gettext_lazy("To confirm"),
    "ending": gettext_lazy("Ending soon, or before the next mission"),
    "ended": gettext_lazy("Ended"),
    "missing": gettext_lazy("No paper yet"),
    "valid": gettext_lazy("Confirmed and valid"),
}


class CertificatesForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    skill = forms.ChoiceField(label=gettext_lazy("Skill"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", gettext_lazy("What waits for us")), *STATES.items(), ("all", _("All"))]
        skills = Skill.objects.filter(regulated=True).order_by("search")
        self.fields["skill"].choices = [("", gettext_lazy("All")), *((one.slug, str(one)) for one in skills)]


class CertificateForm(forms.Form):
    """What is written on the paper."""

    body = forms.CharField(
        label=gettext_lazy("Given by"),
        help_text=gettext_lazy("The school, the authority, the association: as on the paper."),
        max_length=120,
    )
    number = forms.CharField(label=gettext_lazy("Number"), max_length=60, required=False)
    issued_on = date_field(gettext_lazy("Given on"), required=False)
    expires_on = date_field(
        gettext_lazy("Good until"), required=False, help_text=gettext_lazy("Leave it empty when the paper has no end.")
    )


class ReturnForm(forms.Form):
    """What keeps a paper from being confirmed."""

    because = forms.CharField(
        label=gettext_lazy("What is missing?"),
        help_text=gettext_lazy("One sentence: the person reads it as it is."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """Show the certificates that wait for the cell first: to confirm, ending soon or before a mission."""
    access_cell(request.actor)
    form = CertificatesForm(request.GET)
    form.is_valid()
    rows = paginate(request, _filtered(request, form), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, state_of(one)) for one in rows],
        "query": request.GET.urlencode(),
        "back": "micro_mobility:tools",
        **HERE,
    }
    return page(request, "micro_mobility/cell/certificates.html", context)


def _filtered(request: HttpRequest, form: CertificatesForm) -> QuerySet[PersonSkill]:
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    today = clock.today()
    live = Assignment.objects.filter(
        person=OuterRef("person"),
        slot__skill=OuterRef("skill"),
        state__in=LIVE,
        day__gte=today,
        exercise_id=request.actor.exercise_id,
    ).order_by()
    found = (
        services.visible_certificates(request.actor)
        .select_related("person", "skill", "confirmed_by", "claim")
        .annotate(
            next_mission=Subquery(live.values("person").annotate(first=Min("day")).values("first")),
            waits=Exists(CertificateClaim.objects.filter(held=OuterRef("pk"), returned_at=None)),
        )
    )
    confirmed = found.exclude(confirmed_by=None)
    soon = Q(expires_on__gte=today) & (Q(expires_on__lte=today + services.NOTICE) | Q(expires_on__lt=F("next_mission")))
    match asked.get("state", ""):
        case "to_confirm":
            found = found.filter(waits=True)
        case "ending":
            found = confirmed.filter(soon)
        case "ended":
            found = confirmed.filter(expires_on__lt=today)
        case "missing":
            found = found.filter(confirmed_by=None, waits=False)
        case "valid":
            found = confirmed.filter(Q(expires_on=None) | Q(expires_on__gte=today))
        case "all":
            pass
        case _:
            in_the_way = Q(next_mission__isnull=False) & (Q(confirmed_by=None) | Q(expires_on__lt=F("next_mission")))
            found = found.filter(Q(waits=True) | in_the_way | (Q(confirmed_by__isnull=False) & soon))
    for word in normalised(asked.get("q", "")).split():
        found = found.filter(person__search__contains=word)
    if asked.get("skill"):
        found = found.filter(skill__slug=asked["skill"])
    return found.order_by("-waits", F("next_mission").asc(nulls_last=True), F("expires_on").asc(nulls_last=True), "pk")


def state_of(held: PersonSkill) -> tuple[str, str]:
    """Return the tone and the words of where a certificate stands."""
    today = clock.today()
    if getattr(held, "waits", False):
        return "waits", _("to confirm")
    if held.confirmed_by_id is None:
        return "stopped", _("no paper yet")
    if held.expires_on is not None and held.expires_on < today:
        return "stopped", _("ended")
    if held.expires_on is not None and held.expires_on <= today + services.NOTICE:
        return "waits", _("ends soon")
    return "done", _("confirmed")


@require_POST
def certificates_export(request: HttpRequest) -> HttpResponse:
    """Take the same lines out as a sheet."""
    access_cell(request.actor)
    form = CertificatesForm(request.GET)
    form.is_valid()
    titles = (_("Name"), _("Skill"), _("State"), _("Given by"), _("Number"), _("Good until"), _("Next mission"))
    rows = [
        [
            str(one.person),
            str(one.skill),
            state_of(one)[1],
            one.certificate_body,
            one.certificate_number,
            one.expires_on,
            one.next_mission,
        ]
        for one in _filtered(request, form)
    ]
    return taken_out(request, "certificats", titles, rows)


@require_GET
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one certificate: what is confirmed, what waits beside it; its reading is journaled."""
    return page(request, ONE, _context(request, pk))


def _context(request: HttpRequest, pk: int, **forms_: Any) -> dict[str, Any]:
    access_cell(request.actor)
    held = services.access_certificate(request.actor, pk)
    record_view(request.actor, held.person.key, "micro_mobility.certificate", "allocation")
    claim = services.claim_of(held)
    return {
        "send_form": CertificateForm(),
        "return_form": ReturnForm(),
        **forms_,
        "held": held,
        "claim": claim,
        "waits": claim is not None and claim.returned_at is None,
        "own": held.person_id == request.actor.person_id,
        "phone": phone_of(held.person),
        "has_sheet": hasattr(held.person, "offer"),
        "ended": held.expires_on is not None and held.expires_on < clock.today(),
        **HERE,
    }


@require_POST
def certificate_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the paper was seen: it is locked from then on."""
    context = _context(request, pk)
    try:
        services.do_confirm_certificate(actor=request.actor, held=context["held"])
    except Refusal as refusal:
        return refused(request, ONE, _context(request, pk), refusal)
    return done(request, _("It is confirmed and locked. The person is told."), "micro_mobility:certificates")


@require_POST
def certificate_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is missing; the person reads it."""
    form = ReturnForm(request.POST)
    context = _context(request, pk, return_form=form)
    if not form.is_valid():
        return invalid(request, ONE, context)
    try:
        services.do_return_certificate(actor=request.actor, held=context["held"], because=form.cleaned_data["because"])
    except Refusal as refusal:
        return refused(request, ONE, {**context, "form": form}, refusal)
    return done(request, _("The person is told what is missing."), "micro_mobility:certificates")


@require_POST
def certificate_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a paper that came by post or was shown at the counter."""
    form = CertificateForm(request.POST)
    context = _context(request, pk, send_form=form)
    if not form.is_valid():
        return invalid(request, ONE, context)
    try:
        services.do_send_certificate(actor=request.actor, held=context["held"], **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, ONE, {**context, "form": form}, refusal)
    return done(request, _("The paper is written down: look at it, then confirm."), "micro_mobility:certificate", pk)


@require_POST
def certificate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper back: it was confirmed by mistake, or the person asks."""
    context = _context(request, pk)
    try:
        services.do_withdraw_certificate(actor=request.actor, held=context["held"])
    except Refusal as refusal:
        return refused(request, ONE, context, refusal)
    return done(
        request,
        _("The certificate is taken back: missions that ask for it are closed."),
        "micro_mobility:certificate",
        pk,
    )
