"""My papers: the certificates of what I can do, and a parent's consent while I am under 18."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import ages
from reflexes.mechanisms.allocation.services import consents
from reflexes.mechanisms.directory import certificates as services
from reflexes.mechanisms.directory.models import ParentalConsent, PersonSkill
from reflexes.mechanisms.directory.services import access_own_person
from reflexes.pistes.resources.micro_mobility.views.agent_missions import GIVERS
from reflexes.pistes.resources.micro_mobility.views.cell_certificates import CertificateForm, state_of
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/agent/papers.html"
PAPERS = "micro_mobility:my_papers"
HERE = {"menu_here": "micro_mobility:my_space"}


def _context(request: HttpRequest, opened: PersonSkill | None = None, form: Any = None) -> dict[str, Any]:
    if request.actor.role not in GIVERS:
        raise PermissionDenied
    person = access_own_person(request.actor)
    own = services.visible_certificates(request.actor).filter(person=person).select_related("skill", "confirmed_by")
    lines = []
    for held in own.select_related("claim").order_by("skill__search"):
        claim = getattr(held, "claim", None)
        held.waits = claim is not None and claim.returned_at is None
        is_opened = opened is not None and opened.pk == held.pk
        lines.append((held, claim, state_of(held), form if is_opened else CertificateForm(auto_id=f"id_{held.pk}_%s")))
    return {
        "lines": lines,
        "minor": ages.is_minor(person.birth_date, clock.today()),
        "consent": ParentalConsent.objects.filter(person=person, revoked_at=None).first(),
        **HERE,
    }


@require_GET
def my_papers(request: HttpRequest) -> HttpResponse:
    """Show my certificates and what waits, ready to send a new one."""
    return page(request, TEMPLATE, _context(request))


@require_POST
def my_certificate_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the cell what is written on a certificate."""
    _context(request)
    held = services.access_certificate(request.actor, pk)
    form = CertificateForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(request, held, form))
    try:
        services.do_send_certificate(actor=request.actor, held=held, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**_context(request, held, form), "form": form}, refusal)
    return done(request, _("It is sent. The cell asks to see the paper, then confirms it."), PAPERS)


@require_POST
def my_certificate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a certificate back: I am no longer asked for what needs it."""
    _context(request)
    held = services.access_certificate(request.actor, pk)
    try:
        services.do_withdraw_certificate(actor=request.actor, held=held)
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request), refusal)
    return done(request, _("Your certificate is taken back: you are no longer asked for what needs it."), PAPERS)


@require_POST
def my_consent_revoke(request: HttpRequest) -> HttpResponse:
    """Take my parent's consent back, at once."""
    context = _context(request)
    try:
        consents.do_revoke_consent(actor=request.actor, person=access_own_person(request.actor))
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return done(
        request, _("The consent is taken back. Your missions to come were given back, everybody is told."), PAPERS
    )
