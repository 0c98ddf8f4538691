"""The navigator's pages, as a browser gets them: what is expected of me, in the person's own words."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reflexes.core import registry
from reflexes.mechanisms.casework.factories import make_sent, make_service
from reflexes.mechanisms.casework.models import Case, Channel, Motive, Need, Question, Referral, Service, State
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.cases import do_merge
from reflexes.mechanisms.casework.tests import mounted
from reflexes.mechanisms.casework.tests.casting import FACTS, SAID, Cast, answering
from reflexes.mechanisms.directory.factories import make_commune
from reflexes.mechanisms.directory.models import Person
from tests.harness.cast import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("reflexes.mechanisms.casework.tests.mounted")]
INBOUND = {
    "channel": Channel.COUNTER,
    "phone": "06 39 98 00 11",
    "name": "Rose Martin",
    "words": "J’ai froid chez moi.",
}


@pytest.fixture(autouse=True)
def piste(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = registry.pistes()
    monkeypatch.setattr(registry, "pistes", lambda: (mounted.PISTE, *known))
    mounted.READ.clear()
    mounted.KEYS.clear()
    yield


@pytest.fixture
def cast() -> Cast:
    return Cast(piste=mounted.SLUG)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return signed_in(cast.navigator_person)


def at(name: str, *args: object) -> str:
    return reverse(f"essai:navigator_{name}", args=args)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_board_shows_what_is_expected_of_me_with_the_words_on_top(cast: Cast, desk: Client) -> None:
    cast.told(urgent=True)
    make_sent(cast.navigator, cast.told(words="Je voudrais de la compagnie."), cast.service)
    page = text(desk.get(at("board")))
    assert SAID in page
    assert cast.service.in_words in page
    assert "Rose" not in page
    assert desk.get(at("column", "a-qualifier")).status_code == 200
    assert desk.get(at("column", "nulle-part")).status_code == 404


def test_a_page_of_the_desk_costs_the_same_for_few_needs_and_for_many(cast: Cast, desk: Client) -> None:
    def told(number: int) -> None:
        make_sent(cast.navigator, cast.told(facts={"name": f"Personne {number}"}), make_service(f"Aide {number}"))
        cast.told(facts={"name": f"Voisin {number}"})

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    told(0)
    qualified = cast.need(facts={"name": "Ode Roy"})
    referrals.do_qualify(actor=cast.navigator, referral=qualified, need=Need.FOOD)
    pages = [at("board"), at("column", "a-qualifier"), at("services"), at("entrust", qualified.key)]
    cost(pages[0])  # the first page of a session costs more
    few = [cost(address) for address in pages]
    for number in range(1, 5):
        told(number)
    assert [cost(address) for address in pages] == few


def test_an_empty_board_says_what_comes(desk: Client) -> None:
    assert desk.get(at("board")).status_code == 200


def test_nobody_but_a_navigator_of_the_organisation_finds_the_desk(cast: Cast) -> None:
    case = cast.told()
    key = case.referrals.get().key
    people = {one.person_id: Person.objects.get(pk=one.person_id) for one in cast.others if one.is_known}
    own = [at("need", key), at("qualify", key), at("entrust", key), at("send", key, cast.service.pk), at("tell", key)]
    for person in people.values():
        client = signed_in(person)
        assert [client.get(address).status_code for address in own] == [404] * len(own)
        assert client.post(at("who", key)).status_code == 404
    for address in (at("board"), at("inbound"), at("services"), at("questions"), at("import")):
        assert signed_in(cast.caller_person).get(address).status_code == 404
    assert mounted.READ == []


def test_who_it_is_shows_when_pressed_and_is_written_down(cast: Cast, desk: Client) -> None:
    referral = cast.need()
    assert FACTS["name"] not in text(desk.get(at("need", referral.key)))
    assert desk.get(at("who", referral.key)).status_code == 405
    shown = desk.post(at("who", referral.key))
    assert FACTS["name"] in text(shown)
    assert "no-store" in shown["Cache-Control"]
    ((actor, what, through),) = mounted.READ
    assert (actor.person_key, what, through) == (cast.navigator.person_key, "identity", str(referral.key))


def test_a_need_is_qualified_then_entrusted_to_a_service_found_by_need_and_place(cast: Cast, desk: Client) -> None:
    referral = cast.need()
    refused = desk.post(at("qualify", referral.key), {})
    assert refused.status_code == 422
    desk.post(at("qualify", referral.key), {"need": Need.FOOD, "wants_news": "on"})
    make_service("Docteur", themes=(Need.HEALTH.value,))
    page = text(desk.get(at("entrust", referral.key)))
    assert cast.service.name in page
    assert "Docteur" not in page
    assert desk.get(at("send", referral.key, 10**9)).status_code == 404
    assert desk.post(at("send", referral.key, cast.service.pk), {"brief": ""}).status_code == 422
    sent = desk.post(at("send", referral.key, cast.service.pk), {"brief": "Des repas.", "shares": ["name", "phone"]})
    assert sent.status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.shared) == (State.SENT, ["name", "phone"])


def test_a_service_that_refused_three_times_says_so_where_one_chooses(cast: Cast, desk: Client) -> None:
    for _time in range(3):
        referral = make_sent(cast.navigator, cast.told(), cast.service)
        referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL)
    other = cast.need()
    desk.post(at("qualify", other.key), {"need": Need.FOOD, "wants_news": "on"})
    page = text(desk.get(at("entrust", other.key)))
    assert cast.service.name in page, "it is still there: somebody may know why it refused"
    assert "a refusé 3 fois en trois mois" in page.replace("\xa0", " ")


def test_what_a_service_says_by_telephone_is_written_by_the_navigator(cast: Cast, desk: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    refused = desk.post(at("need", referral.key), {"geste": "refuser"})
    assert refused.status_code == 422
    assert desk.post(at("need", referral.key), {"geste": "danser"}).status_code == 422
    desk.post(at("need", referral.key), {"geste": "refuser", "motive": Motive.FULL})
    referral.refresh_from_db()
    assert referral.state == State.REFUSED
    assert referral.steps.get(state=State.REFUSED).by_key == cast.navigator.person_key
    again = desk.post(at("again", referral.key))
    assert again["Location"].endswith("/confier/")
    assert desk.post(at("again", referral.key))["Location"] == at("need", referral.key)


def test_closing_asks_what_happened_and_whom_we_told(cast: Cast, desk: Client) -> None:
    referral = cast.need()
    desk.post(at("need", referral.key), {"geste": "fait", "words": "Répondu tout de suite."})
    assert desk.get(at("tell", referral.key)).status_code == 200
    assert desk.post(at("tell", referral.key), {"what_happened": "Répondu."}).status_code == 422
    desk.post(at("tell", referral.key), {"what_happened": "Répondu.", "person_told": "Au téléphone."})
    referral.refresh_from_db()
    assert referral.state == State.CLOSED
    assert desk.get(at("need", referral.key)).status_code == 200


def test_somebody_who_calls_is_searched_before_they_are_written(cast: Cast, desk: Client) -> None:
    assert desk.get(at("inbound")).status_code == 200
    refused = desk.post(at("inbound"), {**INBOUND, "phone": ""})
    assert refused.status_code == 422
    assert "J’ai froid" in text(refused)
    mounted.KEYS.append(cast.key_name)
    opened = desk.post(at("inbound"), {**INBOUND, "commune": make_commune().code})
    case = Case.objects.get()
    assert opened["Location"] == at("qualify", case.referrals.get().key)
    assert (case.channel, case.told_by) == (Channel.COUNTER, None)
    known = desk.post(at("inbound"), {**INBOUND, "name": ""})
    assert known.status_code == 200
    assert at("need", case.referrals.get().key) in text(known)
    assert Case.objects.count() == 1
    desk.post(at("inbound"), {**INBOUND, "name": "", "vu": "1"})
    assert Case.objects.count() == 2
    assert desk.post(at("inbound"), {**INBOUND, "phone": "12"}).status_code == 422
    assert desk.post(at("inbound"), {**INBOUND, "channel": Channel.CALLED}).status_code == 422


def test_two_cases_are_brought_together_and_taken_apart_on_the_page(cast: Cast, desk: Client) -> None:
    first, second = cast.told(), cast.told(words="Et il me faut du bois.")
    key = second.referrals.get().key
    address = at("merge", key, first.key)
    assert address in text(desk.get(at("need", key)))
    desk.post(address)
    second.refresh_from_db()
    assert second.merged_into == first
    assert SAID in text(desk.get(at("need", key)))
    desk.post(at("unmerge", key, first.key))
    second.refresh_from_db()
    assert second.merged_into is None
    do_merge(actor=cast.navigator, case=second, into=first)
    desk.post(at("unmerge", first.referrals.get().key, second.key))
    second.refresh_from_db()
    assert second.merged_into is None


def test_another_need_is_added_and_a_question_is_kept_without_the_person(cast: Cast, desk: Client) -> None:
    referral = cast.need()
    desk.post(at("add", referral.key), {"words": "Et du pain."})
    assert Referral.objects.count() == 2
    asks = {"asks": "Qui livre des médicaments ?", "answer": "Le CCAS, sous deux jours."}
    assert desk.post(at("question_from", referral.key), {**asks, "answer": "Rose le sait."}).status_code == 422
    desk.post(at("question_from", referral.key), asks)
    question = Question.objects.get()
    assert question.asks in text(desk.get(at("need", referral.key)))
    assert question.asks in text(desk.get(at("questions")))
    desk.post(at("question", question.pk), {"words": "La pharmacie aussi."})
    assert "La pharmacie aussi." in text(desk.get(at("questions")))
    assert desk.get(at("question_new")).status_code == 200
    desk.post(at("question_retire", question.pk))
    assert desk.get(at("question", question.pk)).status_code == 404


def test_the_directory_is_read_written_by_hand_and_brought_from_files(cast: Cast, desk: Client) -> None:
    assert cast.service.name in text(desk.get(at("services")))
    said = {"name": "Bois", "structure": "Les Bûcherons", "needs": [Need.MONEY], "phone": "06 39 98 00 20"}
    assert desk.post(at("service_new"), {**said, "phone": ""}).status_code == 422
    desk.post(at("service_new"), said)
    own = Service.objects.get(name="Bois")
    assert desk.get(at("service_write", own.pk)).status_code == 200
    assert desk.get(at("service_write", cast.service.pk)).status_code == 404
    desk.post(at("service_aside", own.pk))
    own.refresh_from_db()
    assert own.put_aside_at is not None
    assert desk.get(at("service", own.pk)).status_code == 200
    assert desk.get(at("service", cast.service.pk)).status_code == 200


def a_file(rows: Any, name: str) -> io.BytesIO:
    file = io.BytesIO(json.dumps(rows).encode())
    file.name = name
    return file


def test_files_are_checked_before_they_are_brought(cast: Cast, desk: Client) -> None:
    structure = {"id": "a", "source": "dora", "nom": "CCAS"}
    service = {"id": "b", "source": "dora", "structure_id": "a", "nom": "Repas chaud", "description": "Un repas."}

    def sent(**also: Any) -> Any:
        return {"structures": a_file([structure], "s.json"), "services": a_file([{**service, **also}], "v.json")}

    assert desk.get(at("import")).status_code == 200
    bad = desk.post(at("import"), {**sent(nom=""), "geste": "importer"})
    assert bad.status_code == 422
    assert "v.json" in text(bad)
    assert desk.post(at("import"), {**sent(), "geste": "verifier"}).status_code == 200
    assert not Service.objects.filter(name="Repas chaud").exists()
    desk.post(at("import"), {**sent(), "geste": "importer"})
    assert Service.objects.filter(name="Repas chaud").exists()
    assert desk.post(at("import"), {"geste": "importer"}).status_code == 422


def test_whoever_heard_a_need_reads_its_end_on_their_page(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    client = signed_in(cast.caller_person)
    assert client.get(reverse("essai:feedback")).status_code == 200
    referrals.do_finish(actor=answering(referral), referral=referral, outcome="Repas livrés.")
    referrals.do_close_told_back(
        actor=cast.navigator, referral=referral, what_happened="Des repas arrivent.", person_told="Oui."
    )
    page = text(client.get(reverse("essai:feedback")))
    assert "R. M." in page
    assert "Des repas arrivent." in page
    assert "Rose" not in page
    assert Client().get(reverse("essai:feedback")).status_code != 200
