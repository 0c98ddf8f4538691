"""Components, one by one: names for readers, roles kept, nothing from a person taken as markup."""

import re
from datetime import date

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from reflexes.web import drawing
from reflexes.web.parts import Bar, BarChart, Point, Stack, StackedChart, Tab

ATTACK = "<script>alert(1)</script>"
DAY = date(2026, 11, 24)


def draw(source: str, **facts: object) -> str:
    request = RequestFactory().get(str(facts.pop("address", "/")))
    with translation.override("fr"):
        return Template(source).render(Context({"request": request, **facts}))


def test_a_table_keeps_its_words_and_roles_when_it_becomes_cards() -> None:
    html = draw(
        "{% table caption='Besoins' %}<thead><tr><th>Quoi</th><th class='num'>Places</th></tr></thead>"
        "<tbody><tr><th scope='row'>Colis</th><td class='num'>3</td></tr></tbody>{% endtable %}"
    )
    assert 'data-label="Places" class=' in html
    assert html.count('role="columnheader"') == 2
    assert html.count('role="row"') == 2
    assert 'role="rowheader"' in html
    assert "<caption" in html


def test_a_table_does_not_take_a_name_for_markup() -> None:
    html = draw(
        "{% table caption=name %}<thead><tr><th>{{ name }}</th></tr></thead>"
        "<tbody><tr><td>{{ name }}</td></tr></tbody>{% endtable %}",
        name=ATTACK,
    )
    assert "<script>" not in html


@pytest.mark.parametrize(
    "source",
    [
        "{% waiting who=bad action=bad href='/' phone=bad %}{{ bad }}{% endwaiting %}",
        "{% empty bad %}{{ bad }}{% endempty %}",
        "{% callout title=bad %}{{ bad }}{% endcallout %}",
        "{% more label=bad %}{{ bad }}{% endmore %}",
        "{% dialog key='one' label=bad title=bad %}{{ bad }}{% enddialog %}",
        "{% quotation who=bad %}{{ bad }}{% endquotation %}",
        "{% badge 'waits' bad %}",
        "{% stat bad bad bad day %}",
        "{% progress 1 2 bad detail=bad url=bad cancel_url=bad %}",
        "{% tabs tabs bad %}",
        "{% stepper steps 1 %}",
        "{% bars chart %}",
        "{% stacked_bars stacked %}",
        "{% place_map points bad %}",
        "{% post_button bad bad %}",
    ],
)
def test_nothing_from_a_person_is_taken_as_markup(source: str) -> None:
    html = draw(
        source,
        bad=ATTACK,
        day=DAY,
        tabs=[Tab(ATTACK, ATTACK)],
        steps=[ATTACK],
        chart=BarChart(ATTACK, [Bar(ATTACK, 3, ATTACK)], ATTACK, DAY),
        stacked=StackedChart(ATTACK, [ATTACK], [Stack(ATTACK, [3])], ATTACK, DAY),
        points=[Point(ATTACK, 45.1, 5.7, ATTACK, ATTACK)],
    )
    assert "<script" not in html
    assert "&lt;script" in html


def test_a_line_that_waits_says_since_when_who_and_what_to_do() -> None:
    html = draw("{% waiting since=day who='Karim' href='/x' action='Répondre' %}Trois offres{% endwaiting %}", day=DAY)
    assert "Trois offres" in html
    assert "Karim" in html
    assert 'href="/x"' in html
    assert 'title="mardi 24 novembre 2026"' in html


def test_a_state_is_told_by_icon_and_word() -> None:
    html = draw("{% badge 'waits' 'en attente' %}")
    assert "<svg" in html
    assert "en attente" in html


def test_the_step_one_is_at_is_named_for_readers() -> None:
    html = draw("{% stepper steps 2 %}", steps=["Quoi", "Où", "Quand"])
    assert html.count('aria-current="step"') == 1
    assert "Étape 2 sur 3 : Où" in html


