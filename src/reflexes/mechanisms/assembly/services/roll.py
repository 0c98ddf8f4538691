"""Who may vote: codes of letters, a list of names, people invited by link. One line each, one ballot a line.

A vote has either names or anonymous letters, never both: somebody with a letter and a name would have two ballots.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.accounts import links
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.models import RollEntry, Vote
from reflexes.mechanisms.assembly.perms_votes import check_desk, check_keeping_vote
from reflexes.mechanisms.assembly.services import codes, tries
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

LINK_PURPOSE = "assembly.vote"
MOST_LETTERS = 500_000
BATCH = 1_000

MISTYPED = {
    "length": gettext_lazy(
        "A code has twelve signs, and %(found)s were typed. Compare with your letter, group by group."
    ),
    "sign": gettext_lazy("No code has the sign “%(found)s”. Compare with your letter, group by group."),
    "check": gettext_lazy("One sign is mistyped, or two are swapped. Compare with your letter, group by group."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to print: the line of the roll, the name when there is one, and the code that is kept nowhere."""

    number: str
    name: str
    code: str


def check_anonymous(vote: Vote, *, anonymous: bool) -> None:
    """Refuse to mix anonymous letters and names in one vote."""
    named = vote.roll.exclude(known=RollEntry.Known.CODE).exists()
    lettered = vote.roll.filter(known=RollEntry.Known.CODE).exists()
    if anonymous and named:
        raise Refusal(
            "named_roll",
            gettext_lazy("This vote has a list of names. Make the codes of its lines: nobody gets two ballots."),
            conflict=True,
        )
    if not anonymous and lettered:
        raise Refusal(
            "anonymous_roll",
            gettext_lazy(
                "Letters without names were made for this vote: a list beside them would give two ballots to some. "
                "Drop the letters first, or ask people to bring theirs."
            ),
            conflict=True,
        )


def check_not_over(vote: Vote) -> None:
    """Refuse to change who may vote once the time to vote has passed."""
    if vote.state in {Vote.State.CLOSED, Vote.State.PUBLISHED} or vote.closes_at <= clock.now():
        raise Refusal("over", gettext_lazy("The time to vote has passed: the roll does not change any more."))


def locked_vote(vote: Vote) -> Vote:
    """Return ``vote`` locked in the caller's transaction, so that its roll is changed by one hand at a time."""
    current = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    check_not_over(current)
    return current


def do_make_codes(*, actor: Actor, vote: Vote, count: int = 0, after: int | None = None) -> list[Letter]:
    """Return the letters to print: one for each line of the list without a code, else ``count`` without names.

    They are given this once: only keyed digests are kept. Print them (``letters``), or drop them and make others.
    ``after`` is how many lines the roll had when they were asked for: a form sent twice makes its letters once.
    """
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = locked_vote(vote)
        if after is not None and current.roll.count() != after:
            raise Refusal(
                "made_meanwhile",
                gettext_lazy(
                    "The roll changed since this page was opened. Look at it, then make letters if some miss."
                ),
                conflict=True,
            )
        named = current.roll.exclude(known=RollEntry.Known.CODE).exists()
        made = _codes_of_lines(current) if named else _anonymous_letters(current, count)
        record(
            actor=actor,
            verb="assembly.codes_made",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": len(made)},
        )
    return made


def _codes_of_lines(vote: Vote) -> list[Letter]:
    lines = list(vote.roll.filter(digest=None, voted=False).order_by("number", "pk"))
    if not lines:
        raise Refusal("all_have_codes", gettext_lazy("Every line of the list has its code already."), conflict=True)
    letters = [Letter(line.number, line.name, code) for line, code in zip(lines, _draw(len(lines)), strict=True)]
    for line, letter in zip(lines, letters, strict=True):
        line.digest = codes.digest_of(vote.pk, letter.code)
    RollEntry.objects.bulk_create(
        lines, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=["digest"]
    )
    return letters


def _anonymous_letters(vote: Vote, count: int) -> list[Letter]:
    if not 1 <= count <= MOST_LETTERS:
        raise Refusal("count", gettext_lazy("Say how many letters to print: one at least, half a million at most."))
    first = vote.roll.count() + 1
    letters = [Letter(f"L{first + place:06}", "", code) for place, code in enumerate(_draw(count))]
    RollEntry.objects.bulk_create(
        (
            RollEntry(
                vote=vote,
                known=RollEntry.Known.CODE,
                number=letter.number,
                search=normalised(letter.number),
                digest=codes.digest_of(vote.pk, letter.code),
            )
            for letter in letters
        ),
        batch_size=BATCH,
    )
    return letters


def _draw(count: int) -> list[str]:
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        drawn[codes.draw()] = None
    return list(drawn)


