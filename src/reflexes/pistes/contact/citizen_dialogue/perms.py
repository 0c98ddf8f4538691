"""Who may do what with the editions of a budget. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.assembly.perms import check_own_world, is_keeper
from reflexes.mechanisms.directory import roles
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility, Step, Variable

SLUG = "citizen_dialogue"


def can_keep_edition(actor: Actor, edition: Edition) -> bool:
    """A participation officer keeps what their own organisation opened."""
    return is_keeper(actor) and actor.organisation_id == edition.organisation_id


def check_keeping_edition(actor: Actor, edition: Edition) -> None:
    """Refuse whoever does not keep it, and an exercise that would touch a real edition."""
    if not can_keep_edition(actor, edition):
        raise PermissionDenied
    check_own_world(actor, edition.exercise_id)


def visible_editions(actor: Actor) -> QuerySet[Edition]:
    """Return the editions ``actor`` may see in their world: all once opened, and the drafts one prepares."""
    seen = ~Q(state=Edition.State.DRAFT)
    if is_keeper(actor):
        seen |= Q(organisation_id=actor.organisation_id)
    return Edition.objects.filter(seen, exercise_id=actor.exercise_id)


def access_edition(actor: Actor, slug: str) -> Edition:
    """Return an edition within the actor's scope."""
    found = visible_editions(actor).select_related("organisation", "answerer", "before", "vote", "body")
    edition = found.prefetch_related("steps__switches", "steps__consultation").filter(slug=slug).first()
    if edition is None:
        raise Http404
    return edition


def access_kept_edition(actor: Actor, slug: str) -> Edition:
    """Return an edition to the officer who keeps it; for anyone else the desk does not exist."""
    edition = access_edition(actor, slug) if is_keeper(actor) else None
    if edition is None or not can_keep_edition(actor, edition):
        raise Http404
    return edition


def access_kept_step(actor: Actor, pk: int) -> Step:
    """Return a step to the officer who keeps its edition."""
    step = Step.objects.select_related("edition", "consultation").filter(pk=pk).first()
    if step is None:
        raise Http404
    step.edition = access_kept_edition(actor, step.edition.slug)
    return step


def access_kept_variable(actor: Actor, pk: int) -> Variable:
    """Return what changed in an edition to the officer who keeps it."""
    variable = Variable.objects.select_related("edition").filter(pk=pk).first()
    if variable is None:
        raise Http404
    access_kept_edition(actor, variable.edition.slug)
    return variable


def proposals_of(edition: Edition) -> QuerySet[Proposal]:
    """Return the proposals that came out of the ideas of an edition."""
    return Proposal.objects.filter(
        consultation__step__edition=edition, consultation__step__kind=Step.Kind.IDEAS
    ).order_by("made_at", "pk")


def access_edition_proposal(actor: Actor, edition: Edition, pk: int) -> Proposal:
    """Return one proposal of an edition, in the world the actor is in."""
    found = proposals_of(edition).filter(pk=pk, exercise_id=actor.exercise_id).select_related("consultation").first()
    if found is None:
        raise Http404
    return found


def leads(actor: Actor, feasibility: Feasibility) -> bool:
    """Whoever leads the service that is asked speaks for it."""
    return actor.role == roles.MANAGER and actor.unit_id is not None and actor.unit_id == feasibility.unit_id


def can_say(actor: Actor, feasibility: Feasibility) -> bool:
    """The service says it; the officer may write down what the service said, and both names are kept."""
    return leads(actor, feasibility) or can_keep_edition(actor, feasibility.edition)


def asked_of(actor: Actor) -> QuerySet[Feasibility]:
    """Return the questions put to the service that ``actor`` leads."""
    if actor.role != roles.MANAGER or actor.unit_id is None:
        return Feasibility.objects.none()
    return Feasibility.objects.filter(unit_id=actor.unit_id, edition__exercise_id=actor.exercise_id)


def access_feasibility(actor: Actor, pk: int) -> Feasibility:
    """Return a question to the service it is put to, or to the officer who put it."""
    found = (
        Feasibility.objects.select_related("edition__organisation", "proposal", "unit")
        .filter(pk=pk, edition__exercise_id=actor.exercise_id)
        .first()
    )
    if found is None or not can_say(actor, found):
        raise Http404
    return found
