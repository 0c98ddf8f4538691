"""Draws and pools for tests, in the words of the field: what is not said is sensible."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Channel, College, Draw, DrawQuota, PoolMember
from reflexes.mechanisms.assembly.services import draws_plan
from reflexes.mechanisms.assembly.services.draws import round_of
from reflexes.mechanisms.assembly.services.pool import Coming, write

_numbers = count(1)
QUOTAS = (("sexe", "femme", 3, 3), ("sexe", "homme", 3, 3), ("âge", "moins de 30", 2, 4), ("âge", "30 et plus", 2, 4))
RANDOMNESS = "5e" * 32


def make_draw(college: College, *, quotas: Sequence[tuple[str, str, int, int]] = QUOTAS, **fields: Any) -> Draw:
    """Return a draw of six seats being prepared, announced in two days, erased in two months."""
    number = next(_numbers)
    drawn_from = fields.pop("drawn_from", clock.now() + timedelta(days=2))
    draw = Draw.objects.create(
        **{
            "piste": registry.pistes()[0].slug,
            "slug": f"tirage-{number}",
            "title": f"Tirage {number}",
            "organisation": college.body.organisation,
            "body": college.body,
            "college": college,
            "size": 6,
            "drawn_from": drawn_from,
            "round": round_of(drawn_from),
            "erase_on": clock.today() + timedelta(days=60),
            "second_source": "Loto de samedi",
            **fields,
        }
    )
    DrawQuota.objects.bulk_create(
        DrawQuota(draw=draw, feature=feature, value=value, minimum=low, maximum=high)
        for feature, value, low, high in quotas
    )
    return draw


def make_pool(draw: Draw, number: int = 24, *, homes: Sequence[str] = ()) -> list[PoolMember]:
    """Return people in the pool: women and men in turn, a third under thirty. ``homes``: addresses of the first."""
    people = []
    for place in range(number):
        answers = {
            "sexe": ("femme", "homme")[place % 2],
            "âge": "moins de 30" if place % 3 == 0 else "30 et plus",
        }
        home = homes[place] if place < len(homes) else ""
        coming = Coming(
            answers=answers,
            first_name=f"Prénom{place}",
            last_name=f"Nom{place}",
            email=f"membre{place}@example.org",
            household=home,
        )
        people.append((coming, answers))
    return write(draw, people, Channel.PAPER)


def committed(keeper: Actor, draw: Draw) -> Draw:
    """Return the draw with its record published, as a worker would."""
    draws_plan.do_commit(actor=keeper, draw=draw)
    draws_plan.compute(draw.pk)
    draw.refresh_from_db()
    return draw
