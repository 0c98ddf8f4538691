"""One person at a time: who is given to whom, why nobody is, what comes back by itself (ADR 28)."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services.oppositions import do_oppose
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Callee, CallerCard, Campaign, LateNote, Lease
from reflexes.pistes.contact.proactive_desks.services.campaigns import do_widen_hours
from reflexes.pistes.contact.proactive_desks.services.empty import Empty
from reflexes.pistes.contact.proactive_desks.services.leases import do_claim, do_give_back, do_renew
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


def claim(actor: Actor, campaign: Campaign) -> Lease:
    """Claim without the breath between two people."""
    CallerCard.objects.filter(person_id=actor.person_id).update(last_claim_at=None)
    lease = do_claim(actor=actor, campaign=campaign)
    assert isinstance(lease, Lease), lease
    return lease


def why(actor: Actor, campaign: Campaign) -> str:
    CallerCard.objects.filter(person_id=actor.person_id).update(last_claim_at=None)
    empty = do_claim(actor=actor, campaign=campaign)
    assert isinstance(empty, Empty), empty
    assert str(empty)
    return empty.why


def end(actor: Actor, lease: Lease, outcome: str = "fine", **words: object) -> None:
    do_end(actor=actor, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome=outcome, **words))


def test_the_highest_priority_comes_first_and_nobody_comes_twice() -> None:
    campaign = make_campaign()
    low, high = make_callee(campaign, priority=1), make_callee(campaign, priority=5)
    first, second, third = (make_caller(campaign, name) for name in ("Karim", "Lina", "Omar"))
    assert claim(first, campaign).callee == high
    assert claim(second, campaign).callee == low
    assert why(third, campaign) == "held"


def test_asking_again_in_another_tab_gives_the_same_person() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    make_callee(campaign)
    caller = make_caller(campaign)
    lease = claim(caller, campaign)
    assert claim(caller, campaign) == lease
    assert Lease.objects.count() == 1


def test_one_landline_for_two_people_is_never_rung_at_once() -> None:
    campaign = make_campaign()
    one = make_callee(campaign, "Lefèvre", phone="+33639980042", priority=3)
    make_callee(campaign, "Lefèvre", phone="+33639980042", priority=3)
    first, second = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    lease = claim(first, campaign)
    assert lease.callee == one
    assert why(second, campaign) == "held"
    end(first, lease)
    assert claim(second, campaign).callee != one


def test_the_database_itself_refuses_a_second_open_lease() -> None:
    campaign = make_campaign()
    one = make_callee(campaign, phone="+33639980042")
    other = make_callee(campaign, phone="+33639980042")
    away = make_callee(campaign)
    people = [Person.objects.get(pk=make_caller(campaign, name).person_id) for name in ("Karim", "Lina")]
    make_lease(one, people[0])
    for callee, caller in ((one, people[1]), (other, people[1]), (away, people[0])):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_lease(callee, caller)


def test_a_lease_gone_silent_returns_at_the_next_claim_and_its_late_outcome_is_a_note() -> None:
    campaign = make_campaign()
    callee = make_callee(campaign)
    gone, there = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    silent = claim(gone, campaign)
    with clock.travelling(TUESDAY + timedelta(minutes=21)):
        lease = claim(there, campaign)
        assert lease.callee == callee
        silent.refresh_from_db()
        assert silent.closing == "silent"
        token = uuid.uuid4()
        for _twice in range(2):
            ended = do_end(actor=gone, lease_key=silent.key, client_key=token, said=Said("refused"))
            assert ended.late
        assert LateNote.objects.get().outcome == "refused"
        callee.refresh_from_db()
        assert callee.state == "leased", "the new holder is not disturbed"
        end(there, lease, "fine")
        callee.refresh_from_db()
        assert callee.end == "fine"


@pytest.mark.django_db(transaction=True)
def test_a_caller_who_comes_back_after_the_silence_is_given_somebody_again() -> None:
    campaign = make_campaign()
    callee = make_callee(campaign)
    caller = make_caller(campaign)
    silent = claim(caller, campaign)
    with clock.travelling(TUESDAY + timedelta(minutes=21)):
        again = claim(caller, campaign)
    assert again != silent
    assert again.callee == callee


def test_a_page_that_stays_open_keeps_the_person() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    caller, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    lease = claim(caller, campaign)
    with clock.travelling(TUESDAY + timedelta(minutes=15)):
        assert do_renew(actor=caller, lease=lease)
    with clock.travelling(TUESDAY + timedelta(minutes=30)):
        assert why(other, campaign) == "held"
        assert do_renew(actor=caller, lease=lease)
    with pytest.raises(Http404):
        do_renew(actor=other, lease=lease)


def test_somebody_given_back_because_known_goes_to_another_caller() -> None:
    campaign = make_campaign()
    callee = make_callee(campaign)
    neighbour, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    lease = claim(neighbour, campaign)
    do_give_back(actor=neighbour, lease=lease, why="knows")
    assert why(neighbour, campaign) == "held"
    assert claim(other, campaign).callee == callee


def test_too_hard_goes_to_more_experienced_callers() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    new, old = make_caller(campaign, "Karim", level=0), make_caller(campaign, "Lina", level=2)
    do_give_back(actor=new, lease=claim(new, campaign), why="too_hard")
    assert why(new, campaign) == "level"
    assert claim(old, campaign).difficulty == 2


def test_why_nobody_is_given_is_always_said() -> None:
    campaign = make_campaign(state="draft")
    caller = make_caller(campaign)
    said = []
    for state in ("draft", "paused", "closed", "open"):
        Campaign.objects.update(state=state)
        said.append(why(caller, campaign))
    assert said == ["not_open", "paused", "ended", "done"]
    make_callee(campaign, difficulty=3)
    assert why(caller, campaign) == "level"
    Callee.objects.update(state="scheduled", due_at=TUESDAY + timedelta(hours=5), difficulty=1)
    later = do_claim(actor=caller, campaign=campaign)
    assert isinstance(later, Empty)
    assert (later.why, later.when) == ("nothing_due", TUESDAY + timedelta(hours=5))
    assert "15 h 30" in str(later)
    CallerCard.objects.update(paused_at=clock.now())
    assert why(caller, campaign) == "resting"


def test_nobody_is_called_on_sunday_unless_somebody_signs_for_an_emergency() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    caller, boss = make_caller(campaign), make_supervisor(campaign)
    with clock.travelling(TUESDAY + timedelta(days=5)):
        closed = do_claim(actor=caller, campaign=campaign)
        assert isinstance(closed, Empty)
        assert (closed.why, closed.when.weekday()) == ("outside_hours", 0)
        do_widen_hours(actor=boss, campaign=campaign, why="Canicule", until=clock.now() + timedelta(hours=3))
        assert isinstance(do_claim(actor=caller, campaign=campaign), Lease)


def test_a_breath_between_two_people() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    make_callee(campaign)
    caller = make_caller(campaign)
    lease = do_claim(actor=caller, campaign=campaign)
    assert isinstance(lease, Lease)
    end(caller, lease)
    assert getattr(do_claim(actor=caller, campaign=campaign), "why", "") == "cooldown"
    with clock.travelling(TUESDAY + timedelta(seconds=25)):
        assert isinstance(do_claim(actor=caller, campaign=campaign), Lease)


def test_p12_accept_2_a_caller_sees_only_who_they_hold() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    caller, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    lease = claim(caller, campaign)
    assert perms.access_own_lease(caller, str(lease.key)) == lease
    for stranger in (other, Actor(), make_supervisor(campaign)):
        with pytest.raises(Http404):
            perms.access_own_lease(stranger, str(lease.key))
    with pytest.raises(PermissionDenied):
        do_claim(actor=make_caller(make_campaign()), campaign=campaign)


def test_p12_accept_3_new_callers_stop_after_five_talks_and_harder_people_wait_for_experience() -> None:
    campaign = make_campaign()
    for _one in range(6):
        make_callee(campaign, priority=1)
    hard = make_callee(campaign, difficulty=3, priority=9)
    new = make_caller(campaign, level=0)
    for _call in range(5):
        lease = claim(new, campaign)
        assert lease.difficulty == 1
        end(new, lease)
    assert why(new, campaign) == "read_first"
    assert claim(make_caller(campaign, "Lina", level=2), campaign).callee == hard


def test_p12_accept_8_after_a_hard_call_the_next_one_is_easy() -> None:
    campaign = make_campaign()
    make_callee(campaign, difficulty=3, priority=9)
    make_callee(campaign, difficulty=3, priority=8)
    easy = make_callee(campaign, priority=1)
    caller = make_caller(campaign, level=2)
    end(caller, claim(caller, campaign), hard=True)
    lease = claim(caller, campaign)
    assert lease.callee == easy
    end(caller, lease)
    assert claim(caller, campaign).difficulty == 3


def test_p12_accept_4_a_refusal_told_elsewhere_is_respected_at_the_moment_of_calling() -> None:
    campaign = make_campaign()
    refused = make_callee(campaign, phone="+33639980077", priority=9)
    other = make_callee(campaign)
    caller = make_caller(campaign)
    do_oppose(actor=caller, organisation=campaign.organisation, phone="+33639980077", scope="calls")
    assert claim(caller, campaign).callee == other
    refused.refresh_from_db()
    assert (refused.state, refused.end) == ("closed", "refused")


def test_what_names_somebody_is_sealed() -> None:
    callee = make_callee(make_campaign(), "Bernadotte")
    assert "Bernadotte" not in callee.identity
    assert keyring.take(callee.campaign.dataset.key).unseal(callee.identity)["last_name"] == "Bernadotte"


def test_a_campaign_of_an_exercise_is_called_only_inside_it() -> None:
    from reflexes.mechanisms.crisis.factories import make_exercise

    exercise = make_exercise()
    campaign = make_campaign(exercise=exercise)
    make_callee(campaign)
    caller = make_caller(campaign)
    with pytest.raises(PermissionDenied):
        do_claim(actor=caller, campaign=campaign)
