"""From what services found feasible to the vote: what may be voted on, at which cost, within which sum."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Choice, Vote
from reflexes.mechanisms.assembly.perms_votes import visible_votes
from reflexes.mechanisms.assembly.services import votes
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step
from reflexes.pistes.contact.citizen_dialogue.services.editions import check_not_ended
from reflexes.pistes.contact.citizen_dialogue.services.feasibility import Standing, standings

OPENS, CLOSES = time(8), time(20)


def ready(edition: Edition) -> list[Standing]:
    """Return the proposals that may be put to the vote and are not in it yet."""
    found = perms.proposals_of(edition).exclude(state__in=votes.NOT_VOTED_ON)
    if edition.vote_id is not None:
        found = found.exclude(choices__vote_id=edition.vote_id)
    return [one for one in standings(edition, found) if one.ready]


def do_prepare_vote(*, actor: Actor, edition: Edition, most_choices: int) -> Vote:
    """Write the draft of the vote: the sum, the rules and the dates are those people read in the edition."""
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    if edition.vote_id is not None:
        raise Refusal("vote_known", _("This edition has its vote already. Reload the page."), conflict=True)
    if edition.rules_published_at is None:
        raise Refusal("rules_first", _("Publish the rules first: people vote under what they read."))
    step = edition.steps.get(kind=Step.Kind.VOTE)
    ideas = edition.steps.select_related("consultation").get(kind=Step.Kind.IDEAS)
    if ideas.consultation is None:
        raise Refusal("ideas_missing", _("Nothing was proposed yet: open the door for ideas first."))
    terms = votes.Terms(
        title=edition.title,
        rules=edition.rules,
        budget_cents=edition.budget_cents,
        most_choices=most_choices,
        opens_at=_at(step, first=True),
        closes_at=_at(step, first=False),
    )
    with transaction.atomic():
        vote = votes.do_prepare_vote(actor=actor, piste=perms.SLUG, terms=terms, consultation=ideas.consultation)
        if not Edition.objects.filter(pk=edition.pk, vote=None).update(vote=vote):
            raise Refusal("vote_known", _("This edition has its vote already. Reload the page."), conflict=True)
        record(actor=actor, verb="citizen_dialogue.vote_prepared", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return vote


def to_name(actor: Actor, edition: Edition) -> QuerySet[Vote]:
    """Return the votes of the dialogue that no edition has yet: one prepared at the desk of votes may be named."""
    found = visible_votes(actor).filter(piste=perms.SLUG, organisation_id=edition.organisation_id, edition=None)
    return found.order_by("-opens_at", "pk")


def do_name_vote(*, actor: Actor, edition: Edition, vote: Vote) -> Vote:
    """Say which vote is the one of an edition, when it was prepared apart."""
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    if edition.rules_published_at is None:
        raise Refusal("rules_first", _("Publish the rules first: people vote under what they read."))
    if not to_name(actor, edition).filter(pk=vote.pk).exists():
        raise Refusal("vote_taken", _("This vote belongs to another edition. Choose another one."), conflict=True)
    with transaction.atomic():
        if not Edition.objects.filter(pk=edition.pk, vote=None).update(vote=vote):
            raise Refusal("vote_known", _("This edition has its vote already. Reload the page."), conflict=True)
        record(actor=actor, verb="citizen_dialogue.vote_prepared", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return vote


def _at(step: Step, *, first: bool) -> datetime:
    """Return the moment a vote opens on the first day of its step, or closes on the last."""
    day, hour = (step.starts_on, OPENS) if first else (step.ends_on, CLOSES)
    moment = timezone.make_aware(datetime.combine(day, hour))
    return moment if first or moment > _at(step, first=True) else moment + timedelta(days=1)


def do_bring_to_vote(*, actor: Actor, edition: Edition) -> list[Choice]:
    """Put to the vote every proposal that services found feasible, at the cost they said."""
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    if edition.vote is None:
        raise Refusal("vote_missing", _("Prepare the vote first."))
    found = ready(edition)
    if not found:
        raise Refusal(
            "nothing_ready", _("No proposal waits to be voted on: services have not said yes to another one.")
        )
    return votes.do_take_proposals(actor=actor, vote=edition.vote, cents={one.proposal.pk: one.cents for one in found})
