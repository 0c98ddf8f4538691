"""The harness itself is tested: each rule is shown a fault and must see it."""

import socket
from datetime import datetime

import pytest
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.template import engines
from django.test import Client

from reflexes.mechanisms.allocation.factories import make_assignment, make_need
from reflexes.mechanisms.allocation.models import Assignment, Need
from reflexes.mechanisms.directory.factories import make_commune, make_person
from reflexes.mechanisms.directory.models import Commune, Person
from tests.harness.isolation import OutsideNetwork
from tests.harness.pages import faults_of, tables_written

Failed = pytest.fail.Exception


def test_the_outside_network_is_refused() -> None:
    with pytest.raises(OutsideNetwork):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OutsideNetwork):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


@pytest.mark.django_db
def test_rows_in_no_chosen_order_come_backwards() -> None:
    for code in ("00001", "00002", "00003"):
        make_commune(code=code)
    assert [commune.code for commune in Commune.objects.all()] == ["00003", "00002", "00001"]
    assert Commune.objects.values_list("code", flat=True)[0] == "00003"
    assert [commune.code for commune in Commune.objects.order_by("code")] == ["00001", "00002", "00003"]
    assert Commune.objects.filter(name="Strasbourg").count() == 3
    assert Commune.objects.aggregate(most=models.Max("population"))["most"]


@pytest.mark.django_db
def test_a_lock_over_joined_tables_must_name_its_table() -> None:
    make_assignment(make_need().slots.get(), make_person())
    with transaction.atomic():
        Assignment.objects.select_for_update().first()
        Assignment.objects.select_related("slot").select_for_update(of=("self",)).first()
        with pytest.raises(Failed, match="must name its table"):
            Assignment.objects.select_related("slot").select_for_update().first()


@pytest.mark.django_db
def test_update_fields_that_forgets_the_date_of_change_is_seen() -> None:
    assignment = make_assignment(make_need().slots.get(), make_person())
    assignment.save(update_fields=["trained", "changed_at"])
    with pytest.raises(Failed, match="forgets changed_at"):
        assignment.save(update_fields=["trained"])


@pytest.mark.django_db
def test_a_naive_moment_is_an_error() -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        Need.objects.filter(created_at=datetime(2026, 11, 23)).exists()


def test_an_undefined_variable_of_ours_fails_and_a_library_s_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engines["django"]
    assert engine.from_string("{{ nothing }}").render() == ""
    with monkeypatch.context() as patch:
        patch.setattr("tests.harness.templates.SRC", "<unknown source>")
        with pytest.raises(Failed, match="Undefined template variable nothing"):
            engine.from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<form method="post"></form>', "no CSRF token"),
        ('<p style="color: red">', "Inline style"),
        ("<style>p {}</style>", "Inline style"),
        ('<button onclick="go()">', "Inline script"),
        ("<script>go()</script>", "Inline script"),
        ('<a href="javascript:go()">', "A link runs a script"),
        ('<img src="a.png">', "no alt"),
        ('<i id="a"></i><i id="a"></i>', "stands twice"),
        ('<input name="town">', "No label names"),
        ('<script src="https://elsewhere.example/a.js"></script>', "from outside"),
        ('<link rel="stylesheet" href="//elsewhere.example/a.css">', "from outside"),
    ],
)
def test_a_fault_of_a_page_is_seen(html: str, fault: str) -> None:
    assert any(fault in said for said in faults_of(html)), faults_of(html)


@pytest.mark.parametrize(
    "html",
    [
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>',
        '<form><label for="a">Ville</label><input id="a" name="a"><label>Rue <input name="b"></label></form>',
        '<script type="application/json">{}</script><script src="/static/a.js"></script>',
        '<img src="/static/a.png" alt="">',
    ],
)
def test_a_sound_page_has_no_fault(html: str) -> None:
    assert faults_of(html) == []


@pytest.mark.django_db
def test_a_page_that_writes_while_it_reads_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    answer_with(monkeypatch, lambda: Person.objects.filter(pk=person.pk).update(last_name="X"))
    with pytest.raises(Failed, match="wrote in directory_person"):
        Client().get("/compte/login/")
    Client().post("/compte/login/")


@pytest.mark.django_db
def test_a_faulty_answer_fails_whatever_the_method(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, lambda: None, "<p onclick='go()'>")
    with pytest.raises(Failed, match="Inline script"):
        Client().get("/compte/login/")
    with pytest.raises(Failed, match="Inline script"):
        Client().post("/compte/login/")


def answer_with(monkeypatch: pytest.MonkeyPatch, act, html: str = "") -> None:
    """Make every address do ``act`` and answer ``html``."""

    def answer(self, request):
        act()
        return HttpResponse(html)

    monkeypatch.setattr("django.core.handlers.base.BaseHandler._get_response", answer)


@pytest.mark.django_db
def test_questions_that_grow_with_the_rows_are_seen(monkeypatch: pytest.MonkeyPatch, constant_queries) -> None:
    def act() -> None:
        for person in Person.objects.order_by("pk"):
            str(person.commune)

    answer_with(monkeypatch, act)
    make_person()
    with pytest.raises(Failed, match="asked 2 questions, then 3"):
        constant_queries(Client(), "/", make_person)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ('UPDATE "directory_person" SET x = 1', "directory_person"),
        ('INSERT INTO "journal_entry" VALUES (1)', "journal_entry"),
        ('DELETE FROM "a" WHERE 1', "a"),
        ('SELECT "updated" FROM "a"', ""),
        ('SAVEPOINT "x"', ""),
    ],
)
def test_a_writing_statement_is_recognised(statement: str, table: str) -> None:
    assert tables_written(statement) == table


@pytest.mark.django_db
def test_each_run_has_a_database_of_its_own() -> None:
    name = str(connection.settings_dict["NAME"])
    assert "tests.sqlite3" in name or name.startswith("test_reflexes_")
