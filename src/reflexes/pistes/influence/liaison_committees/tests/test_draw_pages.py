"""Everybody reads what a draw announces, what chance said and their own line, and checks it alone (P01; screens.md 10)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.engines.lottery import verify_draw
from reflexes.mechanisms.assembly.factories import make_body, make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.factories_votes import make_keeper
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import codes, draws_day, draws_public, draws_reserve, pool_erasure

pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(town) -> Draw:
    made = make_draw(make_college(make_body(town.hall, piste="liaison_committees")), piste="liaison_committees")
    make_pool(made, 12)
    return made


def address(draw: Draw, name: str = "draw_page") -> str:
    return reverse(f"liaison_committees_public:{name}", args=[draw.slug])


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_nothing_is_read_before_the_record_is_published(draw, member, partner, stranger) -> None:
    for reader in (member, partner, stranger):
        for name in ("draw_page", "draw_record", "draw_line"):
            assert reader.get(address(draw, name)).status_code == 404
        assert draw.title not in read(reader, reverse("liaison_committees_public:draws"))


def test_the_three_moments_of_a_draw_are_read_by_all(town, draw, member, partner, stranger) -> None:
    keeper = make_keeper(town.hall)
    committed(keeper, draw)
    for reader in (member, partner, stranger):
        shown = read(reader, address(draw))
        assert draw.digest in shown and f"drand:{draw.round}" in shown and "Loto de samedi" in shown
        assert "50,00 %" in shown
    with clock.travelling(draw.drawn_from + timedelta(minutes=5)):
        draws_day.do_draw(actor=keeper, draw=draw, value=RANDOMNESS, dice="4 7 1")
    panel = draws_public.panel_now(draw)
    line = draws_reserve.do_replace_from_reserve(actor=keeper, draw=draw, pseudonym=panel[0], why="moved")
    shown = read(stranger, address(draw))
    assert all(codes.shown(one) in shown for one in [*panel, line.came])
    assert "a déménagé" in shown and draw.seed in shown and "dice:4-7-1" in shown
    assert not any(member_.last_name in shown for member_ in draw.pool.all())
    pool_erasure.do_erase_pool(actor=keeper, draw=draw)
    assert codes.shown(line.came) in read(stranger, address(draw))
    record = json.loads(stranger.get(address(draw, "draw_record")).content)
    assert verify_draw.holds(verify_draw.verify(record))


def test_somebody_sees_their_own_line_and_takes_its_proof(town, draw, stranger) -> None:
    committed(make_keeper(town.hall), draw)
    member = draw.pool.order_by("pk")[0]
    url = address(draw, "draw_line")
    assert "12" in read(stranger, address(draw))
    shown = stranger.post(url, {"code": codes.shown(member.pseudonym).lower()})
    assert shown.status_code == 200
    said = shown.content.decode()
    assert codes.shown(member.pseudonym) in said and "moins de 30" in said
    for wrong in ("", member.pseudonym[:-1], codes.draw()):
        refused = stranger.post(url, {"code": wrong})
        assert refused.status_code == 422
        assert "moins de 30" not in refused.content.decode()
    assert member.pseudonym not in url
