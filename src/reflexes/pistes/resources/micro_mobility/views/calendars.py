"""Calendars by secret address: one's own missions for those who give time, how many people arrive for a host."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from reflexes.core import clock, registry
from reflexes.core.calendars import CONTENT_TYPE, Event
from reflexes.core.calendars import calendar as written
from reflexes.mechanisms.allocation.services import calendar
from reflexes.mechanisms.allocation.services.calendar import Moment
from reflexes.pistes.resources.micro_mobility.views.agent_missions import access_own
from reflexes.web.answers import done
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/calendar.html"


def _context(request: HttpRequest, token: str = "") -> dict[str, Any]:
    kinds = calendar.feed_kinds(request.actor)
    if not kinds:
        raise PermissionDenied
    address = reverse("micro_mobility:calendar_feed", args=[token]) if token else ""
    site = settings.SITE_URL
    return {
        "own": kinds == ("own",),
        "feed": calendar.live_feed(request.actor),
        "address": f"{site}{address}" if token else "",
        "subscribe": f"webcal://{site.split('//', 1)[-1]}{address}" if token else "",
        "home": "micro_mobility:my_missions" if kinds == ("own",) else "micro_mobility:arrivals",
        "menu_here": "micro_mobility:my_missions" if kinds == ("own",) else "micro_mobility:arrivals",
    }


@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Say what the calendar shows, and let one make or withdraw its secret address."""
    return page(request, TEMPLATE, _context(request))


@require_POST
@never_cache
def calendar_make(request: HttpRequest) -> HttpResponse:
    """Make the address, or a new one in its place, and show it once."""
    return page(request, TEMPLATE, _context(request, calendar.do_make_feed(actor=request.actor)))


@require_POST
def calendar_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the address: calendars that read it find nothing any more."""
    calendar.do_revoke_feed(actor=request.actor)
    return done(request, _("The address is withdrawn: it shows nothing any more."), "micro_mobility:calendar")


@open_to_all
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar program the half-days behind a secret address; a wrong one leads nowhere."""
    feed = calendar.open_feed(token)
    with translation.override(feed.person.language):
        name = _("Arrivals: %(host)s") % {"host": feed.organisation} if feed.organisation_id else own_name()
        body = written(name, [event_of(moment) for moment in calendar.moments(feed)])
    return _answer(body, "reflexes.ics", inline=True)


@require_GET
def mission_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of my missions as a file that a telephone adds to its calendar."""
    mission = access_own(request.actor, pk)
    found = calendar.own_moments(mission.person_id, (mission.day, mission.day), only=mission.pk)
    if not found:
        raise Http404
    return _answer(written(own_name(), [event_of(found[0])]), f"mission-{pk}.ics")


def own_name() -> str:
    """Return how a calendar program names one's own missions."""
    return _("My missions elsewhere")


def event_of(moment: Moment) -> Event:
    """Put one half-day into words: the kind of mission, the place, the time. Everything else stays on the site."""
    need = moment.slot.need
    kind = str(registry.kinds().get(need.kind, need.kind))
    if moment.mission is None:
        title = ngettext("%(count)s person expected: %(kind)s", "%(count)s people expected: %(kind)s", moment.people)
        title %= {"count": moment.people, "kind": kind}
        address = reverse("micro_mobility:arrivals")
    else:
        title = kind if moment.certain or moment.cancelled else _("To be confirmed: %(kind)s") % {"kind": kind}
        address = reverse("micro_mobility:my_mission", args=[moment.mission.pk])
    remote = need.remote or need.place is None
    return Event(
        uid=moment.uid,
        starts_at=moment.starts_at,
        ends_at=moment.ends_at,
        title=title,
        place=_("At a distance") if remote else f"{need.place.name}, {need.place.commune}",
        words=_("Details in Réflexes. The hours are those of a usual half-day."),
        url=f"{settings.SITE_URL}{address}",
        changed_at=min(moment.changed_at, clock.now()),
        version=moment.version,
        certain=moment.certain,
        cancelled=moment.cancelled,
    )


def _answer(body: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    answer = HttpResponse(body, content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
