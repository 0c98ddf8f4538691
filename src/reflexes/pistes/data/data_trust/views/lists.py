"""People written on a list of the data desk, or taken off it, at their word."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import readings
from reflexes.pistes.data.data_trust.models import Entry
from reflexes.pistes.data.data_trust.services import lists
from reflexes.pistes.data.data_trust.views.writing import MENU
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import few_lines, needed


def _typed(label: object, *, tel: bool = False, must: bool = False, most: int = 160) -> forms.CharField:
    attrs = {"autocomplete": "off", **({"type": "tel", "inputmode": "tel"} if tel else {})}
    field = forms.CharField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=attrs))
    return needed(field) if must else field


class EntryForm(forms.Form):
    """Who they are, and what is needed to reach and help them: nothing else is kept."""

    way = needed(
        forms.ChoiceField(
            label=gettext_lazy("How they asked to be on the list"),
            choices=Entry.Way.choices,
            widget=forms.RadioSelect,
            required=False,
        )
    )
    last_name = _typed(lists.FIELDS["last_name"], must=True)
    first_name = _typed(lists.FIELDS["first_name"])
    phone = _typed(lists.FIELDS["phone"], tel=True, must=True, most=30)
    address = _typed(lists.FIELDS["address"], most=200)
    commune = forms.ModelChoiceField(
        label=lists.FIELDS["commune"], queryset=None, required=False, empty_label=gettext_lazy("not said")
    )
    relative_name = _typed(lists.FIELDS["relative_name"])
    relative_phone = _typed(lists.FIELDS["relative_phone"], tel=True, most=30)
    notes = forms.CharField(label=lists.FIELDS["notes"], widget=few_lines(2), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.order_by("search")  # type: ignore[attr-defined]


def _access(actor: Actor, slug: str) -> Dataset:
    """Return an open list to those who keep it or are named to read it."""
    dataset = Dataset.objects.filter(slug=slug, piste=lists.SLUG, exercise_id=actor.exercise_id).first()
    if dataset is None or dataset.controller_id != actor.organisation_id:
        raise Http404
    if not readings.is_readable(dataset):
        raise Http404
    if not lists.can_write(actor, dataset):
        raise PermissionDenied
    return dataset


def _sheet(actor: Actor, dataset: Dataset, title: str, why: str, button: str, icon: str) -> Sheet:
    keeps = perms.can_watch(actor)
    back = reverse("data_trust:dataset", args=[dataset.slug]) if keeps else reverse("data_trust:to_read")
    return Sheet(title, why, button, back, dataset.title, MENU if keeps else "", icon=icon, note=dataset.contents)


@never_cache
@require_http_methods(["GET", "POST"])
def entry_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Write somebody on a list."""
    dataset = _access(request.actor, slug)
    sheet = _sheet(
        request.actor,
        dataset,
        _("Write somebody on this list"),
        _("Only somebody who asked to be on it. Read them what it is for, and until when it is kept."),
        _("Write them down"),
        "user-plus",
    )

    def act(typed: dict[str, Any]) -> str:
        way, commune = typed.pop("way"), typed.pop("commune")
        lists.do_add_entry(actor=request.actor, dataset=dataset, facts=typed, commune=commune, way=way)
        return _("They are on the list. They may see what is held, and be taken off, at any time.")

    return asked(request, sheet, bound(EntryForm, request), act)


class RemoveForm(forms.Form):
    """Whose name goes: by their telephone number, so that nobody browses."""

    phone = _typed(gettext_lazy("Their telephone number"), tel=True, must=True, most=30)


@never_cache
@require_http_methods(["GET", "POST"])
def entry_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take somebody off a list, at their word."""
    dataset = _access(request.actor, slug)
    sheet = _sheet(
        request.actor,
        dataset,
        _("Take somebody off this list"),
        _("Being on it is their choice: no reason is asked. What was written of them is deleted at once."),
        _("Take them off"),
        "user-minus",
    )

    def act(typed: dict[str, Any]) -> str:
        gone = lists.do_remove_entries(actor=request.actor, dataset=dataset, phone=typed["phone"])
        return ngettext(
            "%(count)s person is no longer on this list.", "%(count)s people are no longer on this list.", gone
        ) % {"count": gone}

    return asked(request, sheet, bound(RemoveForm, request), act)
