"""Open to all: the register of uses, as a page and as a sheet; the record of each destruction."""

import io
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reflexes.core.acting import Actor
from reflexes.core.printing import pdf
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.directory.roles import role_name
from reflexes.mechanisms.evidence.models import Dataset, Destruction
from reflexes.mechanisms.evidence.services import datasets, holdings, readings
from reflexes.pistes.data.data_trust.services import register
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate
from reflexes.web.words import full_date

PER_PAGE = 20
STATES = [
    ("", gettext_lazy("All")),
    ("held", gettext_lazy("Held today")),
    ("destroyed", gettext_lazy("Destroyed")),
]


class RegisterForm(forms.Form):
    """What is looked for in the register, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    etat = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=STATES)


def _wanted(request: HttpRequest) -> tuple[RegisterForm, Any]:
    form = RegisterForm(request.GET)
    form.is_valid()
    words = form.cleaned_data
    return form, register.find(request.actor, text=words.get("q", ""), state=words.get("etat", ""))


@open_to_all
@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """List what is held of people, and what was destroyed."""
    form, found = _wanted(request)
    rows = paginate(request, found, PER_PAGE)
    read = readings.counts(rows)
    context = {
        "form": form,
        "rows": rows,
        "lines": [_shown(one, read[one.pk]) for one in rows],
        "query": request.GET.urlencode(),
    }
    return page(request, "data_trust/register.html", context)


def _shown(dataset: Dataset, read: dict[bool, int]) -> tuple[Any, ...]:
    """Return a line of the page: opinion, standing, what remains, how often it was read and refused, files."""
    return (
        dataset,
        datasets.opinion_of(dataset),
        register.standing(dataset),
        figures_of(dataset),
        read[True],
        read[False],
        register.taken_from(dataset),
    )


def figures_of(dataset: Dataset) -> list[tuple[Any, int]]:
    """Return the anonymous figures that remain of a destroyed dataset, in words."""
    if dataset.state != Dataset.State.DESTROYED:
        return []
    return [(holdings.word(dataset.piste, one.what), one.number) for one in dataset.destruction.remains.all()]


@open_to_all
@require_safe
def register_csv(request: HttpRequest) -> HttpResponse:
    """Give the same lines as a sheet."""
    _form, found = _wanted(request)
    titles = [
        _("Title"),
        _("Who answers for it"),
        _("What it is for"),
        _("Legal basis"),
        _("Text"),
        pgettext("data", "Where it comes from"),
        _("What it says of people"),
        _("Who reads it"),
        _("How people are told"),
        _("Opinion of the data-protection officer"),
        pgettext("data", "Opened on"),
        _("Last day"),
        _("State"),
        pgettext("data", "Destroyed on"),
        _("Record"),
        _("Files that left"),
    ]
    out = io.BytesIO()
    write_tables(out, {"registre": (titles, [_line(one) for one in found.iterator(chunk_size=200)])}, "csv")
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="registre-des-donnees.csv"'
    return answer


def _line(dataset: Dataset) -> list[Any]:
    opinion = datasets.opinion_of(dataset)
    record = dataset.destruction if dataset.state == Dataset.State.DESTROYED else None
    return [
        dataset.title,
        str(dataset.controller),
        dataset.purpose,
        dataset.get_basis_display(),
        dataset.basis_words,
        dataset.source,
        dataset.contents,
        dataset.recipients,
        dataset.information,
        f"{opinion.get_says_display()} – {opinion.words}" if opinion else "",
        dataset.opened_at.date().isoformat() if dataset.opened_at else "",
        dataset.ends_on.isoformat() if dataset.ends_on else "",
        dataset.get_state_display(),
        record.at.date().isoformat() if record else "",
        str(record.number or "") if record else "",
        "; ".join(_file(one) for one in register.taken_from(dataset)),
    ]


def _file(one: register.Taken) -> str:
    words = _("%(what)s, %(number)s people, for %(who)s, by %(day)s")
    said = {"what": one.what_for, "number": one.export.people, "who": one.export.to_whom}
    return words % {**said, "day": one.export.until.isoformat()}


def access_destruction(actor: Actor, slug: str) -> Destruction:
    """Return the record of a destruction of the world one acts in."""
    found = Destruction.objects.select_related("dataset__controller").prefetch_related("remains")
    record = found.filter(dataset__slug=slug, dataset__exercise_id=actor.exercise_id).first()
    if record is None:
        raise Http404
    return record


@open_to_all
@require_safe
def destruction_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the record of a destruction: what went, when, on whose order, and that its key is gone."""
    record = access_destruction(request.actor, slug)
    dataset = record.dataset
    title = _("Record of destruction %(number)s") % {"number": record.number or ""}
    rows = [
        (_("Data"), dataset.title),
        (_("Who answers for it"), str(dataset.controller)),
        (_("What it was for"), dataset.purpose),
        (_("What it said of people"), dataset.contents),
        (pgettext("data", "Destroyed on"), full_date(record.at)),
        (_("Ordered by"), str(role_name(record.ordered_role))),
        (_("Why"), record.why),
        *[(str(holdings.word(dataset.piste, one.what)).capitalize(), str(one.number)) for one in record.remains.all()],
        (
            _("Key destroyed on"),
            full_date(record.key_gone_at) if record.key_gone_at else _("not yet: the worker is to do it"),
        ),
    ]
    data = {
        "title": title.strip(),
        "rows": [(label, str(words)) for label, words in rows],
        "then": _then(record),
    }
    answer = HttpResponse(
        pdf("data_trust/destruction", data, language=get_language() or "fr"), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="destruction-{dataset.slug}.pdf"'
    return answer


def _then(record: Destruction) -> str:
    """Return what a destruction reaches, and what it does not: a file that left is opened without any key."""
    words = _(
        "Rows were deleted from the database, then the key that sealed them. Copies of the database of any day "
        "hold sealed texts that nothing opens any more. Only the figures above remain."
    )
    if any(one.what == holdings.FILES_OUT for one in record.remains.all()):
        words += " " + _("Files that had left are not reached by it: whoever took them answers for their destruction.")
    return words
