"""Hours and recognition: the day account and the statement of hours, as the agent and the cell read and print them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.wording import sender_name
from reflexes.core.printing import pdf
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import accounts
from reflexes.mechanisms.allocation.services import statement as statements
from reflexes.mechanisms.allocation.services.accounts import Account
from reflexes.mechanisms.allocation.services.statement import Part, Statement
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding
from reflexes.web.answers import invalid
from reflexes.web.pages import INVALID, page
from reflexes.web.words import full_date, half_day_full


class DaysForm(forms.Form):
    """From which day to which day."""

    du = forms.DateField(
        label=pgettext_lazy("day", "From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    au = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def balance_words(account: Account) -> str:
    """Say an account in one sentence: "7 half-days left of 10 until 31 December 2026: 2 used, 1 promised."."""
    return ngettext(
        "%(left)s half-day left of %(all)s until %(until)s: %(used)s used, %(promised)s promised.",
        "%(left)s half-days left of %(all)s until %(until)s: %(used)s used, %(promised)s promised.",
        account.left,
    ) % {
        "left": account.left,
        "all": account.allowance.half_days,
        "until": full_date(account.allowance.ends_on),
        "used": len(account.used),
        "promised": len(account.promised),
    }


def spent_words(account: Account | None) -> str:
    """Say that nothing is left, and what it means; nothing to say otherwise."""
    if account is None or account.left:
        return ""
    if account.allowance.blocks:
        return _("Your employer's half-days are all used or promised: you are not asked before more are decided.")
    if account.over:
        return ngettext(
            "This is %(count)s half-day more than your employer decided: the cell can ask for more.",
            "This is %(count)s half-days more than your employer decided: the cell can ask for more.",
            account.over,
        ) % {"count": account.over}
    return _("Your employer's half-days are all used or promised: a further yes is your choice, and the cell is told.")


def would_use(mission: Assignment) -> str:
    """Say what a yes to this proposal would take from the person's account; nothing when there is none."""
    if mission.mode != Assignment.Mode.VOLUNTEER:
        return ""
    account = accounts.account_of(mission.person_id, on=mission.day, exercise_id=mission.exercise_id)
    if account is None:
        return ""
    if not account.left:
        return spent_words(account)
    return ngettext(
        "A yes uses the last half-day that your employer gives until %(until)s.",
        "A yes uses one of the %(left)s half-days that your employer still gives until %(until)s.",
        account.left,
    ) % {"left": account.left, "until": full_date(account.allowance.ends_on)}


def statement_page(request: HttpRequest, person: Person, template: str, **shown: Any) -> HttpResponse:
    """Show somebody's account, and their statement for the days of the address, this year's otherwise."""
    account = accounts.account_of(person.pk, on=clock.today(), exercise_id=request.actor.exercise_id)
    first, last = statements.usual_days(person)
    asked = "du" in request.GET or "au" in request.GET
    form = DaysForm(request.GET if asked else None, initial={"du": first, "au": last})
    context = {
        "account": account,
        "balance": balance_words(account) if account else "",
        "spent": spent_words(account),
        "caveat": caveat(),
        "form": form,
        "giver": person,
        "found": None,
        **shown,
    }
    if asked and not form.is_valid():
        return invalid(request, template, context)
    if asked:
        first, last = form.cleaned_data["du"], form.cleaned_data["au"]
    try:
        found = statements.statement(actor=request.actor, person=person, first=first, last=last)
    except Refusal as refusal:
        form.add_error("au", str(refusal))
        return page(request, template, context, status=INVALID)
    parts = [
        (found.volunteer, _("As a volunteer"), part_words(found.volunteer)),
        (found.designated, _("By designation"), part_words(found.designated)),
    ]
    return page(request, template, {**context, "found": found, "parts": parts})


def statement_pdf(request: HttpRequest, person: Person) -> HttpResponse:
    """Print a statement; days that make no sense print this year's."""
    form = DaysForm(request.GET)
    usual = statements.usual_days(person)
    first, last = (form.cleaned_data["du"], form.cleaned_data["au"]) if form.is_valid() else usual
    try:
        found = statements.statement(actor=request.actor, person=person, first=first, last=last)
    except Refusal:
        found = statements.statement(actor=request.actor, person=person, first=usual[0], last=usual[1])
    band = _("EXERCISE: nothing here is real") if request.actor.exercise_id else ""
    body = pdf("micro_mobility/statement", statement_data(found, band), language=get_language() or "fr")
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="attestation-{found.last.isoformat()}.pdf"'
    return answer


def statement_data(found: Statement, band: str = "") -> dict[str, Any]:
    """Return the words of a statement's sheet."""
    cell = next(iter(people_holding(roles.COORDINATOR)), None)
    facts = {
        "name": found.person,
        "employer": statements.employer_of(found.person),
        "first": full_date(found.first),
        "last": full_date(found.last),
    }
    intro = (
        _("%(name)s (%(employer)s) lent a hand elsewhere between %(first)s and %(last)s, as listed below.")
        if facts["employer"]
        else _("%(name)s lent a hand between %(first)s and %(last)s, as listed below.")
    ) % facts
    if found.is_empty:
        intro = _("%(name)s gave no half-day between %(first)s and %(last)s.") % facts
    return {
        "title": _("Statement of hours: %(name)s") % facts,
        "exercise": band,
        "sender": sender_name(),
        "intro": intro
        if not found.is_empty
        else _("%(name)s gave no half-day between %(first)s and %(last)s.") % facts,
        "parts": [
            _part(title, part)
            for title, part in (
                (_("As a volunteer"), found.volunteer),
                (_("By designation"), found.designated),
            )
            if part.missions
        ],
        "skills_title": _("Skills the person chose to keep from it"),
        "skills": found.skills,
        "caveat": caveat(),
        "done_at": _("Made on %(day)s.") % {"day": full_date(clock.today())},
        "signed_by": _("For the cell, %(name)s") % {"name": cell} if cell else _("For the cell"),
        "signature": _("Signature and stamp"),
    }


def caveat() -> str:
    """Say what this statement does not open, so that nobody is promised anything false (research note, section 2)."""
    return _(
        "This statement says what was done; it opens no right by itself. The French “compte d’engagement citoyen” is "
        "for volunteers who sit on the board of an association or supervise other volunteers (200 hours in the year, "
        "100 of them in one association, certified by it): half-days on working time do not count."
    )


def _part(title: str, part: Part) -> dict[str, Any]:
    return {
        "title": title,
        "headers": [_("When"), _("Mission"), _("For"), _("Hours")],
        "rows": [
            [
                half_day_full(one.day, one.half),
                one.slot.need.title,
                str(one.slot.need.organisation),
                _hours(one.hours) if one.hours is not None else "–",
            ]
            for one in part.missions
        ],
        "total": part_words(part),
    }


def _hours(hours: Decimal) -> str:
    return formats.number_format(hours, 0 if hours == int(hours) else 1)


def part_words(part: Part) -> str:
    """Say a total: "3 half-days, 9.5 hours written by the hosts"."""
    count = len(part.missions)
    half_days = ngettext("%(count)s half-day", "%(count)s half-days", count) % {"count": count}
    if not part.hours:
        return _("%(half_days)s; the hosts wrote no hours.") % {"half_days": half_days}
    facts = {"half_days": half_days, "hours": _hours(part.hours)}
    told = _("%(half_days)s, %(hours)s hours written by the hosts.") % facts
    if part.without_hours:
        told += " " + ngettext(
            "For %(count)s half-day no hours were written.",
            "For %(count)s half-days no hours were written.",
            part.without_hours,
        ) % {"count": part.without_hours}
    return told
