"""My missions, one mission from the answer to the debrief, why me and why not me."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_minimum,
    make_need,
    make_offer,
    make_plan,
    make_plan_line,
    make_slot,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Debrief
from reflexes.mechanisms.directory.factories import make_person, make_skill
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
MISSIONS = "/micro-mobilite/missions/"


@pytest.fixture
def proposal(agent, partner_host):
    make_offer(agent)
    return make_assignment(make_need(partner_host.capacities.get().organisation).slots.get(), agent)


def state_of(mission: Assignment) -> str:
    return Assignment.objects.values_list("state", flat=True).get(pk=mission.pk)


def test_proposals_wait_on_top_of_my_missions(member, proposal):
    page = member.get(MISSIONS)
    assert page.context["asked"] == [proposal]
    assert b"waiting" in page.content


def test_p09_accept_8_my_mission_names_two_contacts(member, proposal):
    page = member.get(f"{MISSIONS}{proposal.pk}/").content.decode()
    need = proposal.slot.need
    assert str(need.mentor) in page and str(need.contact) in page


def test_a_colleagues_mission_does_not_exist_for_me(member, agent, partner, stranger, proposal):
    other = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    theirs = make_assignment(make_need().slots.get(), other)
    for path in ("", "reponse/", "renoncer/", "retour/", "bilan/", "pourquoi-moi/", "remplacement/"):
        address = f"{MISSIONS}{theirs.pk}/{path}"
        answer = member.get(address) if path in {"", "bilan/", "pourquoi-moi/"} else member.post(address)
        assert answer.status_code == 404, path
    assert partner.get(f"{MISSIONS}{proposal.pk}/").status_code == 403
    assert stranger.get(f"{MISSIONS}{proposal.pk}/").status_code == 302


def test_yes_no_and_yes_again_from_my_page(member, proposal):
    for said, state in (("oui", "accepted"), ("non", "declined"), ("oui", "accepted")):
        assert member.post(f"{MISSIONS}{proposal.pk}/reponse/", {"reponse": said}).status_code == 302
        assert state_of(proposal) == state


def test_a_mission_can_be_given_up_and_the_story_says_so(member, agent):
    make_offer(agent)
    mission = make_assignment(make_need().slots.get(), agent, state="confirmed")
    assert member.post(f"{MISSIONS}{mission.pk}/renoncer/").status_code == 302
    assert state_of(mission) == "excused"
    assert len(member.get(f"{MISSIONS}{mission.pk}/").context["events"]) == 1
    again = member.post(f"{MISSIONS}{mission.pk}/renoncer/")
    assert again.status_code == 409


def test_the_holder_keeps_the_mission_while_a_stand_in_is_looked_for(member, agent):
    make_offer(agent)
    mission = make_assignment(make_need().slots.get(), agent, state="confirmed")
    member.post(f"{MISSIONS}{mission.pk}/remplacement/", {"stand_in": "oui"})
    assert state_of(mission) == "stand_in"
    mission.slot.refresh_from_db()
    assert mission.slot.held == 1
    member.post(f"{MISSIONS}{mission.pk}/remplacement/", {"stand_in": "non"})
    assert state_of(mission) == "confirmed"


def test_back_then_debriefed_and_the_person_decides_who_reads(member, agent):
    make_offer(agent)
    mission = make_assignment(make_need().slots.get(), agent, state="done")
    assert member.post(f"{MISSIONS}{mission.pk}/retour/").status_code == 302
    said = {"was_volunteer": "oui", "fresh_eye_used": "non", "roles_split": "oui"}
    assert member.post(f"{MISSIONS}{mission.pk}/bilan/", said).status_code == 422
    said["return_prepared"] = "non"
    assert member.post(f"{MISSIONS}{mission.pk}/bilan/", {**said, "remarks": "À refaire."}).status_code == 302
    debrief = Debrief.objects.get()
    assert (debrief.share_with_hr, debrief.share_remarks_with_host) == (False, False)
    assert debrief.fresh_eye_used is False


def test_a_debrief_before_the_end_says_that_it_is_not_the_moment(member, proposal):
    page = member.get(f"{MISSIONS}{proposal.pk}/bilan/")
    assert page.status_code == 200 and not page.context["ready"]


def test_why_me_gives_reasons_about_me_alone(member, agent, coordinator):
    skill = make_skill("cuisine")
    make_offer(agent, wishes={"no_weekend": ""}, max_km=5.0)
    plan = make_plan(coordinator, seed=42)
    slot = make_need(skill=skill).slots.get()
    make_plan_line(plan, slot, agent, km=1.2, times_before=1)
    rival = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    make_plan_line(plan, slot, rival)
    mission = make_assignment(slot, agent, plan=plan)
    page = member.get(f"{MISSIONS}{mission.pk}/pourquoi-moi/")
    assert len(page.context["reasons"]) == 6
    assert "42" in page.content.decode()
    assert str(rival) not in page.content.decode()


def test_why_not_me_says_each_reason_and_nothing_about_others(member, agent):
    monday = next_monday()
    make_offer(agent, free=[(monday, "am")], kinds=(), wishes={"no_half": "pm"})
    free = make_slot(make_need(slots=0, days=[(monday, "am")], title="Ouvert").slots.get().need, monday, "pm")
    page = member.get("/micro-mobilite/mon-espace/pourquoi-pas-moi/")
    rows = {(slot.day, slot.half): reasons for slot, reasons in page.context["rows"]}
    assert rows[monday, "am"] == []
    assert len(rows[free.day, free.half]) == 2, "not said to be free, and a limit"


def test_why_not_me_counts_the_colleagues_who_already_go(member, agent):
    monday = next_monday()
    make_offer(agent)
    make_minimum(agent.capacities.get().unit, monday, present=3, minimum=2)
    need = make_need(days=[(monday, "am")], headcount=2)
    address = "/micro-mobilite/mon-espace/pourquoi-pas-moi/"
    assert member.get(address).context["rows"][0][1] == []
    colleague = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    make_offer(colleague)
    make_assignment(need.slots.get(), colleague, state="confirmed")
    assert len(member.get(address).context["rows"][0][1]) == 1


def test_lists_ask_the_same_number_of_questions_with_more_rows(member, agent, constant_queries):
    make_offer(agent)
    make_wish(agent.offer, "no_weekend")
    make_assignment(make_need().slots.get(), agent)

    def grow():
        for weeks in (2, 3, 4):
            day = next_monday(weeks)
            make_assignment(make_need(days=[(day, "am")]).slots.get(), agent)
            make_assignment(make_need(days=[(day, "pm")]).slots.get(), agent, state="confirmed")
            make_need(days=[(day, "am")])

    constant_queries(member, MISSIONS, grow)
    constant_queries(member, "/micro-mobilite/mon-espace/pourquoi-pas-moi/", grow_more(agent))


def grow_more(agent):
    def grow():
        for weeks in (5, 6):
            make_need(days=[(next_monday(weeks), "am")])

    return grow


def test_a_past_proposal_is_not_shown_as_waiting(member, agent):
    make_offer(agent)
    mission = make_assignment(make_need().slots.get(), agent)
    with clock.shifted(timedelta(days=2)):
        assert member.get(MISSIONS).context["asked"] == []
        assert not member.get(f"{MISSIONS}{mission.pk}/").context["open"]


def test_other_roles_have_no_missions_of_their_own(manager, coordinator, hr):
    for person in (manager, coordinator, hr):
        assert signed_in(person).get(MISSIONS).status_code == 403
