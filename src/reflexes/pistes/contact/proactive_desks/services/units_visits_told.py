"""What came of a visit, said at the door: written once, with all that follows, as for a call (P12 (4), (6); ADR 31)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Channel
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import messages_visits
from reflexes.pistes.contact.proactive_desks.models import Callee, EntrustedVisit, HumanTask
from reflexes.pistes.contact.proactive_desks.perms_units import access_visit
from reflexes.pistes.contact.proactive_desks.services.following import hand_on, household_decides, mourn, oppose
from reflexes.pistes.contact.proactive_desks.services.ladder import settle
from reflexes.pistes.contact.proactive_desks.services.units_visits import LONGEST_WORDS

Came, Result = EntrustedVisit.Came, HumanTask.Result
# A default of ours: nobody there twice, and whoever asked decides.
TRIES = 2
RESULTS = {
    Came.WELL: Result.REACHED,
    Came.NEED: Result.NEED,
    Came.REFUSED: Result.REFUSED,
    Came.DIED: Result.DIED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was written. ``again``: it already was; ``late``: it had been taken back; ``tried``: the unit goes again."""

    visit: EntrustedVisit
    again: bool = False
    late: bool = False
    tried: bool = False


def do_tell(
    *, actor: Actor, visit: EntrustedVisit, came: str, words: str, client_key: UUID, urgent: bool = False
) -> Told:
    """Say what came of a visit, once: the same ``client_key`` sent again changes nothing and answers the same.

    Raises ``Refusal`` before anything is written. A visit taken back meanwhile is heard all the same: a need opens its
    case, a refusal and a death are respected, and the rest stays beside.
    """
    if found := _already(visit, client_key):
        return found
    _check(came, words)
    visit = access_visit(actor, str(visit.key), over=True)
    key = keyring.take(visit.task.campaign.dataset.key)
    facts = key.unseal(visit.task.callee.identity)
    sealed = key.seal({"words": words.strip()}) if words.strip() else ""
    try:
        with transaction.atomic():
            HumanTask.objects.select_for_update(of=("self",)).get(pk=visit.task_id)
            held = EntrustedVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
            if held.done_at is not None:
                raise Refusal("told_already", _("Somebody of your unit has just told what came of it."), conflict=True)
            late = held.back_at is not None
            tried = came == Came.NOBODY and not late and held.tries + 1 < TRIES
            _write(held, actor, came, sealed, client_key, tried=tried)
            if not tried:
                _follow(actor, visit, facts, _At(came, words.strip(), sealed, urgent), late=late)
            record(
                actor=actor,
                verb="proactive_desks.visit_tried" if tried else "proactive_desks.visit_told",
                object_kind="entrusted_visit",
                object_key=visit.key,
            )
    except IntegrityError:
        # Tapped twice at once: the other one is written.
        if found := _already(visit, client_key):
            return found
        raise
    return Told(held, late=late, tried=tried)


def _already(visit: EntrustedVisit, client_key: UUID) -> Told | None:
    known = EntrustedVisit.objects.filter(client_key=client_key).first()
    if known is not None and known.pk != visit.pk:
        raise Refusal("client_key", _("This was already sent for another visit. Open the page again."), conflict=True)
    return Told(known, again=True, tried=known.done_at is None) if known else None


def _check(came: str, words: str) -> None:
    if came not in Came.values:
        raise Refusal("came_unknown", _("Choose what came of the visit among the buttons."))
    if came == Came.NEED and not words.strip():
        raise Refusal("words_missing", _("Write what the person needs, in their own words."))
    if len(words) > LONGEST_WORDS:
        raise Refusal("too_long", _("This is too long. Keep what somebody needs to know to help."))


def _write(held: EntrustedVisit, actor: Actor, came: str, sealed: str, client_key: UUID, *, tried: bool) -> None:
    held.client_key, held.draft = client_key, ""
    held.tries += came == Came.NOBODY
    if not tried:
        held.came, held.words, held.done_by_id, held.done_at = came, sealed, actor.person_id, clock.now()
    held.save(update_fields=["client_key", "draft", "tries", "came", "words", "done_by", "done_at"])


@dataclass(frozen=True, slots=True)
class _At:
    """What was said at the door."""

    came: str
    words: str
    sealed: str
    urgent: bool


def _follow(actor: Actor, visit: EntrustedVisit, facts: dict[str, str], door: _At, *, late: bool) -> None:
    """Do what was said asks for: the ladder goes on, navigators, later campaigns and the household are told."""
    task, campaign, callee, came = visit.task, visit.task.campaign, visit.task.callee, door.came
    if came in RESULTS and not late:
        settle(actor, task, RESULTS[Came(came)], door.sealed)
    elif late:
        _follow_late(actor, callee, came)
    elif came == Came.NOBODY and task.kind == HumanTask.Kind.VISIT:
        settle(actor, task, Result.NOTHING, door.sealed)
    if came == Came.NEED:
        hand_on(
            actor=actor,
            campaign=campaign,
            callee=callee,
            facts=facts,
            channel=Channel.VISIT,
            words=door.words,
            urgent=door.urgent,
            told_by=Person.objects.filter(pk=actor.person_id).first(),
        )
    elif came == Came.REFUSED:
        oppose(actor, campaign, facts)
        household_decides(callee)
    elif came == Came.DIED:
        mourn(actor, campaign, callee, facts)
    if late or came in {Came.NOBODY, Came.UNSAFE}:
        messages_visits.tell_asker(visit, unsafe=came == Came.UNSAFE)


def _follow_late(actor: Actor, callee: Callee, came: str) -> None:
    """Respect a refusal and a death told late; whatever else is known since then stays as it is."""
    if came == Came.NEED:
        Callee.objects.filter(pk=callee.pk).update(needs=F("needs") + 1)
    if came not in {Came.REFUSED, Came.DIED}:
        return
    waiting = HumanTask.objects.filter(callee=callee, done_at=None).first()
    if waiting is not None:
        settle(actor, waiting, RESULTS[Came(came)])
        return
    still = Callee.objects.filter(pk=callee.pk).exclude(state=Callee.State.CLOSED)
    still.update(state=Callee.State.CLOSED, end=RESULTS[Came(came)], closed_at=clock.now())
