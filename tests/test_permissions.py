"""Every address × everyone, GET and POST, in one table: tests/permissions.csv (pretix's habit).

A row names an address, what its arguments point to (words of tests/world.py), the method, and what each reader gets:
a status, or ``sign-in`` when the answer sends them to sign in. ``make permissions`` adds the rows and the statuses
that are missing with what is observed: read them before you commit them, they are a promise.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.world import ROLES, World, build

TABLE = Path(__file__).with_name("permissions.csv")
METHODS = ("GET", "POST")
# Some acts make sense at one moment of a mission, or on a draft.
MOMENTS = {
    "mission_detail": "mission_released",
    "mission_confirm": "mission_released",
    "mission_turn_down": "mission_released",
    "mission_prepare": "mission_confirmed",
    "mission_start": "mission_confirmed",
    "mission_absent": "mission_confirmed",
    "mission_drop": "mission_confirmed",
    "mission_undo": "mission_confirmed",
    "stand_in": "mission_confirmed",
    "stand_in_nobody": "mission_confirmed",
    "mission_escalate": "mission_accepted",
    "my_stop": "mission_started",
    "concern_new": "mission_done",
    "my_objection": "mission_released",
    "objection_write": "mission_designated",
    "debrief_on_behalf": "mission_done",
    "mentor_say_away": "mentor",
    "mission_finish": "mission_started",
    "mission_sheet_pdf": "mission_confirmed",
    "interview": "mission_done",
    "my_sharing": "mission_debriefed",
    "loss_read": "mission_released",
    "mission_calendar": "mission_confirmed",
    "need_step": "draft",
    "need_autosave": "draft",
    "need_read_back": "draft",
    "need_open": "draft",
}
COLUMNS = ("address", "arguments", "method", *ROLES)
Row = dict[str, str]
# What the last word of a path before an argument is about, for new rows.
GUESSES = {
    "confidences": "concern",
    "objections": "objection",
    "accueil-absent": "mentor_absence",
    "papier": "besoin",
    "besoins": "need",
    "apprendre": "learning_wish",
    "demi-journees-donnees": "allowance",
    "remerciements": "thanks",
    "agenda": "calendar_token",
    "demandes": "data_request",
    "missions": "mission_proposed",
    "plans": "plan",
    "vagues": "wave",
    "personnes": "person",
    "offres": "person",
    "envies": "wish",
    "savoir-faire": "skill",
    "limites": "waiver",
    "message": "message",
    "travail": "job",
    "demi-journee": "slot",
    "demi-journees": "slot",
    "appeler": "colleague",
    "appels": "call",
    "reserve": "mission_reserve",
    "feuilles": "import",
    "exercices": "exercise",
    "carte": "card",
    "inviter": "invited",
    "decision": "lesson",
    "lieux": "place",
    "etape": "quand",
    "cles": "nothing",
    "pourquoi": "slot",
    "jumelages": "pair",
    "agents-volants": "flying_terms",
    "regards-neufs": "remark",
    "autres-demi-journees": "other_half_day",
    "dates": "other_half_day",
    "certificats": "certificate",
    "papiers": "certificate",
    "qui": "capacity",
    "equipe": "keeper",
    "departs": "departure",
    "ce-que-cela-coute": "mission_released",
    "demander": "slot",
    "amenagements": "scheme",
    "livrets": "booklet",
    "terrain": "street_link",
}


def addresses(
    resolver: URLResolver | None = None, names: tuple[str, ...] = (), before: str = ""
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the full name, the path and the arguments of every address the resolver knows."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern, inner, path)
        elif isinstance(pattern, URLPattern):
            yield (
                ":".join([*names, pattern.name or path]),
                path,
                list(pattern.pattern.converters or pattern.pattern.regex.groupindex),
            )


def read_table() -> list[Row]:
    """Return the rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def arguments_of(row: Row, world: World) -> dict[str, object]:
    """Return the values that the words of a row stand for; a word the world does not know stands for itself."""
    words = dict(word.split("=", 1) for word in row["arguments"].split())
    return {name: world.things.get(word, word) for name, word in words.items()}


def told(response: HttpResponse) -> str:
    """Return what the table writes of an answer."""
    where = response.headers.get("Location", "")
    to_door = response.status_code in {302, 303} and where.startswith(reverse("account_login"))
    return "sign-in" if to_door else str(response.status_code)


def ask(world: World, role: str, row: Row) -> str:
    """Ask for one address as ``role``; whatever it writes is undone."""
    cache.clear()
    url, client = reverse(row["address"], kwargs=arguments_of(row, world)), world.client(role)
    with transaction.atomic():
        try:
            response = client.get(url) if row["method"] == "GET" else client.post(url, {})
            return told(response)
        finally:
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_reader_gets_what_the_table_says(role: str) -> None:
    world, wrong = build(), []
    known = {name for name, _path, _arguments in addresses()}
    for row in read_table():
        if row["address"] not in known:
            continue  # said by the test of the list
        try:
            got = ask(world, role, row)
        except (pytest.fail.Exception, NoReverseMatch) as fault:
            got = str(fault)
        if got != row[role] or got.startswith("5"):
            wrong.append(f"{row['method']} {row['address']} ({row['arguments']}): {role} got {got}, not {row[role]}")
    assert not wrong, "\n".join(wrong)


