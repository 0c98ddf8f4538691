"""P10 (6): a half-day mission at an association or a residents' group obeys every rule of P09, by the same code."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from reflexes.core import registry
from reflexes.core.errors import Refusal
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms import allocation
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_slot, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Need, Plan, half_day_starts
from reflexes.mechanisms.allocation.services import adjusting, missions, plans, returns
from reflexes.mechanisms.allocation.services.needs import MISSING, do_open_need
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit

pytestmark = pytest.mark.django_db

SATURDAY = next_monday() + timedelta(days=5)
HOSTS = ("association", "group", "town")  # the town hall itself is the control


class Partner:
    """A host of one kind with its need, an agent of the town with their manager, the cell."""

    def __init__(self, kind: str) -> None:
        town = make_organisation("Ville")
        self.unit = make_unit(town, "Médiathèque")
        self.organisation = make_organisation("Les Paniers", kind=kind)
        self.person = make_person("Amina", role="agent", unit=self.unit)
        self.agent = actor_for(self.person)
        self.manager = actor_for(make_person("Didier", role="manager", unit=self.unit))
        self.host = actor_for(make_person("Paula", role="host", organisation=self.organisation))
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=town))

    def need(self, **fields: Any) -> Need:
        return make_need(self.organisation, **fields)

    def mission(self, state: str, **fields: Any) -> Assignment:
        make_offer(self.person)
        return make_assignment(self.need(**fields).slots.first(), self.person, state=state)

    def planned(self) -> Plan:
        plan = plans.do_request_plan(
            actor=self.cell, starts_on=next_monday(), ends_on=next_monday() + timedelta(days=6), seed=7
        )
        run_all()
        plan.refresh_from_db()
        assert plan.state == Plan.State.READY, plan.failure
        return plan


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def a_need_opens_only_whole(at: Partner) -> None:
    need = at.need(state="draft", constraints="", mentor=None)
    assert refusal_of(lambda: do_open_need(actor=at.host, need=need)) in {f"missing_{code}" for code in MISSING}


def a_hard_wish_blocks_even_by_hand(at: Partner) -> None:
    make_offer(at.person, free=[(SATURDAY, "am")], wishes={"no_weekend": ""})
    slot = at.need(days=[(SATURDAY, "am")], priority=3).slots.get()
    plan = at.planned()
    assert not plan.lines.exists()
    adding = lambda: adjusting.do_add_line(actor=at.cell, plan=plan, person=at.person, slot=slot)  # noqa: E731
    assert refusal_of(adding) == "blocked_wish"


def a_kind_not_chosen_is_not_proposed(at: Partner) -> None:
    first, second, *_rest = registry.kinds()
    make_offer(at.person, kinds=(second,))
    at.need(kind=first)
    assert not at.planned().lines.exists()


def a_week_holds_no_more_than_the_person_wanted(at: Partner) -> None:
    make_offer(at.person, weekly_cap=1)
    first, second = at.need(slots=2).slots.all()
    make_assignment(first, at.person, state="accepted")
    proposed = make_assignment(second, at.person)
    assert refusal_of(lambda: missions.do_answer(actor=at.agent, assignment=proposed, yes=True)) == "week_full"


def a_half_day_is_given_once(at: Partner) -> None:
    make_offer(at.person)
    need = at.need()
    other = make_slot(need, need.slots.get().day, skill=make_skill("conduite"))
    make_assignment(need.slots.order_by("pk").first(), at.person, state="accepted")
    proposed = make_assignment(other, at.person)
    assert refusal_of(lambda: missions.do_answer(actor=at.agent, assignment=proposed, yes=True)) == "half_day_taken"


def the_home_manager_answers_with_a_coded_motive_before_a_moment(at: Partner) -> None:
    mission = missions.do_answer(actor=at.agent, assignment=at.mission("proposed"), yes=True)
    assert mission.release_by is not None and mission.release_by <= half_day_starts(mission.day, mission.half)
    keeping = lambda: missions.do_withhold(actor=at.manager, assignment=mission, motive="because")  # noqa: E731
    assert refusal_of(keeping) == "motive_missing"
    with pytest.raises(PermissionDenied):
        missions.do_release(actor=at.host, assignment=mission)


def everyone_has_two_contacts(at: Partner) -> None:
    mission = at.mission("released", contact=None)
    assert refusal_of(lambda: missions.do_confirm(actor=at.host, assignment=mission)) == "contacts_missing"
    Need.objects.filter(pk=mission.slot.need_id).update(contact=at.manager.person_id)
    confirmed = missions.do_confirm(actor=at.host, assignment=Assignment.objects.get(pk=mission.pk))
    assert None not in (confirmed.host_contact_id, confirmed.hr_contact_id)
    assert confirmed.host_contact_id != confirmed.hr_contact_id


def nobody_starts_before_both_boxes(at: Partner) -> None:
    mission = at.mission("confirmed")
    missions.do_prepare(actor=at.host, assignment=mission, trained=True, safety_told=False)
    at_eight = half_day_starts(mission.day, mission.half) + timedelta(days=1)
    starting = lambda: missions.do_start(actor=at.host, assignment=mission, return_interview_at=at_eight)  # noqa: E731
    assert refusal_of(starting) == "not_prepared"


def the_return_is_set_and_its_questions_are_answered(at: Partner) -> None:
    mission = missions.do_confirm(actor=at.host, assignment=at.mission("released"))
    assert mission.returns_on is not None and mission.returns_on >= mission.day
    Assignment.objects.filter(pk=mission.pk).update(state="returned")
    mission.refresh_from_db()
    half_said = {"was_volunteer": True, "fresh_eye_used": None, "roles_split": True, "return_prepared": True}
    debriefing = lambda: returns.do_debrief(actor=at.agent, assignment=mission, answers=half_said)  # noqa: E731
    assert refusal_of(debriefing) == "question_open"


def volunteer_and_designated_stay_apart(at: Partner) -> None:
    mission = at.mission("proposed")
    assert mission.mode == Assignment.Mode.VOLUNTEER
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=mission.pk).update(mode="designated", authority="", basis="")


RULES = (
    a_need_opens_only_whole,
    a_hard_wish_blocks_even_by_hand,
    a_kind_not_chosen_is_not_proposed,
    a_week_holds_no_more_than_the_person_wanted,
    a_half_day_is_given_once,
    the_home_manager_answers_with_a_coded_motive_before_a_moment,
    everyone_has_two_contacts,
    nobody_starts_before_both_boxes,
    the_return_is_set_and_its_questions_are_answered,
    volunteer_and_designated_stay_apart,
)


@pytest.mark.parametrize("kind", HOSTS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_p10_accept_6_half_day_missions_of_an_association_follow_the_same_rules(
    rule: Callable[[Partner], None], kind: str
) -> None:
    rule(Partner(kind))


def test_p10_accept_6_no_code_of_the_allocation_asks_what_kind_of_organisation_the_host_is() -> None:
    """One code path: whoever writes a bypass for some hosts has to read this sentence first."""
    asked = []
    for path in sorted(Path(allocation.__file__).parent.rglob("*.py")):
        if "tests" in path.parts or path.name == "factories.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(
                ("organisation.kind", "Organisation.Kind")
            ):
                asked.append(f"{path.name}:{node.lineno}")
    assert asked == []
