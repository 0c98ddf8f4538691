"""Exercises on screen: open, invite, join, turn cards over, read the mailbox, end, debrief."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import registry
from reflexes.core.accounts.links import questions_of
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.text import normalised
from reflexes.mechanisms.crisis import exercises as drills
from reflexes.mechanisms.crisis.forms import CardForm, DebriefForm, ExerciseForm, LessonForm, begun_with
from reflexes.mechanisms.crisis.middleware import SESSION_KEY
from reflexes.mechanisms.crisis.models import Exercise, Lesson
from reflexes.mechanisms.crisis.reports import figures_of, report_pdf
from reflexes.mechanisms.crisis.scenarios import BY_SLUG, SCENARIOS
from reflexes.mechanisms.crisis.services import can_steer
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.roles import role_name
from reflexes.web.pages import CONFLICT, INVALID, page, paginate
from reflexes.web.words import full_date

PER_PAGE = 50
FOUND = 10


@require_GET
def exercises(request: HttpRequest) -> HttpResponse:
    """Show the exercises going on and those ended, to those who were invited."""
    return _listed(request)


def _listed(request: HttpRequest, status: int = 200) -> HttpResponse:
    rows = drills.visible_exercises(request.actor).order_by("-started_at", "-pk")
    context = {
        "rows": paginate(request, rows, PER_PAGE),
        "joined": _joined(request),
        "may_join": request.actor.is_known,
        "steers": can_steer(request.actor),
        "due": drills.rehearsal_due() if can_steer(request.actor) else (False, None),
        "years": drills.YEARS_BETWEEN,
    }
    return page(request, "crisis/exercises.html", context, status=status)


def _joined(request: HttpRequest) -> int | None:
    exercise = request.exercise  # type: ignore[attr-defined]
    return exercise.pk if exercise else None


@require_http_methods(["GET", "POST"])
def exercise_new(request: HttpRequest) -> HttpResponse:
    """Open an exercise, from a ready-made situation or from nothing."""
    if not can_steer(request.actor):
        raise PermissionDenied
    chosen = BY_SLUG.get(request.GET.get("situation", ""))
    form = ExerciseForm(request.POST) if request.method == "POST" else ExerciseForm(initial=begun_with(chosen))
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            started = drills.do_start_exercise(actor=request.actor, surprises=asked.pop("cards"), **asked)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The exercise “%(name)s” is open: those invited may join it.") % {"name": started.name}
            )
            return _to("exercise", started)
    context = {"form": form, "scenarios": SCENARIOS, "chosen": chosen}
    return page(request, "crisis/exercise_new.html", context, status=INVALID if form.errors else 200)


@require_GET
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one exercise: what it plays, its cards, its mailbox; those who lead it find what leads it."""
    return _one(request, drills.access_exercise(request.actor, pk))


def _one(request: HttpRequest, one: Exercise, status: int = 200, card_form: CardForm | None = None) -> HttpResponse:
    steers = can_steer(request.actor)
    wanted = request.GET.get("q", "")[:100] if steers else ""
    invited = one.invited.select_related("person").order_by("-role", "person__search", "pk")
    cards = list(one.surprises.order_by("position"))
    players = {each.person_id: each.person for each in one.players.select_related("person").order_by("pk")}
    context = {
        "one": one,
        "joined": _joined(request) == one.pk,
        "jumps": drills.JUMPS.items(),
        "may_join": request.actor.is_known and one.ended_at is None,
        "steers": steers,
        "shown": sorted((card for card in cards if card.revealed_at), key=lambda card: card.revealed_at, reverse=True),
        "hidden": [card for card in cards if not card.revealed_at] if steers else [],
        "invited": [(each, each.person or role_name(each.role)) for each in invited] if steers else [],
        "players": list(players.values()),
        "letters": _letters(request, one).count(),
        "card_form": card_form or CardForm(),
        "q": wanted,
        "found": _to_invite(one, wanted) if wanted else [],
    }
    return page(request, "crisis/exercise.html", context, status=status)


def _to_invite(one: Exercise, wanted: str) -> QuerySet[Person]:
    people = Person.objects.filter(erased_at=None).exclude(user=None).exclude(exercises_invited__exercise=one)
    for word in normalised(wanted).split():
        people = people.filter(search__contains=word)
    return people.order_by("search", "pk")[:FOUND]


def _to(name: str, one: Exercise) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"crisis:{name}", args=[one.pk]))


