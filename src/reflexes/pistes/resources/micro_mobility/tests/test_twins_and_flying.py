"""Twinned services with their trained pool and drills; flying agents with the days of their job sheet; what to train for."""

from datetime import date, timedelta

import pytest

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.privacy.services import do_erase_person, export_person
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    next_monday,
)
from reflexes.mechanisms.allocation.models import LearningWish, Need
from reflexes.mechanisms.allocation.services import flying as allocated
from reflexes.mechanisms.allocation.services import plans, training
from reflexes.mechanisms.allocation.services.problem import build
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory import flying, roles, twinning
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import FlyingTerms, Person, Twinning, TwinTraining
from reflexes.pistes.resources.micro_mobility.messages.sending import tell_drill_due
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
PAIRS = f"{ROOT}jumelages/"
FLYING = f"{ROOT}agents-volants/"


@pytest.fixture
def pair(town, coordinator) -> Twinning:
    """The nursery's agents are trained at the waste depot."""
    depot = make_unit(make_organisation("Métropole"), "Dépôt sud")
    return twinning.do_twin(
        actor=actor_for(coordinator),
        home_id=town.home.pk,
        host_id=depot.pk,
        skill=make_skill("collecte"),
        purpose="Prêter main-forte à la collecte pendant les canicules.",
        agreement="Une demi-journée par an.",
        starts_on=clock.today(),
        review_on=clock.today() + timedelta(days=365),
        drill_every_months=12,
        next_drill_on=clock.today() + timedelta(days=30),
    )


@pytest.fixture
def depot_manager(pair):
    return make_person("Dora", role=roles.MANAGER, unit=pair.host)


def test_p09_accept_14_a_drill_trains_those_who_came_and_sets_the_next_one(pair, manager, agent, coordinator):
    desk = signed_in(manager)
    held = clock.today() - timedelta(days=2)
    posted = {"held_on": held.isoformat(), "people": [agent.pk], "words": "Prévoir des gants à la bonne taille."}
    assert desk.post(f"{PAIRS}{pair.pk}/exercice/", posted).status_code == 302
    pair.refresh_from_db()
    assert (pair.last_drill_on, pair.next_drill_on) == (held, twinning.months_after(held, 12))
    trained = TwinTraining.objects.get()
    assert (trained.person, trained.trained_on, trained.until) == (agent, held, twinning.months_after(held, 24))
    for person in (manager, coordinator):
        page = signed_in(person).get(f"{PAIRS}{pair.pk}/").content.decode()
        assert str(agent) in page and "gants à la bonne taille" in page
    assert twinning.with_pool(Twinning.objects.filter(pk=pair.pk)).get().pool == 1


def test_p09_accept_14_the_trained_pool_and_the_last_drill_are_read_by_the_cell_and_both_services_only(
    pair, depot_manager, manager, coordinator, member, partner, host, hr, stranger, town
):
    for person in (manager, depot_manager, coordinator):
        assert signed_in(person).get(f"{PAIRS}{pair.pk}/").status_code == 200
        assert str(pair.home) in signed_in(person).get(PAIRS).content.decode()
    elsewhere = make_person("Éloi", role=roles.MANAGER, unit=make_unit(town.hall, "Musée"))
    assert signed_in(elsewhere).get(f"{PAIRS}{pair.pk}/").status_code == 404
    for client in (member, partner, signed_in(host), signed_in(hr)):
        assert client.get(PAIRS).status_code == 404
        assert client.get(f"{PAIRS}{pair.pk}/").status_code == 404
    assert stranger.get(PAIRS).status_code == 302


