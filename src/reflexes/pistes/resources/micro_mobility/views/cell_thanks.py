"""Thanks to everyone who came forward, used or not: choose the days, read the words and the names, then send."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Way
from reflexes.core.notifications.recipients import way_to
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.services import thanks
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.resources.micro_mobility.messages.thanks import thanks_words, usual_words
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

TEMPLATE, READ = "micro_mobility/cell/thanks.html", "micro_mobility/cell/thanks_read.html"
SLUG = "micro_mobility"


class ThanksForm(forms.Form):
    """The days, and two wordings: nobody is thanked for what they did not do."""

    du = forms.DateField(
        label=gettext_lazy("For what happened from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    au = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    came = forms.CharField(
        label=gettext_lazy("To those who came on a mission"),
        help_text=gettext_lazy("Each one also reads what they gave themself, half-day by half-day."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )
    not_needed = forms.CharField(
        label=gettext_lazy("To those who offered and were not needed"),
        help_text=gettext_lazy("Say why in numbers: an offer without a use is still an offer."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )


@require_http_methods(["GET", "POST"])
def thanks_round(request: HttpRequest) -> HttpResponse:
    """Prepare a round of thanks; read it as people will; send it once."""
    access_cell(request.actor)
    if request.method == "GET":
        return page(request, TEMPLATE, _prepared(request))
    form = ThanksForm(request.POST)
    context = {**_prepared(request), "form": form}
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    if request.POST.get("etape") == "changer":
        return page(request, TEMPLATE, context)
    if request.POST.get("etape") == "envoyer":
        return _send(request, form)
    try:
        thanks.check_days(form.cleaned_data["du"], form.cleaned_data["au"])
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return page(request, READ, _read(request, form))


def _prepared(request: HttpRequest) -> dict[str, Any]:
    exercise_id = request.actor.exercise_id
    first, last = thanks.first_day_to_thank(exercise_id), clock.today()
    came, not_needed = usual_words(thanks.figures(exercise_id=exercise_id, first=first, last=last))
    rounds = thanks.visible_waves(request.actor).annotate(
        came=Count("thanks", filter=Q(thanks__came=True)), not_needed=Count("thanks", filter=Q(thanks__came=False))
    )
    return {
        "form": ThanksForm(initial={"du": first, "au": last, "came": came, "not_needed": not_needed}),
        "rounds": rounds.order_by("-sent_at", "-pk")[:PER_PAGE],
        "waiting": list(
            Person.objects.filter(pk__in=thanks.unthanked(request.actor).values("person_id")).order_by("search", "pk")
        ),
        "menu_here": "micro_mobility:tools",
    }


def _groups(request: HttpRequest, form: ThanksForm) -> tuple[list[Person], list[Person]]:
    span = {
        "exercise_id": request.actor.exercise_id,
        "first": form.cleaned_data["du"],
        "last": form.cleaned_data["au"],
    }
    return list(thanks.who_came(**span)), list(thanks.who_was_not_needed(**span))


def _read(request: HttpRequest, form: ThanksForm) -> dict[str, Any]:
    """Return exactly whom and what: the names of both groups, one message of each as it will be read, the ways."""
    came, not_needed = _groups(request, form)
    given = thanks.gifts(
        came[:1], exercise_id=request.actor.exercise_id, first=form.cleaned_data["du"], last=form.cleaned_data["au"]
    )
    ways: dict[str, int] = {}
    for person in (*came, *not_needed):
        way = str(Way(way_to(recipient_of(person)).channel.value).label)
        ways[way] = ways.get(way, 0) + 1
    groups = [
        (_("They came"), came, _example(came, form.cleaned_data["came"], given)),
        (_("They offered and were not needed"), not_needed, _example(not_needed, form.cleaned_data["not_needed"], [])),
    ]
    return {
        "form": form,
        "groups": [group for group in groups if group[1]],
        "ways": sorted(ways.items()),
        "total": len(came) + len(not_needed),
        "seen": f"{len(came)}-{len(not_needed)}",
        "menu_here": "micro_mobility:tools",
    }


def _example(people: list[Person], words: str, given: list[Any]) -> Any:
    if not people:
        return None
    with translation.override(people[0].language):
        return thanks_words(people[0], words, given)


def _send(request: HttpRequest, form: ThanksForm) -> HttpResponse:
    came, _dash, not_needed = request.POST.get("vu", "").partition("-")
    seen = (int(came), int(not_needed)) if came.isdecimal() and not_needed.isdecimal() else (-1, -1)
    try:
        wave = thanks.do_thank(
            actor=request.actor,
            piste=SLUG,
            first=form.cleaned_data["du"],
            last=form.cleaned_data["au"],
            came=form.cleaned_data["came"],
            not_needed=form.cleaned_data["not_needed"],
            seen=seen,
        )
    except Refusal as refusal:
        return refused(request, READ, _read(request, form), refusal)
    return done(
        request, _("The thanks are on their way, each by the person's own way."), "micro_mobility:thanks_sent", wave.pk
    )


@require_GET
def thanks_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who was thanked in one round, and with which words."""
    access_cell(request.actor)
    wave = thanks.access_wave(request.actor, pk)
    rows = wave.thanks.select_related("person").order_by("-came", "person__search", "pk")
    for word in normalised(request.GET.get("q", "")[:80]).split():
        rows = rows.filter(person__search__contains=word)
    context = {
        "wave": wave,
        "rows": paginate(request, rows, PER_PAGE),
        "q": request.GET.get("q", "")[:80],
        "menu_here": "micro_mobility:tools",
    }
    return page(request, "micro_mobility/cell/thanks_sent.html", context)
