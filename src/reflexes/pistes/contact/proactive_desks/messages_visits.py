"""What units and those in charge of calls read when a visit is asked, taken back or silent: nothing of anybody."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import CHIEFS
from reflexes.web.words import full_date

Words = Callable[[], tuple[str, str, str]]


def _tell(person: Person | None, key: str, said: Words, page: str, exercise_id: int | None, *, urgent: bool) -> None:
    if person is None or person.erased_at is not None:
        return
    with translation.override(person.language):
        subject, body, action = said()
        notify(
            recipient_of(person),
            subject=subject,
            body="\n\n".join([_("Hello %(name)s,") % {"name": person.first_name}, body]),
            actions=(Action(action, settings.SITE_URL + page),),
            key=f"{key}:{person.pk}",
            urgent=urgent,
            exercise_id=exercise_id,
        )


def _members(unit: ProximityUnit, *, chiefs: bool = False) -> list[Person]:
    members = unit.members.filter(left_on=None).exclude(person=None).select_related("person")
    members = members.filter(place__in=CHIEFS) if chiefs else members
    return [one.person for one in members.order_by("joined_on", "pk") if one.person]


def tell_unit(visit: EntrustedVisit) -> None:
    """Tell a unit that one visit waits for it; call it in the transaction that asks."""

    def said() -> tuple[str, str, str]:
        day = full_date(visit.due_on)
        return (
            _("One visit waits for you"),
            _("Somebody is to be seen by %(day)s. Who and where are read on the site, by you alone.") % {"day": day},
            _("See the visit"),
        )

    page = reverse("proactive_desks:visit", args=[visit.key])
    for person in _members(visit.unit):
        _tell(person, f"visit-asked:{visit.key}", said, page, visit.unit.exercise_id, urgent=False)


def tell_not_to_go(visit: EntrustedVisit) -> None:
    """Tell a unit that a visit was taken back."""

    def said() -> tuple[str, str, str]:
        day = full_date(visit.due_on)
        return (
            _("A visit was taken back"),
            _("The visit asked for by %(day)s is no longer needed: do not go. Thank you.") % {"day": day},
            _("See your unit"),
        )

    page = reverse("proactive_desks:unit", args=[visit.unit_id])
    for person in _members(visit.unit):
        _tell(person, f"visit-back:{visit.key}", said, page, visit.unit.exercise_id, urgent=True)


def tell_asker(visit: EntrustedVisit, *, unsafe: bool = False, late: bool = False) -> None:
    """Tell whoever asked that a visit came back to them: nobody there, not safe, or its day has passed."""

    def said() -> tuple[str, str, str]:
        words = _("A visit you asked of %(unit)s came back to you: decide what to do now.")
        if unsafe:
            words = _("The unit %(unit)s left a visit because it was not safe. It came back to you.")
        elif late:
            words = _("A visit you asked of %(unit)s was not made by its day. It came back to you.")
        return _("A visit came back to you"), words % {"unit": visit.unit.name}, _("See who waits")

    page = reverse("proactive_desks:task", args=[visit.task.key])
    name = "visit-late" if late else "visit-told"
    _tell(visit.asked_by, f"{name}:{visit.key}", said, page, visit.unit.exercise_id, urgent=unsafe)


REMINDER = "unit-reminder"


def remind_unit(unit: ProximityUnit, what: str, words: tuple[str, str]) -> None:
    """Ask the lead and the deputy for news, once a day for each thing; ``words`` wait for their language."""

    def said() -> tuple[str, str, str]:
        return str(words[0]), str(words[1]), _("See your unit")

    page = reverse("proactive_desks:unit", args=[unit.pk])
    for person in _members(unit, chiefs=True):
        _tell(person, f"{REMINDER}:{unit.pk}:{what}:{clock.today()}", said, page, unit.exercise_id, urgent=False)
