"""The board of needs, and the page of one need that the host and the cell both see."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import missing_words, perms, reasons
from reflexes.mechanisms.allocation.models import Assignment, Half, Need, Plan, Priority, Slot
from reflexes.mechanisms.allocation.services import needs as services
from reflexes.mechanisms.allocation.services import nudges, plans
from reflexes.mechanisms.allocation.services.missing import missing_for_all
from reflexes.mechanisms.allocation.states import ASKED, NeedState, State
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import told
from reflexes.pistes.resources.micro_mobility.reasons import kind_label
from reflexes.pistes.resources.micro_mobility.spoken import by_people, days_together, lines_of, one_by_one
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Event, Point

ALL = ("", gettext_lazy("All"))
TONES = {NeedState.DRAFT: "stopped", NeedState.OPEN: "waits", NeedState.FILLED: "done", NeedState.CLOSED: "note"}
MISSION_TONES = {
    State.PROPOSED: "waits",
    State.RESERVE: "note",
    State.ACCEPTED: "waits",
    State.RELEASED: "waits",
    State.CONFIRMED: "done",
    State.STAND_IN: "waits",
    State.STARTED: "going",
    State.DONE: "waits",
    State.RETURNED: "done",
    State.DEBRIEFED: "done",
}


class BoardForm(forms.Form):
    """The filters of the board, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    host = forms.ChoiceField(label=gettext_lazy("Host"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("day", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    half = forms.ChoiceField(label=gettext_lazy("Half of the day"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asking = perms.visible_needs(actor).filter(organisation=OuterRef("pk"))
        hosts = Organisation.objects.filter(Exists(asking)).order_by("search", "pk")
        self.fields["state"].choices = [("", gettext_lazy("Not closed")), *NeedState.choices]
        self.fields["priority"].choices = [ALL, *Priority.choices]
        self.fields["kind"].choices = [ALL, *registry.kinds().items()]
        self.fields["host"].choices = [ALL, *hosts.values_list("pk", "name")]
        self.fields["half"].choices = [ALL, *Half.choices]


@require_GET
def need_board(request: HttpRequest) -> HttpResponse:
    """Show the needs with their places, filtered by the address; a map of where they are beside the list."""
    access_cell(request.actor)
    form = BoardForm(request.GET, actor=request.actor)
    form.is_valid()
    slots = _slots_asked(form.cleaned_data)
    found = _board(perms.visible_needs(request.actor), slots, form.cleaned_data)
    rows = paginate(request, found, PER_PAGE, shown=_shown())
    _count_places(list(rows), slots)
    blocked = _blocked(rows)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(need, blocked.get(need.pk, 0)) for need in rows],
        "points": _points(rows),
        "afar": sum(need.remote for need in rows),
        "tones": TONES,
    }
    return page(request, "micro_mobility/cell/need_board.html", context)


def _slots_asked(asked: dict[str, Any]) -> QuerySet[Slot]:
    slots = Slot.objects.all()
    slots = slots.filter(day__gte=asked["since"]) if asked.get("since") else slots
    slots = slots.filter(day__lte=asked["until"]) if asked.get("until") else slots
    return slots.filter(half=asked["half"]) if asked.get("half") else slots


def _board(needs: QuerySet[Need], slots: QuerySet[Slot], asked: dict[str, Any]) -> QuerySet[Need]:
    if asked.get("since") or asked.get("until") or asked.get("half"):
        needs = needs.filter(pk__in=slots.values("need_id"))
    needs = needs.filter(state=asked["state"]) if asked.get("state") else needs.exclude(state=NeedState.CLOSED)
    for name, column in (("priority", "priority"), ("kind", "kind"), ("host", "organisation_id")):
        if asked.get(name):
            needs = needs.filter(**{column: asked[name]})
    for word in normalised(asked.get("q", "")).split():
        needs = needs.filter(
            Q(search__contains=word) | Q(organisation__search__contains=word) | Q(place__search__contains=word)
        )
    # The first day and no more is looked for: MIN with GROUP BY would read every half-day of every need.
    days = slots.filter(need=OuterRef("pk"), stopped_at=None).order_by("day").values("day")
    return needs.annotate(first=Subquery(days[:1])).order_by("-priority", F("first").asc(nulls_last=True), "pk")


def _shown() -> QuerySet[Need]:
    """Return what a line and the map say of a need: none of its long texts."""
    return Need.objects.select_related("organisation", "place__commune").only(
        *("title", "remote", "priority", "state", "organisation__name"),
        *("place__name", "place__latitude", "place__longitude", "place__commune__name"),
    )


def _count_places(shown: list[Need], slots: QuerySet[Slot]) -> None:
    """Say of the needs of one page how many places they ask for and hold, on how many half-days, from when to when."""
    counted = (
        slots.filter(need__in=shown, stopped_at=None)
        .order_by()
        .values("need_id")
        .annotate(asked=Sum("headcount"), held=Sum("held"), first=Min("day"), last=Max("day"), half_days=Count("pk"))
    )
    figures = {row.pop("need_id"): row for row in counted}
    for need in shown:
        for name in ("asked", "held", "first", "last", "half_days"):
            setattr(need, name, figures.get(need.pk, {}).get(name))


def _blocked(needs: Any) -> dict[int, int]:
    """Count, for each need of the list, the half-days to come that a certificate or an age keeps from being filled."""
    asked = Slot.objects.filter(
        Q(skill__regulated=True) | Q(need__minimum_age__gt=0),
        need_id__in=[need.pk for need in needs],
        day__gte=clock.today(),
        stopped_at=None,
        held__lt=F("headcount"),
    ).select_related("need__place", "skill")
    slots = {slot.pk: slot for slot in asked.order_by("pk")}
    blocked: dict[int, int] = defaultdict(int)
    for pk, lack in missing_for_all(slots.values()).items():
        if lack.ready < lack.places:
            blocked[slots[pk].need_id] += 1
    return blocked


def _points(needs: Any) -> list[Point]:
    """Return one point for each place of the list, which waits when places are still free there."""
    by_place: dict[int, list[Need]] = defaultdict(list)
    for need in needs:
        if need.place and not need.remote:
            by_place[need.place_id].append(need)
    points = []
    for here in by_place.values():
        place, short = here[0].place, sum((need.asked or 0) - (need.held or 0) for need in here)
        detail = ngettext("%(count)s free place", "%(count)s free places", short) % {"count": short}
        points.append(
            Point(
                label=str(place.name),
                latitude=place.latitude,
                longitude=place.longitude,
                detail=f"{place.commune} · {detail}",
                href=reverse("micro_mobility:need_detail", args=[here[0].pk]) if len(here) == 1 else "",
                waits=short > 0,
            )
        )
    return points


@dataclass(slots=True)
class SlotView:
    """One half-day of a need: its places, who is asked or expected, why it is empty."""

    slot: Slot
    missions: list[tuple[Assignment, str, bool]] = field(default_factory=list)
    ended: int = 0
    why: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)

    @property
    def past(self) -> bool:
        """Whether this half-day is behind us: nobody is called for it."""
        return self.slot.day < clock.today()

    @property
    def free(self) -> int:
        """Places nobody holds yet."""
        return self.slot.headcount - self.slot.held


@dataclass(slots=True)
class HalfDayView:
    """One half-day with everybody it asks for, whatever their skill."""

    slots: list[SlotView]
    can_call_off: bool

    @property
    def first(self) -> Slot:
        """The half-day itself."""
        return self.slots[0].slot

    @property
    def words(self) -> str:
        """The half-day with its date."""
        return one_by_one([self.first.day], self.first.half)

    @property
    def stopped(self) -> bool:
        """Whether nobody is asked for it any more."""
        return all(one.slot.stopped_at for one in self.slots)


@require_GET
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a need to its host and to the cell: half-days, who is asked or expected, the journal, why it is empty."""
    need = perms.access_need(request.actor, pk)
    for_cell = perms.is_cell(request.actor)
    plan = _plan_of(need) if for_cell else None
    slots = _slots(request, need, plan)
    can_change = perms.can_change_need(request.actor, need)
    context = {
        "need": need,
        "for_cell": for_cell,
        "can_change": can_change,
        "renewal": bool(can_change and need.renewal_due_at and need.state in {NeedState.OPEN, NeedState.FILLED}),
        "renewal_due": bool(need.renewal_due_at and need.renewal_due_at <= clock.now()),
        "asked": [(who, days_together(days)) for who, days in by_people(lines_of(_asked(slots)))],
        "kind": kind_label(need.kind),
        "mentor_phone": phone_of(need.mentor),
        "tone": TONES[NeedState(need.state)],
        "slots": slots,
        "half_days": (half_days := _half_days(need, slots, can_change=can_change)),
        "to_come": [here for here in half_days if here.first.day >= clock.today()],
        "gone": [here for here in half_days if here.first.day < clock.today()],
        "gone_opened": all(here.first.day < clock.today() for here in half_days),
        "missing": [services.MISSING[code] for code in services.missing(need)] if need.state == "draft" else [],
        "plan": plan,
        "events": _events(request, need),
    }
    return page(request, "micro_mobility/cell/need_detail.html", context)


def _asked(slots: list[SlotView]) -> list[Slot]:
    return [one.slot for one in slots if one.slot.stopped_at is None]


def _half_days(need: Need, slots: list[SlotView], *, can_change: bool) -> list[HalfDayView]:
    """Return the slots grouped by half-day; one to come may be called off alone unless it is the only one left."""
    groups: dict[tuple[date, str], list[SlotView]] = defaultdict(list)
    for one in slots:
        groups[one.slot.day, one.slot.half].append(one)
    published = can_change and need.state in {NeedState.OPEN, NeedState.FILLED}
    to_come = {(slot.day, slot.half) for slot in _asked(slots) if slot.day >= clock.today()}
    return [
        HalfDayView(here, published and half_day in to_come and len(to_come) > 1) for half_day, here in groups.items()
    ]


def _plan_of(need: Need) -> Plan | None:
    """Return the last plan that looked at this need's half-days to come, with what it saw."""
    span = need.slots.aggregate(first=Min("day"), last=Max("day"))
    if span["first"] is None:
        return None
    plan = Plan.objects.defer("snapshot").filter(exercise_id=need.exercise_id, state=Plan.State.READY)
    return plan.filter(starts_on__lte=span["last"], ends_on__gte=span["first"]).order_by("-number").first()


def _slots(request: HttpRequest, need: Need, plan: Plan | None) -> list[SlotView]:
    asked = need.slots.select_related("skill", "need__place").order_by("day", "half", "pk")
    shown = {slot.pk: SlotView(slot) for slot in asked}
    missions = perms.visible_assignments(request.actor).filter(slot__need=need).select_related("person")
    for mission in missions.order_by("person__search", "pk"):
        if mission.state in ASKED:
            tone = MISSION_TONES[State(mission.state)]
            shown[mission.slot_id].missions.append((mission, tone, mission.state in nudges.CAN_BE_SAID))
        else:
            shown[mission.slot_id].ended += 1
    empty = [
        one.slot.pk for one in shown.values() if one.free > len([m for m in one.missions if m[0].state == "proposed"])
    ]
    if plan is not None and empty and need.state == NeedState.OPEN:
        for slot_id, counts in _why_empty(plan, empty).items():
            shown[slot_id].why = reasons.funnel(counts)
    _say_what_lacks(request, shown)
    return list(shown.values())


# What a host reads about those who hold a certificate: what the certificate and the age say, never their limits.
FOR_HOSTS = ("certificate:", "age:", "not_free")


def _say_what_lacks(request: HttpRequest, shown: dict[int, SlotView]) -> None:
    """Say in numbers what a half-day under certificate or age lacks; names are for nobody here."""
    today = clock.today()
    short = [one.slot for one in shown.values() if one.slot.day >= today and one.free and not one.slot.stopped_at]
    for_cell = perms.is_cell(request.actor)
    for pk, lack in missing_for_all(short).items():
        if lack.ready < lack.places:
            kept = {code: count for code, count in lack.stopped.items() if for_cell or code.startswith(FOR_HOSTS)}
            shown[pk].lacks = missing_words.said(replace(lack, stopped=kept))


def _why_empty(plan: Plan, slot_ids: list[int]) -> dict[int, dict[str, int]]:
    try:
        return plans.why_empty_all(plan, slot_ids)
    except Refusal:
        return {}


def _events(request: HttpRequest, need: Need) -> list[Event]:
    """Return what happened to the need and to the missions the reader may see, oldest first."""
    keys = [
        str(pk) for pk in perms.visible_assignments(request.actor).filter(slot__need=need).values_list("pk", flat=True)
    ]
    entries = Entry.objects.filter(
        Q(object_kind="need", object_key=str(need.pk)) | Q(object_kind="assignment", object_key__in=keys)
    ).order_by("id")
    return [
        Event(at=entry.at, sentence=sentence, detail=entry.reason, icon=_icon(entry.verb))
        for entry, sentence in told(entries)
    ]


def _icon(verb: str) -> str:
    name = verb.rpartition(".")[2]
    known = {
        "need_opened": "flag",
        "accepted": "user-check",
        "confirmed": "handshake",
        "returned": "undo-2",
        "nudged": "bell",
    }
    return known.get(name, "circle-dot")
