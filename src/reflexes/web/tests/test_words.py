"""Ages, half-days, distances: the same thing in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from reflexes.core import clock
from reflexes.web import words
from tests.harness.words import plain

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "french", "english"),
    [
        (timedelta(seconds=20), "à l’instant", "just now"),
        (timedelta(minutes=1), "depuis 1 minute", "since 1 minute"),
        (timedelta(hours=5), "depuis 5 heures", "since 5 hours"),
        (timedelta(days=1), "depuis 1 jour", "since 1 day"),
        (timedelta(days=3, hours=7), "depuis 3 jours", "since 3 days"),
        (timedelta(days=20), "depuis 2 semaines", "since 2 weeks"),
        (timedelta(days=70), "depuis 2 mois", "since 2 months"),
        (timedelta(days=800), "depuis 2 ans", "since 2 years"),
        (timedelta(days=-3), "dans 3 jours", "in 3 days"),
    ],
)
def test_an_age_is_said_in_words(ago: timedelta, french: str, english: str) -> None:
    with clock.travelling(NOON):
        since = NOON - ago
        with translation.override("fr"):
            assert words.age_words(since) == french
        with translation.override("en"):
            assert words.age_words(since) == english


def test_an_age_follows_the_clock_of_the_exercise() -> None:
    with clock.travelling(NOON + timedelta(days=9)), translation.override("en"):
        assert words.age_words(NOON) == "since 9 days"


def test_the_age_of_a_day_counts_days() -> None:
    with clock.travelling(NOON), translation.override("fr"):
        assert words.age_words(date(2026, 11, 24)) == "depuis aujourd’hui"
        assert words.age_words(date(2026, 11, 21)) == "depuis 3 jours"


def test_a_delay_counts_days_as_people_do() -> None:
    with clock.travelling(NOON), translation.override("fr"):
        assert words.delay_words(NOON + timedelta(hours=47)) == "dans 2 jours"
        assert words.delay_words(date(2026, 11, 24)) == "aujourd’hui"


def test_a_half_day_is_said_in_words_with_its_whole_date_on_hover() -> None:
    template = Template("{{ day|half_day:'am' }}")
    with translation.override("fr"):
        shown = template.render(Context({"day": date(2026, 12, 1)}))
        assert ">mardi matin<" in shown
        assert 'title="mardi 1er décembre 2026, matin"' in shown
    with translation.override("en"):
        shown = template.render(Context({"day": date(2026, 12, 1)}))
        assert ">Tuesday morning<" in shown
        assert 'title="Tuesday 1 December 2026, morning"' in shown


@pytest.mark.parametrize(
    ("kilometres", "french"), [(0.83, "830 m"), (1.24, "1,2 km"), (2.0, "2 km"), (9.97, "10 km"), (34.6, "35 km")]
)
def test_a_distance_is_said_as_people_say_it(kilometres: float, french: str) -> None:
    with translation.override("fr"):
        assert words.km_words(kilometres) == french


def test_a_moment_is_written_in_the_time_of_the_site() -> None:
    with translation.override("fr"):
        assert words.full_date(NOON) == "mardi 24 novembre 2026 à 12 h 00"


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [(1_200_000, "12 000 €", "12,000 €"), (1_250, "12,50 €", "12.50 €"), (0, "0 €", "0 €")],
)
def test_euros_show_their_cents_only_when_they_have_some(cents: int, french: str, english: str) -> None:
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            assert plain(words.euros_words(cents)) == said
