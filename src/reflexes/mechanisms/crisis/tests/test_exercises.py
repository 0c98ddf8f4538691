"""An exercise from the opening to the report: invitations, cards, mailbox, debrief, decisions, and nothing real moved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reflexes.core import clock, drill
from reflexes.core.accounts.links import LinkRefused, make_link, open_link
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.models import State as MessageState
from reflexes.core.notifications.services import notify
from reflexes.core.outbox.handlers import handler
from reflexes.core.outbox.models import Job, State
from reflexes.core.outbox.services import enqueue
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.crisis import exercises as drills
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.models import Exercise, Lesson, Player
from reflexes.mechanisms.crisis.scenarios import SCENARIOS
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person, Place
from reflexes.mechanisms.directory.services import do_add_place, recipient_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
spoken: list[int] = []


@handler("crisis_test.speak", external=True)
def speak(job: Job) -> None:
    spoken.append(job.pk)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.slug for one in SCENARIOS])
def test_a_ready_made_situation_opens_as_it_is(coordinator, scenario):
    cell = signed_in(coordinator)
    form = cell.get(f"/exercices/nouveau/?situation={scenario.slug}").context["form"]
    first = form.initial
    assert first["plays_at"] > clock.now()
    posted = {
        "name": first["name"],
        "purpose": first["purpose"],
        "plays_at_0": first["plays_at"].date().isoformat(),
        "plays_at_1": "09:00",
        "invited": first["invited"],
        "all_free": "on",
        "begin": first["begin"],
        "cards": first["cards"],
    }
    assert cell.post("/exercices/nouveau/", posted).status_code == 302
    exercise = Exercise.objects.get()
    assert exercise.all_free and exercise.invited.count() == 4
    assert exercise.surprises.filter(revealed_at=None).count() == len(scenario.surprises)
    assert exercise.latest_card.words


def test_only_those_invited_see_it_and_are_told_at_the_top_of_their_pages(coordinator, member, agent, partner, manager):
    exercise = drills.do_start_exercise(
        actor=actor_for(coordinator), name="Crue", plays_at=clock.now(), invited=["agent"]
    )
    assert "Crue" in member.get("/moi/").content.decode()
    assert member.get(f"/exercices/{exercise.pk}/").status_code == 200
    assert "Crue" not in partner.get("/moi/").content.decode()
    assert partner.get(f"/exercices/{exercise.pk}/").status_code == 404
    assert partner.post(f"/exercices/{exercise.pk}/rejoindre/").status_code == 404
    cell, led = signed_in(coordinator), signed_in(manager)
    assert "Maud" in cell.get(f"/exercices/{exercise.pk}/?q=maud").content.decode()
    assert led.get(f"/exercices/{exercise.pk}/").status_code == 404
    assert cell.post(f"/exercices/{exercise.pk}/inviter/", {"person": manager.pk}).status_code == 302
    assert led.get(f"/exercices/{exercise.pk}/").status_code == 200
    assert cell.post(f"/exercices/{exercise.pk}/inviter/", {"person": manager.pk}).status_code == 409
    assert cell.post(f"/exercices/{exercise.pk}/inviter/", {"person": "nobody"}).status_code == 422


def test_a_card_stays_face_down_until_whoever_leads_turns_it_over(coordinator, member):
    exercise = drills.do_start_exercise(
        actor=actor_for(coordinator),
        name="Crue",
        plays_at=clock.now() + timedelta(days=40),
        surprises=[("Le pont est fermé", "Personne ne traverse.")],
    )
    card = exercise.surprises.get()
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    assert "Le pont est fermé" not in member.get(f"/exercices/{exercise.pk}/").content.decode()
    assert member.post(f"/exercices/{exercise.pk}/carte/{card.pk}/").status_code == 403
    cell = signed_in(coordinator)
    assert cell.post(f"/exercices/{exercise.pk}/carte/{card.pk}/").status_code == 302
    assert cell.post(f"/exercices/{exercise.pk}/carte/{card.pk}/").status_code == 409
    assert "Le pont est fermé" in member.get("/moi/").content.decode()  # in the band of every page


def test_messages_of_an_exercise_wait_in_its_mailbox_and_leave_for_nobody(coordinator, member, agent, mailoutbox):
    exercise = make_exercise()
    with drill.playing(exercise.pk):
        notify(recipient_of(agent), subject="Jeudi matin", body="Venez.", key="drill:1", urgent=True)
        notify(recipient_of(coordinator), subject="Pour la cellule", body="Lu.", key="drill:2", urgent=True)
        enqueue("crisis_test.speak", {}, key="drill:speak")
    run_all()
    assert not mailoutbox and not spoken
    assert Job.objects.get(key="drill:speak").state == State.DEAD
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.EXERCISE}
    own = member.get(f"/exercices/{exercise.pk}/courrier/").content.decode()
    assert "Jeudi matin" in own and "Pour la cellule" not in own
    every = signed_in(coordinator).get(f"/exercices/{exercise.pk}/courrier/").content.decode()
    assert "Jeudi matin" in every and "Pour la cellule" in every
    assert (
        "Jeudi matin"
        not in signed_in(coordinator).get(f"/exercices/{exercise.pk}/courrier/?q=cellule").content.decode()
    )


def test_ending_closes_its_links_and_what_was_being_sent_is_not_written_for_real(coordinator, member, agent):
    exercise = make_exercise()
    with drill.playing(exercise.pk):
        address = make_link(person_key=agent.key, purpose="answer", subject="assignment:1", path="/lien/")
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    drills.do_end_exercise(actor=actor_for(coordinator), exercise=exercise)
    with pytest.raises(LinkRefused) as refused:
        open_link(address.rsplit("/", 1)[-1], "answer")
    assert refused.value.code == "revoked"
    late = member.post("/moi/", {"channel": "mail", "phone": "", "language": "en"})
    assert late.status_code == 409 and exercise.name in late.content.decode()
    agent.refresh_from_db()
    assert agent.language == "fr"
    assert member.get("/moi/").status_code == 200  # and the next page is today's


def test_what_is_real_is_read_in_an_exercise_and_never_changed(coordinator, host, town, member, agent):
    exercise = make_exercise()
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    answer = member.post("/moi/", {"channel": "mail", "phone": "", "language": "en"})
    assert answer.status_code in {409, 422}
    assert Person.objects.get(pk=agent.pk).language == "fr"
    from dataclasses import replace

    with pytest.raises(Refusal) as refused:
        do_add_place(
            actor=replace(actor_for(host), exercise_id=exercise.pk),
            organisation_id=town.hall.pk,
            name="Gymnase",
            commune=town.site.commune,
        )
    assert refused.value.code == "in_exercise"
    assert not Place.objects.filter(name="Gymnase").exists()


def test_the_debrief_says_what_worked_what_was_hard_and_who_carries_what_until_when(coordinator, member, agent):
    exercise, cell = make_exercise(), signed_in(coordinator)
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    said = {"worked": "Le plan.", "hard": "Joindre les responsables.", "next_on": ""}
    assert cell.post(f"/exercices/{exercise.pk}/bilan/", said).status_code == 422  # still going on
    cell.post(f"/exercices/{exercise.pk}/terminer/")
    past = {**said, "next_on": (clock.today() - timedelta(days=1)).isoformat()}
    refused = cell.post(f"/exercices/{exercise.pk}/bilan/", past)
    assert refused.status_code == 422 and "Joindre les responsables." in refused.content.decode()
    assert cell.post(f"/exercices/{exercise.pk}/bilan/", said).status_code == 302
    decided = {
        "words": "Une liste des suppléants",
        "verdict": "adapt",
        "owner": coordinator.pk,
        "due_on": (clock.today() + timedelta(days=20)).isoformat(),
    }
    assert cell.post(f"/exercices/{exercise.pk}/decision/", {**decided, "verdict": "maybe"}).status_code == 422
    assert cell.post(f"/exercices/{exercise.pk}/decision/", {**decided, "owner": agent.pk}).status_code == 422
    assert cell.post(f"/exercices/{exercise.pk}/decision/", decided).status_code == 302
    lesson = Lesson.objects.get()
    read = member.get(f"/exercices/{exercise.pk}/bilan/").content.decode()
    assert "Une liste des suppléants" in read and "Joindre les responsables." in read
    assert member.post(f"/exercices/{exercise.pk}/bilan/", said).status_code == 403
    assert cell.post(f"/exercices/{exercise.pk}/decision/{lesson.pk}/").status_code == 302
    assert cell.post(f"/exercices/{exercise.pk}/decision/{lesson.pk}/").status_code == 409
    report = member.get(f"/exercices/{exercise.pk}/bilan/feuille/")
    assert report.status_code == 200 and report.content.startswith(b"%PDF")


def test_an_exercise_is_due_after_the_years_of_the_law_and_a_real_crisis_counts(coordinator):
    assert drills.rehearsal_due() == (True, None)
    long_ago = clock.real_now() - timedelta(days=365 * 6)
    exercise = make_exercise(started_at=long_ago - timedelta(hours=2), plays_at=long_ago, ended_at=long_ago)
    due, since = drills.rehearsal_due()
    assert due and since is not None and since < clock.today()
    assert "1826" not in signed_in(coordinator).get("/exercices/").content.decode()
    Exercise.objects.filter(pk=exercise.pk).update(ended_at=clock.real_now() - timedelta(days=30))
    assert drills.rehearsal_due()[0] is False
    Exercise.objects.filter(pk=exercise.pk).update(next_on=clock.today() - timedelta(days=2))
    assert drills.rehearsal_due() == (True, clock.today() - timedelta(days=2))


def test_a_person_who_leaves_takes_their_part_in_exercises_with_them(coordinator, agent):
    from reflexes.mechanisms.crisis import privacy

    exercise = make_exercise()
    drills.do_invite_by_name(actor=actor_for(coordinator), exercise=exercise, person=agent)
    drills.do_join_exercise(actor=actor_for(agent), exercise=exercise)
    found = privacy.export(agent.key)
    assert found["exercises_invited"] == [exercise.name] and len(found["exercises_played"]) == 1
    privacy.erase(agent.key)
    assert privacy.export(agent.key) == {} and not Player.objects.filter(person=agent).exists()


def test_the_mailbox_and_the_debrief_ask_the_same_number_of_questions_with_more_rows(
    coordinator, agent, constant_queries
):
    exercise, cell = make_exercise(), signed_in(coordinator)

    def grow() -> None:
        with drill.playing(exercise.pk):
            for number in range(4):
                notify(recipient_of(agent), subject="Bonjour", body="…", key=f"grow:{number}:{Message.objects.count()}")
        for _number in range(4):
            drills.do_add_surprise(actor=actor_for(coordinator), exercise=exercise, title="Carte")
            drills.do_invite_by_name(actor=actor_for(coordinator), exercise=exercise, person=make_person("Zoé"))
            Lesson.objects.create(
                exercise=exercise, words="À revoir", verdict="keep", owner=make_person("Yann"), due_on=clock.today()
            )

    grow()
    for address in ("", "courrier/", "bilan/"):
        constant_queries(cell, f"/exercices/{exercise.pk}/{address}", grow)


def test_its_clock_moves_on_for_everybody_and_never_back(coordinator, member, agent):
    exercise = make_exercise(plays_at=clock.now().replace(hour=9, minute=0) - timedelta(days=1))
    desk = signed_in(coordinator)
    before = clock.real_now() + exercise.shift

    assert desk.post(f"/exercices/{exercise.pk}/horloge/", {"jump": "day"}).status_code == 302
    exercise.refresh_from_db()
    moment = timezone.localtime(clock.real_now() + exercise.shift)
    assert (moment.date(), moment.hour) == (timezone.localtime(before).date() + timedelta(days=1), 8)
    desk.post(f"/exercices/{exercise.pk}/horloge/", {"jump": "week"})
    exercise.refresh_from_db()
    assert timezone.localtime(clock.real_now() + exercise.shift).weekday() == 0
    assert "Son horloge" in desk.get(f"/exercices/{exercise.pk}/").content.decode()


@pytest.mark.parametrize("jump", ["", "back", "-1"])
def test_a_clock_moved_the_wrong_way_or_by_somebody_who_does_not_lead_stays(coordinator, member, partner, jump):
    exercise = make_exercise()
    assert signed_in(coordinator).post(f"/exercices/{exercise.pk}/horloge/", {"jump": jump}).status_code in (409, 422)
    assert member.post(f"/exercices/{exercise.pk}/horloge/", {"jump": "day"}).status_code in (403, 404)
    assert partner.post(f"/exercices/{exercise.pk}/horloge/", {"jump": "day"}).status_code in (403, 404)
    exercise.refresh_from_db()
    assert exercise.moved_on == timedelta(0)


def test_two_who_press_at_once_move_the_clock_once(coordinator):
    exercise = make_exercise()
    stale = Exercise.objects.get(pk=exercise.pk)
    drills.do_move_clock(actor=actor_for(coordinator), exercise=exercise, jump="hour")
    with pytest.raises(Refusal, match="entre-temps"):
        drills.do_move_clock(actor=actor_for(coordinator), exercise=stale, jump="hour")
