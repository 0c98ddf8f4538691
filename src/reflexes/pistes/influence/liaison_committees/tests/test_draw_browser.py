"""A draw read on a telephone and on a wide screen: axe finds nothing, and long seals never widen the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_body, make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.factories_votes import make_keeper
from reflexes.mechanisms.assembly.services import draws_day
from reflexes.mechanisms.directory.factories import make_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [320, 1280])
def test_a_drawn_panel_and_one_s_own_line_are_read_on_any_screen(
    live_server: Any, page: Any, assert_accessible: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    hall = make_organisation("Ville")
    keeper, piste = make_keeper(hall), "liaison_committees"
    draw = make_draw(make_college(make_body(hall, piste=piste)), piste=piste)
    member = make_pool(draw, 12)[0]
    committed(keeper, draw)
    with clock.travelling(draw.drawn_from + timedelta(minutes=5)):
        draws_day.do_draw(actor=keeper, draw=draw, value=RANDOMNESS, dice="4 7 1")
    page.goto(live_server.url + reverse(f"{piste}_public:draw_page", args=[draw.slug]))
    assert_accessible(page)
    page.goto(live_server.url + reverse(f"{piste}_public:draw_line", args=[draw.slug]))
    page.get_by_label("Le code de votre courrier").fill(member.pseudonym)
    page.get_by_role("button", name="Montrer ma ligne").click()
    page.get_by_text("Pour vérifier sans nous").wait_for()
    assert_accessible(page)
