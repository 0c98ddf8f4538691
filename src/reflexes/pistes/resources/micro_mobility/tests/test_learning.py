"""Back from a mission: the interview, what is kept, what is shared and taken back, what newcomers noticed."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.core.privacy.models import ViewRecord
from reflexes.core.privacy.services import do_erase_person, export_person
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer
from reflexes.mechanisms.allocation.models import Assignment, Debrief, RemarkAnswer, SkillGained
from reflexes.mechanisms.allocation.services import learning, missions, returns
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import PersonSkill
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
ANSWERS = {"was_volunteer": "oui", "fresh_eye_used": "oui", "roles_split": "non", "return_prepared": "oui"}
REMARK = "Les topinambours pourrissent au fond de la réserve."


def bodies(person) -> list[str]:
    return list(Message.objects.filter(person_key=person.key).order_by("pk").values_list("body", flat=True))


@pytest.fixture
def mission(agent, partner_host):
    """The agent is back from a mission at the association."""
    make_offer(agent)
    need = make_need(partner_host.capacities.get().organisation, skill=make_skill("ranger-des-colis"))
    return make_assignment(need.slots.get(), agent, state="returned")


def others_went(mission: Assignment, count: int) -> None:
    for number in range(count):
        person = make_person(f"Nouvelle {number}", role=roles.AGENT, unit=make_unit(make_organisation()))
        make_offer(person)
        need = make_need(mission.slot.need.organisation)
        make_assignment(need.slots.get(), person, state="done")


def told(client, mission, **ticks):
    return client.post(f"{ROOT}missions/{mission.pk}/bilan/", {**ANSWERS, "remarks": REMARK, **ticks})


# ---- the interview


def test_p09_accept_11_the_return_interview_is_booked_at_the_start_and_both_sides_are_told(
    agent, manager, host, town, member, stranger, partner
):
    make_offer(agent)
    need = make_need(town.hall, days=[(clock.today(), "am")])
    mission = make_assignment(need.slots.get(), agent, state="confirmed", trained=True, safety_told=True)
    at = clock.now() + timedelta(days=2)
    missions.do_start(actor=actor_for(host), assignment=mission, return_interview_at=at)
    run_all()
    for reader in (agent, manager):
        assert "entretien de retour" in bodies(reader)[-1].lower(), str(reader)
    address = f"{ROOT}missions/{mission.pk}/entretien/"
    page = member.get(address)
    assert page.status_code == 200
    assert page.content.decode().count("<li>") >= 3, "the three questions are printed"
    assert signed_in(manager).get(address).status_code == 200
    assert signed_in(host).get(address).status_code == 404, "a host has no part in the interview"
    assert partner.get(address).status_code == 404
    assert stranger.get(address).status_code == 302


def test_p09_accept_11_either_side_moves_the_interview_and_the_other_is_told(mission, agent, manager, member):
    address = f"{ROOT}missions/{mission.pk}/entretien/"
    day = mission.day + timedelta(days=3)
    assert signed_in(manager).post(address, {"at": f"{day.isoformat()}T14:30"}).status_code == 302
    mission.refresh_from_db()
    assert mission.return_interview_at.date() == day
    run_all()
    assert "entretien de retour" in bodies(agent)[-1].lower()
    early = member.post(address, {"at": f"{(mission.day - timedelta(days=1)).isoformat()}T09:00"})
    assert early.status_code == 422
    for odd in ("", "demain", "2026-02-30T09:00", "9999999-01-01T00:00"):
        assert member.post(address, {"at": odd}).status_code == 422


def test_an_interview_of_a_mission_that_never_began_cannot_be_set(agent):
    make_offer(agent)
    proposal = make_assignment(make_need().slots.get(), agent)
    with pytest.raises(Refusal) as found:
        returns.do_move_interview(actor=actor_for(agent), assignment=proposal, at=clock.now() + timedelta(days=30))
    assert found.value.code == "no_interview"


# ---- what is kept


def test_p09_accept_11_skills_are_proposed_from_the_need_and_the_agent_decides(mission, member, agent):
    skill = mission.slot.skill
    page = member.get(f"{ROOT}missions/{mission.pk}/bilan/")
    assert str(skill) in page.content.decode()
    told(member, mission, skills=[str(skill.pk)])
    assert SkillGained.objects.get().new
    assert PersonSkill.objects.filter(person=agent, skill=skill, primary=False).exists()
    member.post(f"{ROOT}missions/{mission.pk}/partage/", {})
    assert not SkillGained.objects.exists()
    assert not PersonSkill.objects.filter(person=agent, skill=skill).exists(), "what is not kept is forgotten"


def test_a_skill_already_said_stays_when_it_is_no_longer_kept_from_the_mission(mission, member, agent):
    skill = mission.slot.skill
    PersonSkill.objects.create(person=agent, skill=skill, primary=True)
    told(member, mission, skills=[str(skill.pk)])
    member.post(f"{ROOT}missions/{mission.pk}/partage/", {})
    assert PersonSkill.objects.filter(person=agent, skill=skill, primary=True).exists()


def test_a_regulated_skill_or_one_of_another_mission_is_never_kept_this_way(agent, partner_host):
    make_offer(agent)
    regulated = make_skill("aide-soignante", regulated=True)
    need = make_need(partner_host.capacities.get().organisation, skill=regulated)
    mission = make_assignment(need.slots.get(), agent, state="returned")
    other = make_skill("autre-chose")
    assert learning.skills_of(mission) == []
    learning.keep_skills(actor_for(agent), mission, [regulated.pk, other.pk])
    assert not SkillGained.objects.exists() and not PersonSkill.objects.exists()


def test_a_training_half_day_proposes_what_it_teaches(agent, town):
    make_offer(agent)
    taught = make_skill("aide-au-repas")
    mission = make_assignment(make_need(town.hall, teaches=taught).slots.get(), agent, state="returned")
    assert learning.skills_of(mission) == [taught]


# ---- who reads


def test_p09_accept_11_nothing_is_shared_by_default(mission, member, agent):
    told(member, mission)
    debrief = Debrief.objects.get()
    assert not any(getattr(debrief, name) for name in learning.SHARES)
    assert Debrief._meta.get_field("share_remarks_with_host").default is False


@pytest.mark.parametrize(
    ("tick", "seen", "unseen"),
    [
        ("share_with_hr", REMARK, "ranger des colis"),
        ("share_skills_with_hr", "ranger des colis", REMARK),
        ("share_answers_with_hr", "Savait-on qui faisait quoi", REMARK),
    ],
)
def test_p09_accept_11_human_resources_read_only_what_was_shared_item_by_item(
    mission, member, agent, hr, tick, seen, unseen
):
    told(member, mission, skills=[str(mission.slot.skill_id)], **{tick: "on"})
    desk = signed_in(hr)
    page = desk.get(f"{ROOT}retours-partages/").content.decode()
    assert str(agent) in page and seen in page and unseen not in page
    assert ViewRecord.objects.filter(subject_key=agent.key, role="hr").exists(), "the agent sees who read"
    run_all()
    assert len(bodies(hr)) == 1
    member.post(f"{ROOT}missions/{mission.pk}/partage/", {"skills": [str(mission.slot.skill_id)]})
    after = desk.get(f"{ROOT}retours-partages/").content.decode()
    assert str(agent) not in after and seen not in after, "taken back, it is gone"


def test_p09_accept_11_nobody_else_reads_what_was_shared_with_human_resources(
    mission, member, manager, host, coordinator, partner, stranger, town
):
    told(member, mission, share_with_hr="on", share_answers_with_hr="on", share_skills_with_hr="on")
    address = f"{ROOT}retours-partages/"
    for client in (member, signed_in(manager), signed_in(host), signed_in(coordinator), partner):
        assert client.get(address).status_code == 404
    assert stranger.get(address).status_code == 302
    elsewhere = make_person("Hector", role=roles.HR, organisation=make_organisation("Autre ville"))
    assert REMARK not in signed_in(elsewhere).get(address).content.decode()


def test_the_page_of_human_resources_asks_the_same_number_of_questions(mission, member, hr, town, constant_queries):
    told(member, mission, share_with_hr="on", share_skills_with_hr="on", skills=[str(mission.slot.skill_id)])

    def grow():
        for number in range(3):
            person = make_person(f"Agent {number}", role=roles.AGENT, unit=town.home)
            make_offer(person)
            done = make_assignment(make_need().slots.get(), person, state="debriefed")
            Debrief.objects.create(assignment=done, remarks="Bien.", share_with_hr=True, share_skills_with_hr=True)
            SkillGained.objects.create(assignment=done, skill=mission.slot.skill)

    constant_queries(signed_in(hr), f"{ROOT}retours-partages/", grow)


# ---- a fresh eye


def test_a_lone_newcomer_is_told_so_and_the_remark_waits(mission, member, partner):
    page = member.get(f"{ROOT}missions/{mission.pk}/bilan/")
    assert page.context["alone"] == 1
    told(member, mission, share_remarks_with_host="on")
    with clock.travelling(clock.now() + timedelta(days=14)):
        assert learning.pass_on_remarks() == 0
    assert REMARK not in partner.get(f"{ROOT}regards-neufs/").content.decode()


def test_with_several_newcomers_remarks_leave_together_the_following_week_without_a_name(
    mission, member, partner, partner_host, agent
):
    others_went(mission, 2)
    assert member.get(f"{ROOT}missions/{mission.pk}/bilan/").context["alone"] == 0
    told(member, mission, share_remarks_with_host="on")
    assert learning.pass_on_remarks() == 0, "never the same week: the day would tell who"
    with clock.travelling(clock.now() + timedelta(days=8)):
        assert learning.pass_on_remarks() == 1
        assert learning.pass_on_remarks() == 0
        run_all()
        assert str(agent) not in bodies(partner_host)[-1]
        page = signed_in(partner_host).get(f"{ROOT}regards-neufs/").content.decode()
    assert REMARK in page and str(agent) not in page and agent.last_name not in page


def test_whoever_accepts_to_be_known_is_read_at_once_and_answered(
    mission, member, partner, partner_host, agent, coordinator
):
    told(member, mission, share_remarks_with_host="on", even_if_known="on")
    debrief = Debrief.objects.get()
    assert debrief.passed_on_at is not None
    codes = {one.code: one.count for one in silences(actor_for(coordinator))}
    assert codes["remarks_unanswered"] == 1
    address = f"{ROOT}regards-neufs/{debrief.pk}/repondre/"
    assert partner.post(address, {"outcome": "adapted"}).status_code == 422
    assert partner.post(address, {"reason": "Oui."}).status_code == 422
    assert partner.post(address, {"outcome": "adapted", "reason": "Un tri le lundi."}).status_code == 302
    assert partner.post(address, {"outcome": "adopted", "reason": "Encore."}).status_code == 409
    assert RemarkAnswer.objects.get().outcome == "adapted"
    run_all()
    assert "Un tri le lundi." in bodies(agent)[-1]
    assert "remarks_unanswered" not in {one.code for one in silences(actor_for(coordinator))}


def test_a_remark_taken_back_disappears_from_the_host(mission, member, partner):
    told(member, mission, share_remarks_with_host="on", even_if_known="on")
    member.post(f"{ROOT}missions/{mission.pk}/partage/", {})
    assert REMARK not in partner.get(f"{ROOT}regards-neufs/").content.decode()
    debrief = Debrief.objects.get()
    assert partner.get(f"{ROOT}regards-neufs/{debrief.pk}/repondre/").status_code == 404


def test_another_host_an_appraiser_or_a_stranger_reads_no_remark(
    mission, member, host, manager, hr, coordinator, stranger
):
    told(member, mission, share_remarks_with_host="on", even_if_known="on")
    debrief = Debrief.objects.get()
    assert REMARK not in signed_in(host).get(f"{ROOT}regards-neufs/").content.decode(), "another organisation"
    assert signed_in(host).get(f"{ROOT}regards-neufs/{debrief.pk}/repondre/").status_code == 404
    for person in (manager, hr, coordinator):
        assert signed_in(person).get(f"{ROOT}regards-neufs/").status_code == 404
    assert stranger.get(f"{ROOT}regards-neufs/").status_code == 302


def test_the_innovation_cell_reads_what_people_agreed_to_by_role_and_type_only(
    mission, member, coordinator, agent, partner, manager, hr, stranger
):
    address = f"{ROOT}ce-que-voient-les-nouveaux/"
    desk = signed_in(coordinator)
    told(member, mission)
    assert REMARK not in desk.get(address).content.decode()
    member.post(f"{ROOT}missions/{mission.pk}/partage/", {"share_with_lab": "on"})
    page = desk.get(address).content.decode()
    assert REMARK in page and agent.last_name not in page
    assert str(mission.slot.need.organisation) not in page, "a type of host, not its name"
    assert REMARK in desk.get(f"{address}?q=topinambours&kind={mission.slot.need.kind}").content.decode()
    assert REMARK not in desk.get(f"{address}?q=navets").content.decode()
    for kind in ("csv", "xlsx", "ods", "exe"):
        sheet = desk.post(f"{address}sortir/", {"kind": kind})
        assert sheet.status_code == 200 and sheet.content
    text = desk.post(f"{address}sortir/", {"kind": "csv"}).content.decode("utf-8-sig")
    assert REMARK in text and agent.last_name not in text and str(mission.slot.need.organisation) not in text
    assert Entry.objects.filter(verb="allocation.sheet_exported").exists()
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert client.get(address).status_code == 404
    assert stranger.get(address).status_code == 302


def test_lists_of_remarks_ask_the_same_number_of_questions(
    mission, member, partner_host, coordinator, constant_queries
):
    told(member, mission, share_remarks_with_host="on", even_if_known="on", share_with_lab="on")

    def grow():
        for number in range(3):
            person = make_person(f"Agent {number}", role=roles.AGENT, unit=make_unit(make_organisation()))
            make_offer(person)
            need = make_need(mission.slot.need.organisation)
            done = make_assignment(need.slots.get(), person, state="debriefed")
            Debrief.objects.create(
                assignment=done,
                remarks="Bien.",
                share_remarks_with_host=True,
                share_with_lab=True,
                passed_on_at=clock.now(),
            )

    constant_queries(signed_in(partner_host), f"{ROOT}regards-neufs/", grow)
    constant_queries(signed_in(coordinator), f"{ROOT}ce-que-voient-les-nouveaux/", grow)


def test_only_the_person_changes_what_is_shared(mission, member, partner, manager, stranger):
    told(member, mission)
    address = f"{ROOT}missions/{mission.pk}/partage/"
    assert member.get(address).status_code == 200
    assert partner.get(address).status_code == 403
    assert signed_in(manager).get(address).status_code == 403
    assert stranger.get(address).status_code == 302
    somebody = make_person("Basile", role=roles.AGENT, unit=make_unit(make_organisation()))
    make_offer(somebody)
    assert signed_in(somebody).get(address).status_code == 404


def test_leaving_erases_remarks_answers_and_skills_kept(mission, member, agent):
    from reflexes.core.acting import Actor

    told(member, mission, skills=[str(mission.slot.skill_id)], share_remarks_with_host="on", even_if_known="on")
    known = str(export_person(agent.key))
    assert REMARK in known and "ranger des colis" in known
    do_erase_person(actor=Actor(role="dpo"), person_key=agent.key)
    assert not SkillGained.objects.exists()
    debrief = Debrief.objects.get()
    assert debrief.remarks == "" and not any(getattr(debrief, name) for name in learning.SHARES)


def test_in_an_exercise_remarks_play_at_once_and_never_meet_the_real_ones(agent, partner_host, member):
    from reflexes.mechanisms.crisis.models import Exercise

    exercise = Exercise.objects.create(name="Crue", plays_at=clock.now(), started_at=clock.now())
    make_offer(agent)
    host = partner_host.capacities.get().organisation
    played = make_assignment(
        make_need(host, exercise=exercise).slots.get(), agent, state="debriefed", exercise=exercise
    )
    debrief = Debrief.objects.create(assignment=played, remarks=REMARK, share_remarks_with_host=True)
    learning.settle_shares(debrief)
    assert Debrief.objects.get().passed_on_at is not None
    assert REMARK not in signed_in(partner_host).get(f"{ROOT}regards-neufs/").content.decode()


def test_what_is_learnt_in_an_exercise_never_joins_what_somebody_really_can_do(agent, partner_host):
    from reflexes.mechanisms.crisis.models import Exercise

    exercise = Exercise.objects.create(name="Crue", plays_at=clock.now(), started_at=clock.now())
    make_offer(agent)
    skill = make_skill("ranger-des-colis")
    need = make_need(partner_host.capacities.get().organisation, exercise=exercise, skill=skill)
    played = make_assignment(need.slots.get(), agent, state="returned", exercise=exercise)
    learning.keep_skills(actor_for(agent, exercise_id=exercise.pk), played, [skill.pk])
    assert SkillGained.objects.get().new is False
    assert not PersonSkill.objects.exists()


def test_p09_accept_11_an_overdue_return_and_an_interview_not_held_are_silences(agent, coordinator):
    make_offer(agent)
    yesterday = clock.today() - timedelta(days=1)
    gone = make_need(days=[(yesterday - timedelta(days=5), "am")])
    make_assignment(gone.slots.get(), agent, state="done", returns_on=yesterday)
    back = make_need(days=[(yesterday - timedelta(days=5), "pm")])
    make_assignment(back.slots.get(), agent, state="returned", return_interview_at=clock.now() - timedelta(days=1))
    found = {one.code: one.count for one in silences(actor_for(coordinator))}
    assert (found["not_returned"], found["not_debriefed"]) == (1, 1)
