"""Paper: blank forms to print, and one page where what comes back on paper finds where it is written (rule 7)."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.printing import pdf
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.paper import do_note_origin
from reflexes.mechanisms.allocation.states import Origin
from reflexes.mechanisms.directory import roles
from reflexes.pistes.resources.micro_mobility import codes
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.paper_forms import BLANKS
from reflexes.pistes.resources.micro_mobility.views.agent_debrief import debriefed
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.pistes.resources.micro_mobility.views.host_attendance import sheet_of
from reflexes.pistes.resources.micro_mobility.views.host_papers import band
from reflexes.web.answers import done
from reflexes.web.pages import INVALID, page

TEMPLATE = "micro_mobility/cell/papers.html"


class Paper(NamedTuple):
    """One blank form: its address, its name, what it is for, who prints it, where it is written."""

    slug: str
    label: str | Promise
    why: str | Promise
    icon: str
    readers: frozenset[str]
    entry: str


CELL, BOTH = frozenset({roles.COORDINATOR}), frozenset({roles.COORDINATOR, roles.HOST})
PAPERS = (
    Paper(
        "besoin",
        gettext_lazy("Ask for hands"),
        gettext_lazy("For a host: what, where, when, how many, who welcomes."),
        "hand-helping",
        BOTH,
        "micro_mobility:need_new",
    ),
    Paper(
        "offre",
        gettext_lazy("Offer my time"),
        gettext_lazy("For somebody who offers: half-days, what they can do, limits and wishes."),
        "heart-handshake",
        CELL,
        "micro_mobility:offer_on_behalf",
    ),
    Paper(
        "reponse",
        gettext_lazy("Answer coupon"),
        gettext_lazy("To cut and send back: yes or no to a proposal."),
        "mail",
        CELL,
        "",
    ),
    Paper(
        "presence",
        gettext_lazy("Attendance sheet"),
        gettext_lazy("Blank; those of a site, with the names, are printed from its arrivals."),
        "clipboard-list",
        BOTH,
        "",
    ),
    Paper(
        "bilan",
        gettext_lazy("After a mission"),
        gettext_lazy("The three questions, what was noticed, who may read it, and a few lines in confidence."),
        "message-square",
        CELL,
        "",
    ),
)


class CodeForm(forms.Form):
    """The code at the foot of a sheet."""

    code = forms.CharField(
        label=gettext_lazy("The code at the foot of the sheet"),
        help_text=gettext_lazy("A letter, figures, a letter: like R1234-X. Capitals and spaces do not matter."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the code, or choose the form in the list.")},
    )


# A blank form says nobody's name: its page is the list in which to find them.
BLANK_ENTRIES = {
    codes.COUPON: lambda: reverse("micro_mobility:silence_list", args=["agents_silent"]),
    codes.DEBRIEF: lambda: reverse("micro_mobility:silence_list", args=["not_debriefed"]),
    codes.SHEET: lambda: reverse("micro_mobility:attendance") + "?papier=oui",
}


def _readers(request: HttpRequest) -> str:
    role = request.actor.role
    if role not in {roles.COORDINATOR, roles.HOST}:
        raise PermissionDenied
    return role


@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """Show the forms to print; the cell, and hosts for their own sheets, go to where a filled one is written."""
    role = _readers(request)
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {
        "papers": [one for one in PAPERS if role in one.readers],
        "form": form,
        "cell": role == roles.COORDINATOR,
    }
    if request.method == "GET":
        return page(request, TEMPLATE, context)
    if form.is_valid():
        where = _entry(request, form.cleaned_data["code"])
        if where:
            return HttpResponseRedirect(where)
        form.add_error("code", _("No form has this code. Read it again, letter by letter, or choose in the list."))
    return page(request, TEMPLATE, context, status=INVALID)


def _entry(request: HttpRequest, written: str) -> str:
    """Return where a sheet with this code is written, or nothing."""
    code = codes.read_code(written)
    cell = perms.is_cell(request.actor)
    if code is not None and code.number == 0 and code.kind in BLANK_ENTRIES and (cell or code.kind == codes.SHEET):
        return BLANK_ENTRIES[code.kind]()
    match code:
        case codes.Code(kind=codes.NEED):
            return reverse("micro_mobility:need_new")
        case codes.Code(kind=codes.OFFER) if cell:
            return reverse("micro_mobility:offer_on_behalf")
        case codes.Code(kind=codes.SHEET, number=number):
            try:
                place, day, half = sheet_of(number)
            except ValueError:
                return ""
            sheet = reverse("micro_mobility:attendance")
            return f"{sheet}?lieu={place}&jour={day.isoformat()}&demi={half}&papier=oui"
        case codes.Code(kind=codes.CONSENT, number=number) if cell:
            try:
                perms.access_offer(request.actor, number)
            except Http404:
                return ""
            return reverse("micro_mobility:consent", args=[number])
        case codes.Code(kind=codes.COUPON | codes.DEBRIEF as kind, number=number) if cell:
            if not perms.visible_assignments(request.actor).filter(pk=number).exists():
                return ""
            name = "mission_on_behalf" if kind == codes.COUPON else "debrief_on_behalf"
            return reverse(f"micro_mobility:{name}", args=[number])
        case _:
            return ""


@require_GET
def paper_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Print one form: blank, or for one mission with its code (``?mission=``)."""
    role = _readers(request)
    if not any(one.slug == slug and role in one.readers for one in PAPERS):
        raise Http404
    mission = None
    if request.GET.get("mission", "").isdigit() and slug in {"reponse", "bilan"}:
        perms.access_assignment(request.actor, int(request.GET["mission"]))
        mission = loaded(int(request.GET["mission"]))
    if mission is not None:
        record_view(request.actor, mission.person.key, f"micro_mobility.paper_{slug}", "allocation")
    data = BLANKS[slug](mission)
    made = pdf("micro_mobility/form", {**data, "exercise": band(request)}, language=get_language() or "fr")
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
def debrief_on_behalf(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a debrief that came on paper or by voice."""
    access_cell(request.actor)
    perms.access_assignment(request.actor, pk)
    mission: Assignment | None = loaded(pk)
    if mission is None:
        raise Http404

    def then() -> HttpResponse:
        return done(request, _("The debrief is written down."), "micro_mobility:person_sheet", mission.person_id)

    def note() -> None:
        do_note_origin(actor=request.actor, object_kind="assignment", object_key=pk, channel=Origin.PAPER)

    return debriefed(request, actor=request.actor, assignment=mission, spend=note, then=then)
