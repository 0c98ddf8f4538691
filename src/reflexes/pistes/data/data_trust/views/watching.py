"""The desk of datasets: what waits, each dataset whole, its opinion, its readers, its end."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.text import normalised
from reflexes.mechanisms.directory.roles import role_name
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Holder, Opinion
from reflexes.mechanisms.evidence.services import datasets, destruction, exports, holders, holdings, readings
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.data.data_trust.perms import can_show
from reflexes.pistes.data.data_trust.services import lists, register, waiting
from reflexes.pistes.data.data_trust.views.register import figures_of
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines
from reflexes.web.pages import page, paginate

MENU = "data_trust:datasets"
PER_PAGE = 30
REFUSED_SHOWN = 20
State = Dataset.State


class DatasetsForm(forms.Form):
    """What is looked for among one's datasets, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    etat = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), required=False, choices=[("", gettext_lazy("All")), *State.choices]
    )


@require_GET
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Show what waits, then the datasets of one's organisation."""
    if not perms.can_watch(request.actor):
        raise PermissionDenied
    form = DatasetsForm(request.GET)
    form.is_valid()
    found = perms.visible_datasets(request.actor).select_related("controller")
    for word in normalised(form.cleaned_data.get("q", "")).split():
        found = found.filter(search__contains=word)
    if state := form.cleaned_data.get("etat"):
        found = found.filter(state=state)
    rows = paginate(request, found.prefetch_related("opinions").order_by("-written_at", "pk"), PER_PAGE)
    read = readings.counts(rows)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, register.standing(one), read[one.pk][False]) for one in rows],
        "waits": waiting.waits(request.actor),
        "can_show": can_show(request.actor),
        "can_keep": perms.is_keeper(request.actor),
    }
    return page(request, "data_trust/datasets.html", context)


@require_GET
def dataset_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one dataset whole."""
    actor, dataset = request.actor, perms.access_dataset(request.actor, slug)
    missing = datasets.missing(dataset) if dataset.state == State.DRAFT else []
    read = readings.counts([dataset])[dataset.pk]
    prefetch_related_objects([dataset], register.EXPORTS)
    keeps, uses = perms.can_keep(actor, dataset), holders.uses_of(dataset)
    named = readings.held_by(actor).filter(dataset=dataset)
    live = dataset.state in {State.DRAFT, State.OPEN} and not register.is_over(dataset)
    context = {
        "dataset": dataset,
        "over": register.is_over(dataset),
        "standing": register.standing(dataset),
        "missing": [datasets.MISSING[code] for code in missing],
        "opinions": list(dataset.opinions.select_related("given_by")),
        "opinion": datasets.opinion_of(dataset),
        "can_judge": dataset.state == State.DRAFT and perms.can_judge(actor, dataset),
        "can_prolong": dataset.state == State.OPEN and perms.can_judge(actor, dataset),
        "can_keep": keeps,
        "unfinished": bool(set(missing) - {"opinion", "opinion_against"}),
        "can_open": keeps and dataset.state == State.DRAFT and not missing,
        "can_destroy": keeps and destruction.can_be_destroyed(dataset),
        "can_write": lists.can_write(actor, dataset),
        "can_name": keeps and live and uses,
        "can_export": readings.is_readable(dataset) and uses and (keeps or named.exists()),
        "count": lists.said_count(dataset) if dataset.state == State.OPEN else "",
        "holders": [_named(one, live) for one in dataset.holders.select_related("person", "dataset")],
        "files": register.taken_from(dataset),
        "files_refused": [_file_refused(one) for one in exports.refused(dataset)[:REFUSED_SHOWN]],
        "watches": True,
        "made": read[True],
        "refused_count": read[False],
        "refused": [_refused(one, dataset) for one in readings.refused(dataset)[:REFUSED_SHOWN]],
        "record": dataset.destruction if dataset.state == State.DESTROYED else None,
        "figures": figures_of(dataset),
        "menu_here": MENU,
    }
    return page(request, "data_trust/dataset.html", context)


def _named(one: Holder, live: bool) -> tuple[Any, ...]:
    """Return who reads, what for, in which role, from when to when, and whether they still do."""
    what_for, first = holdings.word(one.dataset.piste, one.what_for), timezone.localtime(one.since).date()
    last = timezone.localtime(one.ended_at).date() if one.ended_at else one.until
    return one, what_for, role_name(one.role), first, last, live and one.ended_at is None


def _file_refused(entry: Entry) -> dict[str, Any]:
    why = exports.WHY_REFUSED.get(entry.params["code"], entry.params["code"])
    return {"at": entry.at, "who": role_name(entry.role), "why": why}


def _refused(reading: Any, dataset: Dataset) -> dict[str, Any]:
    return {
        "at": reading.at,
        "who": role_name(reading.role),
        "organisation": reading.organisation,
        "what": holdings.word(dataset.piste, reading.what),
        "what_for": holdings.word(dataset.piste, reading.what_for),
    }


def _sheet(dataset: Dataset, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a dataset, and comes back to it."""
    return Sheet(title, why, button, reverse("data_trust:dataset", args=[dataset.slug]), dataset.title, MENU, **more)


