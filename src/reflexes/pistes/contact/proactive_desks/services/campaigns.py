"""A campaign: prepared on an approved dataset, opened once nothing is missing, paused, ended (P12 (1))."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, Script, WiderHours
from reflexes.pistes.contact.proactive_desks.services.leases import still_wanted

FIELDS = frozenset({"title", "who_calls", "call_back", "how_to_check", "attempts"})
# What a campaign lacks to open, in the order of its page; what its dataset lacks is told by ``evidence``.
MISSING: dict[str, "str | Promise"] = {
    "dataset": _("Open its data: what the law asks, and the opinion of the data-protection officer."),
    "who_calls": _("Write who calls, in one sentence that is said first."),
    "call_back": _("Write the number that people can call back."),
    "how_to_check": _("Write how people can check that it is really you."),
    "people": _("Bring in the people to call, from a sheet."),
    "script": _("Publish a script."),
    "callers": _("Invite at least one caller."),
}
WIDER_AT_MOST = timedelta(days=7)


def do_prepare_campaign(*, actor: Actor, title: str, fields: Mapping[str, Any] | None = None) -> Campaign:
    """Prepare a campaign with a dataset of its own, to be described and judged before anybody is written."""
    if not perms.is_supervisor(actor):
        raise PermissionDenied
    title = title.strip()
    if not title:
        raise Refusal("title_missing", _("Give it a title: a few words that people recognise."))
    if len(title) > Campaign._meta.get_field("title").max_length:
        raise Refusal("title_too_long", _("This title is too long. Keep a few words."))
    with transaction.atomic():
        dataset = datasets.do_write_dataset(actor=actor, fields={"piste": perms.SLUG, "title": title})
        campaign = Campaign(
            dataset=dataset,
            organisation_id=actor.organisation_id,
            slug=_free_slug(title),
            title=title,
            made_by_id=actor.person_id,
            made_at=clock.now(),
            exercise_id=actor.exercise_id,
        )
        _write(campaign, fields or {})
        try:
            campaign.save()
        except IntegrityError as error:
            raise Refusal("title_taken", _("Another one has just taken this title. Give yours another one.")) from error
        _record(actor, campaign, "campaign_prepared")
    return campaign


def _free_slug(title: str) -> str:
    base = slugify(title)[:70] or "campagne"
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def do_change_campaign(*, actor: Actor, campaign: Campaign, fields: Mapping[str, Any]) -> Campaign:
    """Change the words of a campaign; once it is open, its first line can be put right and never emptied."""
    perms.check_supervising(actor, campaign)
    with transaction.atomic():
        campaign = _held(campaign)
        if campaign.state == Campaign.State.CLOSED:
            raise Refusal("campaign_ended", _("This campaign has ended."), conflict=True)
        _write(campaign, fields)
        said = (campaign.who_calls, campaign.call_back, campaign.how_to_check)
        if campaign.state != Campaign.State.DRAFT and not all(said):
            raise Refusal("first_line", _("People hear who calls, how to check it and what number to call back."))
        campaign.save()
        _record(actor, campaign, "campaign_changed")
    return campaign


def _write(campaign: Campaign, fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise TypeError(f"A campaign has no such fields: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(campaign, name, value.strip() if isinstance(value, str) else value)
    if campaign.call_back:
        number = normalised_phone(campaign.call_back)
        if not number:
            raise Refusal("call_back", _("This is not a telephone number. Write it like 06 39 98 12 34."))
        campaign.call_back = number
    if not 1 <= campaign.attempts <= 9:
        raise Refusal("attempts", _("Choose from 1 to 9 tries before somebody takes over."))


def missing(campaign: Campaign) -> list[str]:
    """Return the codes (``MISSING``) of what a campaign lacks before anybody is called."""
    found = [] if campaign.dataset.state == Dataset.State.OPEN else ["dataset"]
    found += [name for name in ("who_calls", "call_back", "how_to_check") if not getattr(campaign, name)]
    if not Callee.objects.filter(campaign=campaign).exists():
        found.append("people")
    if not Script.objects.filter(campaign=campaign, published_at__isnull=False).exists():
        found.append("script")
    if not campaign.callers.filter(left_at=None).exists():
        found.append("callers")
    return found


def do_open_campaign(*, actor: Actor, campaign: Campaign) -> Campaign:
    """Let the calls begin, or begin again after a pause; refused as long as something is missing (P12 (1))."""
    perms.check_supervising(actor, campaign)
    with transaction.atomic():
        campaign = _held(campaign)
        if campaign.state in {Campaign.State.OPEN, Campaign.State.CLOSED}:
            raise Refusal("campaign_state", _("Somebody was faster. Open the page again."), conflict=True)
        lacks = missing(campaign)
        if lacks:
            what = " ".join(str(MISSING[code]) for code in lacks)
            raise Refusal("campaign_incomplete", _("The calls cannot begin yet. %(what)s") % {"what": what})
        campaign.state = Campaign.State.OPEN
        campaign.opened_at = campaign.opened_at or clock.now()
        campaign.save()
        _record(actor, campaign, "campaign_opened")
    return campaign


def do_pause_campaign(*, actor: Actor, campaign: Campaign) -> Campaign:
    """Stop giving people to callers; those who are speaking finish their call."""
    return _move(actor, campaign, Campaign.State.OPEN, Campaign.State.PAUSED, "campaign_paused")


def do_end_campaign(*, actor: Actor, campaign: Campaign) -> Campaign:
    """End the calls; refused as long as somebody waits for a call or for somebody: nothing is left unclosed."""
    if still_wanted(campaign):
        raise Refusal(
            "still_waiting",
            _("People are still to be called, or wait for somebody who takes over. Pause the calls meanwhile."),
        )
    return _move(actor, campaign, Campaign.State.PAUSED, Campaign.State.CLOSED, "campaign_ended")


def _move(actor: Actor, campaign: Campaign, before: str, after: str, verb: str) -> Campaign:
    perms.check_supervising(actor, campaign)
    with transaction.atomic():
        campaign = _held(campaign)
        if campaign.state != before:
            raise Refusal("campaign_state", _("Somebody was faster. Open the page again."), conflict=True)
        campaign.state = after
        if after == Campaign.State.CLOSED:
            campaign.closed_at = clock.now()
        campaign.save()
        _record(actor, campaign, verb)
    return campaign


def do_widen_hours(*, actor: Actor, campaign: Campaign, why: str, until: datetime) -> WiderHours:
    """Allow calls outside the usual hours until a moment, at most a week ahead, with the reason one signs (§3.5)."""
    perms.check_supervising(actor, campaign)
    now = clock.now()
    if not why.strip():
        raise Refusal("why_missing", _("Say which emergency asks for it: you sign it."))
    if not now < until <= now + WIDER_AT_MOST:
        raise Refusal("until_outside", _("Choose a moment to come, at most a week ahead."))
    with transaction.atomic():
        wider = WiderHours.objects.create(
            campaign=campaign, why=why.strip()[:300], decided_by_id=actor.person_id, since=now, until=until
        )
        _record(actor, campaign, "hours_widened", until=until.isoformat(timespec="minutes"))
    return wider


def do_narrow_hours(*, actor: Actor, campaign: Campaign) -> None:
    """Come back to the usual hours at once."""
    perms.check_supervising(actor, campaign)
    now = clock.now()
    with transaction.atomic():
        if campaign.wider_hours.filter(since__lt=now, until__gt=now).update(until=now):
            _record(actor, campaign, "hours_narrowed")


def _held(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("dataset").get(pk=campaign.pk)


def _record(actor: Actor, campaign: Campaign, verb: str, **params: str) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="campaign", object_key=campaign.pk, params=params)
