"""From two sheets to a drawn panel and its record. The only file of the command line that calls this engine."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reflexes.core.text import normalised
from reflexes.engines import lottery
from reflexes.mechanisms.assembly.drawing.sheets import PersonRow, Sheets

LEGACY_SEED = 1
PSEUDONYM = 20  # hexadecimal digits: 80 bits, no two people alike and nobody guessed by trying
Cancelled = Callable[[], bool]
Impossible, ProblemError, Stopped = lottery.Impossible, lottery.ProblemError, lottery.Stopped
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A lottery ready to be published: ``person_of`` leads from each pseudonym back to its line of the sheet."""

    selection: lottery.Selection
    record: Record
    person_of: Mapping[str, PersonRow]
    naive: lottery.Naive | None


def prepare(
    sheets: Sheets,
    *,
    size: int,
    tickets: int,
    salt: str,
    sources: Sequence[Sequence[str]],
    progress: Callable[[Any], None],
    cancelled: Cancelled,
) -> Prepared:
    """Make the fair lottery of these sheets and the record to publish. Raises ``Impossible``, ``Stopped``."""
    person_of = {pseudonym(row.id, salt): row for row in sheets.people}
    problem = lottery.Problem(
        sheets.features,
        tuple(lottery.Person(name, row.answers, row.home) for name, row in person_of.items()),
        tuple(
            lottery.Quota(
                sheets.features[_feature(sheets, row.feature)],
                row.value,
                row.low,
                row.high,
                row.low_flex,
                row.high_flex,
            )
            for row in sheets.quotas
        ),
        size,
    )
    selection = lottery.select(problem, tickets=tickets, progress=progress, cancelled=cancelled)
    record = lottery.publish(problem, selection, sources=sources, program=program_words())
    naive = lottery.naive(problem, seed=LEGACY_SEED, progress=progress)
    return Prepared(selection, record, person_of, naive)


def _feature(sheets: Sheets, name: str) -> int:
    return [normalised(feature) for feature in sheets.features].index(normalised(name))


def program_words() -> str:
    """Return what made the plan: the hash of the engine's files and the version of its solver."""
    files = sorted(Path(lottery.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"reflexes lottery sha256:{digest[:16]}, OR-Tools {version('ortools')}"


def pseudonym(person_id: str, salt: str) -> str:
    """Return the pseudonym of an identifier: the same for the same secret, unrelated for another.

    >>> pseudonym("12", "secret")
    'd8a9f2bbb70a1cf4c5ae'
    """
    return hmac.digest(salt.encode(), person_id.encode(), "sha256").hex()[:PSEUDONYM]


def draw(record: Record, said: Sequence[str]) -> Record:
    """Return the record once drawn; the sources announced before each one heard are noted as silent."""
    announced = record["plan"]["sources"]
    silent = [
        names[: names.index(words.rpartition(":")[0])] if words.rpartition(":")[0] in names else []
        for names, words in zip(announced, said, strict=False)
    ]
    return lottery.drawn(record, said, silent)


def depart(record: Record, leaving: Sequence[tuple[str, str]]) -> Record:
    """Return the record once these people left, each replaced from the reserve."""
    return lottery.with_departures(record, [lottery.Departure(person, reason) for person, reason in leaving])


def panel_now(record: Record) -> list[str]:
    """Return the pseudonyms of those who sit today."""
    return lottery.panel_now(record)


def readable(record: Any) -> bool:
    """Tell whether something read from a file has the shape of a record."""
    return lottery.verify(record)[0].code != "format"


def verify(record: Any) -> list[lottery.Finding]:
    """Return everything found about a record."""
    return lottery.verify(record)


def person_lines(record: Any, person: str, language: str) -> list[str]:
    """Say the profile, the chance and the rank of one pseudonym."""
    from reflexes.engines.lottery import verify_draw

    return verify_draw.person_lines(record, person, language)
