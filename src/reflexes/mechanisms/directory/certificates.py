"""Certificates of regulated skills: said by the person, confirmed by the cell, locked from then on, good until a day.

Nobody confirms their own. What was confirmed is never altered: it may be withdrawn, or give way to a newer paper.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.services import notify
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import CertificateClaim, PersonSkill
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date

# How long before its end the person is told that a certificate has to be renewed.
NOTICE = timedelta(days=30)
LONGEST = timedelta(days=366 * 50)


def can_keep_certificates(actor: Actor) -> bool:
    """The cell sees papers and confirms them; appraisers never read skills (design.md rule 5)."""
    return actor.role == roles.COORDINATOR


def visible_certificates(actor: Actor) -> QuerySet[PersonSkill]:
    """Return the regulated skills that ``actor`` may read with their papers: their own, or all for the cell."""
    held = PersonSkill.objects.filter(skill__regulated=True, person__erased_at=None)
    return held if can_keep_certificates(actor) else held.filter(person_id=actor.person_id or 0)


def access_certificate(actor: Actor, pk: int) -> PersonSkill:
    """Return one regulated skill with its papers; out of scope there is nothing to find."""
    known = visible_certificates(actor).select_related("person", "skill", "confirmed_by", "confirmer", "claim")
    held = known.filter(pk=pk).first()
    if held is None:
        raise Http404
    return held


def claim_of(held: PersonSkill) -> CertificateClaim | None:
    """Return the paper that waits to be confirmed, when there is one."""
    return CertificateClaim.objects.filter(held=held).first()


def do_send_certificate(
    *,
    actor: Actor,
    held: PersonSkill,
    body: str,
    number: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
) -> CertificateClaim:
    """Say which paper proves a regulated skill; the cell may write what came by post. What was confirmed stays."""
    check_real(actor)
    if actor.person_id != held.person_id and not can_keep_certificates(actor):
        raise PermissionDenied
    if not held.skill.regulated:
        raise Refusal("not_regulated", _("This skill asks for no certificate: there is nothing to send."))
    if not body.strip():
        raise Refusal("body_missing", _("Write which school or authority gave the certificate: it is on the paper."))
    _check_dates(issued_on, expires_on)
    with transaction.atomic():
        claim, _made = CertificateClaim.objects.update_or_create(
            held=held,
            defaults={
                "number": number.strip()[:60],
                "body": body.strip()[:120],
                "issued_on": issued_on,
                "expires_on": expires_on,
                "sent_at": clock.now(),
                "returned_at": None,
                "returned_because": "",
            },
        )
        _record(actor, held, "directory.certificate_sent")
    return claim


def _check_dates(issued_on: date | None, expires_on: date | None) -> None:
    today = clock.today()
    if issued_on is not None and issued_on > today:
        raise Refusal("issued_later", _("The certificate cannot be dated after today: look at the day it was given."))
    if issued_on is not None and expires_on is not None and expires_on <= issued_on:
        raise Refusal("ends_before", _("The certificate would end before it begins: look at the two dates again."))
    if expires_on is not None and expires_on < today:
        raise Refusal("already_ended", _("This certificate has already ended: send the one that replaces it."))
    if any(one is not None and abs(one - today) > LONGEST for one in (issued_on, expires_on)):
        raise Refusal("date_far", _("One of the dates is more than 50 years away: write the year again."))


def do_confirm_certificate(*, actor: Actor, held: PersonSkill) -> PersonSkill:
    """Say that somebody of the cell saw the paper: from now on it is locked and opens missions until its end."""
    check_real(actor)
    _check_keeping(actor, held)
    claim = claim_of(held)
    if claim is None:
        raise _gone()
    _check_dates(claim.issued_on, claim.expires_on)
    with transaction.atomic():
        if not CertificateClaim.objects.filter(pk=claim.pk, sent_at=claim.sent_at).delete()[0]:
            raise _gone()
        PersonSkill.objects.filter(pk=held.pk).update(
            confirmed_by_id=actor.organisation_id,
            confirmed_at=clock.now(),
            confirmer_id=actor.person_id,
            certificate_number=claim.number,
            certificate_body=claim.body,
            issued_on=claim.issued_on,
            expires_on=claim.expires_on,
            reminded_at=None,
        )
        _record(actor, held, "directory.certificate_confirmed")
        held.refresh_from_db()
        with translation.override(held.person.language):
            until = _(" It is good until %(day)s.") % {"day": full_date(held.expires_on)} if held.expires_on else ""
            body = _("Hello %(name)s,\n\nThe cell saw your certificate “%(skill)s” and confirmed it.%(until)s")
            _tell(held, _("Your certificate is confirmed"), body % {**_facts(held), "until": until}, "confirmed")
    return held


def do_return_certificate(*, actor: Actor, held: PersonSkill, because: str) -> None:
    """Say what keeps a paper from being confirmed; the person reads it and sends another."""
    check_real(actor)
    _check_keeping(actor, held)
    if not because.strip():
        raise Refusal("because_missing", _("Say in one sentence what is missing: the person reads it as it is."))
    with transaction.atomic():
        moved = CertificateClaim.objects.filter(held=held, returned_at=None).update(
            returned_at=clock.now(), returned_because=because.strip()[:300]
        )
        if not moved:
            raise _gone()
        _record(actor, held, "directory.certificate_returned")
        with translation.override(held.person.language):
            body = _(
                "Hello %(name)s,\n\nYour certificate “%(skill)s” could not be confirmed yet: %(because)s\n\n"
                "Send it again from your space, by post, or show it to the cell."
            )
            facts = {**_facts(held), "because": because.strip()}
            _tell(held, _("Your certificate: something is missing"), body % facts, "returned")


def do_withdraw_certificate(*, actor: Actor, held: PersonSkill) -> None:
    """Take a paper back, confirmed or not: the skill stays said, and no longer opens what asks for a certificate."""
    check_real(actor)
    if actor.person_id != held.person_id and not can_keep_certificates(actor):
        raise PermissionDenied
    with transaction.atomic():
        CertificateClaim.objects.filter(held=held).delete()
        PersonSkill.objects.filter(pk=held.pk).update(
            confirmed_by=None,
            confirmed_at=None,
            confirmer=None,
            certificate_number="",
            certificate_body="",
            issued_on=None,
            expires_on=None,
            reminded_at=None,
        )
        _record(actor, held, "directory.certificate_withdrawn")
    held.refresh_from_db()


def remind_of_ends() -> int:
    """Tell people, once, that a certificate ends within ``NOTICE``; return how many were told."""
    today = clock.today()
    ending = PersonSkill.objects.filter(
        skill__regulated=True, expires_on__range=(today, today + NOTICE), reminded_at=None, person__erased_at=None
    ).exclude(confirmed_by=None)
    told = 0
    for held in ending.select_related("person", "skill").order_by("expires_on", "pk"):
        with transaction.atomic():
            if not PersonSkill.objects.filter(pk=held.pk, reminded_at=None).update(reminded_at=clock.now()):
                continue
            with translation.override(held.person.language):
                body = _(
                    "Hello %(name)s,\n\nYour certificate “%(skill)s” ends on %(day)s. After that day, missions that "
                    "ask for it can no longer be proposed to you. When you have the new one, send it from your "
                    "space, by post, or show it to the cell."
                )
                _tell(held, _("A certificate to renew"), body % {**_facts(held), "day": _day(held)}, "ending")
        told += 1
    return told


def _day(held: PersonSkill) -> str:
    return full_date(held.expires_on) if held.expires_on else ""


def _facts(held: PersonSkill) -> dict[str, str]:
    return {"name": held.person.first_name, "skill": str(held.skill)}


def _check_keeping(actor: Actor, held: PersonSkill) -> None:
    check_real(actor)
    if not can_keep_certificates(actor):
        raise PermissionDenied
    if actor.person_id == held.person_id:
        raise Refusal("own", _("Nobody confirms their own certificate: ask a colleague of the cell."))


def _gone() -> Refusal:
    return Refusal(
        "claim_gone",
        _("This paper was dealt with or replaced meanwhile. Reload the page to see what is there now."),
        conflict=True,
    )


def _record(actor: Actor, held: PersonSkill, verb: str) -> None:
    record(actor=actor, verb=verb, object_kind="person", object_key=held.person.key)


def _tell(held: PersonSkill, subject: str, body: str, what: str) -> None:
    key = f"directory.certificate:{what}:{held.pk}:{clock.now().isoformat()}"
    notify(recipient_of(held.person), subject=subject, body=body, key=key)
