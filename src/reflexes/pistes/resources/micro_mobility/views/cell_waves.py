"""Send a wave after a person looked at it, and follow the answers (P09 (3): nothing leaves by itself)."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low

from django import forms
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import way_to
from reflexes.mechanisms.allocation import limits, perms, reasons
from reflexes.mechanisms.allocation.models import Assignment, Plan, PlanLine, Wave, half_day_starts
from reflexes.mechanisms.allocation.services import asking, nudges, waves
from reflexes.mechanisms.allocation.services.standing_in import evening_before
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.resources.micro_mobility import messages as wording
from reflexes.pistes.resources.micro_mobility.asking_words import advice_rows, skewed_words, wave_words
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate

SATURDAY, ADULT = 5, 18
RECENT = timedelta(days=3)
# How many people are named under each answer; the others are a tap away.
SHOWN = 12
# A way is unusual when it is more than three times the usual one of the wave, and not a short one.
FAR_TIMES, FAR_KM = 3, 8
# Less than this before the evening when everybody must know, nobody could still answer calmly by then.
HURRIED = timedelta(hours=1)
# The button that shows every half-day that may stay short: a button, so that no box already ticked is lost.
ALSO = "also"
CHANNELS = {
    "mail": gettext_lazy("by e-mail"),
    "text": gettext_lazy("by text message"),
    "phone": gettext_lazy("by a call to make"),
    "print": gettext_lazy("on paper"),
}


@dataclass(slots=True)
class Leaving:
    """One proposal that would leave: to whom, by which way, and what deserves a second look."""

    line: PlanLine
    by: str
    unusual: list[str] = field(default_factory=list)


class WaveForm(forms.Form):
    """Until when people answer, who is left out, and the second looks."""

    answer_by = forms.SplitDateTimeField(
        label=gettext_lazy("Until when may they answer?"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Until which day")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Until what time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


@require_GET
def wave_preview(request: HttpRequest, number: int) -> HttpResponse:
    """Show exactly whom a wave would reach and what they would receive; nothing is sent."""
    plan = perms.access_plan(request.actor, number)
    return _show(request, plan, WaveForm())


def _show(
    request: HttpRequest, plan: Plan, form: WaveForm, refusal: Refusal | None = None, marks: "_Marks | None" = None
) -> HttpResponse:
    everywhere = ALSO in request.POST or bool(marks and marks.beyond)
    ready = waves.preview(plan, advised=None if everywhere else waves.ADVISED)
    leaving = _leaving(ready.lines)
    answer_by = usual_answer_by(ready.lines)
    form.initial |= {"seen": _digest(ready.lines), "answer_by": answer_by}
    read = _read(request, leaving)
    context = {
        "plan": plan,
        "form": form,
        "leaving": len(leaving),
        "later": ready.later,
        "unusual": [one for one in leaving if one.unusual],
        "usual": [one for one in leaving if not one.unusual],
        "held_back": [(line, reasons.held_back(code)) for line, code in ready.held_back],
        "marks": marks or _Marks(frozenset(), frozenset(), frozenset()),
        "advice": advice_rows(ready.advice),
        "also_short": ready.also_short,
        "ticked": len(marks.beyond) if marks else 0,
        "expected": wave_words(ready.expected) if leaving else "",
        "asked": ready.asked,
        "waves": plan.waves.order_by("pk") if ready.asked else [],
        "skewed": skewed_words(ready.spread),
        "seen": form.initial["seen"],
        "read": read,
        "text": _text(plan, read.line, request, answer_by) if read else None,
    }
    template = "micro_mobility/cell/wave_preview.html"
    if refusal is not None:
        return refused(request, template, context, refusal)
    return page(request, template, context, fragment="micro_mobility/cell/includes/wave_text.html")


def _read(request: HttpRequest, leaving: list[Leaving]) -> Leaving | None:
    """Return whose message is open: the one asked for, else the first."""
    asked = request.GET.get("read", "")
    return next((one for one in leaving if str(one.line.pk) == asked), leaving[0] if leaving else None)


def usual_answer_by(lines: list[PlanLine]) -> datetime:
    """Return until when people would answer: the usual delay, and early enough for services to answer after them.

    That is the evening before the first half-day; when this evening is near or past, half of the time that is left.
    """
    now = clock.now()
    first = min((line.slot for line in lines), key=lambda slot: (slot.day, slot.half), default=None)
    if first is None:
        return now + limits.ANSWER_WITHIN
    evening = evening_before(first.day)
    latest = evening if evening - now > HURRIED else now + (half_day_starts(first.day, first.half) - now) / 2
    return min(now + limits.ANSWER_WITHIN, latest)


def _text(plan: Plan, line: PlanLine, request: HttpRequest, answer_by: datetime) -> wording.Words:
    """Return the very words that would leave, as the piste writes them."""
    wave = Wave(plan=plan, sent_by_id=request.actor.person_id, answer_by=answer_by)
    slot = line.slot
    mission = Assignment(slot=slot, person=line.person, day=slot.day, half=slot.half, plan=plan, wave=wave)
    mission.returns_on = slot.back_on
    return wording.message_for(mission, "proposed")


def _leaving(lines: list[PlanLine]) -> list[Leaving]:
    ways = [line.km for line in lines if line.km is not None]
    usual = median_low(ways) if ways else 0.0
    asked = Counter(line.slot_id for line in lines)
    return [
        Leaving(
            line,
            str(CHANNELS[way_to(recipient_of(line.person)).channel.value]),
            _unusual(line, usual, asked[line.slot_id]),
        )
        for line in lines
    ]


def _unusual(line: PlanLine, usual_km: float, asked_here: int) -> list[str]:
    """Return what deserves a second look before this person is asked."""
    told = []
    if line.slot.held + asked_here < line.slot.minimum_team:
        told.append(_("the team would stay below the number it opens from"))
    if line.slot.day.weekday() >= SATURDAY:
        told.append(_("it is at the weekend"))
    if line.km is not None and line.km > max(FAR_TIMES * usual_km, FAR_KM):
        told.append(_("it is much farther than the others"))
    born = line.person.birth_date
    if (
        born
        and (line.slot.day.year - born.year - ((line.slot.day.month, line.slot.day.day) < (born.month, born.day)))
        < ADULT
    ):
        told.append(_("this person is a minor"))
    asked = line.person.offer.last_asked_at
    if asked is not None and clock.now() - asked < RECENT:
        told.append(
            ngettext(
                "this person was already asked within %(count)s day",
                "this person was already asked within %(count)s days",
                RECENT.days,
            )
            % {"count": RECENT.days}
        )
    if line.by_hand:
        told.append(_("this person was added by hand"))
    return told


def _digest(lines: list[PlanLine]) -> str:
    """Return a mark of exactly these proposals: sending checks that they are those that were looked at."""
    return hashlib.sha256(",".join(str(line.pk) for line in sorted(lines, key=lambda one: one.pk)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Marks:
    """The boxes of the page: lines left out, lines looked at twice, keys of those to ask beyond the places."""

    left_out: frozenset[int]
    looked: frozenset[int]
    beyond: frozenset[str]

    @classmethod
    def of(cls, request: HttpRequest) -> "_Marks":
        """Read them; anything that is no number is no line."""
        return cls(
            _numbers(request.POST.getlist("leave")),
            _numbers(request.POST.getlist("looked")),
            frozenset(request.POST.getlist("beyond")),
        )


def _numbers(given: list[str]) -> frozenset[int]:
    return frozenset(int(one) for one in given if one.isdecimal() and len(one) < 19)


@require_POST
def wave_send(request: HttpRequest, number: int) -> HttpResponse:
    """Send the proposals that were looked at: the only door through which a mission begins (P09 (3)).

    Asked for the other half-days that may stay short, it shows them with the boxes as they are, and sends nothing.
    """
    plan = perms.access_plan(request.actor, number)
    form, marks = WaveForm(request.POST), _Marks.of(request)
    if ALSO in request.POST:
        return _show(request, plan, form, marks=marks)
    try:
        only = _checked(plan, form, marks)
        wave = waves.do_send_wave(
            actor=request.actor,
            plan=plan,
            answer_by=form.cleaned_data["answer_by"],
            only=only,
            beyond=sorted(marks.beyond),
        )
    except Refusal as refusal:
        return _show(request, plan, form, refusal, marks)
    return done(
        request, _("The wave is on its way. Answers appear here as they come."), "micro_mobility:wave_detail", wave.pk
    )


def _checked(plan: Plan, form: WaveForm, marks: _Marks) -> set[int]:
    """Return the lines to send; refuse what was not looked at."""
    if not form.is_valid():
        raise Refusal("answer_by", _("Give people until a moment to come to answer."))
    ready = waves.preview(plan, advised=0).lines
    if form.cleaned_data["seen"] != _digest(ready):
        raise Refusal(
            "changed_meanwhile",
            _("Things changed since you opened this page: nothing was sent. Look at the new list, then send."),
            conflict=True,
        )
    leaving = [one for one in _leaving(ready) if one.line.pk not in marks.left_out]
    unseen = [one for one in leaving if one.unusual and one.line.pk not in marks.looked]
    if unseen:
        raise Refusal(
            "second_look",
            ngettext(
                "%(count)s proposal is unusual: tick that you looked at it twice, or leave it out. Nothing was sent.",
                "%(count)s proposals are unusual: tick that you looked at each twice, or leave them out. "
                "Nothing was sent.",
                len(unseen),
            )
            % {"count": len(unseen)},
        )
    return {one.line.pk for one in leaving}


@require_GET
def wave_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the answers as they come, and how many yes may be expected; ``?etat=`` shows everybody in one state."""
    wave = _access_wave(request.actor, pk)
    states: dict[str, list[int]] = defaultdict(list)
    kinds: Counter[str] = Counter()
    for mission, state, kind in wave.assignments.order_by("day", "half", "pk").values_list(
        "pk", "state", "slot__need__kind"
    ):
        states[state].append(mission)
        kinds[kind] += state == State.PROPOSED
    waiting = len(states[State.PROPOSED])
    alone = request.GET.get("etat", "")
    shown = _shown(request, states, alone)
    context = {
        "wave": wave,
        "total": sum(map(len, states.values())),
        "yes": sum(len(states[state]) for state in HOLDING),
        "waiting": waiting,
        "expected": wave_words(asking.expected(kinds.elements(), wave.exercise_id), more=True) if waiting else "",
        "reserve": len(states[State.RESERVE]),
        "groups": _groups(states, shown),
        "alone": next(iter(shown.values())) if alone in shown else None,
        "going": waiting > 0 and wave.answer_by > clock.now() and alone not in shown,
        "late": timezone.localtime(wave.answer_by) < clock.now(),
    }
    return page(
        request,
        "micro_mobility/cell/wave_detail.html",
        context,
        fragment="micro_mobility/cell/includes/wave_answers.html",
    )


