"""A sheet of people to call, read line by line: columns by their names, one code for whatever is wrong (P12 (1))."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.reading import Table
from reflexes.core.text import normalised
from reflexes.pistes.contact.proactive_desks.priorities import OLD

# What is kept of a person, under the titles people give; any other column is left out (GDPR 5: no more than needed).
COLUMNS: dict[str, tuple[str, ...]] = {
    "last_name": ("nom", "nom de famille", "nom d'usage", "last name", "surname", "name"),
    "first_name": ("prénom", "first name"),
    "phone": ("téléphone", "tél", "tel", "numéro de téléphone", "téléphone fixe", "portable", "phone", "telephone"),
    "address": ("adresse", "rue", "adresse postale", "address", "street"),
    "commune": ("commune", "ville", "town", "city"),
    "commune_code": ("code commune", "insee", "code insee", "commune code"),
    "age": ("âge", "age"),
    "birth": ("date de naissance", "né le", "née le", "année de naissance", "birth date", "birth year"),
    "alone": ("vit seul", "vit seule", "seul", "isolé", "personne seule", "lives alone", "alone"),
    "asked": ("a demandé", "demande à être appelé", "demande d'appel", "asked", "asked to be called"),
    "first_time": ("premier appel", "première fois", "jamais appelé", "first call", "first time"),
    "relative_name": ("proche", "personne de confiance", "contact", "relative"),
    "relative_phone": ("téléphone du proche", "tél proche", "téléphone proche", "relative phone"),
    "notes": ("remarques", "observations", "à savoir", "notes"),
    "difficulty": ("difficulté", "difficulty"),
}
REQUIRED = ("last_name", "phone")
SEALED = ("last_name", "first_name", "phone", "address", "relative_name", "relative_phone", "notes")
YES = frozenset({"oui", "o", "yes", "y", "x", "1", "vrai", "true"})
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: a code of ``import_words.WORDS``, in which line, under which title."""

    code: str
    row: int | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the sheet: what is sealed, and the few things that order calls."""

    row: int
    facts: dict[str, str]
    commune: str
    commune_code: str
    reasons: tuple[str, ...]
    difficulty: int

    @property
    def who(self) -> tuple[str, str]:
        """What makes two lines the same person: one telephone and one name."""
        return self.facts["phone"], normalised(f"{self.facts['last_name']} {self.facts.get('first_name', '')}")


@dataclass(slots=True)
class Sheet:
    """What a table says: its good lines, what is wrong in the others."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    stops: list[Wrong] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


def plain(title: str) -> str:
    """Return a title as it is compared.

    >>> plain("Téléphone  fixe :")
    'telephone fixe'
    """
    return " ".join(re.sub(r"[^0-9a-z]+", " ", normalised(title)).split())


KNOWN = {plain(title): key for key, titles in COLUMNS.items() for title in (key, *titles)}


def read(table: Table, today: date) -> Sheet:
    """Return the people of ``table``. Cost: one telephone parsed for each line, about 10 s for 50,000."""
    sheet = Sheet()
    places: dict[str, int] = {}
    for place, title in enumerate(table.headers):
        key = KNOWN.get(plain(title))
        if key is None or key in places:
            sheet.wrong.append(Wrong("column_left_out", None, title[:120]))
        else:
            places[key] = place
    sheet.stops = [Wrong(f"no_{key}") for key in REQUIRED if key not in places]
    sheet.stops += [Wrong("unreadable") for problem in table.problems if table.refused][:1]
    if sheet.stops:
        return sheet
    met: set[tuple[str, str]] = set()
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        said = {key: as_text(cells[place])[:LONGEST] for key, place in places.items()}
        line = _line(number, said, sheet, today)
        if line is None:
            sheet.counted["bad"] += 1
        elif line.who in met:
            sheet.counted["doubles"] += 1
            sheet.wrong.append(Wrong("double", number))
        else:
            met.add(line.who)
            sheet.lines.append(line)
    return sheet


def _line(number: int, said: dict[str, str], sheet: Sheet, today: date) -> Line | None:
    if not said["last_name"]:
        sheet.wrong.append(Wrong("name_missing", number))
        return None
    phone = normalised_phone(said["phone"])
    if not phone:
        sheet.wrong.append(Wrong("phone_bad" if said["phone"] else "phone_missing", number))
        return None
    relative = normalised_phone(said.get("relative_phone", ""))
    if said.get("relative_phone") and not relative:
        sheet.wrong.append(Wrong("relative_phone_bad", number))
    age = _age(said, today)
    if age is not None and not 0 <= age <= 120:
        sheet.wrong.append(Wrong("age_odd", number))
        age = None
    kept = {key: said[key] for key in SEALED if said.get(key)}
    facts = {**kept, "phone": phone, **({"relative_phone": relative} if relative else {})}
    if not relative:
        facts.pop("relative_phone", None)
    truths = {
        "asked": _yes(said.get("asked", "")),
        "alone": _yes(said.get("alone", "")),
        "age_80": age is not None and age >= OLD,
        "no_relative": "relative_phone" in said and not relative,
        "first_time": _yes(said.get("first_time", "")),
    }
    return Line(
        row=number,
        facts=facts,
        commune=said.get("commune", ""),
        commune_code=said.get("commune_code", ""),
        reasons=tuple(code for code, true in truths.items() if true),
        difficulty=_difficulty(number, said.get("difficulty", ""), sheet),
    )


def _difficulty(number: int, said: str, sheet: Sheet) -> int:
    if said and said not in {"1", "2", "3"}:
        sheet.wrong.append(Wrong("difficulty_odd", number))
    return int(said) if said in {"1", "2", "3"} else 1


def _yes(said: str) -> bool:
    return normalised(said) in YES


def _age(said: dict[str, str], today: date) -> int | None:
    """Return an age in years, from itself or from a year or day of birth; nothing of it is kept but "80 or older"."""
    if said.get("age", "").isdigit():
        return int(said["age"])
    year = re.search(r"\b(1[89]\d\d|20\d\d)\b", said.get("birth", ""))
    return today.year - int(year.group()) if year else None