def _told(request: HttpRequest, one: Exercise, refusal: Refusal) -> HttpResponse:
    messages.error(request, str(refusal))
    return _one(request, one, status=CONFLICT if refusal.conflict else INVALID)


@require_POST
def exercise_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Play: every page now lives at the moment of the exercise, until one leaves."""
    if not request.actor.is_known:
        raise PermissionDenied
    one = drills.access_exercise(request.actor, pk)
    try:
        drills.do_join_exercise(actor=request.actor, exercise=one)
    except Refusal as refusal:
        return _told(request, one, refusal)
    request.session[SESSION_KEY] = one.pk
    messages.success(request, _("You play “%(name)s”. Nothing you do here is real.") % {"name": one.name})
    return _to("exercise", one)


@require_POST
def exercise_leave(request: HttpRequest) -> HttpResponse:
    """Come back to today."""
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("You are back: what you do now is real."))
    return HttpResponseRedirect(reverse("home"))


@require_POST
def exercise_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the exercise for everybody; what was played stays readable."""
    one = drills.access_steered(request.actor, pk)
    try:
        drills.do_end_exercise(actor=request.actor, exercise=one)
    except Refusal as refusal:
        return _told(request, one, refusal)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("The exercise is ended. Take a moment together: what did it show?"))
    return _to("exercise_debrief", one)


@require_POST
def exercise_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite one person by name."""
    one = drills.access_steered(request.actor, pk)
    chosen = request.POST.get("person", "")
    person = Person.objects.filter(pk=int(chosen), erased_at=None).first() if chosen.isdecimal() else None
    try:
        if person is None:
            raise Refusal("person_unknown", _("Choose somebody in the list: type a name, then search."))
        drills.do_invite_by_name(actor=request.actor, exercise=one, person=person)
    except Refusal as refusal:
        return _told(request, one, refusal)
    messages.success(request, _("%(person)s is invited.") % {"person": person})
    return _to("exercise", one)


@require_POST
def exercise_uninvite(request: HttpRequest, pk: int, invited: int) -> HttpResponse:
    """Take an invitation back."""
    one = drills.access_steered(request.actor, pk)
    drills.do_withdraw_invitation(actor=request.actor, exercise=one, invited_id=invited)
    return _to("exercise", one)


@require_POST
def exercise_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare one more card."""
    one = drills.access_steered(request.actor, pk)
    form = CardForm(request.POST)
    if not form.is_valid():
        return _one(request, one, status=INVALID, card_form=form)
    try:
        drills.do_add_surprise(actor=request.actor, exercise=one, **form.cleaned_data)
    except Refusal as refusal:
        return _told(request, one, refusal)
    messages.success(request, _("The card is ready, face down."))
    return _to("exercise", one)


@require_POST
def exercise_reveal(request: HttpRequest, pk: int, card: int) -> HttpResponse:
    """Turn a card over for everybody who plays."""
    one = drills.access_steered(request.actor, pk)
    try:
        turned = drills.do_reveal(actor=request.actor, exercise=one, surprise_id=card)
    except Refusal as refusal:
        return _told(request, one, refusal)
    messages.success(request, _("Everybody who plays now reads: %(title)s.") % {"title": turned.title})
    return _to("exercise", one)


