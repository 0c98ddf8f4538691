"""What protects the public and the young, asked again at every door: the yes, the host's word, the start.

A plan asks it once, and things change in between: a certificate ends, a consent is taken back. Nobody's yes lifts it.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import ages, reasons
from reflexes.mechanisms.allocation.models import Assignment, Offer, Slot
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.states import HOLDING
from reflexes.mechanisms.directory.models import ParentalConsent, Person, PersonSkill, Skill

# What to do next, by the code of what blocks: said after the reason.
NEXT = {
    "certificate:missing": _("Show the certificate to the cell: once it is confirmed, come back here."),
    "certificate:expired": _("Send the new one to the cell: once it is confirmed, come back here."),
    "age:unknown": _("Tell the cell the date of birth: it asks for nothing else."),
    "age:consent": _("Bring the cell the paper signed by a parent or guardian."),
}
OTHERWISE = _("The cell will look for another half-day.")


def protections(person: Person, slot: Slot) -> tuple[matching.Reason, ...]:
    """Return what keeps this person away from this half-day today, whatever anybody wishes: certificates and age."""
    certificates = {}
    if slot.skill is not None and slot.skill.regulated:
        held = PersonSkill.objects.filter(person=person, skill=slot.skill).exclude(confirmed_by=None).first()
        certificates = {slot.skill.slug: held.expires_on or problems.FOREVER} if held else {}
    consent = (
        ages.is_minor(person.birth_date, slot.day)
        and ParentalConsent.objects.filter(person=person, revoked_at=None).exists()
    )
    facts = problems.age_facts(person.birth_date, consent=consent, today=clock.today())
    known = matching.Person(str(person.pk), certificates=certificates, **facts)
    return matching.protections(known, problems.demand_of(slot))


def check_protected(assignment: Assignment) -> None:
    """Refuse to go further with a mission that a certificate, an age or a departure forbids; say what to do."""
    person, slot = assignment.person, assignment.slot
    ends = Offer.objects.filter(person=person).values_list("capacity__ends_on", flat=True).first()
    if ends is not None and ends < assignment.day:
        raise Refusal(
            "blocked_left",
            _("The last day in this post comes before the mission: the cell has to ask somebody else."),
            conflict=True,
        )
    found = protections(person, slot)
    if found:
        raise refusal_of(found[0])
    if ages.is_minor(person.birth_date, assignment.day):
        _check_minor(assignment)


def refusal_of(reason: matching.Reason) -> Refusal:
    """Return the refusal of one reason: what blocks, then what to do."""
    named = f"{reason.code}:{reason.params['state']}" if "state" in reason.params else reason.code
    sentence = reasons.sentence(reason, reasons.Names(skills=_labels(reason)))
    return Refusal(f"blocked_{named.replace(':', '_')}", f"{sentence} {NEXT.get(named, OTHERWISE)}", conflict=True)


def _labels(reason: matching.Reason) -> dict[str, str]:
    skill = Skill.objects.filter(slug=str(reason.params.get("certificate", ""))).first()
    return {skill.slug: str(skill)} if skill else {}


def _check_minor(assignment: Assignment) -> None:
    """Nobody under age is designated, nor gives more half-days than the table of ages allows."""
    if assignment.mode == Assignment.Mode.DESIGNATED:
        raise Refusal(
            "blocked_minor_designated",
            _("Nobody under 18 is designated: a mission is only proposed to them, and they may say no."),
        )
    monday = assignment.day - timedelta(days=assignment.day.weekday())
    given = Assignment.objects.filter(
        person_id=assignment.person_id,
        state__in=HOLDING,
        exercise_id=assignment.exercise_id,
        day__range=(monday, monday + timedelta(days=6)),
    ).exclude(pk=assignment.pk)
    days = list(given.values_list("day", flat=True))
    weekly = Offer.objects.filter(person_id=assignment.person_id).values_list("weekly_cap", flat=True).first()
    a_week, a_day = ages.caps(assignment.person.birth_date, assignment.day, weekly or 0)
    if len(days) >= a_week or days.count(assignment.day) >= a_day:
        raise Refusal(
            "blocked_minor_cap",
            _("Before 18, at most %(week)s half-days a week and %(day)s a day: choose another half-day.")
            % {"week": a_week, "day": a_day},
            conflict=True,
        )
