"""A person sees, by their telephone or through somebody, what is held of them, who read it, and refuses (P04 (4))."""

from datetime import timedelta

import pytest
from django.test import Client

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox import worker
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import make_dataset, make_holder
from reflexes.mechanisms.evidence.models import Tries
from reflexes.mechanisms.evidence.services import destruction, holdings, oppositions, readings
from reflexes.pistes.data.data_trust.services import own
from reflexes.pistes.data.data_trust.tests.desk import ASK, DESK, OTHER, PHONE, SHEET, Desk, code_sent, desk, opened
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


def read_by_a_caller(desk: Desk) -> Person:
    caller = make_person("Carole", role=roles.CALLER, organisation=desk.town.hall)
    make_holder(desk.dataset, caller)
    readings.do_reveal(
        actor=actor_for(caller),
        dataset=desk.dataset,
        subject=desk.held.subject,
        sealed=desk.held.sealed,
        what="identity",
        what_for="calling",
    )
    return caller


def test_p04_accept_4_a_person_sees_what_is_held_who_read_it_and_their_choices(desk: Desk, stranger: Client) -> None:
    caller = read_by_a_caller(desk)
    page = opened(stranger).get(SHEET).content.decode()
    assert "Schaal" in page
    assert desk.dataset.title in page
    assert str(desk.town.hall) in page
    assert str(roles.ROLES[roles.CALLER]) in page
    assert caller.last_name not in page
    assert "être appelé" in page


def test_p04_accept_4_a_refusal_said_on_the_page_is_honoured_by_the_query_layer(desk: Desk, stranger: Client) -> None:
    browser = opened(stranger)
    choice = f"{desk.town.hall.pk}:calls"
    assert browser.post(f"{ASK}choix/", {"choix": choice, "geste": "refuser"}).status_code == 302
    assert oppositions.opposed(desk.town.hall, [PHONE, OTHER], "calls") == {PHONE}
    assert browser.post(f"{ASK}choix/", {"choix": choice, "geste": "revenir"}).status_code == 302
    assert oppositions.opposed(desk.town.hall, [PHONE], "calls") == set()
    assert browser.post(f"{ASK}choix/", {"choix": "0:calls", "geste": "refuser"}).status_code == 422


def test_the_reading_of_a_person_is_written_down_and_is_not_shown_as_somebody_who_looked(
    desk: Desk, stranger: Client
) -> None:
    browser = opened(stranger)
    browser.get(SHEET)
    browser.get(SHEET)
    assert desk.dataset.readings.get().role == readings.CONCERNED
    assert "Personne n" in browser.get(SHEET).content.decode()


def test_what_was_said_in_a_call_is_read_by_nobody_who_only_holds_the_telephone(desk: Desk, stranger: Client) -> None:
    desk.rows.add_words(desk.dataset, desk.held, PHONE, "J’ai peur quand il rentre.")
    page = opened(stranger).get(SHEET).content.decode()
    assert "J’ai peur" not in page
    assert "1 texte est gardé en plus" in page
    assert desk.dataset.readings.count() == 1
    told = signed_in(desk.dpo)
    told.post(f"{DESK}guichet/", {"phone": "06 39 98 00 01", "proof": "paper"})
    assert "J’ai peur" in told.get(f"{DESK}guichet/fiche/").content.decode()


def test_a_number_that_nobody_knows_gets_the_same_answers(desk: Desk, stranger: Client) -> None:
    known, unknown = Client(), stranger
    answers = []
    for browser, phone in ((known, "06 39 98 00 01"), (unknown, "06 39 98 00 77")):
        asked = browser.post(ASK, {"phone": phone})
        then = browser.get(f"{ASK}code/")
        answers.append((asked.status_code, asked["Location"], then.content.decode().replace(phone, "")[:200]))
    assert answers[0] == answers[1]
    assert Message.objects.count() == 2
    assert unknown.post(f"{ASK}code/", {"code": code_sent()}).status_code == 302
    assert "Rien" in unknown.get(SHEET).content.decode()


def test_a_wrong_code_opens_nothing_and_five_tries_are_all(desk: Desk, stranger: Client) -> None:
    stranger.post(ASK, {"phone": "06 39 98 00 01"})
    right = code_sent()
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _time in range(own.TYPED.most):
        assert stranger.post(f"{ASK}code/", {"code": wrong}).status_code == 422
    assert stranger.post(f"{ASK}code/", {"code": right}).status_code == 422
    assert stranger.get(SHEET)["Location"] == ASK
    assert not desk.dataset.readings.exists()


def test_three_codes_an_hour_go_to_a_telephone_whoever_asks(desk: Desk) -> None:
    for _time in range(own.TO_A_PHONE.most):
        assert Client().post(ASK, {"phone": "06 39 98 00 01"}).status_code == 302
    assert Client().post(ASK, {"phone": "+33 6 39 98 00 01"}).status_code == 422
    assert Message.objects.count() == own.TO_A_PHONE.most
    assert PHONE not in str(list(Tries.objects.order_by("pk").values()))


