"""A visit that a call asks for: entrusted to a unit of the place until a day, read while it waits (ADR 31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.evidence.models import Reading
from reflexes.mechanisms.evidence.services import datasets, oppositions, readings
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import messages_visits
from reflexes.pistes.contact.proactive_desks.facts import name_in
from reflexes.pistes.contact.proactive_desks.models import Campaign, EntrustedVisit, HumanTask, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import entrusted_visits
from reflexes.pistes.contact.proactive_desks.services.ladder import check_doing, settle
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS
from reflexes.pistes.contact.proactive_desks.services.units_reports import bounds_of

# A default of ours: somebody who does not answer is not left for longer.
LATEST = timedelta(days=14)
LONGEST_WHY, LONGEST_SAID, LONGEST_WORDS = 200, 500, 4000
# Rungs of the ladder at which a unit may go; a relative is called first.
AT_THE_DOOR = (HumanTask.Kind.VISIT, HumanTask.Kind.DECIDE)
VISIT, IDENTITY, BRIEF = "visit", "callee", "visit_brief"
# What the data of a campaign say of units, once they may be asked: who reads it, and how people are told.
SENTENCES = {
    "recipients": gettext_noop("A proximity unit, for one visit entrusted to it, until that visit is made."),
    "information": gettext_noop("People are told that a team of their area may come by when nobody answers."),
}


def _own_words(name: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return now_said(SENTENCES[name])


def without_units(name: str, value: Any) -> Any:
    """Return what was typed in a field of the data, without the sentence that the choice of units adds to it."""
    return value.replace(_own_words(name), "").strip() if name in SENTENCES else value


def do_write_purpose(*, actor: Actor, campaign: Campaign, fields: Mapping[str, Any], units_visit: bool) -> None:
    """Write what the data of a campaign are for, and whether units are among those who read them.

    The choice stands in the words that the officer judges and people read; it moves no more once the data are open.
    """
    said = {name: without_units(name, value) for name, value in fields.items()}
    if units_visit:
        for name in SENTENCES:
            said[name] = " ".join(filter(None, (said.get(name, ""), _own_words(name))))
    with transaction.atomic():
        datasets.do_write_dataset(actor=actor, dataset=campaign.dataset, fields=said)
        Campaign.objects.filter(pk=campaign.pk).update(units_visit=units_visit)
    campaign.units_visit = units_visit


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit that may be asked: whether its territory covers the person, or only some streets, or it does not."""

    unit: ProximityUnit
    covers: str


COVERS = ("whole", "streets", "elsewhere")


def choices(task: HumanTask) -> list[Choice]:
    """Return the units at work, those whose territory covers the person first, by name; nothing is chosen for anybody.

    A unit of certain streets covers the person when one of its lines is found in the address; otherwise its streets
    are shown, and a person judges.
    """
    campaign = task.campaign
    at_work = ProximityUnit.objects.filter(
        organisation_id=campaign.organisation_id,
        exercise_id=campaign.exercise_id,
        ended_on=None,
        starts_on__lte=clock.today(),
    )
    address = normalised(keyring.take(campaign.dataset.key).unseal(task.callee.identity).get("address", ""))
    found = [
        Choice(unit, _covers(unit, task.callee.commune_id, address))
        for unit in at_work.prefetch_related("communes").order_by("search", "pk")
    ]
    return sorted(found, key=lambda one: COVERS.index(one.covers))


def _covers(unit: ProximityUnit, commune_id: int | None, address: str) -> str:
    if commune_id is None or commune_id not in {one.pk for one in unit.communes.all()}:
        return "elsewhere"
    streets = [normalised(line) for line in unit.streets.splitlines() if line.strip()]
    if not streets or any(line in address for line in streets):
        return "whole"
    return "streets"


