"""The home manager: one calm page, answers in a few gestures, and nothing beyond the firewall."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_minimum,
    make_need,
    make_offer,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Debrief, ServiceMinimum, Slot
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import do_answer, do_release
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import PersonSkill
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SERVICE = "/micro-mobilite/mon-service/"


@pytest.fixture
def request_to_go(agent, manager, partner_host):
    """The agent said yes; the manager is asked."""
    make_offer(agent)
    need = make_need(partner_host.capacities.get().organisation, days=[(next_monday(), "am")])
    return make_assignment(need.slots.get(), agent, state="accepted")


@pytest.fixture
def desk(manager):
    return signed_in(manager)


def state_of(mission: Assignment) -> str:
    return Assignment.objects.values_list("state", flat=True).get(pk=mission.pk)


def link_in(message: Message) -> str:
    address = message.actions.order_by("position").first().url
    return "/" + address.split("//", 1)[1].split("/", 1)[1].split("?")[0]


def test_p09_accept_9_the_manager_reads_what_it_leaves_and_until_when(request_to_go, desk, agent):
    make_minimum(agent.capacities.get().unit, next_monday(), present=6, minimum=5)
    page = desk.get(SERVICE)
    one = page.context["asking"][0]
    assert (one.left.if_one_more_goes, one.left.keeps_one_more) == (5, True)
    assert str(agent) in page.content.decode()


def test_a_departure_below_the_minimum_is_said_and_still_decided_by_a_person(request_to_go, desk, agent):
    make_minimum(agent.capacities.get().unit, next_monday(), present=5, minimum=5)
    assert desk.get(SERVICE).context["asking"][0].left.keeps_one_more is False
    assert desk.post(f"{SERVICE}missions/{request_to_go.pk}/liberer/").status_code == 302
    assert state_of(request_to_go) == "released"


def test_p09_accept_9_letting_go_may_say_what_it_costs(request_to_go, desk):
    cost = "L'accueil fermera à 16 h."
    desk.post(f"{SERVICE}missions/{request_to_go.pk}/liberer/", {"capacity_loss": cost})
    request_to_go.refresh_from_db()
    assert request_to_go.capacity_loss == cost
    week = desk.get(f"{SERVICE}?semaine={next_monday().isoformat()}").content.decode()
    assert "fermera à 16 h" in week, "the service's own words are read again"


def test_p09_accept_9_keeping_somebody_needs_a_coded_motive(request_to_go, desk):
    bare = desk.post(f"{SERVICE}missions/{request_to_go.pk}/garder/", {})
    assert bare.status_code == 422
    assert state_of(request_to_go) == "accepted"
    odd = desk.post(f"{SERVICE}missions/{request_to_go.pk}/garder/", {f"{request_to_go.pk}-motive": "because"})
    assert odd.status_code == 422
    kept = desk.post(f"{SERVICE}missions/{request_to_go.pk}/garder/", {f"{request_to_go.pk}-motive": "deadline"})
    assert kept.status_code == 302
    assert state_of(request_to_go) == "withheld"
    assert Slot.objects.get(pk=request_to_go.slot_id).held == 0


def test_another_half_day_is_passed_on_to_the_agent_and_the_cell(request_to_go, desk, agent, coordinator):
    prefix = request_to_go.pk
    posted = {f"{prefix}-motive": "other_date"}
    assert desk.post(f"{SERVICE}missions/{prefix}/garder/", posted).status_code == 422, "which other half-day?"
    day = clock.today() + timedelta(days=3)
    posted[f"{prefix}-other"] = f"{day.isoformat()}/pm"
    assert desk.post(f"{SERVICE}missions/{prefix}/garder/", posted).status_code == 302
    entry = Entry.objects.get(verb="allocation.other_half_day_proposed")
    assert entry.params == {"day": day.isoformat(), "half": "pm"}
    run_all()
    for reader in (agent, coordinator):
        body = Message.objects.get(person_key=reader.key).body
        assert f" {day.day} " in body.replace("er", "") and "après-midi" in body


def test_a_colleague_was_quicker_and_the_page_says_so(request_to_go, desk, coordinator):
    do_release(actor=actor_for(coordinator), assignment=request_to_go)
    assert desk.post(f"{SERVICE}missions/{request_to_go.pk}/liberer/").status_code == 409


def test_people_of_another_service_do_not_exist_for_a_manager(desk, town, stranger, partner, request_to_go):
    other = make_person("Basile", role="agent", unit=make_unit(town.hall, "Voirie"))
    make_offer(other)
    theirs = make_assignment(make_need().slots.get(), other, state="accepted")
    for verb in ("liberer", "garder", "retour"):
        assert desk.post(f"{SERVICE}missions/{theirs.pk}/{verb}/").status_code == 404
        assert partner.post(f"{SERVICE}missions/{request_to_go.pk}/{verb}/").status_code == 403
        assert stranger.post(f"{SERVICE}missions/{request_to_go.pk}/{verb}/").status_code == 302
    assert str(other) not in desk.get(SERVICE).content.decode()
    assert state_of(theirs) == "accepted"


def test_the_manager_above_answers_for_the_services_below(town, agent, request_to_go):
    above = make_unit(town.hall, "Petite enfance")
    town.home.parent = above
    town.home.save()
    chief = make_person("Chantal", role="manager", unit=above)
    assert signed_in(chief).post(f"{SERVICE}missions/{request_to_go.pk}/liberer/").status_code == 302


def test_nobody_releases_themself(manager, desk):
    make_offer(manager)
    own = make_assignment(make_need().slots.get(), manager, state="accepted")
    assert desk.post(f"{SERVICE}missions/{own.pk}/liberer/").status_code == 404


def test_the_minimum_of_a_week_is_set_and_kept_by_half_day(desk, agent):
    monday = next_monday()
    key = f"{monday.isoformat()}/am"
    posted = {"semaine": monday.isoformat(), f"present:{key}": "6", f"minimum:{key}": "4"}
    assert desk.post(f"{SERVICE}minimum/", posted).status_code == 302
    one = ServiceMinimum.objects.get()
    assert (one.unit, one.present, one.minimum) == (agent.capacities.get().unit, 6, 4)
    lines = {(line.day, line.half): line for line in desk.get(f"{SERVICE}?semaine={monday}").context["lines"]}
    assert lines[monday, "am"].minimum == "4"


@pytest.mark.parametrize(
    ("present", "minimum"), [("6", "7"), ("six", "4"), ("", "4"), ("-1", "0"), ("99999", "1"), ("6", "²")]
)
def test_an_impossible_minimum_is_refused_and_what_was_typed_stays(desk, agent, present, minimum):
    monday = next_monday()
    key = f"{monday.isoformat()}/am"
    posted = {"semaine": monday.isoformat(), f"present:{key}": present, f"minimum:{key}": minimum}
    answer = desk.post(f"{SERVICE}minimum/", posted)
    assert answer.status_code == 422
    assert not ServiceMinimum.objects.exists()
    assert f'value="{minimum}"' in answer.content.decode()


def test_a_minimum_left_empty_is_refused(desk):
    assert desk.post(f"{SERVICE}minimum/", {}).status_code == 422


def test_who_comes_back_when_and_is_marked_back(desk, agent):
    make_offer(agent)
    mission = make_assignment(
        make_need().slots.get(), agent, state="done", returns_on=clock.today() - timedelta(days=1)
    )
    page = desk.get(SERVICE)
    assert list(page.context["back"]) == [mission]
    assert desk.post(f"{SERVICE}missions/{mission.pk}/retour/").status_code == 302
    assert state_of(mission) == "returned"
    assert desk.post(f"{SERVICE}missions/{mission.pk}/retour/").status_code == 409


def test_an_impossible_week_in_the_address_shows_the_working_one(desk):
    # At the weekend it is the week to come: nothing of the other one can be answered any more.
    working = clock.today() + timedelta(days=2 if clock.today().weekday() > 4 else 0)
    monday = working - timedelta(days=working.weekday())
    assert desk.get(f"{SERVICE}?semaine=never").context["monday"] == monday
    assert desk.get(f"{SERVICE}?semaine=9999-12-31").status_code == 200
    assert desk.get(f"{SERVICE}?semaine=0001-01-01").status_code == 200


def test_only_managers_have_a_service(coordinator, hr, member, partner, stranger):
    for client in (signed_in(coordinator), signed_in(hr), member, partner):
        assert client.get(SERVICE).status_code == 403
    assert stranger.get(SERVICE).status_code == 302


def test_the_service_page_asks_the_same_number_of_questions_with_more_people(
    desk, town, request_to_go, constant_queries
):
    def grow():
        for number in range(3):
            colleague = make_person(f"Agent {number}", role="agent", unit=town.home)
            make_offer(colleague)
            make_assignment(make_need().slots.get(), colleague, state="accepted")
            make_assignment(make_need(days=[(clock.today(), "am")]).slots.get(), colleague, state="confirmed")
            make_assignment(make_need(days=[(clock.today(), "pm")]).slots.get(), colleague, state="done")

    make_assignment(make_need(days=[(clock.today(), "am")]).slots.get(), request_to_go.person, state="confirmed")
    constant_queries(desk, SERVICE, grow)


# ---- by the link of the message


@pytest.fixture
def message(request_to_go, manager):
    announce(request_to_go, "accepted")
    run_all()
    return Message.objects.get(person_key=manager.key)


def test_the_link_releases_in_one_page_and_is_spent(message, request_to_go, stranger):
    link = link_in(message)
    assert stranger.get(link).status_code == 200
    assert state_of(request_to_go) == "accepted"
    assert stranger.post(link, {"reponse": "oui", "capacity_loss": "On s'arrange."}).status_code == 200
    assert state_of(request_to_go) == "released"
    assert stranger.get(link).status_code == 410


def test_the_link_keeps_with_a_motive(message, request_to_go, stranger):
    link = link_in(message)
    assert stranger.get(f"{link}?reponse=non").status_code == 200
    assert stranger.post(link, {"reponse": "non"}).status_code == 422
    assert stranger.post(link, {"reponse": ""}).status_code == 422
    kept = stranger.post(link, {"reponse": "non", f"{request_to_go.pk}-motive": "minimum"})
    assert kept.status_code == 200
    assert state_of(request_to_go) == "withheld"


def test_a_link_answered_by_a_colleague_says_that_it_is_settled(message, request_to_go, stranger, coordinator):
    do_release(actor=actor_for(coordinator), assignment=request_to_go)
    page = stranger.get(link_in(message))
    assert page.status_code == 200 and not page.context["open"]


def test_the_link_of_somebody_who_no_longer_manages_is_void(message, manager, stranger):
    manager.capacities.update(ends_on=clock.today() - timedelta(days=1))
    assert stranger.get(link_in(message)).status_code == 410


def test_a_question_withdrawn_by_the_agent_closes_the_managers_link(message, request_to_go, agent, stranger, manager):
    do_answer(actor=actor_for(agent), assignment=request_to_go, yes=False)
    run_all()
    assert stranger.get(link_in(message)).status_code == 410
    told = Message.objects.filter(person_key=manager.key).latest("pk")
    assert "reste dans le service" in told.body
    assert "non" not in told.body.lower().split(), "who said no is not their business"


# ---- the firewall


def test_p09_accept_13_appraisers_never_read_skills_wishes_refusals_or_debriefs(agent, manager, hr, town):
    """On every page a manager, human resources or a director can open (design.md rule 5)."""
    director = make_person("Denis", role="director", organisation=town.hall, unit=town.home)
    skill = make_skill("topinambour-langue-des-signes")
    PersonSkill.objects.create(person=agent, skill=skill)
    offer = make_offer(agent)
    secret_host = make_need(title="Topinambour mission refusée")
    make_wish(offer, "no_host", str(secret_host.organisation_id))
    make_assignment(secret_host.slots.get(), agent, state="declined")
    make_assignment(make_need(title="Topinambour sans réponse", days=[(next_monday(2), "am")]).slots.get(), agent)
    done = make_assignment(make_need(days=[(next_monday(3), "am")]).slots.get(), agent, state="debriefed")
    Debrief.objects.create(
        assignment=done, was_volunteer=True, fresh_eye_used=False, roles_split=True, return_prepared=True,
        remarks="Topinambour je ne dirais jamais cela à mon chef",
    )  # fmt: skip
    asked = make_assignment(make_need(days=[(next_monday(), "pm")]).slots.get(), agent, state="accepted")
    announce(asked, "accepted")
    run_all()
    pages = ["/", SERVICE, *(f"{SERVICE}?semaine={next_monday(weeks)}" for weeks in (1, 2, 3))]
    pages += [f"/micro-mobilite/missions/{done.pk}/", f"/micro-mobilite/missions/{done.pk}/bilan/"]
    pages += ["/micro-mobilite/mon-espace/", "/micro-mobilite/mon-espace/pourquoi-pas-moi/"]
    pages += [f"{SERVICE}liberer-tous/", f"/micro-mobilite/missions/{done.pk}/entretien/"]
    pages += [f"/micro-mobilite/missions/{asked.pk}/entretien/", f"/micro-mobilite/missions/{done.pk}/partage/"]
    shared = ("jumelages/", "regards-neufs/", "ce-que-voient-les-nouveaux/", "retours-partages/", "formations/")
    pages += [f"/micro-mobilite/{name}" for name in (*shared, "agents-volants/", "autres-demi-journees/")]
    read = [Message.objects.get(person_key=manager.key).body]
    for person in (manager, hr, director):
        client = signed_in(person)
        read += [client.get(address, follow=True).content.decode() for address in pages]
    secrets = ("topinambour", str(secret_host.organisation), "langue-des-signes", "langue des signes")
    for page in read:
        assert not [secret for secret in secrets if secret.lower() in page.lower()]


def test_p09_accept_13_a_refusal_never_reaches_the_manager(agent, manager):
    make_offer(agent)
    proposal = make_assignment(make_need().slots.get(), agent)
    do_answer(actor=actor_for(agent), assignment=proposal, yes=False)
    run_all()
    assert not Message.objects.filter(person_key=manager.key).exists()
