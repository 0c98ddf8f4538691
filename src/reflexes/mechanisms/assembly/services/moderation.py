"""Words hidden for a reason of a short public list; the author is told and may appeal once, to somebody else."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Consultation, Contribution
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.consultations import check_kept
from reflexes.mechanisms.assembly.services.contributions import is_own, nobody
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record

State = Contribution.State


def do_show(*, actor: Actor, contribution: Contribution) -> Contribution:
    """Show words that waited to be read."""
    check_kept(actor, contribution.consultation)
    values = {"state": State.SHOWN, "read_by_id": actor.person_id, "read_at": clock.now()}
    with transaction.atomic():
        _move(contribution, (State.WAITING,), values)
        _record(actor, "assembly.contribution_shown", contribution)
        announce(contribution, "contribution_shown")
    contribution.refresh_from_db()
    return contribution


def do_hide(*, actor: Actor, contribution: Contribution, why: str, words: str = "") -> Contribution:
    """Hide words for one of the reasons that everybody can read; their author is told which, and how to appeal."""
    check_kept(actor, contribution.consultation)
    if why not in Contribution.Why.values:
        raise Refusal("why_unknown", _("Choose why in the list: the same rule holds for everybody."))
    if contribution.appealed_at is not None:
        raise Refusal("appealed", _("An appeal was answered about these words: that answer stands."), conflict=True)
    values = {
        "state": State.HIDDEN,
        "why_hidden": why,
        "hidden_words": words.strip()[:300],
        "read_by_id": actor.person_id,
        "read_at": clock.now(),
    }
    with transaction.atomic():
        _move(contribution, (State.SHOWN, State.WAITING), values, appealed_at=None)
        _record(actor, "assembly.contribution_hidden", contribution, {"why": why})
        announce(contribution, "contribution_hidden")
    contribution.refresh_from_db()
    return contribution


def do_appeal(*, actor: Actor, contribution: Contribution, words: str) -> Contribution:
    """Ask, once, that somebody else reads the words again; the officer may write it for an author on the telephone."""
    kept = perms.can_keep(actor, contribution.consultation)
    if not (is_own(actor, contribution) or (kept and contribution.person_id is not None)):
        raise PermissionDenied
    perms.check_own_world(actor, contribution.consultation.exercise_id)
    if not words.strip():
        raise Refusal("words_missing", _("Say in a sentence why your words should be read."))
    with transaction.atomic():
        appealed = Contribution.objects.filter(pk=contribution.pk, state=State.HIDDEN, appealed_at=None).update(
            appeal=words.strip(), appealed_at=clock.now()
        )
        if not appealed:
            raise Refusal(
                "no_appeal",
                _("These words are not hidden, or an appeal was made already: it is made once."),
                conflict=True,
            )
        _record(nobody(actor) if is_own(actor, contribution) else actor, "assembly.appealed", contribution)
        announce(contribution, "appealed")
    contribution.refresh_from_db()
    return contribution


def can_answer_appeal(actor: Actor, contribution: Contribution) -> bool:
    """Another officer answers, or the director when there is only one: never whoever hid the words, nor the author."""
    same = actor.organisation_id == contribution.consultation.organisation_id
    may = same and actor.is_known and actor.role in {roles.FACILITATOR, roles.DIRECTOR}
    return may and actor.person_id not in {contribution.read_by_id, contribution.person_id}


def do_answer_appeal(*, actor: Actor, contribution: Contribution, show: bool, words: str) -> Contribution:
    """Answer an appeal in words: the contribution shows again, or stays hidden. That answer stands."""
    perms.check_own_world(actor, contribution.consultation.exercise_id)
    if perms.can_keep(actor, contribution.consultation) and actor.person_id == contribution.read_by_id:
        raise Refusal("same_person", _("You hid these words: somebody else answers the appeal."))
    if not can_answer_appeal(actor, contribution):
        raise PermissionDenied
    if not words.strip():
        raise Refusal("words_missing", _("Say why, in a sentence: the author reads your words."))
    values: dict[str, object] = {
        "appeal_answer": words.strip()[:300],
        "appeal_answered_at": clock.now(),
        "appeal_answered_by_id": actor.person_id,
    }
    if show:
        values |= {"state": State.SHOWN, "why_hidden": "", "hidden_words": ""}
    with transaction.atomic():
        waiting = Contribution.objects.filter(pk=contribution.pk, state=State.HIDDEN, appeal_answered_at=None)
        if not waiting.exclude(appealed_at=None).update(**values):
            raise Refusal("no_appeal_waits", _("No appeal waits here any more. Reload the page."), conflict=True)
        _record(actor, "assembly.appeal_answered", contribution, {"shown": show})
        announce(contribution, "appeal_answered")
    contribution.refresh_from_db()
    return contribution


def appeals_waiting(consultations: "QuerySet[Consultation]") -> QuerySet[Contribution]:
    """Return the appeals nobody answered, in some consultations."""
    return Contribution.objects.filter(
        ~Q(appealed_at=None), consultation__in=consultations, state=State.HIDDEN, appeal_answered_at=None
    )


def appeals_to_answer(actor: Actor) -> QuerySet[Contribution]:
    """Return the appeals that ``actor`` may answer, the oldest first."""
    if not actor.is_known or actor.role not in {roles.FACILITATOR, roles.DIRECTOR}:
        return Contribution.objects.none()
    theirs = Consultation.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    waiting = appeals_waiting(theirs).exclude(read_by=actor.person_id).exclude(person=actor.person_id)
    return waiting.select_related("consultation", "person").order_by("appealed_at", "pk")


def _move(contribution: Contribution, states: tuple[str, ...], values: dict[str, object], **also: object) -> None:
    """Move words by conditional update: of two people reading at once, one decides."""
    if not Contribution.objects.filter(pk=contribution.pk, state__in=states, **also).update(**values):
        raise Refusal("read_meanwhile", _("Somebody read them meanwhile. Reload the page to see how."), conflict=True)


def _record(actor: Actor, verb: str, contribution: Contribution, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=verb,
        object_kind="consultation",
        object_key=contribution.consultation_id,
        params={"contribution": contribution.pk, **(params or {})},
    )
