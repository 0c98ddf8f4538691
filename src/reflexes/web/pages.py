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
    ``menu_here`` of the context names the entry of the menu that the page stands under, when it is not one itself.
    """
    if isinstance(under := (context or {}).get("menu_here"), str):
        context = {**(context or {}), "here": under}
    partly = fragment and getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, fragment if partly else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class _LateRows(Paginator):  # type: ignore[type-arg]
    """Finds which rows stand on a page before reading them.

    Joins and sums are then made for the rows of one page, not for all those before it: page 500 costs what page 1 does.
    """

    def __init__(self, found: QuerySet[Any], per_page: int, shown: QuerySet[Any] | None) -> None:
        super().__init__(found, per_page)
        self.shown = found if shown is None else shown

    def page(self, number: int | str) -> Page[Any]:
        """Return the page ``number`` of the rows, in their order."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        ids = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        rows = {row.pk: row for row in self.shown.filter(pk__in=ids)} if ids else {}
        return self._get_page([rows[pk] for pk in ids if pk in rows], number, self)


def paginate(request: HttpRequest, rows: Any, per_page: int = 25, *, shown: QuerySet[Any] | None = None) -> Page[Any]:
    """Return the page of ``rows`` that the address asks for; an impossible number gives the nearest page.

    ``shown`` reads the rows of the page, with what they show, where finding them takes filters that reading them needs
    not ask again.
    """
    of_a_table = isinstance(rows, QuerySet) and issubclass(rows._iterable_class, ModelIterable)
    paginator = _LateRows(rows, per_page, shown) if of_a_table else Paginator(rows, per_page)
    return paginator.get_page(request.GET.get("page"))
