"""Who may vote: letters without names or a list, their codes printed once, the list that a desk prints."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import MAX_BYTES, MEGABYTE
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.models import RollEntry, Vote
from reflexes.mechanisms.assembly.services import letters, papers, roll, roll_list, roll_members, turnout, votes
from reflexes.mechanisms.assembly.views.votes_access import access_for, address, public_address, sheet_of, vote_page
from reflexes.web.answers import done, refused
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.pages import CONFLICT, INVALID

MOST_SHOWN = 200
TYPES = {
    "zip": "application/zip",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
KINDS = (
    ("zip", gettext_lazy("Both: slips to cut (PDF) and a sheet (Excel), in one archive")),
    ("pdf", gettext_lazy("Slips to cut, eight a page (PDF)")),
    ("xlsx", gettext_lazy("A sheet for whoever prints and posts: number, name, code (Excel)")),
    ("ods", gettext_lazy("The same sheet for LibreOffice")),
    ("csv", gettext_lazy("The same sheet as text (.csv)")),
)


def download(content: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """Answer with a file that no cache keeps."""
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def roll_page(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show who may vote, in numbers, and the two ways to say it: letters without names, or a list."""
    kept = access_for(request.actor, vote, piste)
    known = RollEntry.Known
    named = kept.roll.exclude(known=known.CODE).count()
    lettered = kept.roll.filter(known=known.CODE).count()
    context = {
        "named": named,
        "lettered": lettered,
        "without_code": kept.roll.filter(digest=None, voted=False).count() if named else 0,
        "came": turnout.turnout(kept),
        "draft": kept.state == Vote.State.DRAFT,
        "open": votes.is_open(kept),
        "over": kept.state in {Vote.State.CLOSED, Vote.State.PUBLISHED},
        "letters_address": address(piste, "letters", kept.slug),
        "import_address": address(piste, "roll_import", kept.slug),
        "drop_address": address(piste, "letters_drop", kept.slug),
        "desk_address": address(piste, "desk", kept.slug),
        "print_address": address(piste, "roll_print", kept.slug),
        "members": roll_members.members_to_enrol(kept).count() if kept.body_id else 0,
        "to_write_to": roll_members.lines_to_write_to(kept).count(),
        "members_address": address(piste, "members_enrol", kept.slug),
        "links_address": address(piste, "links_send", kept.slug),
    }
    return vote_page(request, "roll", kept, "roll", context)


class LettersForm(forms.Form):
    """How many letters without names, and in which shape all of them come."""

    count = forms.IntegerField(
        label=gettext_lazy("How many letters"),
        help_text=gettext_lazy("One for each household or each person, as your rules say."),
        min_value=1,
        max_value=roll.MOST_LETTERS,
    )
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("In which shape"), choices=KINDS, initial="zip", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if named:
            del self.fields["count"]


