"""What a voting desk has on paper: the ballot, and the roll to strike by hand when there is no network."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reflexes.core import clock, printing
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.perms_votes import check_desk
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import euros_words

MOST_LINES = 5_000  # five seconds of printing


def ballot_pdf(vote: Vote) -> bytes:
    """Return the ballot paper: each project with its number and a box, and how many crosses it may carry."""
    return printing.pdf(
        "assembly/ballot",
        {
            "title": vote.title,
            "footer": _("Write neither your name nor any sign: a ballot by which somebody could be known is void."),
            "how": ngettext(
                "Make %(most)s cross at most. With more, the ballot is void.",
                "Make %(most)s crosses at most. With more, the ballot is void.",
                vote.most_choices,
            )
            % {"most": vote.most_choices},
            "then": _("Then fold the sheet and put it in the box yourself."),
            "choices": [
                {"code": one.code, "title": one.title, "cost": euros_words(one.cents)}
                for one in vote.choices.order_by("code")
            ],
            "draft": "" if vote.state != Vote.State.DRAFT else _("Draft: its projects may still change."),
        },
        language=get_language() or "fr",
    )


def do_print_roll(*, actor: Actor, vote: Vote) -> bytes:
    """Return the roll to strike by hand: who voted already and how, room to sign; names that leave are journaled."""
    check_desk(actor, vote)
    if vote.roll.count() > MOST_LINES:
        raise Refusal(
            "roll_too_long",
            _("This roll has more than %(most)s lines: nobody finds anybody in it. Use the search of the desk.")
            % {"most": MOST_LINES},
        )
    record(actor=actor, verb="assembly.roll_printed", object_kind="vote", object_key=vote.pk)
    printed = date_format(timezone.localtime(clock.now()), "DATETIME_FORMAT")
    return printing.pdf(
        "assembly/roll",
        {
            "title": vote.title,
            "footer": _("Roll as it stood on %(when)s. Keep it locked away, and destroy it after the vote.")
            % {"when": printed},
            "how": _(
                "Strike the line, have the person sign, then hand them one paper. Enter each line at the desk later."
            ),
            "headers": [_("Number"), _("Name"), _("Voted, or signature")],
            "rows": [
                [line.number, line.name, _said(line.voted, line.get_channel_display())]
                for line in sorted(vote.roll.order_by("number", "pk"), key=lambda line: normalised(line.name))
            ],
        },
        language=get_language() or "fr",
    )


def _said(voted: bool, way: str) -> str:
    return _("voted already (%(way)s)") % {"way": way} if voted else ""
