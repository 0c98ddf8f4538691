"""The words of every announcement: to whom, by which way, exactly once."""

from datetime import timedelta

import pytest
from django.utils import translation

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.wording import text_words
from reflexes.core.outbox.handlers import handler_of
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_wave, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Wave
from reflexes.mechanisms.allocation.services import missions, returns
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_place
from reflexes.pistes.resources.micro_mobility.messages import AUDIENCES, message_for
from reflexes.pistes.resources.micro_mobility.messages.sending import WRITERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(agent, manager, partner_host, coordinator):
    make_offer(agent)
    need = make_need(
        partner_host.capacities.get().organisation,
        title="Préparer les paniers",
        provided="Gants et repas.",
        days=[(next_monday(), "am")],
    )
    return make_assignment(need.slots.get(), agent)


def bodies(person) -> list[str]:
    return list(Message.objects.filter(person_key=person.key).order_by("pk").values_list("body", flat=True))


def test_every_event_that_a_mission_announces_has_somebody_to_do_it(mission):
    import inspect
    import re
    from pathlib import Path

    services = Path(inspect.getfile(missions)).parent
    announced: set[str] = set()
    for path in services.glob("*.py"):
        announced |= set(re.findall(r'(?:_done|announce)\([^"()]*"(\w+)"(?![^)]*tell=False)', path.read_text()))
    assert announced >= {"accepted", "started", "shared", "remark_passed"}, "the sources are read"
    for event in announced | set(AUDIENCES):
        assert handler_of(f"micro_mobility.{event}") is not None, event
    assert handler_of("micro_mobility.waiver_asked") is not None


def test_a_proposal_reads_as_if_a_person_wrote_it(mission):
    words = message_for(mission, "proposed")
    need = mission.slot.need
    for said in (
        mission.person.first_name,
        need.title,
        need.tasks,
        str(need.mentor),
        need.place.name,
        need.place.address,
        "Gants et repas.",
        need.criteria,
        "ni dans votre dossier",
    ):
        assert said in words.body, said
    assert [choice.label for choice in words.choices] == ["Oui, je viens", "Non, pas cette fois"]


def test_the_preview_of_a_wave_shows_the_real_words_without_writing(mission, agent):
    unsaved = Assignment(
        slot=mission.slot,
        person=agent,
        day=mission.day,
        half=mission.half,
        returns_on=mission.returns_on,
        wave=Wave(answer_by=mission.wave.answer_by),
    )
    assert message_for(unsaved, "proposed").body == message_for(mission, "proposed").body
    announce(mission, "proposed")
    run_all()
    assert bodies(agent) == [message_for(mission, "proposed").body]


def test_words_come_in_the_readers_language(mission, agent):
    agent.language = "en"
    with translation.override("fr"):
        assert "Would you come?" in message_for(mission, "proposed").body


@pytest.mark.parametrize("title", ["Paniers", "Un titre très long " * 6])
def test_a_text_message_stays_short_with_one_link(mission, agent, title):
    type(agent).objects.filter(pk=agent.pk).update(channel="text", phone="06 12 34 56 78")
    type(mission.slot.need).objects.update(title=title[:120])
    for event in ("proposed", "done"):
        Assignment.objects.filter(pk=mission.pk).update(state="proposed" if event == "proposed" else "done")
        announce(mission, event)
        run_all()
        message = Message.objects.filter(person_key=agent.key).latest("pk")
        assert message.way == "text"
        assert message.actions.count() == 1
        assert len(text_words(message)) < 300
        assert message.actions.get().url in text_words(message)


def test_somebody_off_line_is_told_whom_to_call_instead_of_a_link(mission, agent, coordinator):
    type(agent).objects.filter(pk=agent.pk).update(channel="print")
    announce(mission, "proposed")
    run_all()
    message = Message.objects.get(person_key=agent.key)
    assert message.way == "print" and not message.actions.exists()
    assert str(coordinator) in message.body


