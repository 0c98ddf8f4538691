"""Half-days given, hours, thanks: what the agent, the cell and the paper say, and who may read it."""

from datetime import date, timedelta

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.core.privacy.models import ViewRecord
from reflexes.mechanisms.allocation.factories import make_allowance, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import DayAllowance, SkillGained, Thanks
from reflexes.mechanisms.allocation.services import statement
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.pistes.resources.micro_mobility.jobs import thank
from reflexes.pistes.resources.micro_mobility.views.recognition import statement_data
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
ACCOUNT = f"{ROOT}mon-espace/compte/"


def did(person, *, weeks=-2, half="am", **fields):
    values = {"state": "debriefed", "hours": 3, "changed_at": clock.now(), **fields}
    return make_assignment(make_need(days=[(next_monday(weeks), half)]).slots.get(), person, **values)


def test_the_balance_is_said_in_words_and_each_half_day_leads_to_its_mission(member, agent, town):
    make_offer(agent)
    make_allowance(town.hall, half_days=10, starts_on=next_monday(-10), ends_on=next_monday(10))
    used = did(agent)
    page = member.get(ACCOUNT)
    words = page.content.decode()
    assert "Il reste 9 demi-journées sur 10" in words
    assert f"/micro-mobilite/missions/{used.pk}/" in words
    assert "Délibération 2026-114" in words


def test_without_a_decision_the_page_says_so_and_hours_are_still_counted(member, agent):
    make_offer(agent)
    year = clock.today().year
    did(agent)
    page = member.get(f"{ACCOUNT}?du={year - 1}-01-01&au={year}-12-31")
    assert page.context["account"] is None
    assert page.context["found"].volunteer.hours == 3


def test_days_upside_down_or_impossible_are_refused_with_a_sentence(member, agent):
    make_offer(agent)
    for wrong in (
        "du=2026-11-02&au=2026-11-01",
        "du=2026-13-45&au=2026-11-01",
        "du=&au=",
        "du=1000-01-01&au=2026-01-01",
    ):
        assert member.get(f"{ACCOUNT}?{wrong}").status_code == 422
        assert member.get(f"{ROOT}mon-espace/attestation/?{wrong}").status_code == 200


def test_the_statement_keeps_volunteer_and_designated_apart(agent, coordinator):
    make_offer(agent)
    did(agent, hours=3)
    did(agent, half="pm", hours=None)
    did(agent, weeks=-3, mode="designated", authority="Préfète", basis="Réquisition", hours=4)
    found = statement.statement(
        actor=actor_for(agent), person=agent, first=next_monday(-5), last=clock.today() + timedelta(days=7)
    )
    assert (len(found.volunteer.missions), found.volunteer.hours, found.volunteer.without_hours) == (2, 3, 1)
    assert (len(found.designated.missions), found.designated.hours) == (1, 4)
    data = statement_data(found)
    assert len(data["parts"]) == 2
    assert str(coordinator) in data["signed_by"]
    assert "compte d’engagement citoyen" in data["caveat"]


def test_the_statement_names_only_the_skills_the_agent_chose_to_keep(agent):
    make_offer(agent)
    mission = did(agent)
    SkillGained.objects.create(assignment=mission, skill=make_skill("cuisine"))
    make_skill("jardin")
    found = statement.statement(actor=actor_for(agent), person=agent, first=next_monday(-5), last=clock.today())
    assert found.skills == ["cuisine"]


def test_the_statement_is_printed_by_the_agent_and_by_the_cell_for_whoever_has_no_account(
    member, agent, coordinator, town
):
    make_offer(agent)
    did(agent)
    assert member.get(f"{ROOT}mon-espace/attestation/").content.startswith(b"%PDF")
    paper = make_person("Rose", role="agent", unit=town.home, account=False, channel="print", email="")
    make_offer(paper)
    did(paper)
    desk = signed_in(coordinator)
    assert desk.get(f"{ROOT}personnes/{paper.pk}/heures/").status_code == 200
    assert desk.get(f"{ROOT}personnes/{paper.pk}/attestation/").content.startswith(b"%PDF")
    assert ViewRecord.objects.filter(subject_key=paper.key, what="allocation.statement").exists()


