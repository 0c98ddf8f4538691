"""The road of a visit on a telephone: entrusted, read, a need told at the door, a case on the navigator's board."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Reading
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_entrusted_visit,
    make_facility,
    make_field_need,
    make_outreach,
    make_proximity_unit,
)
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit, HumanTask, ProximityUnit
from reflexes.pistes.contact.proactive_desks.tests.units_desk import at
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Je n’ai plus de chauffage depuis lundi."


@pytest.fixture
def task(db: None) -> HumanTask:
    """Somebody who does not answer, with whoever is in charge."""
    campaign = make_campaign(make_organisation("Ville"), units_visit=True)
    boss = make_person("Nadège", role=roles.SUPERVISOR, organisation=campaign.organisation)
    callee = make_callee(campaign, "Bernadotte", state="human")
    return HumanTask.objects.create(campaign=campaign, callee=callee, kind="visit", taken_by=boss)


@pytest.fixture
def unit(task: HumanTask) -> ProximityUnit:
    hall = task.campaign.organisation
    return make_proximity_unit(hall, name="Neudorf", lead=make_outreach("Lucie", hall, phone="+33639980001"))


def on_a_phone(
    browser: Any, arguments: dict[str, Any], sign_in: Callable[..., None], person: Person, **more: Any
) -> Any:
    context = browser.new_context(**{**arguments, "viewport": WIDTHS["phone"], **more})
    page = context.new_page()
    sign_in(page, person.user)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_the_road_of_a_visit_from_the_task_to_the_board_of_needs(
    browser: Any,
    browser_context_args: dict[str, Any],
    live_server: Any,
    sign_in_browser: Callable[..., None],
    task: HumanTask,
    unit: ProximityUnit,
    scripts: bool,
) -> None:
    assert task.taken_by is not None
    kept = {"java_script_enabled": scripts}
    desk = on_a_phone(browser, browser_context_args, sign_in_browser, task.taken_by, **kept)
    desk.goto(live_server.url + at("task", task.key))
    desk.get_by_role("link", name="Confier la visite à une unité").click()
    desk.get_by_label("Neudorf").check()
    desk.get_by_label("À faire d’ici le").fill(str(clock.today() + timedelta(days=1)))
    desk.get_by_label("Pourquoi quelqu’un y va").fill("Ne répond plus depuis trois jours.")
    desk.get_by_label("Ce que l’appelant a entendu").fill("Un chien.")
    desk.get_by_role("button", name="La confier").click()
    desk.get_by_text("qui est prévenue").wait_for()

    field = on_a_phone(browser, browser_context_args, sign_in_browser, unit.members.get(place="lead").person, **kept)
    field.goto(live_server.url + at("unit", unit.pk))
    field.get_by_role("link", name="Une visite à faire").click()
    assert field.get_by_text("Bernadotte").count() == 0
    field.get_by_role("button", name="Lire qui, où et pourquoi").click()
    field.get_by_role("heading", name="Jeanne Bernadotte").wait_for()
    assert field.get_by_text("3 rue des Tanneurs").is_visible() and field.get_by_text("Un chien.").is_visible()
    sideways = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert not scripts or field.evaluate(sideways)
    field.get_by_role("button", name="Un besoin").click()
    field.get_by_text("Écrivez ce dont la personne a besoin").wait_for()
    assert field.get_by_role("heading", name="Jeanne Bernadotte").is_visible(), "read today, it still shows"
    field.get_by_label("Ce que dit la personne").fill(WORDS)
    if scripts:
        field.get_by_text("Enregistré à").wait_for()
        field.goto(field.url)  # a telephone opens the page again after a while: what was typed is there
        assert field.get_by_label("Ce que dit la personne").input_value() == WORDS
    field.get_by_label("Ce besoin ne peut pas attendre").check()
    field.get_by_role("button", name="Un besoin").click()
    field.get_by_text("Un orienteur prend la suite").wait_for()
    field.goto(live_server.url + at("visit", EntrustedVisit.objects.get().key))
    assert field.get_by_text("Bernadotte").count() == 0

    case = Case.objects.get()
    assert (case.channel, case.urgent) == ("visit", True)
    assert set(Reading.objects.values_list("what_for", flat=True)) == {"visit"}
    navigator = make_person("Odile", role=roles.NAVIGATOR, organisation=task.campaign.organisation)
    board = on_a_phone(browser, browser_context_args, sign_in_browser, navigator, **kept)
    board.goto(live_server.url + reverse("proactive_desks:navigator_board"))
    assert board.get_by_text("chauffage").first.is_visible()
    for page in (desk, field, board):
        page.context.close()


def test_what_is_typed_at_a_door_without_network_is_not_lost(
    page: Any, live_server: Any, sign_in_browser: Callable[..., None], task: HumanTask, unit: ProximityUnit
) -> None:
    page.set_viewport_size(WIDTHS["phone"])
    visit = make_entrusted_visit(unit, task.callee, asked_by=task.taken_by)
    sign_in_browser(page, unit.members.get(place="lead").person.user)
    page.goto(live_server.url + at("visit", visit.key))
    page.context.set_offline(True)
    page.get_by_label("Ce que dit la personne").fill(WORDS)
    page.get_by_text("Pas de réseau").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Enregistré à").wait_for(timeout=20_000)
    assert page.get_by_label("Ce que dit la personne").input_value() == WORDS
    page.faults.clear()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_visits(
    page: Any,
    live_server: Any,
    sign_in_browser: Callable[..., None],
    assert_accessible: Callable[..., None],
    task: HumanTask,
    unit: ProximityUnit,
    width: str,
) -> None:
    page.set_viewport_size(WIDTHS[width])
    visit = make_entrusted_visit(unit, task.callee, asked_by=task.taken_by)
    made = make_entrusted_visit(unit, make_callee(task.campaign), asked_by=task.taken_by)
    late = make_entrusted_visit(
        unit, make_callee(task.campaign), asked_by=task.taken_by, due_on=clock.today() - timedelta(days=1)
    )
    free = HumanTask.objects.create(
        campaign=task.campaign, callee=make_callee(task.campaign), kind="visit", taken_by=task.taken_by
    )
    make_field_need(make_facility(unit), news_at=clock.now() - timedelta(days=9))
    lead = unit.members.get(place="lead").person
    made.task.visits.update(came="died", done_at=clock.now(), done_by=lead)
    sign_in_browser(page, lead.user)
    for path in (at("unit", unit.pk), at("visit", visit.key), at("visit", late.key), at("visit_after", made.key)):
        page.goto(live_server.url + path)
        assert_accessible(page)
    page.goto(live_server.url + at("visit", visit.key))
    page.get_by_role("button", name="Lire qui").click()
    page.get_by_text("La personne est décédée").click()
    assert_accessible(page)
    page.context.clear_cookies()
    sign_in_browser(page, task.taken_by.user)
    paths = (
        at("units_waiting"),
        at("units_board"),
        at("visit_entrust", free.key),
        at("task", task.key),
        at("task", late.task.key),
        at("tasks", task.campaign.slug),
        at("campaign_data", task.campaign.slug),
    )
    for path in paths:
        page.goto(live_server.url + path)
        assert_accessible(page)
