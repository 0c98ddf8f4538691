"""The members of a body vote by a personal link: put on the roll, written to, once a day at most."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import RollEntry, Seat, Vote
from reflexes.mechanisms.assembly.perms_votes import check_keeping_vote
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.roll import check_not_over, do_enrol, locked_vote
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record


def members_to_enrol(vote: Vote) -> QuerySet[Person]:
    """Return who sits in the body of a vote and is not on its roll yet."""
    held = Seat.objects.filter(college__body=vote.body_id, state=Seat.State.HELD).exclude(person=None)
    people = Person.objects.filter(pk__in=held.values("person"), erased_at=None)
    return people.exclude(pk__in=vote.roll.exclude(person=None).values("person")).order_by("search", "pk")


def lines_to_write_to(vote: Vote) -> QuerySet[RollEntry]:
    """Return the lines of people who may still vote by link."""
    return vote.roll.filter(voted=False, person__erased_at=None).exclude(person=None).order_by("pk")


def do_enrol_members(*, actor: Actor, vote: Vote) -> int:
    """Put whoever sits in the body of the vote on its roll; return how many were added."""
    check_keeping_vote(actor, vote)
    check_not_over(vote)
    if vote.body_id is None:
        raise Refusal("no_body", _("This vote belongs to no committee: bring a list, or make letters."))
    return do_enrol(actor=actor, vote=vote, people=members_to_enrol(vote))


def do_send_links(*, actor: Actor, vote: Vote) -> int:
    """Write to everyone on the roll who has not voted; pressed twice on a day, each is written to once."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = locked_vote(vote)
        if current.state == Vote.State.DRAFT:
            raise Refusal("freeze_first", _("Freeze the vote first: a link opens what nobody changes any more."))
        lines = list(lines_to_write_to(current))
        if not lines:
            raise Refusal("nobody", _("Nobody is left to write to: everyone on the roll voted, or has no link."))
        for one in lines:
            one.vote = current
            announce(one, "vote_link", once=clock.today().isoformat())
        record(
            actor=actor,
            verb="assembly.vote_links_sent",
            object_kind="vote",
            object_key=current.pk,
            params={"count": len(lines)},
        )
    return len(lines)
