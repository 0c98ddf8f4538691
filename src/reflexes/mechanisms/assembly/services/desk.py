"""The voting desk: find somebody on the roll, strike the line, hand them a paper. Nobody strikes a line twice.

The journal keeps that a paper was given, when and by whom, and not against which line: that is on the roll, with a day.
"""

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Channel, RollEntry, Vote
from reflexes.mechanisms.assembly.perms_votes import check_desk
from reflexes.mechanisms.assembly.services.ballots import ON_PAPER, already, held_open
from reflexes.mechanisms.assembly.services.roll import check_anonymous, locked_vote
from reflexes.mechanisms.assembly.services.votes import check_open
from reflexes.mechanisms.journal.services import record

SHOWN = 20


def find_on_roll(actor: Actor, vote: Vote, words: str) -> list[RollEntry]:
    """Return the first lines whose number is ``words`` or whose name holds each of them, whatever accents and case."""
    check_desk(actor, vote)
    asked = normalised(words).split()
    if not asked:
        return []
    holds = Q()
    for word in asked:
        holds &= Q(search__contains=word)
    lines = vote.roll.filter(holds | Q(number=words.strip()))
    return list(lines.select_related("vote").order_by("search", "pk")[:SHOWN])


def do_strike(*, actor: Actor, entry: RollEntry, channel: str = Channel.PAPER) -> None:
    """Strike a line and hand a paper over (or open a vote that came by post). Refused when they voted already."""
    check_desk(actor, entry.vote)
    if channel not in ON_PAPER:
        raise Http404
    with transaction.atomic():
        vote = held_open(entry.vote)
        # A letter that came in time may be opened after the hour, until somebody closes the vote.
        if channel == Channel.PAPER or vote.state != Vote.State.FROZEN or clock.now() < vote.opens_at:
            check_open(vote)
        struck = RollEntry.objects.filter(pk=entry.pk, voted=False).update(
            voted=True, voted_on=clock.today(), channel=channel, struck_by_id=actor.person_id
        )
        if not struck:
            raise Refusal("already_voted", said_already(entry), conflict=True)
        record(
            actor=actor,
            verb="assembly.paper_given",
            object_kind="vote",
            object_key=vote.pk,
            params={"channel": channel},
        )


def said_already(entry: RollEntry) -> str:
    """Return what the desk says to somebody whose line is struck: how and when, and that no second paper is due."""
    return _("%(already)s Give no second paper.") % {"already": already(entry)}


def do_take_back_strike(*, actor: Actor, entry: RollEntry, reason: str) -> None:
    """Undo a strike of today: the wrong line, or somebody who gave the paper back. Never a ballot cast on a screen."""
    check_desk(actor, entry.vote)
    if not reason.strip():
        raise Refusal("reason_missing", gettext_lazy("Say in one sentence why: the paper given back, the wrong line."))
    with transaction.atomic():
        check_open(held_open(entry.vote))
        undone = RollEntry.objects.filter(
            pk=entry.pk, voted=True, channel=Channel.PAPER, voted_on=clock.today(), struck_by__isnull=False
        ).update(voted=False, voted_on=None, channel="", struck_by=None)
        if not undone:
            raise Refusal(
                "not_undone",
                gettext_lazy("Only a paper given today can be taken back. Ask the participation officer."),
                conflict=True,
            )
        record(
            actor=actor, verb="assembly.paper_taken_back", object_kind="vote", object_key=entry.vote_id, reason=reason
        )


def do_add_at_desk(*, actor: Actor, vote: Vote, name: str, namesake: bool = False) -> RollEntry:
    """Add somebody who came with proof that they may vote; ``namesake``: another person of that name, not the same."""
    check_desk(actor, vote)
    name = " ".join(name.split())
    if not name:
        raise Refusal("name_missing", gettext_lazy("Write the name as it is on the paper they showed."))
    if len(name) > 160:
        raise Refusal("name_long", gettext_lazy("This name is too long. Shorten it."))
    with transaction.atomic():
        current = locked_vote(vote)
        check_anonymous(current, anonymous=False)
        known = _namesake(current, name)
        if known is not None and not namesake:
            raise Refusal(
                "on_the_roll",
                _("%(name)s is on the roll already (%(number)s). Strike that line, or say that this is somebody else.")
                % {"name": known.name, "number": known.number or _("without a number")},
                conflict=True,
            )
        entry = RollEntry.objects.create(vote=vote, known=RollEntry.Known.DESK, name=name)
        record(actor=actor, verb="assembly.added_at_desk", object_kind="vote", object_key=vote.pk)
    return entry


def _namesake(vote: Vote, name: str) -> RollEntry | None:
    """Return a line whose name is made of the same words, in any order."""
    words = normalised(name).split()
    holds = Q()
    for word in words:
        holds &= Q(search__contains=word)
    lines = vote.roll.filter(holds).exclude(name="").order_by("pk")
    return next((line for line in lines if sorted(normalised(line.name).split()) == sorted(words)), None)
