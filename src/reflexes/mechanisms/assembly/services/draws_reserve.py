"""The reserve: whoever leaves is replaced by the next in the order drawn, in the open, with no second draw."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Draw, PoolMember, Replacement, Seat
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services import seats
from reflexes.mechanisms.assembly.services.draws_day import depart, do_ask_panel, live, person_of, seat_of


def do_replace_from_reserve(*, actor: Actor, draw: Draw, pseudonym: str, why: str) -> Replacement:
    """Write that somebody leaves, for a class of reasons, and ask whoever comes to sit; return the last line.

    The next of the same profile comes, else the first who leaves the quotas best kept. Their seat is given up and
    taken over in the college, so that who came after whom is readable there too.
    """
    check_keeping_draw(actor, draw)
    if why not in Seat.Why.values:
        raise Refusal("why_unknown", _("Choose why in the list: only this class of reasons is ever shown."))
    with transaction.atomic():
        current = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
        _check_replaceable(current)
        left = current.pool.filter(pseudonym=pseudonym).first()
        line = depart(actor, current, pseudonym, why)[-1]
        came = current.pool.select_related("person").filter(pseudonym=line.came).first()
        _pass_seat(actor, current, left, came, why)
    draw.refresh_from_db()
    # Whoever could not take the seat over, because theirs was never asked, is asked for one of their own.
    do_ask_panel(actor=actor, draw=draw)
    return line


def _check_replaceable(draw: Draw) -> None:
    if draw.state == Draw.State.ERASED:
        raise Refusal(
            "erased",
            _("The pool is erased: nobody of the reserve can be reached any more. Prepare another draw."),
            conflict=True,
        )
    if draw.state != Draw.State.DRAWN:
        raise Refusal("not_drawn", _("This panel is not drawn yet: nobody is to be replaced."), conflict=True)


def _pass_seat(actor: Actor, draw: Draw, left: PoolMember | None, came: PoolMember | None, why: str) -> None:
    """Give up the seat of whoever left, and ask whoever came to take it over."""
    seat = None if left is None else seat_of(draw, left)
    if seat is None:
        return
    if live(seat):
        seats.do_leave_seat(actor=actor, seat=seat, why=why)
    person = None if came is None else person_of(draw, came)
    if person is not None:
        try:
            with transaction.atomic():
                seats.do_replace(actor=actor, seat=seat, person=person)
        except Refusal:
            return  # somebody was asked to take it over by hand: the draw stands, the page shows who has no seat
