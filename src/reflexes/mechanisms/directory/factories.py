"""Rows of the directory for tests, in the words of the field. Plain functions: what is not said is sensible."""

from itertools import count
from typing import Any

from reflexes.core.accounts.models import User
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of, current_capacity
from reflexes.mechanisms.directory.models import (
    Capacity,
    Commune,
    Organisation,
    Person,
    PersonSkill,
    Place,
    Skill,
    Unit,
)

_numbers = count(1)


def make_commune(**fields: Any) -> Commune:
    """Return the centre of the demo territory, or another commune by its code."""
    values = {
        "code": "67482",
        "name": "Strasbourg",
        "population": 291709,
        "latitude": 48.5839,
        "longitude": 7.7455,
        **fields,
    }
    code = values.pop("code")
    return Commune.objects.filter(code=code).first() or Commune.objects.create(code=code, **values)


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    """Return a town hall, or another body by its ``kind``."""
    return Organisation.objects.create(
        name=name or f"Organisation {next(_numbers)}", **{"kind": Organisation.Kind.TOWN, **fields}
    )


def make_unit(organisation: Organisation, name: str = "", **fields: Any) -> Unit:
    """Return a service of ``organisation``."""
    return Unit.objects.create(organisation=organisation, name=name or f"Service {next(_numbers)}", **fields)


def make_place(organisation: Organisation, name: str = "", **fields: Any) -> Place:
    """Return a site of ``organisation``, in the middle of its commune."""
    commune = fields.pop("commune", None) or make_commune()
    values = {"latitude": commune.latitude, "longitude": commune.longitude, "address": "1 place du Marché", **fields}
    return Place.objects.create(
        organisation=organisation, name=name or f"Site {next(_numbers)}", commune=commune, **values
    )


def make_skill(slug: str = "", **fields: Any) -> Skill:
    """Return a skill of the shared vocabulary; ``regulated=True`` for one that needs a certificate."""
    slug = slug or f"skill-{next(_numbers)}"
    return Skill.objects.filter(slug=slug).first() or Skill.objects.create(
        slug=slug, **{"label_fr": slug.replace("-", " "), "label_en": slug.replace("-", " "), **fields}
    )


def make_account(email: str = "", **fields: Any) -> User:
    """Return an account whose address is confirmed, with nobody behind it."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email or f"person{next(_numbers)}@example.org", "a long enough secret", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_person(
    first_name: str = "Amina",
    *,
    role: str = "",
    organisation: Organisation | None = None,
    unit: Unit | None = None,
    account: bool = True,
    skills: tuple[Skill, ...] = (),
    **fields: Any,
) -> Person:
    """Return someone of the territory, with an account and, when ``role`` is said, a capacity.

    Traits of the field: ``account=False`` for those who never sign in, ``channel="print"`` for those off line.
    """
    number = next(_numbers)
    of_capacity = {
        name: fields.pop(name) for name in ("trade", "category", "status", "starts_on", "ends_on") if name in fields
    }
    commune = fields.pop("commune", None) or make_commune()
    email = fields.pop("email", f"person{number}@example.org")
    person = Person.objects.create(
        first_name=first_name,
        email=email,
        user=make_account(email) if account else None,
        commune=commune,
        **{
            "last_name": f"Personne-{number}",
            "phone": "03 88 00 00 00",
            "latitude": commune.latitude,
            "longitude": commune.longitude,
            **fields,
        },
    )
    if role:
        make_capacity(person, role=role, organisation=organisation, unit=unit, **of_capacity)
    PersonSkill.objects.bulk_create(PersonSkill(person=person, skill=skill) for skill in skills)
    return person


def make_capacity(
    person: Person, *, role: str, organisation: Organisation | None = None, unit: Unit | None = None, **fields: Any
) -> Capacity:
    """Let ``person`` act as ``role``, for the organisation of ``unit`` when none is said."""
    body = organisation or (unit.organisation if unit else make_organisation())
    agent = {"status": Capacity.Status.PERMANENT, "category": Capacity.Category.C} if role == roles.AGENT else {}
    return Capacity.objects.create(person=person, organisation=body, unit=unit, role=role, **{**agent, **fields})


def actor_for(person: Person, **fields: Any) -> Actor:
    """Return ``person`` acting in their first capacity."""
    return actor_of(person, current_capacity(person, None), **fields)