def test_every_address_is_in_the_table_with_both_methods() -> None:
    known = {(name, method) for name, _path, _arguments in addresses() for method in METHODS}
    written = {(row["address"], row["method"]) for row in read_table()}
    assert not sorted(known - written), "Missing in tests/permissions.csv: make permissions, then read what it added."
    assert not sorted(written - known), "These addresses of tests/permissions.csv do not exist any more."


def test_a_stranger_enters_only_where_a_sign_says_so() -> None:
    open_to_strangers = {row["address"] for row in read_table() if row["stranger"] == "200"}
    # Links carry their own proof; the rest is the door of the house and what every page needs.
    doors = {"home", "account_login", "account_signup", "account_reset_password", "account_reset_password_done"}
    doors |= {"account_reset_password_from_key", "account_reset_password_from_key_done", "account_inactive"}
    doors |= {"account_email_verification_sent", "account_confirm_email", "account_invitation", "mfa_login_webauthn"}
    links = {row["address"] for row in read_table() if "token=" in row["arguments"]}
    house = {"web:components", "web:components_progress", "web:language", "web:theme", "help"}
    # A door that the cell opens: off, these addresses do not exist.
    shown = {f"micro_mobility_public:{name}" for name in ("open_needs", "feed", "criteria", "come_forward")}
    # What a committee owes to everybody.
    of_a_draw = ("draws", "draw_page", "draw_screen", "draw_record", "draw_line")
    shown |= {f"liaison_committees_public:{name}" for name in of_a_draw}
    # What a committee asked for and what was answered: its page, its open data, its open door.
    shown |= {
        f"liaison_committees_public:{name}"
        for name in (
            "bodies",
            "body_page",
            "proposals",
            "proposal_page",
            "proposals_csv",
            "proposals_json",
            "speak",
            "rules",
        )
    }
    # What is decided by a vote: its rules, its ballot for whoever has a code, its result and its open data.
    shown |= {
        f"{piste}_public:{name}"
        for piste in ("citizen_dialogue", "liaison_committees")
        for name in ("votes", "vote_page", "vote_by_code", "vote_done", "vote_result", "vote_open_data", "vote_pb")
    }
    # What a budget owes to everybody: its steps, what was said, what services and people say of it, its open data.
    shown |= {
        f"citizen_dialogue_public:{name}"
        for name in ("editions", "edition", "ideas", "feasibility", "delivery", "goals", "goals_proposal")
    }
    shown |= {
        f"citizen_dialogue_public:{name}"
        for name in ("contributions_csv", "contributions_schema", "proposals", "proposal_page", "speak", "rules")
    }
    shown |= {"citizen_dialogue_public:proposals_csv", "citizen_dialogue_public:proposals_json"}
    # What a street on trial owes to everybody: figures and field notes on one page, the decision, the booklet.
    shown |= {
        f"citizen_dialogue_public:{name}"
        for name in ("schemes", "scheme_page", "scheme_csv", "booklets", "booklet", "booklet_pdf")
    }
    # What is held of people, for what and until when; and the door by which each asks what is known of them.
    shown |= {f"data_trust_public:{name}" for name in ("register", "register_csv", "destruction_pdf", "own_ask")}
    assert open_to_strangers <= doors | links | house | shown


def test_the_table_has_one_line_for_each_case() -> None:
    cases = [(row["address"], row["arguments"], row["method"]) for row in read_table()]
    assert len(cases) == len(set(cases))
    assert all(row[role] for row in read_table() for role in ROLES)


def guess(address: str, path: str, names: list[str]) -> str:
    """Return likely arguments for a new address."""
    parts = [part for part in path.split("/") if part]
    words = []
    for name in names:
        place = next((index for index, part in enumerate(parts) if f":{name}>" in part or f"<{name}>" in part), 0)
        about = parts[place - 1] if place else ""
        moment = MOMENTS.get(address.split(":")[-1]) if name == "pk" else None
        words.append(f"{name}={moment or GUESSES.get(about, name)}")
    return " ".join(words)


@pytest.mark.skipif("REFLEXES_WRITE_PERMISSIONS" not in os.environ, reason="only make permissions writes the table")
@pytest.mark.django_db
def test_write_what_is_missing() -> None:
    rows, world = read_table(), build()
    listed = {name: (path, arguments) for name, path, arguments in addresses()}
    rows = [row for row in rows if row["address"] in listed]
    for name, (path, arguments) in listed.items():
        same = next((row["arguments"] for row in rows if row["address"] == name), guess(name, path, arguments))
        for method in METHODS:
            if not any(row["address"] == name and row["method"] == method for row in rows):
                rows.append({"address": name, "arguments": same, "method": method})
    faults = []
    for row in rows:
        for role in ROLES:
            try:
                row[role] = row.get(role) or ask(world, role, row)
            except (pytest.fail.Exception, NoReverseMatch) as fault:
                faults.append(f"{row['address']}, as {role}: {fault}")
                row[role] = ""
    rows.sort(key=lambda row: (row["address"], row["arguments"], row["method"]))
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert not faults, "\n".join(faults)
