"""The day of the draw: chance speaks in public, the ticket and the ranking follow, seats are asked for (P01 (1)).

Nothing here chooses: the seed is the hash of the published record and of what the sources said (engines/lottery).
"""

import json
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.engines import lottery
from reflexes.mechanisms.assembly.models import Draw, PoolMember, Replacement, Seat
from reflexes.mechanisms.assembly.perms import LIVE_SEATS
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services import seats
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.counting import canonical
from reflexes.mechanisms.assembly.services.draws import DICE, EVERY, FIRST_ROUND
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

DRAND = "drand:"
VALUE = re.compile(r"[0-9a-f]{64}")
FEWEST_DICE = 3


def sources_heard(draw: Draw) -> list[str]:
    """Return the sources one of which must be heard beside the dice, in the order announced."""
    return list(json.loads(draw.record)["plan"]["sources"][0])


def do_draw(*, actor: Actor, draw: Draw, value: str, dice: str, heard: str = "", why_silent: str = "") -> Draw:
    """Draw the panel with what chance said: the ``value`` of a source and the ``dice`` thrown in the room.

    ``heard`` names the source, the drand round announced when empty; another one needs to say, for everybody, why those
    before it stayed silent. Raises Refusal: ``not_published``, ``too_early``, ``already_drawn``,
    ``source``, ``value``, ``dice``, ``why_silent``.
    """
    check_keeping_draw(actor, draw)
    with transaction.atomic():
        current = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
        _check_drawable(current)
        sources = sources_heard(current)
        name = heard or sources[0]
        check_source(sources, name, why_silent)
        said = [f"{name}:{read_value(name, value)}", f"{DICE}:{read_dice(dice)}"]
        silent = sources[: sources.index(name)]
        drawn = lottery.drawn(json.loads(current.record), said, [silent, []])
        current.state, current.drawn_at = Draw.State.DRAWN, clock.now()
        current.heard, current.dice, current.seed = said[0][:300], said[1].partition(":")[2], drawn["draw"]["seed"]
        current.why_silent = why_silent.strip()[:300] if silent else ""
        current.record = canonical(drawn)
        current.save()
        record(
            actor=actor,
            verb="assembly.draw_drawn",
            object_kind="draw",
            object_key=draw.pk,
            reason=current.why_silent,
            params={"ticket": drawn["draw"]["ticket"], "seed": current.seed},
        )
        withdrawn = current.pool.filter(pseudonym__in=drawn["draw"]["panel"], withdrawn_at__isnull=False)
        for pseudonym in withdrawn.order_by("pseudonym").values_list("pseudonym", flat=True):
            depart(actor, current, pseudonym, Seat.Why.NOT_WISHED)
        announce(current, "draw_drawn")
    draw.refresh_from_db()
    do_ask_panel(actor=actor, draw=draw)
    return draw


def _check_drawable(draw: Draw) -> None:
    if draw.state == Draw.State.DRAWN:
        raise Refusal(
            "already_drawn",
            gettext_lazy(
                "This panel is drawn: there is no second draw. Whoever cannot come is replaced in the order drawn."
            ),
            conflict=True,
        )
    if draw.state != Draw.State.COMMITTED:
        raise Refusal(
            "not_published", gettext_lazy("The record is not published: there is nothing to draw. Publish it first."),
            conflict=True,
        )  # fmt: skip
    if clock.now() < draw.drawn_from:
        raise Refusal("too_early", gettext_lazy("The announced moment has not come: nobody draws before it."))


def check_source(sources: list[str], name: str, why_silent: str) -> None:
    """Refuse a source nobody announced, one used without a reason before those announced first, a round to come."""
    if name not in sources:
        raise Refusal(
            "source",
            _("Only the sources announced count: %(sources)s. Choose one of them.") % {"sources": ", ".join(sources)},
        )
    if name != sources[0] and not why_silent.strip():
        raise Refusal(
            "why_silent", gettext_lazy("Say why the source announced first did not answer: everybody reads this line.")
        )
    if name.startswith(DRAND) and clock.now() < moment_of(name):
        raise Refusal("too_early", gettext_lazy("This round has not come: wait for its hour, or use another source."))


def moment_of(source: str) -> datetime:
    """Return when the network says the drand round that ``source`` names.

    >>> moment_of("drand:1") == FIRST_ROUND
    True
    """
    return FIRST_ROUND + EVERY * (int(source.removeprefix(DRAND)) - 1)


