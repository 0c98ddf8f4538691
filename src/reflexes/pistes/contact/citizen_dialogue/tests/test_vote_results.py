"""The result of a vote as everybody reads it, and counts it again without us (screens.md 12; P11 (10))."""

import csv
import hashlib
import io
import json
import re
import shlex
import subprocess
import sys
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly.factories_votes import make_keeper, make_line, make_vote
from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.services import ballots, closing, open_data, tallies
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_commune, make_person
from tests.harness.words import plain

pytestmark = pytest.mark.django_db
PISTE = "citizen_dialogue"
# Budget 1000; projects 400, 600, 900, 300. Six want 01 and 02 (or the dear 03), four want 04.
SAID = [("01", "02")] * 4 + [("02", "03")] * 2 + [("04",)] * 4


@pytest.fixture
def vote(town: Any) -> Vote:
    return make_vote(town.hall, piste=PISTE, title="Budget des quartiers")


def counted(vote: Vote, said: list[tuple[str, ...]] = SAID) -> Vote:
    for codes in said:
        ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=codes)
    keeper = make_keeper(vote.organisation)
    with clock.travelling(vote.closes_at + timedelta(minutes=1)):
        closing.do_close(actor=keeper, vote=vote)
        tallies.do_count(actor=keeper, vote=vote)
    return vote


def published(vote: Vote, said: list[tuple[str, ...]] = SAID) -> Vote:
    tallies.do_publish(actor=make_keeper(vote.organisation), vote=counted(vote, said))
    return vote


def departed(vote: Vote) -> Vote:
    counted(vote)
    mayor = actor_for(make_person("Élodie", last_name="Marchand", role=roles.ELECTED, organisation=vote.organisation))
    tallies.do_override(
        actor=mayor,
        vote=vote,
        choice=vote.choices.get(code="01"),
        funded=True,
        reason="Le terrain se libère.",
        signed_words="adjointe aux finances",
    )
    tallies.do_publish(actor=make_keeper(vote.organisation), vote=vote)
    return vote


def address(name: str, vote: Vote) -> str:
    return reverse(f"{PISTE}_public:{name}", args=[vote.slug])


def read(client: Client, vote: Vote) -> str:
    response = client.get(address("vote_result", vote))
    assert response.status_code == 200, response.status_code
    return plain(response.content.decode())


def test_before_it_is_public_a_stranger_finds_nothing_and_the_keeper_is_told_so(
    vote: Vote, member: Client, partner: Client, stranger: Client, facilitator: Any
) -> None:
    counted(vote)
    for reader in (member, partner, stranger):
        for name in ("vote_result", "vote_open_data", "vote_pb"):
            assert reader.get(address(name, vote)).status_code == 404
    keeper = Client()
    keeper.force_login(facilitator.user)
    assert "pas encore public" in read(keeper, vote)
    assert keeper.get(address("vote_pb", vote)).status_code == 404


def test_everybody_reads_what_is_funded_why_and_what_the_others_missed(
    vote: Vote, member: Client, partner: Client, stranger: Client
) -> None:
    published(vote)
    for reader in (member, partner, stranger):
        page = read(reader, vote)
        funded, unfunded = page.split('id="unfunded"')
        assert "02. Projet 02" in funded and "04. Projet 04" in funded and "01. Projet 01" not in funded
        assert "01. Projet 01" in unfunded and "03. Projet 03" in unfunded
        assert "2 projets sur 4 sont financés : 900 € sur 1 000 €." in page
        assert "soit 4 € de moins que son coût" in unfunded and "1 autre votant" in unfunded
        assert "10 votants sur 10" in page
        assert "10 bulletins comptent" in page and "à l’écran" in page


def test_who_paid_is_drawn_and_the_other_rule_stands_beside(vote: Vote, stranger: Client) -> None:
    page = read(stranger, published(vote))
    assert "Combien de personnes ont payé pour chaque projet" in page
    assert "10 sur 10 (100,0 %)" in page and "6 sur 10 (60,0 %)" in page
    assert "La règle de ce vote est seule à financer : 04. Projet 04." in page
    assert "L’autre règle est seule à financer : 01. Projet 01." in page


@pytest.mark.parametrize("rule", Vote.Rule.values)
def test_every_rule_has_its_result_page_and_its_command(town: Any, stranger: Client, rule: str) -> None:
    vote = published(make_vote(town.hall, piste=PISTE, rule=rule, threshold=3))
    page = read(stranger, vote)
    assert f"--rule {rule}" in page
    assert ("Combien de personnes ont payé" in page) == (rule == "equal-shares")


def test_a_decision_that_departs_shows_both_results_and_its_signature(vote: Vote, stranger: Client) -> None:
    page = read(stranger, departed(vote))
    project = page[page.index("01. Projet 01") :]
    assert "Le terrain se libère." in project
    assert "Signé par Élodie Marchand, adjointe aux finances" in project
    assert "Ce que dit le comptage" in project and "Non financé" in project
    assert "Le comptage seul dépense 900 € ; la décision, 1 300 €." in page
    assert "dépense plus que le budget" in page


def test_the_map_shows_where_the_projects_are_once_there_are_two_communes(vote: Vote, stranger: Client) -> None:
    published(vote)
    assert "map-drawing" not in read(stranger, vote)
    one, other = make_commune(), make_commune(code="67043", name="Bischheim", latitude=48.6136, longitude=7.7519)
    vote.choices.filter(code__in=["01", "02"]).update(commune=one)
    vote.choices.filter(code="04").update(commune=other)
    page = read(stranger, vote)
    assert "map-drawing" in page
    assert "Financé : projet 02. Non financé : projet 01." in page


