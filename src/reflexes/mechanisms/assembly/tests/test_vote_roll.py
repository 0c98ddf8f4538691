"""Who may vote: letters, lists, links; guessing a code is hopeless, and typing one's own is never slowed down."""

import io
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import override_settings

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.factories_votes import make_keeper, make_lettered, make_line, make_vote
from reflexes.mechanisms.assembly.models import RollEntry, Vote, WrongCodes
from reflexes.mechanisms.assembly.services import ballots, codes, letters, roll, tries
from reflexes.mechanisms.assembly.services.roll_list import do_import_list
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db
HOME, LIBRARY = "203.0.113.7", "203.0.113.99"


@pytest.fixture
def vote() -> Vote:
    return make_vote()


@pytest.fixture
def keeper(vote: Vote) -> Actor:
    return make_keeper(vote.organisation)


def refused(code: str, typed: str, vote: Vote, address: str = HOME) -> str:
    with pytest.raises(Refusal) as no:
        roll.access_roll_entry(STRANGER, vote, typed, address)
    assert no.value.code == code
    return str(no.value)


def wrong_codes(number: int) -> list[str]:
    return [codes.draw() for _each in range(number)]


# Letters


def test_codes_are_given_once_and_only_digests_are_kept(vote: Vote, keeper: Actor) -> None:
    made = roll.do_make_codes(actor=keeper, vote=vote, count=50)
    assert len({one.code for one in made}) == 50
    assert [one.number for one in made[:2]] == ["L000001", "L000002"]
    kept = str(list(vote.roll.values())) + str(list(Entry.objects.values()))
    assert not any(one.code in kept or codes.shown(one.code) in kept for one in made)
    assert roll.access_roll_entry(STRANGER, vote, codes.shown(made[3].code), HOME).number == made[3].number


def test_a_list_gets_one_code_a_line_and_nobody_a_second(vote: Vote, keeper: Actor) -> None:
    for name in ("Amina", "Bruno"):
        make_line(vote, name)
    made = roll.do_make_codes(actor=keeper, vote=vote)
    assert [one.name for one in made] == ["Amina", "Bruno"]
    with pytest.raises(Refusal) as again:
        roll.do_make_codes(actor=keeper, vote=vote)
    assert again.value.code == "all_have_codes"


def test_letters_without_names_and_names_do_not_mix(vote: Vote, keeper: Actor) -> None:
    roll.do_make_codes(actor=keeper, vote=vote, count=2)
    for named in (
        lambda: do_import_list(actor=keeper, vote=vote, file_name="l.csv", content=b"numero;nom\n1;A\n"),
        lambda: roll.do_enrol(actor=keeper, vote=vote, people=[make_person()]),
    ):
        with pytest.raises(Refusal) as no:
            named()
        assert no.value.code == "anonymous_roll"
    assert vote.roll.count() == 2


def test_codes_are_dropped_before_the_vote_opens_and_not_after(keeper: Actor, vote: Vote) -> None:
    early = make_vote(vote.organisation, opens_at=clock.now() + timedelta(days=1))
    made = roll.do_make_codes(actor=keeper, vote=early, count=3)
    assert roll.do_drop_codes(actor=keeper, vote=early) == 3
    refused("unknown", made[0].code, early)
    with pytest.raises(Refusal) as no:
        roll.do_drop_codes(actor=keeper, vote=vote)
    assert no.value.code == "open"


def test_a_lost_letter_is_replaced_and_the_old_code_is_worthless(vote: Vote, keeper: Actor) -> None:
    entry, lost = make_lettered(vote)
    fresh = roll.do_replace_code(actor=keeper, entry=entry)
    refused("unknown", lost, vote)
    assert roll.access_roll_entry(STRANGER, vote, fresh.code, HOME) == entry
    ballots.do_cast(actor=STRANGER, entry=entry, codes=["01"])
    with pytest.raises(Refusal) as no:
        roll.do_replace_code(actor=keeper, entry=entry)
    assert no.value.code == "voted"


