"""From a pool to a published record: the fairest lottery, its numbered tickets, the proof of the worst chance.

Minutes of arithmetic, done by a worker outside any transaction. Nothing is published unless the verifier agrees, nor
once the announced moment has come: whoever prepares the draw must not know what chance will say.
"""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.engines import lottery
from reflexes.mechanisms.assembly.models import Draw, DrawQuota
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.assembly.services.counting import canonical
from reflexes.mechanisms.assembly.services.draws import open_draw, sources_of
from reflexes.mechanisms.journal.services import record

Trouble = Draw.Trouble


def do_commit(*, actor: Actor, draw: Draw) -> None:
    """Ask for the tickets; a worker makes them and publishes the record. Raises Refusal when something is missing."""
    check_keeping_draw(actor, draw)
    with transaction.atomic():
        current = open_draw(draw)
        _check_ready(current)
        Draw.objects.filter(pk=draw.pk).update(state=Draw.State.COMPUTING, progress=0, trouble="")
        current.quotas.update(advised_minimum=None, advised_maximum=None)
        record(actor=actor, verb="assembly.tickets_asked", object_kind="draw", object_key=draw.pk)
        enqueue(
            "assembly.draw_plan",
            {"draw": draw.pk},
            key=f"assembly.draw_plan:{draw.pk}:{clock.now().isoformat()}",
            exercise_id=draw.exercise_id,
        )
    draw.refresh_from_db()


def _check_ready(draw: Draw) -> None:
    if not draw.quotas.exists():
        raise Refusal("no_quota", gettext_lazy("Write the balances sought first: at least one quota."))
    people = draw.pool.count()
    if people < draw.size:
        raise Refusal(
            "pool_small",
            _("The pool holds %(people)s people for %(size)s seats. Draw fewer people, or wait for more answers.")
            % {"people": people, "size": draw.size},
        )
    if draw.drawn_from <= clock.now():
        raise Refusal("too_late", TOO_LATE)


TOO_LATE = gettext_lazy(
    "The announced moment has passed: what chance said is known already. Announce a later one, then ask again."
)


def problem_of(draw: Draw) -> lottery.Problem:
    """Return the pool and the quotas as the engine reads them: pseudonyms only."""
    quotas = list(draw.quotas.order_by("pk"))
    features = tuple(dict.fromkeys(one.feature for one in quotas))
    members = draw.pool.prefetch_related("answers").order_by("pseudonym")
    people = []
    for member in members:
        said = {one.feature: one.value for one in member.answers.all()}
        answers = tuple(said.get(feature, "") for feature in features)
        people.append(lottery.Person(member.pseudonym, answers, member.household))
    return lottery.Problem(
        features,
        tuple(people),
        tuple(lottery.Quota(one.feature, one.value, one.minimum, one.maximum) for one in quotas),
        draw.size,
    )


def compute(draw_id: int, *, renew: Callable[[], None] = lambda: None) -> None:
    """Make the tickets and publish the record, or say why there is none. Harmless to start again from nothing."""
    draw = Draw.objects.get(pk=draw_id)
    if draw.state != Draw.State.COMPUTING:
        return
    try:
        problem = problem_of(draw)
        selection = lottery.select(problem, progress=_Watch(draw_id, renew).progress)
    except lottery.Impossible as impossible:
        _advise(draw, impossible)
        return
    except lottery.ProblemError:
        _give_back(draw, Trouble.BROKEN)
        return
    published = lottery.publish(problem, selection, sources=sources_of(draw), program=program_words())
    # The verifier shares no code with what it verifies: a wrong plan is never published.
    if not lottery.holds(lottery.verify(published)):
        _give_back(draw, Trouble.BROKEN)
        return
    _publish(draw, canonical(published), published["commitment"])


