"""Answering with a page, or with the part of it that htmx asked for."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

INVALID = 422
CONFLICT = 409


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    fragment: str = "",
) -> HttpResponse:
    """Render ``template``; when htmx asks for a part, render ``fragment`` alone.

    A fragment is the template that the page itself includes, so that both never drift (habit of les-emplois).
    """
    partly = fragment and getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, fragment if partly else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class _LateRows(Paginator):  # type: ignore[type-arg]
    """Finds which rows stand on a page before reading them.

    Joins and sums are then made for the rows of one page, not for all those before it: page 500 costs what page 1 does.
    """

    def page(self, number: int | str) -> Page[Any]:
        """Return the page ``number`` of the rows, in their order."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        ids = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        rows = {row.pk: row for row in self.object_list.filter(pk__in=ids)}
        return self._get_page([rows[pk] for pk in ids if pk in rows], number, self)


def paginate(request: HttpRequest, rows: Any, per_page: int = 25) -> Page[Any]:
    """Return the page of ``rows`` that the address asks for; an impossible number gives the nearest page."""
    of_a_table = isinstance(rows, QuerySet) and issubclass(rows._iterable_class, ModelIterable)
    return (_LateRows if of_a_table else Paginator)(rows, per_page).get_page(request.GET.get("page"))
