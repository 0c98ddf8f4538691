"""People and needs as people write them; each mistake has its file, its row, its column and its sentence."""

import io
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.core.sheets.problems import Level, Problem
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.allocation.sheets import columns, services, wishes
from reflexes.mechanisms.allocation.sheets.halfdays import NotUnderstood, half_days_of
from reflexes.mechanisms.allocation.sheets.joining import together
from reflexes.mechanisms.allocation.sheets.parsing import parse_keep, parse_needs, parse_people
from reflexes.mechanisms.allocation.sheets.rows import Parsed, Position
from reflexes.mechanisms.allocation.sheets.words import LINES

PEOPLE = "id;name;lat;lon;skills;half_days;cap;max_km\n"
NEEDS = "id;title;half_day;skill;headcount;priority;lat;lon\n"
AMINA = "A1;Amina;48,58;7,75;aide-repas;2026-11-23/am;2;8\n"
MEAL = "N1;Repas;2026-11-23/am;aide-repas;1;3;48.58;7.75\n"


def people(text: str, **options):
    return parse_people(read_table(io.BytesIO(text.encode()), name="people.csv", **options))


def needs(text: str):
    return parse_needs(read_table(io.BytesIO(text.encode()), name="needs.csv"))


def keep(text: str):
    return parse_keep(read_table(io.BytesIO(text.encode()), name="plan.csv"))


def errors(parsed) -> list[tuple[str, int | None, str]]:
    return [(one.code, one.row, one.column) for one in parsed.problems if one.level is Level.ERROR]


def warnings(parsed) -> list[str]:
    return [one.code for one in parsed.problems if one.level is Level.WARNING]


def test_french_and_english_titles_say_the_same():
    english = people(
        "id,name,lat,lon,skills,half_days,cap,max_km,prefers,mentor,unit,status,category,hard_wishes\n"
        "A1,Amina,48.58,7.75,aide-repas|accueil,2026-11-23/am|2026-11-24/pm,2,8,am,yes,Crèche,titulaire,B,no_weekend\n"
    )
    french = people(
        "Identifiant;Nom;Latitude;Longitude;COMPÉTENCES;Demi-journées;Plafond;Distance maximale;Préfère;Tuteur;"
        "Service;Statut;Catégorie;Souhaits fermes\n"
        "A1;Amina;48,58;7,75;Aide repas|Accueil;23/11/2026 matin|24/11/2026 après-midi;2;8 km;matin;oui;"
        "Crèche;titulaire;B;pas de week-end\n"
    )
    assert english.problems == french.problems == []
    assert english.rows == french.rows
    assert french.rows[0].hard == (("no_weekend", ""),)
    assert french.rows[0].soft == (("prefers_half", "am"),)
    assert french.labels["aide-repas"] == "Aide repas"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23/am", ("2026-11-23/am",)),
        ("2026-11-23 matin", ("2026-11-23/am",)),
        ("23/11/2026 après-midi", ("2026-11-23/pm",)),
        ("lundi 23/11/2026 Matin", ("2026-11-23/am",)),
        ("23-11-2026/PM", ("2026-11-23/pm",)),
        ("2026-11-23 journée", ("2026-11-23/am", "2026-11-23/pm")),
    ],
)
def test_half_days_as_people_write_them(text, expected):
    assert half_days_of(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30/am", "impossible_date"),
        ("31/04/2026 matin", "impossible_date"),
        ("9999-01-01/am", "impossible_date"),
        ("2026-11-23", "not_half_day"),
        ("2026-11-23/soir", "not_half_day"),
        ("demain matin", "not_half_day"),
    ],
)
def test_half_days_that_cannot_be(text, code):
    with pytest.raises(NotUnderstood, match=code):
        half_days_of(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (";Bob;;;s;;2;", ("no_id", 3, "id")),
        ("A1;Bob;;;s;;2;", ("duplicate_id", 3, "id")),
        ("B;Bob;;;s;2026-02-30/am;2;", ("impossible_date", 3, "half_days")),
        ("B;Bob;;;s;lundi;2;", ("not_half_day", 3, "half_days")),
        ("B;Bob;;;s;;trois;", ("not_whole", 3, "cap")),
        ("B;Bob;;;s;;2,5;", ("not_whole", 3, "cap")),
        ("B;Bob;;;s;;-1;", ("not_whole", 3, "cap")),
        ("B;Bob;;;s;;2;loin", ("not_number", 3, "max_km")),
        ("B;Bob;91;7;s;;2;", ("not_number", 3, "lat")),
        ("B;Bob;48;;s;;2;", ("half_position", 3, "lon")),
    ],
)
def test_each_mistake_about_people_is_said_at_its_place(line, expected):
    assert errors(people(PEOPLE + AMINA + line + "\n")) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("N1;x;2026-11-23/am;s;1;3;;", ("duplicate_id", 3, "id")),
        ("N2;x;;s;1;3;;", ("empty_half_day", 3, "half_day")),
        ("N2;x;2026-11-31/am;s;1;3;;", ("impossible_date", 3, "half_day")),
        ("N2;x;2026-11-23/am;s;;3;;", ("empty_headcount", 3, "headcount")),
        ("N2;x;2026-11-23/am;s;-2;3;;", ("not_whole", 3, "headcount")),
        ("N2;x;2026-11-23/am;s;0;3;;", ("not_whole", 3, "headcount")),
        ("N2;x;2026-11-23/am;s;1;4;;", ("not_priority", 3, "priority")),
        ("N2;x;2026-11-23/am;s;1;urgent;;", ("not_priority", 3, "priority")),
        ("N2;x;2026-11-23/am;s|t;1;3;;", ("two_skills", 3, "skill")),
    ],
)
def test_each_mistake_about_needs_is_said_at_its_place(line, expected):
    assert errors(needs(NEEDS + MEAL + line + "\n")) == [expected]


