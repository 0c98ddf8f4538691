"""Files that leave a dataset: asked for with what, for whom and until when; taken once; said to be destroyed."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Export
from reflexes.mechanisms.evidence.services import exports, holdings, readings
from reflexes.pistes.data.data_trust.services import lists
from reflexes.web.answers import done, refused
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.pages import page

MENU = "data_trust:datasets"
ASK = "data_trust/file_ask.html"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
KINDS = [("xlsx", "Excel (XLSX)"), ("ods", "LibreOffice (ODS)"), ("csv", "CSV")]


def _menu(actor: Actor) -> str:
    return MENU if perms.can_watch(actor) else ""


@never_cache
@require_GET
def to_read(request: HttpRequest) -> HttpResponse:
    """Show the lists that one is named to read, and the files one took."""
    if not request.actor.is_known:
        raise PermissionDenied
    held = readings.held_by(request.actor).select_related("dataset").order_by("until", "pk")
    context = {
        "held": [
            (
                one,
                holdings.word(one.dataset.piste, one.what_for),
                readings.is_readable(one.dataset),
                lists.can_write(request.actor, one.dataset),
            )
            for one in held
        ],
        "files": [(one, _late(one)) for one in exports.own_exports(request.actor)[:30]],
        "menu_here": _menu(request.actor),
    }
    return page(request, "data_trust/to_read.html", context)


def _late(export: Export) -> bool:
    return export.taken_at is not None and export.destroyed_at is None and export.until <= clock.today()


class FileForm(forms.Form):
    """Nothing is ticked beforehand: what is not asked for does not leave."""

    what_for = needed(forms.ChoiceField(label=gettext_lazy("What for"), widget=forms.RadioSelect, required=False))
    why = needed(
        forms.CharField(
            label=gettext_lazy("What you do with the file, in a sentence"),
            help_text=gettext_lazy("For instance: two agents go and see people in the north of the town on Thursday."),
            widget=few_lines(2),
            max_length=500,
            required=False,
        )
    )
    facts = needed(
        forms.MultipleChoiceField(
            label=gettext_lazy("Which facts you need"),
            help_text=gettext_lazy("Tick only what you cannot do without."),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    )
    group = needed(forms.ChoiceField(label=gettext_lazy("Which people"), widget=forms.RadioSelect, required=False))
    to_whom = needed(
        forms.CharField(
            label=gettext_lazy("To whom it goes"),
            help_text=gettext_lazy("Everybody reads it in the register: name a service, and nobody."),
            max_length=200,
            required=False,
        )
    )
    until = needed(
        forms.DateField(
            label=gettext_lazy("The day by which it is destroyed"),
            help_text=gettext_lazy("In a month at most. You are reminded, and you say here that it is done."),
            widget=DayInput,
            required=False,
        )
    )
    kind = needed(forms.ChoiceField(label=gettext_lazy("Format"), choices=KINDS, initial="xlsx", required=False))

    def __init__(self, *args: Any, offered: holdings.Lists, dataset: Dataset, named: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uses = [(slug, words) for slug, words in offered.uses.items() if slug in named]
        self.fields["what_for"].choices = uses  # type: ignore[attr-defined]
        self.fields["facts"].choices = list(offered.fields.items())  # type: ignore[attr-defined]
        self.fields["group"].choices = list(offered.groups(dataset).items())  # type: ignore[attr-defined]


def _access(actor: Actor, slug: str) -> tuple[Dataset, set[str]]:
    """Return a dataset to those named to read it, with what for, and to those who watch over it."""
    found = Dataset.objects.select_related("controller").filter(slug=slug, exercise_id=actor.exercise_id).first()
    if found is None or found.controller_id != actor.organisation_id:
        raise Http404
    named = set(readings.held_by(actor).filter(dataset=found).values_list("what_for", flat=True))
    if not named and not perms.can_watch(actor):
        raise PermissionDenied
    return found, named


@never_cache
@require_http_methods(["GET", "POST"])
def file_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a file; whatever is missing, the refusal says it and is written down."""
    dataset, named = _access(request.actor, slug)
    offered = holdings.lists_of(dataset.piste)
    if offered is None:
        raise Http404
    form = FileForm(request.POST if request.method == "POST" else None, offered=offered, dataset=dataset, named=named)
    watches = perms.can_watch(request.actor)
    context = {
        "dataset": dataset,
        "form": form,
        "named": named,
        "readable": readings.is_readable(dataset),
        "back": reverse("data_trust:dataset", args=[slug]) if watches else reverse("data_trust:to_read"),
        "can_keep": perms.can_keep(request.actor, dataset),
        "menu_here": _menu(request.actor),
    }
    if request.method == "GET":
        return page(request, ASK, context)
    form.is_valid()
    try:
        export = exports.do_ask_export(actor=request.actor, dataset=dataset, asked=_asked(form))
    except Refusal as refusal:
        return refused(request, ASK, context, refusal)
    return done(request, _("Your file is ready to be taken."), "data_trust:file", export.key)


def _asked(form: FileForm) -> exports.Asked:
    typed = form.cleaned_data
    return exports.Asked(
        what_for=typed.get("what_for", ""),
        why=typed.get("why", ""),
        facts=tuple(typed.get("facts", ())),
        group=typed.get("group", ""),
        to_whom=typed.get("to_whom", ""),
        until=typed.get("until"),
        kind=typed.get("kind", ""),
    )


@never_cache
@require_GET
def file_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one file: what it is for, and what is still to be done with it."""
    export = exports.access_export(request.actor, key)
    what_for, facts = exports.words_of(export)
    watches = perms.can_watch(request.actor)
    context = {
        "export": export,
        "what_for": what_for,
        "group": exports.group_of(export),
        "facts": facts,
        "mine": exports.is_mine(request.actor, export),
        "late": _late(export),
        "expired": export.taken_at is None and export.until < clock.today(),
        "watches": watches,
        "menu_here": _menu(request.actor),
    }
    return page(request, "data_trust/file.html", context)


@never_cache
@require_POST
def file_take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the file, made now and kept nowhere; taken once."""
    export = exports.access_export(request.actor, key)
    try:
        written = exports.do_take_export(actor=request.actor, export=export)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("data_trust:file", args=[key]))
    answer = HttpResponse(written, content_type=TYPES[export.kind])
    name = f"{export.dataset.slug}-a-detruire-le-{export.until.isoformat()}.{export.kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class DestroyedForm(forms.Form):
    """How one knows, when one speaks for somebody else."""

    words = forms.CharField(
        label=gettext_lazy("How it was destroyed"),
        help_text=gettext_lazy("Copies too: mail, shared folder, print. If you speak for somebody else, say who told."),
        widget=few_lines(2),
        max_length=500,
        required=False,
    )


@require_http_methods(["GET", "POST"])
def file_destroyed(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a file was destroyed."""
    export = exports.access_export(request.actor, key)
    sheet = Sheet(
        _("This file is destroyed"),
        _("The register then says so, and nobody is reminded any more."),
        _("I say that it is destroyed"),
        reverse("data_trust:file", args=[key]),
        export.dataset.title,
        _menu(request.actor),
        icon="trash-2",
    )

    def act(typed: dict[str, Any]) -> str:
        exports.do_say_destroyed(actor=request.actor, export=export, words=typed["words"])
        return _("It is written that this file is destroyed.")

    return asked(request, sheet, bound(DestroyedForm, request), act)
