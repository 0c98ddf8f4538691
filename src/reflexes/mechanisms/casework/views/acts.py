"""What a service answers, and how: the same small forms on its own page and at the navigator's desk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Motive, Referral, State
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.referrals import TRANSITIONS
from reflexes.web.forms import DayInput, few_lines, needed

ALL = ("", _("Choose"))


class AcceptForm(forms.Form):
    """By which day, when it can be said."""

    done_by = forms.DateField(label=_("By which day, if you know"), widget=DayInput, required=False)
    words = forms.CharField(label=_("What you will do"), widget=few_lines(3), required=False, max_length=2000)


class MotiveForm(forms.Form):
    """Why not."""

    motive = needed(forms.ChoiceField(label=_("Why"), choices=[ALL, *Motive.choices], required=False))
    words = forms.CharField(label=_("In your words"), widget=few_lines(3), required=False, max_length=2000)


class OutcomeForm(forms.Form):
    """What was done."""

    words = needed(forms.CharField(label=_("What was done"), widget=few_lines(3), required=False, max_length=2000))


class ReceivedForm(forms.Form):
    """Nothing to say but that it was read."""


@dataclass(frozen=True, slots=True)
class Act:
    """One answer: the state it leads to, what its button says, its form and what does it."""

    slug: str
    state: str
    label: "str | Promise"
    icon: str
    form: type[forms.Form]
    do: Callable[[Actor, Referral, dict[str, Any]], object]


def _accept(actor: Actor, referral: Referral, said: dict[str, Any]) -> object:
    return referrals.do_accept(actor=actor, referral=referral, done_by=said["done_by"], words=said["words"])


def _refuse(actor: Actor, referral: Referral, said: dict[str, Any]) -> object:
    return referrals.do_refuse(actor=actor, referral=referral, motive=said["motive"], words=said["words"])


def _give_up(actor: Actor, referral: Referral, said: dict[str, Any]) -> object:
    return referrals.do_give_up(actor=actor, referral=referral, motive=said["motive"], words=said["words"])


def _finish(actor: Actor, referral: Referral, said: dict[str, Any]) -> object:
    return referrals.do_finish(actor=actor, referral=referral, outcome=said["words"])


def _receive(actor: Actor, referral: Referral, _said: dict[str, Any]) -> object:
    return referrals.do_receive(actor=actor, referral=referral)


ACTS = (
    Act("recu", State.RECEIVED, _("It is received"), "inbox", ReceivedForm, _receive),
    Act("accepter", State.ACCEPTED, _("Accept"), "check", AcceptForm, _accept),
    Act("refuser", State.REFUSED, _("Refuse"), "x", MotiveForm, _refuse),
    Act("fait", State.DONE, _("It is done"), "circle-check", OutcomeForm, _finish),
    Act("pas-fait", State.NOT_DONE, _("It could not be done"), "circle-x", MotiveForm, _give_up),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that fits where the need stands, with its form; opened when it was sent and refused."""

    act: Act
    form: forms.Form
    opened: bool


def acts_of(referral: Referral, sent: QueryDict | None = None, *, besides: Iterable[str] = ()) -> list[Shown]:
    """Return the answers that fit where a need stands."""
    shown = []
    for act in ACTS:
        if act.state in TRANSITIONS[referral.state] and act.slug not in besides:
            own = sent is not None and sent.get("geste") == act.slug
            form = act.form(sent if own else None, auto_id=f"id_{act.slug}_%s")
            shown.append(Shown(act, form, own))
    return shown


def answer(actor: Actor, referral: Referral, shown: list[Shown]) -> Refusal | bool:
    """Do the answer that was sent; return whether it was done, or the refusal, which its form says too."""
    sent = next((one for one in shown if one.opened), None)
    if sent is None or not sent.form.is_valid():
        return False
    try:
        sent.act.do(actor, referral, sent.form.cleaned_data)
    except Refusal as refusal:
        sent.form.add_error(None, str(refusal))
        return refusal
    return True
