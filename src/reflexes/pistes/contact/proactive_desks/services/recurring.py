"""People who are called again every few days, because company is what they lack: set, changed, stopped (P12 (12)).

They are found by their number, or by their name among the people of one commune, and never listed by name: who is
shown was read, and each reading is written down.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.text import normalised
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.evidence.services.oppositions import opposed
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import hours, perms
from reflexes.pistes.contact.proactive_desks.facts import name_in
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign
from reflexes.pistes.contact.proactive_desks.services.again import recur
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS
from reflexes.pistes.contact.proactive_desks.services.outcomes import RECURS_AT_MOST

WEEK = timedelta(days=7)
LONGEST_WHY = 300
# More people than this have the same name: nobody is shown, the first name tells them apart.
FOUND = 5
SHORTEST_NAME = 3
# Who is finished in one of these ways is not called again.
FINISHED = {
    Callee.End.REFUSED: _("This person asked to be left alone: nobody calls them again."),
    Callee.End.DIED: _("This person has died: nobody calls them again."),
    Callee.End.WRONG_NUMBER: _("This number is somebody else’s: find another one first."),
    Callee.End.UNREACHABLE: _("Somebody decided that this person cannot be reached."),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found: their row, and the facts that were read."""

    callee: Callee
    facts: dict[str, str]

    @property
    def name(self) -> str:
        """Return the name as it is said."""
        return name_in(self.facts)


def recurring(campaign: Campaign) -> QuerySet[Callee]:
    """Return the people who are called again, the next one first."""
    rows = Callee.objects.filter(campaign=campaign, every_days__isnull=False).exclude(state=Callee.State.CLOSED)
    return rows.select_related("commune", "voice").order_by(F("due_at").asc(nulls_last=True), "pk")


def this_week(campaign: Campaign) -> int:
    """Return how many of them are called in the seven days to come."""
    return recurring(campaign).filter(due_at__lte=clock.now() + WEEK).order_by().count()


def communes(campaign: Campaign) -> list[tuple[str, str]]:
    """Return the communes of the people of a campaign: code, name."""
    there = Callee.objects.filter(campaign=campaign, commune=OuterRef("pk"))
    return list(Commune.objects.filter(Exists(there)).order_by("search").values_list("pk", "name"))


def do_look_up(*, actor: Actor, campaign: Campaign, phone: str, name: str, commune: str) -> list[Person]:
    """Return who has this number, or this name in this commune; each one shown is a reading, written down.

    By name, the people of one commune are compared in memory; nothing is kept of those who are not the one sought.
    """
    perms.check_supervising(actor, campaign)
    rows = Callee.objects.filter(campaign=campaign).select_related("commune", "campaign__dataset").order_by("pk")
    key = keyring.take(campaign.dataset.key)
    if phone.strip():
        number = normalised_phone(phone)
        if not number:
            raise Refusal("phone_unknown", _("This is not a telephone number. Write it like 06 39 98 12 34."))
        found = list(rows.filter(phone_digest=key.digest(number))[: FOUND + 1])
    else:
        found = _named(rows, key, name, commune)
    if len(found) > FOUND:
        raise Refusal("too_many", _("Several people have this name there. Write the first name too, or the number."))
    return [Person(one, _read(actor, one, "callee", one.identity)) for one in found]


def _named(rows: QuerySet[Callee], key: keyring.Key, name: str, commune: str) -> list[Callee]:
    sought = set(normalised(name).split())
    if sum(len(word) for word in sought) < SHORTEST_NAME:
        raise Refusal("name_short", _("Write their number, or their name: at least three letters."))
    if not commune:
        raise Refusal("commune_missing", _("With a name, choose the commune where they live."))
    found: list[Callee] = []
    for one in rows.filter(commune=commune).iterator(chunk_size=2000):
        facts = key.unseal(one.identity)
        if sought <= set(normalised(name_in(facts)).split()):
            found.append(one)
            if len(found) > FOUND:
                break
    return found


def _read(actor: Actor, callee: Callee, what: str, sealed: str) -> dict[str, str]:
    return do_reveal(
        actor=actor,
        dataset=callee.campaign.dataset,
        subject=callee.key,
        sealed=sealed,
        what=what,
        what_for="company",
        through=callee.campaign.slug,
        allowed=True,
    )