def test_the_pages_of_a_list_keep_its_filters() -> None:
    page = Paginator(range(100), 10).get_page(3)
    html = draw("{% pagination page %}", page=page, address="/liste/?mots=colis&page=3")
    assert 'href="?mots=colis&amp;page=4"' in html
    assert html.count('aria-current="page"') == 1


def test_a_list_of_one_page_has_no_pages() -> None:
    assert draw("{% pagination page %}", page=Paginator(range(3), 10).get_page(1)).strip() == ""


def test_a_number_says_its_source_and_its_date() -> None:
    html = draw("{% stat 1284 'demi-journées' 'missions' day href='/x' %}", day=DAY)
    assert re.search(r"1\s284", html)
    assert "Source : missions, mardi 24 novembre 2026." in html


def test_work_that_is_over_asks_no_more() -> None:
    assert "hx-get" in draw("{% progress 1 4 'En cours' url='/suite/' %}")
    assert "hx-get" not in draw("{% progress 4 4 'Prêt' url='/suite/' %}")


def test_bars_are_as_long_as_their_values() -> None:
    drawn = drawing.bars_of(BarChart("", [Bar("a", 40), Bar("b", 10), Bar("c", 0)], "", DAY))
    assert [each.width for each in drawn] == [100, 25, 0]


def test_the_parts_of_a_bar_touch_and_leave_out_nothing() -> None:
    [stack] = drawing.stacks_of(StackedChart("", ["a", "b", "c"], [Stack("x", [6, 0, 2])], "", DAY))
    assert [(part.number, part.x, part.width) for part in stack.parts] == [(1, 0, 75), (3, 75, 25)]


def test_a_long_figure_stands_only_where_it_has_room() -> None:
    [stack] = drawing.stacks_of(StackedChart("", ["a", "b", "c"], [Stack("x", [30_220, 18_756, 1_024])], "", DAY))
    assert [(part.ground, part.figured) for part in stack.parts] == [(55, True), (55, True), (47, False)]


def test_charts_without_anything_to_count_are_drawn() -> None:
    assert drawing.bars_of(BarChart("", [Bar("a", 0)], "", DAY))[0].width == 0
    assert drawing.stacks_of(StackedChart("", ["a"], [Stack("x", [0])], "", DAY))[0].parts == []


def test_every_figure_of_a_drawing_is_also_in_a_table() -> None:
    chart = StackedChart("Semaine", ["faites", "prévues"], [Stack("lundi", [7, 1234])], "missions", DAY)
    html = draw("{% stacked_bars chart %}", chart=chart)
    table = html[html.index("<table") :]
    assert ">7<" in table
    assert re.search(r">1\s234<", table)


def test_the_scale_of_a_map_is_true() -> None:
    # 0.1 degree of latitude is 11.132 km, wherever one is.
    drawn = drawing.map_of([Point("nord", 45.2, 5.7), Point("sud", 45.1, 5.7)])
    north, south = drawn.points
    km_by_unit = 11.132 / (south.y - north.y)
    assert drawn.scale_width * km_by_unit == pytest.approx(drawn.scale_km, rel=0.02)


def test_a_map_of_one_place_and_of_none_is_drawn() -> None:
    assert drawing.map_of([Point("seul", 45.2, 5.7)]).points[0].number == 1
    assert "Aucun lieu à montrer" in draw("{% place_map points 'Où' %}", points=[])


def test_east_is_right_and_north_is_up() -> None:
    west_south, east_north = drawing.map_of([Point("a", 45.1, 5.6), Point("b", 45.2, 5.8)]).points
    assert west_south.x < east_north.x
    assert west_south.y > east_north.y


def test_names_on_a_map_never_cross() -> None:
    crowd = [Point(f"Un lieu au nom long {n}", 45.1 + n / 900, 5.6) for n in range(9)]
    apart = [Point("À part", 45.3, 5.9)]
    drawn = drawing.map_of([*crowd, *apart])
    assert len(drawn.points) == 10
    assert any(not each.named for each in drawn.points)
    assert any(each.named for each in drawn.points)