@require_http_methods(["GET", "POST"])
def letters_make(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Draw codes and give them out this once, as slips, as a sheet, or both."""
    kept = access_for(request.actor, vote, piste)
    named = kept.roll.exclude(known=RollEntry.Known.CODE).exists()
    form = bound(LettersForm, request, named=named, initial={"after": kept.roll.count()})
    waiting = kept.roll.filter(digest=None, voted=False).count() if named else 0
    context = {
        "form": form,
        "named": named,
        "waiting": waiting,
        "frozen": kept.state != Vote.State.DRAFT,
        "back": address(piste, "roll", kept.slug),
    }
    if not form.is_bound:
        return vote_page(request, "letters", kept, "", context)
    if not form.is_valid():
        return vote_page(request, "letters", kept, "", context, status=INVALID)
    kind, count = form.cleaned_data["kind"], form.cleaned_data.get("count", 0)
    try:
        _check_letters(kept, kind, waiting or count)
        made = roll.do_make_codes(actor=request.actor, vote=kept, count=count, after=form.cleaned_data["after"])
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        status = CONFLICT if refusal.conflict else INVALID
        return vote_page(request, "letters", kept, "", context, status=status)
    where = request.build_absolute_uri(public_address(kept))
    return download(_files(kept, made, kind, where), kind, f"{kept.slug}-{_('letters')}")


def _check_letters(vote: Vote, kind: str, count: int) -> None:
    """Refuse before any code is drawn what would lose them: a draft whose days may change, a PDF nobody can open."""
    if vote.state == Vote.State.DRAFT:
        raise Refusal("freeze_first", _("Freeze the vote first: each letter says until when one votes."))
    if kind in {"zip", "pdf"} and count > letters.MOST_SLIPS:
        words = _(
            "So many slips make a file nobody can open (%(most)s at most). Choose a sheet: printers work from one."
        )
        raise Refusal("too_many_slips", words % {"most": letters.MOST_SLIPS})


def _files(vote: Vote, made: Sequence[roll.Letter], kind: str, where: str) -> bytes:
    if kind == "pdf":
        return letters.letters_pdf(vote, made, address=where)
    if kind != "zip":
        return letters.letters_sheet(made, kind)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{vote.slug}.pdf", letters.letters_pdf(vote, made, address=where))
        archive.writestr(f"{vote.slug}.xlsx", letters.letters_sheet(made, "xlsx"))
    return out.getvalue()


@require_http_methods(["GET", "POST"])
def letters_drop(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Make every code worthless before the vote opens, so that others can be made."""
    kept = access_for(request.actor, vote, piste)
    sheet = sheet_of(
        kept,
        "roll",
        _("Drop every code"),
        _("Letters that were misprinted or lost must open nothing."),
        _("Drop every code"),
        icon="trash-2",
        note=_("The letters already printed become worthless: destroy them. You can then make others."),
    )

    def act(_typed: dict[str, Any]) -> str:
        dropped = roll.do_drop_codes(actor=request.actor, vote=kept)
        return _("%(count)s codes are worthless now. Make others when you are ready.") % {"count": dropped}

    return asked(request, sheet, bound(forms.Form, request), act)


class ListForm(forms.Form):
    """The sheet of those who may vote."""

    sheet = forms.FileField(
        label=gettext_lazy("The sheet (Excel, LibreOffice or CSV)"),
        help_text=gettext_lazy("Two columns are read: number and name; a column first name too, if there is one."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
    )


@require_http_methods(["GET", "POST"])
def roll_import(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Bring the list of those who may vote; one bad line and nothing is written, each named with what to do."""
    kept = access_for(request.actor, vote, piste)
    form = bound(ListForm, request)
    context: dict[str, Any] = {"form": form, "back": address(piste, "roll", kept.slug), "problems": [], "more": 0}
    if not form.is_bound:
        return vote_page(request, "roll_import", kept, "", context)
    if not form.is_valid():
        return vote_page(request, "roll_import", kept, "", context, status=INVALID)
    sheet = form.cleaned_data["sheet"]
    if sheet.size > MAX_BYTES:
        words = _("This file is larger than %(size)d MB. Split it, then bring each part.")
        form.add_error("sheet", words % {"size": MAX_BYTES // MEGABYTE})
        return vote_page(request, "roll_import", kept, "", context, status=INVALID)
    try:
        written, problems = roll_list.do_import_list(
            actor=request.actor, vote=kept, file_name=sheet.name, content=sheet.read()
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return vote_page(request, "roll_import", kept, "", context, status=INVALID)
    if written:
        return done(request, _("%(count)s lines are on the roll.") % {"count": written}, context["back"])
    if not problems:
        form.add_error("sheet", _("This sheet has no line under its titles. Nothing was written."))
    context |= {"problems": problems[:MOST_SHOWN], "more": max(len(problems) - MOST_SHOWN, 0)}
    return vote_page(request, "roll_import", kept, "", context, status=INVALID)


@require_POST
def members_enrol(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Put the members of the committee on the roll of its vote."""
    kept = access_for(request.actor, vote, piste)

    def act() -> str:
        added = roll_members.do_enrol_members(actor=request.actor, vote=kept)
        return ngettext("%(count)s member is on the roll.", "%(count)s members are on the roll.", added) % {
            "count": added
        }

    return pressed(request, act, address(piste, "roll", kept.slug))


@require_http_methods(["GET", "POST"])
def links_send(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Send their personal link to all who may still vote, once somebody looked at how many."""
    kept = access_for(request.actor, vote, piste)
    waiting = roll_members.lines_to_write_to(kept).count()
    told = ngettext("%(count)s person is written to.", "%(count)s people are written to.", waiting)
    sheet = sheet_of(
        kept,
        "roll",
        _("Send the personal links"),
        _("Each votes from their own screen with a link, without an account; the others are told where to come."),
        _("Send"),
        icon="send",
        note=told % {"count": waiting},
    )

    def act(_typed: dict[str, Any]) -> str:
        sent = roll_members.do_send_links(actor=request.actor, vote=kept)
        return ngettext("%(count)s message leaves.", "%(count)s messages leave.", sent) % {"count": sent}

    return asked(request, sheet, bound(forms.Form, request), act)


@require_POST
def roll_print(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Give the list a desk strikes by hand when there is no network, in the order of names."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_hold_desk)
    try:
        content = papers.do_print_roll(actor=request.actor, vote=kept)
    except Refusal as refusal:
        context = {"vote": kept, "back": address(piste, "desk", kept.slug)}
        return refused(request, "assembly/votes/keeper/too_long.html", context, refusal)
    return download(content, "pdf", f"{kept.slug}-{_('roll')}", inline=True)


@require_GET
def ballot_paper(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Give the ballot paper to print, to those who hold the desk."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_hold_desk)
    return download(papers.ballot_pdf(kept), "pdf", f"{kept.slug}-{_('ballot')}", inline=True)
