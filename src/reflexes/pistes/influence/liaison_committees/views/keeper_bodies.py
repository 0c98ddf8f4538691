"""Committees: prepared in one form, opened once nothing is missing, filled, closed with words (P01 (2))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.mechanisms.assembly import perms, perms_draws, perms_votes
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Body, College, Seat
from reflexes.mechanisms.assembly.services import bodies, proposals, renewals, rotation, sessions, topics
from reflexes.mechanisms.assembly.services.handing_over import may_answer
from reflexes.mechanisms.assembly.views.keeping import ALL, PER_PAGE, PROPOSAL_TONES
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.views.keeper import BODY_TONES, SESSION_TONES, SLUG, access_kept_body
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines, words_form
from reflexes.web.pages import page, paginate

MENU = "liaison_committees:keeper_bodies"


class BodiesForm(forms.Form):
    """The filters of the list, kept in the address."""

    state = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=[ALL, *Body.State.choices])


@require_GET
def body_list(request: HttpRequest) -> HttpResponse:
    """Show the committees of one's organisation: those at work first, those whose end is nearest first."""
    access_keeper(request.actor)
    form = BodiesForm(request.GET)
    form.is_valid()
    found = bodies.find_bodies(request.actor, piste=SLUG, state=form.cleaned_data.get("state", ""))
    rows = paginate(request, found.filter(organisation_id=request.actor.organisation_id), PER_PAGE)
    lines = [(body, BODY_TONES[body.state], bodies.is_past_its_end(body)) for body in rows]
    return page(request, "liaison_committees/keeper/bodies.html", {"form": form, "rows": rows, "lines": lines})


