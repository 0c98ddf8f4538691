"""Somebody tells what they need, by any door: one list (P12 (5), (6)). Search first; two files for one person are
brought together by a person, and taken apart again as easily (research/outreach.md 7, requirement 5).
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.keyring import KeyGone, take
from reflexes.mechanisms.casework import limits, perms
from reflexes.mechanisms.casework.models import Case, Channel, Referral, ReferralStep, State
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.casework.services.announcing import announce
from reflexes.mechanisms.directory.models import Commune, Organisation, Person
from reflexes.mechanisms.journal.services import record

FOUND = 10


def do_open_case(
    *,
    actor: Actor,
    piste: str,
    channel: str,
    words: str,
    key_name: str,
    facts: dict[str, str],
    organisation: Organisation,
    commune: Commune | None = None,
    urgent: bool = False,
    told_by: Person | None = None,
    exercise_id: int | None = None,
    subject: UUID | None = None,
    wants_news: bool = True,
) -> Case:
    """Write what somebody told, sealed with the key named ``key_name``, with one need for the navigators.

    ``facts`` say who it is (name, phone, address…). ``told_by`` is whoever heard it and is told the end; ``subject``
    is the pseudonym the person already has in the piste. Refused: no words, no key, a piste that is switched off.
    """
    if not perms.can_open(actor):
        raise PermissionDenied
    perms.check_own_world(actor, exercise_id)
    if piste not in {one.slug for one in registry.pistes()}:
        raise Refusal("piste_unknown", _("This part of the site is switched off. Ask the administrator."))
    if channel not in Channel.values:
        raise Refusal("channel_missing", _("Say how it reached you: by telephone, at a counter, on paper, on site."))
    _check_words(words)
    key = sealing.key_in_hand(key_name)
    kept = {name: text.strip() for name, text in facts.items() if text.strip()}
    with transaction.atomic():
        case = Case.objects.create(
            subject=subject or uuid4(),
            piste=piste,
            organisation=organisation,
            channel=channel,
            key_name=key_name,
            said=key.seal({"words": words.strip()}),
            identity=key.seal(kept),
            phone_digest=sealing.phone_digest(key, kept.get("phone", "")),
            name_digest=sealing.name_digest(key, kept.get("name", "")),
            commune=commune,
            urgent=urgent,
            wants_news=wants_news,
            told_by=told_by,
            opened_at=clock.now(),
            exercise_id=exercise_id,
        )
        _add(actor, case)
        record(
            actor=actor,
            verb="casework.case_opened",
            object_kind="case",
            object_key=case.key,
            params={"channel": channel, "urgent": urgent},
        )
    return case


def _check_words(words: str) -> None:
    if not words.strip():
        raise Refusal("words_missing", _("Write what the person says, in their own words: one sentence is enough."))
    if (most := limits.LONGEST_WORDS) < len(words.strip()):
        text = ngettext(
            "This is longer than %(count)d sign: keep what the person says they need.",
            "This is longer than %(count)d signs: keep what the person says they need.",
            most,
        )
        raise Refusal("words_too_long", text % {"count": most})


def _add(actor: Actor, case: Case, words: str = "") -> Referral:
    referral = Referral.objects.create(case=case, opened_at=clock.now(), moved_at=clock.now())
    ReferralStep.objects.create(
        referral=referral,
        state=State.TO_QUALIFY,
        by_key=actor.person_key,
        role=actor.role,
        words=sealing.seal_words(case, words),
        at=clock.now(),
    )
    if case.urgent:
        announce(referral, "need_urgent")
    return referral


def do_add_need(*, actor: Actor, case: Case, words: str) -> Referral:
    """Write another need of the same person: each is followed to its own end."""
    perms.check_navigating(actor, case)
    _check_words(words)
    with transaction.atomic():
        # Whoever closes the case at the same moment waits here, or is waited for.
        held = Case.objects.select_for_update().get(pk=case.pk)
        if held.closed_at is not None:
            raise Refusal("case_closed", _("This case is closed. Write a new one: the person is found again."))
        referral = _add(actor, case, words)
        record(actor=actor, verb="casework.need_added", object_kind="case", object_key=case.key)
    return referral


@dataclass(frozen=True, slots=True)
class Found:
    """A case that may be the same person's: by which trace it was found."""

    case: Case
    by_phone: bool
    open_needs: int