def test_nobody_but_the_person_and_the_cell_reads_an_account(
    agent, member, partner, manager, hr, stranger, coordinator
):
    make_offer(agent)
    for client, status in ((partner, 404), (signed_in(manager), 404), (signed_in(hr), 404), (member, 404)):
        assert client.get(f"{ROOT}personnes/{agent.pk}/heures/").status_code == status
        assert client.get(f"{ROOT}personnes/{agent.pk}/attestation/").status_code == status
    for client in (partner, signed_in(manager), signed_in(hr), signed_in(coordinator)):
        assert client.get(ACCOUNT).status_code == 403
    assert stranger.get(ACCOUNT).status_code == 302


def test_more_missions_ask_no_more_questions(member, agent, town, constant_queries):
    make_offer(agent)
    make_allowance(town.hall, starts_on=next_monday(-10), ends_on=next_monday(10))
    did(agent)

    def grow():
        for weeks in (-3, -4, -5):
            did(agent, weeks=weeks)

    constant_queries(member, ACCOUNT, grow)


# ---- what employers decided


def decision(town, **fields):
    return {
        "organisation": town.hall.pk,
        "half_days": "10",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "reference": "Délibération 2026-114",
        "decided_on": "2026-01-15",
        "blocks": "non",
        **fields,
    }


def test_a_decision_is_written_corrected_and_taken_back(coordinator, town, agent):
    desk = signed_in(coordinator)
    page = f"{ROOT}demi-journees-donnees/"
    assert desk.post(page, decision(town)).status_code == 302
    row = DayAllowance.objects.get()
    assert (row.half_days, row.blocks, row.set_by) == (10, False, coordinator)
    assert desk.post(f"{page}{row.pk}/", decision(town, half_days="12", blocks="oui")).status_code == 302
    row.refresh_from_db()
    assert (row.half_days, row.blocks) == (12, True)
    assert desk.get(f"{page}{row.pk}/").status_code == 200
    assert desk.post(f"{page}{row.pk}/retirer/").status_code == 302
    assert not DayAllowance.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"half_days": "0"}, 422),
        ({"half_days": "many"}, 422),
        ({"ends_on": "2025-01-01"}, 422),
        ({"decided_on": "2999-01-01"}, 422),
        ({"reference": " "}, 422),
        ({"organisation": "99999"}, 422),
        ({"starts_on": "2026-02-31"}, 422),
    ],
)
def test_a_decision_that_cannot_be_keeps_what_was_typed(coordinator, town, agent, wrong, status):
    answer = signed_in(coordinator).post(f"{ROOT}demi-journees-donnees/", decision(town, **wrong))
    assert answer.status_code == status
    assert not DayAllowance.objects.exists()
    if "reference" not in wrong:
        assert "Délibération 2026-114" in answer.content.decode()


