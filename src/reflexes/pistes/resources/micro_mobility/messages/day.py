"""What people read on the day itself and the evening before: a stand-in, a mentor away, a stop, a concern answered."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Assignment, Concern, Slot
from reflexes.mechanisms.allocation.services.missions import mentor_missing
from reflexes.mechanisms.allocation.states import DropMotive
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.agent import drop_motive
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    Choice,
    Words,
    Writer,
    brief,
    contact_lines,
    contacts,
    hello,
    own_page,
    paragraphs,
    reached_at,
    signature,
    titled,
    when,
    where,
    which,
)
from reflexes.pistes.resources.micro_mobility.messages.service import asks_to_go
from reflexes.web.words import full_date, half_day_full


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def replaced(assignment: Assignment, reader: Person) -> Words:
    """Tell the holder that somebody takes the place: they are free, and thanked."""
    return Words(
        subject=_("%(half_day)s: somebody comes instead of you") % {"half_day": _capital(which(assignment))},
        body=paragraphs(
            hello(reader),
            _("A stand-in was found for %(when)s (%(mission)s): you are no longer expected.")
            % {"when": when(assignment), "mission": titled(assignment)},
            _("You stay at your post. Thank you for having kept the place until then."),
            signature(),
        ),
        short=_("A stand-in was found for %(day)s, %(half)s: you stay at your post. Thank you for having waited.")
        % brief(assignment),
    )


def nobody_found(assignment: Assignment, reader: Person) -> Words:
    """Tell the holder, the evening before, that nobody was found: they are expected, and whom to call if not."""
    support = contacts(assignment)[1]
    return Words(
        subject=_("%(half_day)s: we found nobody to come instead of you") % {"half_day": _capital(which(assignment))},
        body=paragraphs(
            hello(reader),
            _("We looked for a stand-in for %(when)s (%(mission)s) and found nobody so far. You are still expected.")
            % {"when": when(assignment), "mission": titled(assignment)},
            _("If you really cannot come, tell us this evening: nobody will hold it against you."),
            contact_lines(assignment),
            signature(),
        ),
        short=_("No stand-in was found for %(day)s, %(half)s: you are still expected. You cannot come? Call %(who)s.")
        % {**brief(assignment), "who": reached_at(support) if support else _("the cell")},
        **own_page(assignment, reader),
    )


def mentor_away(assignment: Assignment, reader: Person) -> Words:
    """Tell a newcomer that nobody welcomes them yet: they do not start alone."""
    support = contacts(assignment)[1]
    return Words(
        subject=_("%(half_day)s: your mentor is not there, wait for our word")
        % {"half_day": _capital(which(assignment))},
        body=paragraphs(
            hello(reader),
            _("Whoever was to welcome you on %(when)s (%(mission)s) is not there. We are looking for somebody else.")
            % {"when": when(assignment), "mission": titled(assignment)},
            _("Do not start alone. Stay at your post until we write to you; if you have already left, call us."),
            _("About everything else: %(who)s.") % {"who": reached_at(support)} if support else "",
            signature(),
        ),
        short=_("Your mentor is not there on %(day)s, %(half)s. Do not start alone: wait for our word or call %(who)s.")
        % {**brief(assignment), "who": reached_at(support) if support else _("the cell")},
    )


def mentor_changed(assignment: Assignment, reader: Person) -> Words:
    """Tell a newcomer who welcomes them now."""
    if mentor_missing(assignment):
        return mentor_away(assignment, reader)
    mentor = assignment.mentor or assignment.slot.need.mentor
    facts = {**brief(assignment), "mentor": reached_at(mentor) if mentor else "", "where": where(assignment)}
    return Words(
        subject=_("%(half_day)s: %(mentor)s welcomes you")
        % {"half_day": _capital(which(assignment)), "mentor": mentor},
        body=paragraphs(
            hello(reader),
            _("On %(when)s, ask for %(mentor)s, at %(where)s.") % {**facts, "when": when(assignment)},
            _("Everything else stays as planned."),
            contact_lines(assignment),
            signature(),
        ),
        short=_("On %(day)s, %(half)s, ask for %(mentor)s, %(where)s. Everything else stays as planned.") % facts,
    )


def welcomes(assignment: Assignment, reader: Person) -> Words:
    """Tell the new mentor whom they welcome."""
    return Words(
        subject=_("You welcome %(person)s on %(half_day)s")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("You welcome %(person)s on %(when)s: %(mission)s, %(where)s.")
            % {
                "person": reached_at(assignment.person),
                "when": when(assignment),
                "mission": assignment.slot.need.title,
                "where": where(assignment),
            },
            _("Before they start: the short training and the safety instructions."),
            signature(),
        ),
        short=_("You welcome %(person)s on %(day)s, %(half)s: training and safety first.")
        % {**brief(assignment), "person": assignment.person},
    )


def stopped(assignment: Assignment, reader: Person) -> Words:
    """Tell the person that the mission stops now, that their hours count, and that their post awaits them."""
    return Words(
        subject=_("%(title)s stops now") % {"title": assignment.slot.need.title},
        body=paragraphs(
            hello(reader),
            _("The mission of %(when)s (%(mission)s) stops now: %(motive)s.")
            % {"when": when(assignment), "mission": titled(assignment), "motive": drop_motive(assignment)},
            _("The hours you gave are kept. You are expected back at your post: tell your service when you are."),
            contact_lines(assignment),
            signature(),
        ),
        short=_("%(title)s stops now: %(motive)s. Your hours are kept. You go back to your post.")
        % {"title": assignment.slot.need.title, "motive": drop_motive(assignment)},
    )


def stopped_for_others(assignment: Assignment, reader: Person) -> Words:
    """Tell the managers, the host, the contacts and the cell that somebody's mission stopped on the way."""
    facts = {
        "person": assignment.person,
        "when": when(assignment),
        "mission": titled(assignment),
        "motive": drop_motive(assignment),
    }
    return Words(
        subject=_("%(person)s: the mission of %(half_day)s stopped")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("The mission of %(person)s on %(when)s (%(mission)s) stopped on the way: %(motive)s.") % facts,
            _("They go back to their post today, %(day)s. The hours done are kept.")
            % {"day": full_date(assignment.returns_on or assignment.day)},
            signature(),
        ),
        short=_("The mission of %(person)s stopped: %(motive)s. They go back to their post.") % facts,
    )