def _shown(request: HttpRequest, states: dict[str, list[int]], alone: str) -> dict[str, Page[int] | list[int]]:
    """Return which missions the page shows by state: the first of each, or a page of those in one state."""
    if states.get(alone):
        return {alone: paginate(request, states[alone], PER_PAGE)}
    return {state: states[state][:SHOWN] for state in State if states.get(state)}


@dataclass(frozen=True, slots=True)
class Answers:
    """Who gave one answer to a wave: ``missions`` are shown, of ``total``, each with whether they can be reminded."""

    state: State
    missions: list[tuple[Assignment, bool]]
    total: int

    @property
    def hidden(self) -> int:
        """People whom the page does not name."""
        return self.total - len(self.missions)


def _groups(states: dict[str, list[int]], shown: dict[str, Page[int] | list[int]]) -> list[Answers]:
    """Read those who are shown, in one question."""
    ids = [pk for some in shown.values() for pk in some]
    rows = Assignment.objects.select_related("person", "slot__need").in_bulk(ids)
    return [
        Answers(
            State(state),
            [(rows[pk], state in nudges.CAN_BE_SAID) for pk in some if pk in rows],
            len(states[state]),
        )
        for state, some in shown.items()
    ]


def _access_wave(actor: Actor, pk: int) -> Wave:
    access_cell(actor)
    wave = Wave.objects.select_related("plan", "sent_by").filter(pk=pk, exercise_id=actor.exercise_id).first()
    if wave is None:
        raise Http404
    return wave