class OpinionForm(forms.Form):
    """What the data-protection officer says, and why."""

    says = forms.ChoiceField(label=gettext_lazy("Your opinion"), choices=Opinion.Says.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everybody reads it in the register: purpose, facts, delay, safeguards."),
        widget=few_lines(5),
        max_length=2000,
    )


@require_http_methods(["GET", "POST"])
def opinion(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the opinion of the data-protection officer."""
    dataset = perms.access_dataset(request.actor, slug)
    if not perms.can_judge(request.actor, dataset):
        raise PermissionDenied
    sheet = _sheet(
        dataset,
        _("Your opinion on these data"),
        _("Nothing opens without it, and one against keeps them closed."),
        _("Give this opinion"),
        icon="scale",
        note=dataset.purpose,
    )

    def act(typed: dict[str, Any]) -> str:
        datasets.do_give_opinion(actor=request.actor, dataset=dataset, says=typed["says"], words=typed["words"])
        return _("Your opinion is given. It stands in the register once the data are open.")

    return asked(request, sheet, bound(OpinionForm, request), act)


class ProlongForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(label=gettext_lazy("The new last day"), widget=DayInput)
    why = forms.CharField(
        label=gettext_lazy("Why it lasts longer"),
        help_text=gettext_lazy("Everybody reads it in the register."),
        widget=few_lines(3),
        max_length=1000,
    )


@require_http_methods(["GET", "POST"])
def prolong(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a dataset a later last day."""
    dataset = perms.access_dataset(request.actor, slug)
    if not perms.can_judge(request.actor, dataset):
        raise PermissionDenied
    sheet = _sheet(
        dataset,
        _("Prolong these data"),
        _("What was to end lasts longer only with a reason, such as needs that are still followed."),
        _("Prolong them"),
        icon="calendar-plus",
    )

    def act(typed: dict[str, Any]) -> str:
        datasets.do_prolong(actor=request.actor, dataset=dataset, until=typed["until"], why=typed["why"])
        return _("These data are prolonged, and the register says why.")

    return asked(request, sheet, bound(ProlongForm, request), act)


class CloseForm(forms.Form):
    """Nothing to say: a page that tells what closing does, and a button."""


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """End a dataset before its last day."""
    dataset = perms.access_kept_dataset(request.actor, slug)
    sheet = _sheet(
        dataset,
        _("End these data early"),
        _("From now on nobody reads them. They then wait to be destroyed."),
        _("End them"),
        icon="lock",
        note=_("What uses them stops at once: a campaign of calls hands nobody out any more."),
    )

    def act(_typed: dict[str, Any]) -> str:
        datasets.do_close(actor=request.actor, dataset=dataset)
        return _("These data are over. Destroy them as soon as nothing needs them any more.")

    return asked(request, sheet, bound(CloseForm, request), act)
