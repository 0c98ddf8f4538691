"""A wave leaves only after a person looked at it; what is unusual is looked at twice (P09 (3))."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

import reflexes
from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_wave,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, Wave
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import ParentalConsent
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SATURDAY = next_monday() + timedelta(days=5)


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def pool(town):
    people = [make_person(name, role="agent", unit=town.home) for name in ("Amina", "Basile", "Chloé")]
    for one in people:
        make_offer(one, free=[*half_days(10), (SATURDAY, "am")])
    return people


@pytest.fixture
def plan(coordinator, town, pool) -> Plan:
    """A plan of two proposals for Monday morning."""
    make_need(town.association, days=[(next_monday(), "am")], headcount=2)
    return planned(coordinator)


def planned(coordinator) -> Plan:
    start = next_monday()
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=start, ends_on=start + timedelta(days=13), seed=7
    )
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return plan


def address(plan: Plan, end: str = "") -> str:
    return f"/micro-mobilite/plans/{plan.number}/vague/{end}"


def typed(page, **more) -> dict:
    """Fill the form of the preview as a browser would."""
    until = clock.now() + timedelta(days=1)
    return {"seen": page.context["seen"], "answer_by_0": until.date().isoformat(), "answer_by_1": "18:00", **more}


def test_p09_accept_3_looking_at_a_wave_sends_nothing(cell, plan):
    page = cell.get(address(plan))
    assert page.context["leaving"] == 2
    run_all()
    assert not Assignment.objects.exists()
    assert not Message.objects.exists()
    assert cell.get(address(plan, "envoyer/")).status_code == 405


def test_the_preview_shows_the_very_words_that_leave(cell, plan):
    page = cell.get(address(plan))
    shown = page.context["text"]
    first = page.context["read"].line
    cell.post(address(plan, "envoyer/"), typed(page))
    run_all()
    sent = Message.objects.get(person_key=first.person.key)
    assert sent.subject == shown.subject
    assert sent.body.splitlines()[:4] == shown.body.splitlines()[:4]


def test_each_message_can_be_opened_before_it_leaves(cell, plan):
    last = plan.lines.order_by("pk").last()
    page = cell.get(f"{address(plan)}?read={last.pk}", headers={"HX-Request": "true"})
    assert page.context["read"].line == last
    assert "<html" not in page.content.decode()
    assert cell.get(f"{address(plan)}?read=abc").status_code == 200


def test_p09_accept_3_a_wave_leaves_by_a_persons_gesture_and_reaches_exactly_those_shown(cell, plan, coordinator):
    page = cell.get(address(plan))
    answer = cell.post(address(plan, "envoyer/"), typed(page))
    wave = Wave.objects.get()
    assert answer.url == f"/micro-mobilite/vagues/{wave.pk}/"
    assert wave.sent_by == coordinator
    assert set(wave.assignments.values_list("person_id", "slot_id")) == set(
        plan.lines.values_list("person_id", "slot_id")
    )
    run_all()
    assert Message.objects.count() == 2


def test_a_wave_sent_twice_sends_nothing_twice(cell, plan):
    page = cell.get(address(plan))
    fields = typed(page)
    cell.post(address(plan, "envoyer/"), fields)
    again = cell.post(address(plan, "envoyer/"), fields)
    assert again.status_code == 409
    assert Wave.objects.count() == 1
    assert Assignment.objects.count() == 2


def test_people_left_out_are_not_asked(cell, plan):
    page = cell.get(address(plan))
    out = plan.lines.order_by("pk").first()
    cell.post(address(plan, "envoyer/"), typed(page, leave=[out.pk]))
    assert Assignment.objects.count() == 1
    assert not Assignment.objects.filter(person=out.person).exists()


def test_a_wish_said_since_the_plan_holds_the_person_back(cell, plan, pool):
    page = cell.get(address(plan))
    line = plan.lines.order_by("pk").first()
    make_wish(line.person.offer, "no_half", "am")
    answer = cell.post(address(plan, "envoyer/"), typed(page))
    assert answer.status_code == 409
    assert not Assignment.objects.exists()
    held_back = answer.context["held_back"]
    assert [one.person for one, _sentence in held_back] == [line.person]
    assert cell.post(address(plan, "envoyer/"), typed(answer)).status_code == 302
    assert not Assignment.objects.filter(person=line.person).exists()


def unusual(page) -> list[str]:
    return [sentence for one in page.context["unusual"] for sentence in one.unusual]


def test_what_is_unusual_needs_a_second_look(cell, coordinator, town, pool):
    make_need(town.association, days=[(SATURDAY, "am")], headcount=1)
    plan = planned(coordinator)
    page = cell.get(address(plan))
    assert len(unusual(page)) == 1
    refused = cell.post(address(plan, "envoyer/"), typed(page))
    assert refused.status_code == 422
    assert not Assignment.objects.exists()
    line = plan.lines.get()
    assert cell.post(address(plan, "envoyer/"), typed(page, looked=[line.pk])).status_code == 302
    assert Assignment.objects.count() == 1


def test_somebody_asked_lately_a_minor_and_a_long_way_are_unusual(cell, plan, pool):
    first, second = plan.lines.order_by("pk")
    Offer.objects.filter(person=first.person).update(last_asked_at=clock.now() - timedelta(days=2))
    second.person.birth_date = clock.today() - timedelta(days=17 * 365)
    second.person.save()
    ParentalConsent.objects.create(person=second.person, given_by="Un parent", given_on=clock.today())
    plan.lines.filter(pk=second.pk).update(km=48, by_hand=True)
    plan.lines.filter(pk=first.pk).update(km=2)
    page = cell.get(address(plan))
    assert len(unusual(page)) == 4
    Offer.objects.filter(person=first.person).update(last_asked_at=clock.now() - timedelta(days=4))
    assert len(unusual(cell.get(address(plan)))) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer_by_0": "hier"},
        {"answer_by_0": "2020-01-01"},
        {"answer_by_0": ""},
        {"seen": ""},
        {"leave": ["x", "9" * 40]},
    ],
)
def test_a_wave_badly_filled_in_says_so_and_sends_nothing_more_than_asked(cell, plan, wrong):
    answer = cell.post(address(plan, "envoyer/"), {**typed(cell.get(address(plan))), **wrong})
    if "leave" in wrong:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert not Assignment.objects.exists()


def test_the_wave_shows_answers_as_they_come_and_how_many_yes_to_expect(cell, coordinator, town, pool):
    wave = make_wave(sent_by=coordinator)
    for one in pool:
        make_assignment(make_need(town.association).slots.get(), one, state="proposed", wave=wave)
    page = cell.get(f"/micro-mobilite/vagues/{wave.pk}/")
    assert (page.context["waiting"], page.context["yes"], page.context["expected"]) == (
        3,
        0,
        "D’après les réponses passées, attendez encore entre 1 et 2 oui parmi elles.",
    )
    old = make_wave()
    for number in range(10):
        one = make_person(role="agent")
        state = "debriefed" if number < 7 else "declined"
        make_assignment(make_need(town.association).slots.get(), one, state=state, wave=old)
    page = cell.get(f"/micro-mobilite/vagues/{wave.pk}/")
    assert page.context["expected"] == "D’après les réponses passées, attendez encore entre 2 et 3 oui parmi elles."
    assert cell.get("/micro-mobilite/vagues/999999/").status_code == 404


def test_waves_do_not_exist_outside_the_cell(member, partner, stranger, plan, cell):
    page = cell.get(address(plan))
    for client in (member, partner):
        assert client.get(address(plan)).status_code == 404
        assert client.post(address(plan, "envoyer/"), typed(page)).status_code == 404
    assert stranger.post(address(plan, "envoyer/"), typed(page)).status_code == 302
    assert not Wave.objects.exists()
    wave = make_wave()
    assert member.get(f"/micro-mobilite/vagues/{wave.pk}/").status_code == 404


# A wave, a call, a stand-in, another half-day, a designation: each is one gesture of a person, with their name.
GESTURES = {"waves", "calls", "standing_in", "other_dates"}


def test_p09_accept_3_no_code_path_makes_a_mission_but_a_persons_gesture():
    """Whoever creates an assignment elsewhere is found here (a designation saves its own: ``designating``)."""
    source = Path(reflexes.__file__).parent
    makers = set()
    for file in source.rglob("*.py"):
        name = file.relative_to(source).as_posix()
        if "/tests/" in name or "/migrations/" in name or file.name in {"factories.py", "demo.py"}:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                text = ast.unparse(node.func)
                made = text.startswith("Assignment.objects.") or ".assignments." in text
                if made and node.func.attr in {"create", "bulk_create", "get_or_create", "update_or_create"}:
                    makers.add(name)
    assert makers == {f"mechanisms/allocation/services/{name}.py" for name in GESTURES}
