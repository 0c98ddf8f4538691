"""Who is named to read a dataset: found by name, named for one purpose until a day, stopped at any time."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.roles import role_name
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Holder
from reflexes.mechanisms.evidence.services import holders
from reflexes.pistes.data.data_trust.services import desk
from reflexes.pistes.data.data_trust.views.writing import MENU, home_of
from reflexes.web.asking import Sheet, asked, pressed
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.pages import page

State = Dataset.State


class SearchForm(forms.Form):
    """Whom to name: some letters of a name."""

    q = forms.CharField(label=gettext_lazy("Name of somebody of your organisation"), required=False, max_length=80)


def _access(actor: Actor, slug: str) -> Dataset:
    """Return a dataset that somebody may still be named to read."""
    dataset = perms.access_kept_dataset(actor, slug)
    if dataset.state not in {State.DRAFT, State.OPEN} or not holders.uses_of(dataset):
        raise Http404
    return dataset


@require_GET
def holder_find(request: HttpRequest, slug: str) -> HttpResponse:
    """Find whom to name."""
    dataset = _access(request.actor, slug)
    form = SearchForm(request.GET)
    form.is_valid()
    sought = form.cleaned_data.get("q", "")
    context = {
        "dataset": dataset,
        "form": form,
        "sought": sought,
        "found": [
            (one, [role_name(role) for role in holders.roles_of(dataset, one)])
            for one in holders.people_to_name(request.actor, dataset, sought)
        ],
        "menu_here": MENU,
    }
    return page(request, "data_trust/holder_find.html", context)


class HolderForm(forms.Form):
    """In which role, for what, why, until when."""

    role = needed(forms.ChoiceField(label=gettext_lazy("In which role"), widget=forms.RadioSelect, required=False))
    what_for = needed(forms.ChoiceField(label=gettext_lazy("What for"), widget=forms.RadioSelect, required=False))
    why = needed(
        forms.CharField(
            label=gettext_lazy("Why this person, in a sentence"), widget=few_lines(2), max_length=500, required=False
        )
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("At the latest the last day of these data. It can be ended before."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, dataset: Dataset, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = holders.roles_of(dataset, person)
        self.fields["role"].choices = [(role, role_name(role)) for role in held]  # type: ignore[attr-defined]
        self.fields["what_for"].choices = list(holders.uses_of(dataset).items())  # type: ignore[attr-defined]
        if len(held) == 1:
            self.fields["role"].initial = held[0]


@require_http_methods(["GET", "POST"])
def holder_name(request: HttpRequest, slug: str, person: UUID) -> HttpResponse:
    """Name somebody of the organisation; named again for the same purpose, the day and the reason change."""
    dataset = _access(request.actor, slug)
    found = Person.objects.filter(key=person, erased_at=None).first()
    if found is None or not holders.roles_of(dataset, found):
        raise Http404
    sheet = Sheet(
        _("%(who)s may read these data") % {"who": found},
        _("One purpose, until a day. They are told, and each reading is written down."),
        _("Name this person"),
        home_of(dataset),
        dataset.title,
        MENU,
        icon="user-plus",
        note=dataset.purpose,
    )
    form = HolderForm(request.POST if request.method == "POST" else None, dataset=dataset, person=found)

    def act(typed: dict[str, Any]) -> str:
        desk.do_name(actor=request.actor, dataset=dataset, person=found, **typed)
        return _("%(who)s may read these data, and is told so.") % {"who": found}

    return asked(request, sheet, form, act)


def access_holder(actor: Actor, pk: int) -> Holder:
    """Return a reader of a dataset that the actor keeps."""
    holder = Holder.objects.select_related("dataset", "person").filter(pk=pk).first()
    if holder is None:
        raise Http404
    perms.access_kept_dataset(actor, holder.dataset.slug)
    return holder


@require_POST
def holder_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the right to read back from somebody."""
    holder = access_holder(request.actor, pk)

    def act() -> str:
        holders.do_end_holder(actor=request.actor, holder=holder)
        return _("%(who)s reads these data no more.") % {"who": holder.person}

    return pressed(request, act, reverse("data_trust:dataset", args=[holder.dataset.slug]))
