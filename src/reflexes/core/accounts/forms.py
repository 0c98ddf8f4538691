"""The words of the sign-in library where its own are too technical."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the library says nothing of its types
    """A new key: it opens the account alone unless the person says otherwise."""

    passwordless = forms.BooleanField(
        label=_("This key opens my account without a password"),
        required=False,
        initial=True,
        help_text=_(
            "Untick it for an old key that knows neither your finger nor a code: it then comes after the password."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["name"].help_text = _("To tell your keys apart: “my phone”, “the office key”.")


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
