"""What comes too late is decided from its line, beside what happened since; nothing newer is written over (ADR 28)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask, LateNote, Lease
from reflexes.pistes.contact.proactive_desks.services import late
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def told_late(campaign: Campaign, outcome: str, callee: Callee | None = None, **words: Any) -> LateNote:
    """Return an outcome that came after twenty minutes of silence, the person back in the queue."""
    caller = make_caller(campaign)
    callee = callee or make_callee(campaign)
    lease = make_lease(callee, Person.objects.get(pk=caller.person_id), closed_at=clock.now(), closing="silent")
    do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome, **words))
    return LateNote.objects.select_related("lease__campaign__dataset", "lease__campaign__organisation").get(lease=lease)


def decide(campaign: Campaign, note: LateNote, how: str) -> Callee:
    late.do_decide_late(actor=make_supervisor(campaign), note=note, how=how)
    return Callee.objects.get(pk=note.lease.callee_id)


def test_a_moment_agreed_too_late_still_holds_with_its_note(campaign: Campaign) -> None:
    when = TUESDAY + timedelta(hours=6)
    note = told_late(campaign, "call_back", call_back_at=when, note="Laisser sonner longtemps.")
    callee = decide(campaign, note, "holds")
    assert (callee.state, callee.due_at, callee.agreed) == ("scheduled", when, True)
    key = keyring.take(campaign.dataset.key)
    assert key.unseal(Lease.objects.get(pk=note.lease_id).note)["note"] == "Laisser sonner longtemps."
    note.refresh_from_db()
    assert note.settled == "holds"
    assert note.settled_at is not None


def test_all_is_well_holds_and_a_weekly_call_with_it(campaign: Campaign) -> None:
    note = told_late(campaign, "fine")
    assert decide(campaign, note, "holds").end == "fine"
    weekly = told_late(campaign, "fine", every_days=7, recurs_until=campaign.dataset.ends_on)
    callee = decide(campaign, weekly, "holds")
    assert (callee.state, callee.every_days) == ("scheduled", 7)


def test_a_need_told_late_has_its_case_already_and_no_second_one(campaign: Campaign) -> None:
    note = told_late(campaign, "need", words="Je n’ai plus de chauffage.")
    assert Case.objects.count() == 1
    callee = decide(campaign, note, "holds")
    assert (callee.state, callee.end, callee.needs, Case.objects.count()) == ("closed", "need", 1, 1)


def test_a_refusal_told_late_is_never_called_again_whatever_is_pressed(campaign: Campaign) -> None:
    note = told_late(campaign, "refused")
    with pytest.raises(Refusal):
        decide(campaign, note, "again")
    assert not late.waiting(campaign)[0].note.settled_at
    assert late.waiting(campaign)[0].over
    assert decide(campaign, note, "holds").end == "refused"


def test_a_death_told_late_stops_the_calls_of_the_other_campaigns_too(campaign: Campaign) -> None:
    other = make_campaign(campaign.organisation)
    phone = "+33639980801"
    there = make_callee(other, "Weber", phone=phone)
    note = told_late(campaign, "died", make_callee(campaign, "Weber", phone=phone))
    assert decide(campaign, note, "holds").end == "died"
    there.refresh_from_db()
    assert there.end == "died"


def test_what_happened_since_is_shown_and_not_written_over(campaign: Campaign) -> None:
    note = told_late(campaign, "call_back", call_back_at=TUESDAY + timedelta(hours=6))
    callee = note.lease.callee
    with clock.travelling(TUESDAY + timedelta(minutes=30)):
        other = make_caller(campaign, "Lina")
        lease = make_lease(callee, Person.objects.get(pk=other.person_id))
        (line,) = late.waiting(campaign)
        assert [one.pk for one in line.since] == [lease.pk]
        assert not line.holds
        for how in ("holds", "again"):
            with pytest.raises(Refusal):
                decide(campaign, note, how)
        do_end(actor=other, lease_key=lease.key, client_key=uuid.uuid4(), said=Said("fine"))
        with pytest.raises(Refusal):
            decide(campaign, note, "holds")
        callee.refresh_from_db()
        assert callee.end == "fine"
        again = decide(campaign, note, "again")
        assert (again.state, again.end, again.closed_at) == ("ready", "", None)
        with pytest.raises(Refusal):
            decide(campaign, note, "nothing")


def test_somebody_who_took_over_since_is_not_disturbed(campaign: Campaign) -> None:
    note = told_late(campaign, "fine")
    HumanTask.objects.create(campaign=campaign, callee=note.lease.callee, kind="visit", opened_at=clock.now())
    Callee.objects.filter(pk=note.lease.callee_id).update(state="human")
    assert not late.waiting(campaign)[0].holds
    for how in ("holds", "again"):
        with pytest.raises(Refusal):
            decide(campaign, note, how)
    assert decide(campaign, note, "nothing").state == "human"
    assert late.waiting(campaign) == []


def test_the_line_offers_what_can_be_done_and_the_page_asks_the_same(campaign: Campaign, constant_queries: Any) -> None:
    desk = signed_in(make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation))
    page = reverse("proactive_desks:campaign", args=[campaign.slug])
    note = told_late(campaign, "call_back", call_back_at=TUESDAY + timedelta(hours=6))
    shown = desk.get(page).content.decode()
    assert [f'value="{how}"' in shown for how in ("holds", "again", "nothing")] == [True, True, True]

    def grow() -> None:
        for outcome in ("fine", "refused", "no_answer"):
            told_late(campaign, outcome)

    grow()
    constant_queries(desk, page, grow)
    act = reverse("proactive_desks:late_settled", args=[campaign.slug, note.pk])
    desk.post(act, {"how": "holds"})
    assert Callee.objects.get(pk=note.lease.callee_id).state == "scheduled"
    assert desk.post(act, {"how": "nonsense"}).status_code == 302
    stranger = signed_in(make_person("Max", role=roles.SUPERVISOR))
    assert stranger.post(act, {"how": "again"}).status_code == 404
