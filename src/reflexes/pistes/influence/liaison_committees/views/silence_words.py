"""How each silence of the committees is said, and where each row is settled."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reflexes.mechanisms.assembly.models import Attendance, Body, Expense, Seat, Session
from reflexes.mechanisms.assembly.views.waiting import Saying
from reflexes.web.words import full_date


def _body(row: Body) -> str:
    return reverse("liaison_committees:keeper_body", args=[row.slug])


def _seat(row: Seat) -> str:
    return reverse("liaison_committees:keeper_body", args=[row.college.body.slug]) + f"#siege-{row.pk}"


def _call(row: Attendance) -> str:
    return reverse("liaison_committees:keeper_call_answer", args=[row.pk])


def _session(row: Session) -> str:
    return reverse("liaison_committees:keeper_session", args=[row.pk])


def _expense(row: Expense) -> str:
    return reverse("liaison_committees:keeper_expense", args=[row.pk])


SAYINGS: dict[str, Saying] = {
    "seats_unanswered": Saying(
        ngettext_lazy(
            "%(count)d person asked to sit, no answer yet", "%(count)d people asked to sit, no answer yet", "count"
        ),
        _("you"),
        _("Call and note the answer"),
        _seat,
        lambda row: f"{row.person} · {row.college.body}",
    ),
    "calls_unanswered": Saying(
        ngettext_lazy(
            "%(count)d person called to a session, no answer yet",
            "%(count)d people called to a session, no answer yet",
            "count",
        ),
        _("you"),
        _("Call and note the answer"),
        _call,
        lambda row: f"{row.person} · {row.session.body}, {full_date(row.session.starts_at)}",
    ),
    "expenses_unsettled": Saying(
        ngettext_lazy("%(count)d expense to settle", "%(count)d expenses to settle", "count"),
        _("you"),
        _("Settle"),
        _expense,
        lambda row: f"{row.attendance.person} · {row.attendance.session.body}",
    ),
    "sessions_without_minutes": Saying(
        ngettext_lazy(
            "%(count)d session without published minutes", "%(count)d sessions without published minutes", "count"
        ),
        _("you"),
        _("Write the minutes"),
        _session,
        lambda row: f"{row.body}, {full_date(row.starts_at)}",
    ),
    "bodies_past_their_end": Saying(
        ngettext_lazy("%(count)d committee past its end", "%(count)d committees past their end", "count"),
        _("you"),
        _("Close it, or say why it goes on"),
        _body,
        str,
    ),
}
