"""What services say of each proposal: asked with a day, answered with a motive, on its way to the vote (P11)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.assembly.perms import check_own_world
from reflexes.mechanisms.assembly.services.votes import NOT_VOTED_ON
from reflexes.mechanisms.directory.models import Person, Unit
from reflexes.mechanisms.directory.services import managers_of
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility
from reflexes.pistes.contact.citizen_dialogue.services.editions import check_not_ended

Verdict = Feasibility.Verdict
ASKED = f"{perms.SLUG}.feasibility_asked"
SAID = f"{perms.SLUG}.feasibility_said"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands: the latest word of each service, what it costs, whether it may go to the vote."""

    proposal: Proposal
    words: tuple[Feasibility, ...]

    @property
    def verdict(self) -> str:
        """``""`` until every service answered; one refusal refuses, one change changes."""
        said = [one.verdict for one in self.words]
        if not said or "" in said:
            return ""
        return next((one for one in (Verdict.NOT, Verdict.CHANGED) if one in said), Verdict.FEASIBLE)

    @property
    def cents(self) -> int:
        """What the services say that it costs, added."""
        return sum(one.cents or 0 for one in self.words)

    @property
    def ready(self) -> bool:
        """Tell whether it may be put to the vote: every service said yes, or yes if it changes, and its cost."""
        possible = self.verdict in {Verdict.FEASIBLE, Verdict.CHANGED} and self.cents > 0
        return possible and self.proposal.state not in NOT_VOTED_ON

    @property
    def late(self) -> bool:
        """Tell whether a service is past its day."""
        return any(not one.verdict and one.due_on < clock.today() for one in self.words)


def standings(edition: Edition, proposals: Iterable[Proposal]) -> list[Standing]:
    """Return where each of ``proposals`` stands, in their order: one question whatever their number."""
    rows = list(proposals)
    latest: dict[int, dict[int, Feasibility]] = defaultdict(dict)
    asked = Feasibility.objects.filter(edition=edition, proposal__in=[one.pk for one in rows])
    for one in asked.select_related("unit", "by").order_by("asked_at", "pk"):
        latest[one.proposal_id][one.unit_id] = one
    return [Standing(one, tuple(latest[one.pk].values())) for one in rows]


def do_ask(
    *, actor: Actor, edition: Edition, proposals: Iterable[Proposal], unit: Unit, due_on: date, question: str = ""
) -> list[Feasibility]:
    """Ask a service about proposals, by a day. Asked again after its word, it says again and both stay readable."""
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    wanted = sorted({one.pk for one in proposals})
    if not wanted:
        raise Refusal("proposals_missing", _("Tick at least one proposal."))
    if due_on < clock.today():
        raise Refusal("due_in_the_past", _("Choose a day to come: a question without a date is forgotten."))
    here = list(perms.proposals_of(edition).exclude(state__in=NOT_VOTED_ON).filter(pk__in=wanted))
    if len(here) < len(wanted):
        raise Refusal(
            "proposal_gone", _("One of these proposals was refused or taken back. Reload the page."), conflict=True
        )
    try:
        with transaction.atomic():
            asked = [
                Feasibility.objects.create(
                    edition=edition,
                    proposal=one,
                    unit=unit,
                    due_on=due_on,
                    question=question.strip()[:300],
                    asked_at=clock.now(),
                )
                for one in here
            ]
            record(
                actor=actor,
                verb="citizen_dialogue.feasibility_asked",
                object_kind="edition",
                object_key=edition.pk,
                params={"count": len(asked), "unit": str(unit), "due": str(due_on)},
            )
            _tell(edition, asked)
    except IntegrityError as error:
        raise Refusal(
            "asked_already", _("This service is already asked about one of them. Wait for its word."), conflict=True
        ) from error
    return asked


def _tell(edition: Edition, asked: list[Feasibility]) -> None:
    for one in asked:
        enqueue(ASKED, {"feasibility": one.pk}, key=f"{ASKED}:{one.pk}", exercise_id=edition.exercise_id)


def speakers(feasibility: Feasibility) -> list[Person]:
    """Return who may speak for the service: those who lead it, or the nearest above who lead something."""
    return managers_of(feasibility.unit_id)


def do_say(
    *,
    actor: Actor,
    feasibility: Feasibility,
    verdict: str,
    motive: str = "",
    cents: int | None = None,
    by: Person | None = None,
    by_link: bool = False,
) -> Feasibility:
    """Write what a service says. Its managers do, or the officer for them: ``by`` is then who said it.

    Anything but a plain yes has a motive; anything but a no has a cost. ``by_link`` is somebody of ``speakers``.
    """
    allowed = perms.can_say(actor, feasibility) or (
        by_link and actor.person_id in {one.pk for one in speakers(feasibility)}
    )
    if not allowed:
        raise PermissionDenied
    check_own_world(actor, feasibility.edition.exercise_id)
    check_not_ended(feasibility.edition)
    _check_said(verdict, motive, cents)
    for_them = not (by_link or perms.leads(actor, feasibility))
    with transaction.atomic():
        said = Feasibility.objects.filter(pk=feasibility.pk, answered_at=None).update(
            verdict=verdict,
            motive=motive.strip(),
            cents=cents,
            by_id=(by.pk if by else None) if for_them else actor.person_id,
            written_by_id=actor.person_id,
            answered_at=clock.now(),
        )
        if not said:
            raise Refusal(
                "said_already", _("The service said it already. Ask again if something changed."), conflict=True
            )
        record(
            actor=actor,
            verb="citizen_dialogue.feasibility_said",
            object_kind="proposal",
            object_key=feasibility.proposal_id,
            params={"verdict": verdict, "unit": str(feasibility.unit)},
        )
        key = f"{SAID}:{feasibility.pk}"
        enqueue(SAID, {"feasibility": feasibility.pk}, key=key, exercise_id=feasibility.edition.exercise_id)
    feasibility.refresh_from_db()
    return feasibility


def _check_said(verdict: str, motive: str, cents: int | None) -> None:
    if verdict not in Verdict.values:
        raise Refusal("verdict_unknown", _("Say whether it can be done, can be done if it changes, or cannot be done."))
    if verdict != Verdict.FEASIBLE and not motive.strip():
        raise Refusal(
            "motive_missing", _("Say why, or what has to change: its authors read it in the same size as a yes.")
        )
    if verdict != Verdict.NOT and (cents is None or cents < 1):
        raise Refusal("cents_missing", _("Say what it costs, in euros: people vote on it."))


def late(actor: Actor) -> QuerySet[Feasibility]:
    """Return the questions of the officer's editions whose day passed without a word, oldest first."""
    asked = Feasibility.objects.filter(
        edition__organisation_id=actor.organisation_id,
        edition__exercise_id=actor.exercise_id,
        edition__state=Edition.State.OPEN,
        answered_at=None,
        due_on__lt=clock.today(),
    )
    return asked.select_related("proposal", "unit", "edition").order_by("due_on", "pk")