def test_a_vote_nobody_took_part_in_has_a_result_that_says_so(vote: Vote, stranger: Client) -> None:
    page = read(stranger, published(vote, []))
    assert "rien à financer" in page
    assert address("vote_pb", vote) not in page
    assert stranger.get(address("vote_pb", vote)).status_code == 404
    assert stranger.get(address("vote_open_data", vote)).status_code == 200


def test_the_result_asks_the_same_number_of_questions_whatever_its_rows(
    town: Any, vote: Vote, stranger: Client, constant_queries: Any
) -> None:
    small, large = published(vote), published(make_vote(town.hall, piste=PISTE, prices=[10_000] * 12), SAID * 2)
    large.choices.update(commune=make_commune())
    urls = iter([address("vote_result", small), address("vote_result", large)])

    class Reader:
        """Reads the small result, then the large one, under one name."""

        def __init__(self) -> None:
            self.url = next(urls)

        def get(self, _url: str) -> Any:
            return stranger.get(self.url)

        def turn(self) -> None:
            self.url = next(urls)

    reader = Reader()
    constant_queries(reader, "the result", reader.turn)


def archive_of(client: Client, vote: Vote) -> dict[str, bytes]:
    response = client.get(address("vote_open_data", vote))
    assert response["Content-Disposition"] == f'attachment; filename="{vote.slug}.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("rule", Vote.Rule.values)
def test_the_file_given_to_the_command_of_the_page_yields_the_same_winners(
    town: Any, stranger: Client, tmp_path: Path, rule: str
) -> None:
    vote = published(make_vote(town.hall, piste=PISTE, rule=rule, threshold=3))
    name = f"{vote.slug}.pb"
    (tmp_path / name).write_bytes(archive_of(stranger, vote)[name])
    assert stranger.get(address("vote_pb", vote)).content == (tmp_path / name).read_bytes()
    command = re.search(r"<code class=\"command\"[^>]*>(.*?)</code>", read(stranger, vote))
    assert command is not None
    program, *words = shlex.split(command[1])
    assert program == "reflexes"
    done = subprocess.run(
        [sys.executable, "-m", "reflexes.config.cli", *words, "--json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["winners"]) == set(tallies.outcome(STRANGER, vote).tally.winners)


def faults_of(table: str, resource: dict[str, Any]) -> list[str]:
    """Return what a strict reader of Table Schema finds in a CSV file."""
    fields, dialect, faults = resource["schema"]["fields"], resource["dialect"], []
    rows = list(csv.reader(io.StringIO(table, newline=""), delimiter=dialect["delimiter"]))
    if rows[0] != [field["name"] for field in fields]:
        faults.append(f"columns: {rows[0]}")
    for place, field in enumerate(fields):
        rules, values = field.get("constraints", {}), [row[place] for row in rows[1:]]
        if rules.get("unique") and len(set(values)) < len(values):
            faults.append(f"{field['name']}: twice the same")
        for value in values:
            if not value:
                faults += [f"{field['name']}: empty"] if rules.get("required") else []
            elif not fits(value, field, rules):
                faults.append(f"{field['name']}: {value}")
    key = next(number for number, field in enumerate(fields) if field["name"] == resource["schema"]["primaryKey"])
    assert fields[key]["constraints"]["unique"]
    return faults + [f"row {number}: {row}" for number, row in enumerate(rows) if len(row) != len(fields)]


def fits(value: str, field: dict[str, Any], rules: dict[str, Any]) -> bool:
    if field["type"] == "boolean":
        return value in {*field["trueValues"], *field["falseValues"]}
    if field["type"] in {"integer", "number"}:
        shape = r"-?\d+" if field["type"] == "integer" else r"-?\d+(\.\d+)?"
        return re.fullmatch(shape, value) is not None and Decimal(value) >= Decimal(str(rules.get("minimum", value)))
    return field["type"] == "string" and re.fullmatch(rules.get("pattern", r"(?s).*"), value) is not None


def test_open_data_are_valid_against_their_schema_and_say_the_same_as_the_page(vote: Vote, stranger: Client) -> None:
    departed(vote)
    files = archive_of(stranger, vote)
    package = json.loads(files["datapackage.json"])
    assert {one["path"] for one in package["resources"]} == {name for name in files if name.endswith(".csv")}
    tables = {one["name"]: files[one["path"]].decode("utf-8-sig") for one in package["resources"]}
    for resource in package["resources"]:
        assert not faults_of(tables[resource["name"]], resource)
        assert faults_of(tables[resource["name"]].replace("01", "bien_trop_long", 1), resource)
        assert all(field["description"] for field in resource["schema"]["fields"])
    funded = [row["project"] for row in csv.DictReader(io.StringIO(tables["projects"]), delimiter=";")
              if row["decided_funded"] == "yes"]  # fmt: skip
    assert funded == ["01", "02", "04"]
    sealed = hashlib.sha256(files[f"{vote.slug}-charter.json"]).hexdigest()
    assert sealed in read(stranger, vote)
    assert open_data.open_data_zip(vote) == stranger.get(address("vote_open_data", vote)).content
