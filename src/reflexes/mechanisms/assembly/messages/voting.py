"""The personal link by which somebody on the roll votes; nothing is ever written about a ballot (docs/votes.md)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.core.notifications.recipients import Channel, way_to
from reflexes.mechanisms.assembly.messages.sending import Also, Event
from reflexes.mechanisms.assembly.messages.writing import Words, letter
from reflexes.mechanisms.assembly.models import RollEntry
from reflexes.mechanisms.assembly.services import roll
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.web.words import full_date


def _whoever_has_not_voted(entry: RollEntry, _also: Also) -> list[Person]:
    return [entry.person] if entry.person and entry.person.erased_at is None and not entry.voted else []


def vote_link(entry: RollEntry, reader: Person, _also: Also) -> Words:
    """Send the link, or say how to vote to somebody who reads on paper or is called."""
    vote = entry.vote
    said = {"vote": vote.title, "until": full_date(vote.closes_at), "from": full_date(vote.opens_at)}
    asked = _("You may vote on “%(vote)s” from %(from)s until %(until)s.") % said
    rules = _("What is voted on, and how it is counted: %(page)s") % {
        "page": settings.SITE_URL + reverse(f"{vote.piste}_public:vote_page", args=[vote.slug])
    }
    subject = _("Your vote: %(vote)s") % said
    if way_to(recipient_of(reader)).channel in {Channel.PHONE, Channel.PRINT}:
        here = _("Your name is on the list: come to a voting desk, or call us.")
        return Words(subject=subject, body=letter(reader, asked, here, rules))
    kept = _("Your link is yours alone and opens one ballot: do not pass it on. Nobody can tell what you choose.")
    path = reverse(f"{vote.piste}_public:vote_by_link_cut")
    return Words(
        subject=subject,
        body=letter(reader, asked, kept, rules),
        page=roll.voting_link(entry, path),
        page_label=_("Vote"),
    )


VOTES: dict[str, Event] = {"vote_link": Event(RollEntry, ((_whoever_has_not_voted, vote_link),))}
