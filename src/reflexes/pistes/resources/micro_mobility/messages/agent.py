"""What the agent reads."""

from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Assignment, WishWaiver
from reflexes.mechanisms.allocation.services.why import limits_crossed
from reflexes.mechanisms.allocation.states import WithholdMotive
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    ANSWER,
    RETURN,
    WAIVER,
    Choice,
    Words,
    Writer,
    answer_by,
    brief,
    brief_day,
    brief_half,
    brief_moment,
    contact_lines,
    contacts,
    hello,
    labelled,
    other_half_day,
    own_page,
    paragraphs,
    reached_at,
    signature,
    titled,
    town,
    when,
    where,
    which,
)
from reflexes.pistes.resources.micro_mobility.wish_words import wish_words
from reflexes.web.words import full_date, half_day_full


def proposed(assignment: Assignment, reader: Person) -> Words:
    """Ask as a person would: what, where, when, with whom, what is provided, until when (screens.md 4)."""
    need = assignment.slot.need
    mentor = contacts(assignment)[0]
    until = answer_by(assignment)
    half = brief_half(assignment.half)
    body = paragraphs(
        hello(reader),
        _("%(host)s is looking for hands on %(when)s. Would you come?")
        % {"host": need.organisation, "when": when(assignment)},
        _("%(title)s: %(tasks)s") % {"title": need.title, "tasks": need.tasks.strip()} if need.tasks else need.title,
        "\n".join(
            line
            for line in (
                labelled(_("Where:"), where(assignment)),
                labelled(_("How to get there:"), need.place.directions if need.place and not need.remote else ""),
                labelled(_("With whom:"), _("%(who)s welcomes and guides you.") % {"who": mentor} if mentor else ""),
                labelled(_("What is provided:"), need.provided),
                labelled(_("Good to know:"), need.constraints),
                labelled(_("Back at your post:"), full_date(assignment.returns_on) if assignment.returns_on else ""),
            )
            if line
        ),
        labelled(_("How people are chosen:"), need.criteria),
        _("Yes or no, both are fine, and no reason is asked. Please answer before %(until)s.")
        % {"until": full_date(until)}
        if until
        else "",
        more_than_places() if assignment.over_asked else "",
        confidential(),
        signature(),
    )
    short = _("%(name)s, %(title)s on %(day)s, %(half)s, in %(town)s with %(mentor)s? Yes or no before %(until)s.") % {
        "name": reader.first_name,
        "title": need.title,
        "day": brief_day(assignment.day),
        "half": half,
        "town": town(assignment),
        "mentor": _welcomer(assignment),
        "until": brief_moment(until) if until else brief_day(assignment.day),
    }
    return Words(
        subject=_("%(half_day)s: could you lend a hand in %(town)s?")
        % {"half_day": _half_day(assignment), "town": town(assignment)},
        body=body,
        short=short,
        choices=(Choice(_("Yes, I will come"), "reponse=oui"), Choice(_("No, not this time"), "reponse=non")),
        purpose=ANSWER,
    )


def more_than_places() -> str:
    """Say that more people are asked than there are places: nobody finds it out afterwards (ADR 11)."""
    return _(
        "We ask a few more people than there are places, so that none stays empty. If every place is taken when you "
        "say yes, you are told at once, thanked, and kept on reserve."
    )


def confidential() -> str:
    """Say who does not see the answer (design.md rules 4 and 5)."""
    return _("Your answer is visible neither to the person who appraises you nor in your file.")


def confirmed(assignment: Assignment, reader: Person) -> Words:
    """Say what happens next, in three lines with dates, and whom to call."""
    lines = "\n".join(
        (
            _("1. %(when)s: %(mentor)s expects you at %(where)s.")
            % {"when": when(assignment), "mentor": _welcomer(assignment), "where": where(assignment)},
            _("2. Before you start: a short training and the safety instructions, on the spot."),
            _("3. %(day)s: back at your post, with an interview about your return.")
            % {"day": full_date(assignment.returns_on or assignment.day)},
        )
    )
    body = paragraphs(
        hello(reader),
        _("You are expected: %(mission)s.") % {"mission": titled(assignment)},
        lines,
        _("Whom to call:") + "\n" + contact_lines(assignment),
        _("If something comes up, say so as soon as you can: nobody will hold it against you."),
        signature(),
    )
    return Words(
        subject=_("%(half_day)s: you are expected") % {"half_day": _half_day(assignment)},
        body=body,
        short=_("You are expected on %(day)s, %(half)s, %(where)s. Ask for %(mentor)s.")
        % {
            **brief(assignment),
            "where": where(assignment),
            "mentor": reached_at(mentor) if (mentor := contacts(assignment)[0]) else _welcomer(assignment),
        },
        **own_page(assignment, reader),
    )


