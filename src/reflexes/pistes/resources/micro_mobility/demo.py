"""The demo of the cell: the needs of the demo sheets, the offers of a hundred agents, a past that left traces.

Faithful to the facts of mechanisms.md 11(c): a cell of five, about a hundred candidates in days, three sectors,
half-days, food aid, calls, care homes, waste collection.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import (
    Assignment,
    ChosenKind,
    DayAllowance,
    FreeHalfDay,
    Need,
    Offer,
    Plan,
    ServiceMinimum,
    Slot,
    WeekLoad,
    Wish,
)
from reflexes.mechanisms.allocation.services import missions
from reflexes.mechanisms.allocation.services.needs import Asked, do_open_need, do_state_need
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.crisis import demo as crisis_demo
from reflexes.mechanisms.crisis.services import do_open_sequence
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.pistes.resources.micro_mobility import demo_learning, demo_people

SLUG = "micro_mobility"
KINDS = {"aide-alimentaire": "food_aid", "appels": "calls", "ehpad-repas": "care_home", "collecte": "waste"}
CONSTRAINTS = {
    "food_aid": "Port de charges jusqu'à 15 kg, station debout. Gants et chaussures prêtés.",
    "calls": "Casque et poste prêtés. Une pause toutes les heures.",
    "care_home": "Masque et tenue prêtés, lavage des mains. Contact avec des personnes fragiles.",
    "waste": "Lever tôt (5 h 30), travail dehors. Tenue et chaussures de sécurité prêtées.",
}
CRITERIA = (
    "Sont proposées les personnes volontaires pour ce genre de mission, libres cette demi-journée, à la distance "
    "qu'elles acceptent, qui ont le savoir-faire demandé. À égalité : la plus proche, puis celle qui a le moins donné "
    "ce mois-ci, puis un tirage au sort dont le numéro est publié. Ni l'âge, ni le statut, ni le sexe ne comptent."
)


def seed() -> directory_demo.DemoDirectory:
    """Write the whole demo in an empty database; dates move by whole weeks so that the fortnight is to come."""
    found = directory_demo.seed()
    shift = fortnight_shift(clock.today())
    cell = actor_of(found.people["K01"], found.people["K01"].capacities.get())
    do_open_sequence(
        actor=cell,
        level="crisis",
        title="Étape 2 : services fermés, renforts ouverts",
        changes=(
            "Crèches, écoles, médiathèques, piscines et musée sont fermés. La cellule propose des demi-journées "
            "de renfort aux agents volontaires."
        ),
        does_not_change=("Le volontariat, la paie, les congés posés. Chacun revient à son poste à la date prévue."),
        review_on=clock.today() + timedelta(days=21),
    )
    _offers(found, shift)
    _minimums(found, shift)
    _past(found)
    _allowances(found)
    crisis_demo.seed(cell, found.people["K01"])
    demo_learning.seed(found)
    demo_people.seed(found)
    _needs(found, shift)
    return found


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    plan = Plan.objects.order_by("number").last()
    waiting = (reverse("micro_mobility:silences"), _("what is waiting, on whom, since when"))
    if plan is None:
        return [waiting]
    shown = reverse("micro_mobility:plan_detail", args=[plan.number])
    return [(shown, _("the plan, its reasons, and the wave to send")), waiting]


def fortnight_shift(today: date) -> timedelta:
    """Return by how many whole weeks the sheets move so that their first Monday is after ``today``.

    >>> fortnight_shift(date(2026, 11, 22)).days, fortnight_shift(date(2026, 11, 23)).days
    (0, 7)
    """
    behind = (today - directory_demo.FIRST_MONDAY).days
    return timedelta(weeks=behind // 7 + 1 if behind >= 0 else 0)


def _half_day(text: str, shift: timedelta) -> tuple[date, str]:
    day, _, half = text.partition("/")
    return date.fromisoformat(day) + shift, half


def _offers(found: directory_demo.DemoDirectory, shift: timedelta) -> None:
    """Write a hundred offers, come forward over the last four days, most already greeted."""
    for rank, (row, person) in enumerate(found.agents):
        came = clock.now() - timedelta(hours=2 + rank % 96)
        offer = Offer.objects.create(
            person=person,
            capacity=found.capacities[person.pk],
            weekly_cap=int(row["cap"]),
            max_km=float(row["max_km"]) if row["max_km"] else None,
            can_mentor=row["mentor"] == "yes",
            came_forward_at=came,
            greeted_at=None if rank % 8 == 3 else came + timedelta(hours=1),
        )
        FreeHalfDay.objects.bulk_create(
            FreeHalfDay(offer=offer, day=day, half=half)
            for day, half in (_half_day(text, shift) for text in row["half_days"].split("|") if text)
        )
        Wish.objects.bulk_create(_wishes(offer, row))
        if row["id"] == "A001":
            ChosenKind.objects.bulk_create(ChosenKind(offer=offer, kind=kind) for kind in ("care_home", "calls"))


def _wishes(offer: Offer, row: dict[str, str]) -> Iterable[Wish]:
    for text in row["hard_wishes"].split("|"):
        if text:
            kind, _, value = text.partition(":")
            yield Wish(offer=offer, kind=kind, value=KINDS.get(value, value), hard=True)
    if row["prefers"]:
        other = "pm" if row["prefers"] == "am" else "am"
        yield Wish(offer=offer, kind="no_half", value=other, hard=False)


def _minimums(found: directory_demo.DemoDirectory, shift: timedelta) -> None:
    """Home services that stay open keep a minimum on every working half-day of the fortnight."""
    present: dict[int, int] = defaultdict(int)
    for _row, person in found.agents:
        present[found.capacities[person.pk].unit_id or 0] += 1
    first = directory_demo.FIRST_MONDAY + shift
    for row in directory_demo.sheet("demo/units"):
        if row["state"] == "reduced" and int(row["minimum"]):
            unit = found.units[row["id"]]
            ServiceMinimum.objects.bulk_create(
                ServiceMinimum(
                    unit=unit,
                    day=first + timedelta(days=offset),
                    half=half,
                    present=present[unit.pk],
                    minimum=min(int(row["minimum"]), present[unit.pk]),
                )
                for offset in range(12)
                if offset % 7 < 5
                for half in ("am", "pm")
            )


def _allowances(found: directory_demo.DemoDirectory) -> None:
    """Write what each employer decided: ten half-days a year on working time, said and left to the agents."""
    year = clock.today().year
    for employer in Organisation.objects.filter(capacities__role="agent").distinct().order_by("pk"):
        DayAllowance.objects.create(
            organisation=employer,
            half_days=10,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            reference=f"Délibération {year}-114",
            decided_on=date(year, 1, 15) if clock.today() >= date(year, 1, 15) else date(year, 1, 1),
            set_by=found.people["K01"],
        )


def _needs(found: directory_demo.DemoDirectory, shift: timedelta) -> None:
    """State and open the needs of the sheet, as their hosts would."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in directory_demo.sheet("demo/needs"):
        rows[row["need"]].append(row)
    for group in rows.values():
        first = group[0]
        mentor = found.by_name[first["host_mentor"]]
        host = actor_of(mentor, mentor.capacities.get())
        kind = KINDS[first["kind"]]
        need = do_state_need(
            actor=host,
            piste=SLUG,
            fields={
                "kind": kind,
                "unit": found.units[first["host"]],
                "place": found.places[first["host"]],
                "title": first["title"].split(", ", 1)[0],
                "tasks": first["tasks"],
                "constraints": CONSTRAINTS[kind],
                "provided": "Café, repas si la demi-journée touche midi, tenue si besoin.",
                "criteria": CRITERIA,
                "priority": int(first["priority"]),
                "minimum_age": int(first["min_age"]) if first["min_age"] else None,
                "mentor": mentor,
                "contact": found.by_name[first["second_contact"]],
                "returns_on": date.fromisoformat(first["return_date"]) + shift,
            },
            slots=[_asked(found, row, shift) for row in group],
        )
        do_open_need(actor=host, need=need)


