#!/usr/bin/env python3
"""Invent the people, services and needs of the demo; the same seed gives the same files.

Usage: ``python3 scripts/make_demo_people.py`` writes the sheets of the demo folder;
``--check`` says whether the committed sheets are the ones this script makes.

Places are real communes (``data/territory/communes.csv``); every person, service, association and
address point is invented. The shape follows mechanisms.md P09 and part 11c: a reserve cell of five,
about a hundred candidates in days, three sectors, half-days, two or three a week, services in demand
(food aid, calls, care homes, waste collection). Three tensions are put in on purpose and checked
before writing, see ``check_story``.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from math import asin, cos, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "src/reflexes/mechanisms/directory/data"
SEED = 20260406  # the first reserve cell opened on 6 April 2020
MONDAY = date(2026, 11, 23)
Row = dict[str, Any]

FIRST_NAMES = {
    "F": "Agnès Aïcha Alice Anaïs Aurélie Béatrice Camille Caroline Cécile Céline Chantal Claire "
    "Coralie Delphine Elif Élodie Émilie Estelle Fatou Fanny Florence Gaëlle Hélène Inès Isabelle "
    "Jeanne Julie Karima Laure Léa Leïla Lucie Manon Marianne Marion Mathilde Mélanie Nadia Nathalie "
    "Noémie Odile Pauline Rachida Sabine Sandrine Sarah Sofia Sylvie Valérie Yasmine",
    "M": "Adrien Alain Alexis Antoine Arthur Bastien Benoît Cédric Christophe Cyril Damien David "
    "Didier Emre Étienne Fabien Florian Franck Gilles Guillaume Hakim Hugo Ibrahim Jérôme Joël "
    "Julien Karim Kévin Laurent Loïc Lucas Marc Mathieu Maxime Mehdi Nicolas Olivier Pascal Paul "
    "Quentin Rémi Samuel Sébastien Stéphane Thierry Thomas Tristan Vincent Xavier Yann",
}
LAST_NAMES = (
    "Adam Arnold Bauer Baumann Becker Belkacem Benali Berger Bernard Blum Boehm Bonnet Bour Braun "
    "Brunner Caspar Chevalier Cissé Colin Da-Silva Demir Diallo Diehl Dubois Durand Eberhardt Ehrhart "
    "Ferreira Fischer Fontaine Frey Fuchs Garnier Gautier Girard Gross Haas Hamdi Hartmann Heitz "
    "Herrmann Hoffmann Huber Husser Jaeger Jung Kaiser Kaya Keller Kern Kessler Kieffer Klein Koch "
    "Kowalski Kraemer Kuntz Lambert Lang Lemaire Lehmann Lopez Lutz Maurer Mercier Meyer Moreau Muller "
    "Nguyen Oster Pereira Petit Pfister Reinhardt Renard Richert Ritter Rousseau Roth Sauer Schaeffer "
    "Schmitt Schneider Scholler Schwartz Simon Spitz Stein Stoll Strub Traoré Ulrich Vogel Vogt Wagner "
    "Walter Weber Weiss Wendling Winter Wolff Yildiz Zeller Ziegler Zimmermann"
)

SKILLS: tuple[tuple[str, str, str], ...] = (
    ("accueil", "accueillir et orienter le public", "welcoming and guiding the public"),
    ("aide-repas", "aider une personne à prendre son repas", "helping a person to eat"),
    ("aide-soignant", "diplôme d'aide-soignant", "qualified care assistant"),
    ("allemand", "parler allemand", "speaking German"),
    ("animation", "animer un groupe", "leading a group"),
    ("collecte", "collecte des déchets, équipier", "waste collection, crew member"),
    ("coordination", "organiser une petite équipe", "organising a small team"),
    (
        "hygiene-alimentaire",
        "préparer et distribuer des repas",
        "preparing and serving meals",
    ),
    ("manutention", "porter et ranger des colis", "carrying and sorting parcels"),
    ("numerique", "aider aux démarches en ligne", "helping with online procedures"),
    ("permis-b", "conduire une voiture ou une camionnette", "driving a car or a van"),
    ("petite-enfance", "s'occuper de jeunes enfants", "looking after young children"),
    ("secourisme", "premiers secours", "first aid"),
    (
        "telephone",
        "écouter et parler au téléphone",
        "listening and talking by telephone",
    ),
    ("turc", "parler turc", "speaking Turkish"),
)

# id, name, organisation, state, commune code, minimum present per half-day, twinned unit
UNITS: tuple[tuple[str, str, str, str, str, int, str], ...] = (
    ("S01", "Crèche Les Mésanges", "Ville", "closed", "67482", 0, ""),
    ("S02", "Crèche La Ribambelle", "Ville", "closed", "67447", 0, ""),
    ("S03", "École Les Marronniers", "Ville", "closed", "67267", 0, ""),
    ("S04", "École du Canal", "Ville", "closed", "67218", 0, ""),
    ("S05", "Médiathèque des Rives", "Métropole", "closed", "67482", 0, ""),
    ("S06", "Médiathèque du Verger", "Métropole", "closed", "67365", 0, ""),
    ("S07", "Piscine du Moulin", "Métropole", "closed", "67204", 0, ""),
    ("S08", "Piscine des Saules", "Métropole", "closed", "67152", 0, ""),
    ("S09", "Musée du Fleuve", "Ville", "closed", "67482", 0, ""),
    ("S10", "Cuisine centrale", "Ville", "reduced", "67482", 3, ""),
    ("S11", "Espaces verts, secteur nord", "Métropole", "reduced", "67043", 2, ""),
    ("S12", "Voirie, secteur sud", "Métropole", "reduced", "67365", 2, "H08"),
    ("S13", "Secrétariat des équipements", "Ville", "reduced", "67482", 1, ""),
    ("S14", "Direction des projets culturels", "Métropole", "reduced", "67482", 1, ""),
    (
        "H01",
        "Épicerie solidaire Le Panier du Ried",
        "Association",
        "host",
        "67447",
        0,
        "",
    ),
    (
        "H02",
        "Épicerie solidaire La Halle partagée",
        "Association",
        "host",
        "67482",
        0,
        "",
    ),
    (
        "H03",
        "Épicerie solidaire Les Quatre Moissons",
        "Association",
        "host",
        "67218",
        0,
        "",
    ),
    ("H04", "Plateau des appels de convivialité", "CCAS", "host", "67482", 0, ""),
    ("H05", "EHPAD Les Tilleuls", "CCAS", "host", "67043", 0, ""),
    ("H06", "EHPAD du Vieux-Quai", "CCAS", "host", "67482", 0, ""),
    ("H07", "EHPAD Les Glycines", "CCAS", "host", "67131", 0, ""),
    ("H08", "Collecte des déchets, dépôt sud", "Métropole", "host", "67365", 0, "S12"),
    ("H09", "Collecte des déchets, dépôt nord", "Métropole", "host", "67447", 0, ""),
    ("C00", "Cellule de réserve", "Ville", "cell", "67482", 0, ""),
)
SECTORS = {
    "H01": "nord",
    "H02": "centre",
    "H03": "sud",
    "H04": "centre",
    "H05": "nord",
} | {
    "H06": "centre",
    "H07": "sud",
    "H08": "sud",
    "H09": "nord",
}

# trade, unit, how many, share of women, categories, skills held for sure, skills held sometimes
TRADES: tuple[tuple[str, str, int, float, str, str, dict[str, float]], ...] = (
    (
        "auxiliaire de puériculture",
        "S01",
        9,
        0.95,
        "B",
        "petite-enfance",
        {"aide-repas": 0.6},
    ),
    (
        "auxiliaire de puériculture",
        "S02",
        7,
        0.95,
        "B",
        "petite-enfance",
        {"aide-repas": 0.6},
    ),
    (
        "ATSEM",
        "S03",
        7,
        0.95,
        "C",
        "petite-enfance",
        {"aide-repas": 0.3, "animation": 0.6},
    ),
    (
        "ATSEM",
        "S04",
        6,
        0.95,
        "C",
        "petite-enfance",
        {"aide-repas": 0.3, "animation": 0.6},
    ),
    (
        "agent de médiathèque",
        "S05",
        9,
        0.7,
        "CCB",
        "accueil",
        {"telephone": 0.6, "numerique": 0.4},
    ),
    (
        "agent de médiathèque",
        "S06",
        6,
        0.7,
        "CCB",
        "accueil",
        {"telephone": 0.6, "numerique": 0.4},
    ),
    ("agent de piscine", "S07", 8, 0.4, "CCB", "accueil", {"secourisme": 0.8}),
    ("agent de piscine", "S08", 7, 0.4, "CCB", "accueil", {"secourisme": 0.8}),
    ("agent de musée", "S09", 7, 0.5, "C", "accueil", {"telephone": 0.5}),
    (
        "agent de restauration",
        "S10",
        9,
        0.6,
        "C",
        "hygiene-alimentaire",
        {"aide-repas": 0.3, "permis-b": 0.3},
    ),
    ("jardinier", "S11", 8, 0.2, "C", "permis-b", {"collecte": 0.35}),
    ("agent de voirie", "S12", 7, 0.1, "C", "collecte", {"permis-b": 0.8}),
    (
        "secrétaire",
        "S13",
        5,
        0.85,
        "BC",
        "telephone",
        {"accueil": 0.6, "numerique": 0.7},
    ),
    (
        "chargé de projet",
        "S14",
        5,
        0.5,
        "A",
        "coordination",
        {"telephone": 0.6, "numerique": 0.5},
    ),
)
# The source's case: a criterion that nobody could read (here, carrying loads) selected young agents
# on contract (mechanisms.md P09, L942).
CARRIES = {"contractuel": 0.85, "apprenti": 0.4, "stagiaire": 0.1, "titulaire": 0.06}

KINDS = {
    "aide-alimentaire": (
        "Aide alimentaire",
        "Recevoir les colis, les ranger, préparer les paniers et les remettre aux familles.",
    ),
    "appels": (
        "Appels de convivialité",
        "Appeler des personnes isolées avec un script, noter ce dont elles ont besoin, transmettre.",
    ),
    "ehpad-repas": (
        "Aide au repas en EHPAD",
        "Aider les résidents à prendre leur déjeuner ou leur goûter, leur tenir compagnie.",
    ),
    "collecte": (
        "Collecte des déchets",
        "Compléter un équipage de collecte, à l'arrière de la benne, avec un équipier du service.",
    ),
}
# need, kind, host, skill, priority, minimum team, mentor required, minimum age, {day of fortnight/half: headcount}
NEEDS: tuple[tuple[str, str, str, str, int, int, str, str, dict[str, int]], ...] = (
    (
        "N01",
        "aide-alimentaire",
        "H01",
        "manutention",
        3,
        0,
        "no",
        "",
        {"1am": 3, "3am": 4, "8am": 4},
    ),
    (
        "N02",
        "aide-alimentaire",
        "H02",
        "manutention",
        3,
        2,
        "no",
        "",
        {"1am": 4, "3am": 4, "8am": 4},
    ),
    (
        "N03",
        "aide-alimentaire",
        "H03",
        "manutention",
        3,
        0,
        "no",
        "",
        {"2pm": 3, "10pm": 3},
    ),
    (
        "N04",
        "aide-alimentaire",
        "H02",
        "hygiene-alimentaire",
        2,
        0,
        "no",
        "",
        {"5am": 3, "9pm": 3},
    ),
    (
        "N05",
        "appels",
        "H04",
        "telephone",
        2,
        0,
        "no",
        "",
        {"0am": 5, "2am": 5, "4am": 6, "7pm": 5},
    ),
    ("N06", "appels", "H04", "turc", 2, 0, "no", "", {"2pm": 1, "9am": 1}),
    ("N07", "appels", "H04", "coordination", 1, 0, "no", "", {"0am": 1, "7am": 1}),
    (
        "N08",
        "ehpad-repas",
        "H05",
        "aide-repas",
        3,
        0,
        "no",
        "18",
        {"1am": 3, "3am": 3, "8am": 3},
    ),
    (
        "N09",
        "ehpad-repas",
        "H06",
        "aide-repas",
        3,
        2,
        "yes",
        "18",
        {"1am": 3, "3am": 4, "3pm": 3},
    ),
    (
        "N10",
        "ehpad-repas",
        "H07",
        "aide-repas",
        3,
        0,
        "no",
        "18",
        {"4am": 2, "10am": 2},
    ),
    ("N11", "ehpad-repas", "H06", "aide-soignant", 3, 0, "no", "18", {"3am": 1}),
    ("N12", "ehpad-repas", "H05", "animation", 1, 0, "no", "", {"2pm": 3, "9pm": 3}),
    (
        "N13",
        "collecte",
        "H08",
        "collecte",
        3,
        2,
        "yes",
        "18",
        {"0am": 3, "2am": 3, "7am": 3},
    ),
    (
        "N14",
        "collecte",
        "H09",
        "collecte",
        2,
        2,
        "yes",
        "18",
        {"1am": 3, "4am": 3, "8am": 3},
    ),
    (
        "N15",
        "aide-alimentaire",
        "H01",
        "permis-b",
        2,
        0,
        "no",
        "18",
        {"2am": 2, "9am": 2},
    ),
    (
        "N16",
        "aide-alimentaire",
        "H03",
        "accueil",
        1,
        0,
        "no",
        "",
        {"1pm": 4, "5am": 3, "8pm": 4},
    ),
)
RETURN_AFTER = timedelta(days=2)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (lat, lon) points, in kilometres."""
    lat1, lon1, lat2, lon2 = map(radians, (*a, *b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(h))


def half_day(index: int, half: str) -> str:
    """Return the half-day ``index`` days after the first Monday, as the sheets write it."""
    return f"{(MONDAY + timedelta(days=index)).isoformat()}/{half}"


THURSDAY = {half_day(3, "am"), half_day(3, "pm")}


def near(rng: random.Random, centre: tuple[float, float], radius_km: float) -> tuple[float, float]:
    """Draw an invented point in a disc, rounded to about ten metres."""
    distance, angle = radius_km * sqrt(rng.random()), 2 * pi * rng.random()
    lat = centre[0] + distance * sin(angle) / 111.2
    lon = centre[1] + distance * cos(angle) / (111.2 * cos(radians(centre[0])))
    return round(lat, 4), round(lon, 4)


def radius_of(commune: Row) -> float:
    """Return how far from the seat people live: wider in the large town."""
    return 2.5 if commune["population"] > 100_000 else 0.8


class Names:
    """Hands out full names without repeating any, with a reserved mailbox and telephone for each."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.used, self.count = rng, set(), 0  # type: random.Random, set[str], int

    def take(self, sex: str, fixed: str = "") -> Row:
        """Return a new name; the domain ``.example`` and the numbers 06 39 98 are nobody's."""
        name = fixed
        while not name or name in self.used:
            first = self.rng.choice(FIRST_NAMES[sex].split())
            name = f"{first} {self.rng.choice(LAST_NAMES.split())}"
        self.used.add(name)
        self.count += 1
        plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
        return {
            "name": name,
            "email": f"{plain.replace(' ', '.')}@demo.example",
            "phone": f"+3363998{self.count:04d}",
        }


def make_units(rng: random.Random, communes: dict[str, Row]) -> list[Row]:
    """Return home services, hosts and the cell, each with an invented point in its commune."""
    rows = []
    for code, name, organisation, state, commune, minimum, twin in UNITS:
        place = communes[commune]
        lat, lon = near(rng, place["at"], radius_of(place) / 2)
        rows.append(
            {
                "id": code,
                "name": name,
                "organisation": organisation,
                "state": state,
                "sector": SECTORS.get(code, ""),
                "commune_code": commune,
                "lat": lat,
                "lon": lon,
                "minimum": minimum,
                "twinned_with": twin,
            }
        )
    return rows


def make_contacts(rng: random.Random, names: Names, units: list[Row]) -> list[Row]:
    """Return the cell of five, one manager for each home service, one mentor for each host."""
    wanted = [("cell", "C00")] * 5
    wanted += [("manager", unit["id"]) for unit in units if unit["id"].startswith("S")]
    wanted += [("mentor", unit["id"]) for unit in units if unit["id"].startswith("H")]
    rows = []
    for index, (role, unit) in enumerate(wanted, start=1):
        sex = rng.choice("FM")
        rows.append({"id": f"K{index:02d}", "role": role, "unit": unit, "sex": sex} | names.take(sex))
    return rows


def draw_status(rng: random.Random) -> str:
    """Draw a status; about three agents in ten are on contract."""
    weights = {"titulaire": 58, "contractuel": 28, "stagiaire": 8, "apprenti": 6}
    return rng.choices(list(weights), list(weights.values()))[0]


def draw_birth(rng: random.Random, status: str) -> date:
    """Draw a date of birth; people on contract are younger, as in the source's case."""
    first, last = {
        "titulaire": (1962, 1994),
        "contractuel": (1990, 2005),
        "stagiaire": (1988, 2002),
        "apprenti": (2004, 2007),
    }[status]
    return date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


def draw_half_days(rng: random.Random, unit_state: str, weekend: bool, never: str) -> list[str]:
    """Draw the half-days of the fortnight on which the person is free and willing."""
    chance = 0.5 if unit_state == "closed" else 0.36
    free = []
    for index in range(14):
        for half in ("am", "pm"):
            wanted = rng.random() < (chance if index % 7 < 5 else chance * weekend)
            if wanted and half != never and index % 7 != 6:
                free.append(half_day(index, half))
    return free


def make_people(rng: random.Random, names: Names, communes: dict[str, Row], units: list[Row]) -> list[Row]:
    """Return the hundred candidates, one row each (issue 2, part 4, with extra columns)."""
    by_unit = {unit["id"]: unit for unit in units}
    choices = list(communes.values())
    weights = [commune["population"] ** 0.7 for commune in choices]
    rows: list[Row] = []
    for trade, unit_id, count, women, categories, sure, maybe in TRADES:
        unit = by_unit[unit_id]
        for _ in range(count):
            sex = "F" if rng.random() < women else "M"
            status = draw_status(rng)
            commune = rng.choices(choices, weights)[0]
            lat, lon = near(rng, commune["at"], radius_of(commune))
            skills = {sure} | {skill for skill, share in maybe.items() if rng.random() < share}
            skills |= {"manutention"} if rng.random() < CARRIES[status] else set()
            skills |= {"allemand"} if rng.random() < 0.2 else set()
            skills |= {"turc"} if rng.random() < 0.05 else set()
            skills |= {"permis-b"} if rng.random() < 0.15 else set()
            hard = ["no_weekend"] if rng.random() < 0.6 else []
            never = rng.choice(("am", "pm")) if rng.random() < 0.1 else ""
            hard += [f"no_half:{never}"] if never else []
            hard += ["no_kind:collecte"] if rng.random() < (0.3 if "collecte" in skills else 0) else []
            hard += ["no_kind:ehpad-repas"] if rng.random() < 0.05 else []
            free = draw_half_days(rng, unit["state"], "no_weekend" not in hard, never)
            done = sorted(kind for kind, need in KIND_SKILLS.items() if skills & need)
            # Road agents are the twinned pool: most of them have already been out with a crew.
            known = 0.6 if sure == "collecte" else 0.25
            experience = [kind for kind in done if rng.random() < known]
            person = names.take(sex)
            channel = rng.choices(("email", "sms", "phone", "print"), (60, 28, 8, 4))[0]
            rows.append(
                {
                    "id": f"A{len(rows) + 1:03d}",
                    "name": person["name"],
                    "lat": lat,
                    "lon": lon,
                    "skills": skills,
                    "half_days": free,
                    "cap": rng.choice((2, 2, 3)),
                    "max_km": rng.choices((5, 8, 10, 15, 20, 25), (15, 25, 25, 20, 10, 5))[0],
                    "prefers": rng.choices(("", "am", "pm"), (60, 30, 10))[0] if not never else "",
                    "mentor": "yes" if experience and rng.random() < 0.6 else "no",
                    "unit": unit["name"],
                    "status": status,
                    "category": rng.choice(categories),
                    "trade": trade,
                    "sex": sex,
                    "birth_date": draw_birth(rng, status),
                    "commune_code": commune["code"],
                    "commune": commune["name"],
                    "hard_wishes": hard,
                    "experience": experience,
                    "recent_missions": rng.randint(1, 3) if experience else 0,
                    "email": person["email"] if channel in ("email", "sms") else "",
                    "phone": person["phone"] if channel != "print" else "",
                    "channel": channel,
                }
            )
    return rows


KIND_SKILLS = {kind: {need[3] for need in NEEDS if need[1] == kind} - {"coordination", "turc"} for kind in KINDS}


def tell_the_story(people: list[Row], units: list[Row], communes: dict[str, Row]) -> None:
    """Put in the few rows that the screens and the tests speak of."""
    by_unit = {unit["id"]: unit for unit in units}
    host = by_unit["H06"]
    amina = people[0]
    # screens.md 3: one kilometre and two hundred metres away, has done it twice, no weekend (L942).
    amina |= {
        "name": "Amina Belhadj",
        "sex": "F",
        "email": "amina.belhadj@demo.example",
        "channel": "email",
        "phone": "+33639989999",
        "lat": round(host["lat"] + 1.2 / 111.2, 4),
        "lon": host["lon"],
        "commune_code": host["commune_code"],
        "commune": communes[host["commune_code"]]["name"],
        "status": "titulaire",
        "category": "B",
        "birth_date": date(1984, 5, 17),
        "skills": {"petite-enfance", "aide-repas"},
        "half_days": [
            half_day(1, "am"),
            half_day(1, "pm"),
            half_day(4, "am"),
            half_day(8, "am"),
        ],
        "hard_wishes": ["no_weekend"],
        "prefers": "am",
        "max_km": 8,
        "experience": ["ehpad-repas"],
        "recent_missions": 2,
        "mentor": "yes",
    }
    # Nurseries and schools keep a welcome for priority children on Thursday: the skill is scarce that day.
    kept = 0
    for person in people:
        if "aide-repas" in person["skills"] and THURSDAY & set(person["half_days"]):
            kept += 1
            if kept > 4:
                person["half_days"] = [slot for slot in person["half_days"] if slot not in THURSDAY]
    # Two cooks said yes to the first Saturday, so that the weekend is not empty.
    cooks = [p for p in people if "hygiene-alimentaire" in p["skills"] and not p["hard_wishes"]]
    for cook in cooks[:2]:
        cook["half_days"] = sorted({*cook["half_days"], half_day(5, "am")})
        cook["max_km"] = max(cook["max_km"], 15)
    # Two road agents of the twinned service can show the work to a crew (P09 acceptance 14).
    crew = [p for p in people if p["trade"] == "agent de voirie" and "no_kind:collecte" not in p["hard_wishes"]]
    for agent, days in zip(crew, ((0, 2), (4, 7)), strict=False):
        agent["half_days"] = sorted({*agent["half_days"], *(half_day(d, "am") for d in days)})
        agent["experience"] = sorted({*agent["experience"], "collecte"})
        agent |= {
            "mentor": "yes",
            "recent_missions": 1,
            "max_km": max(agent["max_km"], 15),
        }
        agent |= {
            "status": "titulaire",
            "birth_date": date(1975 + days[0], 9, 12),
            "prefers": "",
        }
        agent["hard_wishes"] = ["no_weekend"]
        agent["half_days"] = [d for d in agent["half_days"] if date.fromisoformat(d[:10]).weekday() < 5]
    # A minor among the apprentices who know the work: blocked by age, never weighed.
    young = next(p for p in people if p["trade"] == "jardinier" and "collecte" in p["skills"])
    young |= {
        "status": "apprenti",
        "birth_date": date(2009, 3, 9),
        "experience": [],
        "mentor": "no",
    }
    young |= {"recent_missions": 0, "hard_wishes": ["no_weekend"]}
    young["half_days"] = [
        half_day(0, "am"),
        half_day(2, "am"),
        half_day(4, "am"),
        half_day(8, "am"),
    ]


def make_needs(units: list[Row], contacts: list[Row], communes: dict[str, Row]) -> list[Row]:
    """Return one row for each half-day of each need, with the two contacts of P09 (8)."""
    by_unit = {unit["id"]: unit for unit in units}
    cell = [contact for contact in contacts if contact["role"] == "cell"]
    mentors = {contact["unit"]: contact for contact in contacts if contact["role"] == "mentor"}
    rows = []
    for number, entry in enumerate(NEEDS):
        need, kind, host_id, skill, priority, min_team, mentor, min_age, slots = entry
        host = by_unit[host_id]
        last = max(int(slot[:-2]) for slot in slots)
        for index, (slot, headcount) in enumerate(slots.items(), start=1):
            rows.append(
                {
                    "id": f"{need}-{index}",
                    "title": f"{KINDS[kind][0]}, {host['name']}",
                    "half_day": half_day(int(slot[:-2]), slot[-2:]),
                    "skill": skill,
                    "headcount": headcount,
                    "priority": priority,
                    "place": communes[host["commune_code"]]["name"],
                    "lat": host["lat"],
                    "lon": host["lon"],
                    "min_team": min_team or "",
                    "mentor_required": mentor,
                    "host": host["name"],
                    "need": need,
                    "kind": kind,
                    "sector": host["sector"],
                    "min_age": min_age,
                    "tasks": KINDS[kind][1],
                    "host_mentor": mentors[host_id]["name"],
                    "second_contact": cell[number % len(cell)]["name"],
                    "return_date": MONDAY + timedelta(days=last) + RETURN_AFTER,
                }
            )
    return rows


def able(person: Row, need: Row) -> bool:
    """Say whether nothing in the sheets forbids this pair: the rule of the engine, in short."""
    day = date.fromisoformat(need["half_day"][:10])
    birth = person["birth_date"]
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    here, there = (person["lat"], person["lon"]), (need["lat"], need["lon"])
    return (
        need["skill"] in person["skills"]
        and need["half_day"] in person["half_days"]
        and f"no_kind:{need['kind']}" not in person["hard_wishes"]
        and age >= int(need["min_age"] or 0)
        and distance_km(here, there) <= person["max_km"]
    )


def check_story(people: list[Row], needs: list[Row]) -> dict[str, Any]:
    """Refuse to write a demo that no longer shows what its pages say; return the figures."""
    pool = {need["id"]: [p for p in people if able(p, need)] for need in needs}
    thursday = [n for n in needs if n["skill"] == "aide-repas" and n["half_day"] in THURSDAY]
    asked = sum(need["headcount"] for need in thursday)
    able_then = {p["id"] for need in thursday for p in pool[need["id"]]}
    carriers = [p for p in people if "manutention" in p["skills"]]
    on_contract = sum(p["status"] == "contractuel" for p in carriers) / len(carriers)
    in_all = sum(p["status"] == "contractuel" for p in people) / len(people)
    nobody = [need["id"] for need in needs if not pool[need["id"]]]
    unmentored = [
        need["id"]
        for need in needs
        if need["mentor_required"] == "yes"
        and not any(p["mentor"] == "yes" and need["kind"] in p["experience"] for p in pool[need["id"]])
    ]
    figures = {
        "people": len(people),
        "needs": len(needs),
        "places": sum(need["headcount"] for need in needs),
        "thursday_meal_places": asked,
        "thursday_meal_people": len(able_then),
        "contract_share_all": round(in_all, 2),
        "contract_share_carriers": round(on_contract, 2),
        "needs_nobody_can_fill": nobody,
        "mentored_needs_without_a_mentor": unmentored,
    }
    assert len({p["name"] for p in people}) == len(people), figures
    assert 0 < len(able_then) < asked / 2, figures
    assert on_contract >= 2 * in_all, figures
    assert nobody == ["N11-1"], figures
    assert unmentored == [], figures
    return figures


def as_csv(rows: Iterable[Row]) -> str:
    """Return the rows as a sheet; several values in one cell are separated by a vertical bar."""
    out = io.StringIO()
    rows = list(rows)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        cells = []
        for value in row.values():
            if isinstance(value, set):
                value = sorted(value)
            cells.append("|".join(value) if isinstance(value, list) else value)
        writer.writerow(cells)
    return out.getvalue()


def make_all() -> tuple[dict[str, str], dict[str, Any]]:
    """Return every file of the demo folder by name, and the figures of the story."""
    rng = random.Random(SEED)
    with (DATA / "territory/communes.csv").open(encoding="utf-8", newline="") as handle:
        communes: dict[str, Row] = {
            row["code"]: row
            | {
                "population": int(row["population"]),
                "at": (float(row["lat"]), float(row["lon"])),
            }
            for row in csv.DictReader(handle)
        }
    names = Names(rng)
    units = make_units(rng, communes)
    contacts = make_contacts(rng, names, units)
    people = make_people(rng, names, communes, units)
    tell_the_story(people, units, communes)
    needs = make_needs(units, contacts, communes)
    figures = check_story(people, needs)
    skills = [{"skill": code, "fr": fr, "en": en} for code, fr, en in SKILLS]
    sheets = {
        "people.csv": as_csv(people),
        "needs.csv": as_csv(needs),
        "units.csv": as_csv(units),
        "contacts.csv": as_csv(contacts),
        "skills.csv": as_csv(skills),
    }
    return sheets, figures


def main() -> int:
    """Write the sheets, or compare them with the committed ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    sheets, figures = make_all()
    folder = DATA / "demo"
    if options.check:
        stale = [
            name
            for name, text in sheets.items()
            if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
        ]
        if stale:
            print(
                f"Run scripts/make_demo_people.py again: {', '.join(stale)}",
                file=sys.stderr,
            )
            return 1
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sheets.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
