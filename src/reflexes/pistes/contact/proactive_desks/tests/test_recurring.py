"""People called again every few days: proposed by a caller, set, changed, stopped by whoever is in charge (P12 (12))."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_commune, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Reading
from reflexes.mechanisms.evidence.services.oppositions import do_oppose
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Callee, CallerCard, Campaign, HumanTask, Lease
from reflexes.pistes.contact.proactive_desks.services import holdings, ladder, recurring
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS, do_claim
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def desk(campaign: Campaign) -> Client:
    return signed_in(make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation))


def at(name: str, *args: object) -> str:
    return reverse(f"proactive_desks:{name}", args=args)


def set_weekly(campaign: Campaign, callee: Callee, **words: object) -> Callee:
    given = {"every_days": 7, "until": campaign.dataset.ends_on, "why": "Plus personne ne l’appelle."}
    return recurring.do_set_recurring(actor=make_supervisor(campaign), callee=callee, **{**given, **words})


def test_p12_accept_12_somebody_is_found_read_called_again_changed_and_stopped(
    campaign: Campaign, desk: Client
) -> None:
    callee = make_callee(campaign, "Oberlin", phone="+33639980777", state="closed", end="fine", reached=True)
    found = desk.post(at("recurring_find", campaign.slug), {"phone": "06 39 98 07 77"})
    assert "Jeanne Oberlin" in found.content.decode()
    reading = Reading.objects.get()
    assert (reading.subject, reading.what_for, reading.allowed) == (callee.key, "company", True)
    one = at("recurring_person", campaign.slug, callee.key)
    assert "Oberlin" not in desk.get(one).content.decode(), "a page names nobody before somebody reads"
    sent = {"every_days": 7, "next_on": "2026-11-27", "until": "2026-12-31", "why": "Elle ne voit personne."}
    assert desk.post(one, {**sent, "why": ""}).status_code == 422
    assert desk.post(one, sent).status_code == 302
    callee.refresh_from_db()
    assert (callee.state, callee.end, callee.every_days) == ("scheduled", "", 7)
    assert timezone.localtime(callee.due_at).isoformat() == "2026-11-27T14:00:00+01:00"
    assert "Elle ne voit personne" not in callee.recurs_why, "the reason is sealed"
    assert "Elle ne voit personne." in desk.post(at("recurring_read", campaign.slug, callee.key)).content.decode()
    assert set(Reading.objects.values_list("what", flat=True)) == {"callee", "recurs_why"}
    desk.post(one, {**sent, "every_days": 3})
    callee.refresh_from_db()
    assert callee.every_days == 3
    desk.post(at("recurring_stop", campaign.slug, callee.key))
    callee.refresh_from_db()
    assert (callee.state, callee.end, callee.every_days, callee.recurs_why) == ("closed", "fine", None, "")
    verbs = Entry.objects.filter(object_kind="callee").order_by("pk").values_list("verb", flat=True)
    assert [one.rpartition(".")[2] for one in verbs] == ["recurring_set", "recurring_set", "recurring_stopped"]


def test_nobody_is_called_again_past_the_end_of_the_data(campaign: Campaign) -> None:
    callee, last = make_callee(campaign), campaign.dataset.ends_on
    for until, first in (
        (last + timedelta(days=1), None),
        (clock.today(), None),
        (date(2026, 12, 1), date(2026, 12, 2)),
    ):
        with pytest.raises(Refusal):
            set_weekly(campaign, callee, until=until, next_on=first)
    for wrong in ({"every_days": 0}, {"every_days": 32}, {"next_on": clock.today()}, {"why": "  "}):
        with pytest.raises(Refusal):
            set_weekly(campaign, callee, **wrong)
    callee.refresh_from_db()
    assert callee.every_days is None


def test_whoever_refused_died_or_is_taken_care_of_is_not_called_again(campaign: Campaign) -> None:
    boss = make_supervisor(campaign)
    for end in ("refused", "died", "wrong_number", "unreachable"):
        with pytest.raises(Refusal):
            set_weekly(campaign, make_callee(campaign, state="closed", end=end))
    with pytest.raises(Refusal):
        set_weekly(campaign, make_callee(campaign, state="human"))
    opposed = make_callee(campaign, phone="+33639980778")
    do_oppose(actor=boss, organisation=campaign.organisation, phone="+33639980778", scope=CALLS)
    with pytest.raises(Refusal):
        set_weekly(campaign, opposed)
    assert not Callee.objects.filter(every_days__isnull=False).exists()


def test_by_name_one_chooses_the_commune_and_too_many_are_not_shown(campaign: Campaign, desk: Client) -> None:
    there, elsewhere = make_commune(code="67001", name="Achenheim"), make_commune(code="67043", name="Bischheim")
    make_callee(campaign, "Schmitt", commune=there)
    make_callee(campaign, "Schmitt", commune=elsewhere, facts={"first_name": "Odette"})
    find = at("recurring_find", campaign.slug)
    assert desk.post(find, {"name": "schmitt"}).status_code == 422, "a name alone would browse the whole list"
    assert desk.post(find, {"name": "sc", "commune": there.pk}).status_code == 422
    page = desk.post(find, {"name": "SCHMITT", "commune": there.pk}).content.decode()
    assert "Jeanne Schmitt" in page
    assert "Odette" not in page
    assert Reading.objects.count() == 1
    for _one in range(6):
        make_callee(campaign, "Schmitt", commune=there)
    assert desk.post(find, {"name": "Schmitt", "commune": there.pk}).status_code == 422
    assert Reading.objects.count() == 1, "nobody is shown, nobody is read"
    assert desk.post(find, {"phone": "06 39 98 99 99"}).status_code == 200


def test_another_organisation_finds_and_changes_nobody(campaign: Campaign) -> None:
    callee = make_callee(campaign)
    stranger = signed_in(make_person("Max", role=roles.SUPERVISOR))
    for address in ("recurring_person", "recurring_read", "recurring_stop"):
        assert stranger.post(at(address, campaign.slug, callee.key)).status_code == 404
    assert stranger.post(at("recurring_find", campaign.slug), {"phone": "0639980001"}).status_code == 404


def test_a_moment_agreed_before_stays_and_a_call_under_way_goes_on(campaign: Campaign) -> None:
    soon = TUESDAY + timedelta(hours=5)
    agreed = make_callee(campaign, state="scheduled", due_at=soon, agreed=True)
    set_weekly(campaign, agreed)
    agreed.refresh_from_db()
    assert (agreed.due_at, agreed.agreed, agreed.every_days) == (soon, True, 7)
    caller, held = make_caller(campaign), make_callee(campaign)
    lease = make_lease(held, Person.objects.get(pk=caller.person_id))
    set_weekly(campaign, held)
    held.refresh_from_db()
    assert (held.state, held.every_days) == ("leased", 7)
    do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said("fine"))
    held.refresh_from_db()
    assert (held.state, held.due_at.date()) == ("scheduled", date(2026, 12, 1))


def test_news_found_by_somebody_who_took_over_brings_back_the_weekly_call(campaign: Campaign) -> None:
    boss = make_supervisor(campaign)
    again = {"every_days": 7, "recurs_until": campaign.dataset.ends_on}
    for result, state in (("reached", "scheduled"), ("unreachable", "closed")):
        callee = make_callee(campaign, state="human", **again)
        task = HumanTask.objects.create(campaign=campaign, callee=callee, kind="decide")
        ladder.do_finish_task(actor=boss, task=task, result=result, words="Sa fille a répondu.")
        callee.refresh_from_db()
        assert callee.state == state


def test_the_voice_one_knows_is_offered_first_and_holds_up_nobody(campaign: Campaign) -> None:
    known, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    callee = make_callee(campaign, priority=1)
    lease = make_lease(callee, Person.objects.get(pk=known.person_id))
    again = Said("fine", every_days=7, recurs_until=campaign.dataset.ends_on)
    do_end(actor=known, lease_key=lease.key, client_key=uuid.uuid4(), said=again)
    for _one in range(3):
        make_callee(campaign, priority=40, rank=40)
    week = TUESDAY + timedelta(days=7)
    with clock.travelling(week):
        others = do_claim(actor=other, campaign=campaign)
        assert isinstance(others, Lease)
        assert others.callee_id != callee.pk, "in the morning they are kept for nobody, and not yet due"
        theirs = do_claim(actor=known, campaign=campaign)
        assert isinstance(theirs, Lease)
        assert theirs.callee_id == callee.pk
    Lease.objects.filter(pk=theirs.pk).delete()
    Callee.objects.filter(pk=callee.pk).update(state="scheduled")
    CallerCard.objects.update(last_claim_at=None)
    Lease.objects.filter(pk=others.pk).update(closed_at=week, closing="given_back")
    with clock.travelling(week + timedelta(hours=4)):
        anybody = do_claim(actor=other, campaign=campaign)
        assert isinstance(anybody, Lease)
        assert anybody.callee_id == callee.pk, "from their hour on, they come first for everybody"


def test_the_person_reads_that_they_are_called_again_and_why(campaign: Campaign) -> None:
    callee = make_callee(campaign, phone="+33639980779")
    callee = set_weekly(campaign, callee)
    held = {one.what: one for one in holdings.find(campaign.dataset, "+33639980779")}
    assert "recurs_why" in held
    said = [value for _words, value in held["callee"].beside]
    assert any(str(callee.recurs_until.year) in value for value in said), "how often, and until when"


def test_the_list_names_nobody_and_asks_the_same_whatever_its_length(
    campaign: Campaign, desk: Client, constant_queries: Any
) -> None:
    page = at("recurring", campaign.slug)

    def grow() -> None:
        for _one in range(3):
            set_weekly(campaign, make_callee(campaign, "Zumstein"))

    grow()
    constant_queries(desk, page, grow)
    assert "Zumstein" not in desk.get(page).content.decode()


def test_a_caller_proposes_it_when_all_is_well_and_not_with_a_refusal(campaign: Campaign) -> None:
    make_script(campaign)
    make_callee(campaign)
    caller = signed_in(Person.objects.get(pk=make_caller(campaign).person_id))
    for outcome, days in (("fine", 7), ("refused", None)):
        CallerCard.objects.update(last_claim_at=None)
        caller.post(reverse("proactive_desks:desk_take", args=[campaign.slug]))
        lease = Lease.objects.get(closed_at=None)
        page = caller.get(at("call", lease.key)).content.decode()
        assert page.count('name="every_days"') == 2, "beside all is well, and with a need"
        sent = {"client_key": str(uuid.uuid4()), "outcome": outcome, "every_days": "7"}
        assert caller.post(at("call_end", lease.key), sent).status_code == 302
        callee = Callee.objects.get(pk=lease.callee_id)
        assert callee.every_days == days
        assert callee.voice_id == (lease.caller_id if days else None)
        make_callee(campaign)
