"""Where words and proposals belong: a body, or a consultation of no body. A piste names it and says where it is read.

The screens of words (``urls/words.py``) are mounted with one ``Circles``; they find everything else by themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, Consultation, Proposal
from reflexes.mechanisms.assembly.services import consultations, contributions, proposals
from reflexes.web.parts import Text

Kept = Body | Consultation


@dataclass(frozen=True, slots=True)
class Circle:
    """One of them, as pages name it and lead back to it.

    ``page`` is where everybody reads it, ``desk`` where its officer keeps it; ``ask`` is where the officer asks
    everybody a question in its name, or nothing when questions come otherwise.
    """

    name: Text
    page: str
    desk: str
    ask: str = ""


def by_itself(_consultation: Consultation) -> str:
    """Say that nothing else sets the channels and the days of a consultation."""
    return ""


@dataclass(frozen=True, slots=True)
class Circles:
    """All those of a piste: ``model`` holds its words, ``label`` is what one of them is called in a filter.

    ``describe`` gives the ``Circle`` of a row of ``model``. A slug in an address is the one of that row. ``ruled_at``
    gives where the channels and the days of a consultation are changed, when something else sets them: the step of a
    budget.
    """

    piste: str
    model: type[Kept]
    label: Text
    describe: Callable[[Any], Circle]
    ruled_at: Callable[[Consultation], str] = by_itself

    @property
    def column(self) -> str:
        """Which column of a proposal points to one of them."""
        return "body" if self.model is Body else "consultation"

    def menu(self, name: str) -> str:
        """Return the name of an address of the officer's desk, for the entry of the menu that is shown as here."""
        return f"{self.piste}:keeper_{name}"

    def own(self, name: str, *args: object) -> str:
        """Return an address of whoever answers."""
        return reverse(f"{self.piste}:{name}", args=args)

    def desk(self, name: str, *args: object) -> str:
        """Return an address of the officer's desk."""
        return reverse(self.menu(name), args=args)

    def public(self, name: str, *args: object) -> str:
        """Return an address that everybody reads."""
        return reverse(f"{self.piste}_public:{name}", args=args)

    def of(self, kept: Kept) -> Circle:
        """Return how pages name ``kept``; what belongs elsewhere is nothing to find here."""
        if not isinstance(kept, self.model) or kept.piste != self.piste:
            raise Http404
        return self.describe(kept)

    def read(self, actor: Actor, slug: str) -> Kept:
        """Return one that ``actor`` may read; a body once it is at work: its draft is read at the desk."""
        found = self._found(actor, slug)
        if isinstance(found, Body) and found.state == Body.State.DRAFT:
            raise Http404
        return found

    def keep(self, actor: Actor, slug: str) -> Kept:
        """Return one to the officer who keeps it; for anyone else the desk does not exist."""
        access_keeper(actor)
        found = self._found(actor, slug)
        perms.check_keeping(actor, found)
        return found

    def _found(self, actor: Actor, slug: str) -> Kept:
        found = perms.access_body(actor, slug) if self.model is Body else perms.access_consultation(actor, slug)
        if found.piste != self.piste or (isinstance(found, Consultation) and found.body_id is not None):
            raise Http404
        return found

    def kept(self, actor: Actor) -> QuerySet[Any]:
        """Return those that the officer keeps, in the order people look for them."""
        seen: QuerySet[Any] = (
            perms.visible_bodies(actor) if self.model is Body else perms.visible_consultations(actor).filter(body=None)
        )
        return seen.filter(piste=self.piste, organisation_id=actor.organisation_id).order_by("search", "pk")

    def at_work(self, actor: Actor) -> QuerySet[Any]:
        """Return those of them that may propose: a body once it is open, a consultation always."""
        kept = self.kept(actor)
        return kept.filter(state=Body.State.OPEN) if self.model is Body else kept

    def doors(self, actor: Actor, kept: Kept) -> Sequence[Consultation]:
        """Return the consultations of one that take words today."""
        if isinstance(kept, Consultation):
            return [kept] if consultations.is_open(kept) else []
        return list(contributions.open_doors(kept, exercise_id=actor.exercise_id).select_related("body"))

    def proposals(self, actor: Actor, kept: Kept, **wanted: str) -> QuerySet[Proposal]:
        """Return the proposals of one that ``actor`` may read, the overdue ones first."""
        return proposals.find_proposals(actor, piste=self.piste, **{self.column: kept}, **wanted)  # type: ignore[arg-type]


def access_keeper(actor: Actor) -> None:
    """Let the participation officer in; for anyone else the desk does not exist."""
    if not perms.is_keeper(actor):
        raise Http404


def circle_slug(row: Proposal | Consultation) -> str:
    """Return the slug under which everybody reads what a proposal or a consultation belongs to."""
    kept = perms.kept_through(row) if isinstance(row, Proposal) else row.body or row
    return kept.slug


def proposal_address(proposal: Proposal) -> str:
    """Return the public page of a proposal, whatever its piste."""
    return reverse(f"{proposal.piste}_public:proposal_page", args=[circle_slug(proposal), proposal.pk])
