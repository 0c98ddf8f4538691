"""A ballot filled with the keyboard alone on a phone; the pages of a vote on a phone and on a wide screen."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly.factories_votes import make_keeper, make_lettered, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, Vote
from reflexes.mechanisms.assembly.services import ballots, closing, tallies
from reflexes.mechanisms.assembly.services.votes import do_freeze
from reflexes.mechanisms.directory.factories import make_commune, make_organisation
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PISTE = "citizen_dialogue"
SAID = [("01", "02")] * 4 + [("02", "03")] * 2 + [("04",)] * 4


@pytest.fixture
def vote(db: None) -> Vote:
    made = make_vote(make_organisation("Ville"), piste=PISTE, title="Budget des quartiers", frozen=False)
    made.choices.update(commune=make_commune(), words="Des bancs à l’ombre, choisis avec les riverains.")
    made.choices.filter(code="04").update(
        commune=make_commune(code="67043", name="Bischheim", latitude=48.6136, longitude=7.7519)
    )
    do_freeze(actor=make_keeper(made.organisation), vote=made)
    return made


def address(name: str, vote: Vote) -> str:
    return reverse(f"{PISTE}_public:{name}", args=[vote.slug])


def focused(page: Any) -> str:
    """Return what the keyboard is on: the value of a box, or the words of a button or a link."""
    return str(
        page.evaluate(
            "(() => {const e = document.activeElement; return e.name === 'choice' ? e.value : e.name === 'blank' ?"
            " 'blank' : e.id || e.innerText.trim();})()"
        )
    )


def walk_to(page: Any, wanted: str) -> None:
    """Press the tabulation key until the keyboard is on ``wanted``, as somebody without a mouse does."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if focused(page).startswith(wanted):
            return
    pytest.fail(f"the keyboard never reached {wanted}")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_votes_with_the_keyboard_alone_on_a_phone(
    browser: Any,
    browser_context_args: dict[str, Any],
    live_server: Any,
    vote: Vote,
    assert_accessible: Any,
    scripts: bool,
) -> None:
    _line, code = make_lettered(vote)
    context = browser.new_context(
        **{**browser_context_args, "viewport": WIDTHS["phone"], "java_script_enabled": scripts}
    )
    page = context.new_page()
    page.goto(live_server.url + address("vote_by_code", vote))
    if scripts:
        assert_accessible(page)
    walk(page, code, scripts, assert_accessible)
    assert sorted(Ballot.objects.get().marks.values_list("choice__code", flat=True)) == ["02", "04"]
    context.close()


def walk(page: Any, code: str, scripts: bool, assert_accessible: Any) -> None:
    """Go from the code to the box."""
    walk_to(page, "code")
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Votre bulletin").wait_for()
    for choice in ("02", "04"):
        walk_to(page, choice)
        page.keyboard.press("Space")
    if scripts:
        assert page.locator("[data-said]").inner_text().strip() == "2 croix sur 3"
        assert_accessible(page)
    walk_to(page, "Revoir mon bulletin")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Voici ce qui va dans l’urne").wait_for()
    if scripts:
        assert_accessible(page)
    walk_to(page, "Mettre mon bulletin dans l’urne")
    page.keyboard.press("Enter")
    page.get_by_text("Personne ne peut savoir ce que vous avez choisi").wait_for()
    assert page.url.endswith("/merci/")
    if scripts:
        assert_accessible(page)


def test_too_many_crosses_are_counted_as_they_are_ticked(live_server: Any, phone: Any, vote: Vote) -> None:
    _line, code = make_lettered(vote)
    phone.goto(live_server.url + address("vote_by_code", vote))
    phone.get_by_label("Le code de votre courrier").fill(code)
    phone.get_by_role("button", name="Ouvrir mon bulletin").click()
    for box in phone.locator("input[name=choice]").all():
        box.check()
    assert "1 de trop" in phone.locator("[data-said]").inner_text()
    phone.get_by_role("button", name="Revoir mon bulletin").click()
    assert phone.get_by_role("alert").is_visible()
    assert phone.locator("input[name=choice]:checked").count() == 4


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_rules_and_the_result_are_read_on_any_screen(
    live_server: Any, page: Any, vote: Vote, assert_accessible: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for codes in SAID:
        ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=codes)
    page.goto(live_server.url + address("vote_page", vote))
    assert_accessible(page)
    keeper = make_keeper(vote.organisation)
    with clock.travelling(vote.closes_at + timedelta(minutes=1)):
        closing.do_close(actor=keeper, vote=vote)
        tallies.do_count(actor=keeper, vote=vote)
        tallies.do_publish(actor=keeper, vote=vote)
    page.goto(live_server.url + reverse(f"{PISTE}_public:votes"))
    assert_accessible(page)
    page.get_by_role("link", name="Budget des quartiers").click()
    page.get_by_role("link", name="Lire le résultat").click()
    page.get_by_role("heading", name="Ce que l’autre règle aurait donné").wait_for()
    assert_accessible(page)