def test_a_yes_reaches_the_manager_with_what_it_leaves_and_two_answers(mission, agent, manager):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    run_all()
    message = Message.objects.get(person_key=manager.key)
    assert str(agent) in message.subject
    assert [action.label for action in message.actions.all()] == [
        "Oui, le service s’organise",
        "Non, le service en a besoin",
    ]


def test_with_no_manager_known_the_cell_is_told(mission, agent, manager, coordinator):
    manager.capacities.all().delete()
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    run_all()
    assert str(agent) in bodies(coordinator)[0]


def test_a_yes_taken_back_at_once_asks_the_manager_nothing(mission, agent, manager):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=False)
    run_all()
    assert bodies(manager) == []


def test_the_host_confirms_and_the_agent_knows_what_happens_next(mission, agent, manager, partner_host):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    missions.do_release(actor=actor_for(manager), assignment=mission)
    run_all()
    assert str(agent) in bodies(partner_host)[-1]
    missions.do_confirm(actor=actor_for(partner_host), assignment=mission)
    run_all()
    body = bodies(agent)[-1]
    assert all(f"{number}. " in body for number in (1, 2, 3))
    assert str(mission.hr_contact) in body and str(mission.host_contact) in body


def test_a_host_that_does_not_confirm_is_quoted(mission, agent, manager, partner_host):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    missions.do_release(actor=actor_for(manager), assignment=mission)
    missions.do_turn_down(actor=actor_for(partner_host), assignment=mission, reason="Le local est inondé.")
    run_all()
    assert "Le local est inondé." in bodies(agent)[-1]


def test_dropping_tells_those_who_had_heard_of_it_and_nobody_else(mission, agent, manager, partner_host, coordinator):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    run_all()
    before = len(bodies(agent))
    missions.do_drop(actor=actor_for(agent), assignment=mission, motive="agent")
    run_all()
    assert len(bodies(agent)) == before, "who stops it knows it"
    assert "reste dans le service" in bodies(manager)[-1]
    assert bodies(partner_host) == [], "the host had not heard of it"
    assert str(agent) in bodies(coordinator)[-1]


def test_a_host_that_stops_a_mission_has_the_agent_and_the_service_told(mission, agent, manager, partner_host):
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    missions.do_release(actor=actor_for(manager), assignment=mission)
    missions.do_drop(actor=actor_for(partner_host), assignment=mission, motive="host")
    run_all()
    assert "Vous restez à votre poste" in bodies(agent)[-1]
    assert "reste dans le service" in bodies(manager)[-1]


def test_no_answer_gets_a_kind_word(mission, agent):
    Wave.objects.update(answer_by=clock.now() - timedelta(hours=1))
    from reflexes.mechanisms.allocation.services.waves import expire_unanswered

    assert expire_unanswered() == 1
    run_all()
    assert "comme si de rien" in bodies(agent)[-1]


def debrief(mission, agent, **choices):
    Assignment.objects.filter(pk=mission.pk).update(state="returned")
    mission.refresh_from_db()
    answers = dict.fromkeys(("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared"), True)
    returns.do_debrief(
        actor=actor_for(agent), assignment=mission, answers=answers, remarks="Les bacs sont trop hauts.", **choices
    )
    run_all()


def test_remarks_go_only_where_the_agent_decided(mission, agent, partner_host, hr, manager):
    debrief(mission, agent, share_remarks_with_host=True, even_if_known=True, share_with_hr=False)
    told = bodies(partner_host)[-1]
    assert "Les bacs sont trop hauts." not in told and str(agent) not in told, "the words stay on the page, unnamed"
    assert bodies(hr) == [] and bodies(manager) == []


