"""Error pages: what happened, what is safe, what to do (design.md, section 5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from reflexes.web.context import THEME_COOKIE, THEMES


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 on a bare page: the request itself may be what cannot be read."""
    return _bare(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: known, but this capacity may not."""
    return render(request, "web/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: nothing here, or nothing this person may know of."""
    return render(request, "web/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without the database, the session or a context processor: any of them may be the fault."""
    return _bare(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the site is being updated or the database does not answer."""
    response = _bare(request, 503)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old: nothing was written."""
    return _bare(request, 403, "web/errors/csrf.html")


def _bare(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    context = {
        "theme": chosen if chosen in THEMES else "system",
        "LANGUAGE_CODE": get_language() or "fr",
    }
    body = render_to_string(template or f"web/errors/{status}.html", context)
    return HttpResponse(body, status=status)
