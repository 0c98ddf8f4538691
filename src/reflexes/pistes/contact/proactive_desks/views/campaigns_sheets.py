"""Sheets of people to call: brought in, looked at line by line, taken, left or undone."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import MAX_BYTES, MEGABYTE
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.import_words import WORDS
from reflexes.pistes.contact.proactive_desks.models import Batch
from reflexes.pistes.contact.proactive_desks.services import imports
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU
from reflexes.web.asking import bound, pressed
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 20
PROBLEMS_PER_PAGE = 50


class SheetForm(forms.Form):
    """The sheet of those to call."""

    sheet = forms.FileField(
        label=gettext_lazy("The sheet (Excel, LibreOffice or CSV)"),
        help_text=gettext_lazy(
            "Columns read: name, first name, telephone, address, commune, age, lives alone, asked to be called, first "
            "call, relative and their telephone, remarks, difficulty. Any other is left out."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
    )


@require_http_methods(["GET", "POST"])
def sheet_list(request: HttpRequest, campaign: str) -> HttpResponse:
    """Bring a sheet in; nobody is written before somebody looked at it."""
    kept = perms.access_campaign(request.actor, campaign)
    form, status = bound(SheetForm, request), 200
    if form.is_bound:
        status = INVALID
        if form.is_valid():
            sheet = form.cleaned_data["sheet"]
            if sheet.size > MAX_BYTES:
                words = _("This file is larger than %(size)d MB. Split it, then bring each part.")
                form.add_error("sheet", words % {"size": MAX_BYTES // MEGABYTE})
            else:
                try:
                    batch = imports.do_read_batch(
                        actor=request.actor, campaign=kept, file_name=sheet.name, content=sheet.read()
                    )
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                    status = CONFLICT if refusal.conflict else INVALID
                else:
                    return HttpResponseRedirect(reverse("proactive_desks:sheet", args=[kept.slug, batch.pk]))
    rows = paginate(request, kept.batches.defer("sealed").order_by("-read_at", "-pk"), PER_PAGE)
    context = {
        "campaign": kept,
        "form": form,
        "rows": rows,
        "can_read": kept.dataset.state == Dataset.State.OPEN,
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/campaigns/sheets.html", context, status=status)


@require_GET
def sheet_page(request: HttpRequest, campaign: str, batch: int) -> HttpResponse:
    """Show what a sheet gives and what is wrong in each line."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_batch(request.actor, kept, batch)
    problems = found.problems.order_by("-stops", "row", "pk")
    rows = paginate(request, problems.filter(stops=False), PROBLEMS_PER_PAGE)
    context = {
        "campaign": kept,
        "batch": found,
        "stops": [WORDS[one.code] for one in problems.filter(stops=True)],
        "rows": rows,
        "lines": [(one, WORDS[one.code]) for one in rows],
        "waits": found.state == Batch.State.READ,
        "can_undo": imports.can_undo(found),
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/campaigns/sheet.html", context)


@require_POST
def sheet_take(request: HttpRequest, campaign: str, batch: int) -> HttpResponse:
    """Write the people of a sheet."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_batch(request.actor, kept, batch)

    def act() -> str:
        taken = imports.do_take_batch(actor=request.actor, batch=found)
        said = ngettext("%(count)s person can be called.", "%(count)s people can be called.", taken.good)
        return said % {"count": taken.good}

    return pressed(request, act, reverse("proactive_desks:sheet", args=[kept.slug, found.pk]))


@require_POST
def sheet_drop(request: HttpRequest, campaign: str, batch: int) -> HttpResponse:
    """Leave a sheet: it is forgotten."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_batch(request.actor, kept, batch)

    def act() -> str:
        imports.do_drop_batch(actor=request.actor, batch=found)
        return _("The sheet is forgotten. Nobody was written.")

    return pressed(request, act, reverse("proactive_desks:sheets", args=[kept.slug]))


@require_POST
def sheet_undo(request: HttpRequest, campaign: str, batch: int) -> HttpResponse:
    """Delete the people of a sheet while nobody of it was called."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_batch(request.actor, kept, batch)

    def act() -> str:
        gone = imports.do_undo_batch(actor=request.actor, batch=found)
        return ngettext("%(count)s person is deleted.", "%(count)s people are deleted.", gone) % {"count": gone}

    return pressed(request, act, reverse("proactive_desks:sheets", args=[kept.slug]))