@require_POST
def exercise_clock(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the exercise's clock on for everybody who plays."""
    one = drills.access_steered(request.actor, pk)
    try:
        moment = drills.do_move_clock(actor=request.actor, exercise=one, jump=request.POST.get("jump", ""))
    except Refusal as refusal:
        return _told(request, one, refusal)
    messages.success(request, _("For everybody who plays, it is now %(moment)s.") % {"moment": full_date(moment)})
    return _to("exercise", one)


def _letters(request: HttpRequest, one: Exercise) -> QuerySet[Message]:
    """Return the messages of an exercise: all for those who lead it, their own for the others."""
    letters = Message.objects.filter(exercise_id=one.pk)
    return letters if can_steer(request.actor) else letters.filter(person_key=request.actor.person_key)


@require_GET
def exercise_mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the messages that did not leave, with their buttons: whoever leads may answer for others."""
    one = drills.access_exercise(request.actor, pk)
    wanted = request.GET.get("q", "")[:100]
    letters = _letters(request, one)
    for word in normalised(wanted).split():
        letters = letters.filter(search__contains=word)
    rows = paginate(request, letters.prefetch_related("actions").order_by("-created_at", "-pk"), PER_PAGE)
    _say_answers(rows)
    context = {"one": one, "rows": rows, "q": wanted, "steers": can_steer(request.actor)}
    return page(request, "crisis/mailbox.html", context)


def _say_answers(letters: Iterable[Message]) -> None:
    """Put on each letter its buttons, and what became of its question: two queries whatever their number."""
    asked = questions_of(action.url for letter in letters for action in letter.actions.all())
    states = registry.question_states(set(asked.values()))
    for letter in letters:
        actions = list(letter.actions.all())
        # Inside the house, whatever address the site has outside.
        letter.doors = [(action.label, action.url.removeprefix(settings.SITE_URL)) for action in actions]
        found = [states[asked[action.url]] for action in actions if asked.get(action.url) in states]
        letter.asks, letter.answered = bool(found), found[0] if found else ""


@require_http_methods(["GET", "POST"])
def exercise_debrief(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the exercise showed; everybody invited reads it."""
    one = drills.access_exercise(request.actor, pk)
    if request.method == "GET":
        return _debrief(request, one)
    drills.access_steered(request.actor, pk)
    form = DebriefForm(request.POST)
    if form.is_valid():
        try:
            drills.do_debrief(actor=request.actor, exercise=one, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("next_on" if refusal.code == "next_in_the_past" else None, str(refusal))
        else:
            messages.success(request, _("This is written down. What do you keep, adapt or drop?"))
            return _to("exercise_debrief", one)
    return _debrief(request, one, form=form)


@require_POST
def exercise_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one decision."""
    one = drills.access_steered(request.actor, pk)
    form = LessonForm(request.POST)
    if form.is_valid():
        try:
            drills.do_decide(actor=request.actor, exercise=one, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("due_on" if refusal.code == "due_in_the_past" else None, str(refusal))
        else:
            messages.success(request, _("The decision is written down."))
            return _to("exercise_debrief", one)
    return _debrief(request, one, lesson_form=form)


@require_POST
def exercise_carried_out(request: HttpRequest, pk: int, lesson: int) -> HttpResponse:
    """Say that a decision is carried out."""
    one = drills.access_steered(request.actor, pk)
    try:
        drills.do_close_lesson(actor=request.actor, exercise=one, lesson_id=lesson)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _debrief(request, one, status=CONFLICT)
    return _to("exercise_debrief", one)


def _debrief(
    request: HttpRequest,
    one: Exercise,
    *,
    form: DebriefForm | None = None,
    lesson_form: LessonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    said = {"worked": one.worked, "hard": one.hard, "next_on": one.next_on}
    lessons = Prefetch("lessons", Lesson.objects.select_related("owner").order_by("due_on", "pk"))
    one = Exercise.objects.prefetch_related(lessons).get(pk=one.pk)
    context: dict[str, Any] = {
        "one": one,
        "steers": can_steer(request.actor),
        "figures": figures_of(one),
        "players": one.players.values("person_id").distinct().count(),
        "form": form or DebriefForm(initial=said),
        "lesson_form": lesson_form or LessonForm(),
        "deciding": lesson_form is not None,
    }
    wrong = (form is not None and form.errors) or (lesson_form is not None and lesson_form.errors)
    return page(request, "crisis/debrief.html", context, status=INVALID if wrong else status)


@require_GET
def exercise_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the report of an exercise: proof that the territory rehearsed."""
    one = drills.access_exercise(request.actor, pk)
    labels = {
        "title": _("Report of the exercise: %(name)s") % {"name": one.name},
        "band": _("EXERCISE: nothing here is real"),
        "purpose": _("What we wanted to learn"),
        "played": _("The story begins"),
        "held": _("Really held"),
        "players": _("People who played"),
        "figures": _("What it gave"),
        "worked": _("What worked"),
        "hard": _("What was hard"),
        "lessons": _("What we decided"),
        "what": _("What it is about"),
        "verdict": _("Decision"),
        "owner": _("Who carries it"),
        "due": _("By when"),
        "nothing": _("Nothing was decided yet."),
        "next": _("The next exercise"),
    }
    made = HttpResponse(report_pdf(one, labels, language=get_language() or "fr"), content_type="application/pdf")
    made.headers["Content-Disposition"] = f'inline; filename="exercice-{one.pk}.pdf"'
    return made
