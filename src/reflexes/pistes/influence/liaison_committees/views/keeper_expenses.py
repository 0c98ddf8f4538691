"""What coming cost: settled by the officer, with a motive when it is refused."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Expense
from reflexes.mechanisms.assembly.services import expenses, silences
from reflexes.mechanisms.assembly.views.keeping import PER_PAGE
from reflexes.pistes.influence.liaison_committees.views.keeper import access_kept_body
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.pages import page, paginate

MENU = "liaison_committees:keeper_bodies"


def euros(cents: int) -> str:
    """Return an amount as people read it."""
    return f"{formats.number_format(cents / 100, 2)} €"


@require_GET
def expense_list(request: HttpRequest) -> HttpResponse:
    """Show the expenses asked for and not paid yet, oldest first."""
    access_keeper(request.actor)
    rows = paginate(request, silences.waiting_on(request.actor, "expenses_unsettled"), PER_PAGE)
    context = {"rows": rows, "lines": [(one, euros(one.cents)) for one in rows], "menu_here": MENU}
    return page(request, "liaison_committees/keeper/expenses.html", context)


class SettleForm(forms.Form):
    """Agreed, refused with a motive, or paid."""

    state = forms.ChoiceField(label=gettext_lazy("What is done"), widget=forms.RadioSelect)
    motive = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("When it is refused: the person reads your words."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, expense: Expense, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = expenses.TRANSITIONS[expense.state]
        self.fields["state"].choices = [(value, label) for value, label in Expense.State.choices if value in may]


@require_http_methods(["GET", "POST"])
def expense_settle(request: HttpRequest, expense: int) -> HttpResponse:
    """Agree to an expense, refuse it, or write that it was paid."""
    access_keeper(request.actor)
    found = expenses.access_expense(request.actor, expense)
    access_kept_body(request.actor, found.attendance.session.body.slug)
    facts = {
        "amount": euros(found.cents),
        "kind": found.get_kind_display(),
        "person": found.attendance.person,
        "body": found.attendance.session.body,
        "words": f" « {found.words} »" if found.words else "",
        "state": found.get_state_display(),
    }
    sheet = Sheet(
        _("An expense to settle"),
        _("Coming costs nobody anything: it is paid back without delay."),
        _("Write it down"),
        reverse("liaison_committees:keeper_expenses"),
        _("Expenses to settle"),
        MENU,
        note=_("%(person)s, %(body)s: %(kind)s, %(amount)s (%(state)s).%(words)s") % facts,
    )

    def act(typed: dict[str, Any]) -> str:
        expenses.do_settle_expense(actor=request.actor, expense=found, **typed)
        return _("It is written down, and the person is told.")

    return asked(request, sheet, bound(SettleForm, request, expense=found), act)
