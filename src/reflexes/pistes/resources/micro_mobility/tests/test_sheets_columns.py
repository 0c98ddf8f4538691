"""Titles that nobody knows: somebody says once what they hold, and the next sheet is read without a word."""

import pytest

from reflexes.mechanisms.allocation.models import ColumnChoice, Import, Offer
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.tests.test_sheets_pages import DAY, SHEETS, desk, give, work
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
ODD = f"Matr.;Qui;Sait faire;Quand;Couleur\nA1;Zoé Klein;accueil;{DAY}/am;bleu\nA2;Ali Meyer;jardin;{DAY}/pm;vert\n"
SAID = {"c0": "id", "c1": "name", "c2": "skills", "c3": "half_days", "c4": "-"}


def odd_sheet(desk, text=ODD):
    answer = give(desk, text)
    assert answer.status_code == 302
    imported = Import.objects.order_by("-pk")[0]
    return imported, answer.headers["Location"]


def test_a_sheet_with_titles_nobody_knows_is_kept_and_its_columns_are_asked(desk):
    imported, where = odd_sheet(desk)

    assert (imported.state, where) == ("columns", f"{SHEETS}{imported.pk}/colonnes/")
    page = desk.get(where)
    assert "bleu, vert" in page.content.decode(), "some of what is under each title"
    assert not Offer.objects.exists()
    assert desk.get(f"{SHEETS}{imported.pk}/").headers["Location"] == where


def test_what_was_said_is_remembered_and_the_next_sheet_waits_for_a_yes_at_once(desk):
    imported, where = odd_sheet(desk)
    answer = desk.post(where, SAID)
    assert answer.headers["Location"] == f"{SHEETS}{imported.pk}/"
    imported.refresh_from_db()
    assert (imported.state, imported.to_create) == ("read", 2)
    assert desk.post(f"{SHEETS}{imported.pk}/confirmer/").status_code == 302
    work()
    assert Offer.objects.count() == 2

    again, where = odd_sheet(desk, ODD.replace("Ali", "Alix").replace("A2", "A3"))
    assert (again.state, where) == ("read", f"{SHEETS}{again.pk}/")
    assert "Colonnes lues comme le" in desk.get(where).content.decode()
    assert Entry.objects.filter(verb="allocation.columns_chosen").count() == 1


def test_only_what_is_not_read_as_usual_is_remembered(desk):
    _imported, where = odd_sheet(desk, ODD.replace("Matr.", "identifiant"))
    desk.post(where, SAID)
    assert set(ColumnChoice.objects.values_list("header", flat=True)) == {"qui", "sait faire", "quand"}


def test_two_columns_cannot_be_the_same_thing_and_what_was_chosen_stays_on_the_page(desk):
    _imported, where = odd_sheet(desk)
    answer = desk.post(where, SAID | {"c4": "name"})
    assert answer.status_code == 422
    assert "Deux colonnes ne peuvent pas être" in answer.content.decode()
    assert answer.context["form"]["c3"].value() == "half_days"
    assert not ColumnChoice.objects.exists()


def test_a_column_still_missing_is_said_and_nothing_is_written(desk):
    imported, where = odd_sheet(desk)
    answer = desk.post(where, SAID | {"c3": "-"})
    assert answer.status_code == 422
    assert "half_days" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.state == "columns"


def test_what_was_said_can_be_forgotten(desk):
    imported, where = odd_sheet(desk)
    desk.post(where, SAID)
    assert desk.post(f"{where}oublier/").status_code == 302
    assert not ColumnChoice.objects.exists()
    assert desk.get(where).context["missing"] == ["Identifiant", "Savoir-faire", "Demi-journées disponibles"]
    assert desk.post(f"{SHEETS}{imported.pk}/reprendre/").status_code == 302
    imported.refresh_from_db()
    assert (imported.state, bytes(imported.content)) == ("given_up", b"")


def test_the_columns_of_one_organisation_are_not_those_of_another(desk, partner_host):
    imported, where = odd_sheet(desk)
    desk.post(where, SAID)
    assert set(ColumnChoice.objects.values_list("organisation_id", flat=True)) == {imported.organisation_id}
    assert signed_in(partner_host).get(where).status_code == 404


def test_a_column_that_says_nothing_is_a_question_left_open(desk):
    _imported, where = odd_sheet(desk)
    answer = desk.post(where, SAID | {"c4": ""})
    assert answer.status_code == 422
    assert not ColumnChoice.objects.exists()
