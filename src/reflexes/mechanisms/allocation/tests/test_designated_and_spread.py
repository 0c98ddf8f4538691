"""Designated missions stay apart; who is chosen among whom is counted, with the source's contract-agent test."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core.errors import Refusal
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import half_days, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, Slot
from reflexes.mechanisms.allocation.services import calls, missions, plans, waves
from reflexes.mechanisms.allocation.services.asking import yes_rates
from reflexes.mechanisms.allocation.services.designating import do_designate
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db
MONDAY = next_monday()


class Town:
    """A cell, a service and a host."""

    def __init__(self) -> None:
        self.hall = make_organisation("Ville")
        self.unit = make_unit(self.hall, "Crèche")
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=self.hall))
        self.association = make_organisation("Épicerie", kind="association")

    def slot(self, **fields: object) -> Slot:
        need = make_need(self.association, days=[(MONDAY, "am")], **fields)
        return calls.access_slot(self.cell, need.slots.get().pk)

    def agent(self, name: str, **offer: object) -> Person:
        person = make_person(name, role="agent", unit=self.unit)
        make_offer(person, **offer)
        return person


@pytest.fixture
def town() -> Town:
    return Town()


def designate(town: Town, slot: Slot, person: Person, **fields: str) -> Assignment:
    values = {"authority": "La maire", "basis": "Arrêté du 20 novembre", **fields}
    return do_designate(actor=town.cell, slot=slot, person=person, **values)


def test_p09_accept_6_nobody_is_designated_without_an_authority_and_a_basis(town: Town) -> None:
    slot, amina = town.slot(), town.agent("Amina")
    for missing, code in (({"authority": " "}, "authority_missing"), ({"basis": ""}, "basis_missing")):
        with pytest.raises(Refusal) as refused:
            designate(town, slot, amina, **missing)
        assert refused.value.code == code
    assert not Assignment.objects.exists()
    mission = designate(town, slot, amina)
    assert (mission.mode, mission.state) == ("designated", "accepted")
    entry = Entry.objects.get(verb="allocation.designated")
    assert (entry.params["authority"], entry.params["basis"]) == ("La maire", "Arrêté du 20 novembre")


def test_p09_accept_6_only_the_cell_writes_a_designation(town: Town) -> None:
    slot, amina = town.slot(), town.agent("Amina")
    for role in ("host", "manager", "hr", "agent", "administrator"):
        with pytest.raises(PermissionDenied):
            do_designate(
                actor=actor_for(make_person(role=role, unit=town.unit)),
                slot=slot,
                person=amina,
                authority="x",
                basis="y",
            )


def test_p09_accept_6_a_limit_and_a_no_hold_against_a_designation_and_working_limits_do_not(town: Town) -> None:
    limited, refused_before = town.agent("Amina", wishes={"no_half": "am"}), town.agent("Basile")
    slot = town.slot(headcount=3)
    make_assignment(slot, refused_before, state="declined")
    for person, code in ((limited, "designated_wish"), (refused_before, "designated_after_no")):
        with pytest.raises(Refusal) as refused:
            designate(town, slot, person)
        assert refused.value.code == code
    away = town.agent("Chloé", free=[], max_km=0.1)
    assert designate(town, slot, away).state == "accepted"
    unknown = make_person("Driss", role="agent", unit=town.unit)
    assert designate(town, slot, unknown).state == "accepted"
    assert Offer.objects.get(person=unknown).active is False


def test_p09_accept_6_a_designated_mission_is_never_mixed_with_volunteers(town: Town) -> None:
    slot = town.slot(headcount=2, kind="calls")
    amina = town.agent("Amina")
    before = dict(yes_rates(None))
    mission = designate(town, slot, amina)
    assert dict(yes_rates(None)) == before
    with pytest.raises(Refusal) as refused:
        missions.do_answer(actor=actor_for(amina), assignment=mission, yes=False)
    assert refused.value.code == "designated"
    asked = town.agent("Basile")
    make_assignment(slot, asked)
    with pytest.raises(Refusal) as refused:
        designate(town, slot, asked)
    assert refused.value.code == "asked_already"


def test_a_designation_takes_a_place_like_any_other_and_nobody_is_designated_for_a_full_half_day(town: Town) -> None:
    slot = town.slot()
    designate(town, slot, town.agent("Amina"))
    with pytest.raises(Refusal) as refused:
        designate(town, slot, town.agent("Basile"))
    assert refused.value.code == "slot_full"
    assert Assignment.objects.count() == 1


def test_nobody_under_age_is_designated(town: Town) -> None:
    young = town.agent("Nina")
    young.birth_date = MONDAY - timedelta(days=17 * 365)
    young.save()
    with pytest.raises(Refusal):
        designate(town, town.slot(), young)
    assert not Assignment.objects.exists()


def contract_town(town: Town) -> Plan:
    """Twelve young agents on contract who can carry loads, twenty-four others: the source's reading gone wrong."""
    loads = make_skill("carry-loads")
    for number in range(36):
        young = number < 12
        person = make_person(
            f"Agent {number:02}",
            role="agent",
            unit=town.unit,
            skills=(loads,) if young else (),
            birth_date=date(2001 if young else 1975, 1, 1),
        )
        person.capacities.update(status="contract" if young else "permanent")
        make_offer(person, free=half_days(2))
    make_need(town.association, days=[(MONDAY, "am")], headcount=10, skill=loads)
    plan = plans.do_request_plan(actor=town.cell, starts_on=MONDAY, ends_on=MONDAY, seed=1)
    run_all()
    plan.refresh_from_db()
    return plan


def test_p09_accept_5_the_contract_agent_test_shows_a_skew_that_no_criterion_named(town: Town) -> None:
    """The criterion was physical; the chosen were young, and the young were on contract: it is shown, not hidden."""
    plan = contract_town(town)
    rows = {(row.trait, row.value): row for row in plans.spread(plan)}
    for group in (("status", "contract"), ("age_band", "under_30")):
        assert rows[group].skewed
        assert rows[group].selected == 10
    assert not rows["sex", ""].skewed
    (overlap,) = plans.overlaps(plan)
    assert {overlap.group, overlap.other} == {("status", "contract"), ("age_band", "under_30")}
    assert (overlap.chosen, overlap.both) == (10, 10)


def test_p09_accept_5_a_wave_has_its_own_spread_and_those_who_did_not_say_are_counted_apart(town: Town) -> None:
    plan = contract_town(town)
    rows = {(row.trait, row.value): row for row in waves.preview(plan).spread}
    assert rows["status", "contract"].skewed
    unknown = rows["sex", ""]
    assert (unknown.selected, unknown.pool, unknown.too_few, unknown.skewed) == (10, 36, True, False)


def test_p09_accept_5_small_numbers_are_not_over_read(town: Town) -> None:
    for name, status in (("Amina", "contract"), ("Basile", "permanent"), ("Chloé", "permanent")):
        town.agent(name).capacities.update(status=status)
    make_need(town.association, days=[(MONDAY, "am")])
    plan = plans.do_request_plan(actor=town.cell, starts_on=MONDAY, ends_on=MONDAY, seed=1)
    run_all()
    plan.refresh_from_db()
    rows = [row for row in plans.spread(plan) if row.trait == "status"]
    assert rows
    assert all(row.too_few and not row.skewed for row in rows)
