"""The 17 goals: one person reads one proposal and marks the goals they know about, each with a sentence (P11 (5))."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Channel, Proposal
from reflexes.pistes.contact.citizen_dialogue.goals import GOALS, Goal
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalCard, GoalScore
from reflexes.pistes.contact.citizen_dialogue.services import scoring
from reflexes.web.forms import needed

BLANK = ("", gettext_lazy("I do not say"))


class CardForm(forms.Form):
    """Seventeen goals, a mark and a sentence each; those left alone say nothing."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    shown_name = forms.CharField(
        label=gettext_lazy("The name to show"),
        help_text=gettext_lazy("As you wish to be named, or nothing."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, card: GoalCard | None = None, **kwargs: Any) -> None:
        known = {one.goal: one for one in card.scores.all()} if card else {}
        initial = {"client_key": uuid.uuid4(), "shown_name": card.shown_name if card else ""}
        super().__init__(*args, **{"initial": initial, **kwargs})
        for goal in GOALS:
            said = known.get(goal.number)
            self.fields[f"mark_{goal.number}"] = forms.ChoiceField(
                label=gettext_lazy("Your mark"),
                choices=[BLANK, *GoalScore.Mark.choices],
                required=False,
                initial=said.mark if said else "",
            )
            self.fields[f"sentence_{goal.number}"] = forms.CharField(
                label=gettext_lazy("Why, in a sentence"),
                max_length=400,
                required=False,
                initial=said.sentence if said else "",
            )
            for name in (f"mark_{goal.number}", f"sentence_{goal.number}"):
                needed(self.fields[name])  # that one may leave goals alone is said once, above them all

    @property
    def goals(self) -> list[tuple[Goal, Any, Any, bool]]:
        """Each goal with its two fields, and whether something is written there."""
        found = []
        for goal in GOALS:
            mark, sentence = self[f"mark_{goal.number}"], self[f"sentence_{goal.number}"]
            found.append((goal, mark, sentence, bool(mark.value() or sentence.value())))
        return found

    def marks(self) -> dict[int, scoring.Said]:
        """Return what was marked or written, goal by goal; half of it is refused by the service."""
        typed = self.cleaned_data
        said = {
            goal.number: scoring.Said(typed[f"mark_{goal.number}"], typed[f"sentence_{goal.number}"]) for goal in GOALS
        }
        return {goal: one for goal, one in said.items() if one.mark or one.sentence.strip()}


class TypedCardForm(CardForm):
    """A card that an agent types: how it came."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it reached you"),
        choices=[one for one in Channel.choices if one[0] != Channel.WEB],
        initial=Channel.PAPER,
    )
    field_order = ("client_key", "channel", "shown_name")


def write_card(actor: Actor, edition: Edition, proposal: Proposal, form: CardForm) -> GoalCard:
    """Write a card that was checked."""
    return scoring.do_score(
        actor=actor,
        edition=edition,
        proposal=proposal,
        marks=form.marks(),
        client_key=form.cleaned_data["client_key"],
        shown_name=form.cleaned_data["shown_name"],
        typed=form.cleaned_data.get("channel", ""),
    )
