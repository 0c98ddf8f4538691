"""A note written on a telephone, with and without scripts; the pages of a trial on a telephone and on a wide screen."""

from typing import Any

import pytest

from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person
from reflexes.pistes.contact.citizen_dialogue.factories_schemes import (
    make_evaluator,
    make_indicator,
    make_measure,
    make_note,
    make_outcome,
    make_scheme,
)
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, FieldNote, Scheme
from reflexes.pistes.contact.citizen_dialogue.tests.schemes_desk import at, link, public
from tests.harness.browser import WIDTHS
from tests.harness.cast import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lane(db: None) -> Scheme:
    """A lane that is counted in the street, measured and decided once."""
    scheme = make_scheme(make_organisation("Ville"), title="Piste du pont", closed=True)
    one = make_indicator(scheme, title="Cyclistes au pont")
    make_measure(one)
    make_note(make_evaluator(scheme), counts={one: 12})
    make_outcome(scheme)
    return scheme


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_counts_with_two_big_buttons_on_a_phone(
    browser: Any, browser_context_args: dict[str, Any], live_server: Any, lane: Scheme, scripts: bool
) -> None:
    address = live_server.url + link(make_evaluator(lane))
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": scripts, "viewport": WIDTHS["phone"], "locale": "fr-FR"}
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Où je suis").fill("Au feu")
    for _press in range(3):
        page.get_by_role("button", name="Un de plus").click()
    page.get_by_role("button", name="Un de moins").click()
    assert page.get_by_label("Où je suis").input_value() == "Au feu"
    page.get_by_role("button", name="Garder cette note").last.click()
    page.get_by_text("Votre note est gardée").wait_for()
    note = FieldNote.objects.get(where="Au feu")
    assert note.counts.get().value == 2
    context.close()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_at_the_desk_and_in_a_booklet(
    page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any, lane: Scheme, width: str
) -> None:
    page.set_viewport_size(WIDTHS[width])
    officer = make_person("Fatou", role=roles.FACILITATOR, organisation=lane.organisation)
    signed_in(officer).post(at("booklet_scheme", lane.slug), {"learned": "Compter tôt."})
    sign_in_browser(page, officer.user)
    for path in (
        at("schemes"),
        at("scheme", lane.slug),
        at("measures_import", lane.slug),
        at("decide", lane.slug),
        at("evaluator_invite", lane.slug) + "?q=nadia",
        at("booklet_scheme", lane.slug),
        public("booklets"),
        public("booklet", Booklet.objects.get().slug),
    ):
        page.goto(live_server.url + path)
        assert_accessible(page)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_a_trial(
    page: Any, live_server: Any, assert_accessible: Any, lane: Scheme, width: str
) -> None:
    page.set_viewport_size(WIDTHS[width])
    choosing = make_scheme(lane.organisation, late=True)
    make_indicator(choosing, state="proposed")
    for path in (
        public("schemes"),
        public("scheme_page", lane.slug),
        public("scheme_page", choosing.slug),
        link(make_evaluator(lane)),
        link(make_evaluator(choosing)),
    ):
        page.goto(live_server.url + path)
        assert_accessible(page)
