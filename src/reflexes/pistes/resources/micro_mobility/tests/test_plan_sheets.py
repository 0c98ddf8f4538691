"""A plan handed out: one sheet for each site and each person, on paper or in a workbook, without any refusal."""

import io

import pytest

from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    make_plan_line,
    next_monday,
)
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.views import plan_sheets as views
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(agent, town):
    """Amina goes twice, Zoé said no, Léo is not asked yet."""
    plan = make_plan()
    need = make_need(title="Trier les colis", days=[(next_monday(), "am"), (next_monday(), "pm")], place=town.site)
    morning, afternoon = need.slots.order_by("day", "half")
    zoe, leo = make_person("Zoé"), make_person("Léo")
    for person in (agent, zoe, leo):
        make_offer(person)
        make_plan_line(plan, morning, person)
    make_plan_line(plan, afternoon, agent)
    make_assignment(morning, agent, state="confirmed")
    make_assignment(morning, zoe, state="declined")
    return plan


def address(plan):
    return f"/micro-mobilite/plans/{plan.number}/feuilles/"


def test_the_workbook_has_the_plan_everyones_missions_and_one_tab_for_each_site(coordinator, plan, town):
    answer = signed_in(coordinator).post(address(plan), {"kind": "xlsx"})
    assert answer.status_code == 200

    whole = read_table(io.BytesIO(answer.content), name="plan.xlsx")
    assert len(whole.rows) == 3
    site = read_table(io.BytesIO(answer.content), name="plan.xlsx", sheet=str(town.site)[:31])
    assert len(site.rows) == 3
    everyone = read_table(io.BytesIO(answer.content), name="plan.xlsx", sheet="Tout le monde")
    assert len(everyone.rows) == 3


def test_whoever_said_no_is_on_no_sheet(coordinator, plan):
    client = signed_in(coordinator)
    for kind in ("xlsx", "ods"):
        content = client.post(address(plan), {"kind": kind}).content
        said = {row[5] for row in read_table(io.BytesIO(content), name=f"plan.{kind}").rows}
        assert not any("Zoé" in name for name in said)
        assert any("Léo" in name for name in said)


def test_each_site_and_each_person_has_a_sheet_on_paper(coordinator, plan, agent):
    client = signed_in(coordinator)
    for kind in ("sites", "people"):
        answer = client.post(address(plan), {"kind": kind})
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    page = client.get(address(plan))
    assert (page.context["people"], page.context["sites"]) == (2, 1)
    assert Entry.objects.filter(verb="allocation.sheet_exported").count() == 2


def test_the_sheet_of_a_person_says_where_when_and_whom_to_call_and_nothing_else(coordinator, plan, agent, town):
    agent.phone = "0611223344"
    agent.save()
    _plan, lines = views.plan_sheets.access_plan_sheets(
        signed_in(coordinator).get(address(plan)).wsgi_request.actor, plan.number
    )
    leaves = views.person_leaves(lines)["leaves"]
    mine = next(leaf for leaf in leaves if leaf["title"] == str(agent))
    assert len(mine["rows"]) == 2
    assert [row[3] for row in mine["rows"]] == ["confirmée, en préparation", "pas encore de proposition"]
    assert "06 11 22 33 44" not in str(leaves), "nobody's own number is on a sheet that is handed round"


def leaves_of(coordinator, plan, shown):
    request = signed_in(coordinator).get(address(plan)).wsgi_request
    _plan, lines = views.plan_sheets.access_plan_sheets(request.actor, plan.number)
    return {leaf["title"]: leaf["lines"] for leaf in shown(lines)["leaves"]}


def test_a_site_says_its_address_when_it_has_one_and_never_its_title_twice(coordinator, plan, town):
    assert leaves_of(coordinator, plan, views.site_leaves) == {str(town.site): [town.site.in_full]}
    town.site.address = ""
    town.site.save()
    assert leaves_of(coordinator, plan, views.site_leaves) == {str(town.site): []}


def test_contacts_are_said_once_when_they_are_the_same_for_every_mission(coordinator, plan, agent):
    said = leaves_of(coordinator, plan, views.person_leaves)[str(agent)]
    assert [line.split(" : ")[0] for line in said] == ["Pour le travail sur place", "Pour tout le reste"]


def test_contacts_that_differ_name_their_mission(coordinator, plan, agent, town):
    other = make_need(title="Ranger les livres", days=[(next_monday(), "pm")], place=town.site)
    make_plan_line(plan, other.slots.get(), agent)
    said = leaves_of(coordinator, plan, views.person_leaves)[str(agent)]
    assert len(said) == 2
    assert [line.split(". ")[0] for line in said] == [
        f"Trier les colis, {town.site}",
        f"Ranger les livres, {town.site}",
    ]
    assert str(other.mentor) in said[1]
    assert str(other.mentor) not in said[0]


def test_half_days_of_one_mission_with_different_contacts_are_told_apart(coordinator, plan, agent):
    mission = agent.assignments.get()
    mission.mentor = make_person("Rose")
    mission.save()
    said = leaves_of(coordinator, plan, views.person_leaves)[str(agent)]
    assert ["matin" in said[0], "après-midi" in said[1]] == [True, True]
    assert "Rose" in said[0]


def test_one_wave_alone_may_be_handed_out(coordinator, plan):
    page = signed_in(coordinator).get(f"{address(plan)}?vague=99999")
    assert page.context["people"] == 0


def test_an_unknown_way_gets_a_sentence_and_others_find_nothing(coordinator, partner_host, host, plan):
    assert signed_in(coordinator).post(address(plan), {"kind": "papyrus"}).status_code == 422
    for person in (partner_host, host):
        assert signed_in(person).get(address(plan)).status_code == 404


def test_two_sites_whose_names_a_workbook_would_confuse_keep_their_own_tabs():
    taken = {"Plan": ()}
    first = views._tab("Maison / des : associations de la plaine", taken)
    taken[first] = ()
    assert views._tab("Maison / des : associations de la plaine", taken) != first
    assert all(len(name) <= 31 for name in taken)
