"""The call desk in a real browser: on a phone, without network, in two tabs, after the session ended."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from reflexes.core import clock
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Campaign, LateNote, Lease, SaidAnswers
from reflexes.pistes.contact.proactive_desks.script.conditions import as_lists, parse
from reflexes.pistes.contact.proactive_desks.services import scripts_calls
from reflexes.pistes.contact.proactive_desks.services.scripts import do_begin_version
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten
from reflexes.pistes.contact.proactive_desks.tests.test_script_conditions import ANSWERS, CONDITIONS
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFLINE = "hors connexion, sera envoyé"


@pytest.fixture
def campaign(db: None) -> Campaign:
    made = make_campaign(make_organisation())
    make_script(made)
    make_callee(made, "Martin")
    return made


@pytest.fixture
def caller(campaign: Campaign) -> Person:
    return Person.objects.get(pk=make_caller(campaign).person_id)


@pytest.fixture
def lease(campaign: Campaign, caller: Person) -> Lease:
    """The call that ``caller`` has just begun: claimed in calling hours, whatever the hour of the test."""
    from reflexes.mechanisms.directory.factories import actor_for

    with clock.travelling(at_ten()):
        said = scripts_calls.do_take_next(actor=actor_for(caller), campaign=campaign)
    assert isinstance(said, SaidAnswers)
    return said.lease


@pytest.fixture
def opened(
    page: Any, live_server: Any, caller: Person, lease: Lease, sign_in_browser: Callable[..., None]
) -> Iterator[Any]:
    """The page of the call, on a phone."""
    page.set_viewport_size(WIDTHS["phone"])
    sign_in_browser(page, caller.user)
    page.goto(f"{live_server.url}{reverse('proactive_desks:call', args=[lease.key])}")
    yield page
    page.context.set_offline(False)


def kept(page: Any) -> Any:
    return page.evaluate("sessionStorage.getItem('reflexes-call')")


def stored_elsewhere(page: Any) -> Any:
    return page.evaluate("[localStorage.length, Object.keys(sessionStorage).filter((k) => k !== 'reflexes-call')]")


def next_step(page: Any) -> None:
    page.locator("form[data-step] .actions button[value=next]").click()


def answers(lease: Lease) -> dict[str, str]:
    said = SaidAnswers.objects.select_related("lease__campaign__dataset").get(lease=lease)
    return scripts_calls.answers_of(said)


def wait_for(page: Any, true: Callable[[], bool]) -> None:
    for _look in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never happened")


def test_what_is_typed_is_saved_and_said_in_words(opened: Any, lease: Lease) -> None:
    next_step(opened)
    expect(opened.get_by_text("Comment allez-vous en ce moment")).to_be_visible()
    opened.get_by_label("Pas bien").check()
    expect(opened.locator("[data-said]")).to_contain_text("nregistré à")
    wait_for(opened, lambda: answers(lease) == {"mood": "low"})
    assert kept(opened) is None
    next_step(opened)
    opened.locator("textarea#said").fill("Je n’ai rien mangé depuis trois jours.")
    expect(opened.locator("[data-sounds]")).to_contain_text("rien à manger")
    assert not Case.objects.exists()


def test_a_call_goes_on_and_ends_without_network_and_is_written_once(opened: Any, lease: Lease) -> None:
    next_step(opened)
    expect(opened.get_by_text("Comment allez-vous en ce moment")).to_be_visible()
    opened.context.set_offline(True)
    opened.get_by_label("Pas bien").check()
    expect(opened.locator("[data-said]")).to_have_text(OFFLINE)
    next_step(opened)
    opened.locator("textarea#said").fill("Je ne vois plus personne.")
    next_step(opened)
    expect(opened.get_by_text("À qui parlez-vous, ces jours-ci")).to_be_visible()
    opened.get_by_label("Presque personne").check()
    next_step(opened)
    # The condition of the script holds here too: this step is asked of those who are alone.
    expect(opened.get_by_text("vous rappelle de temps en temps")).to_be_visible()
    opened.get_by_role("button", name="Retour").click()
    expect(opened.get_by_label("Presque personne")).to_be_checked()
    opened.get_by_role("button", name="Tout va bien").click()
    opened.get_by_role("button", name="Tout va bien").click()
    expect(opened.locator("[data-said]")).to_have_text(OFFLINE)
    assert "Martin" not in kept(opened)
    assert stored_elsewhere(opened) == [0, []]
    lease.refresh_from_db()
    assert lease.outcome == ""
    opened.context.set_offline(False)
    opened.wait_for_url("**/apres/")
    lease.refresh_from_db()
    assert (lease.outcome, LateNote.objects.count()) == ("fine", 0)
    assert answers(lease) == {"mood": "low", "low_words": "Je ne vois plus personne.", "link": "nobody"}
    assert kept(opened) is None


def test_what_is_typed_off_line_leaves_when_the_network_is_back(opened: Any, lease: Lease) -> None:
    next_step(opened)
    expect(opened.get_by_text("Comment allez-vous en ce moment")).to_be_visible()
    opened.context.set_offline(True)
    opened.get_by_label("Comme ci").check()
    expect(opened.locator("[data-said]")).to_have_text(OFFLINE)
    opened.context.set_offline(False)
    expect(opened.locator("[data-said]")).to_contain_text("nregistré à")
    wait_for(opened, lambda: answers(lease) == {"mood": "so_so"})
    assert kept(opened) is None


def test_an_emergency_shows_its_numbers_at_once_even_without_network(opened: Any, lease: Lease) -> None:
    panel = opened.locator("[data-urgent-panel]")
    expect(panel).to_be_hidden()
    opened.context.set_offline(True)
    opened.get_by_role("button", name="Urgence").click()
    expect(panel.locator("a[href='tel:15']")).to_be_visible()
    expect(panel).to_contain_text("Pas de réseau")
    assert not Case.objects.exists()
    opened.context.set_offline(False)
    expect(opened.get_by_text("3 rue des Tanneurs")).to_be_visible()
    expect(opened.locator("a[href='tel:3114']")).to_be_visible()
    assert (Case.objects.filter(urgent=True).count(), LateNote.objects.count()) == (1, 0)
    assert kept(opened) is None


def test_a_session_that_ends_in_the_middle_of_a_call_loses_no_word(opened: Any, lease: Lease, caller: Person) -> None:
    next_step(opened)
    expect(opened.get_by_text("Comment allez-vous en ce moment")).to_be_visible()
    Session.objects.all().delete()
    opened.get_by_label("Pas bien").check()
    said = opened.locator("[data-said]")
    expect(said).to_contain_text("Votre session est finie")
    said.locator("a").click()
    opened.fill("input[name=login]", caller.user.email)
    opened.fill("input[name=password]", "a long enough secret")
    opened.press("input[name=password]", "Enter")
    opened.wait_for_url(f"**{reverse('proactive_desks:call', args=[lease.key])}")
    expect(opened.get_by_label("Pas bien")).to_be_checked()
    wait_for(opened, lambda: answers(lease) == {"mood": "low"})
    wait_for(opened, lambda: kept(opened) is None)


def test_words_in_the_field_of_a_need_survive_the_end_of_the_session(
    opened: Any, lease: Lease, caller: Person, sign_in_browser: Callable[..., None]
) -> None:
    opened.get_by_text("Un besoin : l’écrire").click()
    opened.get_by_label("Ce dont la personne a besoin").fill("Plus rien à manger.")
    Session.objects.all().delete()
    opened.get_by_role("button", name="Transmettre").click()
    expect(opened.locator("[data-said]")).to_contain_text("Votre session est finie")
    assert not Case.objects.exists()
    sign_in_browser(opened, caller.user)
    opened.goto(opened.url.split("#")[0])
    opened.wait_for_url("**/apres/")
    lease.refresh_from_db()
    assert (lease.outcome, Case.objects.count(), kept(opened)) == ("need", 1, None)


def test_the_page_understands_conditions_as_the_server_does(opened: Any) -> None:
    for said, expected in CONDITIONS:
        tree = as_lists(parse(said))
        assert opened.evaluate("([tree, seen]) => holds(tree, seen)", [tree, ANSWERS]) is expected, said


def test_two_tabs_and_the_back_button_write_one_end(opened: Any, lease: Lease) -> None:
    other = opened.context.new_page()
    other.goto(opened.url)
    opened.get_by_role("button", name="Pas de réponse").dblclick()
    opened.wait_for_url("**/apres/")
    opened.go_back()
    opened.wait_for_url("**/apres/")
    other.get_by_role("button", name="Tout va bien").click()
    other.wait_for_url("**/apres/")
    other.close()
    lease.refresh_from_db()
    assert lease.outcome == "no_answer"
    assert [note.outcome for note in LateNote.objects.order_by("pk")] == ["fine"]


def test_a_refused_end_says_why_and_signing_out_leaves_nothing(opened: Any, lease: Lease) -> None:
    opened.get_by_text("Un besoin : l’écrire").click()
    opened.get_by_role("button", name="Transmettre").click()
    expect(opened.locator("#fin [role=alert]")).to_be_visible()
    opened.context.set_offline(True)
    opened.get_by_role("button", name="Pas de réponse").click()
    assert kept(opened) is not None
    opened.evaluate("document.querySelector('a[href*=deconnexion]').dispatchEvent(new Event('click'))")
    assert kept(opened) is None
    lease.refresh_from_db()
    assert lease.outcome == ""


def test_signing_out_from_another_page_leaves_nothing_in_any_tab(opened: Any, lease: Lease, live_server: Any) -> None:
    opened.evaluate("sessionStorage.setItem('said', 'Plus rien à manger.')")
    other = opened.context.new_page()
    other.goto(f"{live_server.url}{reverse('account_logout')}")
    other.evaluate("sessionStorage.setItem('said', 'Plus rien à manger.')")
    other.locator("main form button").click()
    other.wait_for_url(lambda url: "deconnexion" not in url)
    left = [tab.evaluate("sessionStorage.getItem('said')") for tab in (other, opened)]
    other.close()
    assert left == [None, None]
    opened.reload()
    assert opened.url.startswith(f"{live_server.url}{reverse('account_login')}")


def test_another_call_in_the_store_is_never_shown_nor_sent(opened: Any, lease: Lease) -> None:
    other = f'{{"key": "{uuid.uuid4()}", "answers": {{"mood": "low"}}, "at": "mood", "ending": null}}'
    opened.evaluate("(words) => sessionStorage.setItem('reflexes-call', words)", other)
    opened.reload()
    opened.wait_for_timeout(300)
    assert (kept(opened), answers(lease)) == (None, {})


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_of_the_desk_is_accessible_at_both_widths(
    page: Any,
    width: str,
    live_server: Any,
    campaign: Campaign,
    caller: Person,
    lease: Lease,
    sign_in_browser: Callable[..., None],
    assert_accessible: Callable[[Any], None],
) -> None:
    page.set_viewport_size(WIDTHS[width])
    sign_in_browser(page, caller.user)
    call = f"{live_server.url}{reverse('proactive_desks:call', args=[lease.key])}"
    page.goto(f"{live_server.url}{reverse('proactive_desks:desk')}")
    assert_accessible(page)
    page.goto(call)
    page.locator("details.more summary").first.click()
    assert_accessible(page)
    next_step(page)
    expect(page.get_by_text("Comment allez-vous")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Urgence").click()
    expect(page.get_by_text("3 rue des Tanneurs")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Les secours arrivent").click()
    expect(page.get_by_role("heading", name="Respirez")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_of_a_script_is_accessible_at_both_widths(
    page: Any,
    width: str,
    live_server: Any,
    campaign: Campaign,
    sign_in_browser: Callable[..., None],
    assert_accessible: Callable[[Any], None],
) -> None:
    keeper = make_supervisor(campaign, "Zoé")
    script = do_begin_version(actor=keeper, campaign=campaign)
    page.set_viewport_size(WIDTHS[width])
    sign_in_browser(page, Person.objects.get(pk=keeper.person_id).user)
    slug = [campaign.slug]
    for address in (
        reverse("proactive_desks:scripts", args=slug),
        reverse("proactive_desks:script_import", args=slug),
        reverse("proactive_desks:script", args=[script.pk]),
        reverse("proactive_desks:step", args=[script.pk, 2]),
        reverse("proactive_desks:step_new", args=[script.pk]),
    ):
        page.goto(f"{live_server.url}{address}")
        assert_accessible(page)
