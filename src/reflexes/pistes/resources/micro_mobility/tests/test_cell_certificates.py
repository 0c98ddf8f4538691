"""Certificates, dates of birth and consents on the screens of the cell and of the person; never an error page."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.privacy.services import views_of
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.mechanisms.directory.models import CertificateClaim, ParentalConsent, PersonSkill
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
LIST = "/micro-mobilite/certificats/"
PAPERS = "/micro-mobilite/mon-espace/papiers/"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def held(agent):
    make_offer(agent)
    return PersonSkill.objects.create(person=agent, skill=make_skill("aide-soignant", regulated=True))


def in_days(days: int):
    return clock.today() + timedelta(days=days)


def confirmed(held, **fields):
    PersonSkill.objects.filter(pk=held.pk).update(confirmed_by=held.person.capacities.get().organisation, **fields)


def codes(coordinator) -> list[str]:
    return [one.code for one in silences(actor_for(coordinator))]


def test_the_person_sends_it_the_cell_sees_it_waiting_and_confirms_in_one_tap(member, cell, held, coordinator):
    answer = member.post(f"{PAPERS}{held.pk}/envoyer/", {"body": "École", "expires_on": in_days(300).isoformat()})
    assert answer.status_code == 302
    assert "certificates_to_confirm" in codes(coordinator)
    page = cell.get(LIST)
    assert [one.pk for one in page.context["rows"]] == [held.pk]
    assert cell.get(f"{LIST}{held.pk}/").status_code == 200
    assert views_of(held.person.key).exists()
    assert cell.post(f"{LIST}{held.pk}/confirmer/").status_code == 302
    held.refresh_from_db()
    assert held.expires_on == in_days(300)
    assert "certificates_to_confirm" not in codes(coordinator)
    assert cell.post(f"{LIST}{held.pk}/confirmer/").status_code == 409


def test_the_list_shows_what_ends_before_the_next_mission_and_finds_by_name_skill_and_state(cell, held, town):
    confirmed(held, expires_on=in_days(60))
    assert not cell.get(LIST).context["rows"].object_list
    slot = make_need(town.association, skill=held.skill, days=[(in_days(61), "am")]).slots.get()
    make_assignment(slot, held.person, state="confirmed")
    assert [one.pk for one in cell.get(LIST).context["rows"]] == [held.pk]
    assert [one.pk for one in cell.get(f"{LIST}?state=ending").context["rows"]] == [held.pk]
    assert [one.pk for one in cell.get(f"{LIST}?state=valid&q=amina&skill=aide-soignant").context["rows"]] == [held.pk]
    for none in ("?state=ended", "?state=missing", "?state=to_confirm", "?state=all&q=zoe"):
        assert not cell.get(f"{LIST}{none}").context["rows"].object_list, none
    for nonsense in ("?state=x", "?skill=x", "?page=-3"):
        assert cell.get(f"{LIST}{nonsense}").status_code == 200
    taken = cell.post(f"{LIST}sortir/?state=all", {"kind": "csv"})
    assert "Amina" in taken.content.decode("utf-8-sig")


def test_a_mission_whose_certificate_ends_before_it_is_a_silence_with_whom_to_call(cell, held, coordinator, town):
    slot = make_need(town.association, skill=held.skill).slots.get()
    make_assignment(slot, held.person, state="confirmed")
    confirmed(held, expires_on=slot.day)
    assert "papers_in_the_way" not in codes(coordinator)
    confirmed(held, expires_on=slot.day - timedelta(days=1))
    assert "papers_in_the_way" in codes(coordinator)
    assert "Amina" in cell.get("/micro-mobilite/ce-qui-attend/papers_in_the_way/").content.decode()


def test_a_minor_without_consent_on_the_day_is_a_silence_and_an_adult_by_then_is_not(coordinator, town):
    slot = make_need(town.association).slots.get()
    eighteen = slot.day.replace(year=slot.day.year - 18)
    lea = make_person("Léa", role="volunteer", unit=town.home, birth_date=eighteen)
    make_assignment(slot, lea, state="accepted")
    assert "papers_in_the_way" not in codes(coordinator)
    lea.birth_date = eighteen + timedelta(days=1)
    lea.save()
    assert "papers_in_the_way" in codes(coordinator)
    ParentalConsent.objects.create(person=lea, given_by="Mme Z", given_on=clock.today())
    assert "papers_in_the_way" not in codes(coordinator)


@pytest.mark.parametrize(
    "typed",
    [
        {"body": "", "number": "12"},
        {"body": "École", "issued_on": "2030-01-01"},
        {"body": "École", "issued_on": "2026-01-01", "expires_on": "2025-01-01"},
        {"body": "École", "expires_on": "hier"},
        {"body": "École", "expires_on": "0001-01-01"},
    ],
)
def test_an_impossible_certificate_answers_422_with_what_was_typed(member, cell, held, typed):
    for client, address in ((member, f"{PAPERS}{held.pk}/envoyer/"), (cell, f"{LIST}{held.pk}/ecrire/")):
        page = client.post(address, typed)
        assert page.status_code == 422
        assert "erreur" in page.content.decode() or "error" in page.content.decode()
    assert not CertificateClaim.objects.exists()


def test_strangers_partners_and_appraisers_find_no_certificate_and_no_consent(
    held, stranger, partner, manager, hr, coordinator
):
    for client in (partner, signed_in(manager), signed_in(hr)):
        assert client.get(LIST).status_code == 404
        assert client.get(f"{LIST}{held.pk}/").status_code == 404
        assert client.post(f"{LIST}{held.pk}/confirmer/").status_code == 404
        assert client.get(f"/micro-mobilite/personnes/{held.person_id}/accord/").status_code == 404
    assert stranger.get(LIST).status_code == 302
    other = signed_in(make_person("Basile", role="agent", unit=held.person.capacities.get().unit))
    assert other.post(f"{PAPERS}{held.pk}/envoyer/", {"body": "x"}).status_code == 404
    assert other.post(f"{PAPERS}{held.pk}/reprendre/").status_code == 404


def test_a_date_of_birth_then_a_consent_then_its_being_taken_back(cell, town):
    lea = make_person("Léa", role="volunteer", unit=town.home)
    make_offer(lea)
    address = f"/micro-mobilite/personnes/{lea.pk}/accord/"
    assert "inconnue" in cell.get(address).content.decode()
    born = clock.today() - timedelta(days=17 * 365)
    assert cell.post(address.replace("accord", "naissance"), {"born": born.isoformat()}).status_code == 302
    assert cell.get(f"{address}papier/")["Content-Type"] == "application/pdf"
    typed = {"given_by": "Mme Z", "tie": "parent", "paper": "form", "given_on": clock.today().isoformat()}
    assert cell.post(address, {**typed, "given_on": "2031-01-01"}).status_code == 422
    assert cell.post(address, typed).status_code == 302
    assert "Mme Z" in signed_in(lea).get(PAPERS).content.decode()
    assert cell.post(f"{address}retirer/").status_code == 302
    assert cell.post(f"{address}retirer/").status_code == 409


def test_the_list_asks_the_same_questions_whatever_the_number_of_rows(cell, held, town, constant_queries):
    def grow():
        for _number in range(5):
            one = make_person(role="agent", unit=town.home)
            more = PersonSkill.objects.create(person=one, skill=held.skill)
            CertificateClaim.objects.create(held=more, body="École")

    constant_queries(cell, f"{LIST}?state=all", grow)


WORDS = st.text(max_size=140)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("body", "number", "issued_on", "expires_on", "because", "born", "given_by", "tie", "paper", "given_on"),
            WORDS,
        ),
    )
)
def test_whatever_is_typed_in_these_forms_is_never_an_error_page(cell, member, held, typed):
    person = held.person_id
    for client, address in (
        (member, f"{PAPERS}{held.pk}/envoyer/"),
        (cell, f"{LIST}{held.pk}/ecrire/"),
        (cell, f"{LIST}{held.pk}/renvoyer/"),
        (cell, f"/micro-mobilite/personnes/{person}/accord/"),
        (cell, f"/micro-mobilite/personnes/{person}/naissance/"),
    ):
        assert client.post(address, typed).status_code in {302, 409, 422}
