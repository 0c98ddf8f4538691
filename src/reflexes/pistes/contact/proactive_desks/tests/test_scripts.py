"""Scripts: versions that never change, written step by step or imported, exported as they are."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core.acting import STRANGER
from reflexes.core.errors import Refusal
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
from reflexes.pistes.contact.proactive_desks.factories import make_caller, make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Campaign, Script
from reflexes.pistes.contact.proactive_desks.script.steps import Step, faults
from reflexes.pistes.contact.proactive_desks.services import scripts, scripts_sheets

SURVEY = ["type", "name", "label", "label::en", "hint", "relevant", "required", "need"]
CHOICES = ["list_name", "name", "label", "need", "urgent"]
YES_NO = [["yes_no", "yes", "Oui", "", ""], ["yes_no", "no", "Non", "food", "yes"]]


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(make_organisation("Ville"))


def workbook(survey: list[list[str]], choices: list[list[str]], kind: str = "xlsx") -> bytes:
    out = io.BytesIO()
    write_tables(out, {"survey": (SURVEY, survey), "choices": (CHOICES, choices)}, kind)
    return out.getvalue()


def one_table(titles: list[str], rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    write_tables(out, {"survey": (titles, rows)}, "csv")
    return out.getvalue()


def test_the_default_script_has_no_fault_and_speaks_both_languages() -> None:
    steps = default_steps()
    assert faults(steps) == []
    for step in steps:
        assert all(step.label[language] for language in ("fr", "en")), step.name
        assert all(choice.label[language] for choice in step.choices for language in ("fr", "en")), step.name


def test_p12_accept_2_a_published_version_never_changes(campaign: Campaign) -> None:
    actor = make_supervisor(campaign)
    script = make_script(campaign)
    before = scripts.steps_of(script)
    for change in (
        lambda: scripts.do_write_steps(actor=actor, script=script, steps=before[:2]),
        lambda: scripts.do_remove_step(actor=actor, script=script, place=0),
        lambda: scripts.do_move_step(actor=actor, script=script, place=1, by=-1),
        lambda: scripts.do_save_step(actor=actor, script=script, place=0, step=before[0]),
        lambda: scripts.do_publish(actor=actor, script=script),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert (refused.value.code, refused.value.conflict) == ("published", True)
    assert scripts.steps_of(script) == before


def test_another_version_begins_as_a_copy_and_one_is_in_writing_at_a_time(campaign: Campaign) -> None:
    actor = make_supervisor(campaign)
    first = make_script(campaign)
    second = scripts.do_begin_version(actor=actor, campaign=campaign)
    assert (second.number, scripts.steps_of(second)) == (2, scripts.steps_of(first))
    assert scripts.do_begin_version(actor=actor, campaign=campaign) == second
    assert scripts.published(campaign) == first
    scripts.do_publish(actor=actor, script=second)
    assert scripts.published(campaign) == second
    assert Entry.objects.filter(verb="proactive_desks.script_published").count() == 2


def test_steps_are_added_changed_moved_and_taken_out(campaign: Campaign) -> None:
    actor = make_supervisor(campaign)
    script = scripts.do_begin_version(actor=actor, campaign=campaign)
    hello, bye = (Step(name, "note", {"fr": name, "en": ""}) for name in ("hello", "bye"))
    assert scripts.do_save_step(actor=actor, script=script, place=None, step=bye) == 0
    assert scripts.do_save_step(actor=actor, script=script, place=None, step=hello) == 1
    scripts.do_move_step(actor=actor, script=script, place=1, by=-1)
    scripts.do_move_step(actor=actor, script=script, place=0, by=-1)
    assert [step.name for step in scripts.steps_of(script)] == ["hello", "bye"]
    scripts.do_save_step(actor=actor, script=script, place=0, step=Step("hello", "text", {"fr": "x", "en": ""}))
    scripts.do_remove_step(actor=actor, script=script, place=1)
    assert [(step.name, step.kind) for step in scripts.steps_of(script)] == [("hello", "text")]
    with pytest.raises(Refusal) as refused:
        scripts.do_save_step(actor=actor, script=script, place=None, step=Step("hello", "text", {"fr": "x", "en": ""}))
    assert refused.value.code == "name_twice"
    with pytest.raises(Http404):
        scripts.do_remove_step(actor=actor, script=script, place=9)


def test_a_script_with_a_fault_is_not_published_and_the_step_is_named(campaign: Campaign) -> None:
    actor = make_supervisor(campaign)
    later = Step("a", "text", {"fr": "Quoi ?", "en": ""}, relevant="${b} = 'x'")
    script = scripts.do_begin_version(
        actor=actor, campaign=campaign, steps=[later, Step("b", "text", {"fr": "?", "en": ""})]
    )
    with pytest.raises(Refusal) as refused:
        scripts.do_publish(actor=actor, script=script)
    assert refused.value.code == "condition_before_asked"
    assert "(a)" in str(refused.value)
    scripts.do_move_step(actor=actor, script=script, place=0, by=1)
    assert scripts.do_publish(actor=actor, script=script).published_at


def test_only_those_in_charge_of_the_campaign_write_its_script(campaign: Campaign) -> None:
    script = make_script(campaign)
    elsewhere = make_supervisor(make_campaign(make_organisation("Ailleurs")))
    for actor in (make_caller(campaign), elsewhere):
        with pytest.raises(PermissionDenied):
            scripts.do_begin_version(actor=actor, campaign=campaign)
        with pytest.raises(Http404):
            scripts.access_script(actor, script.pk)
    assert scripts.access_script(make_supervisor(campaign), script.pk) == script


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_with_xlsform_titles_becomes_a_script(campaign: Campaign, kind: str) -> None:
    survey = [
        ["note", "hello", "Bonjour", "Hello", "", "", "", ""],
        ["select_one yes_no", "eats", "Mangez-vous ?", "", "Sans insister", "", "yes", ""],
        ["text", "more", "Racontez", "", "", "${eats} = 'no'", "", "food"],
    ]
    script, problems = scripts_sheets.do_import_script(
        actor=make_supervisor(campaign),
        campaign=campaign,
        file_name=f"script.{kind}",
        content=workbook(survey, YES_NO, kind),
    )
    assert problems == []
    assert script is not None
    hello, eats, more = scripts.steps_of(script)
    assert (hello.label, hello.kind) == ({"fr": "Bonjour", "en": "Hello"}, "note")
    assert (eats.required, [one.value for one in eats.choices]) == (True, ["yes", "no"])
    assert (eats.choices[1].need, eats.choices[1].urgent) == ("food", True)
    assert (more.relevant, more.need) == ("${eats} = 'no'", "food")


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_is_exported_is_read_back_the_same(campaign: Campaign, kind: str) -> None:
    script = make_script(campaign)
    steps, problems = scripts_sheets.read_script(f"x.{kind}", scripts_sheets.sheet_of(script, kind))
    assert problems == []
    assert steps == scripts.steps_of(script)


def test_two_csv_files_make_a_script_and_a_survey_without_choices_needs_one(campaign: Campaign) -> None:
    survey = [["select_one yes_no", "eats", "Mangez-vous ?", "", "", "", "", ""]]
    steps, problems = scripts_sheets.read_script(
        "survey.csv", one_table(SURVEY, survey), "choices.csv", one_table(CHOICES, YES_NO)
    )
    assert problems == []
    assert [one.value for one in steps[0].choices] == ["yes", "no"]
    _steps, problems = scripts_sheets.read_script("survey.csv", one_table(SURVEY, survey))
    assert [(one.code, one.row, one.column) for one in problems] == [("unknown_list", 2, "type")]
    _steps, problems = scripts_sheets.read_script(
        "survey.csv", one_table(SURVEY, [["text", "x", "Dites", "", "", "", "", ""]])
    )
    assert problems == []


BAD_LINES = [
    (["geopoint", "x", "Où ?", "", "", "", "", ""], "unknown_kind", "type"),
    (["select_one", "x", "Où ?", "", "", "", "", ""], "no_list_name", "type"),
    (["select_one towns", "x", "Où ?", "", "", "", "", ""], "unknown_list", "type"),
    (["text", "1x", "Où ?", "", "", "", "", ""], "bad_name", "name"),
    (["text", "hello", "Où ?", "", "", "", "", ""], "name_twice", "name"),
    (["text", "x", "", "", "", "", "", ""], "no_label", "label"),
    (["text", "x", "Où ?", "", "", "${later} = 1", "", ""], "condition_before_asked", "relevant"),
    (["text", "x", "Où ?", "", "", "${hello} = ", "", ""], "condition_unfinished", "relevant"),
    (["text", "x", "Où ?", "", "", "", "maybe", ""], "not_yes_no", "required"),
    (["text", "x", "Où ?", "", "", "", "", "bread"], "unknown_need", "need"),
]


@pytest.mark.parametrize(("line", "code", "column"), BAD_LINES, ids=[code for _line, code, _column in BAD_LINES])
def test_each_bad_line_is_named_with_its_row_and_nothing_is_written(
    campaign: Campaign, line: list[str], code: str, column: str
) -> None:
    survey = [["note", "hello", "Bonjour", "", "", "", "", ""], line]
    script, problems = scripts_sheets.do_import_script(
        actor=make_supervisor(campaign), campaign=campaign, file_name="s.xlsx", content=workbook(survey, YES_NO)
    )
    assert script is None
    assert [(one.code, one.row, one.column) for one in problems] == [(code, 3, column)]
    assert "3" in str(problems[0])
    assert not Script.objects.exists()


def test_each_bad_choice_is_named_with_its_row() -> None:
    choices = [["", "yes", "Oui", "", ""], ["yes_no", "no way", "Non", "", ""], ["yes_no", "no", "", "", "perhaps"]]
    survey = [["select_one yes_no", "x", "Oui ?", "", "", "", "", ""]]
    _steps, problems = scripts_sheets.read_script("s.xlsx", workbook(survey, choices))
    assert [(one.code, one.row) for one in problems] == [
        ("no_list", 2),
        ("bad_value", 3),
        ("no_choice_label", 4),
        ("not_yes_no", 4),
    ]


def test_a_file_without_the_titles_or_that_is_no_sheet_says_what_is_missing() -> None:
    _steps, problems = scripts_sheets.read_script("s.csv", one_table(["a", "b"], [["1", "2"]]))
    assert [one.params["found"] for one in problems if one.code == "no_column"] == ["type", "name", "label"]
    _steps, problems = scripts_sheets.read_script("s.pdf", b"%PDF")
    assert [one.code for one in problems] == ["unknown_kind"]


def test_a_stranger_reads_no_script(campaign: Campaign) -> None:
    script = make_script(campaign)
    with pytest.raises(Http404):
        scripts.access_script(STRANGER, script.pk)
