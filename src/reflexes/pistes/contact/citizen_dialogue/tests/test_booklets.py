"""The booklet: fixed on a day in both languages, read on screen and as a PDF (P11 (10))."""

import io
import json

import pytest
from pypdf import PdfReader

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_consultation, make_contribution
from reflexes.pistes.contact.citizen_dialogue.factories import make_edition, make_idea_proposal
from reflexes.pistes.contact.citizen_dialogue.factories_schemes import (
    make_evaluator,
    make_indicator,
    make_measure,
    make_note,
    make_outcome,
    make_scheme,
)
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, Feasibility, Variable
from reflexes.pistes.contact.citizen_dialogue.tests.schemes_desk import at, desk, public
from tests.harness.words import plain

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def lane(town, elected):
    """A lane that was measured, observed, talked about and decided."""
    door = make_consultation(town.hall, piste="citizen_dialogue", answerer=elected)
    scheme = make_scheme(town.hall, title="Piste du pont", closed=True, consultation=door)
    make_contribution(door, words="On respire enfin.", channel="phone")
    one = make_indicator(scheme, title="Cyclistes au pont")
    make_indicator(scheme, title="Bruit", state="aside", why_aside="Aucun sonomètre disponible.")
    make_measure(one, value=412)
    make_note(make_evaluator(scheme), counts={one: 17}, saw="Deux enfants seuls.", channel="paper", entered_by=elected)
    make_outcome(scheme, motive="Elle sert, mais les livraisons la coupent.")
    return scheme


def published(desk, lane):
    """Publish its booklet and return it."""
    desk.post(at("booklet_scheme", lane.slug), {"learned": "Commencer par les livreurs."})
    return Booklet.objects.get()


def test_p11_accept_10_a_booklet_is_published_on_a_day_with_all_that_was_asked_chosen_and_learned(
    desk, stranger, lane, facilitator
):
    assert desk.post(at("booklet_scheme", lane.slug), {"learned": " "}).status_code == 422
    booklet = published(desk, lane)
    assert booklet.published_by_id == facilitator.pk
    shown = stranger.get(public("booklet", booklet.slug)).content.decode()
    for part in (
        "412",
        "Deux enfants seuls.",
        "17 en 10 min",
        "On respire enfin.",
        "Aucun sonomètre disponible.",
        "les livraisons la coupent",
        "Deux places de livraison en face.",
        "Commencer par les livreurs.",
        "releves.csv",
        "Sommaire",
        "par téléphone",
        booklet.digest,
    ):
        assert part in shown, part
    assert booklet.title in stranger.get(public("booklets")).content.decode()
    assert "/livrets/" in stranger.get(public("scheme_page", lane.slug)).content.decode()


def test_p11_accept_10_the_booklet_is_in_both_languages(desk, stranger, lane):
    booklet = published(desk, lane)
    assert set(json.loads(booklet.content)) == {"fr", "en"}
    english = stranger.get(public("booklet", booklet.slug), headers={"accept-language": "en"}).content.decode()
    assert "What was decided, and why" in english and "Commencer par les livreurs." in english


def test_p11_accept_10_what_was_published_no_longer_moves_and_a_later_printing_is_told(desk, stranger, lane):
    first = published(desk, lane)
    make_measure(lane.indicators.get(title="Cyclistes au pont"), value=98765, source="Autre")
    before = stranger.get(public("booklet", first.slug)).content.decode()
    assert "98" not in before.split("412")[1][:20] and "98 765" not in plain(before)
    desk.post(at("booklet_scheme", lane.slug), {"learned": "La suite."})
    second = Booklet.objects.exclude(pk=first.pk).get()
    assert (first.number, second.number) == (1, 2)
    first_again = stranger.get(public("booklet", first.slug)).content.decode()
    assert public("booklet", second.slug) in first_again
    assert "98 765" in plain(stranger.get(public("booklet", second.slug)).content.decode())


def test_p11_accept_10_the_pdf_says_the_same_and_is_tagged_for_screen_readers(desk, stranger, lane):
    booklet = published(desk, lane)
    answer = stranger.get(public("booklet_pdf", booklet.slug))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content and b"/Outlines" in answer.content
    pages = PdfReader(io.BytesIO(answer.content)).pages
    words = plain(" ".join(" ".join(one.extract_text() for one in pages).split()))
    for part in ("Sommaire", "412", "Deux enfants seuls.", "Commencer par les livreurs.", "Aucun sonomètre"):
        assert part in words, part
    assert "les livraisons la coupent" in words


def test_a_booklet_waits_for_a_decision(desk, town):
    scheme = make_scheme(town.hall)
    assert desk.post(at("booklet_scheme", scheme.slug), {"learned": "Rien."}).status_code == 422
    assert not Booklet.objects.exists()


def test_p11_accept_10_a_budget_has_its_booklet_with_what_was_refused_and_why(desk, stranger, town, elected, tmp_path):
    edition = make_edition(town.hall, title="Budget des jeunes", purpose="Décider à 11 ans.")
    door = edition.steps.get(kind="ideas").consultation
    make_contribution(door, channel="letter")
    proposal = make_idea_proposal(edition, title="Un mur d’escalade")
    Feasibility.objects.create(
        edition=edition,
        proposal=proposal,
        unit=town.home,
        due_on=clock.today(),
        verdict="not",
        motive="Le sol est pollué.",
        answered_at=clock.now(),
    )
    Variable.objects.create(
        edition=edition, name="L’âge", was="16 ans", becomes="11 ans", why="Entendre les collégiens."
    )
    url = at("booklet_edition", edition.slug)
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"learned": "Aller dans les collèges."}).status_code == 302
    booklet = Booklet.objects.get()
    shown = stranger.get(public("booklet", booklet.slug)).content.decode()
    for part in (
        "Un mur d’escalade",
        "Le sol est pollué.",
        "Entendre les collégiens.",
        "Aller dans les collèges.",
        "300",
    ):
        assert part in shown, part
    assert stranger.get(public("booklet_pdf", booklet.slug)).content.startswith(b"%PDF")


def test_only_the_officer_prepares_a_booklet(partner, stranger, town, lane):
    edition = make_edition(town.hall)
    for url in (at("booklet_scheme", lane.slug), at("booklet_edition", edition.slug)):
        assert partner.get(url).status_code == 404
        assert stranger.get(url).status_code == 302
    assert stranger.get(public("booklet", "rien")).status_code == 404
    assert stranger.get(public("booklet_pdf", "rien")).status_code == 404