def test_only_the_cell_ties_changes_and_ends_a_pair(pair, manager, coordinator, town):
    desk = signed_in(manager)
    assert desk.get(f"{PAIRS}nouveau/").status_code == 403
    assert desk.get(f"{PAIRS}{pair.pk}/modifier/").status_code == 403
    assert desk.post(f"{PAIRS}{pair.pk}/terminer/", {"reason": "Non."}).status_code == 403
    cell = signed_in(coordinator)
    assert cell.post(f"{PAIRS}{pair.pk}/terminer/", {"reason": ""}).status_code == 422
    assert cell.post(f"{PAIRS}{pair.pk}/terminer/", {"reason": "Le dépôt ferme."}).status_code == 302
    assert cell.post(f"{PAIRS}{pair.pk}/terminer/", {"reason": "Encore."}).status_code == 409
    posted = {"held_on": clock.today().isoformat()}
    assert desk.post(f"{PAIRS}{pair.pk}/exercice/", posted).status_code == 409
    again = twinning.do_twin(
        actor=actor_for(coordinator), home_id=pair.home_id, host_id=pair.host_id, review_on=date(2030, 1, 1)
    )
    assert again.pk != pair.pk, "two services may start anew"


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "same"},
        {"review_on": "2020-01-01"},
        {"review_on": ""},
        {"drill_every_months": "0"},
        {"drill_every_months": "a year"},
        {"next_drill_on": "30/02/2027"},
        {"purpose": ""},
        {"home": "999999"},
        {"purpose": "x" * 400},
    ],
)
def test_a_pair_that_makes_no_sense_is_refused_and_what_was_typed_stays(town, coordinator, wrong):
    depot = make_unit(town.hall, "Dépôt sud")
    posted = {
        "home": town.home.pk, "host": depot.pk, "purpose": "Canicule topinambour", "starts_on": "2026-12-01",
        "review_on": "2027-12-01", "drill_every_months": "12", "next_drill_on": "2027-01-01", "agreement": "Entraide.",
    }  # fmt: skip
    sent = {**posted, **{name: town.home.pk if value == "same" else value for name, value in wrong.items()}}
    answer = signed_in(coordinator).post(f"{PAIRS}nouveau/", sent)
    assert answer.status_code == 422
    assert "Entraide." in answer.content.decode()
    assert not Twinning.objects.exists()
    assert signed_in(coordinator).post(f"{PAIRS}nouveau/", posted).status_code == 302
    assert signed_in(coordinator).post(f"{PAIRS}nouveau/", posted).status_code == 422, "already twinned"


def test_a_certificate_is_never_given_by_a_drill(pair, coordinator):
    with pytest.raises(Refusal) as found:
        twinning.do_change_twinning(
            actor=actor_for(coordinator), twinning=pair, skill=make_skill("aide-soignant", regulated=True)
        )
    assert found.value.code == "skill_regulated"


def test_a_drill_to_come_or_with_people_of_another_service_is_refused(pair, manager, town):
    desk, address = signed_in(manager), f"{PAIRS}{pair.pk}/exercice/"
    stranger = make_person("Zoé", role=roles.AGENT, unit=make_unit(town.hall, "Musée"))
    tomorrow = clock.today() + timedelta(days=1)
    assert desk.post(address, {"held_on": tomorrow.isoformat()}).status_code == 422
    assert desk.post(address, {"held_on": "hier"}).status_code == 422
    assert desk.post(address, {"held_on": clock.today().isoformat(), "people": [stranger.pk]}).status_code == 422
    with pytest.raises(Refusal):
        twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[stranger])
    assert not TwinTraining.objects.exists()


def test_an_old_drill_written_late_shortens_nobodys_training(pair, manager, agent):
    actor = actor_for(manager)
    twinning.do_record_drill(actor=actor, twinning=pair, held_on=clock.today(), people=[agent])
    twinning.do_record_drill(actor=actor, twinning=pair, held_on=clock.today() - timedelta(days=400), people=[agent])
    pair.refresh_from_db()
    assert pair.last_drill_on == clock.today()
    assert TwinTraining.objects.get().trained_on == clock.today()


def test_p09_accept_14_a_drill_overdue_is_a_silence_and_both_services_are_reminded_once(
    pair, manager, depot_manager, coordinator
):
    assert "drills_due" not in {one.code for one in silences(actor_for(coordinator))}
    Twinning.objects.update(next_drill_on=clock.today() - timedelta(days=3))
    assert {one.code: one.count for one in silences(actor_for(coordinator))}["drills_due"] == 1
    for _day in range(3):
        for due in twinning.drills_due():
            tell_drill_due(due)
    for reader in (manager, depot_manager):
        assert Message.objects.filter(person_key=reader.key).count() == 1
    assert not Message.objects.filter(person_key=coordinator.key).exists()


def test_those_trained_count_as_knowing_it_while_it_is_valid_and_no_longer(pair, agent, manager):
    """A plan may ask them; their own list of skills stays theirs (ADR 15)."""
    make_offer(agent, free=half_days(4))
    plan = make_plan()
    make_need(skill=pair.skill)
    assert pair.skill.slug not in build(plan).people[0].skills
    twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[agent])
    assert pair.skill.slug in build(plan).people[0].skills
    assert not agent.skills.exists(), "what somebody says of themself is theirs alone"
    TwinTraining.objects.update(until=next_monday() - timedelta(days=1))
    assert pair.skill.slug not in build(plan).people[0].skills


