"""The words of a sheet that the site must know: skills, kinds, hosts, units, communes, people met before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from reflexes.core import registry
from reflexes.core.sheets.problems import Level, Problem
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.models import Import, ImportLine
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person, Place, Skill, Unit

# What the site cannot do with a line that is otherwise understood.
LINES = {
    "skill_unknown": _("found “%(found)s”, a skill that the site does not know. Choose among its skills."),
    "skill_like": _("found “%(found)s”, a skill that the site does not know. If it means “%(near)s”, write it so."),
    "kind_unknown": _("found “%(found)s”, expected one of these kinds of mission: %(kinds)s."),
    "host_unknown": _("found “%(found)s”, an organisation or service that the site does not know. Add it first."),
    "host_missing": _("this cell is empty, expected the organisation or service that welcomes."),
    "unit_unknown": _("found “%(found)s”, a service that the site does not know: it will be added to yours."),
    "commune_unknown": _("found “%(found)s”, a commune outside the territory: distances will not be counted."),
    "place_unknown": _("found no site of this host and no commune: the need stays a draft until its place is said."),
    "person_unknown": _(
        "found “%(found)s”, whom the site does not know: the need stays a draft until somebody is named."
    ),
    "plane": _("positions in kilometres mean nothing on a map: give degrees (lat, lon) or a commune."),
    "wish_kept_elsewhere": _("found a wish that the site keeps otherwise: take these half-days out of “half_days”."),
    "wish_host": _("found a wish about “%(found)s”, an organisation that the site does not know."),
    "too_many_kinds": _("found more than %(most)s kinds of mission, expected at most %(most)s."),
    "certificates_elsewhere": _("certificates of needs are not kept apart: ask for the skill that needs them."),
    "status_unknown": _("found “%(found)s”, expected titulaire, contractuel, stagiaire or apprenti: it is left empty."),
    "category_unknown": _("found “%(found)s”, expected A, B or C: it is left empty."),
    "channel_unknown": _("found “%(found)s”, expected email, sms, phone or print: e-mail is kept."),
    "differs": _("found “%(found)s”, but the lines of one need must say the same thing as its first line."),
}
STATUSES = {
    "titulaire": Capacity.Status.PERMANENT,
    "fonctionnaire": Capacity.Status.PERMANENT,
    "contractuel": Capacity.Status.CONTRACT,
    "contractuelle": Capacity.Status.CONTRACT,
    "stagiaire": Capacity.Status.TRAINEE,
    "apprenti": Capacity.Status.APPRENTICE,
    "apprentie": Capacity.Status.APPRENTICE,
    **{value: Capacity.Status(value) for value in Capacity.Status.values},
}
CHANNELS = {
    "email": Person.Channel.MAIL,
    "courriel": Person.Channel.MAIL,
    "sms": Person.Channel.TEXT,
    "telephone": Person.Channel.PHONE,
    "papier": Person.Channel.PRINT,
    **{value: Person.Channel(value) for value in Person.Channel.values},
}
SEXES = {"f": "f", "femme": "f", "woman": "f", "h": "m", "m": "m", "homme": "m", "man": "m"}


def said(code: str, file: str, row: int, column: str = "", level: Level = Level.ERROR, **params: object) -> Problem:
    """Return the problem of a line named ``code``."""
    return Problem(code, LINES[code], file, row, column, params, level)


@dataclass(slots=True)
class Words:
    """What the site knows, by the words of a sheet: read once for a whole sheet, in a constant number of queries."""

    skills: dict[str, Skill] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    communes: dict[str, Commune] = field(default_factory=dict)
    places: dict[tuple[int, str], Place] = field(default_factory=dict)
    people: Mapping[str, list[int]] = field(default_factory=dict)
    welcoming: Mapping[str, list[int]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, imported: Import) -> "Words":
        """Read what the site knows for one sheet."""
        words = cls()
        for skill in Skill.objects.order_by("pk"):
            for name in (skill.slug, skill.label_fr, skill.label_en):
                if slug(name):
                    words.skills.setdefault(slug(name), skill)
        words.kinds = _kinds()
        words.organisations = {slug(one.name): one for one in Organisation.objects.order_by("-pk")}
        words.units = {slug(one.name): one for one in Unit.objects.select_related("organisation").order_by("-pk")}
        for commune in Commune.objects.order_by("pk"):
            words.communes[commune.code] = words.communes[normalised(commune.name)] = commune
        words.places = {(one.organisation_id, slug(one.name)): one for one in Place.objects.order_by("-pk")}
        words.keys = _keys(imported)
        if imported.what == Import.What.PEOPLE:
            words.people = _people_by_trait()
        else:
            words.welcoming = _welcoming()
        return words

    def skill_problem(self, found: str, shown: str, file: str, row: int, column: str) -> Problem:
        """Return that a skill is unknown, with the nearest one known."""
        near = get_close_matches(found, self.skills, n=1, cutoff=0.75)
        code = "skill_like" if near else "skill_unknown"
        return said(code, file, row, column, found=shown, near=self.skills[near[0]].slug if near else "")

    def host(self, name: str) -> tuple[Organisation, Unit | None] | None:
        """Return the organisation, and the service when it is one, that a sheet names."""
        unit = self.units.get(slug(name))
        if unit is not None:
            return unit.organisation, unit
        organisation = self.organisations.get(slug(name))
        return (organisation, None) if organisation else None

    def named(self, name: str) -> int | None:
        """Return somebody who may welcome people, when exactly one has this name."""
        found = self.welcoming.get(normalised(name), [])
        return found[0] if len(found) == 1 else None


def _kinds() -> dict[str, str]:
    found = dict(registry.kind_words())
    for language in ("fr", "en"):
        with translation.override(language):
            found |= {slug(str(label)): kind for kind, label in registry.kinds().items()}
    return found | {slug(kind): kind for kind in registry.kinds()}


def _keys(imported: Import) -> dict[str, int]:
    """Return what each identifier became in earlier imports of the same kind, the last one first."""
    lines = ImportLine.objects.filter(
        imported__what=imported.what,
        imported__piste=imported.piste,
        imported__organisation_id=imported.organisation_id,
        imported__exercise_id=imported.exercise_id,
        undone=False,
    )
    column = "person_id" if imported.what == Import.What.PEOPLE else "need_id"
    return {key: pk for key, pk in lines.order_by("pk").values_list("key", column) if pk is not None}


def person_traits(name: str, email: str, birth_date: object) -> Iterable[str]:
    """Yield the traits by which somebody is met again: the same name with the same e-mail or date of birth."""
    if email:
        yield f"{normalised(name)}/{email.casefold()}"
    if birth_date:
        yield f"{normalised(name)}/{birth_date}"


def _people_by_trait() -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    people = Person.objects.filter(erased_at=None).order_by("pk")
    for pk, first, last, email, born in people.values_list("pk", "first_name", "last_name", "email", "birth_date"):
        for trait in person_traits(f"{first} {last}", email, born):
            found[trait].append(pk)
    return found


def _welcoming() -> dict[str, list[int]]:
    """Return those who host or coordinate, by name."""
    found: dict[str, list[int]] = defaultdict(list)
    held = Capacity.objects.filter(role__in=(roles.HOST, roles.COORDINATOR))
    people = Person.objects.filter(capacities__in=held, erased_at=None).distinct().order_by("pk")
    for pk, first, last in people.values_list("pk", "first_name", "last_name"):
        found[normalised(f"{first} {last}")].append(pk)
        found[normalised(f"{last} {first}")].append(pk)
    return {name: list(dict.fromkeys(keys)) for name, keys in found.items()}
