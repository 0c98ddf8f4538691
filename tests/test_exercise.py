"""An exercise and what is real are never mixed: each page of each role, with a real twin and a drill twin of each thing.

Whoever adds a list learns here that it forgot to keep to ``exercise_id``; whoever adds a page, that it wears the band.
"""

import re

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from reflexes.core import clock, drill, printing
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_plan, make_plan_line, make_wave
from reflexes.mechanisms.allocation.models import Import, Need, Plan
from reflexes.mechanisms.crisis.middleware import SESSION_KEY
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory.models import Organisation, Person, Place
from tests.test_permissions import read_table
from tests.world import World, build

pytestmark = pytest.mark.django_db
REAL, PLAYED = "Besoin vraiment vrai", "Besoin seulement joué"
PLAYERS = ("agent", "manager", "host", "coordinator", "partner_host")
# What the address of a thing that has a twin is called in the table.
LIFE = ("proposed", "accepted", "released", "confirmed", "started", "done")
TWINNED = {"need", "draft", "slot", "plan", "other_plan", "line", "wave", "import"} | {f"mission_{one}" for one in LIFE}
# The public page shows what is real and refuses to be read in an exercise; an exercise shows its own messages.
APART = ("micro_mobility_public:", "crisis:", "web:", "outbox:", "mfa_", "account_", "guide", "demo_")


def twins() -> tuple[World, Exercise, dict[str, object]]:
    """Return a town, an exercise that everybody may play, and the exercise's twin of each thing."""
    world = build()
    Need.objects.update(title=REAL)
    Import.objects.update(file_name="vraiment-vrai.csv")
    exercise = Exercise.objects.get(pk=world.things["exercise"])
    hall = Organisation.objects.get(name="Ville")
    agent = Person.objects.get(pk=world.things["person"])
    host = Person.objects.filter(capacities__role="host", capacities__organisation=hall).first()
    made: dict[str, object] = {"host": hall, "place": Place.objects.get(pk=world.things["place"]), "title": PLAYED}
    organisation = made.pop("host")
    need = make_need(
        organisation, slots=6, headcount=2, exercise=exercise, mentor=host, contact=host, stated_by=host, **made
    )
    draft = make_need(organisation, state="draft", exercise=exercise, stated_by=host, **made)
    plan = make_plan(exercise=exercise, state=Plan.State.READY, finished_at=clock.now())
    other = make_plan(exercise=exercise, state=Plan.State.READY, finished_at=clock.now())
    slots = list(need.slots.order_by("day", "half"))
    line = make_plan_line(plan, slots[0], agent)
    wave = make_wave(plan, exercise=exercise)
    missions = {
        f"mission_{state}": make_assignment(slot, agent, state=state, wave=wave, plan=plan, exercise=exercise).pk
        for state, slot in zip(LIFE, slots, strict=True)
    }
    imported = Import.objects.create(
        piste=need.piste,
        what=Import.What.PEOPLE,
        file_name="seulement-jouee.csv",
        digest="1" * 64,
        content=b"id,name\n",
        organisation=hall,
        exercise=exercise,
    )
    things = {
        "need": need.pk,
        "draft": draft.pk,
        "slot": slots[0].pk,
        "plan": plan.number,
        "other_plan": other.number,
        "line": line.pk,
        "wave": wave.pk,
        "import": imported.pk,
        **missions,
    }
    return world, exercise, things


def pages(role: str, *, of_things: bool) -> list[dict[str, str]]:
    """Return the rows of the table that ``role`` may read: lists, or the pages of one thing that has a twin."""
    rows = []
    for row in read_table():
        words = {word.split("=", 1)[1] for word in row["arguments"].split()}
        about = bool(words & TWINNED)
        apart = row["address"].startswith(APART)
        readable = row["method"] == "GET" and row[role] == "200" and not apart
        if readable and about == of_things and (of_things or not words):
            rows.append(row)
    return rows


def address(row: dict[str, str], things: dict[str, object]) -> str:
    words = dict(word.split("=", 1) for word in row["arguments"].split())
    return reverse(row["address"], kwargs={name: things.get(word, word) for name, word in words.items()})


def play(client, exercise: Exercise) -> None:
    session = client.session
    session[SESSION_KEY] = exercise.pk
    session.save()


def read(client, url: str) -> str:
    cache.clear()
    response = client.get(url, follow=True)
    if not response.headers.get("Content-Type", "").startswith("text/"):
        return ""
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


