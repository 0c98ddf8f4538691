"""A draw before its record is published: what it announces, its quotas, when chance will speak (P01 (1)).

Chance comes from two places that no one holds together: a drand round whose number is published beforehand, and dice
thrown in the room. A second source, said in words, stands in for drand when it stays silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Body, College, Draw, DrawQuota, PoolAnswer
from reflexes.mechanisms.assembly.perms import can_keep, check_piste, is_keeper
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record

# drand, network "quicknet": its first round and the seconds between two (docs.drand.love).
FIRST_ROUND = datetime.fromtimestamp(1_692_803_367, tz=UTC)
EVERY = timedelta(seconds=3)
NEXT_ROUND = 1_200
"""When the round announced cannot be had, the one that comes an hour after."""
MOST_SEATS = 1_000
DICE = "dice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a draw announces: ``drawn_from`` is when chance speaks, ``erase_on`` the day the pool is destroyed."""

    title: str
    size: int
    drawn_from: datetime
    erase_on: date
    second_source: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """At least ``minimum`` and at most ``maximum`` people whose answer to ``feature`` is ``value``."""

    feature: str
    value: str
    minimum: int
    maximum: int


def round_of(at: datetime) -> int:
    """Return the number of the first drand round at ``at`` or after.

    >>> round_of(FIRST_ROUND), round_of(FIRST_ROUND + timedelta(seconds=4))
    (1, 3)
    """
    return -((FIRST_ROUND - at) // EVERY) + 1


def sources_of(draw: Draw) -> list[list[str]]:
    """Return the sources of chance announced, each followed by those that stand in for it, in order."""
    return [[f"drand:{draw.round}", f"drand:{draw.round + NEXT_ROUND}", draw.second_source], [DICE]]


def do_prepare_draw(
    *, actor: Actor, piste: str, terms: Terms, body: Body | None = None, college: College | None = None, slug: str = ""
) -> Draw:
    """Write a draw, which only the officers of the organisation see until its record is published."""
    if not is_keeper(actor):
        raise PermissionDenied
    if college is not None:
        body = college.body
    if body is not None and not can_keep(actor, body):
        raise PermissionDenied
    check_piste(piste)
    values = _values(terms)
    draw = Draw(
        piste=piste,
        slug=slug or free_slug(Draw, terms.title, "tirage"),
        organisation_id=actor.organisation_id,
        body=body,
        college=college,
        exercise_id=actor.exercise_id,
        **values,
    )
    try:
        with transaction.atomic():
            draw.save()
            record(actor=actor, verb="assembly.draw_prepared", object_kind="draw", object_key=draw.pk)
    except IntegrityError as error:
        raise Refusal("slug_taken", gettext_lazy("Another draw has this address. Give it another name.")) from error
    return draw


def _values(terms: Terms) -> dict[str, object]:
    """Return the columns these terms fill, or refuse them in one sentence."""
    source = " ".join(terms.second_source.split())
    if not terms.title.strip():
        raise Refusal("title_missing", gettext_lazy("Give the draw a title: it is what people read first."))
    if not 1 <= terms.size <= MOST_SEATS:
        raise Refusal("size", gettext_lazy("Say how many people sit: one at least, a thousand at most."))
    if terms.drawn_from <= clock.now():
        raise Refusal("drawn_from", gettext_lazy("Chance must speak later: choose a moment still to come."))
    if terms.erase_on <= timezone.localtime(terms.drawn_from).date():
        raise Refusal(
            "erase_on",
            gettext_lazy("The pool would be erased before the panel is settled. Choose a day after the draw."),
        )
    if not source or ":" in source or normalised(source).startswith(("drand", DICE)):
        raise Refusal(
            "second_source",
            gettext_lazy(
                "Say in a few words, without a colon, which other source stands in for drand: "
                "the Loto of a named date, for example."
            ),
        )
    return {
        "title": terms.title.strip()[:160],
        "size": terms.size,
        "drawn_from": terms.drawn_from,
        "round": round_of(terms.drawn_from),
        "erase_on": terms.erase_on,
        "second_source": source[:120],
        "sealed": terms.sealed,
    }


def open_draw(draw: Draw) -> Draw:
    """Return ``draw`` locked in the caller's transaction, or refuse: once tickets are made, nothing of it changes."""
    current = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
    if current.state != Draw.State.PREPARING:
        raise Refusal(
            "committed",
            gettext_lazy(
                "The tickets of this draw are made or being made: its pool and quotas do not change any more. "
                "Prepare another draw if they are wrong."
            ),
            conflict=True,
        )
    return current


def do_change_draw(*, actor: Actor, draw: Draw, terms: Terms) -> None:
    """Change what a draw announces, before its tickets are made."""
    check_keeping_draw(actor, draw)
    values = _values(terms)
    with transaction.atomic():
        current = open_draw(draw)
        for name, value in values.items():
            setattr(current, name, value)
        current.trouble = ""
        current.save()
        record(actor=actor, verb="assembly.draw_changed", object_kind="draw", object_key=draw.pk)
    draw.refresh_from_db()


def do_write_quotas(*, actor: Actor, draw: Draw, quotas: Sequence[QuotaLine]) -> None:
    """Write the balances sought, in place of those there were. The answers already given must keep their line."""
    check_keeping_draw(actor, draw)
    with transaction.atomic():
        current = open_draw(draw)
        _check_quotas(current, quotas)
        current.quotas.all().delete()
        DrawQuota.objects.bulk_create(
            DrawQuota(draw=current, feature=one.feature, value=one.value, minimum=one.minimum, maximum=one.maximum)
            for one in quotas
        )
        Draw.objects.filter(pk=draw.pk).update(trouble="")
        record(
            actor=actor,
            verb="assembly.quotas_written",
            object_kind="draw",
            object_key=draw.pk,
            params={"count": len(quotas)},
        )
    draw.refresh_from_db()


def _check_quotas(draw: Draw, quotas: Sequence[QuotaLine]) -> None:
    if not quotas:
        raise Refusal(
            "no_quota", gettext_lazy("Write one quota at least: a question, an answer, how few and how many.")
        )
    known: dict[str, list[QuotaLine]] = {}
    for one in quotas:
        words = {"value": one.value, "feature": one.feature, "low": one.minimum, "high": one.maximum}
        lines = known.setdefault(one.feature, [])
        if not one.feature.strip() or not one.value.strip():
            raise Refusal("quota_empty", gettext_lazy("A quota has no question or no answer. Fill in both."))
        if any(normalised(one.value) == normalised(other.value) for other in lines):
            raise Refusal("quota_twice", _("“%(value)s” of “%(feature)s” is told twice. Keep one line.") % words)
        if not 0 <= one.minimum <= one.maximum <= MOST_SEATS:
            raise Refusal(
                "quota_order",
                _("For “%(value)s” (%(feature)s), the minimum is %(low)s and the maximum %(high)s. Correct one.")
                % words,
            )
        lines.append(one)
    for feature, lines in known.items():
        low, high = sum(one.minimum for one in lines), sum(one.maximum for one in lines)
        words = {"feature": feature, "low": low, "high": high, "size": draw.size}
        if low > draw.size:
            raise Refusal(
                "too_few_seats",
                _("The answers of “%(feature)s” ask for %(low)s people at least, the panel has %(size)s.") % words,
            )
        if high < draw.size:
            raise Refusal(
                "too_many_seats",
                _("The answers of “%(feature)s” allow %(high)s people at most, the panel has %(size)s.") % words,
            )
    _check_answers_kept(draw, {(one.feature, one.value) for one in quotas})


def _check_answers_kept(draw: Draw, told: set[tuple[str, str]]) -> None:
    """Refuse quotas that no longer cover the answers of the pool: nobody would be asked again."""
    given = set(PoolAnswer.objects.filter(member__draw=draw).order_by().values_list("feature", "value").distinct())
    features = {feature for feature, _value in told}
    lost = sorted(given - told)
    if lost or (given and {feature for feature, _value in given} != features):
        shown = ", ".join(f"{feature}: {value}" for feature, value in lost[:3]) or ", ".join(sorted(features))
        raise Refusal(
            "answers_lost",
            _("People of the pool were asked other questions or gave other answers (%(found)s). Keep their lines.")
            % {"found": shown},
        )