def test_letters_print_and_leave_as_a_sheet(vote: Vote, keeper: Actor) -> None:
    made = roll.do_make_codes(actor=keeper, vote=vote, count=9)
    sheet = read_table(io.BytesIO(letters.letters_sheet(made)), name="letters.csv")
    assert [row[2] for row in sheet.rows] == [codes.shown(one.code) for one in made]
    one_page = letters.letters_pdf(vote, made[:8], address="https://ville.example/voter")
    two_pages = letters.letters_pdf(vote, made, address="https://ville.example/voter")
    assert [pages_of(one_page), pages_of(two_pages)] == [1, 2]


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_only_the_keeper_makes_codes(vote: Vote) -> None:
    for other in (STRANGER, actor_for(make_person(role="agent", organisation=vote.organisation))):
        with pytest.raises(PermissionDenied):
            roll.do_make_codes(actor=other, vote=vote, count=1)


# Guessing


def test_a_slip_is_told_from_a_guess_and_not_counted(vote: Vote) -> None:
    _entry, code = make_lettered(vote)
    slip = ("2" if code[0] != "2" else "3") + code[1:]
    for _each in range(limits.WRONG_CODES + 5):
        refused("mistyped", slip, vote)
    assert not WrongCodes.objects.exists()
    refused("mistyped", code[:-2], vote)
    refused("mistyped", "O" + code[1:], vote)


def test_an_address_that_guesses_is_told_to_wait_whatever_it_types(vote: Vote) -> None:
    entry, right = make_lettered(vote)
    used, used_code = make_lettered(vote)
    ballots.do_cast(actor=STRANGER, entry=used, codes=["01"])
    for wrong in wrong_codes(limits.WRONG_CODES):
        refused("unknown", wrong, vote)
    said = {refused("locked", typed, vote) for typed in (right, used_code, "pas un code", codes.draw())}
    assert len(said) == 1, "a right code, a used one and nonsense read the same sentence"
    assert "10 minutes" in said.pop()
    assert roll.access_roll_entry(STRANGER, vote, right, LIBRARY) == entry, "others go on voting"


def test_the_wait_ends(vote: Vote) -> None:
    entry, right = make_lettered(vote)
    for wrong in wrong_codes(limits.WRONG_CODES):
        refused("unknown", wrong, vote)
    refused("locked", right, vote)
    WrongCodes.objects.update(since=clock.real_now() - limits.WRONG_WITHIN)
    assert roll.access_roll_entry(STRANGER, vote, right, HOME) == entry


@override_settings(CELL_PHONE="03 88 00 00 00")
def test_the_lockout_says_whom_to_call(vote: Vote) -> None:
    for wrong in wrong_codes(limits.WRONG_CODES):
        refused("unknown", wrong, vote)
    assert "03 88 00 00 00" in refused("locked", codes.draw(), vote)


def test_five_thousand_right_codes_behind_one_address_are_never_slowed(vote: Vote) -> None:
    made = [make_lettered(vote) for _each in range(limits.WRONG_CODES * 3)]
    for entry, code in made:
        assert roll.access_roll_entry(STRANGER, vote, code, LIBRARY) == entry


