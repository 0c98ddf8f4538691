"""A panel is drawn in the open: same pool and same seed, same draw; balances shown; replacements are public (P01 (1))."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation

from reflexes.core import clock, registry
from reflexes.core.acting import STRANGER
from reflexes.core.outbox.handlers import handler_of
from reflexes.core.outbox.models import Job
from reflexes.engines.lottery import verify_draw
from reflexes.mechanisms.assembly import perms_draws
from reflexes.mechanisms.assembly.factories import make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.models import Draw, Replacement, Seat
from reflexes.mechanisms.assembly.services import draws, draws_day, draws_plan, draws_public, draws_reserve, pool, seats
from reflexes.mechanisms.assembly.services.draws import QuotaLine, Terms
from reflexes.mechanisms.assembly.tests.casting import Cast, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def draw(cast: Cast) -> Draw:
    """A draw ready to be published, in a college nobody sits in yet."""
    made = make_draw(make_college(cast.body, name="Tirés au sort"))
    make_pool(made)
    return made


@pytest.fixture
def in_french() -> Iterator[None]:
    with translation.override("fr"):
        yield


def do_draw(cast: Cast, draw: Draw, **said: str) -> Draw:
    with clock.travelling(draw.drawn_from + timedelta(minutes=5)):
        return draws_day.do_draw(actor=cast.keeper, draw=draw, **{"value": RANDOMNESS, "dice": "4 7 1", **said})


def terms(**fields: object) -> Terms:
    values = {
        "title": "Comité des marchés",
        "size": 6,
        "drawn_from": clock.now() + timedelta(days=2),
        "erase_on": clock.today() + timedelta(days=60),
        "second_source": "Loto du 28 novembre 2026",
        **fields,
    }
    return Terms(**values)  # type: ignore[arg-type]


def record_of(draw: Draw) -> dict:
    return json.loads(draws_public.public_record(draw))


def verified(draw: Draw, folder: Path) -> tuple[int, str]:
    """Return what the stand-alone script says of the published record, in a process of its own, outside the house."""
    script, file = folder / "verify_draw.py", folder / "tirage.json"
    script.write_bytes(Path(verify_draw.__file__).read_bytes())
    file.write_bytes(draws_public.public_record(draw))
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, cwd=folder, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_p01_accept_1_the_same_pool_and_the_same_seed_give_the_same_draw(cast: Cast, draw: Draw) -> None:
    committed(cast.keeper, draw)
    published = json.loads(draw.record)
    do_draw(cast, draw)
    # Whoever has the record published beforehand and what chance said finds the same panel, in any order of lines.
    again = json.loads(draw.record)
    random.Random(4).shuffle(published["pool"])
    from reflexes.engines import lottery

    assert lottery.drawn(published, again["draw"]["said"], again["draw"]["silent"])["draw"] == again["draw"]
    other = lottery.drawn(published, [f"drand:{draw.round}:{RANDOMNESS}", "dice:4-7-2"], [[], []])
    assert other["draw"]["panel"] != again["draw"]["panel"]
    assert draw.digest == published["commitment"] == again["commitment"]


def test_p01_accept_1_the_balances_sought_stand_beside_those_obtained(cast: Cast, draw: Draw) -> None:
    committed(cast.keeper, draw)
    before = draws_public.strata(draw)
    assert [(one.value, one.minimum, one.maximum, one.pool, one.drawn) for one in before] == [
        ("femme", 3, 3, 12, None),
        ("homme", 3, 3, 12, None),
        ("moins de 30", 2, 4, 8, None),
        ("30 et plus", 2, 4, 16, None),
    ]
    do_draw(cast, draw)
    after = draws_public.strata(draw)
    assert all(one.minimum <= one.drawn <= one.maximum for one in after if one.drawn is not None)
    answers = dict.fromkeys(("femme", "homme", "moins de 30", "30 et plus"), 0)
    for member in draw.pool.filter(pseudonym__in=draws_public.panel_now(draw)).prefetch_related("answers"):
        for answer in member.answers.all():
            answers[answer.value] += 1
    assert {one.value: one.now for one in after} == answers


def test_p01_accept_1_a_replacement_is_a_public_line(cast: Cast, draw: Draw, tmp_path: Path) -> None:
    do_draw(cast, committed(cast.keeper, draw))
    left = draws_public.panel_now(draw)[0]
    line = draws_reserve.do_replace_from_reserve(actor=cast.keeper, draw=draw, pseudonym=left, why=Seat.Why.MOVED)
    assert (line.left, line.why) == (left, "moved")
    assert line.came not in {"", left}
    assert line.came in draws_public.panel_now(draw)
    assert left not in draws_public.panel_now(draw)
    public = record_of(draw)["departures"]
    assert public == [{"left": left, "reason": "moved", "came": line.came, "rank": line.rank, "manner": line.manner}]
    assert len(told("drawn_replaced")) == 1
    code, words = verified(draw, tmp_path)
    assert code == 0, words


def test_the_public_record_is_verified_by_a_script_that_knows_nothing_of_us(
    cast: Cast, draw: Draw, tmp_path: Path
) -> None:
    committed(cast.keeper, draw)
    assert verified(draw, tmp_path)[0] == 0
    do_draw(cast, draw)
    assert verified(draw, tmp_path)[0] == 0
    forged = json.loads(draw.record)
    panel = forged["draw"]["panel"]
    outsider = next(line[0] for line in forged["pool"] if line[0] not in panel)
    forged["draw"]["panel"] = [outsider, *panel[1:]]
    draw.record = json.dumps(forged)
    assert verified(draw, tmp_path)[0] == 1


def test_the_record_names_nobody(cast: Cast, draw: Draw) -> None:
    do_draw(cast, committed(cast.keeper, draw))
    text = draws_public.public_record(draw).decode()
    for member in draw.pool.all():
        assert member.last_name not in text
        assert member.email not in text


def test_nothing_changes_once_the_tickets_are_asked_for(cast: Cast, draw: Draw) -> None:
    draws_plan.do_commit(actor=cast.keeper, draw=draw)
    assert draw.state == Draw.State.COMPUTING
    coming = pool.Coming(answers={"sexe": "femme", "âge": "30 et plus"}, last_name="Klein", phone="06 39 98 00 01")
    refused("committed", pool.do_add_member, actor=cast.keeper, draw=draw, coming=coming, channel="phone")
    lines = [QuotaLine("sexe", "femme", 6, 6)]
    refused("committed", draws.do_write_quotas, actor=cast.keeper, draw=draw, quotas=lines)
    refused("committed", draws.do_change_draw, actor=cast.keeper, draw=draw, terms=terms())
    refused("committed", draws_plan.do_commit, actor=cast.keeper, draw=draw)
    refused("computing", pool.do_withdraw_member, actor=cast.keeper, member=draw.pool.first())
    assert handler_of("assembly.draw_plan").long
    asked = Job.objects.get(kind="assembly.draw_plan").payload["draw"]
    renewed: list[bool] = []
    draws_plan.compute(asked, renew=lambda: renewed.append(True))
    draws_plan.compute(asked)
    assert renewed
    draw.refresh_from_db()
    assert (draw.state, len(draw.digest)) == (Draw.State.COMMITTED, 64)
    assert [one.params["digest"] for one in told("draw_committed")] == [draw.digest]


def test_a_draw_is_made_once_and_never_before_its_moment(cast: Cast, draw: Draw) -> None:
    said = {"actor": cast.keeper, "draw": draw, "value": RANDOMNESS, "dice": "4-7-1"}
    refused("not_published", draws_day.do_draw, **said)
    committed(cast.keeper, draw)
    refused("too_early", draws_day.do_draw, **said)
    do_draw(cast, draw)
    panel = draws_public.panel_now(draw)
    with clock.travelling(draw.drawn_from + timedelta(days=1)):
        refused("already_drawn", draws_day.do_draw, **{**said, "dice": "1-1-1"})
    assert draws_public.panel_now(draw) == panel
    assert len(told("draw_drawn")) == 1


def test_what_chance_said_is_read_or_refused_in_one_sentence(cast: Cast, draw: Draw) -> None:
    committed(cast.keeper, draw)
    for wrong in ("", "5e5e", RANDOMNESS + "0", "zz" * 32):
        refused("value", do_draw, cast=cast, draw=draw, value=wrong)
    for wrong in ("", "4", "4 7", "quatre sept un", "4:7:1", "9" * 41):
        refused("dice", do_draw, cast=cast, draw=draw, dice=wrong)
    refused("source", do_draw, cast=cast, draw=draw, heard="dice")
    do_draw(cast, draw, value=f" {RANDOMNESS.upper()} ", dice="4, 7 – 1")
    assert record_of(draw)["draw"]["said"] == [f"drand:{draw.round}:{RANDOMNESS}", "dice:4-7-1"]


def test_a_source_that_never_answers_gives_way_to_the_next_round_with_its_reason(
    cast: Cast, draw: Draw, tmp_path: Path
) -> None:
    committed(cast.keeper, draw)
    following = draws_day.sources_heard(draw)[1]
    refused("why_silent", do_draw, cast=cast, draw=draw, heard=following)
    # The next round comes an hour later: nobody knows it yet.
    refused("too_early", do_draw, cast=cast, draw=draw, heard=following, why_silent="Le réseau était coupé.")
    with clock.travelling(draw.drawn_from + timedelta(hours=1, minutes=1)):
        draws_day.do_draw(
            actor=cast.keeper, draw=draw, value=RANDOMNESS, dice="471 2 3", heard=following, why_silent="Réseau coupé."
        )
    assert record_of(draw)["draw"]["silent"] == [[f"drand:{draw.round}"], []]
    assert (draw.why_silent, told("draw_drawn")[0].reason) == ("Réseau coupé.", "Réseau coupé.")
    assert verified(draw, tmp_path)[0] == 0


def test_when_drand_never_answers_the_second_source_speaks(cast: Cast, draw: Draw, tmp_path: Path) -> None:
    committed(cast.keeper, draw)
    do_draw(cast, draw, heard="Loto de samedi", value="4 8 15 16 23 42", why_silent="drand ne répond pas.")
    assert draw.heard == "Loto de samedi:4 8 15 16 23 42"
    assert verified(draw, tmp_path)[0] == 0


@pytest.mark.usefixtures("in_french")
def test_impossible_quotas_get_the_smallest_change_and_nothing_is_published(cast: Cast) -> None:
    quotas = (
        ("sexe", "femme", 3, 3),
        ("sexe", "homme", 3, 3),
        ("âge", "moins de 30", 5, 6),
        ("âge", "30 et plus", 0, 1),
    )
    draw = make_draw(make_college(cast.body), quotas=quotas)
    make_pool(draw, 9)  # three under thirty
    committed(cast.keeper, draw)
    assert (draw.state, draw.trouble, draw.record, draw.digest) == ("preparing", "impossible", "", "")
    first, *changes = draws_plan.advice(draw)
    assert first == "Aucun panel de 6 personnes ne respecte tous les quotas. Le plus petit changement qui suffirait :"
    assert changes == [
        "baisser le minimum de « moins de 30 » (âge) de 5 à 3.",
        "relever le maximum de « 30 et plus » (âge) de 1 à 3.",
    ]
    assert told("tickets_refused")[0].params["why"] == "impossible"
    with pytest.raises(Http404):
        perms_draws.access_draw(STRANGER, draw.slug)
    lines = [QuotaLine("sexe", "femme", 3, 3), QuotaLine("sexe", "homme", 3, 3)]
    lines += [QuotaLine("âge", "moins de 30", 3, 6), QuotaLine("âge", "30 et plus", 0, 3)]
    draws.do_write_quotas(actor=cast.keeper, draw=draw, quotas=lines)
    assert draws_plan.advice(draw) == []
    assert committed(cast.keeper, draw).state == Draw.State.COMMITTED


def test_a_family_of_twins_never_sits_twice(cast: Cast) -> None:
    quotas = (
        ("sexe", "femme", 0, 6),
        ("sexe", "homme", 0, 6),
        ("âge", "moins de 30", 0, 6),
        ("âge", "30 et plus", 0, 6),
    )
    draw = make_draw(make_college(cast.body), quotas=quotas, size=5)
    twins = {one.pseudonym for one in make_pool(draw, 6, homes=("1 rue Bleue", "1 RUE BLEUE"))[:2]}
    committed(cast.keeper, draw)
    do_draw(cast, draw)
    assert len(twins & set(draws_public.panel_now(draw))) == 1
    # The other twin is the whole reserve, and cannot sit beside the first.
    leaving = next(one for one in draws_public.panel_now(draw) if one not in twins)
    line = draws_reserve.do_replace_from_reserve(actor=cast.keeper, draw=draw, pseudonym=leaving, why="other")
    assert (line.came, line.manner) == ("", "nobody")


@pytest.mark.usefixtures("in_french")
def test_a_pool_of_one_family_too_many_is_told_before_anything_is_published(cast: Cast) -> None:
    draw = make_draw(make_college(cast.body), size=6)
    make_pool(draw, 6, homes=("1 rue Bleue", "1 rue Bleue"))
    committed(cast.keeper, draw)
    assert (draw.state, draw.trouble) == (Draw.State.PREPARING, Draw.Trouble.TOO_SMALL)
    assert draws_plan.advice(draw)[0].startswith("À raison d’une personne au plus par foyer")


def test_the_morning_of_the_session_the_next_of_the_reserve_is_asked_to_sit(cast: Cast, draw: Draw) -> None:
    do_draw(cast, committed(cast.keeper, draw))
    left = draw.pool.get(pseudonym=draws_public.panel_now(draw)[0])
    seat = Seat.objects.get(person=left.person)
    seats.do_answer_seat(actor=cast.keeper, seat=seat, yes=True)
    line = draws_reserve.do_replace_from_reserve(
        actor=cast.keeper, draw=draw, pseudonym=left.pseudonym, why="unavailable"
    )
    seat.refresh_from_db()
    came = draw.pool.get(pseudonym=line.came)
    assert (seat.state, seat.why_left) == (Seat.State.LEFT, "unavailable")
    assert (seat.replaced_by.person, seat.replaced_by.state) == (came.person, Seat.State.ASKED)
    assert draw.college.held.filter(state__in=("asked", "held")).count() == 6
    again = {"actor": cast.keeper, "draw": draw, "pseudonym": left.pseudonym, "why": "other"}
    refused("departure", draws_reserve.do_replace_from_reserve, **again)
    refused("why_unknown", draws_reserve.do_replace_from_reserve, **{**again, "why": "malade"})


def test_whoever_declined_their_seat_is_replaced_all_the_same(cast: Cast, draw: Draw) -> None:
    do_draw(cast, committed(cast.keeper, draw))
    left = draw.pool.get(pseudonym=draws_public.panel_now(draw)[2])
    seat = Seat.objects.get(person=left.person)
    seats.do_answer_seat(actor=cast.keeper, seat=seat, yes=False)
    draws_reserve.do_replace_from_reserve(actor=cast.keeper, draw=draw, pseudonym=left.pseudonym, why="not_wished")
    seat.refresh_from_db()
    assert seat.replaced_by.state == Seat.State.ASKED


def test_everybody_drawn_is_asked_to_sit_and_nobody_is_seated_unasked(cast: Cast, draw: Draw) -> None:
    people = Person.objects.count()
    do_draw(cast, committed(cast.keeper, draw))
    held = draw.college.held.all()
    assert {one.state for one in held} == {Seat.State.ASKED}
    assert len(held) == 6 == Person.objects.count() - people
    assert draws_day.do_ask_panel(actor=cast.keeper, draw=draw) == []
    assert draw.college.held.count() == 6


def test_the_draw_stands_when_the_college_has_too_few_seats(cast: Cast) -> None:
    draw = make_draw(make_college(cast.body, seats=4))
    make_pool(draw)
    do_draw(cast, committed(cast.keeper, draw))
    assert len(draws_public.panel_now(draw)) == 6
    left_out = draws_day.do_ask_panel(actor=cast.keeper, draw=draw)
    assert len(left_out) == 2
    assert all(reason.endswith(".") for _pseudonym, reason in left_out)
    draw.college.seats = 6
    draw.college.save()
    draw.refresh_from_db()
    assert draws_day.do_ask_panel(actor=cast.keeper, draw=draw) == []


def test_whoever_withdraws_after_the_publication_keeps_a_pseudonym_and_never_sits(cast: Cast) -> None:
    draw = make_draw(make_college(cast.body))
    make_pool(draw, 12)
    committed(cast.keeper, draw)
    for member in draw.pool.order_by("pseudonym")[:4]:
        pool.do_withdraw_member(actor=cast.keeper, member=member)
    gone = set(draw.pool.filter(withdrawn_at__isnull=False).values_list("pseudonym", flat=True))
    assert len(gone) == 4
    assert not any(one.last_name or one.email or one.answers.exists() for one in draw.pool.filter(pseudonym__in=gone))
    do_draw(cast, draw)
    assert not gone & set(draws_public.panel_now(draw))
    assert set(Replacement.objects.values_list("left", flat=True)) <= gone
    assert verify_draw.holds(verify_draw.verify(record_of(draw)))


def test_a_record_is_not_published_once_chance_has_spoken(cast: Cast, draw: Draw) -> None:
    draws_plan.do_commit(actor=cast.keeper, draw=draw)
    with clock.travelling(draw.drawn_from + timedelta(seconds=1)):
        draws_plan.compute(draw.pk)
        draw.refresh_from_db()
        assert (draw.state, draw.trouble, draw.record) == (Draw.State.PREPARING, Draw.Trouble.TOO_LATE, "")
        refused("too_late", draws_plan.do_commit, actor=cast.keeper, draw=draw)
        later = terms(drawn_from=clock.now() + timedelta(days=1), erase_on=clock.today() + timedelta(days=9))
        draws.do_change_draw(actor=cast.keeper, draw=draw, terms=later)
        assert committed(cast.keeper, draw).state == Draw.State.COMMITTED


def test_somebody_checks_their_own_line_with_the_code_of_their_letter(cast: Cast, draw: Draw) -> None:
    committed(cast.keeper, draw)
    member = draw.pool.order_by("pseudonym").first()
    typed = f" {member.pseudonym[:4].lower()}-{member.pseudonym[4:8]} {member.pseudonym[8:]} "
    line = draws_public.my_line(draw, typed)
    assert (line.pseudonym, line.sits) == (member.pseudonym, False)
    assert line.answers == [(one.feature, one.value) for one in member.answers.all()]
    assert draws_public.chances(draw).least <= line.chance < 1
    assert verify_draw.follows(line.proof, line.root)
    assert not verify_draw.follows({**line.proof, "line": [member.pseudonym, 99, ""]}, line.root)
    refused("mistyped", lambda: draws_public.my_line(draw, member.pseudonym[:-1]))
    other = make_draw(make_college(cast.body))
    stranger = make_pool(other, 1)[0]
    refused("nobody", lambda: draws_public.my_line(draw, stranger.pseudonym))


def test_in_a_small_place_only_the_lines_of_those_drawn_are_published(cast: Cast, tmp_path: Path) -> None:
    draw = make_draw(make_college(cast.body), sealed=True)
    make_pool(draw)
    committed(cast.keeper, draw)
    assert "pool" not in record_of(draw)
    assert verified(draw, tmp_path)[0] == 0
    do_draw(cast, draw)
    public = record_of(draw)
    assert [one["line"][0] for one in public["opened"]] == draws_public.panel_now(draw)
    assert "pool" not in public
    assert verified(draw, tmp_path)[0] == 0
    # Whoever was not drawn still checks their own line.
    other = next(one for one in draw.pool.all() if one.pseudonym not in draws_public.panel_now(draw))
    assert verify_draw.follows(draws_public.my_line(draw, other.pseudonym).proof, public["plan"]["pool"]["root"])


def test_only_the_officers_of_the_organisation_prepare_and_the_public_reads_once_published(
    cast: Cast, draw: Draw
) -> None:
    for other in cast.others:
        with pytest.raises(Http404):
            perms_draws.access_draw(other, draw.slug)
        for act, said in (
            (draws_plan.do_commit, {}),
            (draws.do_change_draw, {"terms": terms()}),
            (draws_day.do_draw, {"value": RANDOMNESS, "dice": "4-7-1"}),
            (draws_reserve.do_replace_from_reserve, {"pseudonym": "x", "why": "other"}),
        ):
            with pytest.raises(PermissionDenied):
                act(actor=other, draw=draw, **said)
        with pytest.raises(PermissionDenied):
            perms_draws.access_member(other, draw, draw.pool.first().pk)
    committed(cast.keeper, draw)
    for other in cast.others:
        assert perms_draws.access_draw(other, draw.slug) == draw
        with pytest.raises(PermissionDenied):
            perms_draws.access_kept_draw(other, draw.slug)


def test_a_draw_says_its_size_its_moment_its_end_and_its_second_source(cast: Cast) -> None:
    said = {"actor": cast.keeper, "piste": registry.pistes()[0].slug, "body": cast.body}
    wrong = {
        "title_missing": {"title": "  "},
        "size": {"size": 0},
        "drawn_from": {"drawn_from": clock.now() - timedelta(minutes=1)},
        "erase_on": {"erase_on": clock.today()},
        "second_source": {"second_source": "Loto : samedi"},
    }
    for code, fields in wrong.items():
        refused(code, draws.do_prepare_draw, **said, terms=terms(**fields))
    made = draws.do_prepare_draw(**said, terms=terms())
    assert (made.slug, made.state) == ("comite-des-marches", Draw.State.PREPARING)
    assert draws.do_prepare_draw(**said, terms=terms()).slug == "comite-des-marches-2"
    refused("slug_taken", draws.do_prepare_draw, **said, terms=terms(), slug=made.slug)


def test_an_exercise_draws_its_own_pool_and_writes_nobody_in_the_directory(cast: Cast) -> None:
    from dataclasses import replace

    exercise = make_exercise()
    player = replace(cast.keeper, exercise_id=exercise.pk)
    draw = make_draw(make_college(cast.body), exercise=exercise)
    make_pool(draw)
    with pytest.raises(Http404):
        perms_draws.access_draw(cast.keeper, draw.slug)
    people = Person.objects.count()
    committed(player, draw)
    with clock.travelling(draw.drawn_from + timedelta(minutes=1)):
        draws_day.do_draw(actor=player, draw=draw, value=RANDOMNESS, dice="4-7-1")
    assert len(draws_public.panel_now(draw)) == 6
    assert Person.objects.count() == people
    assert draw.college.held.count() == 0
