"""HEAD, the language of the page, and the rule that a page is closed unless it says it is open."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import translation

View = TypeVar("View", bound=Callable[..., HttpResponse])
LANGUAGE_SESSION_KEY = "language"


class HeadMiddleware:
    """Answers HEAD as GET, for watchers of sites and previews of links; the server sends no body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        return response


class LanguageMiddleware:
    """The person's choice, else the browser's, else French (design.md, section 3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get(LANGUAGE_SESSION_KEY) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen not in dict(settings.LANGUAGES):
            chosen = translation.get_language_from_request(request)
        translation.activate(chosen)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def open_to_all(view: View) -> View:
    """Mark a view that strangers may open: every other address asks to sign in first."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


class ClosedByDefaultMiddleware:
    """Sends strangers to sign in, except on views marked open (les-emplois: closed by default)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: object,
        kwargs: object,
    ) -> HttpResponse | None:
        """Ask strangers to sign in before any closed view runs."""
        is_open = getattr(view, "open_to_all", False) or view.__module__.startswith(("allauth.", "django.contrib."))
        if is_open or request.user.is_authenticated:
            return None
        return redirect_to_login(request.get_full_path())
