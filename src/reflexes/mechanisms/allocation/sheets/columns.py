"""The columns of each sheet, under the French and English titles people give them."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reflexes.core.sheets.problems import Level, Problem
from reflexes.core.sheets.reading import Table
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.sheets.words import said


@dataclass(frozen=True, slots=True)
class Column:
    """One thing a sheet can hold; ``titles`` are compared without case, accents or punctuation."""

    key: str
    titles: tuple[str, ...]
    required: bool = False


def _columns(text: str) -> tuple[Column, ...]:
    """Read the table below: ``key! : title, title``; the mark means that the column must be there."""
    columns = []
    for line in text.strip().splitlines():
        key, _colon, titles = line.partition(":")
        name = key.strip().rstrip("!")
        spelled = (plain(name), *(plain(title) for title in titles.split(",")))
        columns.append(Column(name, tuple(title for title in spelled if title), key.strip().endswith("!")))
    return tuple(columns)


def plain(title: str) -> str:
    """Return a title as it is compared.

    >>> plain("Demi-journées "), plain("half_days")
    ('demi journees', 'half days')
    """
    return " ".join(re.sub(r"[^0-9a-z]+", " ", normalised(title)).split())


def slug(text: str) -> str:
    """Return a skill, a kind or a host as it is compared: ``Aide au repas`` and ``aide-au-repas`` are one.

    >>> slug("Aide au repas"), slug("Œuvres d’art")
    ('aide-au-repas', 'oeuvres-d-art')
    """
    return plain(text).replace(" ", "-")


PEOPLE = _columns("""
id!: identifiant, matricule, code, numéro, id personne, person id, id agent
name: nom, nom complet, prénom et nom, nom et prénom, agent, personne, full name
first_name: prénom, given name
lat: latitude
lon: longitude, lng, long
x_km: x
y_km: y
skills!: compétences, compétence, savoir-faire, skill
half_days!: demi-journées, demi-journée, half_day, disponibilités, disponibilité, créneaux, availability, available
cap: plafond, maximum par semaine, demi-journées par semaine, half-days a week, half-days per week, quota
max_km: distance maximale, distance max, km max, km maximum, rayon, radius
prefers: préfère, préférence, preference
mentor: tuteur, tutrice, peut tutorer, can mentor
unit: service, unité, direction, équipe
status: statut
category: catégorie
trade: métier, fonction, poste, job
sex: sexe, genre, gender
birth_date: date de naissance, né le, née le, birthdate, date of birth
commune: ville, town, city
commune_code: code commune, insee, code insee
hard_wishes: souhaits fermes, limites, hard wish
soft_wishes: souhaits souples, souhaits, soft wish
experience: expérience, missions déjà faites, types déjà faits
recent_missions: missions récentes, missions du mois, wear
certificates: certificats, habilitations, diplômes
email: courriel, e-mail, mail, adresse électronique
phone: téléphone, tel, mobile
channel: canal, canal préféré
""")

NEEDS = _columns("""
id!: identifiant, code, numéro, id besoin, need id
title: titre, intitulé, mission, name, nom
half_day!: demi-journée, half_days, demi-journées, créneau, slot
skill: compétence, compétences, skills, savoir-faire
headcount!: effectif, nombre, places, nombre de personnes, personnes, people
priority: priorité
place: lieu, site, adresse, location
lat: latitude
lon: longitude, lng, long
x_km: x
y_km: y
commune: ville, town, city
commune_code: code commune, insee, code insee
min_team: équipe minimale, équipe minimum, effectif minimum, minimum team
mentor_required: tuteur requis, mentor requis, tuteur obligatoire, mentor
newcomers_per_mentor: nouveaux par tuteur, nouveaux par mentor, newcomers for one mentor
host: accueil, hôte, structure, structure d'accueil, service demandeur, organisme
need: besoin, groupe, demande
kind: type, type de mission, nature, mission kind
min_age: âge minimum, âge minimal, minimum age
certificates: certificats, habilitations, diplômes
remote: à distance, télétravail
sector: secteur
tasks: tâches
host_mentor: tuteur d'accueil, mentor d'accueil
second_contact: deuxième contact, second contact, contact
return_date: date de retour, retour prévu
constraints: contraintes, particularités
provided: fourni, ce qui est fourni
criteria: critères, critères de choix
""")

KEEP = _columns("""
person_id: id personne, id agent, matricule, identifiant
person_name: person, personne, agent, name, nom
need_id: id besoin
need_title: need, besoin, mission, titre, title
half_day: demi-journée
""")


@dataclass(slots=True)
class Titled:
    """A table whose columns are known by key; ``titles`` says how the file calls each."""

    table: Table
    places: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[tuple[int, list[object]]]:
        """Yield each line with the number a person sees."""
        yield from zip(self.table.row_numbers, self.table.rows, strict=True)

    def title(self, key: str) -> str:
        """Return what the file calls this column."""
        return self.titles.get(key, key)


def known_titles(columns: tuple[Column, ...]) -> dict[str, str]:
    """Return every title a column may go by, as it is compared: title to key."""
    known = {title: column.key for column in reversed(columns) for title in reversed(column.titles)}
    # A column under its own name is preferred to one under a word it may go by.
    return known | {plain(column.key): column.key for column in columns}


def titled(
    table: Table,
    columns: tuple[Column, ...],
    *,
    strangers: bool = True,
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Titled, list[Problem]]:
    """Find the columns of ``table``; say those missing, those said twice and, with ``strangers``, those unknown.

    ``chosen`` is what somebody said of a title (as it is compared): its column, or nothing to leave it out.
    """
    known = known_titles(columns)
    result, problems = Titled(table), []
    for place, header in enumerate(table.headers):
        key = chosen.get(plain(header), known.get(plain(header)))
        if key == "":
            result.ignored.add(header)
        elif key is None:
            result.ignored.add(header)
            if strangers:
                problems.append(_unknown(table, header, known))
        elif key in result.places:
            problems.append(said("said_twice", table.name, column=header, other=result.titles[key]))
        else:
            result.places[key], result.titles[key] = place, header
    problems += [
        said("missing_column", table.name, found=column.key, titles=column.titles[1])
        for column in columns
        if column.required and column.key not in result.places and table.headers
    ]
    return result, problems


def _unknown(table: Table, header: str, known: dict[str, str]) -> Problem:
    near = difflib.get_close_matches(plain(header), known, n=1, cutoff=0.8)
    code = "near_column" if near else "unknown_column"
    return said(code, table.name, column=header, level=Level.WARNING, near=near[0] if near else "")


def reading_problems(titled_table: Titled) -> list[Problem]:
    """Return what reading found; in a column that nobody reads, it is only a warning."""
    return [
        problem
        if problem.column not in titled_table.ignored
        else Problem(
            problem.code, problem.words, problem.file, problem.row, problem.column, problem.params, Level.WARNING
        )
        for problem in titled_table.table.problems
    ]
