"""What somebody takes over when the telephone does not do: a relative, a visit, a decision; late outcomes; silences."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.notifications.recipients import readable_phone
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import HumanTask, LateNote
from reflexes.pistes.contact.proactive_desks.services import ladder, outcomes, supervision
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU, home_of
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines
from reflexes.web.pages import page, paginate

PER_PAGE = 25
RESULTS = {
    HumanTask.Kind.RELATIVE: ("reached", "again", "nothing"),
    HumanTask.Kind.VISIT: ("reached", "again", "nothing"),
    HumanTask.Kind.DECIDE: ("again", "reached", "unreachable"),
}


@require_GET
def task_list(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show the people who wait for somebody, the oldest first."""
    kept = perms.access_campaign(request.actor, campaign)
    rows = paginate(request, supervision.open_tasks(kept), PER_PAGE)
    return page(request, "proactive_desks/campaigns/tasks.html", {"campaign": kept, "rows": rows, "menu_here": MENU})


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


def _page(request: HttpRequest, task: HumanTask, facts: dict[str, str] | None) -> HttpResponse:
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
    context = {
        "campaign": campaign,
        "task": task,
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
    return _page(request, found, facts)


@require_POST
def silences_seen(request: HttpRequest, campaign: str) -> HttpResponse:
    """Say that one saw the leases gone silent."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        seen = supervision.do_see_silences(actor=request.actor, campaign=kept)
        return ngettext("%(count)s silence seen.", "%(count)s silences seen.", seen) % {"count": seen}

    return pressed(request, act, home_of(kept))


@require_POST
def late_settled(request: HttpRequest, campaign: str, note: int) -> HttpResponse:
    """Say that a late outcome was read and settled."""
    kept = perms.access_campaign(request.actor, campaign)
    late = LateNote.objects.select_related("lease__campaign").filter(pk=note, lease__campaign=kept).first()
    if late is None:
        raise Http404

    def act() -> str:
        outcomes.do_settle_late(actor=request.actor, note=late)
        return _("It is settled.")

    return pressed(request, act, home_of(kept))