def do_entrust(
    *, actor: Actor, task: HumanTask, unit: ProximityUnit, due_on: date, why: str, said: str = ""
) -> EntrustedVisit:
    """Ask a unit to go and see somebody until a day; ``why`` and ``said`` are all it reads besides who and where.

    Raises ``Refusal`` when the campaign does not name units, when the person asked to be left alone, when another
    visit is asked already, and for a day past, too far, or after the end of the data.
    """
    check_doing(actor, task)
    _check_asked(task, unit, due_on, why, said)
    key = keyring.take(task.campaign.dataset.key)
    facts = key.unseal(task.callee.identity)
    if not facts.get("address") and not said.strip():
        raise Refusal("where", _("No address is known. Write where to go in what matters for the visit."))
    if _opposed(task, facts):
        raise Refusal("opposed", _("This person asked to be left alone. Nobody is sent to their door."))
    sealed = key.seal({"why": why.strip(), "said": said.strip()})
    try:
        with transaction.atomic():
            held = HumanTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
            if held.done_at is not None:
                raise Refusal("task_done", _("Somebody else has just done this. Open the list again."), conflict=True)
            if held.taken_by_id not in {None, actor.person_id}:
                raise Refusal("task_taken", _("Somebody else has just taken this. Choose another one."), conflict=True)
            HumanTask.objects.filter(pk=task.pk).update(taken_by_id=actor.person_id)
            visit = EntrustedVisit.objects.create(
                task=task, unit=unit, asked_by_id=actor.person_id, asked_at=clock.now(), due_on=due_on, brief=sealed
            )
            _record(actor, visit, "visit_entrusted", unit=str(unit.pk), until=str(due_on))
            messages_visits.tell_unit(visit)
    except IntegrityError as error:
        raise Refusal(
            "visit_asked", _("A unit has this visit already. Take it back before you ask another one."), conflict=True
        ) from error
    return visit


def _check_asked(task: HumanTask, unit: ProximityUnit, due_on: date, why: str, said: str) -> None:
    campaign, today = task.campaign, clock.today()
    if not campaign.units_visit:
        raise Refusal("units_not_named", _("Units are not among those who may read the data of this campaign."))
    if task.kind not in AT_THE_DOOR:
        raise Refusal("relative_first", _("Call first the relative they named."))
    same = unit.organisation_id == campaign.organisation_id and unit.exercise_id == campaign.exercise_id
    if not same or unit.ended_on is not None:
        raise Refusal("unit", _("Choose a unit at work in the list."))
    last = min(today + LATEST, campaign.dataset.ends_on or today)
    if not today <= due_on <= last:
        raise Refusal("due_on", _("Choose a day from today to the next two weeks, before the end of these data."))
    if not why.strip():
        raise Refusal("why_missing", _("Say in one sentence why somebody goes there."))
    if len(why.strip()) > LONGEST_WHY or len(said.strip()) > LONGEST_SAID:
        raise Refusal("too_long", _("This is too long. Keep what somebody needs to know to help."))


def _opposed(task: HumanTask, facts: Mapping[str, str]) -> bool:
    """Tell whether the telephone refuses; where a household shares it, whoever decides may still send somebody."""
    if task.kind != HumanTask.Kind.VISIT:
        return False
    campaign = task.campaign
    return bool(oppositions.opposed(campaign.organisation, [facts["phone"]], CALLS, campaign.exercise_id))


