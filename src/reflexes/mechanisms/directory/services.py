"""Reading and writing people, organisations and capacities."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import Recipient, normalised_phone
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Person, PersonSkill, Place, Skill, Unit
from reflexes.mechanisms.journal.services import record


def recipient_of(person: Person) -> Recipient:
    """Return how to reach ``person``: their channel, their language."""
    return Recipient(
        person_key=person.key,
        name=str(person),
        email=person.email,
        phone=person.phone,
        channel=person.channel,
        language=person.language,
    )


def erased_people() -> QuerySet[Person]:
    """Return the people who were erased. They are few: leaving them out costs less than joining everybody else."""
    return Person.objects.filter(erased_at__isnull=False)


def units_below(unit_id: int | None) -> set[int]:
    """Return the ids of a unit and of every unit under it."""
    found: set[int] = set()
    layer = {unit_id} if unit_id else set()
    while layer:
        found |= layer
        layer = set(Unit.objects.filter(parent_id__in=layer).values_list("pk", flat=True)) - found
    return found


def access_own_person(actor: Actor) -> Person:
    """Return the person behind ``actor``; strangers find nothing."""
    if not actor.is_known:
        raise Http404
    return Person.objects.get(pk=actor.person_id)


def people_holding(role: str, *, organisation_id: int | None = None) -> list[Person]:
    """Return the people who hold ``role`` today, in one organisation or anywhere, in a steady order."""
    held = _held_today().filter(role=role)
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    return list(Person.objects.filter(capacities__in=held, erased_at=None).distinct().order_by("search", "pk"))


def managers_of(unit_id: int | None, *, besides: int | None = None) -> list[Person]:
    """Return who manages a unit today, or the nearest unit above that has someone (P09 (9)).

    ``besides`` is the person it is about: nobody releases themself.
    """
    while unit_id is not None:
        held = _held_today().filter(role=roles.MANAGER, unit_id=unit_id).exclude(person_id=besides)
        found = list(Person.objects.filter(capacities__in=held, erased_at=None).distinct().order_by("search", "pk"))
        if found:
            return found
        unit_id = Unit.objects.filter(pk=unit_id).values_list("parent_id", flat=True).first()
    return []


def managers_above(unit_id: int | None, *, besides: int | None = None) -> list[Person]:
    """Return who decides when the managers of a unit do not answer: those of the nearest unit above theirs."""
    first = {one.pk for one in managers_of(unit_id, besides=besides)}
    while unit_id is not None:
        unit_id = Unit.objects.filter(pk=unit_id).values_list("parent_id", flat=True).first()
        found = [one for one in managers_of(unit_id, besides=besides) if one.pk not in first]
        if found:
            return found
    return []


def managers_by_unit(unit_ids: set[int]) -> dict[int, list[Person]]:
    """Return who manages each of these units, or the nearest unit above: ``managers_of`` for a list, in two queries."""
    return {unit_id: levels[0] if levels else [] for unit_id, levels in _managers_upwards(unit_ids).items()}


def managers_above_by_unit(unit_ids: set[int]) -> dict[int, list[Person]]:
    """Return who decides when the managers of each unit do not answer: ``managers_above`` for a list."""
    return {unit_id: levels[1] if len(levels) > 1 else [] for unit_id, levels in _managers_upwards(unit_ids).items()}


def _managers_upwards(unit_ids: set[int]) -> dict[int, list[list[Person]]]:
    """Return the managers found on the way up from each unit, level by level; levels without anybody are left out."""
    above = dict(Unit.objects.values_list("pk", "parent_id"))
    wanted, layer = set(unit_ids), set(unit_ids)
    while layer:
        layer = {parent for unit in layer if (parent := above.get(unit)) is not None} - wanted
        wanted |= layer
    own: dict[int, list[Person]] = {}
    held = _held_today().filter(role=roles.MANAGER, unit_id__in=wanted, person__erased_at=None)
    for capacity in held.select_related("person").order_by("person__search", "pk"):
        own.setdefault(capacity.unit_id or 0, []).append(capacity.person)
    found: dict[int, list[list[Person]]] = {}
    for unit_id in unit_ids:
        unit: int | None = unit_id
        found[unit_id] = []
        while unit is not None:
            if unit in own:
                found[unit_id].append(own[unit])
            unit = above.get(unit)
    return found


def _held_today() -> QuerySet[Capacity]:
    today = clock.today()
    started = Q(starts_on=None) | Q(starts_on__lte=today)
    return Capacity.objects.filter(started, Q(ends_on=None) | Q(ends_on__gte=today))


def _check_own_skills(actor: Actor, person: Person) -> None:
    """Skills are said by the person; the cell may write what was said by phone or on paper (P09 (13))."""
    if actor.person_id != person.pk and actor.role != roles.COORDINATOR:
        raise PermissionDenied
    check_real(actor)


def do_say_skill(*, actor: Actor, person: Person, skill: Skill, primary: bool) -> PersonSkill:
    """Say what someone can do, in their trade (``primary``) or beyond it. A regulated skill still needs its proof."""
    _check_own_skills(actor, person)
    with transaction.atomic():
        said, made = PersonSkill.objects.get_or_create(person=person, skill=skill, defaults={"primary": primary})
        if not made and said.primary == primary:
            raise Refusal("skill_said", _("This is already in your list. Choose something else you can do."))
        PersonSkill.objects.filter(pk=said.pk).update(primary=primary)
        record(actor=actor, verb="directory.skill_said", object_kind="person", object_key=person.key)
    said.refresh_from_db()
    return said


def do_withdraw_skill(*, actor: Actor, person: Person, skill_id: int) -> None:
    """Take a skill back: nobody will ask for it any more."""
    _check_own_skills(actor, person)
    with transaction.atomic():
        if PersonSkill.objects.filter(person=person, skill_id=skill_id).delete()[0]:
            record(actor=actor, verb="directory.skill_withdrawn", object_kind="person", object_key=person.key)


def can_keep_places(actor: Actor) -> bool:
    """Hosts say where people come, and who welcomes them there; the cell may do it for a host on the phone."""
    return actor.role in {roles.HOST, roles.COORDINATOR} and actor.organisation_id is not None


def _check_keeping(actor: Actor, organisation_id: int) -> None:
    if not can_keep_places(actor):
        raise PermissionDenied
    if actor.role != roles.COORDINATOR and organisation_id != actor.organisation_id:
        raise PermissionDenied
    check_real(actor)


def do_add_place(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    commune: Commune,
    address: str = "",
    directions: str = "",
    position: tuple[float, float] | None = None,
) -> Place:
    """Write a site of an organisation; without a position it stands at the centre of its commune."""
    _check_keeping(actor, organisation_id)
    if Place.objects.filter(organisation_id=organisation_id, search=normalised(f"{name}, {commune}")).exists():
        raise Refusal(
            "place_known", _("This site is already in your list. Choose it there, or give this one its own name.")
        )
    latitude, longitude = position or (commune.latitude, commune.longitude)
    with transaction.atomic():
        place = Place.objects.create(
            organisation_id=organisation_id,
            name=name,
            address=address,
            commune=commune,
            latitude=latitude,
            longitude=longitude,
            directions=directions,
        )
        record(actor=actor, verb="directory.place_added", object_kind="place", object_key=place.pk)
    return place


def access_place(actor: Actor, place_id: int) -> Place:
    """Return a site that the actor may put right: a host its own, the cell any."""
    if not can_keep_places(actor):
        raise PermissionDenied
    places = Place.objects.select_related("commune")
    if actor.role != roles.COORDINATOR:
        places = places.filter(organisation_id=actor.organisation_id)
    place = places.filter(pk=place_id).first()
    if place is None:
        raise Http404
    return place


def do_change_place(
    *,
    actor: Actor,
    place: Place,
    name: str,
    commune: Commune,
    address: str = "",
    directions: str = "",
    position: tuple[float, float] | None = None,
) -> Place:
    """Put right a site: people already expected there read the new address."""
    check_real(actor)
    _check_keeping(actor, place.organisation_id)
    others = Place.objects.filter(organisation_id=place.organisation_id).exclude(pk=place.pk)
    if others.filter(search=normalised(f"{name}, {commune}")).exists():
        raise Refusal("place_known", _("Another site of your list has this name. Give this one its own."))
    place.name, place.commune, place.address, place.directions = name, commune, address, directions
    place.latitude, place.longitude = position or (commune.latitude, commune.longitude)
    with transaction.atomic():
        place.save()
        record(actor=actor, verb="directory.place_changed", object_kind="place", object_key=place.pk)
    return place


def do_add_colleague(*, actor: Actor, organisation_id: int, first_name: str, last_name: str, phone: str) -> Person:
    """Write somebody who welcomes people for an organisation: a name and a telephone, no account.

    They can be named on a need at once; a door of their own is for the cell to open (docs/adr/0007).
    """
    _check_keeping(actor, organisation_id)
    number = normalised_phone(phone)
    if not first_name.strip() or not last_name.strip():
        raise Refusal("name_missing", _("Write the first name and the name of this person."))
    if not number:
        raise Refusal("phone", _("Write a telephone number where newcomers reach this person, like 06 39 98 12 34."))
    with transaction.atomic():
        person = Person.objects.create(
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            phone=number,
            channel=Person.Channel.PHONE,
            created_at=clock.now(),
        )
        Capacity.objects.create(
            person=person, organisation_id=organisation_id, role=roles.HOST, starts_on=clock.today()
        )
        record(actor=actor, verb="directory.colleague_added", object_kind="person", object_key=person.key)
    return person