def test_human_resources_are_told_that_something_is_shared_and_read_it_on_their_page(mission, agent, partner_host, hr):
    debrief(mission, agent, share_remarks_with_host=False, share_with_hr=True)
    assert bodies(partner_host) == []
    told = bodies(hr)[-1]
    assert "Les bacs sont trop hauts." not in told and str(agent) not in told, "a message cannot be taken back"


def test_the_return_thanks_the_host_and_tells_the_service(mission, agent, partner_host, manager):
    Assignment.objects.filter(pk=mission.pk).update(state="done")
    mission.refresh_from_db()
    returns.do_return(actor=actor_for(agent), assignment=mission)
    run_all()
    assert "Merci" in bodies(partner_host)[-1]
    assert str(agent) in bodies(manager)[-1]


@pytest.mark.parametrize(("event", "state"), [("excused", "excused"), ("no_show", "no_show")])
def test_an_absence_is_met_with_care(mission, agent, coordinator, event, state):
    Assignment.objects.filter(pk=mission.pk).update(state=state)
    announce(mission, event)
    run_all()
    assert len(bodies(agent)) == 1
    assert len(bodies(coordinator)) == (event == "no_show")


def test_a_stand_in_wanted_is_known_to_the_cell_and_the_host(mission, agent, coordinator, partner_host):
    Assignment.objects.filter(pk=mission.pk).update(state="confirmed")
    mission.refresh_from_db()
    missions.do_ask_stand_in(actor=actor_for(agent), assignment=mission)
    run_all()
    assert str(agent) in bodies(coordinator)[-1] and str(agent) in bodies(partner_host)[-1]


def test_a_job_done_twice_writes_one_message(mission, agent):
    announce(mission, "proposed")
    run_all()
    Job.objects.filter(kind="micro_mobility.proposed").update(state="waiting", attempts=0)
    run_all()
    assert len(bodies(agent)) == 1


def test_a_proposal_withdrawn_before_its_message_leaves_is_not_asked(mission, agent):
    announce(mission, "proposed")
    Assignment.objects.filter(pk=mission.pk).update(state="cancelled")
    run_all()
    assert bodies(agent) == []


def test_messages_of_an_exercise_stay_inside(agent, manager, coordinator):
    from reflexes.mechanisms.crisis.models import Exercise

    make_offer(agent)
    exercise = Exercise.objects.create(name="Crue", plays_at=clock.now(), started_at=clock.now())
    mission = make_assignment(
        make_need(exercise=exercise).slots.get(), agent, exercise=exercise, wave=make_wave(exercise=exercise)
    )
    announce(mission, "proposed")
    run_all()
    assert Message.objects.get(person_key=agent.key).state == "exercise"


def test_every_message_can_be_written_for_a_need_with_almost_nothing_said(agent, manager, partner_host):
    """A remote need, no mentor, no contact, no wave: words still stand."""
    make_offer(agent)
    need = make_need(make_organisation(), remote=True, mentor=None, contact=None, criteria="", constraints="", tasks="")
    mission = make_assignment(need.slots.get(), agent, wave=None, returns_on=None, drop_motive="cell")
    for audience, writers in WRITERS.items():
        for event in writers:
            if event != "remark_answered":
                words = message_for(mission, event, audience)
                assert words.subject and words.body and "None" not in words.body + words.short, (audience, event)


def test_the_directions_to_the_place_are_given(mission):
    place = make_place(mission.slot.need.organisation, directions="Tram B, arrêt Les Halles.")
    mission.slot.need.place = place
    assert "Tram B, arrêt Les Halles." in message_for(mission, "proposed").body


def test_the_manager_above_is_asked_when_the_service_has_none(mission, agent, manager, town):
    from reflexes.mechanisms.directory.factories import make_unit

    manager.capacities.all().delete()
    above = make_unit(town.hall, "Petite enfance")
    type(town.home).objects.filter(pk=town.home.pk).update(parent=above)
    chief = make_person("Chantal", role="manager", unit=above)
    missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True)
    run_all()
    assert str(agent) in bodies(chief)[-1]