def withheld(assignment: Assignment, reader: Person) -> Words:
    """Say why the service cannot let go, thank, and pass on the other date it proposes."""
    motive = WithholdMotive(assignment.withhold_motive).label if assignment.withhold_motive else ""
    other = other_half_day(assignment)
    return Words(
        subject=_("%(half_day)s: your service needs you") % {"half_day": _half_day(assignment)},
        body=paragraphs(
            hello(reader),
            _("Thank you for your yes. Your service cannot let you go on %(when)s: %(motive)s.")
            % {"when": when(assignment), "motive": motive},
            labelled(_("What your service adds:"), assignment.capacity_loss),
            _("It proposes %(half_day)s instead: the cell was told.") % {"half_day": other} if other else "",
            _("You have nothing to do. The half-day is yours again, and the cell will ask you another time."),
            signature(),
        ),
        short=_("Your service needs you on %(day)s, %(half)s (%(motive)s). Thank you for your yes: nothing to do.")
        % {**brief(assignment), "motive": motive},
    )


def turned_down(assignment: Assignment, reader: Person) -> Words:
    """Say in the host's words why it does not confirm, and thank."""
    reason = (
        Entry.objects.about("assignment", str(assignment.pk))
        .filter(verb="allocation.turned_down")
        .values_list("reason", flat=True)
        .last()
    ) or ""
    host = assignment.slot.need.organisation
    return Words(
        subject=_("%(half_day)s: %(host)s does not need the help after all")
        % {"half_day": _half_day(assignment), "host": host},
        body=paragraphs(
            hello(reader),
            _("Thank you for your yes. %(host)s does not confirm %(when)s.") % {"host": host, "when": when(assignment)},
            labelled(_("In their words:"), reason),
            _("It says nothing about you. You stay at your post that half-day; the cell will ask you another time."),
            signature(),
        ),
        short=_("%(host)s does not confirm %(day)s, %(half)s. Thank you for your yes: you stay at your post.")
        % {"host": host, **brief(assignment)},
    )


def dropped(assignment: Assignment, reader: Person) -> Words:
    """Say that the mission will not take place, and that the person stays at their post."""
    return Words(
        subject=_("%(half_day)s: the mission is called off") % {"half_day": _half_day(assignment)},
        body=paragraphs(
            hello(reader),
            _("The mission of %(when)s (%(mission)s) will not take place for you: %(motive)s.")
            % {"when": when(assignment), "mission": titled(assignment), "motive": drop_motive(assignment)},
            _("You stay at your post. Thank you for having said yes."),
            contact_lines(assignment),
            signature(),
        ),
        short=_("Called off: %(day)s, %(half)s, %(title)s. You stay at your post. Thank you for your yes.")
        % {
            **brief(assignment),
            "title": assignment.slot.need.title,
        },
    )


def drop_motive(assignment: Assignment) -> str:
    """Say who stops a mission, in plain words."""
    return str(assignment.get_drop_motive_display())


def excused(assignment: Assignment, reader: Person) -> Words:
    """Take note that the person could not come."""
    return Words(
        subject=_("%(half_day)s: noted, you could not come") % {"half_day": _half_day(assignment)},
        body=paragraphs(
            hello(reader),
            _("We know that you could not come on %(when)s. It is noted as excused, and held against nobody.")
            % {"when": when(assignment)},
            _("The half-day does not count in your week."),
            signature(),
        ),
        short=_("Noted: you could not come on %(day)s, %(half)s. It is excused.") % brief(assignment),
    )


