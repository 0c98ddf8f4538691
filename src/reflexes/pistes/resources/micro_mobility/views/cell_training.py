"""What to train for: from what lacked most in the latest plans, to a half-day that somebody can open."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.services import training as trainings
from reflexes.mechanisms.allocation.services.needs import do_state_need
from reflexes.mechanisms.directory.models import Skill
from reflexes.pistes.resources.micro_mobility.reasons import usual_criteria
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.answers import done
from reflexes.web.forms import half_day_of
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/cell/training.html"


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """Show the skills that one more person would bring, with how many could be taught, and by how many."""
    access_cell(request.actor)
    lines = [(one, half_day_of(one.half_day) if one.half_day else None) for one in trainings.suggestions(request.actor)]
    context: dict[str, Any] = {"lines": lines, "plans": trainings.latest_plans(request.actor)}
    return page(request, TEMPLATE, context)


@require_POST
def training_open(request: HttpRequest) -> HttpResponse:
    """Begin a need that teaches a skill: the five steps follow, with a mentor who knows it."""
    access_cell(request.actor)
    skill = Skill.objects.filter(slug=request.POST.get("skill", ""), regulated=False).first()
    if skill is None or not perms.can_state_need(request.actor):
        raise Http404
    need = do_state_need(
        actor=request.actor,
        piste="micro_mobility",
        fields={
            "kind": "training",
            "title": (_("Learn together: %(skill)s") % {"skill": skill})[:120],
            "tasks": _("Half a day with somebody who knows: watch, try, ask. At the end each says what they keep."),
            "constraints": _("None: one comes to learn, nobody is tested."),
            "criteria": usual_criteria(),
            "teaches": skill,
        },
        slots=[],
    )
    return done(
        request, _("The half-day is begun: say where, when, and who shows."), "micro_mobility:need_detail", need.pk
    )
