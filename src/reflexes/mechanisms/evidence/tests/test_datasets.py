"""A dataset opens with all that the law asks and an opinion, is read by named people, and ends (P04, P12)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import make_dataset, whole
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets, readings
from tests.harness.cast import Town


def test_p12_accept_1_a_dataset_opens_only_with_all_that_the_law_asks_and_an_opinion(
    supervisor: Actor, dpo: Actor
) -> None:
    empty = datasets.do_write_dataset(actor=supervisor, fields={"title": "Appels", "piste": whole()["piste"]})
    assert set(datasets.missing(empty)) == {
        "source",
        "basis",
        "basis_words",
        "purpose",
        "contents",
        "recipients",
        "information",
        "ends_on",
        "opinion",
    }
    assert set(datasets.missing(empty)) <= datasets.MISSING.keys()
    with pytest.raises(Refusal) as refused:
        datasets.do_open(actor=supervisor, dataset=empty)
    assert refused.value.code == "dataset_incomplete"
    said = datasets.do_write_dataset(actor=supervisor, fields=whole(), dataset=empty)
    assert datasets.missing(said) == ["opinion"]
    datasets.do_give_opinion(actor=dpo, dataset=said, says="favourable", words="Durée courte, faits utiles.")
    opened = datasets.do_open(actor=supervisor, dataset=said)
    assert opened.state == Dataset.State.OPEN
    assert keyring.holds(opened.key)


def test_an_opinion_against_blocks_the_opening_until_another_is_given(supervisor: Actor, dpo: Actor) -> None:
    dataset = datasets.do_write_dataset(actor=supervisor, fields=whole())
    datasets.do_give_opinion(actor=dpo, dataset=dataset, says="against", words="Trop de faits.")
    with pytest.raises(Refusal) as refused:
        datasets.do_open(actor=supervisor, dataset=dataset)
    assert refused.value.code == "opinion_against"
    datasets.do_give_opinion(actor=dpo, dataset=dataset, says="reserved", words="Sans l’adresse.")
    assert datasets.do_open(actor=supervisor, dataset=dataset).key


def test_what_is_changed_after_an_opinion_asks_for_another(supervisor: Actor, dpo: Actor) -> None:
    dataset = datasets.do_write_dataset(actor=supervisor, fields=whole())
    datasets.do_give_opinion(actor=dpo, dataset=dataset, says="favourable", words="Bien.")
    with clock.shifted(timedelta(minutes=1)):
        changed = datasets.do_write_dataset(actor=supervisor, fields={"contents": "Tout."}, dataset=dataset)
        assert datasets.missing(changed) == ["opinion"]


def test_nobody_judges_their_own_dataset_nor_that_of_another_organisation(town: Town, supervisor: Actor) -> None:
    both = make_person("Denis", role=roles.DPO, organisation=town.hall)
    own = make_dataset(town.hall, state="draft", owner=both)
    with pytest.raises(PermissionDenied):
        datasets.do_give_opinion(actor=actor_for(both), dataset=own, says="favourable", words="Bien.")
    elsewhere = actor_for(make_person("Dora", role=roles.DPO, organisation=town.association))
    with pytest.raises(PermissionDenied):
        datasets.do_give_opinion(actor=elsewhere, dataset=own, says="favourable", words="Bien.")
    with pytest.raises(PermissionDenied):
        datasets.do_give_opinion(actor=supervisor, dataset=own, says="favourable", words="Bien.")


def test_an_open_dataset_stays_as_it_was_judged(town: Town, supervisor: Actor, dpo: Actor) -> None:
    opened = make_dataset(town.hall)
    for late in (
        lambda: datasets.do_write_dataset(actor=supervisor, fields={"purpose": "Autre chose."}, dataset=opened),
        lambda: datasets.do_give_opinion(actor=dpo, dataset=opened, says="against", words="Non."),
        lambda: datasets.do_open(actor=supervisor, dataset=opened),
    ):
        with pytest.raises(Refusal) as refused:
            late()
        assert refused.value.code == "state"
        assert refused.value.conflict


def test_a_dataset_past_its_end_is_prolonged_by_the_data_protection_officer_alone_with_a_reason(
    town: Town, supervisor: Actor, dpo: Actor
) -> None:
    dataset = make_dataset(town.hall)
    last = dataset.ends_on
    with clock.shifted(timedelta(days=61)):
        assert not readings.is_readable(dataset)
        later = {"dataset": dataset, "until": clock.today() + timedelta(days=30)}
        with pytest.raises(PermissionDenied):
            datasets.do_prolong(actor=supervisor, **later, why="Deux besoins attendent.")
        for code, until, why in (
            ("reasons_missing", later["until"], " "),
            ("until_outside", clock.today(), "Deux besoins attendent."),
            ("until_outside", clock.today() + timedelta(days=93), "Deux besoins attendent."),
        ):
            with pytest.raises(Refusal) as refused:
                datasets.do_prolong(actor=dpo, dataset=dataset, until=until, why=why)
            assert refused.value.code == code
        datasets.do_prolong(actor=dpo, **later, why="Deux besoins attendent.")
        assert readings.is_readable(dataset)
    kept = dataset.prolongations.get()
    assert (kept.ended_on, kept.ends_on, kept.why) == (last, later["until"], "Deux besoins attendent.")


def test_what_is_closed_is_prolonged_no_more(town: Town, supervisor: Actor, dpo: Actor) -> None:
    closed = datasets.do_close(actor=supervisor, dataset=make_dataset(town.hall))
    with pytest.raises(Refusal) as refused:
        datasets.do_prolong(actor=dpo, dataset=closed, until=clock.today() + timedelta(days=70), why="Encore.")
    assert refused.value.code == "state"


def test_an_agent_a_partner_and_a_stranger_write_no_dataset(agent: Person, partner_host: Person) -> None:
    for actor in (actor_for(agent), actor_for(partner_host), Actor()):
        with pytest.raises(PermissionDenied):
            datasets.do_write_dataset(actor=actor, fields=whole())


def test_an_exercise_touches_no_real_dataset_and_the_real_touches_none_of_an_exercise(
    town: Town, supervisor: Actor
) -> None:
    exercise = make_exercise()
    playing = actor_for(make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall), exercise_id=exercise.pk)
    with pytest.raises(Refusal) as refused:
        datasets.do_close(actor=playing, dataset=make_dataset(town.hall))
    assert refused.value.code == "in_exercise"
    played = datasets.do_write_dataset(actor=playing, fields=whole())
    assert played.exercise_id == exercise.pk
    with pytest.raises(Http404):
        datasets.do_write_dataset(actor=supervisor, fields=whole(), dataset=played)
