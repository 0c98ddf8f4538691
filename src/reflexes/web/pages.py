"""Answering with a page, or with the part of it that htmx asked for."""

from typing import Any

from django.core.paginator import Page, Paginator
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


def paginate(request: HttpRequest, rows: Any, per_page: int = 25) -> Page[Any]:
    """Return the page of ``rows`` that the address asks for; an impossible number gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
