"""What the home managers, the hosts, human resources and the cell read."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.minimums import left_at
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.agent import drop_motive
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    RELEASE,
    Choice,
    Words,
    Writer,
    brief,
    brief_day,
    brief_moment,
    hello,
    labelled,
    other_half_day,
    paragraphs,
    signature,
    titled,
    when,
    where,
    which,
)
from reflexes.web.words import full_date


def asks_to_go(assignment: Assignment, reader: Person) -> Words:
    """Who asks to go, when, what it leaves; release or keep, before when (screens.md 6; P09 (9))."""
    person, until = assignment.person, assignment.release_by
    body = paragraphs(
        hello(reader),
        _("%(person)s offers to lend a hand on %(when)s and needs your agreement.")
        % {"person": person, "when": when(assignment)},
        "\n".join(
            (
                labelled(_("What for:"), titled(assignment)),
                labelled(_("Where:"), where(assignment)),
                labelled(_("Back at their post:"), full_date(assignment.returns_on or assignment.day)),
                labelled(_("What it leaves:"), what_it_leaves(assignment)),
            )
        ),
        _("Please answer before %(until)s. If you cannot do without, choose why in a short list: they will read it.")
        % {"until": full_date(until)}
        if until
        else "",
        signature(),
    )
    return Words(
        subject=_("%(person)s asks to go on %(half_day)s") % {"person": person, "half_day": which(assignment)},
        body=body,
        short=_("%(person)s asks to go on %(day)s, %(half)s (%(title)s). Yes or no before %(until)s.")
        % {
            "person": person,
            **brief(assignment),
            "title": assignment.slot.need.title,
            "until": brief_moment(until) if until else brief_day(assignment.day),
        },
        choices=(
            Choice(_("Yes, let them go"), "reponse=oui"),
            Choice(_("No, the service needs them"), "reponse=non"),
        ),
        purpose=RELEASE,
    )


def what_it_leaves(assignment: Assignment) -> str:
    """Say whether the service keeps its minimum if this person goes too."""
    capacity = assignment.person.offer.capacity
    unit_id = capacity.unit_id if capacity else None
    if unit_id is None:
        return ""
    key = (unit_id, assignment.day, assignment.half)
    found = left_at([unit_id], assignment.day, assignment.day, exercise_id=assignment.exercise_id).get(key)
    if found is None or found.minimum is None:
        return _("the service has set no minimum for that half-day.")
    facts = {"left": found.if_one_more_goes, "present": found.present, "minimum": found.minimum}
    if found.keeps_one_more:
        return _("%(left)s people out of %(present)s; your minimum of %(minimum)s is kept.") % facts
    return _("%(left)s people out of %(present)s; your minimum of %(minimum)s is not kept.") % facts


def nobody_to_ask(assignment: Assignment, reader: Person) -> Words:
    """Tell the cell that no manager is known: somebody must be called."""
    return Words(
        subject=_("Nobody to ask for %(person)s's release") % {"person": assignment.person},
        body=paragraphs(
            hello(reader),
            _("%(person)s said yes for %(when)s, but no manager of their service is known here.")
            % {"person": assignment.person, "when": when(assignment)},
            _("Call their service, then write the answer down on the page of what is waiting."),
        ),
        choices=(_page(_("See what is waiting"), "micro_mobility:silences"),),
    )


def withdrawn(assignment: Assignment, reader: Person) -> Words:
    """Tell the managers that the person stays; who changed their mind is not their business (design.md rule 5)."""
    return Words(
        subject=_("%(person)s stays in the service on %(half_day)s")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(person)s stays in the service on %(when)s: the mission is called off. You have nothing to do.")
            % {"person": assignment.person, "when": when(assignment)},
            signature(),
        ),
        short=_("%(person)s stays in the service on %(day)s, %(half)s. Nothing to do.")
        % {"person": assignment.person, **brief(assignment)},
    )


def comes_to_host(assignment: Assignment, reader: Person) -> Words:
    """Tell the host that somebody is free to come: confirm or say why not."""
    return Words(
        subject=_("%(person)s can come on %(half_day)s") % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(person)s said yes for %(when)s, and their service agrees: %(mission)s.")
            % {"person": assignment.person, "when": when(assignment), "mission": assignment.slot.need.title},
            _("Confirm that you expect them, or say in one sentence why not. They are waiting for your word."),
            signature(),
        ),
        short=_("%(person)s can come on %(day)s, %(half)s. Please confirm on your page “Arrivals”.")
        % {"person": assignment.person, **brief(assignment)},
        choices=(Choice(_("Confirm or not"), page=reverse("micro_mobility:mission_detail", args=[assignment.pk])),),
    )


def other_date(assignment: Assignment, reader: Person) -> Words:
    """Tell the cell that a service which keeps somebody proposes another half-day (screens.md 6)."""
    return Words(
        subject=_("%(person)s could go on another half-day") % {"person": assignment.person},
        body=paragraphs(
            hello(reader),
            _("Their service keeps %(person)s on %(when)s (%(mission)s) and proposes another half-day: %(other)s.")
            % {
                "person": assignment.person,
                "when": when(assignment),
                "mission": titled(assignment),
                "other": other_half_day(assignment),
            },
            _("The service has agreed to that half-day: see what fits, and ask."),
        ),
        choices=(_page(_("See what fits"), "micro_mobility:other_dates"),),
    )


def stand_in(assignment: Assignment, reader: Person) -> Words:
    """Say that the holder looks for somebody else and keeps the mission meanwhile."""
    return Words(
        subject=_("A stand-in is looked for, %(half_day)s") % {"half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(person)s looks for a stand-in on %(when)s: %(mission)s. Until somebody takes it, they keep it.")
            % {"person": assignment.person, "when": when(assignment), "mission": titled(assignment)},
            signature(),
        ),
        short=_("Stand-in looked for: %(person)s, %(day)s, %(half)s.")
        % {"person": assignment.person, **brief(assignment)},
    )


def called_off(assignment: Assignment, reader: Person) -> Words:
    """Tell those who had heard of it that a mission will not take place."""
    return Words(
        subject=_("%(person)s will not go on %(half_day)s")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("The mission of %(person)s on %(when)s (%(mission)s) is called off: %(motive)s.")
            % {
                "person": assignment.person,
                "when": when(assignment),
                "mission": titled(assignment),
                "motive": drop_motive(assignment),
            },
            _("Nobody is to blame for it."),
            signature(),
        ),
        short=_("Called off: %(person)s, %(day)s, %(half)s.") % {"person": assignment.person, **brief(assignment)},
    )


def place_lost(assignment: Assignment, reader: Person) -> Words:
    """Tell the cell that a place is open again: a new plan may fill it."""
    said = called_off(assignment, reader)
    return Words(
        subject=said.subject,
        body=paragraphs(said.body.removesuffix(signature()), _("The place is open again: a new plan may fill it.")),
        short=said.short,
        choices=(_page(_("Plan again"), "micro_mobility:plan_list"),),
    )


def not_seen(assignment: Assignment, reader: Person) -> Words:
    """Ask the cell to make sure that somebody who did not come is all right."""
    return Words(
        subject=_("%(person)s was not seen on %(half_day)s")
        % {"person": assignment.person, "half_day": which(assignment)},
        body=paragraphs(
            hello(reader),
            _("%(person)s was expected on %(when)s and did not come. Call them: are they all right?")
            % {"person": assignment.person, "when": when(assignment)},
            _("It is a fact of the day, held against nobody."),
        ),
    )


def host_thanked(assignment: Assignment, reader: Person) -> Words:
    """Thank the host: the person it borrowed is back where they belong."""
    return Words(
        subject=_("%(person)s is back at their post: thank you") % {"person": assignment.person},
        body=paragraphs(
            hello(reader),
            _("%(person)s is back at their post after %(when)s. Thank you for having welcomed them.")
            % {"person": assignment.person, "when": when(assignment)},
            _("If you learnt something from a newcomer's eye, tell your team while it is fresh."),
            signature(),
        ),
        short=_("%(person)s is back at their post. Thank you for having welcomed them.")
        % {"person": assignment.person},
    )


def back_in_service(assignment: Assignment, reader: Person) -> Words:
    """Tell the managers that the person is back, and what a good return asks of them."""
    return Words(
        subject=_("%(person)s is back") % {"person": assignment.person},
        body=paragraphs(
            hello(reader),
            _("%(person)s is back at their post after %(when)s.")
            % {"person": assignment.person, "when": when(assignment)},
            _("Take ten minutes together: what happened here, what they bring back, who does what from now on."),
            signature(),
        ),
        short=_("%(person)s is back at their post. Take ten minutes together.") % {"person": assignment.person},
    )


def _page(label: str, name: str) -> Choice:
    return Choice(label, page=reverse(name))


MANAGERS: dict[str, Writer] = {
    "accepted": asks_to_go,
    "withdrawn": withdrawn,
    "dropped": withdrawn,
    "returned": back_in_service,
}
HOSTS: dict[str, Writer] = {
    "released": comes_to_host,
    "stand_in": stand_in,
    "dropped": called_off,
    "returned": host_thanked,
}
CELL: dict[str, Writer] = {
    "accepted": nobody_to_ask,
    "released": comes_to_host,
    "withheld": other_date,
    "stand_in": stand_in,
    "dropped": place_lost,
    "no_show": not_seen,
}
