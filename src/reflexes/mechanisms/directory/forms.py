"""The forms of one's own account in the directory."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reflexes.core.accounts.models import User
from reflexes.mechanisms.directory.models import Person


class ContactForm(forms.Form):
    """How one is reached, in which language."""

    channel = forms.ChoiceField(
        label=_("How should we reach you?"),
        choices=Person.Channel.choices,
        widget=forms.RadioSelect,
        help_text=_("A telephone call and paper are as good as a screen: nothing is lost."),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        help_text=_("For example 06 39 98 12 34. Only the cell and the people of your mission see it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the messages we send you"),
        help_text=_("Pages follow it too, until you choose otherwise at the top of a page."),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )


class FirstPasswordForm(forms.Form):
    """The first password of an account opened by invitation."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("At least 12 characters: three or four words that only you would put together."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, email: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email))
        return password

    def clean(self) -> None:
        first, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if first and again and first != again:
            self.add_error("again", ValidationError(_("The two are not the same. Type the password again.")))
