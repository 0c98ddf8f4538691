"""The outbox page: what left, what waits, and what waits for a person."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as told
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications import lists
from reflexes.core.notifications.forms import HandForm, SearchForm
from reflexes.core.notifications.letters import letters_pdf
from reflexes.core.notifications.models import BY_HAND, Message, State
from reflexes.core.notifications.recipients import readable_phone
from reflexes.core.notifications.services import access_message, do_note_by_hand
from reflexes.core.outbox.models import STUCK
from reflexes.core.outbox.perms import can_tend_outbox
from reflexes.core.outbox.services import access_job, do_set_aside, do_try_again
from reflexes.core.privacy.services import record_view

PER_PAGE = 50
LETTERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the outbox, as the tabs component wants it."""

    label: "str | Promise"
    href: str
    current: bool
    count: int


def _tender(request: HttpRequest) -> Actor:
    """Return who tends the outbox; for anyone else the page does not exist."""
    actor: Actor = getattr(request, "actor", STRANGER)
    if not can_tend_outbox(actor):
        raise Http404
    return actor


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Show one list; without a choice, the first that has something in it."""
    _tender(request)
    counts = lists.counts()
    first = next((each for each in lists.LISTS if counts[each.slug]), lists.LISTS[0])
    chosen = lists.BY_SLUG.get(request.GET.get("voir", ""), first)
    form = SearchForm({"voir": chosen.slug, "q": request.GET.get("q", "")})
    words = form.cleaned_data.get("q", "") if form.is_valid() else ""
    page = Paginator(lists.messages_of(chosen, words), PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "chosen": chosen,
        "tabs": [_tab(each, chosen, counts) for each in lists.LISTS],
        "form": form,
        "words": words,
        "page": page,
        "jobs": lists.other_stuck_jobs()[:PER_PAGE] if chosen.slug == "bloques" and not words else (),
    }
    return render(request, "notifications/outbox.html", facts)


def _tab(each: lists.List, chosen: lists.List, counts: dict[str, int]) -> Tab:
    return Tab(each.label, f"{reverse('outbox:list')}?voir={each.slug}", each is chosen, counts[each.slug])


@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one message; take what came of a call or a letter."""
    actor = _tender(request)
    shown = access_message(actor, public_id)
    form = HandForm(request.POST if request.method == "POST" else None, message=shown)
    if request.method != "POST":
        if shown.person_key is not None:
            record_view(actor, shown.person_key, "message", "outbox")
        return _message_page(request, shown, form)
    if not form.is_valid():
        return _message_page(request, shown, form, status=422)
    try:
        do_note_by_hand(actor=actor, message=shown, outcome=form.cleaned_data["outcome"])
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _message_page(request, access_message(actor, public_id), form, status=409 if refusal.conflict else 422)
    told.success(request, _("It is written down."))
    return redirect("outbox:list")


def _message_page(request: HttpRequest, shown: Message, form: HandForm, *, status: int = 200) -> HttpResponse:
    facts = {
        "message": shown,
        "phone": readable_phone(shown.phone) if shown.phone else "",
        "actions": list(shown.actions.all()),
        "form": form,
        "by_hand": shown.state in BY_HAND,
        "to_print": shown.state == State.TO_PRINT,
        "stuck": shown.job is not None and shown.job.state in STUCK,
    }
    return render(request, "notifications/message.html", facts, status=status)


@require_GET
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give one letter to print."""
    actor = _tender(request)
    shown = access_message(actor, public_id)
    if shown.person_key is not None:
        record_view(actor, shown.person_key, "message", "outbox")
    return _pdf([shown], "lettre.pdf")


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Give every letter that waits to be printed, in one file."""
    actor = _tender(request)
    waiting = list(lists.messages_of(lists.BY_SLUG["a-imprimer"], "").prefetch_related("actions")[:LETTERS_AT_ONCE])
    if not waiting:
        raise Http404
    for each in waiting:
        if each.person_key is not None:
            record_view(actor, each.person_key, "message", "outbox")
    return _pdf(waiting, "lettres.pdf")


def _pdf(messages: list[Message], name: str) -> HttpResponse:
    content = letters_pdf(messages, language=get_language() or "fr")
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a stuck job back in the queue."""
    actor = _tender(request)
    try:
        do_try_again(actor=actor, job=access_job(actor, pk))
    except Refusal as refusal:
        return _conflict(request, refusal)
    told.success(request, _("It is back in the queue: it leaves within a minute."))
    return redirect("outbox:list")


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a stuck job without doing it."""
    actor = _tender(request)
    try:
        do_set_aside(actor=actor, job=access_job(actor, pk))
    except Refusal as refusal:
        return _conflict(request, refusal)
    told.success(request, _("It is set aside: nothing will be sent."))
    return redirect("outbox:list")


def _conflict(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "notifications/conflict.html", {"sentence": str(refusal)}, status=409)