def test_somebody_taken_out_of_the_pool_is_out(pair, manager, agent):
    twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[agent])
    desk = signed_in(manager)
    assert desk.post(f"{PAIRS}{pair.pk}/retirer/", {"person": "x"}).status_code == 404
    assert desk.post(f"{PAIRS}{pair.pk}/retirer/", {"person": str(agent.pk)}).status_code == 302
    assert not TwinTraining.objects.exists()


def test_pairs_leave_as_a_sheet_that_counts_and_never_names(pair, manager, agent, coordinator):
    twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[agent])
    text = signed_in(coordinator).post(f"{PAIRS}sortir/", {"kind": "csv"}).content.decode("utf-8-sig")
    assert "Dépôt sud" in text and agent.last_name not in text
    assert signed_in(manager).post(f"{PAIRS}sortir/", {"kind": "csv"}).status_code == 403
    for query in ("?state=due", "?state=ended", "?q=crèche", "?q=rien", "?state=odd"):
        assert signed_in(coordinator).get(PAIRS + query).status_code == 200


def test_lists_of_pairs_and_of_flying_agents_ask_the_same_number_of_questions(
    pair, coordinator, town, constant_queries
):
    def grow():
        for number in range(3):
            unit = make_unit(town.hall)
            Twinning.objects.create(home=unit, host=pair.host)
            person = make_person(f"Agent {number}", role=roles.AGENT, unit=unit)
            TwinTraining.objects.create(
                twinning=pair, person=person, trained_on=clock.today(), until=clock.today() + timedelta(days=9)
            )
            FlyingTerms.objects.create(
                person=person, organisation=pair.host.organisation, days_a_year=5, job_sheet="FP 12"
            )

    grow()
    for address in (PAIRS, f"{PAIRS}{pair.pk}/", FLYING):
        constant_queries(signed_in(coordinator), address, grow)


# ---- flying agents


@pytest.fixture
def terms(agent, town, coordinator) -> FlyingTerms:
    other = make_organisation("Communauté de communes")
    return flying.do_write_terms(
        actor=actor_for(coordinator), person=agent, organisation=other, days_a_year=2, job_sheet="FP 2026-12",
        starts_on=clock.today() - timedelta(days=200), ends_on=None, review_on=None,
    )  # fmt: skip


def test_missions_at_the_other_authority_count_in_days_and_nothing_else_does(terms, agent):
    make_offer(agent)
    this_year = clock.today() - timedelta(days=1)
    days = [this_year - timedelta(days=number) for number in range(4)]
    for day, state in zip(days, ("done", "debriefed", "released", "declined"), strict=True):
        make_assignment(make_need(terms.organisation, days=[(day, "am")]).slots.get(), agent, state=state)
    make_assignment(make_need(days=[(days[3], "am")]).slots.get(), agent, state="done")
    old = clock.today() - timedelta(days=300)
    make_assignment(make_need(terms.organisation, days=[(old, "am")]).slots.get(), agent, state="done")
    balance = allocated.balances([terms])[0]
    assert (float(balance.used), float(balance.left), balance.over) == (1.5, 0.5, False)


def test_p09_rules_flying_agents_over_their_days_are_said_and_still_decided_by_people(terms, agent, coordinator):
    make_offer(agent)
    for number in range(5):
        day = clock.today() - timedelta(days=number + 1)
        make_assignment(make_need(terms.organisation, days=[(day, "am")]).slots.get(), agent, state="done")
    assert allocated.balances_towards(terms.organisation_id, [agent.pk])[agent.pk].over
    page = signed_in(coordinator).get(FLYING).content.decode()
    assert "Plus que prévu" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "Nobody Nowhere"},
        {"days_a_year": "0"},
        {"days_a_year": "1000"},
        {"days_a_year": "deux"},
        {"job_sheet": "  "},
        {"ends_on": "2020-01-01"},
        {"starts_on": "31/02/2026"},
        {"organisation": "own"},
        {"organisation": "999999"},
    ],
)
def test_a_line_that_makes_no_sense_is_refused_in_one_sentence(agent, town, coordinator, wrong):
    other = make_organisation("Métropole")
    posted = {
        "person": str(agent), "organisation": other.pk, "days_a_year": "5", "job_sheet": "FP 2026-12",
        "starts_on": "2026-11-01", "ends_on": "", "review_on": "2027-11-01",
    }  # fmt: skip
    desk = signed_in(coordinator)
    sent = {**posted, **{name: town.hall.pk if value == "own" else value for name, value in wrong.items()}}
    assert desk.post(f"{FLYING}nouveau/", sent).status_code == 422
    assert not FlyingTerms.objects.exists()
    assert desk.post(f"{FLYING}nouveau/", posted).status_code == 302
    assert desk.post(f"{FLYING}nouveau/", posted).status_code == 422, "written twice"
    line = FlyingTerms.objects.get()
    changed = {**posted, "days_a_year": "8", "ends_on": "2026-11-30"}
    assert desk.post(f"{FLYING}{line.pk}/", changed).status_code == 302
    line.refresh_from_db()
    assert (line.days_a_year, line.ends_on) == (8, date(2026, 11, 30))