class _Watch:
    """Follows a computation: writes its progress and renews the job's lease."""

    def __init__(self, draw_id: int, renew: Callable[[], None]) -> None:
        self.draw_id, self.renew, self.last = draw_id, renew, -1

    def progress(self, step: lottery.Step, /) -> None:
        percent = min(99, 100 * step.done // max(step.total, 1))
        if percent != self.last:
            self.last = percent
            Draw.objects.filter(pk=self.draw_id).update(progress=percent)
            self.renew()


def program_words() -> str:
    """Return what made the plan: the hash of the engine's files and the version of its solver."""
    files = sorted(Path(lottery.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"reflexes lottery sha256:{digest[:16]}, OR-Tools {version('ortools')}"


def _publish(draw: Draw, text: str, digest: str) -> None:
    now = clock.now()
    if now >= draw.drawn_from:
        _give_back(draw, Trouble.TOO_LATE)
        return
    with transaction.atomic():
        values = {"state": Draw.State.COMMITTED, "record": text, "digest": digest, "published_at": now, "progress": 100}
        if not Draw.objects.filter(pk=draw.pk, state=Draw.State.COMPUTING).update(**values):
            return  # another worker published it: the same tickets, since the same pool gives the same tickets
        record(
            actor=system_of(draw),
            verb="assembly.draw_committed",
            object_kind="draw",
            object_key=draw.pk,
            params={"digest": digest},
        )
        announce(draw, "draw_committed")


def _give_back(draw: Draw, why: str) -> None:
    """Give the draw back to whoever prepares it, with why; nothing is published."""
    with transaction.atomic():
        values = {"state": Draw.State.PREPARING, "trouble": why, "progress": 0}
        if not Draw.objects.filter(pk=draw.pk, state=Draw.State.COMPUTING).update(**values):
            return
        record(
            actor=system_of(draw),
            verb="assembly.tickets_refused",
            object_kind="draw",
            object_key=draw.pk,
            params={"why": why},
        )
        announce(draw, "tickets_refused")


def _advise(draw: Draw, impossible: lottery.Impossible) -> None:
    """Write beside each quota the smallest change that makes a panel possible."""
    with transaction.atomic():
        for change in impossible.changes:
            draw.quotas.filter(feature=change.quota.feature, value=change.quota.value).update(
                advised_minimum=change.low, advised_maximum=change.high
            )
        _give_back(draw, Trouble.IMPOSSIBLE if impossible.changes else Trouble.TOO_SMALL)


def advice(draw: Draw) -> list[str]:
    """Return why the last tickets could not be made and what to do, a sentence a line; empty when all is well."""
    return [why(draw), *(sentence for _quota, said in advised(draw) for sentence in said)] if draw.trouble else []


def advised(draw: Draw) -> list[tuple[DrawQuota, list[str]]]:
    """Return the quotas that the smallest change touches, each with what to do of it."""
    if draw.trouble != Trouble.IMPOSSIBLE:
        return []
    return [(one, _changes(one)) for one in draw.quotas.filter(advised_minimum__isnull=False).order_by("pk")]


def why(draw: Draw) -> str:
    """Return why the last tickets could not be made, in one sentence; nothing when all is well."""
    words = {
        Trouble.IMPOSSIBLE: _("No panel of %(size)s keeps every quota. The smallest change that would do:")
        % {"size": draw.size},
        Trouble.TOO_SMALL: _(
            "With one person at most for each household, the pool cannot fill the panel. Draw fewer people, or wait "
            "for more answers."
        ),
        Trouble.TOO_LATE: str(TOO_LATE),
        Trouble.BROKEN: _("The calculation failed and nothing was published. Tell whoever runs the site."),
    }
    return words[Trouble(draw.trouble)] if draw.trouble else ""


def _changes(quota: DrawQuota) -> list[str]:
    words = {"value": quota.value, "feature": quota.feature}
    said = []
    if quota.advised_minimum not in (None, quota.minimum):
        said.append(
            _("lower the minimum of “%(value)s” (%(feature)s) from %(before)s to %(after)s.")
            % {**words, "before": quota.minimum, "after": quota.advised_minimum}
        )
    if quota.advised_maximum not in (None, quota.maximum):
        said.append(
            _("raise the maximum of “%(value)s” (%(feature)s) from %(before)s to %(after)s.")
            % {**words, "before": quota.maximum, "after": quota.advised_maximum}
        )
    return said
