"""Open to all: say something without an account, read what one said again, take it back."""

import uuid
from typing import Any

from allauth.core.internal.ratelimit import consume
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.circles import Circle, Circles, Kept, circle_slug, proposal_address
from reflexes.mechanisms.assembly.links import SAID, row_of
from reflexes.mechanisms.assembly.models import Consultation, Contribution, Proposal
from reflexes.mechanisms.assembly.services import contributions, moderation
from reflexes.mechanisms.assembly.services.contributions import Words
from reflexes.mechanisms.assembly.services.speaking import do_speak
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 10
# Strangers write: a whole family behind one box may, a robot soon stops.
TRIES = {"speak": "20/h/ip"}
CONFLICTS = "conflicts"


class RemarkForm(forms.Form):
    """A remark on a proposal: the words, and a name or an e-mail for whoever wishes to give one."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("What you want to say"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write what you want to say: one sentence is enough.")},
    )
    shown_name = forms.CharField(
        label=gettext_lazy("The name to show"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Leave it empty to speak without a name: it counts the same."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("To be told what becomes of it, and to take it back. It is never shown."),
    )


class SpeakForm(RemarkForm):
    """Something said through the door of a consultation."""

    kind = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[one for one in Contribution.Kind.choices if one[0] != Contribution.Kind.COMMENT],
        widget=forms.RadioSelect,
        initial=Contribution.Kind.IDEA,
    )
    title = forms.CharField(label=gettext_lazy("In a few words"), required=False, max_length=160)
    field_order = ("client_key", "kind", "title", "words", "shown_name", "email")


def status_of(form: forms.Form | None) -> int:
    """Return the status of a page with ``form``: 409 when words could not be taken any more, 422 when it has faults."""
    if form is None or not form.errors:
        return 200
    return CONFLICT if getattr(form, CONFLICTS, False) else INVALID


def spoken(
    request: HttpRequest, circles: Circles, door: Consultation, form: forms.Form, *, about: Proposal | None = None
) -> HttpResponse | None:
    """Take what was sent and go to the thanks; nothing when it is refused: the form says why and keeps the words."""
    if request.POST.get("website"):
        return redirect(thanks_of(circles, door))  # a robot fills every field, also the one that nobody sees
    if not form.is_valid():
        return None
    if not request.actor.is_known and not consume(request, app="assembly", action="speak", config=TRIES):
        form.add_error(
            None, _("Much was said from here within an hour. Keep your words, and come back later, or call.")
        )
        return None
    asked = form.cleaned_data
    said = Words(
        client_key=asked["client_key"],
        words=asked["words"],
        title=asked.get("title", ""),
        kind=Contribution.Kind.COMMENT if about else asked["kind"],
        shown_name=asked["shown_name"],
        about=about,
    )
    try:
        written = do_speak(
            actor=request.actor,
            consultation=door,
            said=said,
            email=asked["email"],
            language=get_language() or "fr",
        )
    except Refusal as refusal:
        setattr(form, CONFLICTS, refusal.conflict)
        form.add_error("words" if refusal.code.startswith("words") else None, str(refusal))
        return None
    waits = "&lu=apres" if written.state == Contribution.State.WAITING else ""
    reached = "&suite=1" if written.person_id else ""
    return redirect(f"{thanks_of(circles, door)}{waits}{reached}")


def thanks_of(circles: Circles, door: Consultation) -> str:
    """Return the address of the thanks of one door."""
    return f"{circles.public('speak', circle_slug(door))}?merci=1&porte={door.slug}"


@open_to_all
@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Say something through an open door: what was already said stays, whichever channel is the main one today."""
    kept = circles.read(request.actor, slug)
    context: dict[str, Any] = _where(circles, kept)
    doors = circles.doors(request.actor, kept)
    wanted = request.GET.get("porte", "")
    # The one asked for, or the one that closes first.
    door = next((one for one in doors if one.slug == wanted), doors[0] if doors else None)
    if door is None:
        return page(request, "assembly/words/public/closed.html", context)
    if request.method != "POST" and request.GET.get("merci"):
        context |= {"door": door, "waits": request.GET.get("lu"), "reached": request.GET.get("suite")}
        return page(request, "assembly/words/public/thanks.html", context)
    form = SpeakForm(request.POST if request.method == "POST" else None, initial={"client_key": uuid.uuid4()})
    if request.method == "POST" and (answer := spoken(request, circles, door, form)) is not None:
        return answer
    shown = contributions.find_contributions(request.actor, door, state=Contribution.State.SHOWN)
    context |= {
        "doors": doors,
        "door": door,
        "form": form,
        "rows": paginate(request, shown.exclude(kind=Contribution.Kind.COMMENT), PER_PAGE),
    }
    return page(request, "assembly/words/public/speak.html", context, status=status_of(form))


def _where(circles: Circles, kept: Kept) -> dict[str, Any]:
    return {"circle": circles.of(kept), "slug": kept.slug, "piste": circles.piste}


@open_to_all
@require_safe
def rules(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Say for which reasons words may be hidden, who answers an appeal, and what is known of whoever speaks."""
    context = _where(circles, circles.read(request.actor, slug)) | {"reasons": Contribution.Why.choices}
    return page(request, "assembly/words/public/rules.html", context)


@require_http_methods(["GET", "POST"])
@answered_by_link(SAID)
def what_i_said(
    request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor, circles: Circles
) -> HttpResponse:
    """Show somebody their own words and what became of them; take them back, or appeal once against their hiding."""
    said = _own(link, person, circles)
    context: dict[str, Any] = _shown(said, circles)
    if request.method == "POST":
        try:
            if request.POST.get("geste") == "reprendre":
                contributions.do_withdraw(actor=actor, contribution=said)
            elif request.POST.get("geste") == "recours":
                moderation.do_appeal(actor=actor, contribution=said, words=request.POST.get("words", "")[:2000])
            else:
                raise Refusal("gesture", _("Choose one of the buttons."))
        except Refusal as refusal:
            status = CONFLICT if refusal.conflict else INVALID
            context |= {"refusal": refusal, "typed": request.POST.get("words", "")}
            return page(request, "assembly/words/public/what_i_said.html", context, status=status)
        return redirect(request.path)
    return page(request, "assembly/words/public/what_i_said.html", context)


def _own(link: MagicLink, person: Person, circles: Circles) -> Contribution:
    found = Contribution.objects.select_related("consultation__body", "proposal__body", "proposal__consultation")
    said = found.filter(person=person, consultation__piste=circles.piste, pk=row_of(link)).first()
    if said is None:
        raise LinkRefused("revoked", link)
    return said


def _shown(said: Contribution, circles: Circles) -> dict[str, Any]:
    circle: Circle = circles.of(said.consultation.body or said.consultation)
    return {
        "said": said,
        "typed": "",
        "circle": circle,
        "joined": proposal_address(said.proposal) if said.proposal else "",
        "hidden": said.state == Contribution.State.HIDDEN,
        "withdrawn": said.state == Contribution.State.WITHDRAWN,
        "waiting": said.state == Contribution.State.WAITING,
        "may_appeal": said.state == Contribution.State.HIDDEN and said.appealed_at is None,
    }
