"""Casting a ballot on a screen: the roll says that somebody voted, the ballot says what, one transaction writes both.

Nothing else is written. No line of the journal, no job, no message, no receipt: a time, an order or a number kept
anywhere beside a ballot would join it to somebody (docs/votes.md says what this protects, and what it does not). The
count of voters by channel is on the roll itself; the journal gets the totals when the vote closes.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, Channel, Choice, RollEntry, Vote
from reflexes.mechanisms.assembly.perms import check_own_world
from reflexes.mechanisms.assembly.perms_votes import check_desk
from reflexes.mechanisms.assembly.services.votes import check_open

# A ballot is written at once when it is cast on a screen: one's own, an agent's for a caller, or one in a booth.
ON_SCREEN = (Channel.WEB, Channel.PHONE, Channel.ROOM)
# Here a paper goes into a box: the roll is struck now, the ballot is typed when the box is opened.
ON_PAPER = (Channel.PAPER, Channel.LETTER)


def do_cast(
    *, actor: Actor, entry: RollEntry, codes: Iterable[str], channel: str = Channel.WEB, blank: bool = False
) -> bool:
    """Put one ballot in the box for the line ``entry`` of the roll; False when one was there already (``already``).

    ``codes`` are the projects ticked; ``blank`` says that none is meant. Tapping twice, or twenty processes at once
    with the same code, make one ballot. Killed at any moment, either both the roll and the ballot say so or neither.
    The caller shows the same calm page for True and False: nothing was lost. ``actor`` is whoever holds the code, or
    for a telephone ballot the person of the desk.

    Raises Refusal before anything is written: not open, too many crosses, unknown project, no cross.
    """
    vote = entry.vote
    check_own_world(actor, vote.exercise_id)
    if channel not in ON_SCREEN:
        raise Http404
    if channel == Channel.PHONE:
        check_desk(actor, vote)
    if RollEntry.objects.filter(pk=entry.pk, voted=True).exists():
        return False
    chosen = crosses(vote, codes, blank=blank)
    with transaction.atomic():
        check_open(held_open(vote))
        claimed = RollEntry.objects.filter(pk=entry.pk, voted=False).update(
            voted=True,
            voted_on=clock.today(),
            channel=channel,
            struck_by_id=actor.person_id if channel == Channel.PHONE else None,
        )
        if not claimed:
            return False
        ballot = Ballot.objects.create(vote=vote, channel=channel, void=Ballot.Why.BLANK if blank else "")
        BallotMark.objects.bulk_create(BallotMark(ballot=ballot, choice=choice) for choice in chosen)
    return True


def held_open(vote: Vote) -> Vote:
    """Return ``vote`` as it stands, held until the end of the transaction: it cannot be closed meanwhile.

    Ballots hold it together (KEY SHARE), closing holds it alone (UPDATE): closing waits for the ballots under way, and
    those that come after it find it closed. SQLite has one writer at a time and needs no lock.
    """
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Vote._meta.db_table)
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE", [vote.pk])
    return Vote.objects.get(pk=vote.pk)


def crosses(vote: Vote, codes: Iterable[str], *, blank: bool = False) -> list[Choice]:
    """Return the projects ticked on a screen, or refuse and say what to change."""
    ticked = {code.strip().upper() for code in codes} - {""}
    if blank and ticked:
        raise Refusal("blank_and_ticked", _("You ticked a project and asked for a blank ballot. Keep one of the two."))
    if not blank and not ticked:
        raise Refusal("no_cross", _("Tick at least one project, or say that you vote blank."))
    choices = [one for one in vote.choices.order_by("code") if one.code in ticked]
    if len(choices) < len(ticked):
        raise Refusal("choice_unknown", _("A project ticked is not in this vote. Reload the page, then vote."))
    if len(choices) > vote.most_choices:
        raise Refusal(
            "too_many",
            ngettext(
                "You ticked %(ticked)s projects, and a ballot carries %(most)s cross. Untick some: nothing is sent.",
                "You ticked %(ticked)s projects, and a ballot carries %(most)s crosses at most. "
                "Untick some: nothing is sent.",
                vote.most_choices,
            )
            % {"ticked": len(choices), "most": vote.most_choices},
        )
    return choices


def already(entry: RollEntry) -> str:
    """Return what somebody reads whose ballot is in the box already: when, how, and what to do if it was not them."""
    entry = RollEntry.objects.get(pk=entry.pk)
    facts = {"day": date_format(entry.voted_on), "way": entry.get_channel_display()} if entry.voted_on else {}
    if not facts:
        return ""
    said = (
        _("Your ballot is already in the box, since %(day)s (%(way)s). You have nothing more to do.")
        if entry.channel in ON_SCREEN
        else _("A paper ballot was already taken with this line of the roll, on %(day)s (%(way)s).")
    )
    phone = settings.CELL_PHONE
    was_not_me = (
        _("If it was not you, call %(phone)s.") % {"phone": phone}
        if phone
        else _("If it was not you, say so at a voting desk.")
    )
    return f"{said % facts} {was_not_me}"