@pytest.mark.parametrize("number", ["0", "21", "beaucoup", "1,5"])
def test_a_number_of_newcomers_nobody_could_guide_is_said_with_what_was_expected(number):
    parsed = needs(f"id;half_day;headcount;nouveaux par tuteur\nN;2026-11-23/am;3;{number}\n")
    assert errors(parsed) == [("not_whole", 2, "nouveaux par tuteur")]
    with translation.override("fr"):
        sentence = next(str(problem) for problem in parsed.problems if problem.code == "not_whole")
    assert f"« {number} »" in sentence
    assert "un nombre entier de 1 à 20" in sentence


def test_newcomers_for_one_mentor_reach_the_plan_and_the_usual_number_stands_for_an_empty_cell():
    sheet = (
        "id;half_day;headcount;mentor_required;newcomers_per_mentor\nN;2026-11-23/am;5;yes;4\nM;2026-11-23/am;5;yes;\n"
    )
    problem = services.build(together(people(PEOPLE + AMINA), needs(sheet), Parsed("")))
    assert [demand.max_newcomers_per_mentor for demand in problem.demands] == [4, 2]


def test_a_team_larger_than_the_headcount_is_refused():
    parsed = needs("id;half_day;headcount;min_team\nN;2026-11-23/am;2;3\n")
    assert errors(parsed) == [("team_over_headcount", 2, "min_team")]


def test_all_the_mistakes_of_a_sheet_are_said_at_once():
    parsed = people(PEOPLE + "A;x;a;b;s;c;d;e\n")
    assert {code for code, _row, _column in errors(parsed)} == {"not_number", "not_half_day", "not_whole"}
    assert len(errors(parsed)) == 5


def test_a_missing_column_is_an_error_and_an_unknown_one_a_warning():
    parsed = people("id;skills;shoe;half_dys\nA;s;42;x\n")
    assert [code for code, _row, _column in errors(parsed)] == ["missing_column"]
    assert {"unknown_column", "near_column", "default_cap", "no_position"} == set(warnings(parsed))


def test_two_columns_that_say_the_same_are_refused():
    assert errors(people("id;nom;name;skills;half_days\nA;a;b;s;2026-11-23/am\n")) == [("said_twice", None, "name")]


def test_a_formula_in_a_column_nobody_reads_is_only_a_warning():
    parsed = people(PEOPLE.strip() + ";shoe\n" + AMINA.strip() + ";=1+41\n")
    assert not parsed.refused
    assert "formula" in warnings(parsed)
    assert people(PEOPLE + AMINA.replace("Amina", "=1+1")).refused


def test_a_commune_of_the_territory_stands_for_a_position():
    [row] = people("id;skills;half_days;commune\nA;s;2026-11-23/am;Schiltigheim\n").rows
    assert row.position.degrees
    assert abs(row.position.first - 48.6) < 0.1
    [need] = needs("id;half_day;headcount;x_km;y_km\nN;2026-11-23/am;1;3,5;-2\n").rows
    assert need.position == Position(3.5, -2.0, degrees=False)


def test_a_date_of_birth_is_read_from_a_workbook_or_a_text():
    [row] = people("id;skills;half_days;né le\nA;s;2026-11-23/am;17/05/1984\n").rows
    assert row.birth_date == date(1984, 5, 17)
    assert errors(people("id;skills;half_days;né le\nA;s;2026-11-23/am;31/02/1984\n")) == [
        ("impossible_date", 2, "né le")
    ]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("no_weekend", ("no_weekend", "")),
        ("sans week-end", ("no_weekend", "")),
        ("pas le mercredi", ("no_weekday", "2")),
        ("no_weekday:wednesday", ("no_weekday", "2")),
        ("Jamais le matin", ("no_half", "am")),
        ("no_half:pm", ("no_half", "pm")),
        ("no_host:Épicerie du Ried", ("no_host", "epicerie-du-ried")),
        ("near_home:2,5", ("near_home", "2.5")),
        ("no_date:24/11/2026", ("no_date", "2026-11-24")),
    ],
)
def test_wishes_as_people_write_them(text, wish):
    assert wishes.wish_of(text) == wish