def test_a_code_and_a_sheet_last_a_quarter_of_an_hour(
    desk: Desk, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger.post(ASK, {"phone": "06 39 98 00 01"})
    later = clock.real_now() + own.VALID_FOR + timedelta(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "real_now", lambda: later)
        assert stranger.get(f"{ASK}code/")["Location"] == ASK
    browser = opened(Client())
    assert browser.get(SHEET).status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(clock, "real_now", lambda: later + own.VALID_FOR)
        assert browser.get(SHEET)["Location"] == ASK


def test_whoever_closes_the_sheet_leaves_nothing_on_the_screen(desk: Desk, stranger: Client) -> None:
    browser = opened(stranger)
    assert "no-store" in browser.get(SHEET)["Cache-Control"]
    browser.post(f"{ASK}fermer/")
    assert browser.get(SHEET)["Location"] == ASK
    assert browser.post(f"{ASK}choix/", {})["Location"] == ASK


def test_which_telephones_asked_is_forgotten_after_a_day(desk: Desk, stranger: Client) -> None:
    stranger.post(ASK, {"phone": "06 39 98 00 01"})
    worker.run_all()
    assert own.forget_codes() == 0
    with clock.shifted(timedelta(days=1, minutes=1)):
        assert own.forget_codes() == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("written", ["", "12", "03 88 00 00 00"])
def test_what_receives_no_text_message_is_said_in_a_sentence(desk: Desk, stranger: Client, written: str) -> None:
    assert stranger.post(ASK, {"phone": written}).status_code == 422
    assert not Message.objects.exists()


def test_what_was_destroyed_is_held_no_more(desk: Desk, stranger: Client) -> None:
    desk.keeps.post(desk.at("fermer/"))
    assert "Schaal" in opened(stranger).get(SHEET).content.decode()
    destruction.do_destroy(actor=actor_for(desk.keeper), dataset=desk.dataset, why="Finie.")
    worker.run_all()
    assert "Schaal" not in stranger.get(SHEET).content.decode()


def test_what_is_played_is_not_shown_as_real(desk: Desk, stranger: Client) -> None:
    played = make_dataset(desk.town.hall, exercise=make_exercise(), title="Exercice")
    desk.rows.add(played, OTHER, {"last_name": "Muller"})
    browser = opened(stranger, "06 39 98 00 02")
    assert "Muller" not in browser.get(SHEET).content.decode()


def test_p04_accept_4_by_telephone_an_officer_shows_it_prints_it_and_is_written_down(desk: Desk) -> None:
    for browser, role in ((desk.judges, roles.DPO), (desk.keeps, roles.SUPERVISOR)):
        answer = browser.post(f"{DESK}guichet/", {"phone": "06 39 98 00 01", "proof": "called_back"})
        assert answer["Location"] == f"{DESK}guichet/fiche/"
        page = browser.get(f"{DESK}guichet/fiche/").content.decode()
        assert "Schaal" in page
        assert str(roles.ROLES[role]) in page
        printed = browser.get(f"{DESK}guichet/fiche.pdf")
        assert printed.content.startswith(b"%PDF")
    through = desk.dataset.readings.order_by("pk").values_list("role", "what_for", "through")
    assert list(through) == [
        (roles.DPO, holdings.OWN_ACCESS, "called_back"),
        (roles.SUPERVISOR, holdings.OWN_ACCESS, "called_back"),
    ]


def test_at_the_counter_a_refusal_is_written_for_the_person(desk: Desk) -> None:
    browser = desk.judges
    browser.post(f"{DESK}guichet/", {"phone": "06 39 98 00 01", "proof": "paper"})
    choice = {"choix": f"{desk.town.hall.pk}:calls", "geste": "refuser"}
    assert browser.post(f"{DESK}guichet/choix/", choice).status_code == 302
    assert oppositions.opposed(desk.town.hall, [PHONE], "calls") == {PHONE}


def test_an_officer_shows_nothing_that_another_organisation_holds(desk: Desk) -> None:
    elsewhere = make_dataset(desk.town.association, title="Paniers du mardi")
    desk.rows.add(elsewhere, PHONE, {"last_name": "Schaal"})
    browser = desk.judges
    browser.post(f"{DESK}guichet/", {"phone": "06 39 98 00 01", "proof": "paper"})
    assert "Paniers du mardi" not in browser.get(f"{DESK}guichet/fiche/").content.decode()
    assert not elsewhere.readings.exists()


def test_a_member_a_partner_and_a_stranger_look_nobody_up(
    desk: Desk, member: Client, partner: Client, stranger: Client, administrator: Person
) -> None:
    asked = {"phone": "06 39 98 00 01", "proof": "paper"}
    for browser, status in ((member, 403), (partner, 403), (signed_in(administrator), 403), (stranger, 302)):
        assert browser.get(f"{DESK}guichet/").status_code == status
        assert browser.post(f"{DESK}guichet/", asked).status_code == status
        for page in ("fiche/", "fiche.pdf"):
            assert browser.get(f"{DESK}guichet/{page}").status_code == status
    assert not desk.dataset.readings.exists()
    assert desk.judges.post(f"{DESK}guichet/", {"phone": "12", "proof": "paper"}).status_code == 422
    assert desk.judges.get(f"{DESK}guichet/fiche/")["Location"] == f"{DESK}guichet/"
