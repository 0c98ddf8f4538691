"""What services, navigators and callers read when a need moves: never who it is about, which is read on the page.

A piste declares ``handle("<slug>")`` in its ``jobs.py``; messages leave exactly once, with the end of the job.
"""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core.notifications.recipients import Channel, Recipient, way_to
from reflexes.core.notifications.services import Action, notify
from reflexes.core.outbox.handlers import handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.casework.links import link_for
from reflexes.mechanisms.casework.models import Need, Referral, State
from reflexes.mechanisms.casework.models.referrals import AT_A_SERVICE, RETURNED
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding, recipient_of


def service_recipient(referral: Referral) -> Recipient:
    """Return how to reach the service: with the contacts that were copied when it was asked."""
    return Recipient(
        person_key=referral.contact_key,
        name=referral.service_name,
        email=referral.service_email,
        phone=referral.service_phone,
        language=settings.LANGUAGE_CODE,
    )


def _place(referral: Referral) -> str:
    return str(referral.case.commune) if referral.case.commune else str(referral.case.organisation)


def _ask(referral: Referral, job: Job, *, first: bool) -> None:
    """Ask a service, or remind it: its page says the rest, once opened by a person."""
    if referral.state not in AT_A_SERVICE:
        return
    said = {
        "need": Need(referral.need).label,
        "place": _place(referral),
        "who": referral.case.organisation,
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A person needs you: %(need)s, %(place)s") % said
        if not first:
            subject = _("Still waiting for you: %(need)s, %(place)s") % said
        lines = [
            _("Hello,"),
            _("%(who)s asks for your help for somebody who lives in %(place)s: %(need)s.") % said,
            _("It is urgent.") if referral.case.urgent else "",
            _("You have not said yet what becomes of it. A refusal is an answer too.") if not first else "",
        ]
        recipient = service_recipient(referral)
        if way_to(recipient).channel in {Channel.PHONE, Channel.PRINT}:
            lines.append(_("To whoever calls them: say what the page of this need says, and write their answer there."))
            actions = (Action(_("Open the need"), _desk(referral)),)
        else:
            lines.append(_("No account is needed. Your link works for 8 days; too old, it is renewed in one click."))
            actions = (Action(_("Read and answer"), link_for(referral)),)
        notify(
            recipient,
            subject=subject,
            body="\n\n".join(line for line in lines if line),
            actions=actions,
            key=job.key,
            urgent=referral.case.urgent,
            exercise_id=referral.case.exercise_id,
        )


def send_new_link(referral: Referral, address: str, key: str) -> None:
    """Send the link that replaces one too old, to the contacts of the service and to nobody else."""
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            service_recipient(referral),
            subject=_("Your new link"),
            body=_("Hello,\n\nHere is the new link you asked for. It works for 8 days."),
            actions=(Action(_("Read and answer"), address),),
            key=key,
            calm=False,
            exercise_id=referral.case.exercise_id,
        )


def _desk(referral: Referral) -> str:
    return settings.SITE_URL + reverse(f"{referral.case.piste}:navigator_need", args=[referral.key])


def _tell(person: Person, referral: Referral, job: Job, said: Callable[[Referral], tuple[str, str, str]]) -> None:
    with translation.override(person.language):
        subject, body, page = said(referral)
        notify(
            recipient_of(person),
            subject=subject,
            body="\n\n".join([_("Hello %(name)s,") % {"name": person.first_name}, body]),
            actions=(Action(_("Read on the site"), page),),
            key=f"{job.key}:{person.pk}",
            urgent=referral.case.urgent,
            exercise_id=referral.case.exercise_id,
        )


def _navigators(
    said: Callable[[Referral], tuple[str, str, str]], states: tuple[State, ...], referral: Referral, job: Job
) -> None:
    """Tell the navigators of the organisation, while the need still stands where it was."""
    if referral.state in states:
        for person in people_holding(roles.NAVIGATOR, organisation_id=referral.case.organisation_id):
            _tell(person, referral, job, said)


def _urgent(referral: Referral) -> tuple[str, str, str]:
    return _("An urgent need"), _("Somebody told an urgent need: it is first in your list."), _desk(referral)


def _back(referral: Referral) -> tuple[str, str, str]:
    why = State(referral.state).label
    return (
        _("A need came back to you"),
        _("%(service)s: %(why)s. Somebody is to look elsewhere, or to tell the person.")
        % {"service": referral.service_name or _("The desk"), "why": why},
        _desk(referral),
    )


def _is_done(referral: Referral) -> tuple[str, str, str]:
    return (
        _("A need is done: to tell back"),
        _("%(service)s did what was asked. Tell whoever heard it, and the person if they want to know.")
        % {"service": referral.service_name or _("The desk")},
        _desk(referral),
    )


def _told(referral: Referral) -> tuple[str, str, str]:
    page = settings.SITE_URL + reverse(f"{referral.case.piste}:feedback")
    return (
        _("What became of somebody you talked to"),
        _("A need that you heard came to its end. What happened is on your page."),
        page,
    )


def _caller(referral: Referral, job: Job) -> None:
    caller = referral.case.told_by
    if caller is not None and caller.erased_at is None:
        _tell(caller, referral, job, _told)


EVENTS: dict[str, Callable[[Referral, Job], None]] = {
    "need_urgent": partial(_navigators, _urgent, (State.TO_QUALIFY,)),
    "referral_sent": partial(_ask, first=True),
    "referral_reminder": partial(_ask, first=False),
    "referral_returned": partial(_navigators, _back, RETURNED),
    "referral_done": partial(_navigators, _is_done, (State.DONE,)),
    "told_back": _caller,
}


def handle(piste: str) -> None:
    """Declare the job of each event of a piste."""
    for name, tell in EVENTS.items():
        handler(f"{piste}.{name}")(partial(_work, tell))


def _work(tell: Callable[[Referral, Job], None], job: Job) -> None:
    """Tell about one need; one deleted since, with its dataset, has nobody to tell."""
    found = Referral.objects.filter(pk=job.payload["referral"])
    referral = found.select_related("case__organisation", "case__commune", "case__told_by").first()
    if referral is not None:
        tell(referral, job)
