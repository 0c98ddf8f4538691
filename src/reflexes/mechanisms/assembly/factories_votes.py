"""Votes, rolls and boxes for tests, in the words of the field: what is not said is sensible."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Choice, PaperBatch, RollEntry, Vote
from reflexes.mechanisms.assembly.services import codes
from reflexes.mechanisms.assembly.services.votes import do_freeze
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation

_numbers = count(1)
PRICES = (40_000, 60_000, 90_000, 30_000)


def make_keeper(organisation: Organisation) -> Actor:
    """Return a participation officer of ``organisation``, acting."""
    return actor_for(make_person("Fanny", role=roles.FACILITATOR, organisation=organisation))


def make_vote(
    organisation: Organisation | None = None, *, prices: Sequence[int] = PRICES, frozen: bool = True, **fields: Any
) -> Vote:
    """Return a vote open since yesterday for a week, three crosses at most; ``frozen=False`` for a draft.

    ``prices`` are the costs in cents of projects 01, 02…
    """
    number = next(_numbers)
    now = clock.now()
    vote = Vote.objects.create(
        **{
            "piste": registry.pistes()[0].slug,
            "slug": f"vote-{number}",
            "title": f"Budget participatif {number}",
            "organisation": organisation or make_organisation(),
            "rules": "Trois croix au plus. Les parts égales décident.",
            "budget_cents": 100_000,
            "most_choices": 3,
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=7),
            **fields,
        }
    )
    for place, cents in enumerate(prices, start=1):
        make_choice(vote, f"{place:02}", cents=cents)
    if frozen:
        do_freeze(actor=make_keeper(vote.organisation), vote=vote)
    return vote


def make_choice(vote: Vote, code: str, **fields: Any) -> Choice:
    """Return one project to vote for."""
    return Choice.objects.create(vote=vote, code=code, **{"title": f"Projet {code}", "cents": 40_000, **fields})


def make_line(vote: Vote, name: str = "", **fields: Any) -> RollEntry:
    """Return a line of the roll that has not voted."""
    number = next(_numbers)
    values = {"known": RollEntry.Known.LIST, "number": str(number), "name": name or f"Personne {number}", **fields}
    return RollEntry.objects.create(vote=vote, **values)


def make_lettered(vote: Vote) -> tuple[RollEntry, str]:
    """Return a line of the roll known by the code of its letter, and that code."""
    code = codes.draw()
    line = make_line(vote, known=RollEntry.Known.CODE, digest=codes.digest_of(vote.pk, code))
    return line, code


def make_batch(vote: Vote, papers: int = 2, **fields: Any) -> PaperBatch:
    """Return a bundle whose sheets were counted and not typed yet."""
    return PaperBatch.objects.create(
        vote=vote, papers=papers, **{"code": str(next(_numbers)), "place": "Mairie", **fields}
    )
