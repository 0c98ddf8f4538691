"""Who keeps the cell, and handing over: nothing may depend on one account (design.md rule 10)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.printing import pdf
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Handover
from reflexes.mechanisms.allocation.services import handover as services
from reflexes.mechanisms.allocation.services import silences as tables
from reflexes.mechanisms.allocation.states import HOLDING
from reflexes.mechanisms.directory.models import Capacity, Organisation, Person
from reflexes.pistes.resources.micro_mobility.views.cell import phone_of
from reflexes.pistes.resources.micro_mobility.views.host_papers import band
from reflexes.pistes.resources.micro_mobility.views.leaving import WhoForm, asked_name
from reflexes.pistes.resources.micro_mobility.views.silence_words import SAYINGS
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import CONFLICT, INVALID, page
from reflexes.web.words import age_words, full_date, half_day_words

TEAM = "micro_mobility/cell/team.html"
ONE = "micro_mobility/cell/handover.html"
HERE = {"menu_here": "micro_mobility:tools"}
FOUND = 12
LONGEST_NUMBER = 19


class NoteForm(forms.Form):
    """Words for whoever comes after."""

    note = forms.CharField(
        label=gettext_lazy("What they have to know, in your words"),
        help_text=gettext_lazy("Whom to call first, what was promised, what is delicate. The whole cell reads it."),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=20000,
        strip=False,
    )


class NameForm(forms.Form):
    """Somebody found by name, and the organisation they keep the cell for."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("For which organisation?"), queryset=Organisation.objects.order_by("search", "pk")
    )


class SuccessorForm(forms.Form):
    """Who takes over, among the cell."""

    person = forms.ChoiceField(label=gettext_lazy("Somebody of the cell"))

    def __init__(self, others: list[Capacity], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(one.person_id, str(one.person)) for one in others]


@require_GET
def cell_team(request: HttpRequest) -> HttpResponse:
    """Show who keeps the cell, until when, and who takes over; name somebody."""
    return page(request, TEAM, _team(request))


def _team(request: HttpRequest, **extra: Any) -> dict[str, Any]:
    who = asked_name(request.GET) or asked_name(request.POST)
    keeping = list(services.members(request.actor))
    found = list(services.people_to_name(request.actor, normalised(who))[:FOUND]) if who.strip() else []
    employers = {
        capacity.person_id: capacity.organisation_id
        for capacity in Capacity.objects.filter(person__in=found).order_by("-pk")
    }
    return {
        "members": [(one, phone_of(one.person), getattr(one, "handover", None)) for one in keeping],
        "few": len({one.person_id for one in keeping if one.ends_on is None}) < services.ENOUGH,
        "who": who,
        "who_form": WhoForm({"qui": who}),
        "found": [(one, _name_form(one, request.actor.organisation_id or employers.get(one.pk))) for one in found],
        "cell": perms.is_cell(request.actor),
        "own": request.actor.capacity_id,
        **extra,
        **HERE,
    }


def _name_form(person: Person, organisation_id: int | None) -> NameForm:
    initial = {"person": person.pk, "organisation": organisation_id}
    return NameForm(initial=initial, auto_id=f"id_{person.pk}_%s")


@require_POST
def cell_name(request: HttpRequest) -> HttpResponse:
    """Give somebody a place in the cell, from today."""
    services.members(request.actor)
    form = NameForm(request.POST)
    if not form.is_valid():
        return invalid(request, TEAM, _team(request, form=form))
    person = Person.objects.filter(pk=form.cleaned_data["person"], erased_at=None).first()
    try:
        if person is None:
            raise Refusal("person_gone", _("This person is no longer known here. Choose somebody else."))
        services.do_name_coordinator(
            actor=request.actor, person=person, organisation_id=form.cleaned_data["organisation"].pk
        )
    except Refusal as refusal:
        return refused(request, TEAM, _team(request), refusal)
    sentence = _("%(name)s keeps the cell from today: they choose this capacity at the top of the page.")
    return done(request, sentence % {"name": person}, "micro_mobility:cell_team")


class Item(NamedTuple):
    """One thing in hand: its sentence, where it is dealt with, since when."""

    words: str
    href: str = ""
    since: datetime | None = None


def _sections(request: HttpRequest, capacity: Capacity) -> list[tuple[str, list[Item]]]:
    """Return what Monday morning looks like, from real rows: what is in hand, what waits, who comes."""
    in_hand = list(_in_hand(services.open_work(capacity.person), cell=perms.is_cell(request.actor)))
    sections = [(_("In %(name)s’s hands") % {"name": capacity.person}, in_hand)]
    if perms.is_cell(request.actor):
        sections.append((_("What waits, whoever is there"), list(_waiting(request))))
    sections.append((_("The half-days to come"), list(_coming())))
    return sections


def _in_hand(work: services.OpenWork, *, cell: bool) -> Iterable[Item]:
    """Yield what one person has in hand; the administrator reads it without the links, which are the cell's."""

    def item(words: str, name: str, key: int, since: datetime | None = None) -> Item:
        return Item(words, reverse(f"micro_mobility:{name}", args=[key]) if cell else "", since)

    for wave in work.waves:
        until = full_date(timezone.localtime(wave.answer_by))
        words = _("Wave sent, answers until %(until)s") % {"until": until}
        yield item(words, "wave_detail", wave.pk, wave.sent_at)
    for plan in work.plans:
        words = _("Plan %(number)s, nothing of it has left") % {"number": plan.number}
        yield item(words, "plan_detail", plan.number, plan.created_at)
    for need in work.drafts:
        words = _("Need begun, never opened: %(title)s") % {"title": need.title or need.organisation}
        yield item(words, "need_detail", need.pk, need.created_at)
    for call in work.calls:
        words = _("Call to make: %(who)s, about %(what)s") % {"who": call.person, "what": call.slot.need.title}
        yield item(words, "need_detail", call.slot.need_id, call.claimed_at)
    for concern in work.concerns:
        yield item(_("Something told in confidence, being handled"), "concern", concern.pk, concern.received_at)
    for sheet in work.imports:
        words = _("Sheet read, waiting for a yes: %(name)s") % {"name": sheet.file_name}
        yield item(words, "sheets_import", sheet.pk, sheet.created_at)
    for need in work.contact_of:
        words = _("Second contact of “%(title)s”, %(host)s") % {"title": need.title, "host": need.organisation}
        yield item(words, "need_detail", need.pk)


