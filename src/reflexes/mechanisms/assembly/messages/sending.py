"""Who is told of each event about words, and how messages leave: through the outbox, with the end of the job.

A piste declares in its ``jobs.py``: ``handle("<slug>", {**WORDS, "…": Event(…)}, partial(link_for, "<slug>"))``; what
it adds is what it alone announces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core.notifications.recipients import Channel, way_to
from reflexes.core.notifications.services import Action, notify
from reflexes.core.outbox.handlers import handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.messages import speaking, working
from reflexes.mechanisms.assembly.messages.writing import (
    Readers,
    Words,
    Writer,
    authors_of,
)
from reflexes.mechanisms.assembly.models import (
    Commitment,
    Consultation,
    Contribution,
    Milestone,
    Proposal,
    Review,
    Session,
)
from reflexes.mechanisms.assembly.services import moderation
from reflexes.mechanisms.assembly.services.proposals import UNANSWERED
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of, capacities_of
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_of, people_holding, recipient_of

Also = dict[str, Any]
# Who, what is asked, of which row, in which exercise → the address that answers.
LinkFor = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Event:
    """An event about a row of ``model``: each audience, and what it reads."""

    model: type[Model]
    tells: tuple[tuple[Readers, Writer], ...] = ()


def person_of(row: Any, _also: Also) -> list[Person]:
    """Return the person of a row, unless their data were erased."""
    return [row.person] if row.person is not None and row.person.erased_at is None else []


def _spoke_here(consultation: Consultation, _also: Also) -> list[Person]:
    spoke = consultation.contributions.exclude(person=None).values("person_id")
    return list(Person.objects.filter(pk__in=spoke, erased_at=None).order_by("search", "pk"))


def _appeal_readers(said: Contribution, _also: Also) -> list[Person]:
    """Return who may answer an appeal: another officer, or the director; never whoever hid the words."""
    organisation = said.consultation.organisation_id
    held = [
        (one, role)
        for role in (roles.FACILITATOR, roles.DIRECTOR)
        for one in people_holding(role, organisation_id=organisation)
    ]
    able = {one.pk: one for one, role in held if moderation.can_answer_appeal(_acting(one, role, organisation), said)}
    return list(able.values())


def _acting(person: Person, role: str, organisation_id: int) -> Any:
    capacity = capacities_of(person).filter(role=role, organisation_id=organisation_id).first()
    return actor_of(person, capacity)


def _answerer(row: Any, _also: Also) -> list[Person]:
    proposal = row if isinstance(row, Proposal) else row.proposal
    return [proposal.answerer] if proposal.answerer.erased_at is None else []


def _owes(proposal: Proposal, also: Also) -> list[Person]:
    return _answerer(proposal, also) if proposal.state in UNANSWERED else []


def _authors(row: Any, _also: Also) -> list[Person]:
    match row:
        case Proposal():
            return authors_of(row)
        case Milestone():
            return authors_of(row.commitment.proposal)
        case _:
            return authors_of(row.proposal)


def _authors_if_late(proposal: Proposal, also: Also) -> list[Person]:
    return _authors(proposal, also) if proposal.state in UNANSWERED else []


def _authors_if_open(review: Review, also: Also) -> list[Person]:
    return _authors(review, also) if review.called_at is None else []


def _merged(_proposal: Proposal, also: Also) -> list[Person]:
    spoke = Contribution.objects.filter(pk__in=also.get("contributions", ())).exclude(person=None)
    return list(Person.objects.filter(pk__in=spoke.values("person_id"), erased_at=None).order_by("search", "pk"))


def _service(one: Commitment, also: Also) -> list[Person]:
    """Return who leads the service that promised, and whoever answered."""
    found = {person.pk: person for person in [*managers_of(one.owner_id), *_answerer(one, also)]}
    return list(found.values())


# Every event about words has its line: an empty one tells nobody, because the desk or the page already says it.
WORDS: dict[str, Event] = {
    "consultation_opened": Event(Consultation),
    "consultation_prolonged": Event(Consultation),
    "consultation_closed": Event(Consultation),
    "channel_switched": Event(Consultation, ((_spoke_here, speaking.channel_moved),)),
    "channel_back": Event(Consultation, ((_spoke_here, speaking.channel_moved),)),
    "contribution_received": Event(Contribution, ((person_of, speaking.contribution_received),)),
    "contribution_shown": Event(Contribution, ((person_of, speaking.contribution_shown),)),
    "contribution_hidden": Event(Contribution, ((person_of, speaking.contribution_hidden),)),
    "appealed": Event(Contribution, ((_appeal_readers, working.appealed),)),
    "appeal_answered": Event(Contribution, ((person_of, speaking.appeal_answered),)),
    "proposal_made": Event(Proposal, ((_owes, working.answer_asked), (_authors, speaking.proposal_made))),
    "contributions_merged": Event(Proposal, ((_merged, speaking.proposal_made),)),
    "proposal_withdrawn": Event(Proposal, ((_answerer, working.proposal_withdrawn),)),
    "proposal_handed_over": Event(Proposal, ((_owes, working.answer_asked), (_authors, speaking.proposal_handed_over))),
    "proposal_answered": Event(Proposal, ((_authors, speaking.proposal_answered),)),
    "answer_late": Event(Proposal, ((_owes, working.answer_overdue), (_authors_if_late, speaking.answer_late))),
    "commitment_made": Event(Commitment, ((_authors, speaking.commitment_made),)),
    "commitment_kept": Event(Commitment, ((_authors, speaking.commitment_kept),)),
    "commitment_dropped": Event(Commitment, ((_authors, speaking.commitment_dropped),)),
    "commitment_postponed": Event(Commitment, ((_authors, speaking.commitment_postponed),)),
    "commitment_late": Event(Commitment, ((_service, working.commitment_late), (_authors, speaking.commitment_late))),
    "milestone_reached": Event(Milestone, ((_authors, speaking.milestone_reached),)),
    "review_due": Event(Review, ((_authors_if_open, speaking.review_due),)),
    "review_called": Event(Review, ((_answerer, working.review_called),)),
    "review_evaluated": Event(Review, ((_answerer, working.review_evaluated),)),
}


def handle(piste: str, told: dict[str, Event], link_for: LinkFor) -> None:
    """Declare the job of each event of a piste: the messages leave exactly once, with the end of the job."""
    for name, event in told.items():
        handler(f"{piste}.{name}")(partial(_work, event, link_for))


def _work(event: Event, link_for: LinkFor, job: Job) -> None:
    """Tell people what happened to one row; a row erased since has nobody to tell."""
    tell(event, job.payload, link_for, key=job.key, exercise_id=job.exercise_id)


def tell(told: Event, payload: Also, link_for: LinkFor, *, key: str, exercise_id: int | None) -> int:
    """Write the messages of an event; return how many. ``key`` makes each unique for its reader."""
    row = told.model._default_manager.filter(pk=payload[told.model._meta.model_name or ""]).first()
    if row is None:
        return 0
    also = dict(payload)
    if isinstance(row, Session):
        also["lines"] = dict(row.attendances.order_by("pk").values_list("person_id", "pk"))
    read: set[int] = set()
    for readers, writer in told.tells:
        for reader in readers(row, also):
            # Somebody in two audiences reads the first message: it is the one that asks something of them.
            if reader.pk not in read:
                read.add(reader.pk)
                _send(writer, row, reader, also, link_for, key=f"{key}:{reader.pk}", exercise_id=exercise_id)
    return len(read)


def _send(
    writer: Writer, row: Any, reader: Person, also: Also, link_for: LinkFor, *, key: str, exercise_id: int | None
) -> None:
    with translation.override(reader.language):
        words = writer(row, reader, also)
        link = link_for(reader, words.purpose, words.row, exercise_id=exercise_id) if words.purpose else ""
        recipient = recipient_of(reader)
        body, actions = _formed(words, link, way_to(recipient).channel)
        notify(recipient, subject=words.subject, body=body, actions=actions, key=key, exercise_id=exercise_id)


def _formed(words: Words, link: str, channel: Channel) -> tuple[str, tuple[Action, ...]]:
    """Return the words and the answers in the form of the reader's channel: no link is tapped on paper."""
    if channel in {Channel.PHONE, Channel.PRINT}:
        voice = _("To answer, call us or come by: your answer is written down for you.") if link else ""
        return "\n\n".join(part for part in (words.body, voice) if part), ()
    if channel == Channel.TEXT:
        label = _("Answer") if link else words.page_label or _("Read")
        address = link or words.page
        return words.subject, (Action(label, address),) if address else ()
    actions = tuple(Action(label, f"{link}?reponse={query}" if query else link) for label, query in words.choices)
    return words.body, actions or (
        (Action(words.page_label or _("Read on the site"), words.page),) if words.page else ()
    )
