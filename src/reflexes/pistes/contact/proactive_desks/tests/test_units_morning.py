"""The morning sheet: the same on screen, on paper and by mail at 7:45; missing units are named (screens.md 9)."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.models import Player
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign, make_lease
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_centre_question,
    make_facility,
    make_field_need,
    make_proximity_unit,
    make_report,
    make_visit,
)
from reflexes.pistes.contact.proactive_desks.services.morning import compose
from reflexes.pistes.contact.proactive_desks.services.morning_mail import send_due
from reflexes.pistes.contact.proactive_desks.services.units_reports import counted
from reflexes.pistes.contact.proactive_desks.tests.units_desk import (
    at,
    centre,
    director,
    four_o_clock,
    head,
    hour,
    lead,
    make_sequence,
    phone,
    unit,
)

pytestmark = pytest.mark.django_db
__all__ = ["centre", "director", "four_o_clock", "head", "lead", "phone", "unit"]
YESTERDAY = timedelta(days=1)


@pytest.fixture
def lived(unit, town):
    """A day as it was lived yesterday, read this morning at eight: one unit reported, the other did not."""
    make_sequence("crisis")
    yesterday = clock.today() - YESTERDAY
    other = make_proximity_unit(town.hall, name="Cronenbourg")
    place = make_facility(unit, name="Résidence des Acacias")
    make_report(unit, day=yesterday, visits=11, stuck="Les tests n’arrivent pas.")
    make_visit(place, on=yesterday)
    make_field_need(place)
    make_field_need(place, state="met", closed_at=hour(15) - YESTERDAY)
    make_field_need(place, state="not_met", outcome="L’hôtel a fermé.", closed_at=hour(16) - YESTERDAY)
    make_centre_question(unit, due_at=hour(12), asked_at=hour(17) - YESTERDAY)
    return other


def test_p12_accept_10_the_sheet_says_five_sentences_then_figures_and_names_who_did_not_report(head, lived):
    with clock.travelling(hour(8)):
        page = head.get(at("morning"))
    sheet = page.context["sheet"]
    assert len(sheet.sentences) == 5
    assert sheet.missing == ["Cronenbourg"]
    figures = {one.label: one.value for one in sheet.figures}
    assert figures["Visites et appels"] == 11
    assert figures["Besoins qui attendent maintenant"] == 1
    shown = page.content.decode()
    for part in (
        "Canicule, étape 2",
        "Résidence des Acacias",
        "L’hôtel a fermé.",
        "Qui paie les chambres d’hôtel",
        "Cronenbourg",
        "comptes rendus des unités, 1 sur 2",
    ):
        assert part in shown


def test_p12_accept_10_when_nobody_reported_figures_are_not_known_rather_than_zero(head, unit):
    with clock.travelling(hour(8)):
        sheet = head.get(at("morning")).context["sheet"]
        shown = head.get(at("morning")).content.decode()
    assert {one.value for one in sheet.figures if "comptes rendus" in one.source} == {None}
    assert sheet.missing == ["Neudorf"]
    assert "pas connu" in shown


def test_p12_accept_10_the_printed_sheet_is_one_page_with_the_same_words_even_on_a_heavy_day(head, lived, town):
    for number in range(20):
        make_proximity_unit(town.hall, name=f"Secteur au nom assez long pour tenir, numéro {number}")
        make_centre_question(lived, words="Une longue question. " * 30)
    with clock.travelling(hour(8)):
        sheet = head.get(at("morning")).context["sheet"]
        printed = head.get(at("morning_pdf"))
    assert printed["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(printed.content)).pages
    assert len(pages) == 1
    words = " ".join(pages[0].extract_text().split())
    assert "Cronenbourg" in words
    for one in sheet.sentences:
        assert one.about.split()[0] in words


def test_p12_accept_10_the_mail_leaves_at_a_quarter_to_eight_once_to_each_director(lived, director):
    with clock.travelling(hour(7, 44)):
        assert send_due() == 0
    with clock.travelling(hour(7, 45)):
        assert send_due() == 1
        assert send_due() == 0
    with clock.travelling(hour(11)):
        assert send_due() == 0
    message = Message.objects.get(person_key=director.key)
    for part in ("Cronenbourg", "Canicule, étape 2", "L’hôtel a fermé."):
        assert part in message.body
    assert [one.url.rsplit("/", 1)[-1] for one in message.actions.order_by("position")] == ["", "matin.pdf"]
    with clock.travelling(hour(7, 50) + timedelta(days=1)):
        assert send_due() == 1


def test_a_worker_that_wakes_in_the_afternoon_sends_no_morning_sheet(lived, director):
    with clock.travelling(hour(14)):
        assert send_due() == 0


def test_the_directors_of_another_organisation_are_not_told(lived, director, town):
    make_person("Autre", role=roles.DIRECTOR, organisation=make_organisation("Ailleurs"))
    with clock.travelling(hour(8)):
        assert send_due() == 1


def test_a_morning_sheet_of_an_exercise_stays_in_it_and_reads_only_it(town, director, lived):
    exercise = make_exercise(plays_at=hour(8))
    Player.objects.create(exercise=exercise, person=director, role=roles.DIRECTOR)
    make_proximity_unit(town.hall, name="Jouée", exercise=exercise, starts_on=clock.today() - timedelta(days=3))
    # It is four in the afternoon for everybody else; those who play live at eight.
    send_due()
    played = Message.objects.filter(person_key=director.key, exercise_id=exercise.pk).get()
    assert "Jouée" in played.body and "Cronenbourg" not in played.body
    with clock.travelling(hour(8)):
        real = compose(actor_for(director), clock.today())
    assert "Jouée" not in real.missing


def test_the_sheet_is_for_the_centre(phone, partner, member, stranger, centre, lived):
    with clock.travelling(hour(8)):
        for name in ("morning", "morning_pdf"):
            assert centre.get(at(name)).status_code == 200
            assert phone.get(at(name)).status_code == 403
            assert partner.get(at(name)).status_code == 404
            assert member.get(at(name)).status_code == 404
            assert stranger.get(at(name)).status_code in {302, 404}


@pytest.mark.parametrize("minutes", [0, 1, 23 * 60 + 58])
def test_a_day_counts_from_midnight_to_midnight_of_the_site(unit, minutes):
    place = make_facility(unit)
    moment = hour(0) + timedelta(minutes=minutes)
    make_field_need(place, opened_at=moment)
    make_field_need(place, opened_at=hour(0) - timedelta(seconds=1))
    make_field_need(place, opened_at=hour(0) + timedelta(days=1))
    assert counted([unit.pk], clock.today())[unit.pk].needs_noted == 1


def test_calls_and_what_people_told_stand_in_the_sheet_also_without_any_unit(town, director):
    campaign = make_campaign(town.hall, state="open")
    caller = make_person("Karim", role=roles.CALLER, organisation=town.hall)
    yesterday = hour(15) - YESTERDAY
    for outcome in ("need", "no_answer", "fine"):
        closed = {"opened_at": yesterday, "closed_at": yesterday, "closing": "said", "outcome": outcome}
        make_lease(make_callee(campaign), caller, **closed)
    with clock.travelling(hour(8)):
        sheet = compose(actor_for(director), clock.today())
        assert send_due() == 1
    figures = {one.label: one.value for one in sheet.figures}
    assert (figures["Appels passés"], figures["Conversations tenues"]) == (3, 2)
    assert "Visites et appels" not in figures


def test_a_unit_takes_a_sheet_along_with_its_places_and_the_report_to_fill_by_hand(phone, partner, unit):
    for number in range(30):
        make_field_need(make_facility(unit, name=f"Résidence du {number}e jour"), words="Des lunettes de protection.")
    printed = phone.get(at("unit_paper", unit.pk))
    words = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(printed.content)).pages).split())
    for part in ("Résidence du 29e jour", "06 39 98 01 00", "Des lunettes", "Prêter du matériel", "bloque", "17 h 30"):
        assert part in words
    assert partner.get(at("unit_paper", unit.pk)).status_code == 404
