"""The navigator's board: what is expected of me now, urgent first, in the person's own words (screens.md 8)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.services import board
from reflexes.mechanisms.casework.services.feedback import feedback
from reflexes.mechanisms.casework.services.silences import silences
from reflexes.web.pages import page, paginate

ON_BOARD = 12
PER_PAGE = 50


@require_GET
def home(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the four columns, the first needs of each, and above them what has waited for too long."""
    perms.access_desk(request.actor)
    counts = board.counts(request.actor, piste=desk.piste)
    rows = {
        slug: list(board.column(request.actor, slug, piste=desk.piste)[:ON_BOARD]) for slug in counts if counts[slug]
    }
    cards = {
        card.referral.pk: card for card in board.cards(request.actor, [one for found in rows.values() for one in found])
    }
    columns = [
        (slug, name, counts[slug], [cards[one.pk] for one in rows.get(slug, [])])
        for slug, (name, _wanted) in board.COLUMNS.items()
    ]
    context = {
        "columns": columns,
        "total": sum(counts.values()),
        "silences": silences(request.actor, piste=desk.piste),
        "piste": desk.piste,
        "more_than": ON_BOARD,
        "menu_here": desk.name("board"),
    }
    return page(request, "casework/navigator/board.html", context)


@require_GET
def column(request: HttpRequest, column: str, *, desk: Desk) -> HttpResponse:
    """Show the whole of one column."""
    perms.access_desk(request.actor)
    if column not in board.COLUMNS:
        raise Http404
    rows = paginate(request, board.column(request.actor, column, piste=desk.piste), PER_PAGE)
    context = {
        "title": board.COLUMNS[column][0],
        "slug": column,
        "rows": rows,
        "cards": board.cards(request.actor, list(rows)),
        "piste": desk.piste,
        "menu_here": desk.name("board"),
    }
    return page(request, "casework/navigator/column.html", context)


@require_GET
def what_became(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Tell whoever heard needs what became of the people they talked to."""
    if not request.actor.is_known:
        raise Http404
    told = feedback(request.actor, piste=desk.piste)
    return page(request, "casework/feedback.html", {"told": told, "today": clock.today()})