def do_read_person(*, actor: Actor, callee: Callee) -> tuple[Person, str]:
    """Return who it is and why they are called again: a reading of each, written down."""
    perms.check_supervising(actor, callee.campaign)
    person = Person(callee, _read(actor, callee, "callee", callee.identity))
    if not callee.recurs_why:
        return person, ""
    why = _read(actor, callee, "recurs_why", callee.recurs_why)
    return person, why["words"]


def last_day(campaign: Campaign) -> date:
    """Return the last day somebody may be called: their data end then."""
    return campaign.dataset.ends_on


def do_set_recurring(
    *, actor: Actor, callee: Callee, every_days: int, until: date, why: str, next_on: date | None = None
) -> Callee:
    """Have somebody called again every so many days until a day, or change it; ``why`` is sealed.

    A call agreed with the person before ``next_on`` stays. Raises ``Refusal`` past the end of the data, for whoever
    refused, died or has somebody who takes care of them.
    """
    campaign = callee.campaign
    perms.check_supervising(actor, campaign)
    today = clock.today()
    first = _first(next_on or today + timedelta(days=1), today)
    if not 1 <= every_days <= RECURS_AT_MOST:
        raise Refusal("every_days", _("Choose a call every 1 to 31 days."))
    if not today < until <= last_day(campaign):
        raise Refusal("recurs_until", _("Say until when: a day to come, at the latest the last of the campaign."))
    if timezone.localtime(first).date() > until:
        raise Refusal("next_on", _("The next call would come after the last day. Choose another one."))
    if not why.strip():
        raise Refusal("why_missing", _("Say why in a few words: whoever is in charge after you understands it."))
    key = keyring.take(campaign.dataset.key)
    with transaction.atomic():
        callee = _held(callee)
        _check_can_recur(callee, key.unseal(callee.identity)["phone"])
        callee.every_days, callee.recurs_until = every_days, until
        callee.recurs_why = key.seal({"words": why.strip()[:LONGEST_WHY]})
        agreed = callee.agreed and callee.due_at is not None and callee.due_at <= first
        if callee.state != Callee.State.LEASED and not agreed:
            callee.end, callee.closed_at, callee.tries = "", None, 0
            recur(callee, first)
        callee.save()
        _record(actor, callee, "recurring_set", days=every_days, until=until.isoformat())
    return callee


def _first(day: date, today: date) -> datetime:
    if day <= today:
        raise Refusal("next_on_past", _("The next call is on a day to come."))
    return hours.afternoon_of(day)


def _held(callee: Callee) -> Callee:
    rows = Callee.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__dataset", "campaign__organisation").get(pk=callee.pk)


def _check_can_recur(callee: Callee, phone: str) -> None:
    campaign = callee.campaign
    if campaign.state == Campaign.State.CLOSED:
        raise Refusal("campaign_ended", _("This campaign has ended."), conflict=True)
    if callee.end in FINISHED:
        raise Refusal("finished", FINISHED[Callee.End(callee.end)], conflict=True)
    if callee.state == Callee.State.HUMAN:
        raise Refusal("with_somebody", _("Somebody takes care of this person now: see with them."), conflict=True)
    if opposed(campaign.organisation, [phone], CALLS, campaign.exercise_id):
        raise Refusal("opposed", FINISHED[Callee.End.REFUSED], conflict=True)


def do_stop_recurring(*, actor: Actor, callee: Callee) -> Callee:
    """Call somebody no more every few days: whoever was reached is finished, anybody else stays to be called once.

    A moment agreed with the person, a call under way and somebody who takes over are left as they are.
    """
    perms.check_supervising(actor, callee.campaign)
    with transaction.atomic():
        callee = _held(callee)
        if callee.every_days is None:
            return callee
        callee.every_days, callee.recurs_until, callee.recurs_why, callee.voice = None, None, "", None
        if callee.state in (Callee.State.READY, Callee.State.SCHEDULED) and not callee.agreed:
            callee.rank, callee.due_at = callee.priority, None
            if callee.reached:
                end = Callee.End.NEED if callee.needs else Callee.End.FINE
                callee.state, callee.end, callee.closed_at = Callee.State.CLOSED, end, clock.now()
            else:
                callee.state = Callee.State.READY
        callee.save()
        _record(actor, callee, "recurring_stopped")
    return callee


def _record(actor: Actor, callee: Callee, verb: str, **params: object) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="callee", object_key=callee.key, params=params)
