"""What a page carries to the next while somebody fills a ballot: signed words of one hour, kept nowhere else.

No session and no cookie: between two pages the server knows nothing. A pass names a line of the roll, as a code does,
and dies with the code that opened it; a ballot is never written beside it.
"""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import RollEntry, Vote
from reflexes.mechanisms.assembly.perms import check_own_world

SALT = "reflexes.assembly.pass"
LIFE = timedelta(hours=1)


def _signer(entry: RollEntry) -> TimestampSigner:
    return TimestampSigner(salt=f"{SALT}:{entry.vote_id}:{entry.digest}")


def pass_of(entry: RollEntry) -> str:
    """Return the words that the form of one ballot carries, once its code was accepted."""
    return _signer(entry).sign(str(entry.pk))


def access_entry_by_pass(actor: Actor, vote: Vote, words: str) -> RollEntry:
    """Return the line a pass was made for. Raises Refusal ``pass_old``: the code is asked again."""
    check_own_world(actor, vote.exercise_id)
    number = words.partition(":")[0]
    entry = (
        vote.roll.select_related("vote").filter(pk=number).first() if number.isdecimal() and len(number) < 16 else None
    )
    try:
        if entry is None:
            raise BadSignature
        _signer(entry).unsign(words, max_age=LIFE)
    except BadSignature as error:
        raise Refusal(
            "pass_old",
            _("Your code was typed more than an hour ago. Type it again: your crosses are kept."),
        ) from error
    return entry
