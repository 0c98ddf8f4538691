"""Release or keep somebody by a magic link: one question, one page, no account."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from reflexes.core.accounts.links import LinkRefused, use_link
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.missions import do_release, do_withhold
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of, capacities_of
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.messages.facts import RELEASE, which
from reflexes.pistes.resources.micro_mobility.views.agent_answer import said_in
from reflexes.pistes.resources.micro_mobility.views.manager_service import WithholdForm, requests_of, unit_of
from reflexes.web.answers import invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/manager/answer.html"


def _acting(link: MagicLink, person: Person, assignment: Assignment) -> Actor:
    """Return the person acting as the manager who answers for this mission; no longer one, the link is void."""
    for capacity in capacities_of(person).filter(role=roles.MANAGER):
        actor = actor_of(person, capacity, exercise_id=link.exercise_id)
        if perms.can_release(actor, assignment):
            return actor
    raise LinkRefused("revoked", link)


@require_http_methods(["GET", "POST"])
@answered_by_link(RELEASE)
def release_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Show who asks to go and what it leaves; let them go, or keep them with a motive."""
    _kind, _colon, key = link.subject.partition(":")
    mission = loaded(int(key)) if key.isdigit() else None
    if mission is None:
        raise LinkRefused("revoked", link)
    manager = _acting(link, person, mission)
    form = WithholdForm(request.POST if request.POST.get("reponse") == "non" else None, mission=mission)
    context = _question(request, mission, form)
    if request.method == "GET":
        return page(request, TEMPLATE, context)
    try:
        yes = said_in(request)
        if not yes and not form.is_valid():
            return invalid(request, TEMPLATE, {**context, "wanted": "non"})
        with transaction.atomic():
            if yes:
                words = request.POST.get("capacity_loss", "").strip()
                do_release(actor=manager, assignment=mission, capacity_loss=words)
            else:
                do_withhold(actor=manager, assignment=mission, **form.decision())
            use_link(link)
    except LinkRefused:
        raise
    except Refusal as refusal:
        fresh = loaded(mission.pk) or mission
        context = {**_question(request, fresh, form), "form": form, "wanted": request.POST.get("reponse", "")}
        return refused(request, TEMPLATE, context, refusal)
    return page(request, TEMPLATE, {**_question(request, loaded(mission.pk) or mission, form), "thanked": True})


def _question(request: HttpRequest, mission: Assignment, form: WithholdForm) -> dict[str, Any]:
    unit_id = unit_of(mission)
    asking = requests_of([mission], {unit_id} if unit_id else set(), mission.exercise_id)
    return {
        "mission": mission,
        "need": mission.slot.need,
        "which": which(mission),
        "left": asking[0].left,
        "withhold_form": form,
        "open": mission.state == State.ACCEPTED,
        "wanted": request.GET.get("reponse", ""),
    }
