"""The public draw as the participation officer prepares and holds it, from the first line to the erased pool (P01)."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.engines.lottery import verify_draw
from reflexes.mechanisms.assembly.factories import make_body, make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.factories_votes import make_keeper
from reflexes.mechanisms.assembly.models import Draw, PoolMember, Seat
from reflexes.mechanisms.assembly.services import codes, draws_day, draws_public, seats
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk, local
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]

QUOTAS = (("sexe", "femme", 3, 3), ("sexe", "homme", 3, 3), ("âge", "moins de 30", 2, 4), ("âge", "30 et plus", 2, 4))
TITLES = "nom,prénom,courriel,téléphone,adresse,sexe,âge\n"


@pytest.fixture
def college(town):
    return make_college(make_body(town.hall, piste=SLUG, name="Comité des marchés"), name="Habitants", seats=6)


@pytest.fixture
def draw(college) -> Draw:
    """A draw whose quotas are written, with two dozen people in its pool."""
    made = make_draw(college, piste=SLUG, quotas=QUOTAS)
    make_pool(made, 24)
    return made


@pytest.fixture
def published(town, draw) -> Draw:
    return committed(make_keeper(town.hall), draw)


def too_young(draw: Draw) -> None:
    """Ask for six people under thirty where four are left."""
    draw.quotas.filter(value="moins de 30").update(minimum=6, maximum=6)
    draw.quotas.filter(value="30 et plus").update(minimum=0, maximum=0)
    for member in draw.pool.filter(answers__value="moins de 30").order_by("pk")[:4]:
        member.delete()


def grid(*lines: tuple[str, str, int, int]) -> dict[str, str]:
    """Return what the grid of quotas sends."""
    names = ("feature", "value", "minimum", "maximum")
    return {
        f"{place}-{name}": str(cell) for place, line in enumerate(lines) for name, cell in zip(names, line, strict=True)
    }


def people(number: int = 24) -> str:
    """Return a sheet of people: the first two live together."""
    lines = [
        f"Nom{n},Prénom{n},p{n}@example.org,,{'1 rue Bleue' if n < 2 else f'{n} rue Verte'},"
        f"{('femme', 'homme')[n % 2]},{'moins de 30' if n % 3 == 0 else '30 et plus'}\n"
        for n in range(number)
    ]
    return TITLES + "".join(lines)


def sheet(text: str, name: str = "vivier.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def verified(record: bytes, folder: Path) -> tuple[int, str]:
    """Return what the stand-alone script says of a published record, in a process of its own."""
    script, file = folder / "verify_draw.py", folder / "acte.json"
    script.write_bytes(Path(verify_draw.__file__).read_bytes())
    file.write_bytes(record)
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, cwd=folder, check=False
    )
    return done.returncode, done.stdout + done.stderr


def hold(desk, draw: Draw, **typed: str):
    """Walk through the day at the announced hour: the room, three dice pressed, the source, the draw."""
    url = at("draw_day", draw.slug)
    with clock.travelling(draw.drawn_from + timedelta(minutes=5)):
        here = desk.post(url, {"etape": "salle"})["Location"]
        thrown = ""
        for face in ("4", "1", "6"):
            here = desk.post(url, {"etape": "des", "des": thrown, "face": face})["Location"]
            thrown = desk.get(here).context["said"].des
        here = desk.post(url, {"etape": "des", "des": thrown})["Location"]
        known = desk.get(here).context
        source = {"source": known["sources"][0], "valeur": f" {RANDOMNESS.upper()} ", **typed}
        here = desk.post(url, {"etape": "source", "des": thrown, **source})["Location"]
        said = desk.get(here).context["said"]
        fields = {name: getattr(said, name) for name in said.__slots__}
        answer = desk.post(url, {"etape": "tirer", **fields})
    draw.refresh_from_db()
    return answer


def test_p01_accept_1_a_draw_is_held_from_the_first_line_to_the_verified_record(desk, college, stranger, tmp_path):
    begins = clock.now() + timedelta(days=3)
    made = desk.post(
        at("draw_new"),
        {
            "college": college.pk,
            "title": "Comité des marchés, habitants",
            "size": 6,
            "drawn_from": local(begins),
            "second_source": "Loto de samedi",
            "erase_on": (clock.today() + timedelta(days=60)).isoformat(),
        },
    )
    draw = Draw.objects.get()
    home = at("draw", draw.slug)
    assert (made.status_code, made["Location"], draw.college) == (302, home, college)
    assert desk.get(home).context["following"].url == at("draw_quotas", draw.slug)
    assert desk.post(at("draw_quotas", draw.slug), grid(*QUOTAS)).status_code == 302
    assert desk.get(home).context["following"].url == at("draw_pool", draw.slug)

    pool = at("draw_pool_sheet", draw.slug)
    read = desk.post(pool, {"sheet": sheet(people()), "household": "adresse", "channel": "paper"})
    assert (read.status_code, read.context["dry"]["people"]) == (200, 24)
    assert read.context["dry"]["together"] == [["Prénom0 Nom0", "Prénom1 Nom1"]]
    assert not PoolMember.objects.exists()
    assert desk.post(pool, {"carried": read.context["dry"]["carried"]})["Location"] == at("draw_pool", draw.slug)
    assert draw.pool.filter(channel="paper").count() == 24
    assert desk.get(home).context["following"].url == at("draw_commit", draw.slug)

    assert desk.post(at("draw_commit", draw.slug), {"read": "on"}).status_code == 302
    assert desk.get(home).context["going"]
    assert desk.get(at("draw_progress", draw.slug)).status_code == 200
    run_all()
    draw.refresh_from_db()
    assert draw.state == Draw.State.COMMITTED
    public = reverse(f"{SLUG}_public:draw_screen", args=[draw.slug])
    assert draw.digest[:8] in stranger.get(public).content.decode()

    assert hold(desk, draw).status_code == 302
    draw.refresh_from_db()
    assert (draw.state, draw.dice, draw.heard) == ("drawn", "4-1-6", f"drand:{draw.round}:{RANDOMNESS}")
    panel = draws_public.panel_now(draw)
    shown = stranger.get(public).content.decode()
    assert all(codes.shown(one) in shown for one in panel)
    result = desk.get(at("draw_day", draw.slug)).content.decode()
    assert all(codes.shown(one) in result for one in panel)

    lines = desk.get(at("draw_panel", draw.slug)).context["lines"]
    assert len(lines) == 6
    assert {line["seat"].state for line in lines} == {Seat.State.ASKED}
    left = lines[0]
    answer = desk.post(left["replace"], {"why": "moved"})
    assert answer["Location"] == at("draw_panel", draw.slug)
    draw.refresh_from_db()
    line = draw.replacements.get()
    assert (
        codes.shown(line.came) in stranger.get(reverse(f"{SLUG}_public:draw_page", args=[draw.slug])).content.decode()
    )
    record = stranger.get(reverse(f"{SLUG}_public:draw_record", args=[draw.slug])).content
    assert json.loads(record)["departures"][0]["left"] == line.left
    assert verified(record, tmp_path)[0] == 0


def test_p01_accept_8_the_pool_erased_leaves_a_certificate_and_a_record_that_verifies(
    desk, published, stranger, tmp_path
):
    hold(desk, published)
    names = list(published.pool.values_list("last_name", flat=True))
    assert desk.get(at("draw_certificate", published.slug)).status_code == 404
    assert desk.post(at("draw_erase", published.slug), {}).status_code == 422
    assert desk.post(at("draw_erase", published.slug), {"sure": "on"}).status_code == 302
    published.refresh_from_db()
    assert (published.state, published.pool.count()) == (Draw.State.ERASED, 0)
    pdf = desk.get(at("draw_certificate", published.slug))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    for name in ("draw", "draw_pool", "draw_panel", "draw_quotas", "draw_day"):
        read = desk.get(at(name, published.slug)).content.decode()
        assert not any(re.search(rf"\b{one}\b", read) for one in names), name
    record = stranger.get(reverse(f"{SLUG}_public:draw_record", args=[published.slug])).content
    code, words = verified(record, tmp_path)
    assert code == 0, words
    assert desk.post(at("draw_erase", published.slug), {"sure": "on"}).status_code == 409


def test_people_drawn_are_asked_by_a_message_with_a_link(desk, published):
    hold(desk, published)
    run_all()
    told = {one.person_key: [way.url for way in one.actions.all()] for one in Message.objects.all()}
    assert Message.objects.filter(body__contains="vous avez été désigné").count() == 6
    seats_asked = list(published.college.held.select_related("person"))
    assert len(seats_asked) == 6
    assert all("/comites/lien/siege/" in told[one.person.key][0] for one in seats_asked)


def test_the_officer_is_told_when_the_record_is_published_or_cannot_be(desk, town, draw, facilitator):
    keeper = make_keeper(town.hall)
    quotas = [(one.feature, one.value, one.minimum, one.maximum) for one in draw.quotas.order_by("pk")]
    too_young(draw)
    committed(keeper, draw)
    assert draw.trouble == Draw.Trouble.IMPOSSIBLE
    run_all()
    first = Message.objects.filter(person_key=facilitator.key).latest("pk")
    assert draw.title in first.subject
    desk.post(at("draw_quotas", draw.slug), grid(*quotas))
    committed(keeper, draw)
    run_all()
    second = Message.objects.filter(person_key=facilitator.key).latest("pk")
    assert second.pk != first.pk and draw.title in second.subject


def test_impossible_quotas_lead_to_the_line_to_change_and_to_what_would_do(desk, town, draw):
    keeper = make_keeper(town.hall)
    too_young(draw)
    committed(keeper, draw)
    told = desk.get(at("draw", draw.slug)).context
    assert told["trouble"]
    sentence, address = told["advised"][0]
    assert "moins de 30" in sentence
    assert address.endswith("?conseil=1#quota-2")
    page = desk.get(address).context["lines"]
    lines = [tuple(str(line[name].value() or 0) for name in ("minimum", "maximum")) for _n, line, _a in page[:4]]
    assert lines[2] == ("4", "6") and lines[3] == ("0", "2")
    typed = [(*QUOTAS[place][:2], int(low), int(high)) for place, (low, high) in enumerate(lines)]
    assert desk.post(at("draw_quotas", draw.slug), grid(*typed)).status_code == 302
    assert committed(keeper, draw).state == Draw.State.COMMITTED


def test_the_grid_of_quotas_keeps_what_was_typed_and_names_each_line(desk, college):
    draw = make_draw(college, piste=SLUG, quotas=())
    url = at("draw_quotas", draw.slug)
    wrong = grid(("sexe", "femme", 3, 3), ("", "homme", 3, 3)) | {"2-feature": "âge", "2-value": "", "2-minimum": "x"}
    refused = desk.post(url, wrong)
    assert (refused.status_code, refused.context["wrong"]) == (422, [2])
    assert 'value="homme"' in refused.content.decode()
    assert not draw.quotas.exists()
    more = desk.post(url, grid(("sexe", "femme", 3, 3)) | {"plus": "1"})
    assert (more.status_code, len(more.context["lines"])) == (200, 7)
    assert 'value="femme"' in more.content.decode()
    # A question left empty is that of the line above; the figures must fit the panel.
    assert desk.post(url, grid(("sexe", "femme", 1, 2), ("", "homme", 1, 2))).status_code == 422
    assert desk.post(url, grid(("sexe", "femme", 3, 3), ("", "homme", 3, 3))).status_code == 302
    assert [(one.feature, one.value) for one in draw.quotas.all()] == [("sexe", "femme"), ("sexe", "homme")]


def test_quotas_come_from_the_sheet_of_the_usual_tools_and_each_wrong_line_is_named(desk, college):
    draw = make_draw(college, piste=SLUG, quotas=())
    url = at("draw_quotas_sheet", draw.slug)
    wrong = "category,feature,min,max\nsexe,femme,9,2\nsexe,,1,x\n"
    refused = desk.post(url, {"sheet": sheet(wrong, "quotas.csv")})
    assert refused.status_code == 422
    assert {one.row for one in refused.context["problems"]} == {2, 3}
    assert desk.post(url, {}).status_code == 422
    right = "category,feature,min,max\nsexe,femme,3,3\nsexe,homme,3,3\n"
    assert desk.post(url, {"sheet": sheet(right, "quotas.csv")}).status_code == 302
    assert draw.quotas.count() == 2


def test_a_sheet_of_people_is_read_for_nothing_and_each_bad_line_is_named(desk, college):
    draw = make_draw(college, piste=SLUG, quotas=QUOTAS)
    url = at("draw_pool_sheet", draw.slug)
    bad = people(3) + "Roth,Ali,ali@,,,autre,30 et plus\n"
    refused = desk.post(url, {"sheet": sheet(bad), "household": "adresse", "channel": "web"})
    assert refused.status_code == 422
    assert {one.row for one in refused.context["problems"]} == {5}
    nowhere = desk.post(url, {"sheet": sheet(people(3)), "household": "rue", "channel": "web"})
    assert nowhere.status_code == 422
    without = desk.post(url, {"sheet": sheet(people(3)), "household": "", "channel": "web"})
    assert without.context["dry"]["no_address"]
    carried = without.context["dry"]["carried"]
    assert desk.post(url, {"carried": carried[:-3] + "abc"}).status_code == 422
    other = make_draw(college, piste=SLUG, quotas=QUOTAS)
    assert desk.post(at("draw_pool_sheet", other.slug), {"carried": carried}).status_code == 422
    assert not PoolMember.objects.exists()


def test_somebody_from_a_paper_card_gets_their_code_once(desk, college, stranger, town):
    draw = make_draw(college, piste=SLUG, quotas=QUOTAS)
    make_pool(draw, 12)
    url = at("draw_pool_new", draw.slug)
    typed = {"last_name": "Roth", "first_name": "Rose", "phone": "06 39 98 00 07", "channel": "paper"}
    assert desk.post(url, typed).status_code == 422
    assert desk.post(url, {**typed, "answer_0": "femme", "answer_1": "30 et plus", "phone": ""}).status_code == 422
    said = desk.post(url, {**typed, "answer_0": "femme", "answer_1": "30 et plus"}, follow=True).content.decode()
    rose = draw.pool.get(last_name="Roth")
    assert codes.shown(rose.pseudonym) in said
    for name in ("draw_pool", "draw"):
        assert codes.shown(rose.pseudonym) not in desk.get(at(name, draw.slug)).content.decode()
    assert rose.pseudonym not in desk.get(at("draw_pool", draw.slug)).content.decode()
    committed(make_keeper(town.hall), draw)
    line = stranger.post(reverse(f"{SLUG}_public:draw_line", args=[draw.slug]), {"code": rose.pseudonym})
    assert line.status_code == 200


def test_whoever_asks_leaves_the_pool_and_the_codes_are_printed_for_the_others(desk, draw):
    member = draw.pool.get(last_name="Nom3")
    url = at("draw_pool_withdraw", draw.slug, member.pk)
    assert desk.get(url).status_code == 200
    assert desk.post(url).status_code == 302
    assert not draw.pool.filter(pk=member.pk).exists()
    assert desk.get(url).status_code == 404
    pdf = desk.get(at("draw_letters", draw.slug))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    draw.pool.all().delete()
    assert desk.get(at("draw_letters", draw.slug)).status_code == 409


def test_a_pool_is_shown_against_what_is_asked(desk, draw, constant_queries):
    draw.quotas.filter(value="moins de 30").update(minimum=3, maximum=6)
    for member in draw.pool.filter(answers__value="moins de 30").order_by("pk")[:6]:
        member.delete()
    told = desk.get(at("draw_pool", draw.slug)).context
    assert [[bar.value for bar in chart.bars] for chart in told["charts"]] == [[9, 9], [2, 16]]
    assert [(feature, one.value, one.missing) for feature, one in told["lacks"]] == [("âge", "moins de 30", 1)]
    found = desk.get(at("draw_pool", draw.slug) + "?q=nom10").context["lines"]
    assert [one.last_name for one, _answers, _url in found] == ["Nom10"]
    constant_queries(desk, at("draw_pool", draw.slug), lambda: make_pool(draw, 20, homes=("1 rue", "1 rue")))


def test_lists_ask_the_same_number_of_questions(desk, college, published, constant_queries):
    constant_queries(desk, at("draws"), lambda: [make_pool(make_draw(college, piste=SLUG), 2) for _n in range(3)])
    hold(desk, published)
    constant_queries(
        desk,
        at("draw_panel", published.slug),
        lambda: desk.post(desk.get(at("draw_panel", published.slug)).context["lines"][0]["replace"], {"why": "other"}),
    )


def test_the_day_refuses_step_by_step_and_keeps_what_was_typed(desk, published):
    url = at("draw_day", published.slug)
    for dice in ("", "4", "quatre"):
        refused = desk.post(url, {"etape": "des", "des": dice})
        assert (refused.status_code, refused.context["step"]) == (422, "des")
    source = published_source = f"drand:{published.round}"
    early = desk.post(url, {"etape": "source", "des": "4-1-6", "source": source, "valeur": RANDOMNESS})
    assert (early.status_code, early.context["step"]) == (422, "source")
    everything = {"etape": "tirer", "des": "4-1-6", "source": source, "valeur": RANDOMNESS}
    assert desk.post(url, everything).status_code == 422
    with clock.travelling(published.drawn_from + timedelta(minutes=5)):
        short = desk.post(url, {"etape": "source", "des": "4-1-6", "source": source, "valeur": "5e5e"})
        assert short.status_code == 422
        assert "5e5e" in short.content.decode() and short.context["said"].des == "4-1-6"
        silent = {"etape": "source", "des": "4-1-6", "source": "Loto de samedi", "valeur": "4 8 15"}
        assert desk.post(url, silent).status_code == 422
        assert desk.post(url, {**silent, "source": "ailleurs"}).status_code == 422
        again = desk.post(url, {**everything, "des": "4"})
        assert (again.status_code, again.context["step"]) == (422, "des")
    published.refresh_from_db()
    assert (published.state, published_source) == (Draw.State.COMMITTED, source)


def test_a_silent_source_gives_way_in_public_with_its_reason(desk, published, stranger):
    answer = hold(
        desk, published, source="Loto de samedi", valeur="4 8 15 16 23 42", pourquoi="Le réseau drand ne répond pas."
    )
    assert answer.status_code == 302
    published.refresh_from_db()
    assert published.heard == "Loto de samedi:4 8 15 16 23 42"
    for name in ("draw_page", "draw_screen"):
        read = stranger.get(reverse(f"{SLUG}_public:{name}", args=[published.slug])).content.decode()
        assert "Le réseau drand ne répond pas." in read


def test_a_die_is_taken_back_and_pages_read_again_change_nothing(desk, published):
    url = at("draw_day", published.slug)
    here = desk.post(url, {"etape": "des", "des": "4-1", "effacer": "1"})["Location"]
    assert desk.get(here).context["said"].des == "4"
    assert desk.get(here).context["said"].des == "4"
    assert desk.post(url, {"etape": "des", "des": "4", "face": "7"}).status_code == 422


def test_a_panel_is_drawn_once_and_nothing_is_held_before_the_publication(desk, draw, town):
    assert desk.get(at("draw_day", draw.slug)).status_code == 200
    assert desk.get(at("draw_panel", draw.slug)).status_code == 302
    committed(make_keeper(town.hall), draw)
    assert desk.post(at("draw_quotas", draw.slug), grid(*QUOTAS)).status_code == 409
    assert desk.post(at("draw_commit", draw.slug), {"read": "on"}).status_code == 409
    assert desk.get(at("draw_commit", draw.slug)).status_code == 302
    hold(desk, draw)
    panel = draws_public.panel_now(draw)
    again = desk.post(at("draw_day", draw.slug), {"etape": "tirer", "des": "1-1-1", "valeur": RANDOMNESS})
    assert again.status_code == 200
    draw.refresh_from_db()
    assert draws_public.panel_now(draw) == panel


def test_publishing_asks_for_a_yes_and_says_what_is_missing(desk, college):
    draw = make_draw(college, piste=SLUG, quotas=QUOTAS)
    make_pool(draw, 3)
    url = at("draw_commit", draw.slug)
    assert desk.get(url).status_code == 200
    assert desk.post(url, {}).status_code == 422
    assert desk.post(url, {"read": "on"}).status_code == 422
    draw.refresh_from_db()
    assert draw.state == Draw.State.PREPARING


def test_whoever_declined_is_replaced_from_the_panel_page(desk, published, town):
    hold(desk, published)
    seat = published.college.held.order_by("pk").first()
    seats.do_answer_seat(actor=make_keeper(town.hall), seat=seat, yes=False)
    line = next(one for one in desk.get(at("draw_panel", published.slug)).context["lines"] if one["gone"])
    assert desk.post(line["replace"], {}).status_code == 422
    assert desk.post(line["replace"], {"why": "not_wished"}).status_code == 302
    seat.refresh_from_db()
    assert seat.replaced_by.state == Seat.State.ASKED
    assert desk.get(line["replace"]).status_code == 404
    assert desk.post(at("draw_ask", published.slug)).status_code == 302


def test_a_draw_needs_a_college_filled_by_lot_and_terms_that_hold(desk, town):
    assert desk.get(at("draw_new")).status_code == 200
    body = make_body(town.hall, piste=SLUG)
    make_college(body, name="Élus", by="election")
    assert "college" not in (desk.get(at("draw_new")).context.get("form") or {})
    college = make_college(body, name="Habitants", seats=9)
    first = desk.get(at("draw_new") + f"?college={college.pk}").context["form"]
    assert (first["college"].value(), first["size"].value()) == (college.pk, 9)
    assert desk.get(at("draw_new") + "?college=0").status_code == 404
    typed = {
        "college": college.pk,
        "title": "Tirage",
        "size": 9,
        "drawn_from": local(clock.now() - timedelta(days=1)),
        "second_source": "Loto",
        "erase_on": (clock.today() + timedelta(days=9)).isoformat(),
    }
    assert desk.post(at("draw_new"), typed).status_code == 422
    later = {**typed, "drawn_from": local(clock.now() + timedelta(days=1))}
    assert desk.post(at("draw_new"), {**later, "second_source": "Loto : samedi"}).status_code == 422
    assert desk.post(at("draw_new"), later).status_code == 302
    draw = Draw.objects.get()
    assert desk.post(at("draw_write", draw.slug), {**later, "size": 5}).status_code == 302
    draw.refresh_from_db()
    assert draw.size == 5


def test_the_officer_of_another_organisation_finds_nothing(desk, town, published, partner, stranger, resident):
    hold(desk, published)
    elsewhere = signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association))
    member = published.pool.get(pseudonym=draws_public.panel_now(published)[0])
    one = [published.slug]
    pages = {
        "draw": one,
        "draw_write": one,
        "draw_progress": one,
        "draw_quotas": one,
        "draw_quotas_sheet": one,
        "draw_pool": one,
        "draw_pool_sheet": one,
        "draw_pool_new": one,
        "draw_pool_withdraw": [published.slug, member.pk],
        "draw_letters": one,
        "draw_day": one,
        "draw_panel": one,
        "draw_replace": [published.slug, member.pk],
        "draw_erase": one,
    }
    for name, args in pages.items():
        url = at(name, *args)
        assert desk.get(url).status_code == 200, name
        for other in (elsewhere, partner, signed_in(resident)):
            assert other.get(url).status_code == 404, name
            assert other.post(url, {}).status_code in {404, 405}, name
        assert stranger.get(url).status_code == 302, name
    assert elsewhere.get(at("draws")).context["lines"] == []
    assert draws_day.seat_of(published, member).state == Seat.State.ASKED