def test_two_agents_of_one_name_are_asked_for_more_of_it(town, coordinator):
    for last in ("Muller", "Meyer"):
        make_person("Léa", last_name=last, role=roles.AGENT, unit=town.home)
    posted = {
        "person": "Léa", "organisation": make_organisation("Métropole").pk, "days_a_year": "5", "job_sheet": "FP",
        "starts_on": "2026-11-01",
    }  # fmt: skip
    answer = signed_in(coordinator).post(f"{FLYING}nouveau/", posted)
    assert answer.status_code == 422
    assert "Léa Muller" in answer.content.decode() and "Léa Meyer" in answer.content.decode()


def test_two_agents_of_one_name_are_told_apart_by_their_service_then_their_reference(coordinator, town):
    two = [make_person("Léa", role=roles.AGENT, unit=unit) for unit in (town.home, town.cell, town.cell)]
    Person.objects.filter(pk__in=[one.pk for one in two]).update(first_name="Léa", last_name="Roy", search="lea roy")
    sent = {
        "person": "léa roy",
        "organisation": town.association.pk,
        "days_a_year": "5",
        "job_sheet": "FP 12",
        "starts_on": clock.today().isoformat(),
    }
    desk = signed_in(coordinator)
    asked = desk.post(f"{FLYING}nouveau/", sent)
    assert asked.status_code == 422
    assert asked.context["form"].fields["which"].choices == [
        (two[0].pk, "Léa Roy, Crèche des Tilleuls"),
        (two[1].pk, f"Léa Roy, Cellule de réaffectation, référence P{two[1].pk}"),
        (two[2].pk, f"Léa Roy, Cellule de réaffectation, référence P{two[2].pk}"),
    ]
    assert "Plusieurs agents portent ce nom" in asked.content.decode()
    assert desk.post(f"{FLYING}nouveau/", {**sent, "which": "999999"}).status_code == 422
    assert not FlyingTerms.objects.exists()
    assert desk.post(f"{FLYING}nouveau/", {**sent, "which": two[2].pk}).status_code == 302
    assert FlyingTerms.objects.get().person_id == two[2].pk


def test_flying_agents_are_the_cells_page_alone(terms, member, partner, manager, hr, stranger):
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        for address in (FLYING, f"{FLYING}nouveau/", f"{FLYING}{terms.pk}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"{FLYING}sortir/", {"kind": "csv"}).status_code == 404
    assert stranger.get(FLYING).status_code == 302


def test_flying_agents_leave_as_a_sheet_and_are_reviewed(terms, coordinator):
    desk = signed_in(coordinator)
    text = desk.post(f"{FLYING}sortir/", {"kind": "csv"}).content.decode("utf-8-sig")
    assert "FP 2026-12" in text
    FlyingTerms.objects.update(review_on=clock.today())
    assert {one.code: one.count for one in silences(actor_for(coordinator))}["job_sheets_to_review"] == 1
    for query in ("?state=review", "?state=ended", "?q=amina", "?state=odd"):
        assert desk.get(FLYING + query).status_code == 200


def test_leaving_erases_trainings_and_days_for_another_authority(pair, terms, agent, manager):
    from reflexes.core.acting import Actor

    twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[agent])
    known = str(export_person(agent.key))
    assert "FP 2026-12" in known and "Dépôt sud" in known
    do_erase_person(actor=Actor(role="dpo"), person_key=agent.key)
    assert not TwinTraining.objects.exists() and not FlyingTerms.objects.exists()


# ---- what to train for


