"""What the cell opens less often than every day: one page of sentences, each saying why it is there."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.pages import page


class Tool(NamedTuple):
    """One page of the cell: where it is, what it is called, why one would open it."""

    url_name: str
    label: str | Promise
    why: str | Promise
    icon: str


TOOLS: dict[str | Promise, tuple[Tool, ...]] = {
    _("The day before, and the day itself"): (
        Tool("micro_mobility:eve", _("The day before"), _("What is not settled for tomorrow, whom to call."), "clock"),
        Tool("micro_mobility:concern_list", _("What was not right"), _("Told in confidence, and waiting."), "shield"),
        Tool("micro_mobility:papers", _("Paper"), _("Forms to print; write down those that came back."), "file-text"),
        Tool("micro_mobility:stop_choose", _("Stop everything"), _("A site or a need, when it is not safe."), "ban"),
    ),
    _("People"): (
        Tool("micro_mobility:certificates", _("Certificates"), _("To confirm, or ending soon."), "badge-check"),
        Tool(
            "micro_mobility:allowances",
            _("Half-days that employers give"),
            _("How many each agent may give, by which decision."),
            "calendar-days",
        ),
        Tool("micro_mobility:departures", _("People who leave"), _("Their last day, and what follows."), "log-out"),
        Tool(
            "micro_mobility:thanks",
            _("Thank everyone"),
            _("A word to all who came forward, used or not."),
            "heart-handshake",
        ),
        Tool("micro_mobility:reserve", _("On reserve"), _("Who said yes when every place was taken."), "users"),
        Tool("micro_mobility:call_log", _("Calls"), _("Who was called, by whom, how it ended."), "phone"),
    ),
    _("Carry and keep"): (
        Tool("outbox:list", _("Outbox"), _("What left, what waits, what has to be printed or called."), "send"),
        Tool("micro_mobility:sheets", _("Sheets"), _("Bring in or take out people, needs and plans."), "table"),
        Tool("micro_mobility:cell_team", _("Who keeps the cell"), _("Name somebody, hand over."), "users"),
        Tool("micro_mobility:public_page", _("Public page"), _("What everybody may read, if you wish."), "megaphone"),
    ),
    _("What comes back"): (
        Tool("micro_mobility:newcomers", _("What newcomers see"), _("Remarks they agreed to share."), "eye"),
        Tool("micro_mobility:losses", _("What it costs services"), _("Words to read and to answer."), "scale"),
        Tool("micro_mobility:training", _("What to train for"), _("What lacks most, who would learn."), "lightbulb"),
    ),
    _("Get ready"): (
        Tool("crisis:exercises", _("Exercises"), _("Drill on the real screens: nothing leaves the house."), "flag"),
        Tool(
            "crisis:sequences",
            _("Sequences"),
            _("Say what changes and what does not, and until when."),
            "calendar-clock",
        ),
        Tool(
            "micro_mobility:twins",
            _("Twinned services"),
            _("Who is trained where, and the next drill."),
            "arrow-left-right",
        ),
        Tool("micro_mobility:flying", _("Flying agents"), _("Days for another authority in the job sheet."), "send"),
    ),
}


@require_GET
def tools(request: HttpRequest) -> HttpResponse:
    """Show every page of the cell that is not in the menu."""
    access_cell(request.actor)
    return page(request, "micro_mobility/cell/tools.html", {"groups": TOOLS.items()})
