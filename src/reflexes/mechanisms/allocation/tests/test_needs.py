"""A need says what, where, when, how many, who welcomes and until when; it opens only when all of it is said."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.allocation.services.needs import (
    MISSING,
    Asked,
    do_change_need,
    do_close_need,
    do_open_need,
    do_state_need,
    missing,
)
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation, Person

pytestmark = pytest.mark.django_db
SLUG = registry.pistes()[0].slug


@pytest.fixture
def association() -> Organisation:
    return make_organisation("Les Quatre Moissons", kind="association")


@pytest.fixture
def host(association: Organisation) -> Actor:
    return actor_for(make_person("Delphine", role="host", organisation=association))


def complete(association: Organisation) -> Need:
    return make_need(association, state="draft")


def empty(field: str) -> Any:
    return {"place": None, "mentor": None, "contact": None, "returns_on": None}.get(field, "")


@pytest.mark.parametrize("lack", [code for code in MISSING if code != "slots"])
def test_p09_accept_1_a_need_cannot_open_while_something_is_missing(
    lack: str, association: Organisation, host: Actor
) -> None:
    need = complete(association)
    Need.objects.filter(pk=need.pk).update(**{lack: empty(lack)})
    need.refresh_from_db()
    assert missing(need) == [lack]
    with pytest.raises(Refusal) as refused:
        do_open_need(actor=host, need=need)
    assert refused.value.code == f"missing_{lack}"
    need.refresh_from_db()
    assert need.state == "draft"


def test_p09_accept_1_a_need_cannot_open_without_a_half_day_to_come(association: Organisation, host: Actor) -> None:
    need = complete(association)
    Slot.objects.filter(need=need).update(day=clock.today() - timedelta(days=3))
    with pytest.raises(Refusal) as refused:
        do_open_need(actor=host, need=need)
    assert refused.value.code == "missing_slots"


def test_p09_accept_1_the_second_contact_is_somebody_else_and_people_go_back_after_the_last_half_day(
    association: Organisation, host: Actor
) -> None:
    need = complete(association)
    Need.objects.filter(pk=need.pk).update(contact=need.mentor, returns_on=next_monday() - timedelta(days=1))
    need.refresh_from_db()
    assert missing(need) == ["contact", "returns_on"]


def test_p09_accept_1_a_complete_need_opens_and_says_so_in_the_journal(association: Organisation, host: Actor) -> None:
    need = do_open_need(actor=host, need=complete(association))
    assert need.state == "open"
    with pytest.raises(Refusal, match=r"déjà|already"):
        do_open_need(actor=host, need=need)


def test_p09_accept_4_criteria_are_written_before_anyone_is_chosen(association: Organisation, host: Actor) -> None:
    need = complete(association)
    Need.objects.filter(pk=need.pk).update(criteria=" ")
    need.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        do_open_need(actor=host, need=need)
    assert refused.value.code == "missing_criteria"


def test_a_draft_may_be_empty_but_its_kind_is_known(host: Actor) -> None:
    need = do_state_need(actor=host, piste=SLUG, fields={"kind": "calls"})
    assert need.organisation_id == host.organisation_id
    with pytest.raises(Refusal) as refused:
        do_state_need(actor=host, piste=SLUG, fields={"kind": "rockets"})
    assert refused.value.code == "kind_unknown"


def test_half_days_are_changed_one_by_one_and_kept_when_somebody_was_asked(
    association: Organisation, host: Actor
) -> None:
    need = do_state_need(
        actor=host,
        piste=SLUG,
        fields={"kind": "calls"},
        slots=[Asked(next_monday(), "am", headcount=2), Asked(next_monday(), "pm")],
    )
    do_change_need(actor=host, need=need, version=1, fields={}, slots=[Asked(next_monday(), "am", headcount=3)])
    assert list(need.slots.values_list("half", "headcount")) == [("am", 3)]
    make_assignment(need.slots.get(), volunteer())
    with pytest.raises(Refusal) as refused:
        do_change_need(actor=host, need=need, version=2, fields={}, slots=[])
    assert refused.value.code == "slot_in_use"


def test_a_headcount_never_goes_below_the_people_who_are_coming(association: Organisation, host: Actor) -> None:
    need = make_need(association, headcount=2)
    slot = need.slots.get()
    for _number in range(2):
        make_assignment(slot, volunteer(), state="confirmed")
    with pytest.raises(Refusal) as refused:
        do_change_need(actor=host, need=need, version=1, fields={}, slots=[Asked(slot.day, slot.half, headcount=1)])
    assert refused.value.code == "headcount_below_held"


def test_two_people_changing_the_same_need_see_it_and_lose_nothing(association: Organisation, host: Actor) -> None:
    need = complete(association)
    do_change_need(actor=host, need=need, version=1, fields={"title": "First"})
    with pytest.raises(Refusal) as refused:
        do_change_need(actor=host, need=need, version=1, fields={"title": "Second"})
    assert refused.value.conflict
    need.refresh_from_db()
    assert (need.title, need.version) == ("First", 2)


def test_a_need_closes_with_a_reason_once_nobody_is_expected(association: Organisation, host: Actor) -> None:
    need = make_need(association)
    mission = make_assignment(need.slots.get(), volunteer(), state="confirmed")
    with pytest.raises(Refusal, match=r"\w"):
        do_close_need(actor=host, need=need, reason="")
    with pytest.raises(Refusal) as refused:
        do_close_need(actor=host, need=need, reason="The kitchen reopens.")
    assert refused.value.code == "missions_going_on"
    type(mission).objects.filter(pk=mission.pk).update(state="debriefed")
    assert do_close_need(actor=host, need=need, reason="The kitchen reopens.").state == "closed"


def test_another_host_finds_nothing_and_an_agent_states_no_need(association: Organisation) -> None:
    need = make_need(association, state="draft")
    partner = actor_for(make_person("Karim", role="host", organisation=make_organisation(kind="association")))
    agent = actor_for(make_person("Amina", role="agent"))
    for stranger in (partner, agent, Actor()):
        with pytest.raises(Http404):
            perms.access_need(stranger, need.pk)
    with pytest.raises(PermissionDenied):
        do_change_need(actor=partner, need=need, version=1, fields={"title": "Mine"})
    with pytest.raises(PermissionDenied):
        do_state_need(actor=agent, piste=SLUG, fields={"kind": "calls"})


def test_an_agent_sees_open_needs_only(association: Organisation) -> None:
    agent = actor_for(make_person("Amina", role="agent"))
    opened, draft = make_need(association), make_need(association, state="draft", days=[(date(2030, 1, 7), "am")])
    assert list(perms.visible_needs(agent)) == [opened]
    assert draft not in perms.visible_needs(agent)


def volunteer() -> Person:
    person = make_person("Amina", role="agent")
    make_offer(person)
    return person


def test_whoever_comes_for_one_half_day_is_back_the_next_working_day_and_not_when_the_whole_need_ends() -> None:
    monday = next_monday()
    need = make_need(days=[(monday, "am"), (monday + timedelta(days=4), "pm"), (monday + timedelta(days=14), "am")])
    Need.objects.filter(pk=need.pk).update(returns_on=monday + timedelta(days=14))
    need.refresh_from_db()
    first, friday, last = need.slots.order_by("day")
    assert first.back_on == monday + timedelta(days=1)
    assert friday.back_on == monday + timedelta(days=7)
    assert last.back_on == monday + timedelta(days=14), "never later than the need says"
