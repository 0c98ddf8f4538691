"""One mission through its whole turn, as each role, in a real browser with the real mails (issue 2, section 3)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_assignment, make_need
from reflexes.mechanisms.allocation.models import Assignment, Need, Plan, Slot
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.directory.models import Person
from tests.browser.turn import Keyboard, Town, Turn, build, link_of, mail_to, new_mails

pytestmark = pytest.mark.django_db(transaction=True)
TWO_MINUTES = 120
TITLE = "Trier et donner des colis"


@pytest.fixture
def turn(
    request: Any, page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any, settings: Any
) -> Iterator[Turn]:
    settings.SITE_URL = live_server.url
    page.set_default_timeout(10_000)
    language = getattr(request, "param", "fr")
    turn = Turn(page, live_server.url, sign_in_browser, assert_accessible, language)
    with translation.override(language):
        yield turn
    assert not turn.foreign, "Not in the language of the page:\n" + "\n".join(sorted(turn.foreign))


def at(name: str, *arguments: Any) -> str:
    return reverse(f"micro_mobility:{name}", args=arguments)


def begins(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}\s*$")


# --- What each role does -----------------------------------------------------------------------------------------


def state_a_need(turn: Turn, town: Town, *, people: int) -> Need:
    """The host, phone in hand: five steps, read back, opened."""
    turn.as_person(town.host)
    turn.go("/")
    assert turn.page.url.endswith(at("host_home"))
    turn.hand.begin()
    turn.follow(_("State a need"))
    turn.follow(re.compile(re.escape(_("Something else"))))
    turn.tick(_("Food aid"))
    turn.write(_("In a few words"), TITLE)
    turn.write(_("What will people do?"), "Trier les denrées, remplir les sacs, les donner aux familles.")
    turn.press(begins(_("Next: where")))
    assert turn.page.get_by_label("Depot Nord").is_checked(), "The only site is proposed."
    turn.write(_("What is hard or particular there?"), "Debout, au froid, cartons de 10 kg.")
    turn.press(begins(_("Next")))
    turn.page.locator(f'label:has([name=half_days][value="{town.thursday.isoformat()}/am"])').click()
    turn.hand.taps += 1
    turn.press(begins(_("Next")))
    turn.choose(_("What should they know?"), "colis")
    turn.write(_("How many people each half-day?"), str(people))
    turn.press(begins(_("Next")))
    turn.choose(_("Whom do they call for everything else?"), str(town.coordinator))
    turn.press(_("Read it back"))
    turn.reads(re.compile(TITLE))
    turn.press(_("Open this need"))
    turn.reads(_("Your need is open: the cell looks for people and asks them."))
    need = Need.objects.get()
    assert need.state == "open"
    return need


def plan_and_read(turn: Turn, town: Town, *, why_not: dict[str, str]) -> Plan:
    """The coordinator asks for a plan, watches it get ready, reads who is chosen and why others are not."""
    turn.as_person(town.coordinator, "desk")
    turn.go("/")
    assert turn.page.url.endswith(at("silences"))
    turn.follow(_("Propose a plan"))
    turn.press(begins(_("Propose a plan")))
    turn.reads(_("Waiting for its turn"))
    run_all()
    plan = Plan.objects.get()
    # The page asks by itself how far the work is, then shows the plan.
    turn.page.locator(".studio").wait_for(timeout=15_000)
    turn.look()
    for name, sentence in why_not.items():
        turn.page.get_by_label(_("A name")).fill(name)
        turn.press(_("Why not them?"))
        turn.page.get_by_role("link", name=_("Why not %(name)s?") % {"name": town.agents[name]}).last.click()
        said = turn.page.locator(".why [role=status]").last.inner_text()
        assert re.search(sentence, said), said
        turn.look()
    return plan


def send_the_wave(turn: Turn, plan: Plan, *, second_looks: int) -> list[Any]:
    """The coordinator reads what would leave, looks twice at what is unusual, sends; the worker writes the mails."""
    turn.follow(re.compile(_("Look at the wave (%(count)s proposal)").split("(")[0]))
    looks = turn.page.locator("[name=looked]")
    assert looks.count() == second_looks, turn.page.locator("form#wave").inner_text()
    if second_looks:
        turn.press(_("Send these proposals"), said=422)
        assert not Assignment.objects.filter(plan=plan).exists()
        for box in looks.all():
            box.check()
    with new_mails() as mails:
        turn.press(_("Send these proposals"))
        turn.reads(_("The wave is on its way. Answers appear here as they come."))
        run_all()
    return mails


def answer(turn: Turn, agent: Person, mails: list[Any], *, yes: bool) -> list[Any]:
    """The agent opens the link of the button in the mail, on a phone where they never signed in, and confirms."""
    turn.as_nobody()
    words = _("Yes, I will come") if yes else _("No, not this time")
    turn.go(link_of(mail_to(mails, agent), words))
    turn.press(_("Confirm: yes, I will come") if yes else _("Confirm: no, not this time"))
    turn.reads(_("Thank you: you said yes") if yes else _("It is noted: not this time"))
    with new_mails() as following:
        run_all()
    return following


def release(turn: Turn, manager: Person, mails: list[Any], *, by_link: bool) -> list[Any]:
    """The manager lets the agent go: from the mail, or from the page of the service."""
    if by_link:
        turn.as_nobody()
        turn.go(link_of(mail_to(mails, manager), _("Yes, let them go")))
        turn.press(_("Yes, let them go"))
        turn.reads(_("Thank you: your answer is recorded"))
    else:
        turn.as_person(manager)
        turn.go(at("service"))
        turn.press(_("Let %(person)s go") % {"person": "Amina"})
    with new_mails() as following:
        run_all()
    return following


def confirm(turn: Turn, host: Person, mails: list[Any]) -> list[Any]:
    """The host opens the mission from the mail, and expects the agent."""
    turn.as_person(host)
    turn.go(link_of(mail_to(mails, host), _("Confirm or not")))
    turn.press(_("Yes, we expect them"))
    with new_mails() as following:
        run_all()
    return following


def carry_out(turn: Turn, host: Person, mission: Assignment) -> list[Any]:
    """The host cannot start before both boxes; ticks them, starts, finishes."""
    turn.as_person(host)
    turn.go(at("mission_detail", mission.pk))
    assert not turn.page.get_by_role("button", name=_("It begins now")).count(), "Nobody starts before the day."
    the_day_comes(mission)
    turn.go(at("mission_detail", mission.pk))
    turn.press(_("It begins now"), said=422)
    turn.reads(_("Tick the training and safety boxes first: nobody starts unprepared."))
    turn.page.get_by_label(_("The short training was given")).check()
    turn.page.get_by_label(_("The safety instructions were told")).check()
    turn.press(_("Save the preparation"))
    with new_mails() as booked:
        turn.press(_("It begins now"))
        run_all()
    assert mission.person.email in {one.to[0] for one in booked}, "The return interview is booked at the start."
    turn.write(_("How many hours?"), "3,5" if turn.language == "fr" else "3.5")
    with new_mails() as following:
        turn.press(_("It is finished"))
        run_all()
    return following


def the_day_comes(mission: Assignment) -> None:
    """Bring the half-day to today, which a browser cannot wait for."""
    Slot.objects.filter(pk=mission.slot_id).update(day=clock.today())
    Assignment.objects.filter(slot=mission.slot_id).update(day=clock.today())


def come_back(turn: Turn, agent: Person, mails: list[Any]) -> None:
    """The agent says from the mail how it went; by the same gesture, that they are back."""
    turn.as_nobody()
    turn.go(link_of(mail_to(mails, agent), _("I am back: tell how it went")))
    turn.press(_("I am back: record my answers"), said=422)
    for question in ("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared"):
        turn.page.locator(f"[name={question}][value=oui]").check()
    turn.press(_("I am back: record my answers"))
    turn.reads(_("Your return is recorded and the debrief is held. Your remarks go only where you decided."))


# --- The turn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", ["fr", "en"], indirect=True)
def test_one_mission_makes_its_whole_turn_as_each_role(turn: Turn) -> None:
    town = build(turn.language)
    amina, bruno = town.agents["Amina"], town.agents["Bruno"]
    town.asked_lately(bruno)

    need = state_a_need(turn, town, people=2)
    assert turn.hand.seconds() < TWO_MINUTES, turn.hand
    plan = plan_and_read(turn, town, why_not={"Fanny": r"\d m\b", "Diego": "(?i)matin|morning"})
    mails = send_the_wave(turn, plan, second_looks=1)
    assert {one.to[0] for one in mails} == {amina.email, bruno.email}

    asks_manager = answer(turn, amina, mails, yes=True)
    assert answer(turn, bruno, mails, yes=False) == []
    asks_host = release(turn, town.manager, asks_manager, by_link=True)
    tells_agent = confirm(turn, town.host, asks_host)
    assert _("%(half_day)s: you are expected") % {"half_day": ""} in mail_to(tells_agent, amina).subject
    mission = Assignment.objects.get(person=amina)
    asks_back = carry_out(turn, town.host, mission)
    come_back(turn, amina, asks_back)

    mission.refresh_from_db()
    assert (mission.state, mission.hours, mission.slot.held) == ("debriefed", 3.5, 1)
    assert Assignment.objects.get(person=bruno).state == "declined"
    turn.as_person(town.coordinator, "desk")
    turn.go(at("silences"))
    turn.reads(_("Nothing is waiting."))
    turn.go(at("need_detail", need.pk))


def test_after_a_refusal_and_a_drop_out_only_the_new_people_are_asked(turn: Turn) -> None:
    town = build()
    state_a_need(turn, town, people=3)
    first = plan_and_read(turn, town, why_not={})
    mails = send_the_wave(turn, first, second_looks=0)
    amina, bruno, fanny = (town.agents[name] for name in ("Amina", "Bruno", "Fanny"))
    assert {one.to[0] for one in mails} == {amina.email, bruno.email, fanny.email}
    asked = answer(turn, amina, mails, yes=True)
    answer(turn, bruno, mails, yes=False)
    answer(turn, fanny, mails, yes=True)
    release(turn, town.manager, asked, by_link=False)
    confirm_all(turn, town)

    turn.as_person(amina)
    turn.go(at("my_mission", Assignment.objects.get(person=amina).pk))
    turn.page.get_by_text(_("I can no longer come"), exact=True).first.click()
    turn.press(_("Confirm: I can no longer come"))
    run_all()

    turn.as_person(town.coordinator, "desk")
    turn.go(at("plan_detail", first.number))
    turn.press(_("Plan again after refusals"))
    run_all()
    turn.go(turn.page.url)
    frozen, _moving = Plan.objects.filter(based_on=first).order_by("number")
    turn.reads(_("Both plans, side by side"))
    turn.follow(_("Work on plan %(number)s") % {"number": frozen.number})
    again = send_the_wave(turn, frozen, second_looks=0)
    assert {one.to[0] for one in again} == {town.agents["Emil"].email}
    states = dict(Assignment.objects.values_list("person__first_name", "state"))
    assert states == {"Amina": "excused", "Bruno": "declined", "Fanny": "accepted", "Emil": "proposed"}


def confirm_all(turn: Turn, town: Town) -> None:
    """The host finds who waits on the page of arrivals, and expects them."""
    turn.as_person(town.host)
    turn.go(at("arrivals") + "?state=released")
    turn.follow(re.compile("^Amina"))
    turn.press(_("Yes, we expect them"))
    run_all()


# --- The keyboard alone ------------------------------------------------------------------------------------------


def test_a_host_states_a_need_with_the_keyboard_alone(turn: Turn) -> None:
    town = build()
    turn.as_person(town.host)
    page, keys = turn.page, Keyboard(turn.page)
    page.goto(turn.site + at("need_blank"))
    # A group of choices is one stop: Space takes the first one.
    keys.press("Space", page.get_by_label(_("Food aid")))
    keys.write(_("In a few words"), TITLE)
    keys.write(_("What will people do?"), "Trier.")
    keys.enter(_("Next: where"))
    keys.press("Space", page.get_by_label("Depot Nord"))
    keys.write(_("What is hard or particular there?"), "Debout.")
    keys.enter(begins(_("Next")))
    # From the first half-day that may be ticked, the arrows lead to the one of Thursday.
    wanted = page.locator(f'[name=half_days][value="{town.thursday.isoformat()}/am"]')
    keys.to(page.locator("[name=half_days]:not(:disabled)"))
    walk_to(page, wanted)
    page.keyboard.press("Space")
    keys.enter(begins(_("Next")))
    keys.choose(_("What should they know?"), "colis")
    keys.write(_("How many people each half-day?"), "2")
    keys.enter(begins(_("Next")))
    keys.choose(_("Whom do they call for everything else?"), str(town.coordinator))
    keys.enter(_("Read it back"))
    keys.enter(_("Open this need"))

    need = Need.objects.get()
    slot = need.slots.get()
    assert (need.state, need.title, need.mentor_id) == ("open", TITLE, town.host.pk)
    assert (slot.day, slot.half, slot.headcount, str(slot.skill)) == (town.thursday, "am", 2, "colis")


def walk_to(page: Any, wanted: Any) -> None:
    """Walk in the grid with the arrows until ``wanted`` has the focus: down the rows, then along the days."""
    target = wanted.element_handle()
    for key, presses in (("ArrowDown", 4), ("ArrowRight", 7), ("ArrowLeft", 7)):
        for _press in range(presses):
            if target.evaluate("element => element === document.activeElement"):
                return
            row = target.evaluate(
                "element => element.closest('.grid-row') === document.activeElement.closest('.grid-row')"
            )
            if row == (key == "ArrowDown"):
                break
            page.keyboard.press(key)
    assert target.evaluate("element => element === document.activeElement"), "The arrows do not lead to Thursday."


def test_an_agent_answers_with_the_keyboard_alone(turn: Turn) -> None:
    town = build()
    proposal = make_assignment(make_need(town.host.capacities.get().organisation).slots.get(), town.agents["Amina"])
    announce(proposal, "proposed")
    with new_mails() as mails:
        run_all()
    turn.as_nobody("desk")
    turn.page.goto(link_of(mail_to(mails, town.agents["Amina"]), _("Yes, I will come")))
    Keyboard(turn.page).enter(_("Confirm: yes, I will come"))
    turn.reads(_("Thank you: you said yes"))
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
