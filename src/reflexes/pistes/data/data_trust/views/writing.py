"""A dataset is written and opened at the data desk: a list of its own, or the draft of another part of the site."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.forms import DatasetForm
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.data.data_trust.services import desk
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import needed

MENU = "data_trust:datasets"
State = Dataset.State


class ListForm(DatasetForm):
    """A title, then what the law asks."""

    title = needed(
        forms.CharField(
            label=gettext_lazy("In a few words"),
            help_text=gettext_lazy("For instance: people to call when it is very hot; accessible housing."),
            max_length=160,
            required=False,
        )
    )
    field_order = ("title",)


def home_of(dataset: Dataset) -> str:
    """Return the address of a dataset at the desk."""
    return reverse("data_trust:dataset", args=[dataset.slug])


@require_http_methods(["GET", "POST"])
def dataset_new(request: HttpRequest) -> HttpResponse:
    """Prepare a list that no other part of the site needs: it holds nobody before it is judged and opened."""
    if not perms.is_keeper(request.actor):
        raise PermissionDenied
    sheet = Sheet(
        _("Prepare a list of people"),
        _("A title is enough to begin. Nobody is written on it before the data-protection officer gave an opinion."),
        _("Prepare it"),
        reverse(MENU),
        _("Datasets"),
        MENU,
        icon="pencil",
    )
    made: list[Dataset] = []

    def act(typed: dict[str, Any]) -> str:
        made.append(desk.do_write(actor=request.actor, fields=typed))
        return _said(made[0])

    answer = asked(request, sheet, bound(ListForm, request), act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


def _said(dataset: Dataset) -> str:
    if datasets.missing(dataset) == ["opinion"]:
        return _("It is written whole: the opinion of the data-protection officer is asked.")
    return _("It is written. Below is what is still missing.")


@require_http_methods(["GET", "POST"])
def dataset_write(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on writing a draft; what was judged is judged again."""
    dataset = perms.access_kept_dataset(request.actor, slug)
    if dataset.state != State.DRAFT:
        raise Http404
    lacks = [str(datasets.MISSING[code]) for code in datasets.missing(dataset)]
    sheet = Sheet(
        _("What these data are for"),
        _("Once it is written, the data-protection officer gives an opinion. Changed after that, it is asked again."),
        _("Write it"),
        home_of(dataset),
        dataset.title,
        MENU,
        icon="pencil",
        note=_("Still missing: %(what)s.") % {"what": "; ".join(lacks)} if lacks else "",
    )
    known = {name: getattr(dataset, name) for name in ListForm.base_fields}

    def act(typed: dict[str, Any]) -> str:
        return _said(desk.do_write(actor=request.actor, fields=typed, dataset=dataset))

    return asked(request, sheet, bound(ListForm, request, initial=known), act)


@require_POST
def dataset_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a dataset under a key of its own, once nothing is missing."""
    dataset = perms.access_kept_dataset(request.actor, slug)

    def act() -> str:
        datasets.do_open(actor=request.actor, dataset=dataset)
        return _("These data are open, under a key of their own. Say now who may read them.")

    return pressed(request, act, home_of(dataset))
