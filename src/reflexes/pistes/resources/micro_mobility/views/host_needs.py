"""State a need in five short steps, read it back, open it, close it, start again from a past one (screens.md 2)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services import needs as services
from reflexes.mechanisms.allocation.states import NeedState
from reflexes.mechanisms.directory.services import do_add_colleague
from reflexes.pistes.resources.micro_mobility.read_back import paragraphs
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step
from reflexes.pistes.resources.micro_mobility.views.need_steps.order import SHORT, STEP_OF, STEPS, TITLES
from reflexes.pistes.resources.micro_mobility.views.need_steps.when import WhenForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.who import WhoForm
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import CONFLICT, INVALID, page
from reflexes.web.parts import Comparison, Side

ORDER = tuple(STEPS)
READ_BACK = "micro_mobility:need_read_back"
STEP = "micro_mobility:need_step"
FORTNIGHT = timedelta(weeks=2)


def access_to_write(request: HttpRequest, pk: int) -> Need:
    """Return a need that the reader may change."""
    need = perms.access_need(request.actor, pk)
    if not perms.can_change_need(request.actor, need):
        raise PermissionDenied
    return need


def _form_class(step: str) -> type[Step]:
    if step not in STEPS:
        raise Http404
    return STEPS[step]


def _form(request: HttpRequest, need: Need, step: str, data: Any = None) -> Step:
    kwargs: dict[str, Any] = {"need": need, "actor": request.actor}
    if step == "quand":
        kwargs["since"] = _since(request)
    return _form_class(step)(data, **kwargs)


def _since(request: HttpRequest) -> date | None:
    """Return the day whose week begins the grid, as the page or the address says; a year around today at most."""
    try:
        wanted = date.fromisoformat(request.POST.get("since") or request.GET.get("depuis") or "")
    except ValueError:
        return None
    today = clock.today()
    return min(max(wanted, today), today + timedelta(days=364))


@require_http_methods(["GET", "POST"])
def need_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Show and save one step. Saving one that somebody else changed meanwhile shows both versions."""
    need = access_to_write(request, pk)
    if request.method == "GET":
        form = _form(request, need, step)
        return page(request, "micro_mobility/host/need_step.html", _context(need, step, form))
    form = _form(request, need, step, request.POST)
    if not form.is_valid():
        return invalid(request, "micro_mobility/host/need_step.html", _context(need, step, form))
    try:
        _save(request, need, form)
    except Refusal as refusal:
        fresh = perms.access_need(request.actor, pk)
        context = _context(fresh, step, form)
        if refusal.conflict:
            context["comparison"] = _both(fresh, form)
        return refused(request, "micro_mobility/host/need_step.html", context, refusal)
    return HttpResponseRedirect(_next(request, need, step, form))


def _save(request: HttpRequest, need: Need, form: Step, *, by_itself: bool = False) -> Need:
    """Save what the form changes, unless somebody changed this very step since the page was made.

    Two people on two steps do not disturb each other: only the mark of this step counts (``Step.seen``).
    """
    version = need.version if request.POST.get("seen") == form.seen(need) else -1
    if isinstance(form, WhenForm):
        fields, slots = form.changes(and_after=not by_itself)
    else:
        fields, slots = form.changes()
    if isinstance(form, WhoForm) and not by_itself and (colleague := form.colleague()):
        person = do_add_colleague(actor=request.actor, organisation_id=need.organisation_id, **colleague)
        fields[form.duty] = person
    return services.do_change_need(
        actor=request.actor, need=need, version=version, fields=fields, slots=slots, by_itself=by_itself
    )


def _next(request: HttpRequest, need: Need, step: str, form: Step) -> str:
    """Return where the button pressed leads: the same grid elsewhere, the next step, or the reading back."""
    go = request.POST.get("go", "")
    if isinstance(form, WhenForm) and go in {"earlier", "later"}:
        moved = form.since + (FORTNIGHT if go == "later" else -FORTNIGHT)
        return f"{reverse(STEP, args=[need.pk, step])}?depuis={moved.isoformat()}"
    if go == "place":
        return f"{reverse('micro_mobility:place_new')}?besoin={need.pk}"
    if go == "read":
        return reverse(READ_BACK, args=[need.pk])
    following = ORDER[ORDER.index(step) + 1 :]
    if need.state != NeedState.DRAFT or not following:
        return reverse(READ_BACK, args=[need.pk])
    return reverse(STEP, args=[need.pk, following[0]])


