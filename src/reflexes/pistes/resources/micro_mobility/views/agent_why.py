"""Why me, why not me: reasons in words, never with a name (issue 2, section 2; mechanisms.md P09 (4))."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.models import Assignment, Slot
from reflexes.mechanisms.allocation.services.why import why_me as facts_of
from reflexes.mechanisms.allocation.services.why import why_not_me as refusals_of
from reflexes.mechanisms.allocation.states import ASKED
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.pistes.resources.micro_mobility.views import agent_lists as lists
from reflexes.pistes.resources.micro_mobility.views.agent_missions import GIVERS, access_own
from reflexes.web.pages import page, paginate
from reflexes.web.words import half_day_full, km_words

MOST = 500


@require_GET
def why_me(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why this proposal came to me."""
    mission = access_own(request.actor, pk)
    context = {"mission": mission, "need": mission.slot.need, "reasons": _because(mission), "plan": mission.plan}
    return page(request, "micro_mobility/agent/why_me.html", context)


def _because(mission: Assignment) -> list[str]:
    facts = facts_of(mission)
    told = [_("You said you were free on %(when)s.") % {"when": half_day_full(mission.day, mission.half)}]
    if facts.skill:
        told.append(_("The mission asks for “%(skill)s”, which you said you can do.") % {"skill": facts.skill})
    line = facts.line
    if line is not None and line.km is not None and not mission.slot.need.remote:
        way = {"km": km_words(line.km), "limit": km_words(facts.max_km) if facts.max_km else ""}
        told.append(
            _("It is %(km)s away, within the %(limit)s you accept.") % way
            if facts.max_km
            else _("It is %(km)s away.") % way
        )
    if facts.hard_wishes:
        told.append(_("None of your limits is crossed: they never are without your own yes."))
    if line is not None and facts.soft_wishes:
        told.append(
            _("Not all your preferences could be kept this time.")
            if line.soft_missed
            else _("Your preferences are kept.")
        )
    if line is not None and line.times_before:
        told.append(_("You have done this kind of mission before."))
    if line is not None and line.by_hand:
        told.append(_("A person of the cell added you by hand."))
    told.append(_("A person of the cell read the plan and decided to ask you: no machine does."))
    return told


@require_GET
def why_not_me(request: HttpRequest) -> HttpResponse:
    """Say, for each open half-day to come, what keeps me from being asked, or that nothing does."""
    form = lists.asked_in(request)
    shown = paginate(request, _open_slots(request, form), 50)
    rows = _told(request, list(shown.object_list))
    rows.sort(key=lambda row: bool(row[1]))  # what is open to me first; dates keep their order
    context = {"rows": rows, "shown": shown, "form": form, "query": request.GET.urlencode()}
    return page(request, "micro_mobility/agent/why_not_me.html", context)


@require_GET
def why_not_me_sheet(request: HttpRequest) -> HttpResponse:
    """Take the open half-days away as a sheet, with what keeps me from each."""
    slots = list(_open_slots(request, lists.asked_in(request))[:MOST])
    titles = [_("Day"), _("Half of the day"), _("Mission"), _("For"), _("Why not me")]
    nothing = _("Nothing keeps you from it: you may be asked.")
    rows = (
        [
            slot.day,
            str(slot.get_half_display()),
            slot.need.title,
            str(slot.need.organisation),
            " ".join(told) or nothing,
        ]
        for slot, told in _told(request, slots)
    )
    return lists.sheet("besoins-ouverts", titles, rows, request.GET.get("format", ""))


def _open_slots(request: HttpRequest, form: lists.MissionsForm) -> QuerySet[Slot]:
    actor = request.actor
    if actor.role not in GIVERS:
        raise PermissionDenied
    # Every giver may see the open needs (perms.visible_needs).
    slots = (
        Slot.objects.filter(need__state="open", need__exercise_id=actor.exercise_id, day__gte=clock.today())
        .exclude(pk__in=Assignment.objects.filter(person_id=actor.person_id, state__in=ASKED).values("slot_id"))
        .select_related("need__organisation", "need__place", "skill")
        .defer("need__tasks", "need__constraints", "need__provided", "need__criteria")
        .order_by("day", "half", "need_id", "pk")
    )
    return lists.filtered(slots, form, need="need")


def _told(request: HttpRequest, slots: list[Slot]) -> list[tuple[Slot, list[str]]]:
    found = refusals_of(request.actor, slots)
    names = load_names()
    return [(slot, reasons.sentences(found.get(slot.pk, ()), names)) for slot in slots]