@pytest.fixture
def short_plan(coordinator, agent):
    """A plan that lacks one skill: two places nobody can take."""
    make_offer(agent)
    make_need(skill=make_skill("aide-au-repas"), headcount=2, slots=2)
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=next_monday(), ends_on=next_monday() + timedelta(days=13), seed=7
    )
    plans.compute(plan.pk)
    return plan


def test_what_lacks_becomes_a_training_that_the_cell_opens(short_plan, coordinator, agent):
    skill = make_skill("aide-au-repas")
    found = training.suggestions(actor_for(coordinator))
    assert [one.skill for one in found] == [skill]
    assert found[0].places > 0 and found[0].plans == 1
    desk = signed_in(coordinator)
    assert str(skill) in desk.get(f"{ROOT}formations/").content.decode()
    assert desk.post(f"{ROOT}formations/ouvrir/", {"skill": skill.slug}).status_code == 302
    need = Need.objects.get(kind="training")
    assert (need.teaches, need.state) == (skill, "draft")
    assert desk.post(f"{ROOT}formations/ouvrir/", {"skill": "unknown"}).status_code == 404


def test_who_would_like_to_learn_is_counted_and_never_named(short_plan, coordinator, agent, town):
    skill = make_skill("aide-au-repas")
    LearningWish.objects.create(person=agent, skill=skill)
    page = signed_in(coordinator).get(f"{ROOT}formations/").content.decode()
    assert "Une ou deux personnes aimeraient" in page and str(agent) not in page
    for number in range(3):
        somebody = make_person(f"Agent {number}", role=roles.AGENT, unit=town.home)
        LearningWish.objects.create(person=somebody, skill=skill)
    assert "4 personnes aimeraient" in signed_in(coordinator).get(f"{ROOT}formations/").content.decode()


def test_what_to_train_for_is_the_cells_page_alone(short_plan, member, partner, manager, hr, stranger):
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert client.get(f"{ROOT}formations/").status_code == 404
        assert client.post(f"{ROOT}formations/ouvrir/", {"skill": "aide-au-repas"}).status_code == 404
    assert stranger.get(f"{ROOT}formations/").status_code == 302


def test_the_studio_says_who_was_trained_by_twinning_and_who_is_over_their_days(pair, agent, manager, coordinator):
    make_offer(agent)
    twinning.do_record_drill(actor=actor_for(manager), twinning=pair, held_on=clock.today(), people=[agent])
    need = make_need(pair.host.organisation, skill=pair.skill)
    FlyingTerms.objects.create(person=agent, organisation=pair.host.organisation, days_a_year=1, job_sheet="FP 12")
    for number in range(3):
        day = clock.today() - timedelta(days=number + 1)
        make_assignment(make_need(pair.host.organisation, days=[(day, "am")]).slots.get(), agent, state="done")
    FlyingTerms.objects.update(starts_on=clock.today() - timedelta(days=30))
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=next_monday(), ends_on=next_monday() + timedelta(days=13), seed=7
    )
    plans.compute(plan.pk)
    page = signed_in(coordinator).get(f"{ROOT}plans/{plan.number}/demi-journee/{need.slots.get().pk}/")
    said = page.content.decode()
    assert "formation par jumelage" in said
    assert "agent volant, jours épuisés" in said
    assert page.context["chosen"][0].offer.person == agent, "said, and still decided by people"


def test_the_agent_reads_the_days_for_another_authority_in_their_space(terms, member, agent):
    make_offer(agent)
    assert "FP 2026-12" in member.get(f"{ROOT}mon-espace/").content.decode()


def test_nothing_real_is_written_from_inside_an_exercise(pair, terms, manager, coordinator, agent):
    from reflexes.mechanisms.crisis.models import Exercise

    exercise = Exercise.objects.create(name="Crue", plays_at=clock.now(), started_at=clock.now())
    playing = actor_for(coordinator, exercise_id=exercise.pk)
    fields = {name: getattr(terms, name) for name in flying.FIELDS}
    acts = (
        lambda: twinning.do_record_drill(actor=playing, twinning=pair, held_on=clock.today(), people=[agent]),
        lambda: twinning.do_end_twinning(actor=playing, twinning=pair, reason="Pour voir."),
        lambda: twinning.do_change_twinning(actor=playing, twinning=pair, purpose="Pour voir."),
        lambda: flying.do_change_terms(actor=playing, terms=terms, **fields),
    )
    for act in acts:
        with pytest.raises(Refusal) as found:
            act()
        assert found.value.code == "in_exercise"
    assert not TwinTraining.objects.exists()
