"""Who opens the pages of what is tried, what each form refuses, what the public page asks of the database."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.assembly.factories import make_consultation, make_contribution
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.pistes.contact.citizen_dialogue.factories_schemes import (
    make_evaluator,
    make_indicator,
    make_measure,
    make_note,
    make_outcome,
    make_scheme,
)
from reflexes.pistes.contact.citizen_dialogue.messages_schemes import tell_reviews
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, FieldNote, Measure, Scheme
from reflexes.pistes.contact.citizen_dialogue.privacy import erase, export
from reflexes.pistes.contact.citizen_dialogue.tests.schemes_desk import at, desk, link, now_typed, page_of, public
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
TODAY = clock.today


@pytest.fixture
def lane(town, elected):
    """A lane with one of each thing."""
    door = make_consultation(town.hall, piste="citizen_dialogue", answerer=elected)
    scheme = make_scheme(town.hall, title="Piste du pont", closed=True, consultation=door)
    make_contribution(door)
    one = make_indicator(scheme, title="Cyclistes au pont")
    make_measure(one)
    make_note(make_evaluator(scheme), counts={one: 12})
    make_outcome(scheme, on=TODAY() - timedelta(days=1))
    return scheme


@pytest.fixture
def pages(lane):
    """Every page of the desk about it."""
    return {
        "schemes": [],
        "scheme_new": [],
        "scheme": [lane.slug],
        "scheme_write": [lane.slug],
        "scheme_ask": [lane.slug],
        "indicator_new": [lane.slug],
        "indicator_choose": [lane.indicators.get().pk],
        "indicator_aside": [lane.indicators.get().pk],
        "measure_new": [lane.slug],
        "measures_import": [lane.slug],
        "measure_strike": [Measure.objects.get().pk],
        "evaluator_invite": [lane.slug],
        "evaluator_new": [lane.slug],
        "note_new": [Evaluator.objects.get().pk],
        "note": [FieldNote.objects.get().pk],
        "decide": [lane.slug],
        "booklet_scheme": [lane.slug],
    }


def test_the_officer_opens_every_page_and_nobody_else_does(desk, pages, partner, stranger, resident, town):
    elsewhere = signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association))
    neighbour = signed_in(resident)
    for name, args in pages.items():
        url = at(name, *args)
        assert desk.get(url).status_code == 200, url
        assert partner.get(url).status_code == 404, url
        assert neighbour.get(url).status_code == 404, url
        assert stranger.get(url).status_code == 302, url
        if args:
            assert elsewhere.get(url).status_code in {403, 404}, url


def test_an_empty_form_is_refused_and_never_breaks(desk, pages):
    for name, args in pages.items():
        answer = desk.post(at(name, *args), {})
        assert answer.status_code in {302, 405, 409, 422}, (name, answer.status_code)


def test_everybody_reads_the_public_pages_in_both_languages(stranger, partner, lane):
    for client in (stranger, partner):
        for url in (public("schemes"), public("scheme_page", lane.slug), public("booklets")):
            for language in ("fr", "en"):
                assert client.get(url, headers={"accept-language": language}).status_code == 200
    assert stranger.get(public("scheme_page", "ailleurs")).status_code == 404
    english = stranger.get(public("scheme_page", lane.slug), headers={"accept-language": "en"}).content.decode()
    assert "Should it be kept, and how?" in english


def test_the_public_page_asks_as_much_of_the_database_whatever_it_shows(stranger, lane, constant_queries):
    def grow():
        for _number in range(4):
            one = make_indicator(lane)
            make_measure(one)
            make_note(make_evaluator(lane), counts={one: 3})
            make_contribution(lane.consultation)
            make_outcome(lane)

    constant_queries(stranger, public("scheme_page", lane.slug), grow)


def test_the_lists_and_the_desk_ask_as_much_whatever_they_show(stranger, desk, town, lane, constant_queries):
    def grow():
        for _number in range(3):
            scheme = make_scheme(town.hall, closed=True)
            make_note(make_evaluator(scheme))

    def grow_one():
        for _number in range(3):
            make_note(make_evaluator(lane), counts={lane.indicators.first(): 4})
            make_indicator(lane, state="aside", why_aside="Trop cher.")

    constant_queries(stranger, public("schemes"), grow)
    constant_queries(desk, at("schemes"), grow)
    constant_queries(desk, at("scheme", lane.slug), grow_one)


def sheet(text):
    return SimpleUploadedFile("releves.csv", text.encode())


def test_a_sheet_is_read_without_writing_then_kept_whole(desk, lane):
    good = f"indicateur;jour;valeur;source\nCyclistes au pont;2020-01-02;10;Radar\nCyclistes au pont;{TODAY()};12,5;\n"
    Scheme.objects.filter(pk=lane.pk).update(opened_on=TODAY() - timedelta(days=9))
    dry = desk.post(at("measures_import", lane.slug), {"file": sheet(good), "dry_run": "on"})
    assert dry.status_code == 200 and Measure.objects.count() == 1
    assert desk.post(at("measures_import", lane.slug), {"file": sheet(good)}).status_code == 302
    assert set(Measure.objects.filter(entry="file").values_list("value", "source")) == {
        (10, "Radar"),
        (12.5, "Compteur de la voirie"),
    }
    again = desk.post(at("measures_import", lane.slug), {"file": sheet(good)})
    assert again.status_code == 422 and Measure.objects.count() == 3


def test_a_wrong_sheet_says_everything_that_is_wrong_and_writes_nothing(desk, lane):
    wrong = "indicateur;jour;valeur\nAutre chose;hier;beaucoup\nCyclistes au pont;2999-01-01;12\n"
    answer = desk.post(at("measures_import", lane.slug), {"file": sheet(wrong)})
    assert answer.status_code == 422
    codes = [one.code for one in answer.context["read"].problems]
    assert codes == ["indicator", "day", "value", "day_to_come"]
    titles = desk.post(at("measures_import", lane.slug), {"file": sheet("a;b\n1;2\n")})
    assert [one.code for one in titles.context["read"].problems] == ["no_column"] * 3
    assert Measure.objects.count() == 1


def test_a_wrong_figure_is_struck_with_why_and_another_takes_its_place(desk, stranger, lane):
    measure = Measure.objects.get()
    assert desk.post(at("measure_strike", measure.pk), {"why": " "}).status_code == 422
    same = {"indicator": measure.indicator_id, "on": str(measure.on), "value": "12"}
    assert desk.post(at("measure_new", lane.slug), same).status_code == 422
    desk.post(at("measure_strike", measure.pk), {"why": "Le compteur comptait double."})
    assert desk.post(at("measure_strike", measure.pk), {"why": "Encore."}).status_code == 409
    assert desk.post(at("measure_new", lane.slug), same).status_code == 302
    assert "Le compteur comptait double." in page_of(stranger, lane)


def test_a_plus_without_javascript_gives_the_form_back_with_one_more_and_writes_nothing(client, lane):
    evaluator = make_evaluator(lane)
    address, name = link(evaluator), f"count_{lane.indicators.get().pk}"
    typed = {"client_key": uuid.uuid4(), "where": "Au feu", "at": now_typed(), name: "4", "pas": f"{name}+"}
    answer = client.post(address, typed)
    assert answer.status_code == 200
    assert str(answer.context["form"][name].value()) == "5"
    assert "Au feu" in answer.content.decode()
    less = client.post(address, {**typed, name: "", "pas": f"{name}-"})
    assert str(less.context["form"][name].value()) == "0"
    assert not evaluator.notes.exists()


def test_a_note_that_says_nothing_or_comes_from_tomorrow_is_refused_and_kept_on_screen(client, lane):
    address, name = link(make_evaluator(lane)), f"count_{lane.indicators.get().pk}"
    note = {"client_key": uuid.uuid4(), "where": "Au feu", "at": now_typed()}
    for wrong in (
        {},
        {"saw": "Rien", "where": ""},
        {"saw": "Rien", "at": "2999-01-01T08:00"},
        {"saw": "Rien", "at": "2001-01-01T08:00"},
        {name: "3"},
        {name: "-3", "minutes": "10"},
    ):
        answer = client.post(address, {**note, **wrong})
        assert answer.status_code == 422, wrong
    assert FieldNote.objects.count() == 1
    assert client.post(address, {**note, name: "3", "minutes": "10"}).status_code == 302


def test_somebody_takes_a_note_back_and_stops_and_their_link_says_so(client, lane):
    evaluator = make_evaluator(lane)
    note = make_note(evaluator, counts={lane.indicators.get(): 9}, saw="Je me suis trompée de rue.")
    other = FieldNote.objects.exclude(pk=note.pk).get()
    address = link(evaluator)
    assert client.post(address, {"geste": "reprendre", "note": other.pk}).status_code == 422
    assert client.post(address, {"geste": "reprendre", "note": note.pk}).status_code == 302
    note.refresh_from_db()
    assert note.saw == "" and not note.counts.exists()
    assert "trompée" not in page_of(client, lane)
    assert client.post(address, {"geste": "arreter"}).status_code == 302
    assert client.get(address).status_code == 200
    assert (
        client.post(address, {"client_key": uuid.uuid4(), "where": "x", "at": now_typed(), "saw": "y"}).status_code
        == 200
    )
    assert evaluator.notes.count() == 1


def test_the_link_of_somebody_else_opens_nothing(client, lane):
    evaluator = make_evaluator(lane)
    address = link(evaluator)
    Evaluator.objects.filter(pk=evaluator.pk).update(person=make_person("Autre"))
    assert client.get(address).status_code == 410
    assert client.get("/dialogue/lien/terrain/").status_code == 404


def test_a_hidden_note_has_a_reason_of_the_list_and_no_longer_shows(desk, stranger, lane):
    note = FieldNote.objects.get()
    assert desk.post(at("note", note.pk), {"why": "laid"}).status_code == 422
    desk.post(at("note", note.pk), {"why": "private"})
    assert note.saw not in page_of(stranger, lane)
    assert note.saw in desk.get(at("scheme", lane.slug)).content.decode()
    desk.post(at("note", note.pk), {"why": ""})
    assert note.saw in page_of(stranger, lane)


def test_somebody_known_is_found_by_name_and_invited_once(desk, town, lane):
    person = make_person("Ondine", role=roles.RESIDENT, organisation=town.hall, account=False)
    url = at("evaluator_invite", lane.slug) + "?q=ondine"
    assert "Ondine" in desk.get(url).content.decode()
    typed = {"person": person.pk, "as_words": "cycliste"}
    assert desk.post(url, {"person": person.pk}).status_code == 422
    assert desk.post(url, typed).status_code == 302
    assert desk.post(url, typed).status_code == 302
    assert Evaluator.objects.filter(person=person).count() == 1
    assert Message.objects.filter(person_key=person.key).count() == 2
    evaluator = Evaluator.objects.get(person=person)
    assert desk.post(at("evaluator_leave", evaluator.pk)).status_code == 302
    evaluator.refresh_from_db()
    assert evaluator.left_at is not None


def test_a_question_is_opened_with_two_channels_and_once(desk, town, elected):
    scheme = make_scheme(town.hall)
    typed = {
        "title": "La piste",
        "question": "Faut-il la garder ?",
        "opens_on": str(TODAY()),
        "closes_on": str(TODAY() + timedelta(days=9)),
        "main_channel": "web",
        "main_words": "Ici.",
        "backup_channel": "web",
        "backup_words": "Ici aussi.",
        "moderation": "after",
        "answerer": elected.pk,
    }
    assert desk.post(at("scheme_ask", scheme.slug), typed).status_code == 422
    typed["backup_channel"] = "paper"
    assert desk.post(at("scheme_ask", scheme.slug), typed).status_code == 302
    scheme.refresh_from_db()
    assert scheme.consultation.piste == "citizen_dialogue"
    assert desk.post(at("scheme_ask", scheme.slug), typed).status_code == 409


def test_officers_are_told_a_fortnight_before_a_decision_and_once_it_is_late(facilitator, town):
    make_scheme(town.hall, review_on=TODAY() + timedelta(days=60))
    make_scheme(town.hall, title="Bientôt", review_on=TODAY() + timedelta(days=9))
    make_scheme(town.hall, title="Trop tard", late=True)
    tell_reviews()
    tell_reviews()
    told = Message.objects.filter(person_key=facilitator.key)
    assert sorted("Trop tard" in one.subject for one in told) == [False, True]


def test_what_is_played_in_an_exercise_stays_there(stranger, town, lane, desk):
    exercise = make_exercise(name="Crue", plays_at=clock.now())
    played = make_scheme(town.hall, title="Pont fermé", exercise=exercise)
    assert "Pont fermé" not in stranger.get(public("schemes")).content.decode()
    assert stranger.get(public("scheme_page", played.slug)).status_code == 404
    assert desk.get(at("scheme", played.slug)).status_code == 404


def test_what_is_known_of_an_evaluator_is_told_and_forgotten(lane):
    evaluator = make_evaluator(lane)
    make_note(evaluator, saw="Je passe tous les jours.")
    key = evaluator.person.key
    with translation.override("fr"):
        known = export(key)
    assert known["observing"] and known["field_notes"][0]["words"] == "Je passe tous les jours."
    erase(key)
    evaluator.refresh_from_db()
    assert evaluator.person is None and evaluator.left_at is not None
    assert FieldNote.objects.filter(saw="Je passe tous les jours.").exists()
    assert export(key) == {}
