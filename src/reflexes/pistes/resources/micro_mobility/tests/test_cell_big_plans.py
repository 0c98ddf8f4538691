"""Pages of plans and waves that hold thousands of lines: short, and everything still a tap away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_need,
    make_offer,
    make_plan_line,
    make_wave,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan
from reflexes.mechanisms.allocation.services import plans, readings, waves
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_unit
from reflexes.pistes.resources.micro_mobility.views import cell_spread, cell_waves
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
PLANS = "/micro-mobilite/plans/"
MONDAY = (next_monday(), "am")


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def services(town):
    """Three services of two people who offer every half-day."""
    for name in ("Crèches", "Écoles", "Archives"):
        unit = make_unit(town.home.organisation, name)
        for _number in range(2):
            make_offer(make_person(role="agent", unit=unit))


def planned(coordinator) -> Plan:
    start = next_monday()
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=start, ends_on=start + timedelta(days=13), seed=7
    )
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return plan


def test_the_spread_names_a_few_services_and_all_of_them_a_tap_away(cell, coordinator, town, services, monkeypatch):
    monkeypatch.setattr(cell_spread, "SHOWN", 2)
    make_need(town.association, days=[MONDAY], headcount=3)
    plan = planned(coordinator)
    page = cell.get(f"{PLANS}{plan.number}/equilibre/")
    shown = {group.trait: group for group in page.context["groups"]}["unit"]
    assert (len(shown.lines), shown.total, shown.hidden) == (2, 3, 1)
    assert "?trait=unit" in page.content.decode()
    (whole,) = cell.get(f"{PLANS}{plan.number}/equilibre/?trait=unit").context["groups"]
    assert [one.label for one in whole.lines] == ["Archives", "Crèches", "Écoles"]
    of_wave = cell.get(f"{PLANS}{plan.number}/equilibre/?wave=1&trait=unit")
    assert [group.trait for group in of_wave.context["groups"]] == ["unit"]
    assert len(cell.get(f"{PLANS}{plan.number}/equilibre/?trait=nothing").context["groups"]) > 1


def test_services_that_the_plan_favours_or_forgets_are_shown_first(cell, coordinator, town, services, monkeypatch):
    make_need(town.association, days=[MONDAY], headcount=3)
    plan = planned(coordinator)
    reading = plan.reading
    rows = [row for row in reading.facts["spread"] if row["trait"] == "unit"]
    rows[-1]["skewed"] = True
    reading.save()
    monkeypatch.setattr(cell_spread, "SHOWN", 1)
    page = cell.get(f"{PLANS}{plan.number}/equilibre/")
    (line,) = {group.trait: group for group in page.context["groups"]}["unit"].lines
    assert (line.row.value, line.row.skewed) == (rows[-1]["value"], True)


def test_a_wave_names_a_few_people_under_each_answer_and_all_of_them_a_tap_away(cell, town, monkeypatch):
    monkeypatch.setattr(cell_waves, "SHOWN", 2)
    wave = make_wave()
    for state in ("proposed", "proposed", "proposed", "declined"):
        make_assignment(make_need(town.association).slots.get(), make_person(role="agent"), state=state, wave=wave)
    page = cell.get(f"/micro-mobilite/vagues/{wave.pk}/")
    assert [(one.state, len(one.missions), one.total, one.hidden) for one in page.context["groups"]] == [
        ("proposed", 2, 3, 1),
        ("declined", 1, 1, 0),
    ]
    assert (page.context["total"], page.context["waiting"]) == (4, 3)
    everybody = cell.get(f"/micro-mobilite/vagues/{wave.pk}/?etat=proposed")
    (waiting,) = everybody.context["groups"]
    assert len(waiting.missions) == 3
    assert (everybody.context["total"], everybody.context["going"]) == (4, False)
    assert len(cell.get(f"/micro-mobilite/vagues/{wave.pk}/?etat=nothing").context["groups"]) == 2


def test_half_days_are_kept_by_the_places_left_free_as_the_lines_are_now(cell, coordinator, town, services):
    full = make_need(town.association, days=[MONDAY], headcount=2).slots.get()
    empty = make_need(town.association, days=[(next_monday(), "pm")], headcount=40).slots.get()
    plan = planned(coordinator)

    def kept(short: str) -> set[int]:
        return {slot.pk for slot in cell.get(f"{PLANS}{plan.number}/?short={short}").context["rows"]}

    assert (kept("0"), kept("1"), kept("")) == ({full.pk}, {empty.pk}, {full.pk, empty.pk})
    plan.lines.filter(slot=full).update(dismissed=True)
    assert (kept("0"), kept("1")) == (set(), {full.pk, empty.pk})


def test_people_asked_already_are_counted_and_their_waves_a_tap_away(cell, coordinator, town, services):
    make_need(town.association, days=[MONDAY], headcount=2)
    plan = planned(coordinator)
    wave = waves.do_send_wave(actor=actor_for(coordinator), plan=plan)
    page = cell.get(f"{PLANS}{plan.number}/vague/")
    assert (page.context["asked"], page.context["leaving"], page.context["held_back"]) == (2, 0, [])
    assert f"/micro-mobilite/vagues/{wave.pk}/" in page.content.decode()


def test_half_days_that_may_stay_short_are_a_tap_away(cell, coordinator, town, services, monkeypatch):
    monkeypatch.setattr(waves, "ADVISED", 1)
    make_need(town.association, slots=3)
    plan = planned(coordinator)
    page = cell.get(f"{PLANS}{plan.number}/vague/")
    assert (len(page.context["advice"]), page.context["also_short"]) == (1, 2)
    line = plan.lines.order_by("pk").first()
    send = reverse("micro_mobility:wave_send", args=[plan.number])
    everywhere = cell.post(send, {"also": "1", "leave": line.pk, "seen": page.context["seen"]})
    assert (everywhere.status_code, Assignment.objects.count()) == (200, 0)
    assert (len(everywhere.context["advice"]), everywhere.context["also_short"]) == (3, 0)
    assert everywhere.context["marks"].left_out == {line.pk}, "what was ticked stays ticked"


@pytest.mark.parametrize("pool_at_once", [0, 500])
def test_a_wave_before_it_leaves_asks_the_same_questions_whatever_the_number_of_rows(
    cell, coordinator, town, services, constant_queries, monkeypatch, pool_at_once
):
    monkeypatch.setattr(limits, "POOL_AT_ONCE", pool_at_once)
    make_need(town.association, days=[MONDAY], headcount=2)
    plan = planned(coordinator)
    sent = make_wave(plan)

    def grow() -> None:
        for number in range(5):
            need = make_need(town.association, days=[(next_monday(1 + number % 2), "pm")], headcount=2)
            for asked in (False, True):
                person = make_person(role="agent", unit=town.home)
                make_offer(person)
                make_plan_line(plan, need.slots.get(), person)
                if asked:
                    make_assignment(need.slots.get(), person, wave=sent)

    grow()
    constant_queries(cell, f"{PLANS}{plan.number}/vague/", grow)


def test_a_wave_and_its_answers_ask_the_same_questions_whatever_the_number_of_rows(cell, town, constant_queries):
    wave = make_wave()

    def grow() -> None:
        for state in ("proposed", "accepted", "declined"):
            make_assignment(make_need(town.association).slots.get(), make_person(role="agent"), state=state, wave=wave)

    grow()
    constant_queries(cell, f"/micro-mobilite/vagues/{wave.pk}/", grow)


def test_a_big_plan_says_what_somebody_more_would_change_once_the_worker_knows(
    cell, coordinator, town, services, monkeypatch
):
    slot = make_need(town.association, days=[MONDAY], headcount=1).slots.get()
    plan = planned(coordinator)
    left_out = Offer.objects.exclude(person__in=plan.lines.values("person")).first()
    pair = f"{slot.pk}/{left_out.person_id}/"
    monkeypatch.setattr(readings, "AT_ONCE", 0)
    page = cell.get(f"{PLANS}{plan.number}/pourquoi/{pair}")
    assert page.context["can_price"]
    answer = cell.post(f"{PLANS}{plan.number}/prix/{pair}")
    assert answer["Location"] == f"{PLANS}{plan.number}/pourquoi/{pair}"
    assert cell.get(answer["Location"]).context["looking"]
    run_all()
    assert cell.get(answer["Location"]).context["sentences"]


def test_nobody_outside_the_cell_asks_for_a_price(member, partner, stranger, coordinator, town, services):
    slot = make_need(town.association, days=[MONDAY], headcount=1).slots.get()
    plan = planned(coordinator)
    address = f"{PLANS}{plan.number}/prix/{slot.pk}/{Offer.objects.first().person_id}/"
    assert member.post(address).status_code == 404
    assert partner.post(address).status_code == 404
    assert stranger.post(address).status_code == 302