def _asked(found: directory_demo.DemoDirectory, row: dict[str, str], shift: timedelta) -> Asked:
    day, half = _half_day(row["half_day"], shift)
    return Asked(
        day=day,
        half=half,
        headcount=int(row["headcount"]),
        skill_id=found.skills[row["skill"]].pk,
        minimum_team=int(row["min_team"] or 0),
        mentor_required=row["mentor_required"] == "yes",
    )


def _past(found: directory_demo.DemoDirectory) -> None:
    """Write last month's missions: experience, wear, two people not back at their post, one not heard yet."""
    hosts = {"food_aid": "H01", "calls": "H04", "care_home": "H05", "waste": "H08"}
    last_monday = clock.today() - timedelta(days=clock.today().weekday() + 14)
    needs = {kind: _past_need(found, kind, code, last_monday) for kind, code in hosts.items()}
    for row, person in found.agents:
        done = [KINDS[kind] for kind in row["experience"].split("|") if kind in KINDS]
        for rank in range(max(int(row["recent_missions"]), len(done)) if done else 0):
            _past_mission(needs[done[rank % len(done)]], person, last_monday + timedelta(days=rank))
    _loose_ends()


def _past_need(found: directory_demo.DemoDirectory, kind: str, code: str, first: date) -> Need:
    unit = found.units[code]
    mentor = next(p for p in found.by_name.values() if p.capacities.filter(unit=unit, role="host").exists())
    need = Need.objects.create(
        piste=SLUG,
        kind=kind,
        organisation=unit.organisation,
        unit=unit,
        place=found.places[unit.name],
        title=f"{unit.name}, premier renfort",
        tasks="Renfort des premières semaines.",
        constraints=CONSTRAINTS[kind],
        criteria=CRITERIA,
        priority=2,
        mentor=mentor,
        contact=found.people["K02"],
        returns_on=first + timedelta(days=7),
        state="closed",
        opened_at=clock.now() - timedelta(days=24),
        created_at=clock.now() - timedelta(days=25),
    )
    Slot.objects.bulk_create(
        Slot(need=need, day=first + timedelta(days=offset), half="am", headcount=60) for offset in range(5)
    )
    return need


