"""My reallocation plan: a text for oneself, read by nobody else; what people would learn is a number for the cell."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.privacy.services import do_erase_person, export_person
from reflexes.mechanisms.allocation.factories import make_allowance, make_offer, make_wish
from reflexes.mechanisms.allocation.models import CalendarFeed, LearningWish, PersonalPlan
from reflexes.mechanisms.allocation.services import personal, training
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.mechanisms.directory.models import PersonSkill
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
PLAN = "/micro-mobilite/mon-espace/mon-plan/"
SECRET = "Je tiens les comptes d’une chorale."


def written(**fields):
    return {"can_do": SECRET, "to_learn": "La cuisine.", "matters": "", "mentor": "Jeanne, 03 88", **fields}


def test_the_plan_reads_as_a_text_made_of_ones_own_words_and_of_what_was_said_elsewhere(member, agent, town):
    offer = make_offer(agent, kinds=("calls",), max_km=5.0)
    make_wish(offer, "no_weekend")
    make_allowance(town.hall, half_days=10)
    PersonSkill.objects.create(person=agent, skill=make_skill("cuisine"))
    assert member.post(f"{PLAN}ecrire/", written()).status_code == 302
    page = member.get(PLAN).content.decode()
    for said in (SECRET, "cuisine", "10 demi-journées", "Jeanne", "Jamais le week-end"):
        assert said in page, said
    assert member.get(f"{PLAN}feuille/").content.startswith(b"%PDF")


def test_the_first_visit_writes_nothing(member, agent):
    assert member.get(PLAN).status_code == 200
    assert member.get(f"{PLAN}feuille/").status_code == 200
    assert not PersonalPlan.objects.exists()


def test_nobody_else_reads_a_plan_not_even_the_cell(member, agent, coordinator, manager, hr, partner, stranger):
    make_offer(agent)
    member.post(f"{PLAN}ecrire/", written())
    for person in (coordinator, manager, hr):
        client = signed_in(person)
        for path in ("", "ecrire/", "feuille/"):
            assert client.get(f"{PLAN}{path}").status_code == 403
    assert partner.get(PLAN).status_code == 403
    assert stranger.get(PLAN).status_code == 302
    colleague = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    assert SECRET not in signed_in(colleague).get(PLAN).content.decode()
    sheet = signed_in(coordinator).get(f"/micro-mobilite/personnes/{agent.pk}/")
    assert SECRET not in sheet.content.decode()
    assert SECRET not in str(list(Entry.objects.values_list("params", "reason")))


def test_a_text_that_is_too_long_is_refused_and_kept_on_the_page(member):
    answer = member.post(f"{PLAN}ecrire/", written(matters="x" * 5000, can_do="Gardé."))
    assert answer.status_code == 422
    assert "Gardé." in answer.content.decode()
    assert not PersonalPlan.objects.exists()


def test_reading_it_again_moves_its_date_and_keeps_the_words(member, agent):
    member.post(f"{PLAN}ecrire/", written())
    PersonalPlan.objects.update(reviewed_on=clock.today() - timedelta(days=300))
    assert member.post(f"{PLAN}ecrire/", {"etape": "relu"}).status_code == 302
    plan = PersonalPlan.objects.get()
    assert (plan.reviewed_on, plan.can_do) == (clock.today(), SECRET)


def test_an_old_plan_is_asked_about_once_a_year_and_once_only(member, agent):
    member.post(f"{PLAN}ecrire/", written())
    assert personal.remind_old_plans() == 0
    with clock.shifted(timedelta(days=366)):
        assert (personal.remind_old_plans(), personal.remind_old_plans()) == (1, 0)
    message = Message.objects.get()
    assert message.person_key == agent.key and SECRET not in message.body
    with clock.shifted(timedelta(days=400)):
        assert personal.remind_old_plans() == 0


def test_what_people_would_like_to_learn_is_a_number_for_the_cell(member, agent):
    skill = make_skill("cuisine")
    assert member.post("/micro-mobilite/mon-espace/apprendre/", {"skill": skill.pk}).status_code == 302
    assert training.how_many_would_learn([skill.pk]) == {skill.pk: 1}
    assert member.post("/micro-mobilite/mon-espace/apprendre/", {"skill": skill.pk}).status_code == 422
    wish = LearningWish.objects.get()
    other = signed_in(make_person("Basile", role="agent", unit=agent.capacities.get().unit))
    other.post(f"/micro-mobilite/mon-espace/apprendre/{wish.pk}/retirer/")
    assert LearningWish.objects.exists()
    member.post(f"/micro-mobilite/mon-espace/apprendre/{wish.pk}/retirer/")
    assert training.how_many_would_learn([skill.pk]) == {}


def test_what_is_known_already_is_not_to_be_learnt(member, agent):
    skill = make_skill("cuisine")
    PersonSkill.objects.create(person=agent, skill=skill)
    assert member.post("/micro-mobilite/mon-espace/apprendre/", {"skill": skill.pk}).status_code == 422
    assert member.post("/micro-mobilite/mon-espace/apprendre/", {"skill": "x"}).status_code == 422


def test_what_one_keeps_for_oneself_is_taken_away_and_erased_with_the_rest(member, agent, administrator):
    member.post(f"{PLAN}ecrire/", written())
    member.post("/micro-mobilite/mon-espace/apprendre/", {"skill": make_skill("cuisine").pk})
    member.post("/micro-mobilite/agenda/adresse/")
    known = export_person(agent.key)["known"]["allocation"]
    assert known["own_plan"]["can_do"] == SECRET
    assert known["to_learn"] == ["cuisine"] and len(known["calendar"]) == 1
    do_erase_person(actor=actor_for(administrator), person_key=agent.key)
    for table in (PersonalPlan, LearningWish, CalendarFeed):
        assert not table.objects.exists(), table