def _context(need: Need, step: str, form: Step) -> dict[str, Any]:
    number = ORDER.index(step)
    return {
        "need": need,
        "step": step,
        "form": form,
        "seen": form.seen(need),
        "draft": need.state == NeedState.DRAFT,
        "steps": [str(SHORT[name]) for name in ORDER],
        "number": number + 1,
        "title": TITLES[step],
        "before": ORDER[number - 1] if number else "",
        "last": number == len(ORDER) - 1,
        "template": f"micro_mobility/host/includes/{STEP_TEMPLATES.get(step, 'fields')}.html",
        "comparison": None,
    }


STEP_TEMPLATES = {"ou": "where", "quand": "when", "combien": "how_many", "qui": "who"}


def _both(need: Need, form: Step) -> Comparison:
    """Set what somebody else saved beside what was just typed, where they differ."""
    theirs, typed = form.words(need), form.typed()
    lines = [
        Side(form.label_of(name), theirs[name], typed.get(name, ""))
        for name in theirs
        if theirs[name] != typed.get(name, "")
    ]
    by = _("Saved by %(who)s") % {"who": need.changed_by} if need.changed_by else _("Saved by somebody else")
    return Comparison(_("Both versions"), by, _("Yours, below"), lines)


@require_POST
def need_autosave(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Save a draft as it is typed: what is understood is kept, the rest waits for the button."""
    need = access_to_write(request, pk)
    if need.state != NeedState.DRAFT:
        return HttpResponse(
            _("This need is published: your changes are kept when you press the button."),
            status=INVALID,
            content_type="text/plain; charset=utf-8",
        )
    form = _form(request, need, step, request.POST)
    form.is_valid()
    try:
        need = _save(request, need, form, by_itself=True)
    except Refusal as refusal:
        words = (
            _("Somebody else changed this step. Press the button to see both versions: nothing is lost.")
            if refusal.conflict
            else str(refusal)
        )
        status = CONFLICT if refusal.conflict else INVALID
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    return JsonResponse({"fields": {"seen": form.seen(need)}})


class CloseForm(forms.Form):
    """Why a need is closed."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("One sentence: the cell learns from it. For example: enough people came by themselves."),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Say in one sentence why this need is closed: the cell learns from it.")
        },
    )


def _read_back_context(request: HttpRequest, need: Need, form: CloseForm | None = None) -> dict[str, Any]:
    lacks = services.missing(need) if need.state == NeedState.DRAFT else []
    return {
        "need": need,
        "paragraphs": paragraphs(need),
        "lacks": [(services.MISSING[code], STEP_OF[code], SHORT[STEP_OF[code]]) for code in lacks],
        "steps": [(name, TITLES[name]) for name in ORDER],
        "form": form,
        "close_form": form or CloseForm(),
        "may_change": perms.can_change_need(request.actor, need),
    }


def _loaded(request: HttpRequest, pk: int) -> Need:
    """Return a need with its half-days, to whoever may state one."""
    if not perms.can_state_need(request.actor):
        raise PermissionDenied
    return perms.access_need(request.actor, pk)


@require_GET
def need_read_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the need back as one paragraph, with what is missing and the button that opens it."""
    need = _loaded(request, pk)
    return page(request, "micro_mobility/host/read_back.html", _read_back_context(request, need))


@require_POST
def need_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a need; refused with the first thing missing (P09 (1))."""
    need = access_to_write(request, pk)
    try:
        services.do_open_need(actor=request.actor, need=need)
    except Refusal as refusal:
        return refused(request, "micro_mobility/host/read_back.html", _read_back_context(request, need), refusal)
    return done(
        request, _("Your need is open: the cell looks for people and asks them."), "micro_mobility:need_detail", need.pk
    )


@require_POST
def need_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a need for good, with a reason."""
    need = access_to_write(request, pk)
    form = CloseForm(request.POST)
    context = _read_back_context(request, need, form)
    if not form.is_valid():
        return invalid(request, "micro_mobility/host/read_back.html", context)
    try:
        services.do_close_need(actor=request.actor, need=need, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        return refused(request, "micro_mobility/host/read_back.html", context, refusal)
    return done(request, _("The need is closed. Thank you for saying why."), "micro_mobility:need_detail", need.pk)


@require_POST
def need_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Start again from a past need: its last week is proposed for next week."""
    need = _loaded(request, pk)
    draft = services.do_copy_need(actor=request.actor, need=need)
    return done(
        request, _("Everything is taken up again, for next week. Check the half-days."), STEP, draft.pk, "quand"
    )
