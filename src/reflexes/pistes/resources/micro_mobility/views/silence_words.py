"""How each silence reads on the cell's table: its sentence, who can unblock it, what to do, why it matters."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Saying:
    """How one silence reads: its sentence by count, who can unblock it, what to do, and why it matters."""

    sentence: Any
    unblocked_by: Text
    action: Text
    title: Text
    about: Text
    tone: str = "waits"
    page: str = ""


# Silence code (allocation.services.silences) → its words.
SAYINGS: dict[str, Saying] = {
    "mentors_away": Saying(
        ngettext_lazy(
            "%(count)s mentor is away and nobody welcomes instead.",
            "%(count)s mentors are away and nobody welcomes instead.",
            "count",
        ),
        gettext_lazy("the host and the cell"),
        gettext_lazy("Name somebody"),
        gettext_lazy("Mentors away"),
        gettext_lazy("Until somebody is named nobody may start, and newcomers wait."),
    ),
    "concerns_open": Saying(
        ngettext_lazy(
            "%(count)s person told us about something that was not right.",
            "%(count)s people told us about something that was not right.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Read and answer"),
        gettext_lazy("What was not right"),
        gettext_lazy("Told in confidence: read by the cell alone. They wait for an answer."),
    ),
    "objections_open": Saying(
        ngettext_lazy(
            "%(count)s designated person objects and has no answer.",
            "%(count)s designated people object and have no answer.",
            "count",
        ),
        gettext_lazy("the cell and the authority that decided"),
        gettext_lazy("Read and answer"),
        gettext_lazy("Objections without an answer"),
        gettext_lazy("Nobody goes before their objection is answered in writing, with what the authority decides."),
    ),
    "managers_late": Saying(
        ngettext_lazy(
            "%(count)s agent waits, and their manager's time to answer has passed.",
            "%(count)s agents wait, and their managers' time to answer has passed.",
            "count",
        ),
        gettext_lazy("the home managers"),
        gettext_lazy("Call, or ask above"),
        gettext_lazy("Managers past their time to answer"),
        gettext_lazy("Silence is never a yes. Call them, ask the unit above, or write down whose answer you got."),
    ),
    "offers_unanswered": Saying(
        ngettext_lazy(
            "%(count)s person offered to help and heard nothing.",
            "%(count)s people offered to help and heard nothing.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Answer"),
        gettext_lazy("Offers nobody answered"),
        gettext_lazy("Every offer gets a human answer, even when there is nothing to ask for yet."),
    ),
    "agents_silent": Saying(
        ngettext_lazy(
            "%(count)s agent has not answered a proposal.",
            "%(count)s agents have not answered a proposal.",
            "count",
        ),
        gettext_lazy("the agents"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Agents who have not answered"),
        gettext_lazy("Refusing costs nothing: a reminder asks for an answer, not for a yes."),
    ),
    "managers_silent": Saying(
        ngettext_lazy(
            "%(count)s agent waits for their manager's answer.",
            "%(count)s agents wait for their managers' answers.",
            "count",
        ),
        gettext_lazy("the home managers"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Managers who have not answered"),
        gettext_lazy("They said yes, or are designated. Their manager releases them, or keeps them with a motive."),
    ),
    "hosts_silent": Saying(
        ngettext_lazy(
            "%(count)s released agent waits for the host to confirm.",
            "%(count)s released agents wait for the host to confirm.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Hosts who have not confirmed"),
        gettext_lazy("The agent said yes and the service let them go: the host still has to say it expects them."),
    ),
    "needs_short": Saying(
        ngettext_lazy(
            "%(count)s half-day of a vital need has free places and nobody asked.",
            "%(count)s half-days of vital needs have free places and nobody asked.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Why?"),
        gettext_lazy("Vital half-days with nobody asked"),
        gettext_lazy("Run a plan, or read why nobody can be asked: call, recruit or train."),
    ),
    "needs_new": Saying(
        ngettext_lazy(
            "%(count)s need was opened and nobody has looked at it yet.",
            "%(count)s needs were opened and nobody has looked at them yet.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("See which"),
        gettext_lazy("Needs nobody has looked at"),
        gettext_lazy("No plan has counted them and nobody was asked: run a plan over their days, or call somebody."),
    ),
    "stand_ins_wanted": Saying(
        ngettext_lazy("%(count)s agent looks for a stand-in.", "%(count)s agents look for a stand-in.", "count"),
        gettext_lazy("the cell"),
        gettext_lazy("Find somebody"),
        gettext_lazy("Stand-ins looked for"),
        gettext_lazy("The holder keeps the mission until somebody takes it."),
    ),
    "papers_in_the_way": Saying(
        ngettext_lazy(
            "%(count)s mission agreed cannot begin: a paper ended or is missing.",
            "%(count)s missions agreed cannot begin: a paper ended or is missing.",
            "count",
        ),
        gettext_lazy("the agents and the cell"),
        gettext_lazy("Call them"),
        gettext_lazy("Papers in the way"),
        gettext_lazy("A certificate ended, or a parent took a consent back: call the person, or find somebody else."),
    ),
    "certificates_to_confirm": Saying(
        ngettext_lazy(
            "%(count)s certificate waits to be confirmed.", "%(count)s certificates wait to be confirmed.", "count"
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Look and confirm"),
        gettext_lazy("Certificates to confirm"),
        gettext_lazy("Until somebody of us has seen it, the person is asked for nothing that needs it."),
        page="micro_mobility:certificates",
    ),
    "services_without_manager": Saying(
        ngettext_lazy(
            "%(count)s service lost its manager and nobody is in their place.",
            "%(count)s services lost their managers and nobody is in their place.",
            "count",
        ),
        gettext_lazy("the unit above"),
        gettext_lazy("See which"),
        gettext_lazy("Services without a manager"),
        gettext_lazy("Their decisions go to the unit above until somebody is named."),
        page="micro_mobility:departures",
    ),
    "unprepared": Saying(
        ngettext_lazy(
            "%(count)s mission of the next two days is not prepared.",
            "%(count)s missions of the next two days are not prepared.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Prepare"),
        gettext_lazy("Missions not prepared"),
        gettext_lazy("Nobody starts before the short training and the safety rules."),
    ),
    "not_returned": Saying(
        ngettext_lazy(
            "%(count)s agent is not back at their post on the date planned.",
            "%(count)s agents are not back at their posts on the date planned.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Organise the return"),
        gettext_lazy("Agents not back at their post"),
        gettext_lazy("A mission ends with a return: call the agent or the home service, then write it down here."),
    ),
    "not_debriefed": Saying(
        ngettext_lazy(
            "%(count)s agent came back and was not heard yet.",
            "%(count)s agents came back and were not heard yet.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Hear them"),
        gettext_lazy("Returns without a debrief"),
        gettext_lazy("What a newcomer saw is lost within days. The agent decides what goes further."),
    ),
    "series_ending": Saying(
        ngettext_lazy(
            "%(count)s need that comes back each week nears its end.",
            "%(count)s needs that come back each week near their end.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Renew or let end"),
        gettext_lazy("Weekly needs near their end"),
        gettext_lazy("It goes on with a reason, or it ends: it never lasts by itself. Ask the host."),
    ),
    "half_days_proposed": Saying(
        ngettext_lazy(
            "%(count)s service proposed another half-day.", "%(count)s services proposed another half-day.", "count"
        ),
        gettext_lazy("the cell"),
        gettext_lazy("See what fits"),
        gettext_lazy("Other half-days proposed"),
        gettext_lazy("The service has agreed to that half-day: ask the person, or say why not."),
        page="micro_mobility:other_dates",
    ),
    "costs_unread": Saying(
        ngettext_lazy(
            "%(count)s service told us what a release costs it.",
            "%(count)s services told us what a release costs them.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Read and answer"),
        gettext_lazy("What releases cost"),
        gettext_lazy("A service that gives somebody is read, and told so."),
        page="micro_mobility:losses",
    ),
    "remarks_unanswered": Saying(
        ngettext_lazy(
            "%(count)s remark of a newcomer has no answer from its host.",
            "%(count)s remarks of newcomers have no answer from their host.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("See which hosts"),
        gettext_lazy("Remarks without an answer"),
        gettext_lazy("What a newcomer noticed deserves a word, even a no."),
        page="micro_mobility:newcomers",
    ),
    "drills_due": Saying(
        ngettext_lazy(
            "%(count)s pair of twinned services is due for a drill.",
            "%(count)s pairs of twinned services are due for a drill.",
            "count",
        ),
        gettext_lazy("their managers"),
        gettext_lazy("See which pairs"),
        gettext_lazy("Drills due"),
        gettext_lazy("A pool that does not drill forgets."),
        page="micro_mobility:twins",
    ),
    "job_sheets_to_review": Saying(
        ngettext_lazy(
            "%(count)s job sheet with days for another authority is due for review.",
            "%(count)s job sheets with days for another authority are due for review.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Look again"),
        gettext_lazy("Job sheets to review"),
        gettext_lazy("Days for another authority go on or end, they are not forgotten."),
        page="micro_mobility:flying",
    ),
    "reserve_first": Saying(
        ngettext_lazy(
            "%(count)s person on reserve could take a place that is free again.",
            "%(count)s people on reserve could take places that are free again.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Ask them first"),
        gettext_lazy("On reserve, and a place is free"),
        gettext_lazy("They said yes when every place was taken: they are asked before anybody else."),
        page="micro_mobility:reserve",
    ),
    "calls_due": Saying(
        ngettext_lazy(
            "%(count)s person asked to be called again, and it is time.",
            "%(count)s people asked to be called again, and it is time.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Call them"),
        gettext_lazy("Calls promised"),
        gettext_lazy("A call promised is a call made."),
        page="micro_mobility:call_log",
    ),
    "drafts": Saying(
        ngettext_lazy(
            "%(count)s need was begun and never opened.", "%(count)s needs were begun and never opened.", "count"
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Finish with them"),
        gettext_lazy("Needs begun and never opened"),
        gettext_lazy("A host stopped on the way: a call often finishes it in two minutes."),
        tone="going",
    ),
    "unthanked": Saying(
        ngettext_lazy(
            "%(count)s half-day was given and nobody was thanked for it yet.",
            "%(count)s half-days were given and nobody was thanked for them yet.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Thank everyone"),
        gettext_lazy("Half-days nobody was thanked for"),
        gettext_lazy("Whoever came, or only offered to, hears a word from us."),
        tone="going",
        page="micro_mobility:thanks",
    ),
    "data_requests": Saying(
        ngettext_lazy(
            "%(count)s person asked something about their data.",
            "%(count)s people asked something about their data.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Answer"),
        gettext_lazy("Requests about data"),
        gettext_lazy("To correct, to object, to leave: each one gets an answer in words."),
        page="data_requests",
    ),
    "accounts_over": Saying(
        ngettext_lazy(
            "%(count)s mission goes beyond the half-days an employer gives.",
            "%(count)s missions go beyond the half-days an employer gives.",
            "count",
        ),
        gettext_lazy("the cell and the employer"),
        gettext_lazy("See whom"),
        gettext_lazy("Beyond the half-days decided"),
        gettext_lazy("They said yes all the same: ask the employer for more, or find somebody else with them."),
        tone="going",
    ),
}
GROUPS: dict[str, Text] = {
    "people": gettext_lazy("People who offered are waiting"),
    "agents": gettext_lazy("Agents are waiting"),
    "hosts": gettext_lazy("Hosts are waiting"),
    "services": gettext_lazy("Home services are waiting"),
}
