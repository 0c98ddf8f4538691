"""What somebody takes over when the telephone does not do: a relative, a visit, a decision; late outcomes; silences."""

from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.core.notifications.recipients import readable_phone
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit, HumanTask
from reflexes.pistes.contact.proactive_desks.services import ladder, supervision, units_visits
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU, home_of
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines
from reflexes.web.pages import page, paginate

PER_PAGE = 25
ALL = ("", gettext_lazy("All"))
WRITTEN = {
    "call_words": gettext_lazy("Written in a call"),
    "visit_words": gettext_lazy("Written at the door"),
}
RESULTS = {
    HumanTask.Kind.RELATIVE: ("reached", "again", "nothing"),
    HumanTask.Kind.VISIT: ("reached", "again", "nothing"),
    HumanTask.Kind.DECIDE: ("again", "reached", "unreachable"),
}


class FindForm(forms.Form):
    """Which of them: what is to be done, where, and whether somebody is on it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is to be done"), required=False, choices=[ALL, *HumanTask.Kind.choices]
    )
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    who = forms.ChoiceField(
        label=gettext_lazy("Who is on it"),
        required=False,
        choices=[
            ALL,
            ("nobody", gettext_lazy("nobody yet")),
            ("me", gettext_lazy("me")),
            ("unit", gettext_lazy("a unit")),
        ],
    )

    def __init__(self, asked: QueryDict, waiting: QuerySet[HumanTask]) -> None:
        super().__init__(asked)
        places = waiting.order_by("callee__commune__name").values_list("callee__commune", "callee__commune__name")
        self.fields["place"].choices = [ALL, *((code, name) for code, name in places.distinct() if code)]

    def found(self, waiting: QuerySet[HumanTask], actor: Actor) -> QuerySet[HumanTask]:
        """Return those that were asked for; a choice that is none leaves everybody."""
        self.is_valid()
        said = self.cleaned_data
        if said.get("kind"):
            waiting = waiting.filter(kind=said["kind"])
        if said.get("place"):
            waiting = waiting.filter(callee__commune=said["place"])
        who = {"nobody": Q(taken_by=None), "me": Q(taken_by=actor.person_id), "unit": Q(pk__in=_with_a_unit())}
        return waiting.filter(who.get(said.get("who", ""), Q()))


def _with_a_unit() -> QuerySet[EntrustedVisit]:
    return EntrustedVisit.objects.filter(done_at=None, back_at=None).values("task")


@require_GET
def task_list(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show the people who wait for somebody, the oldest first."""
    kept = perms.access_campaign(request.actor, campaign)
    everybody = supervision.open_tasks(kept)
    form = FindForm(request.GET, everybody)
    open_ones = EntrustedVisit.objects.filter(done_at=None, back_at=None).select_related("unit").order_by("pk")
    waiting = form.found(everybody, request.actor).prefetch_related(Prefetch("visits", open_ones, "entrusted"))
    context = {"campaign": kept, "form": form, "rows": paginate(request, waiting, PER_PAGE), "menu_here": MENU}
    return page(request, "proactive_desks/campaigns/tasks.html", context)


class TaskForm(forms.Form):
    """What came of it."""

    result = forms.ChoiceField(label=gettext_lazy("What came of it"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("What you found out, in a few words"), widget=few_lines(3), max_length=2000, required=False
    )
    phone = forms.CharField(
        label=gettext_lazy("Another number, if you found one"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(HumanTask.Result.choices)
        self.fields["result"].choices = [(one, words[one]) for one in RESULTS[HumanTask.Kind(kind)]]


@require_http_methods(["GET", "POST"])
def task_page(request: HttpRequest, task: str) -> HttpResponse:
    """Show one person who waits, and take what came of it."""
    found = perms.access_task(request.actor, task)
    return _page(request, found, None)


def _page(
    request: HttpRequest, task: HumanTask, facts: dict[str, str] | None, words: list[tuple[str, str]] | None = None
) -> HttpResponse:
    campaign = task.campaign
    sheet = Sheet(
        task.get_kind_display().capitalize(),
        _("Nobody becomes unreachable by themselves: each step is done, then said, by somebody."),
        _("Say it"),
        reverse("proactive_desks:tasks", args=[campaign.slug]),
        _("People who wait for somebody"),
        MENU,
    )
    if request.method == "POST" and facts is None:

        def act(typed: dict[str, Any]) -> str:
            ladder.do_finish_task(actor=request.actor, task=task, **typed)
            return _("It is written.")

        return asked(request, sheet, bound(TaskForm, request, kind=task.kind), act)
    visits = list(task.visits.select_related("unit").order_by("asked_at", "pk"))
    context = {
        "campaign": campaign,
        "task": task,
        "visits": visits,
        "entrusted": next((one for one in visits if one.is_open), None),
        "door": task.kind in units_visits.AT_THE_DOOR,
        "words": [(WRITTEN[what], text) for what, text in words or []],
        "form": TaskForm(kind=task.kind),
        "mine": task.taken_by_id == request.actor.person_id,
        "facts": facts,
        "phone": readable_phone(facts["phone"]) if facts else "",
        "relative_phone": readable_phone(facts.get("relative_phone", "")) if facts else "",
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/campaigns/task.html", context)


@require_POST
def task_take(request: HttpRequest, task: str) -> HttpResponse:
    """Take a person on, so that nobody else does the same."""
    found = perms.access_task(request.actor, task)

    def act() -> str:
        ladder.do_take_task(actor=request.actor, task=found)
        return _("You take this on. Read who it is when you are ready to do it.")

    return pressed(request, act, reverse("proactive_desks:task", args=[found.key]))


@require_POST
def task_read(request: HttpRequest, task: str) -> HttpResponse:
    """Read who it is, once one took it on: a reading, written down."""
    found = perms.access_task(request.actor, task)
    facts = do_reveal(
        actor=request.actor,
        dataset=found.campaign.dataset,
        subject=found.callee.key,
        sealed=found.callee.identity,
        what="callee",
        what_for="follow_up",
        through=str(found.key),
        allowed=found.done_at is None and found.taken_by_id == request.actor.person_id,
    )
    return _page(request, found, facts, ladder.do_read_words(actor=request.actor, task=found))


@require_POST
def silences_seen(request: HttpRequest, campaign: str) -> HttpResponse:
    """Say that one saw the leases gone silent."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        seen = supervision.do_see_silences(actor=request.actor, campaign=kept)
        return ngettext("%(count)s silence seen.", "%(count)s silences seen.", seen) % {"count": seen}

    return pressed(request, act, home_of(kept))
