"""Before a campaign is destroyed its page says what goes and what stays, counted; the record keeps the same figures."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock, keyring
from reflexes.mechanisms.casework.models import Referral
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Dataset, Destruction
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_campaign, make_lease
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import tuesday_morning
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


@pytest.fixture
def campaign() -> Campaign:
    """A campaign that called three people: one is well, one told a need, one is with somebody."""
    made = make_campaign()
    caller = make_caller(made)
    for outcome, words in (("fine", {"note": "Aime parler de son chat."}), ("need", {"words": "Plus de chauffage."})):
        lease = make_lease(make_callee(made), Person.objects.get(pk=caller.person_id))
        do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome, **words))
    sealed = keyring.take(made.dataset.key).seal({"words": "Voisins vus."})
    HumanTask.objects.create(campaign=made, callee=make_callee(made, state="human"), kind="visit", words=sealed)
    Dataset.objects.filter(pk=made.dataset_id).update(state=Dataset.State.CLOSED, closed_at=clock.now())
    return made


@pytest.fixture
def desk(campaign: Campaign) -> Client:
    return signed_in(make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation))


def at(campaign: Campaign) -> str:
    return reverse("data_trust:destroy", args=[campaign.dataset.slug])


def test_the_page_counts_what_goes_and_the_record_keeps_the_same_figures(campaign: Campaign, desk: Client) -> None:
    Referral.objects.update(state="closed", told="scellé")
    page = desk.get(at(campaign)).content.decode()
    said = dict(re.findall(r"<strong>(\d+)</strong> ([^<]+)</p>", page))
    assert "personnes à appeler" in said.values()
    assert "Nadia" in page, "who confirms is said before the button"
    assert "nombre de fois" in page, "the script stays, with the count of its answers"
    assert desk.post(at(campaign), {"why": "Finie."}).status_code == 422
    assert Callee.objects.count() == 3
    assert desk.post(at(campaign), {"why": "Finie.", "understood": "on"}).status_code == 302
    kept = dict(Destruction.objects.get().remains.values_list("what", "number"))
    assert (kept["people"], kept["calls"], kept["cases"], kept["needs"]) == (3, 2, 1, 1)
    # A note, the words of the call, those of its case and of its first step, the end as it was told, a visit.
    assert kept["texts"] >= 5
    gone = sorted(number for what, number in kept.items() if what in {"people", "calls", "cases", "needs", "texts"})
    assert sorted(int(number) for number in re.findall(r"<strong>(\d+)</strong> [^<]+</p>", page)) == gone
    assert not Callee.objects.exists()


def test_a_need_still_followed_is_said_before_the_button_and_there_is_none(campaign: Campaign, desk: Client) -> None:
    page = desk.get(at(campaign)).content.decode()
    assert 'name="understood"' not in page
    assert "<strong>3</strong> personnes à appeler" in page, "what would go is said all the same"
    assert desk.post(at(campaign), {"why": "Finie.", "understood": "on"}).status_code == 409
    assert Callee.objects.count() == 3


def test_a_stranger_and_another_organisation_see_nothing_of_it(campaign: Campaign) -> None:
    assert Client().get(at(campaign)).status_code == 302
    assert signed_in(make_person("Max", role=roles.SUPERVISOR)).get(at(campaign)).status_code == 404
