"""A list prepared at the data desk: written, judged, opened, filled, read by named people, taken out, ended (P04)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import make_dataset, make_export, make_holder
from reflexes.mechanisms.evidence.models import Dataset, Export
from reflexes.mechanisms.evidence.services import destruction, exports, holdings, oppositions
from reflexes.pistes.data.data_trust.models import Entry
from reflexes.pistes.data.data_trust.services import desk as desk_services
from reflexes.pistes.data.data_trust.services import lists
from reflexes.pistes.data.data_trust.tests.desk import DESK, PHONE, REGISTER, Desk, desk, opened
from reflexes.pistes.data.data_trust.views.register import _then
from tests.harness.cast import signed_in
from tests.harness.counting import ConstantQueries

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
WRITTEN = {
    "title": "Registre canicule",
    "purpose": "Appeler les personnes inscrites quand il fait très chaud.",
    "contents": "Nom, téléphone, adresse.",
    "recipients": "Les agents désignés.",
    "source": "Les personnes elles-mêmes.",
    "basis": "legal_duty",
    "basis_words": "Article L. 121-6-1 du CASF.",
    "information": "Accusé de réception.",
}
SOMEBODY = {"way": "phone", "last_name": "Grasser", "first_name": "Colette", "phone": "06 39 98 00 07"}
NUMBER = "+33639980007"


@pytest.fixture
def listed(desk: Desk) -> Dataset:
    """Return an open list of the data desk, in the piste that really keeps it."""
    holdings.register("data_trust", lists.KEEPER)
    return make_dataset(desk.town.hall, piste="data_trust", owner=desk.keeper, title="Registre canicule")


@pytest.fixture
def reader(desk: Desk, listed: Dataset) -> Person:
    navigator = make_person("Odile", role=roles.NAVIGATOR, organisation=desk.town.hall)
    make_holder(listed, navigator, "visiting")
    return navigator


def add(desk: Desk, listed: Dataset, phone: str = "06 39 98 00 07", name: str = "Grasser") -> Entry:
    facts = {"last_name": name, "phone": phone}
    return lists.do_add_entry(actor=actor_for(desk.keeper), dataset=listed, facts=facts, commune=None, way="phone")


def asked(**also: object) -> dict[str, object]:
    return {
        "what_for": "visiting",
        "why": "Deux agents vont les voir jeudi.",
        "facts": ["last_name"],
        "group": "everybody",
        "to_whom": "CCAS",
        "until": (clock.today() + timedelta(days=7)).isoformat(),
        "kind": "csv",
        **also,
    }


def test_a_list_is_written_judged_and_opened_from_the_data_desk(desk: Desk, stranger: Client) -> None:
    keeps = desk.keeps
    answer = keeps.post(f"{DESK}nouvelles/", {"title": "Registre canicule"})
    draft = Dataset.objects.get(title="Registre canicule")
    assert answer["Location"] == desk.at(dataset=draft)
    assert "en cours d’écriture" in keeps.get(DESK).content.decode()
    assert not Message.objects.filter(subject="On vous demande un avis").exists()
    assert keeps.post(desk.at("ouvrir/", draft), follow=True).status_code == 200
    ends = (clock.today() + timedelta(days=90)).isoformat()
    assert keeps.post(desk.at("ecrire/", draft), {**WRITTEN, "ends_on": ends}).status_code == 302
    assert Message.objects.filter(subject="On vous demande un avis", person_key=desk.dpo.key).count() == 1
    assert "avis demandé" in keeps.get(DESK).content.decode()
    assert "Registre canicule" not in stranger.get(REGISTER).content.decode()
    desk.judges.post(desk.at("avis/", draft), {"says": "favourable", "words": "Inscription volontaire."})
    assert "prêtes à ouvrir" in keeps.get(DESK).content.decode()
    keeps.post(desk.at("ouvrir/", draft))
    draft.refresh_from_db()
    assert draft.state == Dataset.State.OPEN
    assert keyring.holds(draft.key)
    assert "Inscription volontaire." in stranger.get(REGISTER).content.decode()
    with clock.shifted(timedelta(days=85)):
        assert "se termine bientôt" in keeps.get(DESK).content.decode()


def test_a_draft_without_its_words_does_not_open_and_says_what_misses(desk: Desk) -> None:
    desk.keeps.post(f"{DESK}nouvelles/", {"title": "Logements"})
    draft = Dataset.objects.get(title="Logements")
    page = desk.keeps.post(desk.at("ouvrir/", draft), follow=True).content.decode()
    assert "la base légale" in page
    draft.refresh_from_db()
    assert draft.state == Dataset.State.DRAFT
    assert desk.keeps.post(f"{DESK}nouvelles/", {"title": " "}).status_code == 422


def test_only_who_keeps_prepares_writes_and_opens(desk: Desk, member: Client, partner: Client) -> None:
    draft = make_dataset(desk.town.hall, state="draft", owner=desk.keeper)
    for browser in (desk.judges, member, partner):
        assert browser.get(f"{DESK}nouvelles/").status_code == 403
        assert browser.post(desk.at("ecrire/", draft), {}).status_code == 403
        assert browser.post(desk.at("ouvrir/", draft)).status_code == 403
    assert desk.keeps.get(desk.at("ecrire/")).status_code == 404


def test_somebody_is_named_by_name_for_a_purpose_with_a_reason_and_told(desk: Desk, listed: Dataset) -> None:
    navigator = make_person("Odile", role=roles.NAVIGATOR, organisation=desk.town.hall)
    page = desk.keeps.get(desk.at("lecture/", listed), {"q": "odile"}).content.decode()
    assert str(navigator.key) in page
    address = desk.at(f"lecture/{navigator.key}/", listed)
    said = {"role": "navigator", "what_for": "visiting", "why": "Elle organise les visites."}
    until = {"until": listed.ends_on.isoformat() if listed.ends_on else ""}
    assert desk.keeps.post(address, {**said, **until, "why": ""}).status_code == 422
    assert desk.keeps.post(address, {**said, **until}).status_code == 302
    assert "Elle organise les visites." in desk.judges.get(desk.at(dataset=listed)).content.decode()
    assert Message.objects.get(person_key=navigator.key).subject == "Vous pouvez lire une liste de personnes"
    assert listed.title in signed_in(navigator).get(f"{DESK}a-lire/").content.decode()
    assert desk.judges.get(address).status_code == 403


def test_the_person_concerned_sees_which_roles_may_read_and_never_a_name(
    desk: Desk, listed: Dataset, reader: Person, stranger: Client
) -> None:
    add(desk, listed, PHONE)
    page = opened(stranger).get("/ce-que-l-on-sait-de-moi/fiche/").content.decode()
    assert "Qui peut regarder" in page
    assert f"orienteur, orienteuse, {desk.town.hall}" in page
    assert reader.last_name not in page


def test_a_file_is_asked_for_taken_once_and_stands_in_the_register_without_a_name(
    desk: Desk, listed: Dataset, reader: Person, stranger: Client
) -> None:
    add(desk, listed)
    browser = signed_in(reader)
    answer = browser.post(desk.at("fichier/", listed), asked())
    export = Export.objects.get()
    assert answer["Location"] == f"{DESK}fichier/{export.key}/"
    assert "Fichiers sortis" not in stranger.get(REGISTER).content.decode()
    answer = browser.post(f"{DESK}fichier/{export.key}/prendre/")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "Registre canicule" in lines[0]
    assert lines[2:] == ["Grasser"]
    assert browser.post(f"{DESK}fichier/{export.key}/prendre/").status_code == 302
    public = stranger.get(REGISTER).content.decode()
    assert "Fichiers sortis" in public
    assert "CCAS" in public
    for hidden in ("Grasser", reader.last_name, str(export.key)):
        assert hidden not in public
    assert "CCAS" in stranger.get("/registre-des-donnees.csv").content.decode("utf-8-sig")


def test_a_file_without_its_purpose_is_one_sentence_and_stands_on_the_page_of_the_data(
    desk: Desk, listed: Dataset, reader: Person
) -> None:
    browser = signed_in(reader)
    for body in ({}, {"what_for": "calling"}, asked(facts=[]), asked(until="hier")):
        answer = browser.post(desk.at("fichier/", listed), body)
        assert answer.status_code == 422
        assert "Aucun fichier ne sort sans dire pourquoi" in answer.content.decode()
    kept = browser.post(desk.at("fichier/", listed), asked(facts=[])).content.decode()
    assert "Deux agents vont les voir jeudi." in kept
    assert desk.keeps.post(desk.at("fichier/", listed), asked()).status_code == 422
    page = desk.judges.get(desk.at(dataset=listed)).content.decode()
    assert "Fichiers refusés" in page
    assert exports.refused(listed).count() == 6
    assert not Export.objects.exists()


def test_a_file_whose_day_has_passed_waits_on_the_officer_until_somebody_says_that_it_is_destroyed(
    desk: Desk, listed: Dataset, reader: Person
) -> None:
    export = make_export(listed, reader, taken_at=clock.now(), people=3)
    assert not desk_services.remind_files()
    with clock.shifted(timedelta(days=7)):
        desk_services.remind_files()
        desk_services.remind_files()
        told = Message.objects.get(person_key=reader.key)
        assert "à détruire" in told.body
        assert "Un fichier devait être détruit" not in desk.judges.get(DESK).content.decode()
    with clock.shifted(timedelta(days=15)):
        desk_services.remind_files()
        assert Message.objects.filter(person_key=reader.key).count() == 2
        page = desk.judges.get(DESK).content.decode()
        assert "Un fichier devait être détruit" in page
        address = f"{DESK}fichier/{export.key}/detruit/"
        assert desk.judges.post(address, {"words": ""}).status_code == 422
        assert signed_in(reader).post(address, {"words": ""}).status_code == 302
        assert "Un fichier devait être détruit" not in desk.judges.get(DESK).content.decode()


def test_a_list_holds_people_at_their_word_once_and_lets_them_go(desk: Desk, listed: Dataset) -> None:
    address = desk.at("inscrire/", listed)
    assert desk.keeps.post(address, SOMEBODY).status_code == 302
    assert desk.keeps.post(address, SOMEBODY).status_code == 409
    for lacking in ({"last_name": ""}, {"phone": "12"}, {"way": ""}):
        answer = desk.keeps.post(address, {**SOMEBODY, **lacking})
        assert answer.status_code == 422
        assert "Colette" in answer.content.decode()
    assert Entry.objects.count() == 1
    assert "1 personne est sur cette liste" in desk.keeps.get(desk.at(dataset=listed)).content.decode()
    row = str(Entry.objects.values().get())
    assert "Grasser" not in row
    assert "39980007" not in row
    assert desk.keeps.post(desk.at("retirer/", listed), {"phone": "06 39 98 00 08"}).status_code == 422
    assert desk.keeps.post(desk.at("retirer/", listed), {"phone": "06 39 98 00 07"}).status_code == 302
    assert not Entry.objects.exists()


def test_p04_accept_4_whoever_refuses_is_on_no_list_and_in_no_file(desk: Desk, listed: Dataset, reader: Person) -> None:
    add(desk, listed)
    add(desk, listed, "06 39 98 00 09", "Ott")
    dpo = actor_for(desk.dpo)
    oppositions.do_oppose(actor=dpo, organisation=desk.town.hall, phone=NUMBER, scope=lists.CONTACT)
    with pytest.raises(Refusal) as refused:
        add(desk, listed, name="Autre")
    assert refused.value.code == "opposed"
    browser = signed_in(reader)
    browser.post(desk.at("fichier/", listed), asked())
    lines = browser.post(f"{DESK}fichier/{Export.objects.get().key}/prendre/").content.decode("utf-8-sig")
    assert "Ott" in lines
    assert "Grasser" not in lines


def test_a_list_is_destroyed_whole_and_its_figures_stay(desk: Desk, listed: Dataset) -> None:
    add(desk, listed)
    desk.keeps.post(desk.at("fermer/", listed))
    listed.refresh_from_db()
    with pytest.raises(Refusal):
        lists._locked(listed)
    record = destruction.do_destroy(actor=actor_for(desk.keeper), dataset=listed, why="Fin de saison.")
    assert dict(record.remains.values_list("what", "number")) == {"people": 1}
    assert not Entry.objects.exists()


def test_the_record_says_that_it_does_not_reach_files_that_left(desk: Desk, listed: Dataset, reader: Person) -> None:
    make_export(listed, reader, taken_at=clock.now())
    Dataset.objects.filter(pk=listed.pk).update(state=Dataset.State.CLOSED)
    record = destruction.do_destroy(actor=actor_for(desk.keeper), dataset=listed, why="Fin de saison.")
    with translation.override("en"):
        assert "Files that had left" in _then(record)
    record.remains.all().delete()
    with translation.override("en"):
        assert "Files that had left" not in _then(destruction.Destruction.objects.get(pk=record.pk))


def test_strangers_to_a_list_reach_neither_its_people_nor_its_files(
    desk: Desk, listed: Dataset, reader: Person, member: Client, partner: Client, stranger: Client
) -> None:
    export = make_export(listed, reader)
    for page in ("inscrire/", "retirer/", "fichier/"):
        assert member.get(desk.at(page, listed)).status_code == 403
        assert partner.get(desk.at(page, listed)).status_code == 404
        assert stranger.get(desk.at(page, listed)).status_code == 302
    for browser in (member, partner):
        assert browser.get(f"{DESK}fichier/{export.key}/").status_code == 404
        assert browser.post(f"{DESK}fichier/{export.key}/prendre/").status_code == 404
    assert desk.judges.post(f"{DESK}fichier/{export.key}/prendre/").status_code == 403
    assert Export.objects.get().taken_at is None


def test_the_page_of_a_dataset_asks_as_little_when_files_and_readers_grow(
    desk: Desk, listed: Dataset, reader: Person, constant_queries: ConstantQueries
) -> None:
    def grow() -> None:
        make_export(listed, reader, "last_name", "phone", taken_at=clock.now())
        make_holder(listed, make_person("Lina", role=roles.CALLER, organisation=desk.town.hall), "calling")

    grow()
    constant_queries(desk.judges, desk.at(dataset=listed), grow)
    constant_queries(desk.judges, REGISTER, grow)
    constant_queries(signed_in(reader), f"{DESK}a-lire/", grow)


def test_nothing_of_a_list_is_in_the_messages(desk: Desk, listed: Dataset, reader: Person) -> None:
    add(desk, listed)
    make_export(listed, reader, taken_at=clock.now(), until=clock.today())
    desk_services.remind_files()
    for told in Message.objects.all():
        assert not re.search("Grasser|39980007", f"{told.subject} {told.body}")