def _waiting(request: HttpRequest) -> Iterable[Item]:
    for silence in tables.silences(request.actor):
        saying = SAYINGS[silence.code]
        href = reverse(saying.page) if saying.page else reverse("micro_mobility:silence_list", args=[silence.code])
        yield Item(saying.sentence % {"count": silence.count}, href, silence.since)


def _coming() -> Iterable[Item]:
    """Yield the next four half-days on which somebody comes, with how many."""
    today = clock.today()
    coming = Assignment.objects.filter(
        state__in=HOLDING, day__range=(today, today + timedelta(days=7)), exercise_id=None
    ).values_list("day", "half")
    counts: dict[tuple[Any, str], int] = {}
    for day, half in coming.order_by("day", "half"):
        counts[day, half] = counts.get((day, half), 0) + 1
    for (day, half), count in list(counts.items())[:6]:
        words = ngettext("%(when)s: %(count)s person comes", "%(when)s: %(count)s people come", count)
        yield Item(words % {"when": half_day_words(day, half).capitalize(), "count": count})


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and write what the one who comes after has to know."""
    capacity = services.access_member(request.actor, pk)
    if request.method == "GET":
        return page(request, ONE, _handover(request, capacity))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return invalid(request, ONE, _handover(request, capacity, form))
    try:
        services.do_write_note(actor=request.actor, capacity=capacity, note=form.cleaned_data["note"])
    except Refusal as refusal:
        return refused(request, ONE, {**_handover(request, capacity, form), "form": form}, refusal)
    return done(request, _("Your words are kept."), "micro_mobility:handover", pk)


@require_POST
def handover_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the words while they are typed."""
    capacity = services.access_member(request.actor, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=INVALID)
    try:
        services.do_write_note(actor=request.actor, capacity=capacity, note=form.cleaned_data["note"])
    except Refusal:
        return HttpResponse(status=CONFLICT)
    return HttpResponse(status=204)


def _handover(request: HttpRequest, capacity: Capacity, form: NoteForm | None = None) -> dict[str, Any]:
    written: Handover | None = getattr(capacity, "handover", None)
    others = [one for one in services.members(request.actor) if one.person_id != capacity.person_id]
    return {
        "held": capacity,
        "person": capacity.person,
        "written": written,
        "note_form": form or NoteForm(initial={"note": written.note if written else ""}),
        "sections": _sections(request, capacity),
        "others": others,
        "successor_form": SuccessorForm(others, initial={"person": written.successor_id if written else None}),
        "departure": capacity.departures.filter(taken_back_at=None).first(),
        "own": capacity.pk == request.actor.capacity_id,
        "gone": capacity.ends_on is not None and capacity.ends_on < clock.today(),
        **HERE,
    }


@require_POST
def handover_successor(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who takes over."""
    capacity = services.access_member(request.actor, pk)
    chosen = request.POST.get("person", "")
    wanted = int(chosen) if chosen.isdecimal() and len(chosen) < LONGEST_NUMBER else 0
    try:
        member = services.members(request.actor).filter(person_id=wanted).first()
        if member is None:
            raise Refusal("successor_missing", _("Choose somebody of the cell, or name them to the cell first."))
        services.do_name_successor(actor=request.actor, capacity=capacity, person=member.person)
    except Refusal as refusal:
        return refused(request, ONE, _handover(request, capacity), refusal)
    return done(request, _("%(name)s takes over.") % {"name": member.person}, "micro_mobility:handover", pk)


@require_GET
def handover_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print it: what has to be known on Monday morning, on paper."""
    capacity = services.access_member(request.actor, pk)
    context = _handover(request, capacity)
    written = context["written"]
    data = {
        "title": _("Handing over: %(name)s") % {"name": capacity.person},
        "exercise": band(request),
        "lead": _("Written on %(day)s from what is in the register.") % {"day": full_date(clock.now())},
        "successor": _("Takes over: %(name)s") % {"name": written.successor} if written and written.successor else "",
        "last_day": _("Last day: %(day)s") % {"day": full_date(capacity.ends_on)} if capacity.ends_on else "",
        "note_title": _("In their own words"),
        "note": written.note if written else "",
        "members_title": _("Who keeps the cell"),
        "members": [
            " · ".join(part for part in (str(one.person), phone_of(one.person)) if part) for one in context["others"]
        ],
        "sections": [
            {
                "title": title,
                "items": [f"{one.words} ({age_words(one.since)})" if one.since else one.words for one in items],
            }
            for title, items in context["sections"]
        ],
        "nothing": _("Nothing."),
    }
    answer = HttpResponse(
        pdf("micro_mobility/handover", data, language=get_language() or "fr"), content_type="application/pdf"
    )
    answer.headers["Content-Disposition"] = f'inline; filename="passation-{pk}.pdf"'
    return answer
