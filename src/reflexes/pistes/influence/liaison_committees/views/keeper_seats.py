"""Seats: somebody is asked, says yes or no, leaves with a class of reason, and is replaced (P01 (6))."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import College, Seat
from reflexes.mechanisms.assembly.services import seats
from reflexes.mechanisms.directory.by_hand import do_write_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.named import people_named
from reflexes.pistes.influence.liaison_committees.views.keeper import access_kept_body
from reflexes.pistes.influence.liaison_committees.views.keeper_bodies import MENU, kept_college, sheet_of
from reflexes.web.answers import done
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.pages import CONFLICT, INVALID, page


class SearchForm(forms.Form):
    """Somebody's name."""

    q = forms.CharField(label=gettext_lazy("First name or name"), max_length=80, required=False)


class FillForm(forms.Form):
    """Who sits, for whom, and whether they already said yes."""

    person = forms.TypedChoiceField(
        label=gettext_lazy("Who?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose somebody in the list."),
            "invalid_choice": gettext_lazy("Choose somebody in the list."),
        },
    )
    capacity_words = forms.CharField(
        label=gettext_lazy("For whom do they sit?"),
        help_text=gettext_lazy("In person, for an association."),
        max_length=160,
        required=False,
    )
    said_yes = forms.BooleanField(
        label=gettext_lazy("They already said yes"),
        help_text=gettext_lazy("By telephone or by letter. If not, they are asked and may answer no."),
        required=False,
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Two people of one name are told apart by where they live.
        self.fields["person"].choices = [
            (one.pk, f"{one}, {one.commune}" if one.commune else str(one)) for one in people
        ]


class SitterForm(forms.Form):
    """Somebody who is not in the directory yet."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80)
    channel = forms.ChoiceField(
        label=gettext_lazy("How do they wish to be reached?"),
        choices=Person.Channel.choices,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)


@require_http_methods(["GET", "POST"])
def sitter_new(request: HttpRequest, college: int) -> HttpResponse:
    """Write somebody who is not in the directory yet, then ask them to sit."""
    kept = kept_college(request, college)
    sheet = sheet_of(
        kept.body,
        _("Write somebody new"),
        _("Drawn by lot or sent by an association: only what is needed to reach them."),
        _("Write this person"),
        icon="user-plus",
    )
    written: list[Person] = []

    def act(typed: dict[str, Any]) -> str:
        body = kept.body.organisation
        written.append(do_write_person(actor=request.actor, organisation=body, **typed).person)
        return _("%(person)s is written. Now ask them to sit.") % {"person": written[0]}

    answer = asked(request, sheet, bound(SitterForm, request), act)
    if written:
        found = urlencode({"q": f"{written[0].first_name} {written[0].last_name}"})
        answer["Location"] = reverse("liaison_committees:keeper_seat_fill", args=[kept.pk]) + f"?{found}"
    return answer


@require_http_methods(["GET", "POST"])
def seat_fill(request: HttpRequest, college: int) -> HttpResponse:
    """Find somebody and ask them to sit; ``remplace`` says whose seat they take over."""
    kept = kept_college(request, college)
    gone = _replaced(request, kept)
    search = SearchForm(request.GET)
    search.is_valid()
    found = people_named(search.cleaned_data.get("q", ""))
    form = bound(FillForm, request, people=found)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            typed = form.cleaned_data
            wanted = typed.pop("person")
            person = next(one for one in found if one.pk == wanted)
            try:
                return done(request, _filled(request, kept, gone, person, typed), _body_of(kept))
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = CONFLICT if refusal.conflict else INVALID
    context = {
        "college": kept,
        "gone": gone,
        "search": search,
        "asked": bool(search.cleaned_data.get("q")),
        "found": found,
        "form": form,
        "menu_here": MENU,
    }
    return page(request, "liaison_committees/keeper/seat_fill.html", context, status=status)


def _filled(request: HttpRequest, college: College, gone: Seat | None, person: Any, typed: dict[str, Any]) -> str:
    if gone is not None:
        seat = seats.do_replace(actor=request.actor, seat=gone, person=person, **typed)
    else:
        seat = seats.do_fill_seat(actor=request.actor, college=college, person=person, **typed)
    if seat.state == Seat.State.HELD:
        return _("%(person)s sits.") % {"person": person}
    return _("%(person)s is asked to sit.") % {"person": person}


def _body_of(college: College) -> str:
    return reverse("liaison_committees:keeper_body", args=[college.body.slug])


def _replaced(request: HttpRequest, college: College) -> Seat | None:
    wanted = request.GET.get("remplace", "")
    if not wanted:
        return None
    seat = college.held.select_related("person").filter(pk=int(wanted[:15])).first() if wanted.isdecimal() else None
    if seat is None:
        raise Http404
    return seat


def kept_seat(request: HttpRequest, pk: int) -> Seat:
    """Return a seat of a committee that one keeps."""
    seat = seats.access_seat(request.actor, pk)
    access_kept_body(request.actor, seat.college.body.slug)
    return seat


@require_POST
def seat_answer(request: HttpRequest, seat: int) -> HttpResponse:
    """Write down what somebody asked to sit said on the telephone: yes or no."""
    kept = kept_seat(request, seat)

    def act() -> str:
        yes = request.POST.get("oui") == "oui"
        seats.do_answer_seat(actor=request.actor, seat=kept, yes=yes)
        return _("%(person)s sits.") % {"person": kept.person} if yes else _("It is noted: they do not take the seat.")

    return pressed(request, act, _body_of(kept.college))


class LeaveForm(forms.Form):
    """Why a seat is given up: a class of reasons, never a detail."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Only this class of reasons is ever shown."),
        choices=Seat.Why.choices,
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "POST"])
def seat_leave(request: HttpRequest, seat: int) -> HttpResponse:
    """Note that somebody gives their seat up, then ask the next."""
    kept = kept_seat(request, seat)
    sheet = sheet_of(
        kept.college.body,
        _("%(person)s gives the seat up") % {"person": kept.person},
        _("Leaving is free: no detail is asked, and somebody may take the seat over."),
        _("Note it"),
    )
    following = reverse("liaison_committees:keeper_seat_fill", args=[kept.college_id]) + f"?remplace={kept.pk}"

    def act(typed: dict[str, Any]) -> str:
        seats.do_leave_seat(actor=request.actor, seat=kept, why=typed["why"])
        return _("It is noted. Choose who takes the seat over, now or later.")

    return asked(request, sheet, bound(LeaveForm, request), act, to=following)