def read_value(name: str, text: str) -> str:
    """Return what a source said, as it is hashed."""
    value = " ".join(text.split())
    if name.startswith(DRAND):
        value = value.lower()
        if not VALUE.fullmatch(value):
            raise Refusal(
                "value",
                gettext_lazy(
                    "The randomness of a drand round is 64 signs, figures and letters from a to f. Copy it whole."
                ),
            )
    elif not value or ":" in value or len(value) > 150:
        raise Refusal("value", gettext_lazy("Write what the source said, without a colon: the numbers in their order."))
    return value


def read_dice(text: str) -> str:
    """Return the dice as they are hashed: whole numbers in the order thrown, joined by dashes.

    >>> read_dice("4, 7 1")
    '4-7-1'
    """
    found = re.findall(r"[0-9]+", text)
    if len(found) < FEWEST_DICE or len("-".join(found)) > 40 or re.search(r"[^0-9\s,;.\-–]", text):
        raise Refusal("dice", gettext_lazy("Write what the dice showed, in the order thrown: three numbers at least."))
    return "-".join(found)


def do_ask_panel(*, actor: Actor, draw: Draw) -> list[tuple[str, str]]:
    """Ask everybody drawn to take their seat in the college; return pseudonym and reason of those who could not be.

    Harmless to ask again: a seat asked for stays as it is. A draw stands whatever happens to its seats. In an exercise
    nobody is written in the directory for it.
    """
    check_keeping_draw(actor, draw)
    if draw.college is None or draw.state != Draw.State.DRAWN:
        return []
    refused = []
    for pseudonym in lottery.panel_now(json.loads(draw.record)):
        member = draw.pool.select_related("person").filter(pseudonym=pseudonym).first()
        if member is None or seat_of(draw, member) is not None:
            continue
        try:
            with transaction.atomic():
                person = person_of(draw, member)
                if person is not None:
                    seats.do_fill_seat(actor=actor, college=draw.college, person=person)
        except Refusal as refusal:
            refused.append((pseudonym, str(refusal)))
    return refused


def seat_of(draw: Draw, member: PoolMember) -> Seat | None:
    """Return the last seat asked of somebody in the college of the draw."""
    if member.person_id is None:
        return None
    return Seat.objects.filter(college_id=draw.college_id, person_id=member.person_id).order_by("-pk").first()


def person_of(draw: Draw, member: PoolMember) -> Person | None:
    """Return whoever of the directory the member is: written there once they have a seat to answer for."""
    if member.person is None and draw.exercise_id is None and member.withdrawn_at is None:
        person = Person(
            first_name=member.first_name, last_name=member.last_name, email=member.email, phone=member.phone
        )
        person.channel = Person.Channel.MAIL if member.email else Person.Channel.PHONE
        person.save()
        member.person = person
        member.save(update_fields=["person"])
    return member.person


def depart(actor: Actor, draw: Draw, pseudonym: str, why: str) -> list[Replacement]:
    """Write who leaves and who comes, in the caller's transaction; whoever withdrew meanwhile leaves in turn."""
    lines = []
    leaving = pseudonym
    while leaving:
        try:
            after = lottery.with_departures(json.loads(draw.record), [lottery.Departure(leaving, why)])
        except lottery.ProblemError as error:
            raise Refusal(
                "departure", gettext_lazy("This person is not in this draw, or has already left it."), conflict=True
            ) from error
        public: dict[str, Any] = after["departures"][-1]
        came = public["came"]
        draw.record = canonical(after)
        Draw.objects.filter(pk=draw.pk).update(record=draw.record)
        lines.append(
            Replacement.objects.create(
                draw=draw, left=leaving, came=came, why=why, rank=public["rank"], manner=public["manner"]
            )
        )
        record(
            actor=actor,
            verb="assembly.drawn_replaced",
            object_kind="draw",
            object_key=draw.pk,
            params={"left": leaving, "came": came or "–", "rank": public["rank"], "why": why},
        )
        announce(draw, "drawn_replaced", replacement=lines[-1].pk)
        gone = bool(came) and draw.pool.filter(pseudonym=came, withdrawn_at__isnull=False).exists()
        leaving, why = (came, Seat.Why.NOT_WISHED.value) if gone else ("", "")
    return lines


def live(seat: Seat | None) -> bool:
    """Tell whether a seat is held or asked for."""
    return seat is not None and seat.state in LIVE_SEATS
