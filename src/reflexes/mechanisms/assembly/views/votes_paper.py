"""Paper ballots: bundles counted by hand, each sheet typed by two people apart; when they differ a third decides."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.models import Ballot, PaperBatch, PaperReading, Vote
from reflexes.mechanisms.assembly.services import paper, turnout
from reflexes.mechanisms.assembly.views.votes_access import access_bundle, access_for, address, sheet_of, vote_page
from reflexes.mechanisms.assembly.views.votes_desk import codes_typed
from reflexes.web.answers import done
from reflexes.web.asking import asked, bound
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import CONFLICT, INVALID
from reflexes.web.parts import Stack, StackedChart

PARTS = [
    gettext_lazy("in the box"),
    gettext_lazy("read once"),
    gettext_lazy("two readings differ"),
    gettext_lazy("to read"),
]
BLANK = "-"


@require_GET
def paper_page(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show each bundle and how far it is; papers given beside papers found."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_read_paper)
    found = paper.progress(kept)
    came = turnout.turnout(kept)
    lines = [
        (
            one,
            _to_read(one),
            address(piste, "batch", kept.slug, one.batch.pk),
            address(piste, "sheet", kept.slug, one.batch.pk),
        )
        for one in found
    ]
    context = {
        "lines": lines,
        "chart": _chart(found, piste, kept) if found else None,
        "given": came.papers_given,
        "counted": sum(one.batch.papers for one in found),
        "done": sum(one.done for one in found),
        "void": sum(one.void for one in found),
        "keeps": perms_votes.can_keep_vote(request.actor, kept),
        "begun": clock.now() >= kept.opens_at and kept.state != Vote.State.PUBLISHED,
        "new_address": address(piste, "batch_new", kept.slug),
        "here_address": request.build_absolute_uri(),
    }
    return vote_page(request, "papers", kept, "papers", context)


def _to_read(one: paper.Progress) -> int:
    return max(one.batch.papers - one.done - one.read_once - one.disagree, 0)


def _chart(found: list[paper.Progress], piste: str, vote: Vote) -> StackedChart:
    stacks = [
        Stack(
            _("Bundle %(code)s, %(place)s") % {"code": one.batch.code, "place": one.batch.place},
            [one.done, one.read_once, one.disagree, _to_read(one)],
            address(piste, "batch", vote.slug, one.batch.pk),
        )
        for one in found
    ]
    return StackedChart(_("Sheets of each bundle"), PARTS, stacks, _("the bundles of this vote"), clock.today())


class BatchForm(forms.Form):
    """A bundle of sheets, counted by hand when its box is opened."""

    code = needed(
        forms.CharField(
            label=gettext_lazy("The number of the bundle"),
            help_text=gettext_lazy("Written on its cover sheet."),
            max_length=12,
            required=False,
            widget=forms.TextInput(attrs={"size": 12, "autocomplete": "off"}),
        )
    )
    place = needed(forms.CharField(label=gettext_lazy("Where its box stood"), max_length=160, required=False))
    papers = forms.IntegerField(
        label=gettext_lazy("How many sheets"),
        help_text=gettext_lazy("Counted by hand by two people, before anything is typed. Number them from 1."),
        min_value=1,
        max_value=paper.MOST_PAPERS,
    )


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Open a bundle, with the number of its sheets."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_read_paper)
    sheet = sheet_of(
        kept,
        "papers",
        _("Open a bundle"),
        _("Sheets are counted before they are typed: none is lost, none is added."),
        _("Open this bundle"),
        icon="plus",
    )

    def act(typed: dict[str, Any]) -> str:
        batch = paper.do_open_batch(actor=request.actor, vote=kept, **typed)
        return _("Bundle %(code)s is open: two people can type it.") % {"code": batch.code}

    return asked(request, sheet, bound(BatchForm, request), act)


@require_GET
def batch_page(request: HttpRequest, vote: str, batch: int, *, piste: str) -> HttpResponse:
    """Show one bundle: what is left to read, by whom, and the ways to put it right."""
    bundle = access_bundle(request.actor, vote, batch, piste)
    one = next(each for each in paper.progress(bundle.vote) if each.batch.pk == bundle.pk)
    context = {
        "batch": bundle,
        "progress": one,
        "to_read": _to_read(one),
        "chart": _chart([one], piste, bundle.vote),
        "mine": len(paper.sheets_to_read(request.actor, bundle)),
        "differ": _differ(bundle),
        "back": address(piste, "papers", bundle.vote.slug),
        "published": bundle.vote.state == Vote.State.PUBLISHED,
        "keeps": perms_votes.can_keep_vote(request.actor, bundle.vote),
        "sheet_address": address(piste, "sheet", bundle.vote.slug, bundle.pk),
        "again_address": address(piste, "sheet_again", bundle.vote.slug, bundle.pk),
        "recount_address": address(piste, "batch_recount", bundle.vote.slug, bundle.pk),
    }
    return vote_page(request, "batch", bundle.vote, "", context)


def _differ(batch: PaperBatch) -> list[int]:
    """Return the sheets on which two people differ, whoever reads this: the numbers alone."""
    read = batch.readings.filter(ballot=None).order_by("sheet", "pk").values_list("sheet", flat=True)
    numbers = list(read)
    return sorted({sheet for sheet in numbers if numbers.count(sheet) == 2})


class SheetForm(forms.Form):
    """What one sheet says; on the keyboard: numbers, Enter, next sheet."""

    sheet = forms.IntegerField(widget=forms.HiddenInput)
    codes = needed(
        forms.CharField(
            label=gettext_lazy("The numbers crossed"),
            help_text=gettext_lazy("Between spaces: 3 7 12, then Enter. A dash (-) for a sheet without a cross."),
            required=False,
            max_length=1200,
            widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        )
    )
    void = needed(
        forms.ChoiceField(
            label=gettext_lazy("If it cannot count, why"),
            help_text=gettext_lazy("Too many crosses: type them all, the sheet is void by itself."),
            required=False,
            choices=[
                ("", gettext_lazy("It counts")),
                *(
                    (one.value, one.label)
                    for one in (Ballot.Why.TOO_MANY, Ballot.Why.UNREADABLE, Ballot.Why.MARKED, Ballot.Why.BLANK)
                ),
            ],
        )
    )


@require_http_methods(["GET", "POST"])
def sheet_type(request: HttpRequest, vote: str, batch: int, *, piste: str) -> HttpResponse:
    """Type one sheet, then the next that one has not read; ``?feuille=`` asks for one by its number."""
    bundle = access_bundle(request.actor, vote, batch, piste)
    here = address(piste, "sheet", bundle.vote.slug, bundle.pk)
    waiting = paper.sheets_to_read(request.actor, bundle)
    if request.method == "POST":
        form = SheetForm(request.POST)
        status = INVALID
        if form.is_valid():
            sheet = form.cleaned_data["sheet"]
            try:
                reading = _read(request, bundle, form.cleaned_data)
                following = next((one for one in waiting if one > sheet), None)
                return done(request, _said(reading), here if following is None else f"{here}?feuille={following}")
            except Refusal as refusal:
                form.add_error("codes" if refusal.code in {"choice_unknown", "nothing"} else None, str(refusal))
                status = CONFLICT if refusal.conflict else INVALID
        sheet = form.data.get("sheet", "")
    else:
        asked_for = request.GET.get("feuille", "")
        sheet = int(asked_for) if asked_for.isdecimal() and len(asked_for) < 5 else next(iter(waiting), 0)
        if not sheet or sheet > bundle.papers:
            return HttpResponseRedirect(address(piste, "batch", bundle.vote.slug, bundle.pk))
        form = SheetForm(initial={"sheet": sheet, **_own(request, bundle, sheet)})
        status = 200
    own = bundle.readings.filter(reader_id=request.actor.person_id, ballot=None).order_by("-read_at", "-pk").first()
    context = {
        "batch": bundle,
        "sheet": sheet,
        "form": form,
        "left": len(waiting),
        "last": own.sheet if own is not None and str(own.sheet) != str(sheet) else None,
        "choices": list(bundle.vote.choices.order_by("code")),
        "back": address(piste, "batch", bundle.vote.slug, bundle.pk),
        "here_address": here,
    }
    return vote_page(request, "sheet", bundle.vote, "", context, status=status)


def _read(request: HttpRequest, batch: PaperBatch, typed: dict[str, Any]) -> PaperReading:
    """Write one reading; a sheet without a cross is said so, never left empty by a slip of the hand."""
    codes, void = codes_typed(batch.vote, typed["codes"]), typed["void"]
    if codes == [BLANK]:
        codes, void = [], Ballot.Why.BLANK
    if not codes and not void:
        raise Refusal("nothing", _("Type the numbers crossed, or a dash (-) if there is no cross at all."))
    if void == Ballot.Why.BLANK and codes:
        raise Refusal("nothing", _("You typed numbers and said that there is no cross. Keep one of the two."))
    return paper.do_read_sheet(actor=request.actor, batch=batch, sheet=typed["sheet"], codes=codes, void=void)


def _own(request: HttpRequest, batch: PaperBatch, sheet: int) -> dict[str, str]:
    """Return what one typed oneself on a sheet that is no ballot yet; what somebody else typed is never shown."""
    own = batch.readings.filter(reader_id=request.actor.person_id, sheet=sheet, ballot=None).order_by("pk").first()
    return {"codes": own.crosses, "void": own.void} if own is not None else {}


def _said(reading: PaperReading) -> str:
    facts = {"sheet": reading.sheet}
    if reading.ballot_id is not None:
        return _("Sheet %(sheet)s is in the box.") % facts
    if PaperReading.objects.filter(batch=reading.batch_id, sheet=reading.sheet).count() > 1:
        return _("Sheet %(sheet)s: the two readings differ. A third person reads it.") % facts
    return _("Sheet %(sheet)s is read once. Somebody else reads it next.") % facts


class AgainForm(forms.Form):
    """A sheet that was mistyped."""

    sheet = forms.IntegerField(label=gettext_lazy("Which sheet"), min_value=1, max_value=paper.MOST_PAPERS)
    reason = needed(
        forms.CharField(
            label=gettext_lazy("What is wrong with it as it was typed"),
            widget=few_lines(2),
            required=False,
            max_length=500,
        )
    )


@require_http_methods(["GET", "POST"])
def sheet_again(request: HttpRequest, vote: str, batch: int, *, piste: str) -> HttpResponse:
    """Set the readings of a sheet aside for two people to read it anew."""
    bundle = access_bundle(request.actor, vote, batch, piste)
    sheet = sheet_of(
        bundle.vote,
        "batch",
        _("Have a sheet read again"),
        _("What is on the paper decides: a typing error is put right, and what was typed before stays in the journal."),
        _("Set its readings aside"),
        bundle.pk,
        icon="rotate-ccw",
        note=_("Two people then read it anew. If the vote was counted, count it again afterwards."),
    )

    def act(typed: dict[str, Any]) -> str:
        paper.do_read_again(actor=request.actor, batch=bundle, **typed)
        return _("Sheet %(sheet)s waits for two new readings.") % {"sheet": typed["sheet"]}

    return asked(request, sheet, bound(AgainForm, request, initial={"sheet": request.GET.get("feuille", "")}), act)


class RecountForm(forms.Form):
    """The sheets of a box, counted again."""

    papers = forms.IntegerField(label=gettext_lazy("How many sheets"), min_value=1, max_value=paper.MOST_PAPERS)
    reason = needed(
        forms.CharField(
            label=gettext_lazy("Who counted them again, and what they found"),
            widget=few_lines(2),
            required=False,
            max_length=500,
        )
    )


@require_http_methods(["GET", "POST"])
def batch_recount(request: HttpRequest, vote: str, batch: int, *, piste: str) -> HttpResponse:
    """Correct how many sheets a bundle holds."""
    bundle = access_bundle(request.actor, vote, batch, piste, perms_votes.can_keep_vote)
    sheet = sheet_of(
        bundle.vote,
        "batch",
        _("Count the sheets again"),
        _("The count waits until there are as many ballots as sheets: the number must be right."),
        _("Correct the number"),
        bundle.pk,
        icon="refresh-cw",
    )

    def act(typed: dict[str, Any]) -> str:
        paper.do_recount_papers(actor=request.actor, batch=bundle, **typed)
        return _("Bundle %(code)s holds %(papers)s sheets.") % {"code": bundle.code, "papers": bundle.papers}

    return asked(request, sheet, bound(RecountForm, request, initial={"papers": bundle.papers}), act)
