"""The language, the display, and the living style guide."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.web import gallery
from reflexes.web.context import THEME_COOKIE, THEMES
from reflexes.web.middleware import LANGUAGE_SESSION_KEY, open_to_all
from reflexes.web.pages import INVALID, page

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page the choice was made on, never to another site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"sentence": _("This choice does not exist. Go back, then use the buttons of the page.")}
    return page(request, "web/errors/choice.html", context, status=INVALID)


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the person or of this browser (design.md, section 3)."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return _unknown(request)
    if request.session.session_key:
        # The session is read first: a choice made at sign-in must not win over this one.
        request.session[LANGUAGE_SESSION_KEY] = chosen
    response = _back(request)
    _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@open_to_all
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the display: light, dark, or as the device says."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return _unknown(request)
    response = _back(request)
    _remember(response, THEME_COOKIE, chosen)
    return response


@open_to_all
@require_http_methods(["GET", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state: for builders, so closed to strangers in production.

    Its forms may be sent, to be tried; nothing is kept.
    """
    if settings.PRODUCTION and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        return HttpResponse(status=204)
    return page(request, "web/components.html", gallery.everything(request))


@open_to_all
@require_GET
def components_progress(request: HttpRequest) -> HttpResponse:
    """Answer the style guide's progress bar, as a long job would."""
    if settings.PRODUCTION and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return page(
        request,
        "web/components_progress.html",
        gallery.progress_at(request.GET.get("step", "")),
    )
