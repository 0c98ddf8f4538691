"""Residents read the rules, vote by code or by link, once; and nothing that is left behind ties anybody to a ballot."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from reflexes.core import clock, drill
from reflexes.core.accounts.models import MagicLink
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.factories_votes import make_keeper, make_lettered, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, RollEntry, Vote
from reflexes.mechanisms.assembly.services import ballots, codes, passes, roll
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import make_commune, make_person
from tests.harness.words import plain

pytestmark = pytest.mark.django_db
PISTE = "citizen_dialogue"
HIDDEN = re.compile(r'name="(pass|choice|blank)" value="([^"]*)"')


@pytest.fixture
def vote(town: Any) -> Vote:
    return make_vote(town.hall, piste=PISTE, title="Budget des quartiers")


def address(name: str, *args: object) -> str:
    return reverse(f"{PISTE}_public:{name}", args=args)


def said(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return plain(response.content.decode())


def opened(client: Client, vote: Vote, code: str) -> dict[str, str]:
    """Type the code of a letter; return what the ballot carries."""
    page = said(client.post(address("vote_by_code", vote.slug), {"code": code}))
    assert "Votre bulletin" in page
    return {"pass": HIDDEN.search(page)[2]}  # type: ignore[index]


def send(client: Client, vote: Vote, carried: dict[str, Any], step: str, *ticked: str, **more: Any) -> Any:
    return client.post(address("vote_ballot", vote.slug), {**carried, "choice": ticked, "step": step, **more})


def link_for(vote: Vote, person: Any) -> str:
    roll.do_enrol(actor=make_keeper(vote.organisation), vote=vote, people=[person])
    cut = address("vote_by_link_cut")
    return roll.voting_link(vote.roll.get(person=person), cut).removeprefix("http://127.0.0.1:8000")


def world() -> dict[str, list[Any]]:
    """Return every row of every table but the three that a ballot is made of."""
    besides = {RollEntry, Ballot, apps.get_model("assembly", "BallotMark")}
    models = [one for one in apps.get_models() if one not in besides]
    return {one._meta.label: sorted(map(str, one._default_manager.order_by("pk").values_list())) for one in models}


def test_the_rules_come_before_the_projects_and_no_result_shows_while_it_is_open(
    vote: Vote, member: Client, partner: Client, stranger: Client
) -> None:
    line, _code = make_lettered(vote)
    ballots.do_cast(actor=make_keeper(vote.organisation), entry=line, codes=["02"])
    for reader in (member, partner, stranger):
        page = said(reader.get(address("vote_page", vote.slug)))
        assert page.index("Trois croix au plus") < page.index("parts égales, une par votant") < page.index("Projet 01")
        assert "Voter avec mon code" in page and "1 000 €" in page
        assert "1</strong> personne" in page and "1 à l’écran" in page
        assert "Budget des quartiers" in said(reader.get(address("votes")))
        assert reader.get(address("vote_result", vote.slug)).status_code == 404


@pytest.mark.parametrize("rule", Vote.Rule.values)
def test_each_rule_is_said_in_three_sentences_and_a_drawing(vote: Vote, stranger: Client, rule: str) -> None:
    Vote.objects.filter(pk=vote.pk).update(rule=rule, threshold=3)
    page = said(stranger.get(address("vote_page", vote.slug)))
    sentences = re.search(r'<ol class="rule-sentences">(.*?)</ol>', page, re.DOTALL)
    assert sentences is not None and sentences[1].count("<li>") == 3
    assert page.count('class="rule-drawing"') == 1


def test_a_draft_and_the_vote_of_another_part_of_the_site_are_nothing_to_find(town: Any, stranger: Client) -> None:
    draft = make_vote(town.hall, piste=PISTE, frozen=False)
    other = make_vote(town.hall, piste="liaison_committees")
    keeper = make_keeper(town.hall)
    assert keeper.organisation_id == draft.organisation_id
    for vote in (draft, other):
        for name in ("vote_page", "vote_by_code", "vote_ballot", "vote_done", "vote_result", "vote_pb"):
            assert stranger.get(address(name, vote.slug)).status_code == 404
        assert vote.title not in said(stranger.get(address("votes")))


def test_an_empty_list_says_what_to_do(db: None, stranger: Client) -> None:
    assert "Aucun vote" in said(stranger.get(address("votes")))


def test_votes_stand_under_the_moment_they_are_in(town: Any, stranger: Client) -> None:
    now, day = clock.now(), timedelta(days=1)
    make_vote(town.hall, piste=PISTE, title="Demain", opens_at=now + day, closes_at=now + 2 * day)
    make_vote(town.hall, piste=PISTE, title="Ouvert")
    make_vote(town.hall, piste=PISTE, title="Fini", opens_at=now - 3 * day, closes_at=now + day)
    Vote.objects.filter(title="Fini").update(closes_at=now - day)
    page = said(stranger.get(address("votes")))
    places = [page.index(word) for word in ("Ouvert", "À venir", "Demain", "En cours de dépouillement", "Fini")]
    assert places == sorted(places)


def test_the_pages_ask_the_same_number_of_questions_whatever_their_rows(
    town: Any, vote: Vote, stranger: Client, constant_queries: Any
) -> None:
    def more_choices() -> None:
        for number in range(10, 20):
            vote.choices.create(code=str(number), title="Un autre", cents=1000, commune=make_commune())
        for _number in range(5):
            make_lettered(vote)

    constant_queries(stranger, address("vote_page", vote.slug), more_choices)
    constant_queries(stranger, address("votes"), lambda: [make_vote(town.hall, piste=PISTE) for _number in range(5)])


def test_a_whole_vote_by_code_then_the_same_code_says_the_day_and_the_channel_only(
    vote: Vote, stranger: Client
) -> None:
    _line, code = make_lettered(vote)
    carried = opened(stranger, vote, codes.shown(code).lower())
    look = said(send(stranger, vote, carried, "look", "01", "03"))
    assert "Voici ce qui va dans l’urne" in look and "Projet 03" in look and "Projet 02" not in look
    assert not Ballot.objects.exists()
    kept = dict(HIDDEN.findall(look))
    answer = send(stranger, vote, {"pass": kept["pass"]}, "cast", "01", "03")
    assert answer.status_code == 302
    done = said(stranger.get(answer["Location"]))
    assert "Personne ne peut savoir ce que vous avez choisi, pas même nous" in done
    assert sorted(Ballot.objects.get().marks.values_list("choice__code", flat=True)) == ["01", "03"]

    again = said(stranger.post(address("vote_by_code", vote.slug), {"code": code}))
    assert "déjà dans l’urne" in again and "à l’écran" in again
    assert "Projet" not in again
    lead = re.search(r'<p class="lead">(.*?)</p>', again)
    assert lead is not None and not re.search(r"\d h \d|\d:\d", lead[1])
    twice = said(send(stranger, vote, carried, "cast", "02"))
    assert "déjà dans l’urne" in twice
    assert Ballot.objects.count() == 1 and vote.roll.filter(voted=True).count() == 1


def test_a_whole_vote_by_link_then_the_link_says_it_is_done(vote: Vote, stranger: Client) -> None:
    path = link_for(vote, make_person("Nadia", account=False))
    assert "Votre bulletin" in said(stranger.get(path))
    look = said(stranger.post(path, {"choice": ["02"], "step": "look"}))
    assert "Projet 02" in look and 'name="pass"' not in look
    assert stranger.post(path, {"choice": ["02"], "step": "cast"})["Location"] == path
    for again in (stranger.get(path), stranger.post(path, {"choice": ["01"], "step": "cast"})):
        assert "déjà dans l’urne" in said(again)
    assert list(Ballot.objects.get().marks.values_list("choice__code", flat=True)) == ["02"]


def test_a_link_that_was_cut_or_is_too_old_says_so(vote: Vote, stranger: Client) -> None:
    path = link_for(vote, make_person("Nadia", account=False))
    assert stranger.get(address("vote_by_link_cut")).status_code == 404
    assert "coupé" in said(stranger.get(path[:-9]), 404)
    MagicLink.objects.update(expires_at=clock.now())
    assert "trop ancien" in said(stranger.get(path), 410)


def test_the_link_of_one_vote_opens_no_vote_of_another_part_of_the_site(vote: Vote, stranger: Client) -> None:
    token = link_for(vote, make_person("Nadia", account=False)).rpartition("/")[2]
    elsewhere = reverse("liaison_committees_public:vote_by_link", args=[token])
    assert stranger.get(elsewhere).status_code == 404


def test_nothing_is_left_behind_that_ties_somebody_to_a_ballot(
    vote: Vote, member: Client, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _line, code = make_lettered(vote)
    _other, second = make_lettered(vote)
    for reader in (member, stranger):
        reader.get(address("vote_page", vote.slug))
    before = world()
    with caplog.at_level(logging.INFO):
        for reader, typed in ((member, code), (stranger, second)):
            carried = opened(reader, vote, typed)
            send(reader, vote, carried, "look", "01")
            answer = send(reader, vote, carried, "cast", "01")
            reader.get(answer["Location"])
            assert set(answer.cookies) <= {"csrftoken"}
            assert "no-store" in answer["Cache-Control"]
    assert Ballot.objects.count() == 2
    assert world() == before  # also the session of the member: it would hold the hour
    assert not caplog.records


def test_nothing_is_left_behind_by_a_link_either(vote: Vote, stranger: Client) -> None:
    path = link_for(vote, make_person("Nadia", account=False))
    before = world()
    stranger.get(path)
    stranger.post(path, {"choice": ["01"], "step": "look"})
    stranger.post(path, {"choice": ["01"], "step": "cast"})
    stranger.get(path)
    assert Ballot.objects.count() == 1
    assert world() == before


def test_a_blank_ballot_is_cast_and_never_beside_a_cross(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    both = said(send(stranger, vote, carried, "look", "01", blank="1"), 422)
    assert both.count("checked") == 2
    assert "Tick" not in both and "Cochez au moins un projet" in said(send(stranger, vote, carried, "look"), 422)
    look = said(send(stranger, vote, carried, "look", blank="1"))
    assert "Un bulletin blanc" in look
    assert send(stranger, vote, carried, "cast", blank="1").status_code == 302
    assert Ballot.objects.get().void == Ballot.Why.BLANK


def test_too_many_crosses_are_refused_and_kept(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    for step in ("look", "cast"):
        page = said(send(stranger, vote, carried, step, "01", "02", "03", "04"), 422)
        assert page.count("checked") == 4 and "Décochez-en" in page
    assert not Ballot.objects.exists()
    change = said(send(stranger, vote, carried, "change", "01", "04"))
    assert change.count("checked") == 2


def test_before_and_after_its_hours_the_vote_takes_nothing_and_says_so(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    path = link_for_named(vote)
    carried = opened(stranger, vote, code)
    now, day = clock.now(), timedelta(days=1)
    for opens, closes, words in (
        (now + day, now + 2 * day, "pas encore ouvert"),
        (now - 2 * day, now - day, "Ce vote est clos"),
    ):
        Vote.objects.filter(pk=vote.pk).update(opens_at=opens, closes_at=closes)
        assert words in said(stranger.get(address("vote_by_code", vote.slug)))
        assert words in said(stranger.post(address("vote_by_code", vote.slug), {"code": code}), 422)
        assert words in said(stranger.get(path))
        refused = said(send(stranger, vote, carried, "cast", "01"), 422)
        assert words in refused and refused.count("checked") == 1
        assert words in said(stranger.post(path, {"choice": ["01"], "step": "cast"}), 422)
    assert not Ballot.objects.exists()


def link_for_named(vote: Vote) -> str:
    """Return a link beside letters: a line of the list that has a code as well is not needed for that."""
    line = make_line(vote, person=make_person("Nadia", account=False))
    return roll.voting_link(line, address("vote_by_link_cut")).removeprefix("http://127.0.0.1:8000")


def test_guessing_codes_is_stopped_with_a_sentence_that_says_how_long(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    asked = address("vote_by_code", vote.slug)
    slip = said(stranger.post(asked, {"code": code[:-1]}), 422)
    assert "douze signes" in slip and code[:-1] in slip  # what was typed is kept
    for _guess in range(limits.WRONG_CODES):
        assert "n’ouvre rien" in said(stranger.post(asked, {"code": codes.draw()}), 422)
    locked = said(stranger.post(asked, {"code": code}), 429)
    assert "Trop de codes faux" in locked and "minutes" in locked
    again = send(stranger, vote, {"pass": "old"}, "cast", "01", code=code)
    assert again.status_code == 429 and not Ballot.objects.exists()


def test_a_pass_too_old_or_forged_asks_for_the_code_again_and_keeps_the_crosses(
    vote: Vote, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, code = make_lettered(vote)
    other, _code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    forged = carried["pass"].replace(f"{line.pk}:", f"{other.pk}:", 1)
    for words in ("", "x", "9" * 40, "²:a:b", forged):
        page = said(send(stranger, vote, {"pass": words}, "cast", "01", "02"), 422)
        assert 'name="code"' in page and page.count("checked") == 2
    monkeypatch.setattr(passes, "LIFE", timedelta(seconds=-1))
    page = said(send(stranger, vote, carried, "cast", "01", "02"), 422)
    assert "plus d’une heure" in page
    monkeypatch.undo()
    look = said(send(stranger, vote, {"code": code}, "look", "01", "02"))
    assert "Projet 02" in look
    assert send(stranger, vote, {"pass": dict(HIDDEN.findall(look))["pass"]}, "cast", "01", "02").status_code == 302


def test_a_pass_dies_with_the_code_that_opened_it(vote: Vote, stranger: Client) -> None:
    line, code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    roll.do_replace_code(actor=make_keeper(vote.organisation), entry=line)
    assert send(stranger, vote, carried, "cast", "01").status_code == 422
    assert not Ballot.objects.exists()


def test_the_pass_of_one_vote_opens_no_other(town: Any, vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    other = make_vote(town.hall, piste=PISTE)
    assert send(stranger, other, carried, "cast", "01").status_code == 422


def test_a_ballot_is_reached_through_the_code_only(vote: Vote, stranger: Client) -> None:
    answer = stranger.get(address("vote_ballot", vote.slug))
    assert (answer.status_code, answer["Location"]) == (302, address("vote_by_code", vote.slug))


def test_a_project_that_is_not_in_the_vote_is_refused(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    assert "Rechargez la page" in said(send(stranger, vote, opened(stranger, vote, code), "look", "99"), 422)


def test_a_strange_cross_is_refused_and_never_a_fault(vote: Vote, stranger: Client) -> None:
    _line, code = make_lettered(vote)
    carried = opened(stranger, vote, code)
    for strange in ("\x00", "01\x00", "é" * 500, "-1"):
        assert send(stranger, vote, carried, "cast", strange).status_code == 422
        assert stranger.post(address("vote_by_code", vote.slug), {"code": strange}).status_code == 422
    assert not Ballot.objects.exists()


def test_a_link_of_an_exercise_opens_its_own_vote_and_leads_nowhere_else(town: Any, stranger: Client) -> None:
    exercise = make_exercise(name="Crue", plays_at=clock.now())
    with drill.playing(exercise.pk):
        vote = make_vote(town.hall, piste=PISTE, exercise=exercise, frozen=False)
        Vote.objects.filter(pk=vote.pk).update(state=Vote.State.FROZEN)
        path = link_for_named(vote)
    page = said(stranger.get(path))
    assert "Votre bulletin" in page and address("vote_page", vote.slug) not in page
    assert stranger.post(path, {"choice": ["01"], "step": "cast"})["Location"] == path
    assert address("vote_page", vote.slug) not in said(stranger.get(path))
    assert stranger.get(address("vote_page", vote.slug)).status_code == 404


def test_the_same_pages_speak_english(vote: Vote, stranger: Client) -> None:
    english = {"HTTP_ACCEPT_LANGUAGE": "en"}
    page = stranger.get(address("vote_page", vote.slug), **english).content.decode()
    assert "The rules, in plain words" in page and "equal shares, one for each voter" in page
