"""What is known about me: why, until when, who read it; correct, object, take it away, leave. And who answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.privacy.models import DataRequest
from reflexes.core.privacy.services import export_person, record_view, views_of
from reflexes.mechanisms.directory import data_requests
from reflexes.mechanisms.directory.known import told_readings, told_rooms
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import access_own_person
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

READINGS_SHOWN = 100
TEMPLATE, LIST, ONE = "directory/data.html", "directory/data_requests.html", "directory/data_request.html"


class AskForm(forms.Form):
    """Something to ask about one's data."""

    what = forms.ChoiceField(label=gettext_lazy("I ask to"), choices=DataRequest.What.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("What is wrong, or which use you object to. To leave, nothing needs to be said."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class AnswerForm(forms.Form):
    """What was done about it."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("What was done, or why not and to whom they can turn. They read it as it is."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )


def _known(request: HttpRequest, form: AskForm | None = None) -> dict[str, Any]:
    person = access_own_person(request.actor)
    return {
        "rooms": told_rooms(export_person(person.key)),
        "readings": told_readings(views_of(person.key)[:READINGS_SHOWN]),
        "form": form or AskForm(),
        "requests": data_requests.own_requests(request.actor)[:20],
    }


@require_GET
def me_data(request: HttpRequest) -> HttpResponse:
    """Show everything the house knows about a person, why, until when, and who read it."""
    return page(request, TEMPLATE, _known(request))


@require_POST
def me_data_ask(request: HttpRequest) -> HttpResponse:
    """Ask to correct, to object or to leave."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return page(request, TEMPLATE, _known(request, form), status=INVALID)
    try:
        data_requests.do_ask(actor=request.actor, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, TEMPLATE, _known(request, form), status=CONFLICT if refusal.conflict else INVALID)
    messages.success(request, _("It is asked: somebody answers you in words, and you read it here."))
    return redirect("account_data")


@require_GET
def requests_list(request: HttpRequest) -> HttpResponse:
    """List what people asked about their data, those without an answer first."""
    rows = paginate(request, data_requests.visible_requests(request.actor))
    people = {one.key: one for one in Person.objects.filter(key__in=[row.person_key for row in rows])}
    lines = [(row, people.get(row.person_key)) for row in rows]
    return page(request, LIST, {"rows": rows, "lines": lines})


@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one request and answer it."""
    asked = data_requests.access_request(request.actor, pk)
    person = Person.objects.filter(key=asked.person_key).first()
    if request.method == "GET":
        # That somebody asked is theirs to know; the words may say more than the site does.
        record_view(request.actor, asked.person_key, "directory.data_request", "answer")
        return page(request, ONE, {"asked": asked, "person": person, "form": AnswerForm()})
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            data_requests.do_answer_request(actor=request.actor, request=asked, answer=form.cleaned_data["answer"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
            return page(request, ONE, {"asked": asked, "person": person, "form": form}, status=status)
        messages.success(request, _("Your answer is on its way."))
        return redirect("data_requests")
    return page(request, ONE, {"asked": asked, "person": person, "form": form}, status=INVALID)
