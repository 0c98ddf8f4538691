"""Proposals read against the 17 goals by people: a mark and a sentence each, never computed or added up (P11 (5))."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.assembly.models import Channel, Proposal, Seat
from reflexes.mechanisms.assembly.perms import check_own_world
from reflexes.mechanisms.assembly.services.contributions import TYPISTS, nobody
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.goals import BY_NUMBER
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalCard, GoalScore

Mark = GoalScore.Mark
INVITED = f"{perms.SLUG}.scores_asked"


@dataclass(frozen=True, slots=True)
class Said:
    """One mark and its sentence."""

    mark: str
    sentence: str


def can_type_card(actor: Actor, edition: Edition) -> bool:
    """Any agent of the organisation types a card filled in on paper: it counts the same."""
    return actor.is_known and actor.role in TYPISTS and actor.organisation_id == edition.organisation_id


def do_score(
    *,
    actor: Actor,
    edition: Edition,
    proposal: Proposal,
    marks: Mapping[int, Said],
    client_key: UUID,
    shown_name: str = "",
    typed: str = "",
) -> GoalCard:
    """Write one person's reading of a proposal; ``typed`` is the channel of a card that an agent types for somebody.

    A person has one card for each proposal: writing again replaces it. The same card sent twice is one card.
    """
    if not actor.is_known or (typed and not can_type_card(actor, edition)):
        raise PermissionDenied
    check_own_world(actor, edition.exercise_id)
    if edition.state != Edition.State.OPEN:
        raise Refusal(
            "edition_not_open", _("This edition is not under way: goals are no longer marked."), conflict=True
        )
    if not perms.proposals_of(edition).filter(pk=proposal.pk).exists():
        raise Refusal("proposal_elsewhere", _("This proposal belongs to another edition."))
    _check(marks, typed)
    known = GoalCard.objects.filter(client_key=client_key).first()
    if known is not None and (typed or known.person_id != actor.person_id):
        return known
    try:
        with transaction.atomic():
            card = _card(actor, edition, proposal, client_key, typed)
            card.shown_name, card.said_at = shown_name.strip()[:80], clock.now()
            card.save()
            card.scores.all().delete()
            GoalScore.objects.bulk_create(
                GoalScore(card=card, goal=goal, mark=said.mark, sentence=said.sentence.strip())
                for goal, said in sorted(marks.items())
            )
            record(
                actor=actor if typed else nobody(actor),
                verb="citizen_dialogue.goals_marked",
                object_kind="proposal",
                object_key=proposal.pk,
                params={"count": len(marks), "channel": card.channel},
            )
    except IntegrityError as error:
        raise Refusal("sent_twice", _("This card is written already. Reload the page."), conflict=True) from error
    return card


def _card(actor: Actor, edition: Edition, proposal: Proposal, client_key: UUID, typed: str) -> GoalCard:
    """Return the card of this person, or a new one; a card typed for somebody names nobody."""
    own = GoalCard.objects.select_for_update().filter(proposal=proposal, person_id=actor.person_id).first()
    if own is not None and not typed:
        return own
    return GoalCard(
        edition=edition,
        proposal=proposal,
        client_key=client_key,
        person_id=None if typed else actor.person_id,
        channel=typed or Channel.WEB,
        entered_by_id=actor.person_id if typed else None,
    )


def _check(marks: Mapping[int, Said], typed: str) -> None:
    if not marks:
        raise Refusal("marks_missing", _("Mark at least one goal, with a sentence: those you know about are enough."))
    longest = GoalScore._meta.get_field("sentence").max_length
    for goal, said in marks.items():
        if goal not in BY_NUMBER or said.mark not in Mark.values:
            raise Refusal("mark_unknown", _("Choose one of the four marks for each goal you mark."))
        if not said.sentence.strip():
            raise Refusal(
                "sentence_missing",
                _("Goal %(goal)d has a mark without a sentence. Write why, or take the mark away.") % {"goal": goal},
            )
        if len(said.sentence.strip()) > longest:
            raise Refusal("sentence_too_long", _("One sentence is too long. Keep what matters most."))
    if typed and (typed not in Channel.values or typed == Channel.WEB):
        raise Refusal("channel_missing", _("Say how it reached you: by telephone, on paper, in the room or by letter."))


def cards_of(edition: Edition, proposals: Iterable[Proposal] | None = None) -> QuerySet[GoalCard]:
    """Return the cards of an edition with their marks, oldest first."""
    cards = GoalCard.objects.filter(edition=edition)
    if proposals is not None:
        cards = cards.filter(proposal__in=[one.pk for one in proposals])
    return cards.prefetch_related("scores").order_by("said_at", "pk")


def own_card(actor: Actor, proposal: Proposal) -> GoalCard | None:
    """Return what the actor said of a proposal, to be corrected."""
    if not actor.is_known:
        return None
    return GoalCard.objects.filter(proposal=proposal, person_id=actor.person_id).prefetch_related("scores").first()


def committee_of(edition: Edition) -> list[Person]:
    """Return who sits in the committee of an edition."""
    if edition.body_id is None:
        return []
    seats = Seat.objects.filter(college__body_id=edition.body_id, state=Seat.State.HELD)
    return list(Person.objects.filter(pk__in=seats.values("person_id"), erased_at=None).order_by("search", "pk"))


def do_ask_scores(*, actor: Actor, edition: Edition, people: Iterable[Person]) -> int:
    """Send people the link by which they mark the goals without an account; return how many."""
    perms.check_keeping_edition(actor, edition)
    if edition.state != Edition.State.OPEN:
        raise Refusal("edition_not_open", _("Open the edition first."), conflict=True)
    if not perms.proposals_of(edition).exists():
        raise Refusal("nothing_to_mark", _("There is no proposal to read yet: bring ideas together first."))
    ids = sorted({one.pk for one in people if one.erased_at is None})
    if not ids:
        raise Refusal("nobody_to_ask", _("Choose who is asked: the committee, or somebody by their name."))
    with transaction.atomic():
        key = f"{INVITED}:{edition.pk}:{clock.now().isoformat()}"
        enqueue(INVITED, {"edition": edition.pk, "people": ids}, key=key, exercise_id=edition.exercise_id)
        record(
            actor=actor,
            verb="citizen_dialogue.scores_asked",
            object_kind="edition",
            object_key=edition.pk,
            params={"count": len(ids)},
        )
    return len(ids)
