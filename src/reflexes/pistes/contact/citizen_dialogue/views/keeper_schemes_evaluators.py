"""The desk: residents invited to observe, and their notes typed from paper, telephone or the room."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.mechanisms.directory.by_hand import do_write_person
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.mechanisms.directory.named import people_named
from reflexes.pistes.contact.citizen_dialogue.field_form import NoteForm
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, FieldNote, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_kept_scheme
from reflexes.pistes.contact.citizen_dialogue.services import field_notes
from reflexes.pistes.contact.citizen_dialogue.views.keeper_schemes import MENU, home_of, sheet_of
from reflexes.web.answers import invalid, refused
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.pages import page

INVITE = "citizen_dialogue/schemes/invite.html"


class InviteForm(forms.Form):
    """Somebody the house knows, and from where they look."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Who"), queryset=Person.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    as_words = forms.CharField(
        label=gettext_lazy("From where they look"),
        help_text=gettext_lazy("A cyclist, a shopkeeper, somebody in a wheelchair: it is public, their name is not."),
        max_length=80,
    )


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, scheme: str) -> HttpResponse:
    """Look for somebody by name and ask them to observe the place."""
    kept = access_kept_scheme(request.actor, scheme)
    text = request.GET.get("q", "")
    found = people_named(text)
    form = bound(InviteForm, request)
    form.fields["person"].queryset = Person.objects.filter(pk__in=[one.pk for one in found]).order_by("search", "pk")
    context = {"scheme": kept, "form": form, "found": found, "text": text, "menu_here": MENU}
    if request.method != "POST":
        return page(request, INVITE, context)
    if not form.is_valid():
        return invalid(request, INVITE, context)
    return _invited(request, kept, form, context)


def _invited(request: HttpRequest, scheme: Scheme, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    def act() -> str:
        field_notes.do_invite(actor=request.actor, scheme=scheme, **form.cleaned_data)
        return _("%(who)s receives a link to note what they see.") % {"who": form.cleaned_data["person"].first_name}

    if scheme.ended_on is not None:
        return refused(request, INVITE, context, Refusal("ended", _("It has ended: nothing is left to observe.")))
    return pressed(request, act, home_of(scheme))


class NewcomerForm(forms.Form):
    """Somebody the house does not know yet: only what is needed to reach them."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    channel = forms.ChoiceField(label=gettext_lazy("How to reach them"), choices=Person.Channel.choices)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    as_words = InviteForm.base_fields["as_words"]


@require_http_methods(["GET", "POST"])
def invite_newcomer(request: HttpRequest, scheme: str) -> HttpResponse:
    """Write somebody new and ask them to observe the place."""
    kept = access_kept_scheme(request.actor, scheme)
    sheet = sheet_of(
        kept,
        _("Invite somebody new"),
        _("No account is needed: a link is enough, or a sheet of paper."),
        _("Invite"),
        icon="user-plus",
    )

    def act(typed: dict[str, Any]) -> str:
        as_words = typed.pop("as_words")
        body = Organisation.objects.get(pk=kept.organisation_id)
        capacity = do_write_person(actor=request.actor, organisation=body, **typed)
        field_notes.do_invite(actor=request.actor, scheme=kept, person=capacity.person, as_words=as_words)
        return _("%(who)s is invited.") % {"who": capacity.person.first_name}

    return asked(request, sheet, bound(NewcomerForm, request), act)


def access_kept_evaluator(actor: Actor, pk: int) -> Evaluator:
    """Return somebody who observes to the officer who keeps what they observe."""
    access_keeper(actor)
    found = Evaluator.objects.select_related("scheme", "person").filter(pk=pk).first()
    if found is None:
        raise Http404
    access_kept_scheme(actor, found.scheme.slug)
    return found


@require_POST
def evaluator_leave(request: HttpRequest, evaluator: int) -> HttpResponse:
    """Write down that somebody stops observing."""
    kept = access_kept_evaluator(request.actor, evaluator)

    def act() -> str:
        field_notes.do_leave(actor=request.actor, evaluator=kept)
        return _("It is noted. Their notes stay.")

    return pressed(request, act, home_of(kept.scheme))


class TypedNoteForm(NoteForm):
    """A note that reached the desk by another way than the link."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it reached you"),
        choices=[(one.value, one.label) for one in Channel if one != Channel.WEB],
        initial=Channel.PAPER,
    )


@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, evaluator: int) -> HttpResponse:
    """Type the note of somebody who wrote it on paper or said it."""
    kept = access_kept_evaluator(request.actor, evaluator)
    kwargs = {"scheme": kept.scheme, "initial": {"client_key": uuid.uuid4(), "at": clock.now(), "minutes": 10}}
    sheet = sheet_of(
        kept.scheme,
        _("Type a note"),
        _("Noted by: %(who)s. It counts like one written on a telephone.") % {"who": kept.as_words},
        _("Keep this note"),
    )

    def act(typed: dict[str, Any]) -> str:
        seen = form.seen()
        field_notes.do_note(actor=request.actor, evaluator=kept, seen=seen, typed_from=typed["channel"])
        return _("The note is kept.")

    form = bound(TypedNoteForm, request, **kwargs)
    return asked(request, sheet, form, act)


class HideForm(forms.Form):
    """Why a note is not shown, from the public list; nothing shows it again."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[("", gettext_lazy("It shows")), *Contribution.Why.choices],
        required=False,
    )


@require_http_methods(["GET", "POST"])
def note_hide(request: HttpRequest, note: int) -> HttpResponse:
    """Hide a note for a reason of the public list, or show it again."""
    access_keeper(request.actor)
    kept = FieldNote.objects.select_related("scheme", "evaluator").filter(pk=note, taken_back_at=None).first()
    if kept is None:
        raise Http404
    scheme = access_kept_scheme(request.actor, kept.scheme.slug)
    sheet = sheet_of(
        scheme,
        _("Show or hide this note"),
        _("The same reasons hold for everybody, and none is an opinion."),
        _("Save"),
        note=kept.saw or kept.where,
    )

    def act(typed: dict[str, Any]) -> str:
        field_notes.do_hide_note(actor=request.actor, note=kept, why=typed["why"])
        return _("The note is hidden.") if typed["why"] else _("The note shows.")

    return asked(request, sheet, bound(HideForm, request, initial={"why": kept.why_hidden}), act)
