"""Needs, people and plans as sheets, under the titles that an import reads: what leaves the site can come back."""

import io
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.cells import Cell
from reflexes.core.sheets.writing import FORMATS, write_tables
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import ImportLine, Offer, Plan, PlanLine, Slot, Wish
from reflexes.mechanisms.allocation.states import NeedState
from reflexes.mechanisms.directory.models import Organisation, PersonSkill
from reflexes.mechanisms.journal.services import record

Rows = Iterable[list[Cell]]
PEOPLE = (  # noqa: SIM905
    "id first_name name lat lon skills half_days cap max_km mentor unit status category trade sex birth_date "
    "commune_code commune hard_wishes soft_wishes certificates email phone channel"
).split()
NEEDS = (  # noqa: SIM905
    "id title half_day skill headcount priority place commune commune_code lat lon min_team mentor_required "
    "newcomers_per_mentor host need kind min_age remote tasks constraints provided criteria host_mentor "
    "second_contact return_date"
).split()
PLAN = ("person_id", "person_name", "need_id", "need_title", "half_day", "skill", "host", "place", "km", "kept")


def do_export(*, actor: Actor, what: str, kind: str, plan: Plan | None = None) -> bytes:
    """Return a sheet as bytes; what leaves the site is journaled, with its number of lines. Hosts take their needs."""
    if not perms.is_cell(actor) and not (what == "needs" and perms.can_state_need(actor)):
        raise PermissionDenied
    if kind not in FORMATS or what not in {"people", "needs", "plan"} or (what == "plan" and plan is None):
        raise Refusal("export_unknown", _("Choose what to take out, and in which format: CSV, XLSX or ODS."))
    if plan is not None and what == "plan":
        titles, rows = PLAN, list(_plan(plan))
    else:
        titles, rows = (PEOPLE, list(_people())) if what == "people" else (NEEDS, list(_needs(actor)))
    out = io.BytesIO()
    write_tables(out, {what: (titles, rows)}, kind)
    do_note_export(actor=actor, what=what, count=len(rows), kind=kind)
    return out.getvalue()


def do_note_export(*, actor: Actor, what: str, count: int, kind: str) -> None:
    """Write in the journal that ``count`` lines left the site."""
    record(
        actor=actor,
        verb="allocation.sheet_exported",
        object_kind="sheet",
        object_key=what,
        params={"what": what, "count": count, "format": kind},
    )


def _keys(column: str) -> dict[int, str]:
    """Return the identifier that each person or need had in the sheets it came from."""
    lines = ImportLine.objects.filter(undone=False).exclude(**{column: None})
    return dict(lines.order_by("pk").values_list(column, "key"))


def _day(value: object) -> str:
    return str(value) if value else ""


def _people() -> Rows:
    """Yield everybody who offers: a constant number of queries whatever their number."""
    keys = _keys("person_id")
    free: dict[int, list[str]] = defaultdict(list)
    offers = Offer.objects.filter(person__erased_at=None).select_related("person__commune", "capacity__unit")
    days = offers.filter(half_days__day__gte=clock.today()).order_by("half_days__day", "half_days__half")
    for pk, day, half in days.values_list("pk", "half_days__day", "half_days__half"):
        free[pk].append(f"{day.isoformat()}/{half}")
    skills, certificates = _skills()
    hard, soft = _wishes()
    for offer in offers.order_by("person__search", "person_id"):
        person, capacity = offer.person, offer.capacity
        unit = capacity.unit if capacity else None
        yield [
            keys.get(person.pk, f"P{person.pk}"),
            person.first_name,
            person.last_name,
            person.latitude,
            person.longitude,
            "|".join(skills[person.pk]),
            "|".join(free[offer.pk]),
            offer.weekly_cap if offer.active else 0,
            offer.max_km,
            "yes" if offer.can_mentor else "no",
            unit.name if unit else "",
            capacity.status if capacity else "",
            capacity.category if capacity else "",
            capacity.trade if capacity else "",
            person.sex,
            _day(person.birth_date),
            person.commune_id or "",
            str(person.commune or ""),
            "|".join(hard[offer.pk]),
            "|".join(soft[offer.pk]),
            "|".join(certificates[person.pk]),
            person.email,
            person.phone,
            person.channel,
        ]


def _skills() -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    skills: dict[int, list[str]] = defaultdict(list)
    certificates: dict[int, list[str]] = defaultdict(list)
    held = PersonSkill.objects.filter(person__offer__isnull=False).order_by("skill__slug", "pk")
    for person_id, slug, confirmed, end in held.values_list(
        "person_id", "skill__slug", "confirmed_by_id", "expires_on"
    ):
        skills[person_id].append(slug)
        if confirmed:
            certificates[person_id].append(f"{slug}:{end}" if end else slug)
    return skills, certificates


def _wishes() -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    names = {str(pk): name for pk, name in Organisation.objects.values_list("pk", "name")}
    hard: dict[int, list[str]] = defaultdict(list)
    soft: dict[int, list[str]] = defaultdict(list)
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    for wish in Wish.objects.order_by("kind", "value", "pk"):
        value = wish.value
        if wish.kind == "no_host":
            value = names.get(value, value)
        elif wish.kind == "no_weekday":
            value = days[int(value)]
        (hard if wish.hard else soft)[wish.offer_id].append(f"{wish.kind}:{value}" if value else wish.kind)
    return hard, soft


def _needs(actor: Actor) -> Rows:
    """Yield the half-days of every need that is not closed."""
    keys = _keys("need_id")
    needs = perms.visible_needs(actor).exclude(state=NeedState.CLOSED)
    slots = Slot.objects.filter(need__in=needs, stopped_at=None).select_related(
        "skill", "need__organisation", "need__unit", "need__place__commune", "need__mentor", "need__contact"
    )
    for slot in slots.order_by("need_id", "day", "half", "pk"):
        need, place = slot.need, slot.need.place
        key = keys.get(need.pk, f"B{need.pk}")
        yield [
            f"{key}-{slot.pk}",
            need.title,
            f"{slot.day.isoformat()}/{slot.half}",
            slot.skill.slug if slot.skill else "",
            slot.headcount,
            need.priority,
            place.name if place else "",
            str(place.commune) if place else "",
            place.commune_id if place else "",
            place.latitude if place else None,
            place.longitude if place else None,
            slot.minimum_team or None,
            "yes" if slot.mentor_required else "no",
            need.newcomers_per_mentor,
            need.unit.name if need.unit else str(need.organisation),
            key,
            need.kind,
            need.minimum_age,
            "yes" if need.remote else "no",
            need.tasks,
            need.constraints,
            need.provided,
            need.criteria,
            str(need.mentor or ""),
            str(need.contact or ""),
            _day(need.returns_on),
        ]


def _plan(plan: Plan) -> Rows:
    """Yield the lines of a plan that stand, by half-day."""
    people, needs = _keys("person_id"), _keys("need_id")
    lines = PlanLine.objects.filter(plan=plan, dismissed=False).select_related(
        "person", "slot__skill", "slot__need__organisation", "slot__need__place"
    )
    for line in lines.order_by("slot__day", "slot__half", "slot_id", "person__search", "pk"):
        slot, need = line.slot, line.slot.need
        yield [
            people.get(line.person_id, f"P{line.person_id}"),
            str(line.person),
            needs.get(need.pk, f"B{need.pk}"),
            need.title,
            f"{slot.day.isoformat()}/{slot.half}",
            slot.skill.slug if slot.skill else "",
            str(need.organisation),
            need.place.name if need.place else "",
            None if line.km is None else round(line.km, 1),
            "yes" if line.kept else "no",
        ]
