"""The desk: the booklet as it would be read today, what was learned, and the day it is published."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.pistes.contact.citizen_dialogue import perms, perms_schemes
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, Edition
from reflexes.pistes.contact.citizen_dialogue.services import booklets
from reflexes.pistes.contact.citizen_dialogue.views.keeper_schemes import MENU, home_of
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import bound
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import page

TEMPLATE = "citizen_dialogue/schemes/booklet_prepare.html"


class LearnedForm(forms.Form):
    """What was learned, in the words of those who did it."""

    learned = needed(
        forms.CharField(
            label=gettext_lazy("What was learned"),
            help_text=gettext_lazy("What you would do again, what you would do differently, what surprised you."),
            widget=few_lines(8),
            max_length=8000,
            required=False,
        )
    )


@require_http_methods(["GET", "POST"])
def booklet_scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """Read the booklet of something tried before it is published, then publish it."""
    kept = perms_schemes.access_kept_scheme(request.actor, scheme)
    return _booklet(request, kept, home_of(kept), MENU)


@require_http_methods(["GET", "POST"])
def booklet_edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Read the booklet of a budget before it is published, then publish it."""
    kept = perms.access_kept_edition(request.actor, edition)
    back = reverse("citizen_dialogue:keeper_edition", args=[kept.slug])
    return _booklet(request, kept, back, "citizen_dialogue:keeper_editions")


def _booklet(request: HttpRequest, subject: booklets.Subject, back: str, menu: str) -> HttpResponse:
    edition = subject if isinstance(subject, Edition) else None
    printings = booklets.published(edition=edition, scheme=None if edition else subject)  # type: ignore[arg-type]
    form = bound(LearnedForm, request, initial={"learned": _begun(printings.first(), edition)})
    learned = str(form["learned"].value() or "")
    context: dict[str, Any] = {
        "subject": subject,
        "form": form,
        "content": booklets.draft(subject, learned),
        "printings": list(printings),
        "back": back,
        "menu_here": menu,
    }
    if request.method != "POST":
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        booklet = booklets.do_publish_booklet(actor=request.actor, subject=subject, learned=learned)
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return done(request, _("The booklet is published."), "citizen_dialogue_public:booklet", booklet.slug)


def _begun(last: Booklet | None, edition: Edition | None) -> str:
    """Return what was already written of what was learned."""
    if last is not None:
        return last.learned
    return edition.learned if edition is not None else ""
