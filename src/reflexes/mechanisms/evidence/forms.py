"""The form by which a dataset is described: what the law asks, in words that a resident understands."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.evidence.models import Dataset
from reflexes.web.forms import DayInput, few_lines, needed


def _said(label: object, help_text: object = "") -> forms.Field:
    return needed(
        forms.CharField(label=label, help_text=help_text, widget=few_lines(2), max_length=1000, required=False)
    )


class DatasetForm(forms.Form):
    """What people will read of it comes first; it may be sent unfinished, and opens only whole."""

    purpose = _said(
        _("What it is for, in one sentence"),
        _("People read it. For instance: to call older people who live alone when it is very hot."),
    )
    contents = _said(
        _("Which facts about people, and none besides"),
        _("People read it. For instance: name, telephone, address, somebody to call."),
    )
    recipients = _said(
        _("Who reads it, and who is told what"),
        _("People read it. For instance: the agents who call, one person at a time; a doctor, if the person agrees."),
    )
    source = _said(_("Which file it comes from, and who gave it"))
    basis = needed(
        forms.ChoiceField(label=_("Legal basis"), choices=[("", "–"), *Dataset.Basis.choices], required=False)
    )
    basis_words = _said(_("The text of law, the deliberation, the decision"))
    information = _said(_("How the people concerned are told"))
    ends_on = needed(
        forms.DateField(label=_("The last day: everything is deleted after it"), widget=DayInput(), required=False)
    )
