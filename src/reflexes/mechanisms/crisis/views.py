"""The sequences of the territory, the one in force first; the exercises, to join, leave and end."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.models import Exercise, Sequence
from reflexes.mechanisms.crisis.services import can_steer, do_end_exercise, do_open_sequence, do_start_exercise
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 50


class SequenceForm(forms.Form):
    """The next sequence: what changes, what does not, until when."""

    level = forms.ChoiceField(
        label=gettext_lazy("What kind of time begins?"), choices=Sequence.Level.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=gettext_lazy("Its name"),
        help_text=gettext_lazy("As people will say it: Step 2, services closed, help open."),
        max_length=120,
    )
    changes = forms.CharField(
        label=gettext_lazy("What changes"),
        help_text=gettext_lazy("A few plain sentences, for everybody."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    does_not_change = forms.CharField(
        label=gettext_lazy("What does not change"),
        help_text=gettext_lazy("The stable frame: pay, holidays, the right to say no."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    review_on = forms.DateField(
        label=gettext_lazy("Reviewed on"),
        help_text=gettext_lazy("Every sequence is reviewed: nothing exceptional lasts by itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ExerciseForm(forms.Form):
    """A drill on the real screens, at another moment."""

    name = forms.CharField(
        label=gettext_lazy("Its name"), help_text=gettext_lazy("For example: Heatwave in July."), max_length=120
    )
    purpose = forms.CharField(label=gettext_lazy("What we want to learn"), max_length=300, required=False)
    plays_at = forms.SplitDateTimeField(
        label=gettext_lazy("Which moment does it play?"),
        help_text=gettext_lazy("The clock of every page starts from there; nothing leaves the site."),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Day played")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Hour played")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )


@require_http_methods(["GET", "POST"])
def sequences(request: HttpRequest) -> HttpResponse:
    """Show every sequence, the one in force first; those who steer open the next one."""
    steers = can_steer(request.actor)
    if request.method == "GET":
        return page(request, "crisis/sequences.html", _sequences(request, SequenceForm() if steers else None))
    if not steers:
        raise PermissionDenied
    form = SequenceForm(request.POST)
    if form.is_valid():
        try:
            opened = do_open_sequence(actor=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sequence %(number)s is in force.") % {"number": opened.number})
            return HttpResponseRedirect(reverse("crisis:sequences"))
    return page(request, "crisis/sequences.html", _sequences(request, form), status=INVALID)


def _sequences(request: HttpRequest, form: SequenceForm | None) -> dict[str, Any]:
    rows = paginate(request, Sequence.objects.order_by("-in_force", "-number"), PER_PAGE)
    return {"rows": rows, "form": form, "today": clock.today()}


@require_http_methods(["GET", "POST"])
def exercises(request: HttpRequest) -> HttpResponse:
    """Show the exercises going on and those ended; those who steer start one."""
    steers = can_steer(request.actor)
    if request.method == "GET":
        return page(request, "crisis/exercises.html", _exercises(request, ExerciseForm() if steers else None))
    if not steers:
        raise PermissionDenied
    form = ExerciseForm(request.POST)
    if not form.is_valid():
        return page(request, "crisis/exercises.html", _exercises(request, form), status=INVALID)
    started = do_start_exercise(actor=request.actor, **form.cleaned_data)
    messages.success(request, _("The exercise “%(name)s” is open: everybody may join it.") % {"name": started.name})
    return HttpResponseRedirect(reverse("crisis:exercises"))


def _exercises(request: HttpRequest, form: ExerciseForm | None) -> dict[str, Any]:
    rows = paginate(request, Exercise.objects.order_by("-started_at", "-pk"), PER_PAGE)
    joined = request.exercise.pk if request.exercise else None  # type: ignore[attr-defined]
    return {
        "rows": rows,
        "form": form,
        "joined": joined,
        "may_join": request.actor.is_known,
        "steers": form is not None,
    }


@require_POST
def exercise_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Play: every page now lives at the moment of the exercise, until one leaves."""
    if not request.actor.is_known:
        raise PermissionDenied
    exercise = get_object_or_404(Exercise, pk=pk)
    if exercise.ended_at is not None:
        messages.error(request, _("This exercise has ended: it can be read, no longer played."))
        context = _exercises(request, ExerciseForm() if can_steer(request.actor) else None)
        return page(request, "crisis/exercises.html", context, status=CONFLICT)
    request.session["exercise"] = exercise.pk
    messages.success(request, _("You play “%(name)s”. Nothing you do here is real.") % {"name": exercise.name})
    return HttpResponseRedirect(reverse("crisis:exercises"))


@require_POST
def exercise_leave(request: HttpRequest) -> HttpResponse:
    """Come back to today."""
    request.session.pop("exercise", None)
    messages.success(request, _("You are back: what you do now is real."))
    return HttpResponseRedirect(reverse("crisis:exercises"))


@require_POST
def exercise_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the exercise for everybody; what was played stays readable."""
    if not can_steer(request.actor):
        raise PermissionDenied
    exercise = get_object_or_404(Exercise, pk=pk)
    try:
        do_end_exercise(actor=request.actor, exercise=exercise)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return page(request, "crisis/exercises.html", _exercises(request, ExerciseForm()), status=CONFLICT)
    messages.success(request, _("The exercise is ended. Take a moment together: what did it show?"))
    return HttpResponseRedirect(reverse("crisis:exercises"))