def do_drop_codes(*, actor: Actor, vote: Vote) -> int:
    """Make every code worthless, before the vote opens: letters were lost, or misprinted. Return how many."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = locked_vote(vote)
        if current.state == Vote.State.FROZEN and current.opens_at <= clock.now():
            raise Refusal(
                "open",
                gettext_lazy("The vote is open: replace lost letters one by one, from their line of the roll."),
                conflict=True,
            )
        anonymous = current.roll.filter(known=RollEntry.Known.CODE).delete()[0]
        dropped = anonymous + current.roll.exclude(digest=None).update(digest=None)
        record(
            actor=actor,
            verb="assembly.codes_dropped",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": dropped},
        )
    return dropped


def do_replace_code(*, actor: Actor, entry: RollEntry) -> Letter:
    """Give another code for a letter that was lost: the old one opens nothing any more."""
    check_desk(actor, entry.vote)
    check_not_over(entry.vote)
    letter = Letter(entry.number, entry.name, codes.draw())
    with transaction.atomic():
        replaced = RollEntry.objects.filter(pk=entry.pk, voted=False).update(
            digest=codes.digest_of(entry.vote_id, letter.code)
        )
        if not replaced:
            raise Refusal("voted", gettext_lazy("This line has voted: a new code would open nothing."), conflict=True)
        record(actor=actor, verb="assembly.code_replaced", object_kind="vote", object_key=entry.vote_id)
    return letter


def access_roll_entry(actor: Actor, vote: Vote, code: str, address: str) -> RollEntry:
    """Return the line that ``code`` opens, voted or not; ``address`` is the caller's network address.

    Whoever typed too many wrong codes reads the same sentence whatever they type, a right code included. A slip of one
    sign is told as such and not counted. A code used already opens like any other: ``do_cast`` says the rest.

    Raises Refusal: ``locked``, ``mistyped`` or ``unknown``.
    """
    if vote.exercise_id != actor.exercise_id:
        raise Http404
    tries.check_tries(vote, address)
    try:
        read = codes.read(code)
    except codes.Mistyped as slip:
        raise Refusal("mistyped", MISTYPED[slip.why] % {"found": slip.found}) from slip
    entry = (
        RollEntry.objects.select_related("vote").filter(vote=vote, digest__in=codes.digests_of(vote.pk, read)).first()
    )
    if entry is None:
        tries.count_wrong(vote, address)
        raise Refusal("unknown", _("This code opens nothing in this vote. Is it the letter of another vote?"))
    return entry


def do_enrol(*, actor: Actor, vote: Vote, people: Iterable[Person]) -> int:
    """Put people of the directory on the roll (members of a body): they vote by link. Return how many were added."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = locked_vote(vote)
        check_anonymous(current, anonymous=False)
        known = set(current.roll.exclude(person=None).order_by("pk").values_list("person_id", flat=True))
        added = RollEntry.objects.bulk_create(
            (
                RollEntry(
                    vote=current,
                    known=RollEntry.Known.LIST,
                    person=one,
                    name=str(one)[:160],
                    search=normalised(str(one))[:300],
                )
                for one in {one.pk: one for one in people if one.pk not in known}.values()
            ),
            batch_size=BATCH,
        )
        record(
            actor=actor,
            verb="assembly.people_enrolled",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": len(added)},
        )
    return len(added)


def voting_link(entry: RollEntry, path: str) -> str:
    """Return the address that lets a person of the roll vote without an account, until the vote closes.

    The link is never spent: the time at which it would be is a time at which somebody voted. The roll is the lock.
    """
    if entry.person is None:
        raise Refusal("no_person", gettext_lazy("This line of the roll is nobody of the directory: give them a code."))
    days = max(1, (entry.vote.closes_at - clock.now()).days + 1)
    return links.make_link(
        person_key=entry.person.key, purpose=LINK_PURPOSE, subject=f"vote:{entry.vote_id}", path=path, days=days
    )


def access_entry_by_link(actor: Actor, token: str) -> RollEntry:
    """Return the line of the person a link was made for. Raises LinkRefused when it opens nothing."""
    return entry_of_link(actor, links.open_link(token, LINK_PURPOSE))


def entry_of_link(actor: Actor, link: MagicLink) -> RollEntry:
    """Return the line of the roll that an open link leads to."""
    entry = (
        RollEntry.objects.select_related("vote")
        .filter(vote_id=int(link.subject.removeprefix("vote:")), person__key=link.person_key)
        .first()
    )
    if entry is None or entry.vote.exercise_id != actor.exercise_id:
        raise Http404
    return entry


def forget_names() -> int:
    """Take names, links and codes off the rolls of votes published long ago; who voted and how stays, as counts."""
    before = clock.now() - timedelta(days=limits.ROLL_KEPT_DAYS)
    lines = RollEntry.objects.filter(vote__published_at__lt=before).exclude(name="", person=None, digest=None)
    return lines.update(name="", number="", search="", person=None, digest=None, struck_by=None)