def _past_mission(need: Need, person: Person, day: date) -> None:
    slot = next((one for one in need.slots.all() if one.day == day), None)
    if slot is None:
        return
    moment = datetime.combine(day, time(12), ZoneInfo("Europe/Paris"))
    Assignment.objects.create(
        slot=slot,
        person=person,
        day=slot.day,
        half=slot.half,
        state=State.DEBRIEFED,
        mentor=need.mentor,
        host_contact=need.mentor,
        hr_contact=need.contact,
        trained=True,
        safety_told=True,
        returns_on=need.returns_on,
        hours=3,
        created_at=moment - timedelta(days=3),
        changed_at=moment,
    )
    Slot.objects.filter(pk=slot.pk).update(held=slot.held + 1)
    load, _made = WeekLoad.objects.get_or_create(person=person, week=missions.monday(day))
    WeekLoad.objects.filter(pk=load.pk).update(held=load.held + 1)


def _loose_ends() -> None:
    """Leave the last missions of three people open, so that the table of silences has something true to say."""
    last_of = dict(Assignment.objects.filter(state=State.DEBRIEFED).order_by("day", "pk").values_list("person", "pk"))
    late = sorted(last_of.values())[:3]
    Assignment.objects.filter(pk__in=late[:2]).update(state=State.DONE)
    Assignment.objects.filter(pk__in=late[2:]).update(state=State.RETURNED)
