"""Open to all: the booklets, on screen, printed from the screen, or as a PDF that a screen reader reads."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reflexes.core.acting import Actor
from reflexes.core.printing import pdf
from reflexes.pistes.contact.citizen_dialogue.models import Booklet
from reflexes.pistes.contact.citizen_dialogue.services import booklets
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate
from reflexes.web.words import full_date

PER_PAGE = 20


def access_booklet(actor: Actor, slug: str) -> Booklet:
    """Return a published booklet of the world one acts in."""
    found = booklets.visible_booklets(actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@open_to_all
@require_safe
def booklet_list(request: HttpRequest) -> HttpResponse:
    """List the booklets, the latest first."""
    rows = paginate(request, booklets.visible_booklets(request.actor), PER_PAGE)
    return page(request, "citizen_dialogue/schemes/booklets.html", {"rows": rows})


@open_to_all
@require_safe
def booklet_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one booklet as it was published, with its table of contents."""
    booklet = access_booklet(request.actor, slug)
    newer = booklets.published(scheme=booklet.scheme, edition=booklet.edition).exclude(pk=booklet.pk).first()
    context = {
        "booklet": booklet,
        "content": booklets.content_of(booklet, get_language() or "fr"),
        "newer": newer if newer and newer.number > booklet.number else None,
    }
    return page(request, "citizen_dialogue/schemes/booklet.html", context)


@open_to_all
@require_safe
def booklet_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the same as a PDF."""
    booklet, language = access_booklet(request.actor, slug), get_language() or "fr"
    data: dict[str, Any] = {
        **booklets.content_of(booklet, language),
        "contents": _("Contents"),
        "published": _("Published on %(day)s, printing %(number)d.")
        % {"day": full_date(booklet.published_on), "number": booklet.number},
        "digest": _("SHA-256 of what was published: %(digest)s") % {"digest": booklet.digest},
    }
    answer = HttpResponse(pdf("citizen_dialogue/booklet", data, language=language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{booklet.slug}.pdf"'
    return answer