def no_show(assignment: Assignment, reader: Person) -> Words:
    """Ask whether everything is all right."""
    return Words(
        subject=_("%(half_day)s: is everything all right?") % {"half_day": _half_day(assignment)},
        body=paragraphs(
            hello(reader),
            _("You were expected on %(when)s and we did not see you. We hope that everything is all right.")
            % {"when": when(assignment)},
            _("A word to one of these two people is enough:") + "\n" + contact_lines(assignment),
            signature(),
        ),
        short=_("We did not see you on %(day)s, %(half)s. Is everything all right? Call %(who)s.")
        % {
            **brief(assignment),
            "who": reached_at(support) if (support := contacts(assignment)[1]) else _("the cell"),
        },
    )


def expired(assignment: Assignment, reader: Person) -> Words:
    """A kind word: no answer is an answer too, and changes nothing for later."""
    return Words(
        subject=_("%(half_day)s: no need to answer any more") % {"half_day": _half_day(assignment)},
        body=paragraphs(
            hello(reader),
            _("The time to answer for %(when)s has passed: the question is closed, and nothing is expected of you.")
            % {"when": when(assignment)},
            _("We know that weeks are full. You will be asked another time as if nothing had happened."),
            _("You can say at any time which half-days suit you, or pause everything, in “My space”."),
            signature(),
        ),
        short=_("No need to answer any more for %(day)s, %(half)s. We will ask you another time.") % brief(assignment),
    )


def done(assignment: Assignment, reader: Person) -> Words:
    """Prepare the return: when, with whom, and a few questions that only the person answers (P09 (11))."""
    interview = assignment.return_interview_at
    return Words(
        subject=_("Your return after %(host)s") % {"host": assignment.slot.need.organisation},
        body=paragraphs(
            hello(reader),
            _("Thank you for %(when)s at %(host)s.")
            % {"when": when(assignment), "host": assignment.slot.need.organisation},
            _("You are expected back at your post on %(day)s.")
            % {"day": full_date(assignment.returns_on or assignment.day)},
            _("Your return interview is booked on %(moment)s.") % {"moment": full_date(interview)} if interview else "",
            _(
                "When you are back, tell us with the button below, and answer four short questions about how it went. "
                "You decide who reads your remarks."
            ),
            signature(),
        ),
        short=_("Thank you for %(day)s. Back at your post on %(back)s? Tell us, with four short questions.")
        % {"day": brief_day(assignment.day), "back": brief_day(assignment.returns_on or assignment.day)},
        choices=(Choice(_("I am back: tell how it went")),),
        purpose=RETURN,
    )


def waiver_asked(waiver: WishWaiver, reader: Person, limits: list[str]) -> Words:
    """Ask whether, this once, the person would go beyond their own limit: only they can say yes (P09 (2))."""
    need, slot = waiver.slot.need, waiver.slot
    moment = half_day_full(slot.day, slot.half)
    return Words(
        subject=_("A question about your limit, this once"),
        body=paragraphs(
            hello(reader),
            _("You told us: %(limits)s. This limit stands, and nobody can pass over it but you.")
            % {"limits": ", ".join(limits)}
            if limits
            else "",
            _("%(host)s is short of hands on %(when)s (%(title)s). Would you come, this once?")
            % {"host": need.organisation, "when": moment, "title": need.title},
            _("No is a full answer. Without an answer, your limit stays as it is."),
            confidential(),
            signature(),
        ),
        short=_("Your limit stands. This once, would you come on %(day)s, %(half)s (%(title)s)? No is fine.")
        % {
            "day": brief_day(slot.day),
            "half": brief_half(slot.half),
            "title": need.title,
        },
        choices=(Choice(_("Yes, this once"), "reponse=oui"), Choice(_("No, my limit stays"), "reponse=non")),
        purpose=WAIVER,
    )


def limits_of(waiver: WishWaiver) -> list[str]:
    """Return the limits that this half-day would cross, in the person's words."""
    return [wish_words(wish) for wish in limits_crossed(waiver)]


def _welcomer(assignment: Assignment) -> str:
    """Return who welcomes: the mentor, or the host as a whole."""
    return str(contacts(assignment)[0] or assignment.slot.need.organisation)


def _half_day(assignment: Assignment) -> str:
    words = which(assignment)
    return words[:1].upper() + words[1:]


WRITERS: dict[str, Writer] = {
    "proposed": proposed,
    "confirmed": confirmed,
    "withheld": withheld,
    "turned_down": turned_down,
    "dropped": dropped,
    "excused": excused,
    "no_show": no_show,
    "expired": expired,
    "done": done,
}
