"""The desk of whoever is in charge of calls, on a telephone and on a wide screen."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign, make_card, make_lease
from reflexes.pistes.contact.proactive_desks.models import (
    Batch,
    BatchProblem,
    Callee,
    Campaign,
    HumanTask,
    LateNote,
)
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at(name: str, *args: object) -> str:
    return reverse(f"proactive_desks:{name}", args=args)


@pytest.fixture
def campaign(db: None) -> Campaign:
    """A campaign under way: a caller who asks to talk, a sheet with lines that are wrong, somebody who waits."""
    campaign = make_campaign(title="Prendre des nouvelles")
    caller = make_person("Karim", role=roles.CALLER, organisation=campaign.organisation)
    card = make_card(campaign, caller)
    card.debriefs.create()
    for _one in range(3):
        make_callee(campaign)
    closed = {"closed_at": campaign.opened_at, "closing": "silent"}
    silent = make_lease(make_callee(campaign), Person.objects.get(pk=caller.pk), **closed)
    LateNote.objects.create(lease=silent, client_key=uuid.uuid4(), outcome="call_back", call_back_at=clock.now())
    again = {"every_days": 7, "recurs_until": campaign.dataset.ends_on, "voice": caller}
    make_callee(campaign, state="scheduled", due_at=clock.now() + timedelta(days=2), **again)
    waiting = make_callee(campaign, state="human")
    HumanTask.objects.create(campaign=campaign, callee=waiting, kind="visit")
    batch = Batch.objects.create(campaign=campaign, file_name="apa.csv", lines=12, good=9, bad=2, opposed=1, shared=2)
    for row, code in ((3, "phone_bad"), (7, "double"), (9, "shared")):
        BatchProblem.objects.create(batch=batch, row=row, code=code)
    return campaign


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_a_campaign(
    page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any, campaign: Campaign, width: str
) -> None:
    page.set_viewport_size(WIDTHS[width])
    boss = make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation)
    draft = make_campaign(campaign.organisation, state="draft", title="Canicule")
    sign_in_browser(page, boss.user)
    batch, card, task = Batch.objects.get(file_name="apa.csv"), campaign.callers.get(), HumanTask.objects.get()
    weekly = Callee.objects.get(every_days=7)
    for path in (
        at("campaigns"),
        at("campaign", campaign.slug),
        at("campaign", draft.slug),
        at("campaign_data", draft.slug),
        at("sheets", campaign.slug),
        at("sheet", campaign.slug, batch.pk),
        at("callers", campaign.slug) + "?q=kar",
        at("caller", campaign.slug, card.pk),
        at("tasks", campaign.slug),
        at("task", task.key),
        at("paper_enter"),
        at("recurring", campaign.slug),
        at("recurring_person", campaign.slug, weekly.key),
        reverse("data_trust:destroy", args=[campaign.dataset.slug]),
    ):
        page.goto(live_server.url + path)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, path


def test_somebody_is_found_by_the_keyboard_alone_and_called_again(
    page: Any, live_server: Any, sign_in_browser: Any, campaign: Campaign
) -> None:
    page.set_viewport_size(WIDTHS["phone"])
    boss = make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation)
    callee = make_callee(campaign, "Oberlin", phone="+33639980777")
    sign_in_browser(page, boss.user)
    page.goto(live_server.url + at("recurring", campaign.slug))
    page.get_by_label("Son numéro de téléphone").focus()
    page.keyboard.type("06 39 98 07 77")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Jeanne Oberlin").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Pourquoi").focus()
    page.keyboard.type("Ne voit plus personne.")
    page.get_by_role("button", name="La rappeler").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**" + at("recurring", campaign.slug))
    callee.refresh_from_db()
    assert callee.every_days == 7
