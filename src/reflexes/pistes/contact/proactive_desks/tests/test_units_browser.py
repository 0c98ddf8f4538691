"""The report typed on a telephone, with and without scripts, also when the network drops; axe on every page of units."""

from typing import Any

import pytest

from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_centre_question,
    make_doctrine,
    make_facility,
    make_field_need,
    make_proximity_unit,
    make_report,
    make_visit,
)
from reflexes.pistes.contact.proactive_desks.models import DailyReport, ProximityUnit
from reflexes.pistes.contact.proactive_desks.tests.units_desk import at
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lived(db: None) -> ProximityUnit:
    """A unit that visited a place whose head lacks something, and asked the centre."""
    town = make_organisation("Ville")
    first = make_doctrine(town)
    unit = make_proximity_unit(town, name="Neudorf", doctrine=first)
    make_doctrine(town, priority="Dépister d’abord.")
    place = make_facility(unit)
    make_visit(place)
    make_field_need(place)
    make_centre_question(unit)
    make_report(make_proximity_unit(town, name="Cronenbourg"))
    return unit


def lead_of(unit: ProximityUnit) -> Person:
    person = unit.members.get(place="lead").person
    assert person is not None
    return person


@pytest.mark.parametrize("scripts", [True, False])
def test_a_day_is_reported_in_one_page_on_a_phone(
    browser: Any,
    browser_context_args: dict[str, Any],
    live_server: Any,
    sign_in_browser: Any,
    lived: ProximityUnit,
    scripts: bool,
) -> None:
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": scripts, "viewport": WIDTHS["phone"]}
    )
    page = context.new_page()
    sign_in_browser(page, lead_of(lived).user)
    page.goto(live_server.url + at("unit_report", lived.pk))
    assert page.get_by_label("Visites et appels").input_value() == "1"
    page.get_by_label("Qu’est-ce qui bloque").fill("Les tests n’arrivent pas.")
    if scripts:
        page.get_by_text("Enregistré à").wait_for()
        assert DailyReport.objects.get(unit=lived).stuck == "Les tests n’arrivent pas."
        context.set_offline(True)
        page.get_by_label("De quoi avez-vous besoin").fill("Vingt tests")
        page.get_by_text("Pas de réseau").wait_for()
        context.set_offline(False)
        assert page.get_by_label("De quoi avez-vous besoin").input_value() == "Vingt tests"
    else:
        page.get_by_label("De quoi avez-vous besoin").fill("Vingt tests")
    page.get_by_role("button", name="Envoyer le compte rendu").click()
    page.get_by_text("Le compte rendu est envoyé").wait_for()
    report = DailyReport.objects.get(unit=lived)
    assert (report.visits, report.wanted, report.sent_at is not None) == (1, "Vingt tests", True)
    context.close()


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("role", ["outreach", "director", "coordinator"])
def test_axe_finds_nothing_on_the_pages_of_units(
    page: Any,
    live_server: Any,
    sign_in_browser: Any,
    assert_accessible: Any,
    lived: ProximityUnit,
    role: str,
    width: str,
) -> None:
    page.set_viewport_size(WIDTHS[width])
    person = (
        lead_of(lived) if role == roles.OUTREACH else make_person("Paul", role=role, organisation=lived.organisation)
    )
    sign_in_browser(page, person.user)
    place, need = lived.facilities.get(), lived.needs.get()
    paths = {
        "outreach": (
            at("units"),
            at("unit", lived.pk),
            at("unit_report", lived.pk),
            at("facilities"),
            at("facility", place.pk),
            at("field_needs"),
            at("field_need", need.pk),
            at("field_need_close", need.pk),
            at("arrangement_new", lived.pk),
            at("doctrines"),
            at("doctrine", lived.organisation.doctrines.get(number=2).pk),
        ),
        "director": (at("units_board"), at("morning"), at("centre_question", lived.questions.get().pk)),
        "coordinator": (at("unit_new"), at("facility_import"), at("doctrine_write"), at("unit_decide", lived.pk)),
    }
    for path in paths[role]:
        page.goto(live_server.url + path)
        assert_accessible(page)
