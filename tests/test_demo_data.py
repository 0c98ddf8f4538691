"""The demo's sheets are complete, invented where they must be, and made by their script."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src/reflexes/mechanisms/directory/data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_the_script_makes_exactly_the_committed_sheets(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/make_demo_people.py", "--check"],
        env={"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_commune_of_the_territory_has_a_point_a_population_and_a_postal_code() -> None:
    communes = rows("territory/communes.csv")
    source = json.loads((DATA / "territory/source.json").read_text(encoding="utf-8"))
    assert len(communes) == len({c["code"] for c in communes}) == source["verified"]["communes"]
    assert sum(int(c["population"]) for c in communes) == source["verified"]["population"]
    for commune in communes:
        assert 48.4 < float(commune["lat"]) < 48.8, commune
        assert 7.5 < float(commune["lon"]) < 7.9, commune
        assert all(code.startswith("67") for code in commune["postal_codes"].split("|")), commune
        assert int(commune["population"]) > 0, commune


def test_no_mailbox_or_telephone_of_the_demo_can_reach_a_real_person() -> None:
    for person in rows("demo/people.csv") + rows("demo/contacts.csv"):
        assert not person["email"] or person["email"].endswith("@demo.example"), person
        assert not person["phone"] or person["phone"].startswith("+3363998"), person


def test_sheets_name_only_known_skills_units_hosts_and_communes() -> None:
    skills = {row["skill"] for row in rows("demo/skills.csv")}
    units = {row["name"]: row for row in rows("demo/units.csv")}
    communes = {row["code"] for row in rows("territory/communes.csv")}
    for person in rows("demo/people.csv"):
        assert set(person["skills"].split("|")) <= skills, person
        assert person["unit"] in units, person
        assert person["commune_code"] in communes, person
    for need in rows("demo/needs.csv"):
        assert need["skill"] in skills, need
        assert units[need["host"]]["state"] == "host", need
    assert {unit["commune_code"] for unit in units.values()} <= communes


def test_half_days_on_offer_never_cross_a_hard_wish_about_time() -> None:
    for person in rows("demo/people.csv"):
        wishes = person["hard_wishes"].split("|")
        for slot in person["half_days"].split("|"):
            day, half = slot.split("/")
            weekend = date.fromisoformat(day).weekday() >= 5
            assert not (weekend and "no_weekend" in wishes), person
            assert f"no_half:{half}" not in wishes, person


def test_each_name_identifier_and_mailbox_is_given_once() -> None:
    people, contacts = rows("demo/people.csv"), rows("demo/contacts.csv")
    for column in ("id", "name", "email", "phone"):
        values = [row[column] for row in people + contacts if row[column]]
        assert len(values) == len(set(values)), column
    needs = [need["id"] for need in rows("demo/needs.csv")]
    assert len(needs) == len(set(needs)) == 40
