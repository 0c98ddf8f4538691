"""My volunteering half-days and my statement of hours."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from reflexes.mechanisms.allocation.services import statement
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.views.agent_missions import GIVERS
from reflexes.pistes.resources.micro_mobility.views.recognition import (
    statement_page,
    statement_pdf,
)


def _myself(request: HttpRequest) -> Person:
    if request.actor.role not in GIVERS or request.actor.person_id is None:
        raise PermissionDenied
    return statement.access_giver(request.actor, request.actor.person_id)


@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    """Show what is left of my employer's half-days, each one with its mission, and the hours I gave."""
    person = _myself(request)
    return statement_page(request, person, "micro_mobility/agent/account.html")


@require_GET
def my_statement_pdf(request: HttpRequest) -> HttpResponse:
    """Print my statement of hours."""
    return statement_pdf(request, _myself(request))