def do_take_back(*, actor: Actor, visit: EntrustedVisit) -> None:
    """Take a visit back: the unit reads nothing of it from now on, and is told not to go."""
    check_doing(actor, visit.task)
    with transaction.atomic():
        HumanTask.objects.select_for_update(of=("self",)).get(pk=visit.task_id)
        if not EntrustedVisit.objects.filter(pk=visit.pk, done_at=None, back_at=None).update(back_at=clock.now()):
            raise Refusal("visit_over", _("The unit has told what came of it meanwhile. Read it here."), conflict=True)
        _record(actor, visit, "visit_taken_back", unit=str(visit.unit_id))
        messages_visits.tell_not_to_go(visit)


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a unit reads of somebody: who, where, why, what matters. Neither telephone nor relative."""

    name: str
    address: str
    why: str
    said: str


def can_read(visit: EntrustedVisit) -> bool:
    """Tell whether a visit still opens who it is about: until its day, while the unit has it."""
    return visit.is_open and not visit.is_late


def do_read(*, actor: Actor, visit: EntrustedVisit) -> Shown:
    """Read who to see, where and why: two readings written down, resting on the visit (P04 (1)).

    Raises ``PermissionDenied`` and writes the refused reading once the visit is over or its day has passed. Somebody
    who asked meanwhile to be left alone is looked for again: the visit then ends here (P12 (4)).
    """
    mine = entrusted_visits(actor).filter(pk=visit.pk).exists()
    facts = _reveal(actor, visit, visit.task.callee.identity, IDENTITY, allowed=mine and can_read(visit))
    if _opposed(visit.task, facts):
        with transaction.atomic():
            settle(actor, visit.task, HumanTask.Result.REFUSED)
        raise Refusal("opposed", _("This person has just asked to be left alone: do not go. Thank you."), conflict=True)
    return _shown(facts, _reveal(actor, visit, visit.brief, BRIEF, allowed=True))


def _reveal(actor: Actor, visit: EntrustedVisit, sealed: str, what: str, *, allowed: bool) -> dict[str, str]:
    return readings.do_reveal(
        actor=actor,
        dataset=visit.task.campaign.dataset,
        subject=visit.task.callee.key,
        sealed=sealed,
        what=what,
        what_for=VISIT,
        through=str(visit.key),
        allowed=allowed,
    )


def _shown(facts: Mapping[str, str], brief: Mapping[str, str]) -> Shown:
    return Shown(name_in(facts), facts.get("address", ""), brief.get("why", ""), brief.get("said", ""))


def shown_again(actor: Actor, visit: EntrustedVisit) -> Shown | None:
    """Return what the same person read of a visit today: its pages show it again that day, as those of a call do."""
    start, _end = bounds_of(clock.today())
    read = Reading.objects.filter(
        dataset=visit.task.campaign.dataset_id, subject=visit.task.callee.key, through=str(visit.key), allowed=True
    )
    if not can_read(visit) or not read.filter(reader=actor.person_key, at__gte=start).exists():
        return None
    key = keyring.take(visit.task.campaign.dataset.key)
    return _shown(key.unseal(visit.task.callee.identity), key.unseal(visit.brief))


def do_keep_draft(*, actor: Actor, visit: EntrustedVisit, words: str) -> None:
    """Keep what is being typed at a door, sealed; nobody reads it before it is sent."""
    if not entrusted_visits(actor, over=True).filter(pk=visit.pk).exists():
        raise PermissionDenied
    if len(words) > LONGEST_WORDS:
        raise Refusal("too_long", _("This is too long. Keep what somebody needs to know to help."))
    key = keyring.take(visit.task.campaign.dataset.key)
    sealed = key.seal({"words": words.strip()}) if words.strip() else ""
    EntrustedVisit.objects.filter(pk=visit.pk, done_at=None).update(draft=sealed)


def draft_of(visit: EntrustedVisit) -> str:
    """Return what the unit was typing."""
    key = keyring.take(visit.task.campaign.dataset.key)
    return key.unseal(visit.draft)["words"] if visit.draft else ""


def open_visits(unit: ProximityUnit) -> QuerySet[EntrustedVisit]:
    """Return the visits that a unit has, without anything of anybody."""
    return EntrustedVisit.objects.filter(unit=unit, done_at=None, back_at=None).order_by("due_on", "pk")


def late_visits(units: "QuerySet[ProximityUnit]") -> QuerySet[EntrustedVisit]:
    """Return the visits of some units whose day has passed and of which nothing was told."""
    late = EntrustedVisit.objects.filter(Q(unit__in=units), done_at=None, back_at=None, due_on__lt=clock.today())
    return late.select_related("unit", "asked_by", "task__callee__commune", "task__campaign").order_by("due_on", "pk")


def tell_late() -> None:
    """Tell whoever asked for a visit that its day passed without a word, once for each visit."""
    since = clock.today() - LATEST
    for visit in late_visits(ProximityUnit.objects.filter(ended_on=None)).filter(due_on__gte=since):
        messages_visits.tell_asker(visit, late=True)


def _record(actor: Actor, visit: EntrustedVisit, verb: str, **params: str) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{verb}",
        object_kind="entrusted_visit",
        object_key=visit.key,
        params=params,
    )
