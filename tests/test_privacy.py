"""A person can read all that is known of them, and leave: only pseudonyms remain, and the journal stays whole."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from reflexes.core.acting import Actor
from reflexes.core.privacy.services import do_erase_person, export_person
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer
from reflexes.mechanisms.allocation.models import Assignment, Debrief, FreeHalfDay, Offer, Wish
from reflexes.mechanisms.allocation.services import missions
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import Person, PersonSkill
from reflexes.mechanisms.journal.services import seal, verify

pytestmark = pytest.mark.django_db
OFFICER = Actor(role="dpo")


@pytest.fixture
def amina() -> Person:
    unit = make_unit(make_organisation("Ville"), "Crèche")
    skill = make_skill("petite-enfance")
    person = make_person("Amina", last_name="Belhadj", phone="06 39 98 00 42", role="agent", unit=unit, skills=(skill,))
    make_offer(person, wishes={"no_weekend": ""})
    first, second = make_need(slots=2).slots.all()
    missions.do_answer(actor=actor_for(person), assignment=make_assignment(first, person), yes=True)
    done = make_assignment(second, person, state="debriefed")
    Debrief.objects.create(assignment=done, remarks="Le quai est trop haut.")
    return person


def test_the_export_says_who_they_are_what_they_offered_and_what_they_did(amina: Person) -> None:
    known = json.loads(json.dumps(export_person(amina.key), cls=DjangoJSONEncoder, ensure_ascii=False))["known"]
    assert known["directory"]["last_name"] == "Belhadj"
    assert known["directory"]["skills"][0]["skill"] == "petite enfance"
    assert known["allocation"]["offer"]["wishes"][0]["what"] == "Jamais le week-end"
    assert {mission["remarks"] for mission in known["allocation"]["missions"]} == {"", "Le quai est trop haut."}
    assert known["journal"]["acts"][0]["what"] == "L'agent a dit oui."


def test_erasing_leaves_pseudonyms_and_a_whole_journal(amina: Person) -> None:
    seal()
    assert do_erase_person(actor=OFFICER, person_key=amina.key) == ()
    amina.refresh_from_db()
    assert (str(amina), amina.email, amina.phone, amina.latitude) == ("", "", "", None)
    assert amina.search == ""
    for table in (Offer, Wish, FreeHalfDay, PersonSkill):
        assert not table.objects.exists()
    assert Assignment.objects.filter(person=amina).count() == 2
    assert Debrief.objects.get().remarks == ""
    seal()
    assert verify().ok
    assert "Belhadj" not in json.dumps(export_person(amina.key), cls=DjangoJSONEncoder)


def test_somebody_erased_is_not_planned_for_any_more(amina: Person) -> None:
    from reflexes.mechanisms.allocation.factories import make_plan
    from reflexes.mechanisms.allocation.services.problem import build

    do_erase_person(actor=OFFICER, person_key=amina.key)
    assert build(make_plan()).people == ()