def whole_stop(slots: list[Slot], motive: str, reader: Person) -> Words:
    """Tell the cell that everything stopped somewhere: the people were told one by one."""
    first = slots[0]
    facts = {
        "host": first.need.organisation,
        "half_day": half_day_full(first.day, first.half),
        "motive": DropMotive(motive).label,
    }
    return Words(
        subject=_("%(host)s: everything stopped on %(half_day)s") % facts,
        body=paragraphs(
            hello(reader),
            _("Everything stopped at %(host)s on %(half_day)s: %(motive)s.") % facts,
            _("Everybody concerned was told. Nobody new is asked for these half-days."),
        ),
        short=_("Everything stopped at %(host)s, %(half_day)s: %(motive)s. Everybody was told.") % facts,
        choices=(Choice(_("See what is waiting"), page=reverse("micro_mobility:silences")),),
    )


def asks_above(assignment: Assignment, reader: Person) -> Words:
    """Ask the unit above to decide: the manager may be away, and somebody waits (P09 (9))."""
    asked = asks_to_go(assignment, reader)
    return Words(
        subject=_("In their manager's place: %(subject)s") % {"subject": asked.subject},
        body=paragraphs(
            hello(reader),
            _("The manager of %(person)s has not answered and may be away: you are asked in their place.")
            % {"person": assignment.person},
            asked.body.removeprefix(hello(reader)),
        ),
        short=asked.short,
        choices=asked.choices,
        purpose=asked.purpose,
    )


def concern_told(concern: Concern, reader: Person) -> Words:
    """Tell the cell that something waits, without a word of it nor a name: it is read on its page."""
    return Words(
        subject=_("Somebody told the cell about something that was not right"),
        body=paragraphs(
            hello(reader),
            _("Somebody told us in confidence about something that was not right. They are waiting for an answer."),
            _("What they say is read on the site only, and each reading is kept."),
        ),
        choices=(Choice(_("Read and answer"), page=reverse("micro_mobility:concern_list")),),
    )


def concern_taken(concern: Concern, reader: Person) -> Words:
    """Tell the person who takes care of it."""
    who = reached_at(concern.handled_by) if concern.handled_by else _("the cell")
    return Words(
        subject=_("Somebody takes care of what you told us"),
        body=paragraphs(
            hello(reader),
            _("%(who)s takes care of what you told us. You may call them.") % {"who": who},
            _("Neither the host nor the person who appraises you reads it."),
            signature(),
        ),
        short=_("%(who)s takes care of what you told us. You may call them.") % {"who": who},
    )


def concern_answered(concern: Concern, reader: Person) -> Words:
    """Give the answer in the words of whoever wrote it."""
    return Words(
        subject=_("An answer to what you told us"),
        body=paragraphs(
            hello(reader),
            _("Thank you for having told us. Here is what was done:"),
            concern.answer,
            _("If it is not enough, call us: %(who)s.")
            % {"who": reached_at(concern.handled_by) if concern.handled_by else _("the cell")},
            signature(),
        ),
        short=_("An answer to what you told us is waiting: call %(who)s, or read it in “My missions”.")
        % {"who": reached_at(concern.handled_by) if concern.handled_by else _("the cell")},
    )


AGENT: dict[str, Writer] = {
    "replaced": replaced,
    "nobody_found": nobody_found,
    "mentor_away": mentor_away,
    "mentor_changed": mentor_changed,
    "stopped": stopped,
}
MENTOR: dict[str, Writer] = {"mentor_changed": welcomes}
OTHERS: dict[str, Writer] = {"stopped": stopped_for_others}
ABOVE: dict[str, Writer] = {"escalated": asks_above}
CONCERN = {"concern_told": concern_told, "concern_taken": concern_taken, "concern_answered": concern_answered}
