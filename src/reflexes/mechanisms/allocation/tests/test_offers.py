"""What a person gives and refuses is theirs: they write it, the cell may write what it was told, nobody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.allocation.factories import half_days, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.allocation.services import offers
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db
FIRST = next_monday()
LAST = FIRST + timedelta(days=13)


@pytest.fixture
def amina() -> Person:
    return make_person("Amina", role="agent")


@pytest.fixture
def cell() -> Actor:
    return actor_for(make_person("Rémi", role="coordinator"))


def test_an_offer_is_made_on_the_first_visit_and_gives_nothing_yet(amina: Person) -> None:
    offer = offers.own_offer(actor_for(amina))
    assert (offer.person, offer.half_days.count(), offer.weekly_cap) == (amina, 0, 3)
    assert offers.own_offer(actor_for(amina)) == offer


def test_half_days_of_the_fortnight_shown_are_replaced_and_the_others_kept(amina: Person) -> None:
    offer = make_offer(amina, free=[(FIRST, "am"), (LAST + timedelta(days=1), "pm")])
    offers.do_set_half_days(
        actor=actor_for(amina), offer=offer, first=FIRST, last=LAST, half_days=[(FIRST, "pm"), (LAST, "am")]
    )
    kept = set(offer.half_days.values_list("day", "half"))
    assert kept == {(FIRST, "pm"), (LAST, "am"), (LAST + timedelta(days=1), "pm")}
    with pytest.raises(Refusal):
        offers.do_set_half_days(
            actor=actor_for(amina), offer=offer, first=FIRST, last=LAST, half_days=[(LAST + timedelta(days=9), "am")]
        )


def test_p09_accept_7_two_kinds_of_mission_are_chosen_at_most(amina: Person) -> None:
    offer, mine = make_offer(amina, kinds=()), actor_for(amina)
    offers.do_set_terms(actor=mine, offer=offer, weekly_cap=2, max_km=8.0, kinds=["calls", "food_aid"])
    assert set(offer.kinds.values_list("kind", flat=True)) == {"calls", "food_aid"}
    with pytest.raises(Refusal) as refused:
        offers.do_set_terms(actor=mine, offer=offer, weekly_cap=2, max_km=8.0, kinds=["calls", "food_aid", "waste"])
    assert refused.value.code == "too_many_kinds"
    offers.do_set_terms(actor=mine, offer=offer, weekly_cap=2, max_km=None, kinds=["waste"])
    assert list(offer.kinds.values_list("kind", flat=True)) == ["waste"]


def test_a_wish_is_hard_or_soft_and_can_be_taken_back(amina: Person) -> None:
    offer, mine = make_offer(amina), actor_for(amina)
    wish = offers.do_add_wish(actor=mine, offer=offer, kind="no_weekend", hard=True)
    assert offers.do_add_wish(actor=mine, offer=offer, kind="no_weekend", hard=False).pk == wish.pk
    offers.do_remove_wish(actor=mine, offer=offer, wish_id=wish.pk)
    assert not offer.wishes.exists()
    for kind, code in (("no_rain", "wish_unknown"), ("no_host", "wish_incomplete")):
        with pytest.raises(Refusal) as refused:
            offers.do_add_wish(actor=mine, offer=offer, kind=kind, hard=True)
        assert refused.value.code == code


def test_nobody_writes_somebody_elses_wishes_but_the_cell_for_them(amina: Person, cell: Actor) -> None:
    offer = make_offer(amina)
    for other in (actor_for(make_person(role="agent")), actor_for(make_person(role="manager")), Actor()):
        with pytest.raises(PermissionDenied):
            offers.do_add_wish(actor=other, offer=offer, kind="no_weekend", hard=True)
        with pytest.raises(PermissionDenied):
            offers.do_set_half_days(actor=other, offer=offer, first=FIRST, last=LAST, half_days=half_days(1))
    offers.do_add_wish(actor=cell, offer=offer, kind="no_weekend", hard=True)
    assert offer.wishes.get().hard


def test_an_offer_is_answered_once_with_words_that_reach_the_person(amina: Person, cell: Actor) -> None:
    offer = make_offer(amina)
    with pytest.raises(Refusal):
        offers.do_greet_offer(actor=cell, offer=offer, words="  ")
    offers.do_greet_offer(actor=cell, offer=offer, words="Merci, rien cette semaine.")
    assert Message.objects.get().body.startswith("Merci, rien")
    with pytest.raises(Refusal):
        offers.do_greet_offer(actor=cell, offer=offer, words="Encore merci.")
    assert Offer.objects.get().greeted_at is not None
    with pytest.raises(PermissionDenied):
        offers.do_greet_offer(actor=actor_for(amina), offer=offer, words="Merci")