def test_guesses_from_everywhere_leave_each_address_few_tries_and_shut_nobody_out(
    vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_EVERYWHERE", 20)
    entry, right = make_lettered(vote)
    for number, wrong in enumerate(wrong_codes(20)):
        refused("unknown", wrong, vote, f"198.51.100.{number}")
    assert tries.wrong_lately(vote) == 20
    assert roll.access_roll_entry(STRANGER, vote, right, HOME) == entry
    for wrong in wrong_codes(limits.WRONG_CODES_THEN):
        refused("unknown", wrong, vote)
    refused("locked", right, vote)


def test_no_address_is_kept_and_one_home_is_one_address(vote: Vote) -> None:
    refused("unknown", codes.draw(), vote, "2001:db8:1:2:aaaa::1")
    refused("unknown", codes.draw(), vote, "2001:db8:1:2:bbbb::2")
    assert sorted(WrongCodes.objects.values_list("count", flat=True)) == [2, 2]
    assert "2001" not in str(list(WrongCodes.objects.values("client")))
    assert tries.client_of("::ffff:203.0.113.7") == tries.client_of(HOME)
    WrongCodes.objects.update(since=clock.real_now() - timedelta(days=2))
    assert tries.forget() == 2


def test_a_code_opens_its_own_vote_alone(vote: Vote) -> None:
    _entry, code = make_lettered(vote)
    refused("unknown", code, make_vote(vote.organisation))


# Lists and links


def test_a_list_comes_from_a_sheet_and_keeps_two_columns(vote: Vote, keeper: Actor) -> None:
    content = "Numéro;Nom;Prénom;Adresse\n12;FERHAT;Nadia;3 rue des Tilleuls\n13;Élan;Zoé;\n".encode()
    assert do_import_list(actor=keeper, vote=vote, file_name="liste.csv", content=content) == (2, [])
    nadia = vote.roll.get(number="12")
    assert (nadia.name, nadia.search) == ("FERHAT Nadia", "12 ferhat nadia")
    assert "Tilleuls" not in str(list(vote.roll.values()))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("numero;nom\n1;A\n1;B\n", "number_twice"),
        ("numero;nom\n1;\n", "no_name"),
        ("numero;nom\n;A\n", "no_number"),
        ("nom\nA\n", "no_number_column"),
        ("numero\n1\n", "no_name_column"),
        ("numero;nom\n7;A\n", "number_known"),
        ("", "empty"),
        (f"numero;nom\n1;{'a' * 300}\n", "too_long"),
    ],
)
def test_one_bad_line_and_nothing_is_written(vote: Vote, keeper: Actor, content: str, code: str) -> None:
    make_line(vote, "Déjà là", number="7")
    count, problems = do_import_list(actor=keeper, vote=vote, file_name="l.csv", content=content.encode())
    assert (count, vote.roll.count()) == (0, 1)
    assert code in {one.code for one in problems}
    assert all("l.csv" in str(one) for one in problems)


def test_people_of_a_body_vote_by_a_link_that_is_never_spent(vote: Vote, keeper: Actor) -> None:
    nadia = make_person("Nadia")
    assert roll.do_enrol(actor=keeper, vote=vote, people=[nadia, nadia]) == 1
    assert roll.do_enrol(actor=keeper, vote=vote, people=[nadia]) == 0
    entry = vote.roll.get()
    token = roll.voting_link(entry, "/voter/lien/").rpartition("/")[2]
    assert roll.access_entry_by_link(STRANGER, token) == entry
    assert ballots.do_cast(actor=STRANGER, entry=entry, codes=["01"])
    assert roll.access_entry_by_link(STRANGER, token).voted, "it opens again, and says that the ballot is in the box"
    with pytest.raises(LinkRefused):
        roll.access_entry_by_link(STRANGER, "x" * 43)


def test_the_roll_does_not_change_once_the_time_has_passed(vote: Vote, keeper: Actor) -> None:
    with clock.travelling(vote.closes_at), pytest.raises(Refusal) as no:
        roll.do_make_codes(actor=keeper, vote=vote, count=1)
    assert no.value.code == "over"


def test_a_code_of_an_exercise_opens_nothing_real(vote: Vote) -> None:
    _entry, code = make_lettered(vote)
    with pytest.raises(Http404):
        roll.access_roll_entry(Actor(exercise_id=99), vote, code, HOME)


def test_names_are_forgotten_after_a_while_and_counts_stay(vote: Vote) -> None:
    make_line(vote, "Amina", voted=True, voted_on=clock.today(), channel="web")
    Vote.objects.update(state="published", published_at=clock.now() - timedelta(days=limits.ROLL_KEPT_DAYS - 1))
    assert roll.forget_names() == 0
    Vote.objects.update(published_at=clock.now() - timedelta(days=limits.ROLL_KEPT_DAYS + 1))
    assert roll.forget_names() == 1
    kept = RollEntry.objects.get()
    assert (kept.name, kept.number, kept.search, kept.digest, kept.voted, kept.channel) == (
        "",
        "",
        "",
        None,
        True,
        "web",
    )
    assert roll.forget_names() == 0