def test_an_unknown_wish_is_an_error_never_dropped():
    parsed = people("id;skills;half_days;hard_wishes\nA;s;2026-11-23/am;no_weekend|pas trop loin\n")
    assert errors(parsed) == [("not_wish", 2, "hard_wishes")]


def test_every_kind_of_wish_is_one_the_engine_knows():
    said = "no_weekend|no_weekday:2|no_date:2026-11-24|no_half:pm|prefers_half:am|no_host:x|no_kind:y|only_kind:z|"
    said += "only_remote|near_home:5"
    assert {item.partition(":")[0] for item in said.split("|")} == set(wishes.KINDS)
    text = f"id;skills;half_days;cap;hard_wishes;soft_wishes\nA;s;2026-11-23/am;1;{said};{said}\n"
    sheets = together(people(text), needs(NEEDS + MEAL), keep("person;need\nA;N1\n"))
    assert not sheets.refused
    assert services.make_plan(sheets).plan.assignments == ()


def test_a_skill_nobody_has_is_a_warning_with_the_nearest_one():
    parsed = needs(NEEDS + MEAL + "N2;x;2026-11-23/am;aide-repa;1;3;48;7\nN3;x;2026-11-23/am;plongeur;1;3;48;7\n")
    sheets = together(people(PEOPLE + AMINA), parsed, keep("person;need\nA1;N1\n"))
    assert not sheets.refused
    assert [(one.code, one.row) for one in sheets.problems] == [("skill_near", 3), ("skill_nobody_has", 4)]


def test_degrees_and_kilometres_are_not_mixed():
    other = needs("id;half_day;headcount;x_km;y_km\nN;2026-11-23/am;1;3;4\n")
    assert together(people(PEOPLE + AMINA), other, keep("person;need\nA1;N\n")).refused


def test_lines_kept_that_are_gone_are_said():
    kept = keep("person;need\nA1;N1\nGone;N1\nAmina;N9\nA1;\n")
    sheets = together(people(PEOPLE + AMINA), needs(NEEDS + MEAL), kept)
    assert set(sheets.keep) == {("A1", "N1")}
    assert [(one.code, one.row) for one in sheets.problems] == [
        ("keep_empty", 5),
        ("keep_no_person", 3),
        ("keep_no_need", 4),
    ]


def test_a_need_over_two_half_days_becomes_two_places():
    parsed = needs("id;half_day;headcount\nN;2026-11-23/am|2026-11-24/am;1\n")
    sheets = together(people(PEOPLE + AMINA), parsed, keep("person;need;half_day\nA1;N;\nA1;N;2026-11-24/am\n"))
    assert list(sheets.keep) == [("A1", "N 2026-11-24/am")]
    assert [(one.code, one.row) for one in sheets.problems if one.file == "plan.csv"] == [("keep_several", 2)]
    assert list(sheets.places) == ["N 2026-11-23/am", "N 2026-11-24/am"]


def test_every_sentence_about_lines_is_in_french():
    marks = [
        "found",
        "titles",
        "other",
        "near",
        "low",
        "high",
        "one",
        "two",
        "headcount",
        "examples",
        "used",
        "people",
        "sheet",
    ]
    params = {**dict.fromkeys(marks, "x"), "count": 2}
    with translation.override("fr"):
        french = {code: str(Problem(code, LINES[code], "f", params=params)) for code in LINES}
    with translation.override("en"):
        english = {code: str(Problem(code, LINES[code], "f", params=params)) for code in LINES}
    assert not [code for code in LINES if english[code].split(":", 1)[1] == french[code].split(" :", 1)[1]]


def test_a_problem_says_file_row_and_column_in_the_language_of_the_reader():
    [problem] = [one for one in people(PEOPLE + AMINA + "B;Bob;;;s;;trois;\n").problems if one.level is Level.ERROR]
    with translation.override("en"):
        assert str(problem) == "people.csv, row 3, column “cap”: found “trois”, expected a whole number from 0 to 14."
    with translation.override("fr"):
        assert str(problem) == (
            "people.csv, ligne 3, colonne « cap » : trouvé « trois », attendu un nombre entier de 0 à 14."
        )


TITLES = sorted({title for column in columns.PEOPLE + columns.NEEDS for title in column.titles})
CELLS = st.one_of(
    st.sampled_from(["", "2026-11-23/am", "1", "-1", "1e999", "nan", "|", "no_half:", "=1", "a|b", "é" * 300, "²"]),
    st.text(max_size=12),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TITLES), min_size=1, max_size=9, unique=True), st.data())
def test_random_cells_never_break_the_parsing(titles, data):
    quoted = [[cell.replace('"', '""') for cell in data.draw(st.lists(CELLS, max_size=10))] for _row in range(3)]
    text = "\n".join([";".join(titles), *(";".join(f'"{cell}"' for cell in row) for row in quoted)])
    for read in (people, needs, keep):
        parsed = read(text)
        assert all(str(problem) for problem in parsed.problems)
