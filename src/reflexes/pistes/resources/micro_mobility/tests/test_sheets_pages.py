"""Sheets in and out: a dry run names each bad line, a yes writes, nothing doubles, everything can be taken back."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reflexes.core import clock
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import Worker
from reflexes.core.privacy.services import do_erase_person
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_plan, make_plan_line
from reflexes.mechanisms.allocation.models import Import, ImportLine, Need, Offer
from reflexes.mechanisms.allocation.services import imports
from reflexes.mechanisms.directory import demo
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SHEETS = "/micro-mobilite/feuilles/"
DAY = clock.today() + timedelta(days=7)
PEOPLE = (
    "id;name;skills;half_days;cap;max_km;unit;status;commune;hard_wishes;email\n"
    f"A1;Zoé Klein;accueil;{DAY}/am|{DAY}/pm;2;8;Crèche des Tilleuls;titulaire;Strasbourg;no_weekend;zoe@example.org\n"
    f"A2;Ali Meyer;accueil|jardin;{DAY}/am;3;;Musée;contractuel;Strasbourg;;\n"
)


@pytest.fixture
def desk(coordinator, town):
    make_skill("accueil")
    make_skill("jardin")
    return signed_in(coordinator)


def give(desk, text, what="people", name="people.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return desk.post(f"{SHEETS}essai/", {"what": what, "sheet": SimpleUploadedFile(name, data)})


def work():
    worker = Worker()
    worker.raising = True
    while worker.step():
        pass


def bring_in(desk, text, what="people", kind="csv", **said):
    answer = give(desk, text, what, f"{what}.{kind}")
    assert answer.status_code == 302, answer.context["problems"]
    imported = Import.objects.order_by("-pk")[0]
    assert desk.post(f"{SHEETS}{imported.pk}/confirmer/", said).status_code == 302
    work()
    imported.refresh_from_db()
    assert imported.state == "done"
    return imported


def needs_sheet(town, mentor, **changes):
    row = {
        "id": "N1-1",
        "title": "Distribuer les colis",
        "half_day": f"{DAY}/am",
        "skill": "accueil",
        "headcount": "3",
        "priority": "3",
        "host": town.hall.name,
        "place": town.site.name,
        "need": "N1",
        "kind": "aide-alimentaire",
        "tasks": "Préparer.",
        "constraints": "Debout.",
        "host_mentor": str(mentor),
        "second_contact": "",
        "return_date": (DAY + timedelta(days=2)).isoformat(),
        **changes,
    }
    return "\n".join([";".join(row), ";".join(row.values())]) + "\n"


def test_a_dry_run_names_each_bad_line_and_writes_nothing(desk):
    bad = PEOPLE.replace("accueil|jardin", "jardinn").replace(";2;8;", ";deux;8;").replace("no_weekend", "only_remote")
    before = Person.objects.count()
    answer = give(desk, bad)
    said = [str(problem) for problem in answer.context["problems"]]
    assert answer.status_code == 422
    assert [problem.code for problem in answer.context["problems"] if problem.level.value == "error"] == [
        "not_whole",
        "wish_kept_elsewhere",
        "skill_like",
    ]
    assert any("jardin" in words and "3" in words for words in said)
    assert (Person.objects.count(), Import.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("people.csv", b"id;skills;half_days\nA1;accueil;2026-02-30/am\n", "impossible_date"),
        ("people.csv", b"id;skills;half_days\nA1;=1+1;2026-11-23/am\n", "formula"),
        ("people.xlsx", b"not a workbook", "wrong_extension"),
        ("people.xlsx", b"PK\x03\x04 xl/ broken", "damaged"),
        ("people.pdf", b"%PDF", "unknown_kind"),
        ("people.csv", b"id;skills;half_days\n", "no_rows"),
    ],
)
def test_each_malformed_sheet_has_its_sentence(desk, name, content, code):
    answer = give(desk, content, name=name)
    assert answer.status_code == 422
    assert code in [problem.code for problem in answer.context["problems"]]


def test_a_sheet_of_fifty_megabytes_has_its_sentence(desk):
    answer = give(desk, b"id;name\n" + b"x" * 50 * 1024 * 1024)
    assert answer.status_code == 422 and "10" in str(answer.context["sheet_form"].errors["sheet"])


def test_people_are_written_after_a_yes_and_not_before(desk, town):
    answer = give(desk, PEOPLE)
    page = desk.get(answer.url)
    assert (page.context["run"].to_create, page.context["run"].to_change) == (2, 0)
    assert [problem.code for problem in page.context["warnings"]].count("unit_unknown") == 1
    assert not Person.objects.filter(last_name="Klein").exists()
    desk.post(f"{answer.url}confirmer/")
    work()
    zoe = Person.objects.get(last_name="Klein")
    assert zoe.offer.weekly_cap == 2 and zoe.offer.half_days.count() == 2
    assert zoe.capacities.get().unit == town.home
    assert list(zoe.offer.wishes.values_list("kind", "hard")) == [("no_weekend", True)]
    assert list(zoe.skills.values_list("skill__slug", flat=True)) == ["accueil"]
    assert desk.get(answer.url).context["made"] == 2


def test_the_same_sheet_twice_doubles_nobody(desk):
    bring_in(desk, PEOPLE)
    count = Person.objects.count()
    answer = give(desk, PEOPLE.replace("titulaire;Strasbourg", "titulaire;Strasbourg").replace(";2;8;", ";4;8;"))
    assert desk.get(answer.url).context["run"].to_change == 2
    desk.post(f"{answer.url}confirmer/")
    work()
    assert Person.objects.count() == count
    assert Person.objects.get(last_name="Klein").offer.weekly_cap == 4


def test_somebody_known_by_name_and_mail_is_met_again(desk):
    zoe = make_person("Zoé", last_name="Klein", email="zoe@example.org")
    bring_in(desk, PEOPLE)
    assert Person.objects.filter(last_name="Klein").get() == zoe
    assert Offer.objects.filter(person=zoe).exists()


def test_an_import_is_taken_back_except_what_people_use(desk, town):
    imported = bring_in(desk, PEOPLE)
    ali = Person.objects.get(last_name="Meyer")
    make_assignment(make_need(town.hall).slots.get(), ali)
    assert desk.post(f"{SHEETS}{imported.pk}/reprendre/").status_code == 302
    work()
    imported.refresh_from_db()
    assert (imported.state, imported.kept) == ("undone", 1)
    assert Person.objects.filter(last_name="Meyer").exists()
    assert not Person.objects.filter(last_name="Klein").exists()
    assert desk.post(f"{SHEETS}{imported.pk}/reprendre/").status_code == 409


def test_what_an_import_changed_comes_back_as_it_was(desk):
    zoe = make_person("Zoé", last_name="Klein", email="zoe@example.org", phone="03 88 11 22 33")
    make_offer(zoe, weekly_cap=5, max_km=3.0, free=[])
    imported = bring_in(
        desk, PEOPLE.replace(";email\n", ";email;phone\n").replace("zoe@example.org\n", "zoe@example.org;0388999999\n")
    )
    zoe.refresh_from_db()
    assert (zoe.offer.weekly_cap, zoe.offer.half_days.count()) == (2, 2)
    desk.post(f"{SHEETS}{imported.pk}/reprendre/")
    work()
    zoe = Person.objects.get(pk=zoe.pk)
    assert (zoe.phone, zoe.offer.weekly_cap, zoe.offer.max_km, zoe.offer.half_days.count()) == (
        "03 88 11 22 33",
        5,
        3.0,
        0,
    )


def test_taking_a_sheet_back_does_not_bring_back_somebody_erased_since(desk, administrator):
    zoe = make_person("Zoé", last_name="Klein", email="zoe@example.org")
    imported = bring_in(desk, PEOPLE)
    do_erase_person(actor=actor_for(administrator), person_key=zoe.key)
    desk.post(f"{SHEETS}{imported.pk}/reprendre/")
    work()
    imported.refresh_from_db()
    zoe.refresh_from_db()
    assert (imported.state, imported.kept, zoe.email) == ("undone", 1, "")


def test_a_sheet_given_up_leaves_no_trace_of_its_content(desk):
    answer = give(desk, PEOPLE)
    assert desk.post(f"{answer.url}reprendre/").status_code == 302
    imported = Import.objects.get()
    assert (imported.state, bytes(imported.content)) == ("given_up", b"")
    assert desk.post(f"{answer.url}confirmer/").status_code == 409
    assert not Job.objects.filter(kind="allocation.import").exists()


def test_a_file_nobody_confirms_is_forgotten_after_a_week(desk):
    give(desk, PEOPLE)
    with clock.shifted(timedelta(days=8)):
        imports.forget()
    assert bytes(Import.objects.get().content) == b""


def test_needs_come_in_as_drafts_or_open_when_they_lack_nothing(desk, town, host, coordinator):
    bring_in(desk, needs_sheet(town, host), "needs")
    draft = Need.objects.get()
    assert (draft.state, draft.mentor, draft.place, draft.priority) == ("draft", host, town.site, 3)
    assert draft.criteria
    bring_in(desk, needs_sheet(town, host, second_contact=str(coordinator)), "needs", open_complete="on")
    need = Need.objects.get()
    assert (need.pk, need.state, need.contact) == (draft.pk, "open", coordinator)


def test_a_need_whose_people_were_asked_is_left_as_it_is(desk, town, host, agent):
    bring_in(desk, needs_sheet(town, host), "needs")
    make_assignment(Need.objects.get().slots.get(), agent)
    moved = needs_sheet(town, host, half_day=f"{DAY}/pm")
    imported = bring_in(desk, moved, "needs")
    assert imported.kept == 1
    assert Need.objects.get().slots.get().half == "am"


def test_an_import_of_needs_is_taken_back(desk, town, host):
    first = bring_in(desk, needs_sheet(town, host), "needs")
    second = bring_in(desk, needs_sheet(town, host, title="Autre titre", headcount="5"), "needs")
    desk.post(f"{SHEETS}{second.pk}/reprendre/")
    work()
    need = Need.objects.get()
    assert (need.title, need.slots.get().headcount) == ("Distribuer les colis", 3)
    desk.post(f"{SHEETS}{first.pk}/reprendre/")
    work()
    # The second sheet moved its version on: the first one's draft is what it was, so it goes.
    assert not Need.objects.exists()


def test_unknown_hosts_kinds_and_lines_that_differ_are_named(desk, town, host):
    unknown = needs_sheet(town, host, host="Nulle part", kind="magie")
    answer = give(desk, unknown, "needs", "needs.csv")
    codes = {problem.code for problem in answer.context["problems"]}
    assert {"host_unknown", "kind_unknown"} <= codes
    two = needs_sheet(town, host) + needs_sheet(town, host, id="N1-2", kind="appels").splitlines()[1] + "\n"
    answer = give(desk, two, "needs", "needs.csv")
    assert [problem.code for problem in answer.context["problems"] if problem.row == 3] == ["differs"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_what_leaves_can_come_back(desk, town, agent, kind):
    make_offer(agent, wishes={"no_weekend": "", "no_weekday": "2", "no_host": str(town.hall.pk)})
    make_need(town.hall, place=town.site, skill=make_skill("accueil"))
    for what in ("people", "needs"):
        answer = desk.post(f"{SHEETS}sortir/", {"what": what, "kind": kind})
        assert answer.status_code == 200
        again = desk.post(
            f"{SHEETS}essai/", {"what": what, "sheet": SimpleUploadedFile(f"{what}.{kind}", answer.content)}
        )
        assert again.status_code == 302, [str(one) for one in again.context["problems"]]
        assert Import.objects.filter(what=what).get().total == 1
    assert Entry.objects.filter(verb="allocation.sheet_exported").count() == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_newcomers_for_one_mentor_leave_and_come_back_the_same(desk, town, host, kind):
    first = bring_in(desk, needs_sheet(town, host, newcomers_per_mentor="4"), "needs")
    need = Need.objects.get()
    assert need.newcomers_per_mentor == 4
    out = desk.post(f"{SHEETS}sortir/", {"what": "needs", "kind": kind}).content
    Need.objects.update(newcomers_per_mentor=None)
    bring_in(desk, out, "needs", kind)
    need.refresh_from_db()
    assert need.newcomers_per_mentor == 4
    changed = bring_in(desk, needs_sheet(town, host, newcomers_per_mentor="7"), "needs")
    need.refresh_from_db()
    assert need.newcomers_per_mentor == 7
    desk.post(f"{SHEETS}{changed.pk}/reprendre/")
    work()
    need.refresh_from_db()
    assert (need.newcomers_per_mentor, first.state) == (4, "done")


@pytest.mark.parametrize("column", ["newcomers_per_mentor", "min_age"])
def test_a_number_said_on_the_second_line_of_a_need_alone_is_not_lost_in_silence(desk, town, host, column):
    rows = [
        needs_sheet(town, host, id=f"N1-{one}", **{column: said}).splitlines() for one, said in ((1, ""), (2, "18"))
    ]
    answer = give(desk, "\n".join([rows[0][0], rows[0][1], rows[1][1]]) + "\n", "needs", "needs.csv")
    assert [(one.row, one.column) for one in answer.context["problems"] if one.code == "differs"] == [(3, column)]


def test_a_plan_leaves_as_a_sheet(desk, agent, coordinator):
    plan = make_plan(coordinator, state="ready")
    make_plan_line(plan, make_need().slots.get(), agent)
    answer = desk.post(f"{SHEETS}sortir/", {"what": f"plan:{plan.number}", "kind": "csv"})
    table = read_table(io.BytesIO(answer.content), name="plan.csv")
    assert table.rows[0][1] == str(agent)
    assert desk.post(f"{SHEETS}sortir/", {"what": "plan:999", "kind": "csv"}).status_code == 422


def test_the_demo_sheets_come_in(coordinator):
    found, desk = demo.seed(), signed_in(coordinator)
    sheet = Path(demo.__file__).parent / "data" / "demo"
    people = bring_in(desk, (sheet / "people.csv").read_bytes())
    with (sheet / "people.csv").open(encoding="utf-8") as lines:
        assert people.total == len(list(csv.DictReader(lines)))
    # Everybody is met again by name and e-mail or date of birth: the demo is not doubled.
    assert ImportLine.objects.filter(imported=people, made=True).count() <= len(found.agents) * 0.1
    needs = bring_in(desk, (sheet / "needs.csv").read_bytes(), "needs")
    assert Need.objects.count() == needs.total


def test_sheets_exist_for_the_cell_alone(desk, member, partner, stranger, manager):
    give(desk, PEOPLE)
    imported = Import.objects.get()
    for other in (member, partner, signed_in(manager)):
        assert other.get(SHEETS).status_code == 404
        assert other.get(f"{SHEETS}{imported.pk}/").status_code == 404
        assert other.post(f"{SHEETS}sortir/", {"what": "people", "kind": "csv"}).status_code == 404
        assert give(other, PEOPLE).status_code == 404
    assert stranger.get(SHEETS).status_code == 302


def test_the_list_of_sheets_asks_the_same_number_of_questions(desk, constant_queries):
    give(desk, PEOPLE)
    constant_queries(desk, SHEETS, lambda: [give(desk, PEOPLE) for _number in range(4)])
