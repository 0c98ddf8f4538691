"""What people type on the outbox page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reflexes.core.notifications.models import CALL_OUTCOMES, LETTER_OUTCOMES, Message, State


class SearchForm(forms.Form):
    """Find a message by the person or the subject."""

    voir = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label=_("Person or subject"), required=False, max_length=100)


class HandForm(forms.Form):
    """What came of a call or a letter."""

    outcome = forms.ChoiceField(label=_("What came of it?"), widget=forms.RadioSelect)

    def __init__(self, *args: object, message: Message, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        outcomes = CALL_OUTCOMES if message.state == State.TO_PHONE else LETTER_OUTCOMES
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(outcome.value, outcome.label) for outcome in outcomes]
