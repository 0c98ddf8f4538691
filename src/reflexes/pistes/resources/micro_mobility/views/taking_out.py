"""Answer with a sheet: one small form under a list, the same filters as the list itself."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from reflexes.core.sheets.cells import Cell
from reflexes.mechanisms.allocation.services.leaving import do_take_out
from reflexes.pistes.resources.micro_mobility.views.sheets import TYPES


def taken_out(
    request: HttpRequest, what: str, titles: Sequence[object], rows: Sequence[Sequence[Cell]]
) -> HttpResponse:
    """Return the sheet in the format asked for; an unknown one is a CSV, which every office opens."""
    kind = request.POST.get("kind", "")
    kind = kind if kind in TYPES else "csv"
    content = do_take_out(actor=request.actor, what=what, titles=[str(title) for title in titles], rows=rows, kind=kind)
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.{kind}"'
    return answer
