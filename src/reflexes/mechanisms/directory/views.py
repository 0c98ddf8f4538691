"""The door of the house: home, acting in a capacity, one's own account, links sent by message."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import registry
from reflexes.core.accounts.links import LinkRefused, renew_link
from reflexes.core.accounts.models import MagicLink
from reflexes.core.accounts.security import security_of
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone, way_to
from reflexes.core.notifications.services import Action, notify
from reflexes.core.privacy.services import export_person
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import demo_doors
from reflexes.mechanisms.directory.by_link import answered_by_link, link_refused
from reflexes.mechanisms.directory.forms import ContactForm, FirstPasswordForm
from reflexes.mechanisms.directory.joining import (
    INVITATION,
    access_person_to_invite,
    can_invite,
    do_accept_invitation,
    do_invite,
    do_set_contact,
    people_to_invite,
)
from reflexes.mechanisms.directory.middleware import SESSION_KEY
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import access_own_person, recipient_of
from reflexes.web.middleware import LANGUAGE_SESSION_KEY, open_to_all
from reflexes.web.pages import INVALID, page, paginate

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Open on what waits for this role; say what the house is to whoever is not signed in."""
    if not request.user.is_authenticated:
        doors = demo_doors.doors() if settings.DEMO else ()
        return page(request, "directory/welcome.html", {"doors": doors})
    start = next((entry for entry in registry.menu_for(request.actor.role) if entry.home), None)
    if start is not None:
        return redirect(start.url_name)
    context = {"menu_here": registry.menu_for(request.actor.role), "may_invite": can_invite(request.actor)}
    return page(request, "directory/home.html", context)


@open_to_all
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Open the session of an invented person; anywhere but in a demonstration this address does not exist."""
    if not settings.DEMO:
        raise Http404
    capacity = demo_doors.capacity_behind(request.POST.get("capacity", ""))
    login(request, capacity.person.user, backend=BACKEND)
    request.session[SESSION_KEY] = capacity.pk
    return redirect("home")


@require_http_methods(["GET", "POST"])
def acting_switch(request: HttpRequest) -> HttpResponse:
    """List the capacities of a person; change the one they act in."""
    if request.method == "GET":
        return page(request, "directory/capacities.html", {})
    chosen = request.POST.get("capacity", "")
    capacity = next((each for each in request.capacities if str(each.pk) == chosen), None)
    if capacity is None:
        context = {"sentence": _("You do not hold this capacity today. Choose one of the list.")}
        return page(request, "directory/capacities.html", context, status=INVALID)
    request.session[SESSION_KEY] = capacity.pk
    messages.success(request, _("You now act as %(capacity)s.") % {"capacity": capacity})
    return redirect("home")


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show and change how one is reached; say how the account is protected."""
    person: Person | None = request.person
    if person is None:
        return page(request, "directory/home.html", {"menu_here": []})
    person_language = person.language
    initial = {"channel": person.channel, "phone": readable_phone(person.phone), "language": person.language}
    form = ContactForm(_posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            do_set_contact(actor=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("phone" if refusal.code in {"phone", "no_phone"} else "channel", str(refusal))
        else:
            # The button of the page said how to read now: saving a telephone number does not undo it.
            if form.cleaned_data["language"] != person_language:
                request.session[LANGUAGE_SESSION_KEY] = form.cleaned_data["language"]
            with translation.override(form.cleaned_data["language"]):
                messages.success(request, _("This is saved: we will reach you this way from now on."))
            return redirect("account_me")
    context = {"form": form, "security": security_of(request.user), "may_invite": can_invite(request.actor)}
    return page(request, "directory/me.html", context, status=INVALID if form.errors else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, even nothing: an empty answer is an answer to correct, not a first visit."""
    return request.POST if request.method == "POST" else None


@require_GET
def me_data_file(request: HttpRequest) -> HttpResponse:
    """Give the person everything known about them as a file that other programs read."""
    person = access_own_person(request.actor)
    body = json.dumps(export_person(person.key), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="reflexes.json"'
    return response


@open_to_all
@require_POST
def link_renew(request: HttpRequest) -> HttpResponse:
    """Send a new link, to the person it belongs to, in place of one that is too old."""
    token = request.POST.get("token", "")
    try:
        with transaction.atomic():
            link, address = renew_link(token)
            person = Person.objects.filter(key=link.person_key, erased_at=None).first()
            if person is None:
                raise LinkRefused("revoked", link)
            _send_new_link(link, person, address)
    except LinkRefused as refusal:
        return link_refused(request, refusal, token)
    return page(request, "directory/link_renewed.html", {"way": way_to(recipient_of(person)).channel.value})


def _send_new_link(link: MagicLink, person: Person, address: str) -> None:
    with translation.override(person.language):
        notify(
            recipient_of(person),
            subject=_("Your new link"),
            body=_(
                "Hello %(name)s,\n\nHere is the new link you asked for. It works for 8 days and answers one question."
            )
            % {"name": person.first_name},
            key=f"link:{link.digest}",
            actions=(Action(label=_("Open the question"), url=address),),
            calm=False,
            exercise_id=link.exercise_id,
        )


@require_http_methods(["GET", "POST"])
@answered_by_link(INVITATION)
def account_invitation(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Open an account by invitation: choose a password, then sign in with it."""
    form = FirstPasswordForm(_posted(request), email=person.email)
    if request.method == "POST" and form.is_valid():
        try:
            do_accept_invitation(link=link, person=person, password=form.cleaned_data["password"])
        except LinkRefused:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your account is open. Sign in with your e-mail and your password."))
            return redirect("account_login")
    context = {"form": form, "invited": person}
    return page(request, "directory/invitation.html", context, status=INVALID if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Find people of the directory who have no account, and invite them to open one."""
    people = people_to_invite(request.actor)
    sentence = ""
    if request.method == "POST":
        person = access_person_to_invite(request.actor, request.POST.get("person", ""))
        try:
            do_invite(actor=request.actor, person=person)
        except Refusal as refusal:
            sentence = str(refusal)
        else:
            messages.success(request, _("The invitation to %(person)s is on its way.") % {"person": person})
            return redirect("invite")
    wanted = request.GET.get("q", "")[:100]
    found = people.filter(search__contains=normalised(wanted)).order_by("search", "pk")
    context = {"people": paginate(request, found), "q": wanted, "sentence": sentence}
    return page(request, "directory/invite.html", context, status=INVALID if sentence else 200)
