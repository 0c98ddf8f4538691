"""The list of one caller on paper, for a day, and what came of it entered later by its codes (P12 (11); rule 7)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.facts import name_in
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign, Lease, PaperList
from reflexes.pistes.contact.proactive_desks.services import outcomes
from reflexes.pistes.contact.proactive_desks.services.leases import FIRST_CALLS, take, tidy

# What somebody calls in a day by hand; a list lost on a bus names no more people than this.
MOST = 20
FOR_A_DAY = timedelta(days=1)
# No letter and no digit that are taken for one another.
ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Printed:
    """One line of the list: the code that stands on it, and what a call needs."""

    code: str
    name: str
    phone: str
    address: str


def do_lend_on_paper(*, actor: Actor, card: CallerCard, number: int) -> PaperList:
    """Lend some people to one caller for a day, at most ``MOST``; a new caller gets no more than a first caller calls.

    Raises ``Refusal`` when nobody can be lent, or when the caller still has a list that is not entered.
    """
    campaign = card.campaign
    perms.check_supervising(actor, campaign)
    if campaign.state != Campaign.State.OPEN:
        raise Refusal("not_open", _("The calls have not begun, or are paused."), conflict=True)
    if not 1 <= number <= MOST:
        raise Refusal("number", _("Choose from 1 to %(most)s people.") % {"most": MOST})
    if card.left_at is not None or card.paused_at is not None:
        raise Refusal("caller_rests", _("This caller rests or has left."))
    if Lease.objects.filter(caller_id=card.person_id, paper__isnull=False, closed_at=None).exists():
        raise Refusal("list_out", _("This caller has a list already. Enter it first, or wait until its day is over."))
    if card.level == 0:
        number = min(number, FIRST_CALLS - card.calls)
        if number <= 0:
            raise Refusal("read_first", _("First read one of their calls with them: they have made their first five."))
    now = clock.now()
    tidy(campaign, now)
    with transaction.atomic():
        made = PaperList.objects.create(
            campaign=campaign,
            caller_id=card.person_id,
            printed_by_id=actor.person_id,
            printed_at=now,
            until=now + FOR_A_DAY,
        )
        lent = 0
        while lent < number and take(campaign, card, made.until, paper=made, code=_code()) is not None:
            lent += 1
        if not lent:
            raise Refusal("nobody", _("Nobody can be lent to this caller now."), conflict=True)
        record(
            actor=actor,
            verb="proactive_desks.list_lent",
            object_kind="paper_list",
            object_key=made.pk,
            params={"count": lent},
        )
    return made


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))


def do_read_list(*, actor: Actor, paper: PaperList) -> list[Printed]:
    """Return what is printed of a list: each line is a reading, written down. Whoever refused since is left out."""
    perms.check_supervising(actor, paper.campaign)
    lines = []
    for lease in paper.leases.filter(closed_at=None).select_related("callee").order_by("pk"):
        try:
            facts = do_reveal(
                actor=actor,
                dataset=paper.campaign.dataset,
                subject=lease.callee.key,
                sealed=lease.callee.identity,
                what="call_list",
                what_for="paper",
                through=str(lease.key),
                allowed=True,
            )
        except Refusal as refusal:
            if refusal.code != "opposed":
                raise
            continue
        lines.append(Printed(lease.code, name_in(facts), facts["phone"], facts.get("address", "")))
    return lines


def access_paper_lease(actor: Actor, code: str) -> Lease:
    """Return the line of a list by its code, to its caller or to whoever is in charge; for others there is none."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    found = Lease.objects.filter(code=typed, campaign__exercise_id=actor.exercise_id) if typed else Lease.objects.none()
    lease = found.select_related("campaign__dataset", "campaign__organisation", "callee__commune").first()
    allowed = lease is not None and (lease.caller_id == actor.person_id or perms.can_supervise(actor, lease.campaign))
    if lease is None or not allowed or not actor.is_known:
        raise Http404
    return lease


def do_enter(*, actor: Actor, code: str, client_key: UUID, said: outcomes.Said) -> outcomes.Ended:
    """Write what came of a call made from a paper; once its day is over, it is a late note as any other."""
    try:
        lease = access_paper_lease(actor, code)
    except Http404:
        raise Refusal("code_unknown", _("No list has this code. Read it again on the paper.")) from None
    perms.check_own_world(actor, lease.campaign)
    return outcomes.end(actor, lease, client_key, said)