@pytest.mark.parametrize("role", PLAYERS)
def test_no_page_of_real_life_shows_the_exercise_and_none_of_the_exercise_shows_real_life(role):
    world, exercise, _things = twins()
    client, mixed = world.client(role), []
    for row in pages(role, of_things=False):
        text = read(client, address(row, world.things))
        if PLAYED in text or "seulement-jouee" in text:
            mixed.append(f"{row['address']} shows the exercise in real life")
    play(client, exercise)
    for row in pages(role, of_things=False):
        text = read(client, address(row, world.things))
        if REAL in text or "vraiment-vrai" in text:
            mixed.append(f"{row['address']} shows real life in the exercise")
    assert not mixed, "\n".join(mixed)


@pytest.mark.parametrize("role", PLAYERS)
def test_a_thing_of_the_exercise_does_not_exist_in_real_life_nor_the_other_way_round(role):
    world, exercise, things = twins()
    client, wrong = world.client(role), []
    played = {**world.things, **things}

    def ask(where: str, chosen: dict[str, object]) -> None:
        for row in pages(role, of_things=True):
            try:
                status = client.get(address(row, chosen)).status_code
            except NoReverseMatch:
                continue
            if status not in {403, 404}:
                wrong.append(f"{where}: {row['address']} ({row['arguments']}) answers {status}")

    ask("in real life", played)
    play(client, exercise)
    ask("in the exercise", world.things)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", PLAYERS)
def test_every_page_of_an_exercise_wears_the_band_and_says_it_in_its_title(role):
    world, exercise, things = twins()
    client, bare = world.client(role), []
    play(client, exercise)
    rows = [row for row in read_table() if row["method"] == "GET" and row[role] == "200" and not row["arguments"]]
    for row in [*rows, *pages(role, of_things=True)]:
        response = client.get(address(row, {**world.things, **things}), follow=True)
        if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
            continue
        text = response.content.decode()
        if "<!doctype" not in text:
            continue  # a part of a page, asked for by the page itself
        if 'class="exercise"' not in text or not re.search(r"<title>\s*EXERCICE", text):
            bare.append(f"{row['address']} ({response.status_code})")
    assert not bare, "\n".join(bare)


def test_a_page_opened_by_a_link_of_an_exercise_wears_the_band_without_signing_in(client):
    world, exercise, things = twins()
    agent = Person.objects.get(pk=world.things["person"])
    with drill.playing(exercise.pk), clock.shifted(exercise.shift):
        token = world.link(agent, "answer", f"assignment:{things['mission_proposed']}")
    text = client.get(reverse("micro_mobility:answer", args=[token])).content.decode()
    assert 'class="exercise"' in text and PLAYED in text


def test_every_paper_of_an_exercise_wears_the_band(monkeypatch):
    import typst

    world, exercise, things = twins()
    client, compiled, said = world.client("coordinator"), typst.compile, []

    def spied(*args, **kwargs):
        said.append(kwargs["sys_inputs"]["data"])
        return compiled(*args, **kwargs)

    monkeypatch.setattr(typst, "compile", spied)
    play(client, exercise)
    for row in read_table():
        if row["method"] == "GET" and ("pdf" in row["address"] or "sheet" in row["address"]):
            response = client.get(address(row, {**world.things, **things}))
            if response.headers.get("Content-Type") == "application/pdf":
                assert "EXERCICE" in said[-1], row["address"]
    assert said
    with drill.playing(None), translation.override("fr"):
        printing.pdf("crisis/report", _blank_report(), language="fr")
    assert "EXERCICE" not in said[-1]


def _blank_report() -> dict[str, object]:
    labels = dict.fromkeys(
        ("purpose", "played", "held", "players", "figures", "worked", "hard", "lessons", "nothing", "next"), "…"
    )
    blank = dict.fromkeys(("purpose", "played", "held", "worked", "hard", "next"), "")
    return {"title": "Essai", "labels": labels, "players": 0, "figures": [], "lessons": [], **blank}


def test_a_whole_turn_played_sends_nothing_and_moves_nothing_real(mailoutbox):
    world, exercise, things = twins()
    run_all()
    mailoutbox.clear()
    cell, agent = world.client("coordinator"), Person.objects.get(pk=world.things["person"])
    asked_before = agent.offer.last_asked_at
    play(cell, exercise)
    plan = Plan.objects.get(number=things["plan"])
    assert cell.post(reverse("micro_mobility:wave_send", args=[plan.number]), {}).status_code in {302, 422, 200}
    for state in ("accepted", "released", "confirmed"):
        cell.post(reverse("micro_mobility:mission_nudge", args=[things[f"mission_{state}"]]))
    run_all()
    agent.offer.refresh_from_db()
    assert agent.offer.last_asked_at == asked_before
    assert not mailoutbox
    mailbox = cell.get(reverse("crisis:exercise_mailbox", args=[exercise.pk]))
    assert mailbox.context["rows"].paginator.count > 0
