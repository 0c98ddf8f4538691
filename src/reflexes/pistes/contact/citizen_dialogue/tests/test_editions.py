"""The rules of an edition, through its services: rules first, two channels, nothing renews itself silently."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Channel, Contribution, Proposal
from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.assembly.services.contributions import Typed, Words, do_contribute
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_unit
from reflexes.pistes.contact.citizen_dialogue import privacy
from reflexes.pistes.contact.citizen_dialogue.factories import make_edition, make_feasibility, make_idea_proposal
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalScore, Step
from reflexes.pistes.contact.citizen_dialogue.services import ballots, diary, editions, feasibility, scoring, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(facilitator):
    return actor_for(facilitator)


def refused(code, act, **kwargs):
    with pytest.raises(Refusal) as refusal:
        act(**kwargs)
    assert refusal.value.code == code


def step_of(edition, kind) -> Step:
    return edition.steps.select_related("edition", "consultation").get(kind=kind)


def prepared(keeper, elected, **fields) -> Edition:
    edition = editions.do_prepare_edition(
        actor=keeper,
        title="Budget des jeunes",
        begins_on=clock.today(),
        fields={"budget_cents": 70_000_000, "answerer": elected, "youngest": 11, "oldest": 30},
        **fields,
    )
    for step in edition.steps.all():
        words = {"main_words": "Sur ce site.", "backup_words": "03 88 00 04 50."}
        steps.do_write_step(actor=keeper, step=step, fields=words)
    return edition


def say(actor, door, words="Un banc à l’ombre.", typed=None) -> Contribution:
    return do_contribute(actor=actor, consultation=door, said=Words(client_key=uuid4(), words=words), typed=typed)


def test_p11_accept_1_a_step_without_two_different_channels_is_refused(keeper, elected):
    edition = editions.do_prepare_edition(actor=keeper, title="Budget", begins_on=clock.today())
    assert "steps" in editions.missing(edition)
    refused("edition_incomplete", editions.do_open_edition, actor=keeper, edition=edition)
    step = edition.steps.get(kind="ideas")
    fields = {"main_channel": "web", "main_words": "Ici.", "backup_channel": "web", "backup_words": "Là."}
    refused("backup_channel", steps.do_write_step, actor=keeper, step=step, fields=fields)
    refused("main_channel", steps.do_write_step, actor=keeper, step=step, fields={**fields, "main_words": " "})


def test_p11_accept_1_a_switch_loses_nothing_said_before_during_or_after(keeper, town):
    edition = make_edition(town.hall)
    step = step_of(edition, "ideas")
    door = step.consultation
    with clock.travelling(clock.now() - timedelta(hours=6)):
        before = say(keeper, door, "Avant")
    with clock.travelling(clock.now() - timedelta(hours=4)):
        steps.do_switch(actor=keeper, step=step, why="La salle ferme")
        assert steps.channel_now(step)[0] == Channel.PHONE
        door.refresh_from_db()
        assert consultations.channel_now(door)[0] == Channel.PHONE
    with clock.travelling(clock.now() - timedelta(hours=3)):
        during = [say(keeper, door, "Pendant"), say(keeper, door, "Au téléphone", Typed(channel=Channel.PHONE))]
    with clock.travelling(clock.now() - timedelta(hours=2)):
        steps.do_switch(actor=keeper, step=step_of(edition, "ideas"), why="La salle rouvre")
    after = say(keeper, door, "Après")
    assert set(door.contributions.values_list("pk", flat=True)) == {before.pk, after.pk, *(one.pk for one in during)}
    (heard,) = steps.heard(step)
    assert (heard.before, heard.during, heard.after) == (1, 2, 1)
    door.refresh_from_db()
    assert door.switched_at is None
    assert steps.channel_now(step_of(edition, "ideas"))[0] == Channel.WEB


def test_p11_accept_1_a_drill_plays_the_switch_in_an_exercise_and_nothing_real_moves(keeper, facilitator, town):
    edition = make_edition(town.hall)
    real = step_of(edition, "ideas")
    say(keeper, real.consultation, "Pour de vrai")
    exercise = make_exercise()
    player = actor_for(facilitator, exercise_id=exercise.pk)
    refused("in_exercise", steps.do_switch, actor=player, step=real, why="Exercice")
    (found,) = editions.to_play(player)
    played = editions.do_play_edition(actor=player, edition=found)
    assert not editions.to_play(player)
    step = step_of(played, "ideas")
    refused("reason_missing", steps.do_prolong_step, actor=player, step=step, ends_on=step.ends_on, reason="")
    steps.do_open_door(actor=player, step=step, question="Que faire ?")
    say(player, step.consultation, "Avant")
    steps.do_switch(actor=player, step=step_of(played, "ideas"), why="Exercice")
    say(player, step.consultation, "Pendant", Typed(channel=Channel.PHONE))
    steps.do_switch(actor=player, step=step_of(played, "ideas"), why="Fin de l’exercice")
    say(player, step.consultation, "Après")
    assert step.consultation.contributions.count() == 3
    assert real.consultation.contributions.count() == 1
    assert not real.switches.exists()
    assert played.exercise_id == exercise.pk
    assert list(editions.find_editions(keeper)) == [edition]


def test_a_door_switched_at_its_own_desk_is_read_on_the_line_and_comes_back_from_there(keeper, town):
    edition = make_edition(town.hall)
    door = step_of(edition, "ideas").consultation
    consultations.do_switch_channel(actor=keeper, consultation=door, why="La salle ferme")
    assert steps.switched(step_of(edition, "ideas")).why == "La salle ferme"
    steps.do_switch(actor=keeper, step=step_of(edition, "ideas"), why="Elle rouvre")
    assert steps.switched(step_of(edition, "ideas")) is None
    kept = step_of(edition, "ideas").switches.get()
    assert (kept.why, kept.why_back) == ("La salle ferme", "Elle rouvre")
    steps.do_switch(actor=keeper, step=step_of(edition, "ideas"), why="Encore")
    door.refresh_from_db()
    consultations.do_switch_channel(actor=keeper, consultation=door, why="Revenue")
    steps.do_switch(actor=keeper, step=step_of(edition, "ideas"), why="Encore une fois")
    assert step_of(edition, "ideas").switches.filter(to_at=None).count() == 1


def test_p11_accept_2_and_3_reach_counts_each_channel_and_paper_counts_the_same(keeper, agent, town):
    door = step_of(make_edition(town.hall), "ideas").consultation
    typist = actor_for(agent)
    say(keeper, door)
    for channel in (Channel.PHONE, Channel.PAPER, Channel.ROOM, Channel.LETTER):
        assert say(typist, door, typed=Typed(channel=channel)).state == Contribution.State.SHOWN
    assert set(consultations.reach(door).values()) == {1}
    proposal = make_idea_proposal(door.step.edition)
    from reflexes.mechanisms.assembly.services import proposals

    proposals.do_merge(actor=keeper, proposal=proposal, contributions=door.contributions.all())
    assert proposals.find_proposals(keeper, consultation=door).get().voices == 5


def test_rules_are_published_before_the_first_idea_and_stay_as_people_read_them(keeper, elected):
    edition = prepared(keeper, elected)
    ideas = step_of(edition, "ideas")
    refused("edition_not_open", steps.do_open_door, actor=keeper, step=ideas, question="Que faire ?")
    editions.do_open_edition(actor=keeper, edition=edition)
    refused("rules_first", steps.do_open_door, actor=keeper, step=ideas, question="Que faire ?")
    refused("how_missing", editions.do_publish_rules, actor=keeper, edition=edition, rules="Trois idées.", how="")
    editions.do_publish_rules(actor=keeper, edition=edition, rules="Trois idées.", how="Avec 80 personnes.")
    assert step_of(edition, "rules").done_words == "Avec 80 personnes."
    refused("rules_published", editions.do_change_edition, actor=keeper, edition=edition, fields={"budget_cents": 1})
    steps.do_open_door(actor=keeper, step=step_of(edition, "ideas"), question="Que faire ?")
    ideas.refresh_from_db()
    assert ideas.consultation.opens_on >= clock.today()
    assert edition.rules_published_at <= clock.now()
    again = {"actor": keeper, "edition": edition, "rules": "Deux idées.", "how": "Seuls."}
    refused("ideas_begun", editions.do_publish_rules, **again)


def test_p11_accept_4_an_edition_that_renews_itself_silently_does_not_open(keeper, elected):
    first = prepared(keeper, elected)
    editions.do_open_edition(actor=keeper, edition=first)
    second = prepared(keeper, elected, before=first)
    assert editions.missing(second) == ["changes"]
    refused("edition_incomplete", editions.do_open_edition, actor=keeper, edition=second)
    third = prepared(keeper, elected, before=first)
    editions.do_change_edition(actor=keeper, edition=third, fields={"unchanged_why": "Un an ne suffit pas."})
    assert editions.do_open_edition(actor=keeper, edition=third).state == Edition.State.OPEN
    words = {"name": "Âges", "was": "11 à 30 ans", "becomes": "Tous les âges"}
    refused("variable_incomplete", diary.do_write_variable, actor=keeper, edition=second, why=" ", **words)
    line = diary.do_write_variable(actor=keeper, edition=second, why="Les familles l’ont demandé.", **words)
    refused("not_open", diary.do_say_learned, actor=keeper, variable=line, words="Rien")
    assert editions.do_open_edition(actor=keeper, edition=second).state == Edition.State.OPEN
    refused("edition_open", diary.do_remove_variable, actor=keeper, variable=line)


def test_p11_accept_4_an_edition_ends_with_what_was_learned_of_each_change(keeper, elected):
    edition = prepared(keeper, elected)
    line = diary.do_write_variable(
        actor=keeper,
        edition=edition,
        name="Vote sur papier",
        was="",
        becomes="Oui",
        why="Tout le monde n’a pas d’écran.",
    )
    editions.do_open_edition(actor=keeper, edition=edition)
    end = {"actor": keeper, "edition": edition, "learned": "Tout", "by_variable": {}}
    refused("step_left", editions.do_end_edition, **end)
    for kind in ("ideas", "vote", "results"):
        steps.do_finish_step(actor=keeper, step=step_of(edition, kind), words="C’est fait.")
    refused("learned_missing", editions.do_end_edition, **{**end, "learned": " "})
    refused("variable_not_learned", editions.do_end_edition, **end)
    editions.do_end_edition(**{**end, "by_variable": {line.pk: "Un bulletin sur trois."}})
    line.refresh_from_db()
    assert (edition.state, line.learned) == (Edition.State.ENDED, "Un bulletin sur trois.")
    refused("edition_ended", editions.do_change_edition, actor=keeper, edition=edition, fields={"title": "Autre"})


def test_p11_accept_5_a_goal_is_marked_by_a_person_with_a_sentence_and_never_computed(keeper, resident, agent, town):
    edition = make_edition(town.hall)
    proposal = make_idea_proposal(edition)
    person = actor_for(resident)
    card = {"edition": edition, "proposal": proposal}
    said = scoring.Said("helps", "Les bancs font sortir les aînés.")
    refused(
        "sentence_missing",
        scoring.do_score,
        actor=person,
        client_key=uuid4(),
        **card,
        marks={11: scoring.Said("helps", " ")},
    )
    refused("marks_missing", scoring.do_score, actor=person, client_key=uuid4(), marks={}, **card)
    refused("mark_unknown", scoring.do_score, actor=person, client_key=uuid4(), marks={18: said}, **card)
    first = scoring.do_score(actor=person, client_key=uuid4(), marks={11: said}, **card)
    again = scoring.do_score(actor=person, client_key=uuid4(), marks={11: said, 3: said}, **card)
    assert first.pk == again.pk
    key = uuid4()
    for _twice in range(2):
        scoring.do_score(actor=actor_for(agent), client_key=key, marks={13: said}, typed="paper", **card)
    cards = list(scoring.cards_of(edition))
    assert [(one.channel, one.person_id) for one in cards] == [("web", resident.pk), ("paper", None)]
    assert GoalScore.objects.count() == 3
    refused("channel_missing", scoring.do_score, actor=keeper, client_key=uuid4(), marks={1: said}, typed="web", **card)
    assert not any(field.name in {"score", "total", "mean"} for field in GoalScore._meta.get_fields())


def test_a_service_says_what_can_be_done_with_a_motive_and_a_cost(keeper, manager, town):
    edition = make_edition(town.hall)
    proposal = make_idea_proposal(edition)
    due = clock.today() + timedelta(days=20)
    ask = {"actor": keeper, "edition": edition, "proposals": [proposal], "unit": town.home}
    refused("due_in_the_past", feasibility.do_ask, **ask, due_on=clock.today() - timedelta(days=1))
    (asked,) = feasibility.do_ask(**ask, due_on=due)
    refused("asked_already", feasibility.do_ask, **ask, due_on=due)
    service = {"actor": actor_for(manager), "feasibility": asked}
    refused("motive_missing", feasibility.do_say, **service, verdict="not")
    refused("cents_missing", feasibility.do_say, **service, verdict="feasible")
    feasibility.do_say(**service, verdict="changed", motive="Deux bancs au lieu de trois.", cents=400_000)
    refused("said_already", feasibility.do_say, **service, verdict="feasible", cents=1)
    (again,) = feasibility.do_ask(**ask, due_on=due, question="Et trois, plus petits ?")
    assert feasibility.standings(edition, [proposal])[0].verdict == ""
    feasibility.do_say(actor=keeper, feasibility=again, verdict="feasible", cents=500_000, by=manager)
    (standing,) = feasibility.standings(edition, [proposal])
    assert (standing.verdict, standing.cents, standing.ready) == ("feasible", 500_000, True)
    again.refresh_from_db()
    assert (again.by, again.written_by_id) == (manager, keeper.person_id)
    assert edition.feasibilities.count() == 2


def test_another_service_does_not_speak_for_the_one_that_is_asked(keeper, town):
    asked = make_feasibility(make_edition(town.hall), unit=town.home)
    stranger = make_person("Igor", role=roles.MANAGER, unit=town.cell)
    with pytest.raises(PermissionDenied):
        feasibility.do_say(actor=actor_for(stranger), feasibility=asked, verdict="not", motive="Non.")


def test_only_what_services_find_feasible_goes_to_the_vote_at_the_cost_they_say(keeper, town):
    edition = make_edition(town.hall)
    yes, changed, no, silent = (make_idea_proposal(edition) for _ in range(4))
    for proposal, verdict, cents in ((yes, "feasible", 100), (changed, "changed", 200), (no, "not", None)):
        asked = make_feasibility(edition, proposal)
        feasibility.do_say(actor=keeper, feasibility=asked, verdict=verdict, motive="Voici.", cents=cents)
    second = make_feasibility(edition, yes)
    make_feasibility(edition, silent)
    assert {one.proposal for one in ballots.ready(edition)} == {changed}
    feasibility.do_say(actor=keeper, feasibility=second, verdict="feasible", cents=50)
    refused("vote_missing", ballots.do_bring_to_vote, actor=keeper, edition=edition)
    vote = ballots.do_prepare_vote(actor=keeper, edition=edition, most_choices=3)
    choices = ballots.do_bring_to_vote(actor=keeper, edition=edition)
    assert sorted((one.proposal_id, one.cents) for one in choices) == sorted([(yes.pk, 150), (changed.pk, 200)])
    assert (vote.budget_cents, vote.rules) == (edition.budget_cents, edition.rules)
    refused("nothing_ready", ballots.do_bring_to_vote, actor=keeper, edition=edition)
    assert Proposal.objects.filter(choices__vote=vote).count() == 2


def test_the_officer_of_another_town_keeps_nothing_here(town, elected):
    edition = make_edition(town.hall)
    other = actor_for(make_person("Olga", role=roles.FACILITATOR, organisation=town.association))
    for act, about in (
        (steps.do_switch, {"step": step_of(edition, "ideas"), "why": "Non"}),
        (editions.do_change_edition, {"edition": edition, "fields": {}}),
        (
            feasibility.do_ask,
            {"edition": edition, "proposals": [], "unit": make_unit(town.hall), "due_on": clock.today()},
        ),
    ):
        with pytest.raises(PermissionDenied):
            act(actor=other, **about)


def test_whoever_marked_goals_reads_what_is_known_and_leaves_their_sentences_without_a_name(resident, town):
    edition = make_edition(town.hall)
    card = scoring.do_score(
        actor=actor_for(resident),
        edition=edition,
        proposal=make_idea_proposal(edition),
        marks={11: scoring.Said("helps", "On s’assoit.")},
        client_key=uuid4(),
        shown_name="Rachel",
    )
    (known,) = privacy.export(resident.key)["goals_marked"]
    assert "On s’assoit." in known["words"][0]
    privacy.erase(resident.key)
    card.refresh_from_db()
    assert (card.person, card.shown_name, card.scores.count()) == (None, "", 1)