class BodyForm(forms.Form):
    """All that a committee says of itself; to prepare it, its name is enough."""

    name = forms.CharField(label=gettext_lazy("Its name"), max_length=160)
    mandate = forms.CharField(
        label=gettext_lazy("Its mandate"),
        help_text=gettext_lazy("What it is asked, and what becomes of what it says. Everybody reads it."),
        widget=few_lines(6),
        required=False,
    )
    end_condition = forms.CharField(
        label=gettext_lazy("When is its work over?"),
        help_text=gettext_lazy("An event, a decision, a season: when every market has reopened."),
        max_length=300,
        required=False,
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput, required=False)
    ends_on = forms.DateField(
        label=gettext_lazy("Latest day"),
        help_text=gettext_lazy("Even when the end is an event: nothing lasts by itself."),
        widget=DayInput,
        required=False,
    )
    answerer = forms.ModelChoiceField(
        label=gettext_lazy("Who owes it answers"), queryset=Person.objects.none(), required=False
    )
    answerer_words = forms.CharField(
        label=gettext_lazy("In which capacity"),
        help_text=gettext_lazy("Deputy mayor in charge of markets."),
        max_length=160,
        required=False,
    )
    answer_days = forms.IntegerField(label=gettext_lazy("Answers within how many days"), min_value=1, max_value=730)
    per_session = forms.IntegerField(
        label=gettext_lazy("How many people at each session"),
        help_text=gettext_lazy("About twenty of a large panel; empty, everybody is called."),
        min_value=1,
        max_value=2000,
        required=False,
    )
    public = forms.BooleanField(label=gettext_lazy("Everybody may read its page"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        help_text=gettext_lazy("People took their seat on this mandate, this end and this answerer."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, organisation_id: int | None, body: Body | None = None, **kwargs: Any) -> None:
        known = {name: getattr(body, name) for name in self.base_fields if body is not None and hasattr(body, name)}
        super().__init__(*args, initial=known or {"answer_days": 60, "public": True}, **kwargs)
        named = [body.answerer_id] if body is not None else []
        people = may_answer(organisation_id) | Person.objects.filter(pk__in=named)
        self.fields["answerer"].queryset = people.order_by("search", "pk")
        if body is None or body.state == Body.State.DRAFT:
            del self.fields["reason"]


@require_http_methods(["GET", "POST"])
def body_new(request: HttpRequest) -> HttpResponse:
    """Prepare a committee: its name is enough, and its page then says what is missing to open it."""
    access_keeper(request.actor)
    form = bound(BodyForm, request, organisation_id=request.actor.organisation_id)
    sheet = Sheet(
        _("Prepare a committee"),
        _("A committee begins with what it is asked, until when, and who answers it."),
        _("Keep this draft"),
        reverse(MENU),
        _("Committees"),
        MENU,
        note=_("Only its name is needed now. Nobody but you sees it before you open it."),
    )
    made: list[Body] = []

    def act(typed: dict[str, Any]) -> str:
        made.append(bodies.do_prepare_body(actor=request.actor, piste=SLUG, fields=typed))
        return _("The draft is kept. Its page says what is missing to open it.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = _home(made[0])
    return answer


def _home(body: Body) -> str:
    return reverse("liaison_committees:keeper_body", args=[body.slug])


def sheet_of(body: Body, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a committee, and comes back to it."""
    return Sheet(title, why, button, _home(body), body.name, MENU, **more)


@require_http_methods(["GET", "POST"])
def body_write(request: HttpRequest, body: str) -> HttpResponse:
    """Change a committee; once it is open, what it was opened with changes with a reason."""
    kept = access_kept_body(request.actor, body)
    form = bound(BodyForm, request, organisation_id=kept.organisation_id, body=kept)
    sheet = sheet_of(
        kept,
        _("Change this committee"),
        _("Those who sit, and everybody, read what is written here."),
        _("Save"),
    )

    def act(typed: dict[str, Any]) -> str:
        reason = typed.pop("reason", "")
        bodies.do_change_body(actor=request.actor, body=kept, fields=typed, reason=reason)
        return _("It is saved.")

    return asked(request, sheet, form, act)


@require_GET
def body_page(request: HttpRequest, body: str) -> HttpResponse:
    """Show one committee: what is missing to open it, who sits, whose turn it is, its topics and sessions."""
    kept = access_kept_body(request.actor, body)
    held = kept.colleges.prefetch_related(None).order_by("pk")
    balance = {one.college.pk: one for one in renewals.balance(kept)}
    sitting: dict[int, list[Any]] = {}
    past: dict[int, list[Any]] = {}
    every = (
        Seat.objects.filter(college__body=kept)
        .select_related("person", "replaces__person", "replaced_by__person")
        .order_by("person__search", "pk")
    )
    for seat in every:
        (sitting if seat.state in perms.LIVE_SEATS else past).setdefault(seat.college_id, []).append(seat)
    turns = rotation.panel(kept, exercise_id=request.actor.exercise_id)
    context = {
        "body": kept,
        "tone": BODY_TONES[kept.state],
        "draft": kept.state == Body.State.DRAFT,
        "at_work": kept.state == Body.State.OPEN,
        "ended": kept.state == Body.State.CLOSED,
        "past_its_end": bodies.is_past_its_end(kept),
        "checks": [(code not in bodies.missing(kept), words) for code, words in bodies.MISSING.items()],
        "ready": not bodies.missing(kept),
        "colleges": [(one, balance[one.pk], sitting.get(one.pk, []), past.get(one.pk, [])) for one in held],
        "turns": [(turn, rotation.why(turn)) for turn in turns],
        "never": sum(turn.came == 0 for turn in turns),
        "renewals": renewals.renewals(kept)[:3],
        "topics": list(kept.topics.filter(withdrawn_at=None).order_by("decided_on", "pk")),
        "sessions": [
            (one, SESSION_TONES[one.state]) for one in sessions.sessions_of(request.actor, kept).order_by("-starts_at")
        ],
        "proposals": [
            (one, PROPOSAL_TONES[one.state]) for one in proposals.find_proposals(request.actor, body=kept)[:PER_PAGE]
        ],
        "votes": list(perms_votes.visible_votes(request.actor).filter(piste=SLUG, body=kept)),
        "draws": list(perms_draws.visible_draws(request.actor).filter(piste=SLUG, body=kept)),
        "menu_here": MENU,
    }
    return page(request, "liaison_committees/keeper/body.html", context)


@require_POST
def body_open(request: HttpRequest, body: str) -> HttpResponse:
    """Open a committee; all that is missing is said at once."""
    kept = access_kept_body(request.actor, body)

    def act() -> str:
        bodies.do_open_body(actor=request.actor, body=kept)
        return _("It is open. Ask people to sit, then call its first session.")

    return pressed(request, act, _home(kept))


@require_http_methods(["GET", "POST"])
def body_close(request: HttpRequest, body: str) -> HttpResponse:
    """Close a committee with what became of its work."""
    kept = access_kept_body(request.actor, body)
    form = bound(words_form(_("What became of its work"), rows=6), request)
    sheet = sheet_of(
        kept,
        _("Close this committee"),
        _("Those who gave their time deserve to read how it ends."),
        _("Close it"),
        note=_("Its seats end today. Proposals that wait for an answer keep their answerer and their day."),
    )

    def act(typed: dict[str, Any]) -> str:
        bodies.do_close_body(actor=request.actor, body=kept, words=typed["words"])
        return _("It is closed, and everybody reads your words.")

    return asked(request, sheet, form, act)


class CollegeForm(forms.Form):
    """A group of seats filled the same way."""

    name = forms.CharField(
        label=gettext_lazy("Its name"),
        help_text=gettext_lazy("Residents, elected members, associations."),
        max_length=120,
    )
    by = forms.ChoiceField(
        label=gettext_lazy("How its seats are filled"), choices=College.By.choices, widget=forms.RadioSelect
    )
    seats = forms.IntegerField(label=gettext_lazy("How many seats"), min_value=1, max_value=2000)
    votes = forms.BooleanField(label=gettext_lazy("Its members vote"), required=False, initial=True)
    parts = forms.IntegerField(
        label=gettext_lazy("Renewed in how many parts"),
        help_text=gettext_lazy("One: all at once. Three: a third leaves, the others stay and pass on what they know."),
        min_value=1,
        max_value=12,
        initial=1,
    )
    renewed_every_months = forms.IntegerField(
        label=gettext_lazy("A part leaves every how many months"), min_value=1, max_value=120, required=False
    )


COLLEGE_WHY = gettext_lazy("Who sits beside whom is decided before people are asked.")


@require_http_methods(["GET", "POST"])
def college_new(request: HttpRequest, body: str) -> HttpResponse:
    """Add a college."""
    kept = access_kept_body(request.actor, body)
    form = bound(CollegeForm, request)

    def act(typed: dict[str, Any]) -> str:
        college = bodies.do_write_college(actor=request.actor, body=kept, fields=typed)
        return _("The college “%(name)s” is added.") % {"name": college.name}

    return asked(request, sheet_of(kept, _("Add a college"), COLLEGE_WHY, _("Add this college")), form, act)


def kept_college(request: HttpRequest, pk: int) -> College:
    """Return a college of a committee that one keeps."""
    access_keeper(request.actor)
    college = get_object_or_404(
        College.objects.filter(body__in=perms.visible_bodies(request.actor)).select_related("body__organisation"), pk=pk
    )
    access_kept_body(request.actor, college.body.slug)
    return college


@require_http_methods(["GET", "POST"])
def college_write(request: HttpRequest, college: int) -> HttpResponse:
    """Change a college."""
    kept = kept_college(request, college)
    known = {name: getattr(kept, name) for name in CollegeForm.base_fields}
    form = bound(CollegeForm, request, initial=known)

    def act(typed: dict[str, Any]) -> str:
        bodies.do_write_college(actor=request.actor, body=kept.body, fields=typed, college=kept)
        return _("It is saved.")

    return asked(request, sheet_of(kept.body, _("Change a college"), COLLEGE_WHY, _("Save")), form, act)


@require_POST
def college_remove(request: HttpRequest, college: int) -> HttpResponse:
    """Take back a college nobody ever sat in."""
    kept = kept_college(request, college)

    def act() -> str:
        bodies.do_remove_college(actor=request.actor, body=kept.body, college=kept)
        return _("The college is taken back.")

    return pressed(request, act, _home(kept.body))


class TopicForm(forms.Form):
    """A topic: the decision at stake, who decides, what can still change, by when (P01 (3))."""

    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=200)
    decision = forms.CharField(
        label=gettext_lazy("Which decision is at stake?"),
        help_text=gettext_lazy("What will be done differently according to what the committee says."),
        widget=few_lines(3),
        max_length=400,
        required=False,
    )
    decider = forms.CharField(label=gettext_lazy("Who decides?"), max_length=160, required=False)
    room = forms.CharField(
        label=gettext_lazy("What can still change, and what cannot?"),
        widget=few_lines(3),
        max_length=400,
        required=False,
    )
    decided_on = forms.DateField(label=gettext_lazy("Decided by"), widget=DayInput, required=False)
    insist = forms.BooleanField(
        label=gettext_lazy("Keep it as a goal, not a decision"),
        help_text=gettext_lazy("When something above is missing. It is shown so, and can be completed later."),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def topic_new(request: HttpRequest, body: str) -> HttpResponse:
    """Put a topic before the committee."""
    return _topic(request, access_kept_body(request.actor, body), None)


@require_http_methods(["GET", "POST"])
def topic_write(request: HttpRequest, topic: int) -> HttpResponse:
    """Complete a topic, or put it right."""
    access_keeper(request.actor)
    found = topics.access_topic(request.actor, topic)
    return _topic(request, access_kept_body(request.actor, found.body.slug), found)


def _topic(request: HttpRequest, body: Body, topic: Any) -> HttpResponse:
    known = {name: getattr(topic, name) for name in topics.FIELDS} if topic else {}
    form = bound(TopicForm, request, initial=known)
    sheet = sheet_of(
        body,
        _("A topic"),
        _("“Keep the social link” is a goal that nobody opposes. A topic says what will be decided."),
        _("Keep this topic"),
    )

    def act(typed: dict[str, Any]) -> str:
        insist = typed.pop("insist")
        written = topics.do_write_topic(actor=request.actor, body=body, fields=typed, topic=topic, insist=insist)
        doubts = [str(topics.DOUBTS[code]) for code in topics.doubts(written)]
        return " ".join([_("The topic “%(title)s” is kept.") % {"title": written.title}, *doubts])

    return asked(request, sheet, form, act)


@require_POST
def topic_withdraw(request: HttpRequest, topic: int) -> HttpResponse:
    """Take a topic off the list."""
    access_keeper(request.actor)
    found = topics.access_topic(request.actor, topic)
    kept = access_kept_body(request.actor, found.body.slug)

    def act() -> str:
        topics.do_withdraw_topic(actor=request.actor, topic=found)
        return _("The topic is taken back.")

    return pressed(request, act, _home(kept))
