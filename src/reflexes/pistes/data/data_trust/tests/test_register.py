"""The register says to everybody what is held, for what, until when, who reads it, and what was destroyed (P04 (7))."""

import pytest
from django.test import Client

from reflexes.core.outbox import worker
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.evidence.factories import make_dataset
from reflexes.mechanisms.evidence.services import datasets, destruction
from reflexes.pistes.data.data_trust.tests.desk import REGISTER, Desk, desk
from tests.harness.counting import ConstantQueries

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


def destroy(desk: Desk) -> None:
    actor = actor_for(desk.keeper)
    closed = datasets.do_close(actor=actor, dataset=desk.dataset)
    destruction.do_destroy(actor=actor, dataset=closed, why="La canicule est finie.")
    worker.run_all()


def test_p04_accept_7_everybody_reads_what_is_held_and_why(
    desk: Desk, member: Client, partner: Client, stranger: Client
) -> None:
    for browser in (member, partner, stranger):
        page = browser.get(REGISTER).content.decode()
        for words in (desk.dataset.title, desk.dataset.purpose, "L. 121-6-1", "Finalité précise", str(desk.town.hall)):
            assert words in page
        assert "Schaal" not in page


def test_a_draft_and_what_is_played_are_not_in_it(desk: Desk, stranger: Client) -> None:
    make_dataset(desk.town.hall, state="draft", title="En préparation seulement")
    make_dataset(desk.town.hall, exercise=make_exercise(), title="Pour l’exercice seulement")
    page = stranger.get(REGISTER).content.decode()
    assert "seulement" not in page


def test_what_was_destroyed_stays_on_record_with_its_figures_and_its_paper(desk: Desk, stranger: Client) -> None:
    assert stranger.get(f"{REGISTER}{desk.dataset.slug}/destruction.pdf").status_code == 404
    destroy(desk)
    page = stranger.get(f"{REGISTER}?etat=destroyed").content.decode()
    assert "La canicule est finie." in page
    assert "Personnes : 1" in page
    assert desk.keeper.last_name not in page
    paper = stranger.get(f"{REGISTER}{desk.dataset.slug}/destruction.pdf")
    assert paper.content.startswith(b"%PDF")
    assert desk.dataset.title not in stranger.get(f"{REGISTER}?etat=held").content.decode()


def test_the_sheet_holds_the_lines_that_were_looked_for(desk: Desk, stranger: Client) -> None:
    make_dataset(desk.town.association, title="Paniers du mardi")
    lines = stranger.get("/registre-des-donnees.csv?q=paniers").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Paniers du mardi" in lines[1]
    destroy(desk)
    whole = stranger.get("/registre-des-donnees.csv").content.decode("utf-8-sig")
    assert desk.dataset.title in whole


def test_the_register_asks_as_little_of_the_database_when_it_grows(
    desk: Desk, stranger: Client, constant_queries: ConstantQueries
) -> None:
    constant_queries(stranger, REGISTER, lambda: make_dataset(desk.town.hall))