def find_same(actor: Actor, *, phone: str = "", name: str = "", besides: Case | None = None) -> list[Found]:
    """Return the cases of somebody who gives this telephone or this name, open ones first: search before writing.

    Each key is asked apart and only among cases that the navigator reads already: nothing is joined.
    """
    cases = perms.visible_cases(actor).filter(merged_into=None)
    wanted = Q()
    for key_name in cases.order_by("key_name").values_list("key_name", flat=True).distinct():
        try:
            key = take(key_name)
        except KeyGone:
            continue
        for column, digest in (
            ("phone_digest", sealing.phone_digest(key, phone)),
            ("name_digest", sealing.name_digest(key, name)),
        ):
            if digest:
                wanted |= Q(key_name=key_name, **{column: digest})
    if not wanted:
        return []
    return _found(cases.filter(wanted).exclude(pk=besides.pk if besides else None), by_phone=bool(phone))


def same_as(actor: Actor, case: Case) -> list[Found]:
    """Return the other cases under the same key with the same telephone or the same name: those that may be one."""
    wanted = Q()
    for column in ("phone_digest", "name_digest"):
        if digest := getattr(case, column):
            wanted |= Q(**{column: digest})
    if not wanted:
        return []
    others = perms.visible_cases(actor).filter(wanted, key_name=case.key_name, piste=case.piste, merged_into=None)
    return _found(others.exclude(pk__in=[case.pk, case.merged_into_id or 0]), by_phone=bool(case.phone_digest))


def _found(cases: QuerySet[Case], *, by_phone: bool) -> list[Found]:
    rows = list(cases.order_by("closed_at", "-opened_at", "pk").prefetch_related("referrals")[:FOUND])
    rows.sort(key=lambda case: case.closed_at is not None)
    open_needs = [sum(one.state != State.CLOSED for one in case.referrals.all()) for case in rows]
    return [Found(case, by_phone, count) for case, count in zip(rows, open_needs, strict=True)]


def do_merge(*, actor: Actor, case: Case, into: Case) -> Case:
    """Say that two cases are one person's. Nothing moves: it is undone as it was done. Never across keys."""
    perms.check_navigating(actor, case)
    perms.check_navigating(actor, into)
    if case.key_name != into.key_name or case.piste != into.piste or case.exercise_id != into.exercise_id:
        raise Refusal(
            "across_keys", _("These two were told for different purposes: they stay two files, even for one person.")
        )
    with transaction.atomic():
        first = Case.objects.select_for_update().order_by("pk").filter(pk__in=[case.pk, into.pk])
        held = {one.pk: one for one in first}
        if case.pk == into.pk or held[into.pk].merged_into_id or Case.objects.filter(merged_into=case).exists():
            raise Refusal("merged_already", _("Choose the oldest of the cases brought together, and bring the others."))
        if held[case.pk].merged_into_id:
            raise Refusal("merged_meanwhile", _("Somebody brought it together meanwhile. Reload."), conflict=True)
        Case.objects.filter(pk=case.pk).update(merged_into=into)
        record(
            actor=actor,
            verb="casework.cases_merged",
            object_kind="case",
            object_key=case.key,
            params={"into": str(into.key)},
        )
    case.refresh_from_db()
    return case


def do_unmerge(*, actor: Actor, case: Case) -> Case:
    """Take two cases apart again."""
    perms.check_navigating(actor, case)
    with transaction.atomic():
        if not Case.objects.filter(pk=case.pk, merged_into__isnull=False).update(merged_into=None):
            raise Refusal("not_merged", _("They stand apart already. Reload the page."), conflict=True)
        record(actor=actor, verb="casework.cases_unmerged", object_kind="case", object_key=case.key)
    case.refresh_from_db()
    return case


def family(case: Case) -> list[Case]:
    """Return the cases brought together with ``case``, itself included, the one they were brought into first."""
    root = case.merged_into or case
    return [root, *root.merged.order_by("opened_at", "pk")]


def close_if_over(case: Case) -> bool:
    """Close a case, and those brought together with it, once each of their needs is closed. In a transaction."""
    root = case.merged_into_id or case.pk
    # Two last needs closed at once: the second reads the first.
    Case.objects.select_for_update().get(pk=root)
    together = Case.objects.filter(Q(pk=root) | Q(merged_into_id=root))
    if Referral.objects.filter(case__in=together.values("pk")).exclude(state=State.CLOSED).exists():
        return False
    return bool(together.filter(closed_at=None).update(closed_at=clock.now()))
