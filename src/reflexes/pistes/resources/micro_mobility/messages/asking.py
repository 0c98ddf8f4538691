"""What people read when more were asked than there are places, and when an authority designates somebody."""

from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    ANSWER,
    RELEASE,
    Choice,
    Words,
    Writer,
    brief,
    contact_lines,
    hello,
    labelled,
    paragraphs,
    signature,
    titled,
    when,
    where,
    which,
)
from reflexes.pistes.resources.micro_mobility.messages.service import asks_to_go, what_it_leaves
from reflexes.web.words import full_date


def reserved(assignment: Assignment, reader: Person) -> Words:
    """Say at once that every place is taken, thank, and say what being on reserve means."""
    return Words(
        subject=_("%(half_day)s: thank you, you are on reserve") % {"half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("Thank you for your yes: %(mission)s, on %(when)s. Every place was taken when you answered.")
            % {"mission": titled(assignment), "when": when(assignment)},
            _("You are on reserve: if somebody cannot come, you are asked first, and you may still say no."),
            _("You have nothing to do. The half-day is yours, and you leave the reserve in one tap whenever you like."),
            signature(),
        ),
        short=_(
            "Thank you for your yes. Every place was taken on %(day)s, %(half)s: you are on reserve, nothing to do."
        )
        % brief(assignment),
        choices=(Choice(_("Leave the reserve"), "reponse=non"),),
        purpose=ANSWER,
    )


def not_needed(assignment: Assignment, reader: Person) -> Words:
    """Thank somebody who kept themself ready and was not needed: every offer gets an answer."""
    return Words(
        subject=_("%(half_day)s: thank you for having been ready") % {"half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("You were on reserve for %(mission)s, on %(when)s. Nobody had to be replaced.")
            % {"mission": titled(assignment), "when": when(assignment)},
            _("Thank you: knowing that you were there let others come without fear of leaving a hole."),
            signature(),
        ),
        short=_("You were on reserve on %(day)s, %(half)s: nobody had to be replaced. Thank you for having been ready.")
        % brief(assignment),
    )


def designated(assignment: Assignment, reader: Person) -> Words:
    """Say who decided, on what basis, and how to object: never written like a proposal."""
    return Words(
        subject=_("%(half_day)s: you are designated for a mission") % {"half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(authority)s designates you for %(mission)s, on %(when)s.")
            % {"authority": assignment.authority, "mission": titled(assignment), "when": when(assignment)},
            labelled(_("On what basis:"), assignment.basis),
            labelled(_("Where:"), where(assignment)),
            labelled(_("Back at your post:"), full_date(assignment.returns_on) if assignment.returns_on else ""),
            _(
                "This is not a proposal to volunteers. If you cannot come, or if you object, say so to the cell now, "
                "by telephone, on paper or by a tap: no reason is asked, and it answers you in writing with what the "
                "authority decides. You may be helped by a representative of your choice."
            ),
            _("Whom to call:") + "\n" + contact_lines(assignment) if contact_lines(assignment) else "",
            signature(),
        ),
        short=_("%(authority)s designates you on %(day)s, %(half)s (%(basis)s). To object, call or tap.")
        % {
            "authority": assignment.authority,
            **brief(assignment),
            "basis": assignment.basis,
        },
        choices=(Choice(_("Read it, or object"), "reponse=objection"),),
        purpose=ANSWER,
    )


def designated_in_service(assignment: Assignment, reader: Person) -> Words:
    """Tell the managers that somebody of theirs is designated, by whom; their word on the service is still asked."""
    words = asks_to_go(assignment, reader)
    return Words(
        subject=_("%(person)s is designated for %(half_day)s")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(authority)s designates %(person)s for %(mission)s, on %(when)s.")
            % {
                "authority": assignment.authority,
                "person": assignment.person,
                "mission": titled(assignment),
                "when": when(assignment),
            },
            labelled(_("On what basis:"), assignment.basis),
            labelled(_("What it leaves:"), what_it_leaves(assignment)),
            _("Please say before %(until)s whether the service can do without.")
            % {"until": full_date(assignment.release_by)}
            if assignment.release_by
            else "",
            signature(),
        ),
        short=words.short,
        choices=words.choices,
        purpose=RELEASE,
    )


AGENT: dict[str, Writer] = {"reserved": reserved, "not_needed": not_needed, "designated": designated}
MANAGERS: dict[str, Writer] = {"designated": designated_in_service}
