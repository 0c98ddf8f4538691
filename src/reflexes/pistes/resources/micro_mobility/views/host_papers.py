"""What the host prints: the sheet of one mission, and who signs in at a site half-day by half-day."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.core.printing import pdf
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.models import Place
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.messages.facts import contacts, reached_at, when, where
from reflexes.web.words import full_date, half_day_full

EXPECTED = (State.RELEASED, State.CONFIRMED, State.STAND_IN, State.STARTED, State.DONE)
WEEK = timedelta(days=7)


def _answer(template: str, data: dict[str, Any], name: str) -> HttpResponse:
    answer = HttpResponse(pdf(template, data, language=get_language() or "fr"), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def band(request: HttpRequest) -> str:
    """Return the words of the band of an exercise, or nothing."""
    return _("EXERCISE: nothing here is real") if request.actor.exercise_id else ""


@require_GET
def mission_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the sheet of one mission, with X8's three questions: for its host, its agent, its service and the cell."""
    perms.access_assignment(request.actor, pk)
    mission = loaded(pk)
    if mission is None:
        raise Http404
    if request.actor.person_id != mission.person_id:
        record_view(request.actor, mission.person.key, "micro_mobility.mission_sheet", "allocation")
    return _answer("micro_mobility/mission", mission_data(mission, band(request)), f"mission-{pk}")


def mission_data(mission: Assignment, band: str = "") -> dict[str, Any]:
    """Return the words of one mission's sheet."""
    need = mission.slot.need
    instructions, support = contacts(mission)
    facts = [
        (_("Who comes"), str(mission.person)),
        (_("When"), when(mission)),
        (_("Where"), where(mission)),
        (_("What for"), need.tasks),
        (_("Good to know"), need.constraints),
        (_("What is provided"), need.provided),
        (_("About the work"), reached_at(instructions) if instructions else ""),
        (_("About everything else"), reached_at(support) if support else ""),
        (_("Back at their post"), full_date(mission.returns_on) if mission.returns_on else ""),
        (_("Return interview"), full_date(mission.return_interview_at) if mission.return_interview_at else "…"),
    ]
    return {
        "title": _("%(title)s, %(person)s") % {"title": need.title, "person": mission.person},
        "exercise": band,
        "host": str(need.organisation),
        "facts": [[label, words] for label, words in facts if words],
        "before": _("Before starting"),
        "boxes": [
            {"words": _("Short training given"), "ticked": mission.trained},
            {"words": _("Safety instructions told"), "ticked": mission.safety_told},
        ],
        "hours": _("Hours"),
        "signing": [_("Arrived at"), _("Left at"), _("Signature")],
        "if_title": _("What to do if…"),
        "ifs": [
            [_("you are late or cannot come"), _("Call one of the two contacts: nobody will hold it against you.")],
            [_("whoever welcomes is not there"), _("Do not start alone: call the second contact.")],
            [
                _("it is not safe, or you must stop"),
                _("Stop, tell the mentor: your hours are kept, no reason is asked."),
            ],
            [_("something was not right"), _("Tell the cell in confidence: neither host nor appraiser reads it.")],
        ],
        "questions_title": _("Three questions to settle together"),
        "questions_why": _("An open question keeps the mission open: answer yes or no at the debrief."),
        "questions": [
            _("Did this person come because they wanted to?"),
            _("Was what a newcomer notices listened to, and is it clear who does what in the team?"),
            _("Is the return to their post prepared: the date, the place, a word to the team?"),
        ],
        "yes": _("Yes"),
        "no": _("No"),
    }


@require_GET
def site_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print who is expected at one site, half-day by half-day, over the week of ``?semaine=`` (this one otherwise)."""
    place = _access_place(request, pk)
    monday = _monday(request)
    expected = (
        perms.visible_assignments(request.actor)
        .filter(
            slot__need__place=place,
            slot__need__remote=False,
            state__in=EXPECTED,
            day__range=(monday, monday + timedelta(days=6)),
        )
        .select_related("person", "slot__need", "mentor")
        .order_by("day", "half", "person__search", "pk")
    )
    return _answer(
        "micro_mobility/site", site_data(place, monday, list(expected), band(request)), f"presence-{pk}-{monday}"
    )


def site_data(place: Place, monday: date, expected: list[Assignment], band: str = "") -> dict[str, Any]:
    """Return the words of one site's sheet."""
    half_days = [
        {
            "title": half_day_full(day, half),
            "rows": [
                [str(one.person), one.slot.need.title, str(one.mentor or one.slot.need.mentor or "")] for one in group
            ],
        }
        for (day, half), group in (
            (key, list(found)) for key, found in groupby(expected, key=lambda one: (one.day, one.half))
        )
    ]
    return {
        "title": _("Who is expected: %(place)s") % {"place": place},
        "exercise": band,
        "week": _("Week of %(day)s") % {"day": full_date(monday)},
        "headers": [_("Name"), _("For"), _("Welcomed by"), _("Arrived at"), _("Left at"), _("Signature")],
        "half_days": half_days,
        "nobody": _("Nobody is expected this week."),
    }


def _access_place(request: HttpRequest, pk: int) -> Place:
    """Return a site of the host's organisation, any of them for the cell; elsewhere there is nothing to find."""
    places = Place.objects.select_related("commune")
    if not perms.is_cell(request.actor):
        if not perms.can_state_need(request.actor):
            raise Http404
        places = places.filter(organisation_id=request.actor.organisation_id)
    place = places.filter(pk=pk).first()
    if place is None:
        raise Http404
    return place


def _monday(request: HttpRequest) -> date:
    today = clock.today()
    try:
        wanted = date.fromisoformat(request.GET.get("semaine", ""))
    except ValueError:
        wanted = today
    wanted = min(max(wanted, today - 52 * WEEK), today + 52 * WEEK)
    return wanted - timedelta(days=wanted.weekday())
