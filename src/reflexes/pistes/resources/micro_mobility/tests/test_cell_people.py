"""The people who offered: who was not used, by name and never ranked; one sheet each, its reading journaled."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.acting import SYSTEM
from reflexes.core.privacy.services import do_erase_person, views_of
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_wish, next_monday
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.directory.factories import make_person, make_skill
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
POOL = "/micro-mobilite/personnes/"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def people(town):
    """Three who offered: Amina on a mission, Basile asked without a mission, Chloé never asked."""
    found = [make_person(name, role="agent", unit=town.home, last_name="Z") for name in ("Amina", "Basile", "Chloé")]
    for one in found:
        make_offer(one)
    amina, basile, _chloe = found
    make_assignment(make_need(town.association).slots.get(), amina, state="confirmed")
    make_assignment(make_need(town.association).slots.get(), basile, state="declined")
    Offer.objects.filter(person__in=(amina, basile)).update(last_asked_at=clock.now() - timedelta(days=5))
    return found


def names(page) -> list[str]:
    return [offer.person.first_name for offer in page.context["rows"]]


def test_everybody_who_offered_is_listed_by_name(cell, people):
    page = cell.get(POOL)
    assert names(page) == ["Amina", "Basile", "Chloé"]
    assert [offer.missions for offer in page.context["rows"]] == [1, 0, 0]


def test_who_was_not_used_shows(cell, people):
    assert names(cell.get(f"{POOL}?use=never_asked")) == ["Chloé"]
    assert names(cell.get(f"{POOL}?use=unanswered")) == ["Chloé"]
    assert names(cell.get(f"{POOL}?use=asked")) == ["Basile"]
    assert names(cell.get(f"{POOL}?use=going")) == ["Amina"]
    Offer.objects.filter(person=people[0]).update(active=False)
    assert names(cell.get(f"{POOL}?use=away")) == ["Amina"]
    assert names(cell.get(POOL)) == ["Basile", "Chloé"]


def test_people_are_found_by_name_skill_kind_service_and_half_day(cell, people, town):
    knows = make_person("Driss", role="agent", skills=(make_skill("conduire"),), last_name="Z")
    make_offer(knows, kinds=("calls",), free=[(next_monday(4), "pm")])
    assert names(cell.get(f"{POOL}?q=chloe")) == ["Chloé"]
    assert names(cell.get(f"{POOL}?skill=conduire")) == ["Driss"]
    assert names(cell.get(f"{POOL}?kind=food_aid")) == ["Amina", "Basile", "Chloé"]
    assert names(cell.get(f"{POOL}?unit={town.home.pk}")) == ["Amina", "Basile", "Chloé"]
    assert names(cell.get(f"{POOL}?day={next_monday(4)}")) == ["Driss"]
    assert names(cell.get(f"{POOL}?day={next_monday(4)}&half=am")) == []
    for nonsense in ("?skill=x", "?unit=x", "?day=x", "?use=x", "?page=-4"):
        assert cell.get(f"{POOL}{nonsense}").status_code == 200


def test_a_sheet_shows_skills_wishes_and_missions_and_its_reading_is_written_down(cell, people, coordinator):
    amina = people[0]
    make_wish(amina.offer, "no_weekday", "2")
    make_wish(amina.offer, "no_half", "pm", hard=False)
    page = cell.get(f"{POOL}{amina.pk}/")
    assert [(wish.hard) for wish in page.context["wishes"]] == [True, False]
    assert len(page.context["missions"]) == 1
    read = views_of(amina.key).get()
    assert (read.viewer_key, read.role, read.purpose) == (coordinator.key, "coordinator", "allocation")


def test_p09_accept_13_skills_and_wishes_are_read_by_nobody_who_appraises(
    people, manager, hr, partner, member, stranger
):
    amina = people[0]
    for client in (signed_in(manager), signed_in(hr), partner, member):
        assert client.get(POOL).status_code == 404
        assert client.get(f"{POOL}{amina.pk}/").status_code == 404
        assert client.get(f"/micro-mobilite/offres/{amina.pk}/repondre/").status_code == 404
        assert client.post(f"/micro-mobilite/offres/{amina.pk}/repondre/", {"words": "x"}).status_code == 404
    assert stranger.get(f"{POOL}{amina.pk}/").status_code == 302
    assert not views_of(amina.key).exists()


def test_a_person_who_never_offered_or_was_erased_has_no_sheet(cell, people, host):
    assert cell.get(f"{POOL}{host.pk}/").status_code == 404
    people[0].erased_at = clock.now()
    people[0].save()
    assert cell.get(f"{POOL}{people[0].pk}/").status_code == 404


def test_somebody_erased_is_in_no_list_of_people(cell, people):
    amina = people[0]
    do_erase_person(actor=SYSTEM, person_key=amina.key)
    for use in ("", "never_asked", "unanswered", "asked", "going", "away"):
        assert amina.pk not in [offer.person_id for offer in cell.get(POOL, {"use": use}).context["rows"]]
    assert cell.get(POOL).context["rows"].paginator.count == 2


def test_the_pool_asks_the_same_questions_whatever_the_number_of_rows(cell, people, town, constant_queries):
    amina = people[0]

    def grow():
        for _number in range(5):
            one = make_person(role="agent", unit=town.home)
            make_offer(one)
            make_assignment(make_need(town.association).slots.get(), one, state="accepted")
            make_wish(amina.offer, "no_host", str(make_need().organisation_id))
            make_assignment(make_need(town.association).slots.get(), amina, state="declined")

    constant_queries(cell, POOL, grow)
    constant_queries(cell, f"{POOL}{amina.pk}/", grow)


def test_the_last_page_goes_on_by_name_where_the_one_before_stopped(cell, people, town):
    for number in range(70):
        make_offer(make_person(f"Agent {number:02d}", role="agent", unit=town.home, last_name="Y"))
    pages = [cell.get(POOL, {"page": number}) for number in (1, 2)]
    listed = [name for page in pages for name in names(page)]
    assert listed == [f"Agent {number:02d}" for number in range(70)] + ["Amina", "Basile", "Chloé"]
    assert [offer.missions for offer in pages[1].context["rows"]][-3:] == [1, 0, 0]


def test_somebody_free_morning_and_afternoon_of_a_day_is_listed_once(cell, people):
    page = cell.get(POOL, {"day": next_monday().isoformat()})
    assert names(page) == ["Amina", "Basile", "Chloé"]
