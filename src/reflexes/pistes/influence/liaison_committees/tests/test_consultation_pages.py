"""A consultation at the desk: its channels change hands without losing a word, its days are said, its reach is read."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_body, make_consultation, make_contribution
from reflexes.mechanisms.assembly.models import Consultation
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.middleware import SESSION_KEY
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk
from tests.harness.cast import signed_in
from tests.harness.words import plain

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
PAGES = ("consultation", "channels", "channel", "prolong", "consultation_close")


@pytest.fixture
def body(town):
    return make_body(town.hall, piste=SLUG)


@pytest.fixture
def door(body) -> Consultation:
    return make_consultation(body=body, piste=SLUG, title="Les étals", main_words="Ici.", backup_words="03 88 00 00 00")


def said_by_all(client, door: Consultation) -> list[str]:
    return [one.words for one in client.get(reverse(f"{SLUG}_public:speak", args=[door.body.slug])).context["rows"]]


def say(client, door: Consultation, words: str) -> None:
    typed = {"client_key": str(uuid.uuid4()), "kind": "idea", "words": words}
    assert client.post(reverse(f"{SLUG}_public:speak", args=[door.body.slug]), typed).status_code == 302


def type_in(client, door: Consultation, words: str, channel: str = "phone") -> None:
    typed = {"client_key": str(uuid.uuid4()), "words": words, "channel": channel, "said_on": str(clock.today())}
    assert client.post(at("type", door.slug), typed).status_code == 302


def test_the_officer_opens_the_pages_of_a_consultation_and_nobody_else_does(desk, door, partner, stranger, town):
    elsewhere = signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association))
    other = make_consultation(piste="citizen_dialogue", organisation=door.organisation)
    for name in PAGES:
        assert desk.get(at(name, door.slug)).status_code == 200, name
        assert partner.get(at(name, door.slug)).status_code == 404, name
        assert elsewhere.get(at(name, door.slug)).status_code == 403, name
        assert stranger.get(at(name, door.slug)).status_code == 302, name
        assert desk.get(at(name, other.slug)).status_code == 404, name


def test_p11_accept_1_the_channel_switches_from_the_page_and_back_without_losing_a_word(desk, door, stranger):
    say(stranger, door, "Avant")
    assert desk.post(at("channel", door.slug), {"why": " "}).status_code == 422
    assert desk.post(at("channel", door.slug), {"why": "Le site est en panne."}).status_code == 302
    told = plain(stranger.get(reverse(f"{SLUG}_public:speak", args=[door.body.slug])).content.decode())
    assert "Le site est en panne." in told and "03 88 00 00 00" in told
    say(stranger, door, "Pendant, à l’écran")
    type_in(desk, door, "Pendant, au téléphone")
    assert desk.get(at("consultation", door.slug)).context["door"].switched_at
    assert desk.post(at("channel", door.slug), {"why": "Le site est revenu."}).status_code == 302
    door.refresh_from_db()
    assert door.switched_at is None
    type_in(desk, door, "Après", "paper")
    kept = {"Avant", "Pendant, à l’écran", "Pendant, au téléphone", "Après"}
    assert set(said_by_all(stranger, door)) == kept
    reasons = Entry.objects.filter(verb__in=["assembly.channel_switched", "assembly.channel_back"]).order_by("pk")
    assert [one.reason for one in reasons] == ["Le site est en panne.", "Le site est revenu."]


def test_p11_accept_2_the_page_shows_how_many_spoke_by_each_channel_and_leads_to_their_words(desk, door):
    for channel in ("phone", "phone", "paper"):
        make_contribution(door, channel=channel)
    make_contribution(make_consultation(body=door.body, piste=SLUG), channel="phone")
    chart = desk.get(at("consultation", door.slug)).context["chart"]
    assert [(bar.value, bool(bar.href)) for bar in chart.bars] == [
        (0, False),
        (2, True),
        (1, True),
        (0, False),
        (0, False),
    ]
    assert len(desk.get(chart.bars[1].href).context["rows"]) == 2


def test_channels_change_together_and_stay_two_different_ones(desk, door):
    typed = {"main_channel": "web", "main_words": "Ici.", "backup_channel": "web", "backup_words": "Là."}
    refused = desk.post(at("channels", door.slug), typed)
    assert refused.status_code == 422 and refused.context["form"]["backup_words"].value() == "Là."
    assert desk.post(at("channels", door.slug), {**typed, "backup_channel": "room"}).status_code == 302
    door.refresh_from_db()
    assert (door.backup_channel, door.backup_words) == ("room", "Là.")


def test_a_consultation_lasts_longer_or_ends_sooner_with_a_reason(desk, door, stranger):
    later = str(door.closes_on + timedelta(days=7))
    assert desk.post(at("prolong", door.slug), {"closes_on": later, "reason": ""}).status_code == 422
    assert desk.post(at("prolong", door.slug), {"closes_on": later, "reason": "Trop peu de voix."}).status_code == 302
    door.refresh_from_db()
    assert str(door.closes_on) == later
    assert desk.post(at("consultation_close", door.slug), {"words": ""}).status_code == 422
    assert desk.post(at("consultation_close", door.slug), {"words": "Tout est dit."}).status_code == 302
    assert desk.get(at("consultation", door.slug)).context["ended"]
    assert "door" not in stranger.get(reverse(f"{SLUG}_public:speak", args=[door.body.slug])).context
    assert desk.post(at("consultation_close", door.slug), {"words": "Encore."}).status_code == 409


def test_p11_accept_1_a_drill_switches_the_channel_on_the_same_pages_and_nothing_real_moves(desk, door, facilitator):
    exercise = make_exercise()
    played = make_consultation(body=door.body, piste=SLUG, exercise=exercise)
    assert desk.post(at("channel", played.slug), {"why": "Exercice."}).status_code == 404
    player = signed_in(facilitator)
    session = player.session
    session[SESSION_KEY] = exercise.pk
    session.save()
    type_in(player, played, "Avant")
    assert player.post(at("channel", played.slug), {"why": "Exercice."}).status_code == 302
    type_in(player, played, "Pendant", "paper")
    assert player.post(at("channel", played.slug), {"why": "Fin."}).status_code == 302
    type_in(player, played, "Après", "letter")
    assert played.contributions.count() == 3 and not door.contributions.exists()
    assert player.post(at("channel", door.slug), {"why": "Exercice."}).status_code in {404, 422}
    door.refresh_from_db()
    assert door.switched_at is None


def test_the_page_asks_the_same_number_of_questions_whatever_was_said(desk, door, constant_queries):
    constant_queries(desk, at("consultation", door.slug), lambda: make_contribution(door))
