"""What is told of returns, of what newcomers noticed, and of what a release costs a service."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.directory.models import Person, Twinning
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    Choice,
    Words,
    Writer,
    brief,
    brief_moment,
    hello,
    paragraphs,
    signature,
    titled,
    when,
    which,
)
from reflexes.web.words import full_date


def interview_booked(assignment: Assignment, reader: Person) -> Words:
    """Tell the agent and the service when they talk about the return, on the first day of the mission (P09 (11))."""
    at = assignment.return_interview_at
    moment = full_date(at) if at else full_date(assignment.returns_on or assignment.day)
    own = reader.pk == assignment.person_id
    about = (
        _("Your mission has begun: %(mission)s. Your return interview is booked for %(moment)s.")
        if own
        else _("%(person)s has begun a mission: %(mission)s. The return interview is booked for %(moment)s.")
    )
    page = Choice(_("See the questions, move the date"), page=reverse("micro_mobility:interview", args=[assignment.pk]))
    return Words(
        subject=_("Return interview on %(moment)s") % {"moment": moment},
        body=paragraphs(
            hello(reader),
            about % {"person": assignment.person, "mission": titled(assignment), "moment": moment},
            _("Ten minutes, three questions: volunteers? fresh eye used and roles split? return prepared?"),
            _("If another moment suits you both better, change it on the page."),
            signature(),
        ),
        short=_("Return interview: %(moment)s. Ten minutes, three questions.")
        % {"moment": brief_moment(at) if at else moment},
        choices=(page,),
    )


def goes_as_agreed(assignment: Assignment, reader: Person) -> Words:
    """Tell the service that the half-day it proposed is taken up: it has nothing more to answer."""
    return Words(
        subject=_("%(person)s goes on %(half_day)s, as you proposed")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(person)s goes on %(when)s, the half-day that you proposed: %(mission)s.")
            % {"person": assignment.person, "when": when(assignment), "mission": titled(assignment)},
            _("You have nothing more to answer. If the service can no longer do without, call the cell."),
            signature(),
        ),
        short=_("%(person)s goes on %(day)s, %(half)s, as you proposed. Nothing to do.")
        % {"person": assignment.person, **brief(assignment)},
    )


def other_half_day_closed(assignment: Assignment, reader: Person) -> Words:
    """Say that nothing fits the half-day proposed instead, and why."""
    closed = Entry.objects.about("assignment", str(assignment.pk)).filter(verb="allocation.other_half_day_closed")
    reason = closed.values_list("reason", flat=True).last() or ""
    about = (
        _("Nothing fits the other half-day that your service proposed instead of %(when)s.")
        if reader.pk == assignment.person_id
        else _("Nothing fits the other half-day that you proposed for %(person)s instead of %(when)s.")
    )
    return Words(
        subject=_("The other half-day is not needed"),
        body=paragraphs(
            hello(reader),
            about % {"person": assignment.person, "when": when(assignment)},
            _("The cell says: “%(reason)s”") % {"reason": reason} if reason else "",
            _("Thank you for having looked for another way."),
            signature(),
        ),
    )


def loss_acknowledged(assignment: Assignment, reader: Person) -> Words:
    """Tell the service that somebody read what it costs."""
    return Words(
        subject=_("We read what it costs your service"),
        body=paragraphs(
            hello(reader),
            _("You let %(person)s go on %(when)s and wrote: “%(words)s”.")
            % {"person": assignment.person, "when": when(assignment), "words": assignment.capacity_loss},
            _("We have read it and take it into account in what we ask of you. Thank you for what your service gives."),
            signature(),
        ),
    )


def remark_passed(assignment: Assignment, reader: Person) -> Words:
    """Tell the host that a newcomer noticed something: no name, no date, the words are on the page."""
    return Words(
        subject=_("A newcomer noticed something at %(host)s") % {"host": assignment.slot.need.organisation},
        body=paragraphs(
            hello(reader),
            _("Somebody who came to lend a hand noticed something that may help your team. It is told without a name."),
            _("Read it together, then say what you do with it: adopted, adapted, or not kept, with a reason."),
            signature(),
        ),
        short=_("A newcomer noticed something that may help your team. Read it on your page “A fresh eye”."),
        choices=(Choice(_("Read and answer"), page=reverse("micro_mobility:fresh_eye")),),
    )


def remark_answered(assignment: Assignment, reader: Person) -> Words:
    """Tell whoever noticed something what the host does with it."""
    answer = assignment.debrief.host_answer
    return Words(
        subject=_("What %(host)s does with your remark") % {"host": assignment.slot.need.organisation},
        body=paragraphs(
            hello(reader),
            _("%(host)s read what a newcomer noticed and answers: %(outcome)s.")
            % {"host": assignment.slot.need.organisation, "outcome": answer.get_outcome_display()},
            _("They say: “%(reason)s”") % {"reason": answer.reason},
            _("The host was not told that the remark is yours."),
            signature(),
        ),
        short=_("%(host)s answers your remark: %(outcome)s.")
        % {"host": assignment.slot.need.organisation, "outcome": answer.get_outcome_display()},
    )


def shared(assignment: Assignment, reader: Person) -> Words:
    """Tell human resources that somebody chose to share something: what it is stays on the page, and can go."""
    return Words(
        subject=_("An agent chose to share a return with you"),
        body=paragraphs(
            hello(reader),
            _("An agent came back from a mission and chose to share something of it with you."),
            _("It is on your page as long as they wish it: it never serves an appraisal."),
            signature(),
        ),
        short=_("An agent chose to share a return with you: see your page."),
        choices=(Choice(_("Read it"), page=reverse("micro_mobility:shared_returns")),),
    )


def drill_due(pair: Twinning, reader: Person) -> Words:
    """Remind both services that their next drill is due."""
    last = _("The last one was on %(day)s.") % {"day": full_date(pair.last_drill_on)} if pair.last_drill_on else ""
    return Words(
        subject=_("A drill is due: %(home)s and %(host)s") % {"home": pair.home, "host": pair.host},
        body=paragraphs(
            hello(reader),
            _("%(home)s and %(host)s are twinned: their next drill was due on %(day)s.")
            % {"home": pair.home, "host": pair.host, "day": full_date(pair.next_drill_on)},
            last,
            _("Half a day together is enough. Write down afterwards who came: they stay trained."),
            signature(),
        ),
        short=_("A drill is due between %(home)s and %(host)s.") % {"home": pair.home, "host": pair.host},
        choices=(Choice(_("Open the pair"), page=reverse("micro_mobility:twin_detail", args=[pair.pk])),),
    )


AGENT: dict[str, Writer] = {
    "started": interview_booked,
    "other_half_day_closed": other_half_day_closed,
    "remark_answered": remark_answered,
}
MANAGERS: dict[str, Writer] = {
    "started": interview_booked,
    "goes_as_agreed": goes_as_agreed,
    "other_half_day_closed": other_half_day_closed,
    "loss_acknowledged": loss_acknowledged,
}
HOSTS: dict[str, Writer] = {"remark_passed": remark_passed}
HR: dict[str, Writer] = {"shared": shared}