def test_the_same_days_twice_is_a_conflict_and_nothing_is_lost(coordinator, town, agent):
    make_allowance(town.hall, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    assert signed_in(coordinator).post(f"{ROOT}demi-journees-donnees/", decision(town)).status_code == 409


def test_who_may_write_decisions(member, partner, manager, hr, administrator, stranger, town, agent):
    page = f"{ROOT}demi-journees-donnees/"
    for client in (member, partner, signed_in(manager)):
        assert client.get(page).status_code == 404
    assert stranger.get(page).status_code == 302
    for person in (hr, administrator):
        assert signed_in(person).get(page).status_code == 200
    other = make_allowance(town.association)
    assert signed_in(hr).get(f"{page}{other.pk}/").status_code == 404


# ---- thanks


@pytest.fixture
def crowd(town, agent):
    make_offer(agent)
    did(agent)
    for name, fields in (("Basile", {"channel": "print"}), ("Chloé", {"channel": "phone"}), ("Dora", {})):
        make_offer(make_person(name, role="agent", unit=town.home, account=False, **fields))


def words(**fields):
    first = clock.today() - timedelta(days=40)
    return {
        "du": first.isoformat(),
        "au": clock.today().isoformat(),
        "came": "Merci d’être venus.",
        "not_needed": "Merci d’avoir proposé.",
        **fields,
    }


def test_thanks_are_read_before_they_leave_with_everybodys_name(coordinator, crowd):
    page = signed_in(coordinator).post(f"{ROOT}remerciements/", words(etape="relire"))
    said = page.content.decode()
    assert page.context["seen"] == "1-3"
    assert "Merci d’être venus." in said and "Merci d’avoir proposé." in said and "Basile" in said
    assert not Thanks.objects.exists()


def test_thanks_leave_once_by_each_ones_own_way(coordinator, crowd, agent):
    desk = signed_in(coordinator)
    assert desk.post(f"{ROOT}remerciements/", words(etape="envoyer", vu="1-3")).status_code == 302
    job = Job.objects.get(kind="micro_mobility.thanked")
    thank(job)
    thank(job)
    ways = dict(Message.objects.values_list("name", "way"))
    assert {name.split()[0]: way for name, way in ways.items()} == {
        "Amina": "mail",
        "Basile": "print",
        "Chloé": "phone",
        "Dora": "mail",
    }
    body = Message.objects.get(person_key=agent.key).body
    assert "Merci d’être venus." in body and "1 demi-journée" in body
    again = desk.post(f"{ROOT}remerciements/", words(etape="envoyer", vu="1-3"))
    assert again.status_code == 409
    assert Thanks.objects.count() == 4


def test_a_list_that_changed_is_shown_again_before_anything_leaves(coordinator, crowd):
    answer = signed_in(coordinator).post(f"{ROOT}remerciements/", words(etape="envoyer", vu="1-2"))
    assert answer.status_code == 409
    assert not Thanks.objects.exists()
    assert signed_in(coordinator).post(f"{ROOT}remerciements/", words(etape="envoyer", vu="x")).status_code == 409


def test_the_usual_words_reach_each_one_in_their_language_and_the_cells_own_words_stay_as_they_are(
    coordinator, crowd, agent
):
    agent.language = "en"
    agent.save()
    desk = signed_in(coordinator)
    usual = desk.get(f"{ROOT}remerciements/").context["form"].initial
    own = "Merci d’avoir proposé."
    desk.post(f"{ROOT}remerciements/", words(came=usual["came"], not_needed=own, etape="envoyer", vu="1-3"))
    thank(Job.objects.get(kind="micro_mobility.thanked"))
    read = {message.name.split()[0]: message for message in Message.objects.all()}
    assert usual["came"].startswith("Merci")
    assert read["Amina"].body.startswith("Hello Amina,\n\nThank you for lending a hand. 1 people gave 1 half-days")
    assert read["Amina"].subject == "Thank you"
    assert own in read["Basile"].body


def test_the_cells_own_words_come_in_a_frame_of_the_readers_language(coordinator, crowd, agent):
    agent.language = "en"
    agent.save()
    signed_in(coordinator).post(f"{ROOT}remerciements/", words(etape="envoyer", vu="1-3"))
    thank(Job.objects.get(kind="micro_mobility.thanked"))
    read = Message.objects.get(person_key=agent.key)
    assert read.body.startswith("Hello Amina,\n\nMerci d’être venus.\n\nYou gave 1 half-day:")
    assert read.body.endswith("The cell")


def test_the_words_can_be_changed_after_reading_them(coordinator, crowd):
    page = signed_in(coordinator).post(f"{ROOT}remerciements/", words(etape="changer", came="Autrement dit."))
    assert page.status_code == 200 and "Autrement dit." in page.content.decode()


def test_a_round_of_thanks_is_kept_and_searched(coordinator, crowd):
    desk = signed_in(coordinator)
    sent = desk.post(f"{ROOT}remerciements/", words(etape="envoyer", vu="1-3"))
    assert "Basile" in desk.get(sent.url).content.decode()
    assert "Basile" not in desk.get(f"{sent.url}?q=amina").content.decode()


def test_only_the_cell_thanks_everyone(member, partner, manager, hr, stranger):
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert client.get(f"{ROOT}remerciements/").status_code == 404
        assert client.post(f"{ROOT}remerciements/", words(etape="envoyer", vu="0-0")).status_code == 404
    assert stranger.get(f"{ROOT}remerciements/").status_code == 302


def test_an_exercise_thanks_nobody_outside(coordinator, crowd, agent):
    from reflexes.mechanisms.crisis.models import Exercise

    drill = Exercise.objects.create(name="Crue", plays_at=clock.now())
    did(agent, weeks=-3, exercise=drill)
    desk = signed_in(coordinator)
    session = desk.session
    session["exercise"] = drill.pk
    session.save()
    seen = desk.post(f"{ROOT}remerciements/", words(etape="relire")).context["seen"]
    assert desk.post(f"{ROOT}remerciements/", words(etape="envoyer", vu=seen)).status_code == 302
    thank(Job.objects.get(kind="micro_mobility.thanked"))
    assert set(Message.objects.values_list("state", flat=True)) == {"exercise"}
