"""What people read of an edition: a service is asked, its word is in, somebody is asked to read the proposals."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.messages.sending import Event
from reflexes.mechanisms.assembly.messages.writing import Words, keepers_of, letter
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue.links_editions import MARK, SAY
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility
from reflexes.pistes.contact.citizen_dialogue.services.feasibility import speakers
from reflexes.web.words import full_date

Also = dict[str, Any]


def _speakers(asked: Feasibility, _also: Also) -> list[Person]:
    return speakers(asked) if asked.answered_at is None else []


def _keepers(said: Feasibility, _also: Also) -> list[Person]:
    """Return the officers who wait for the word, but whoever wrote it for the service."""
    return [one for one in keepers_of(said.edition) if one.pk != said.written_by_id]


def _invited(_edition: Edition, also: Also) -> list[Person]:
    people = Person.objects.filter(pk__in=also.get("people", ()), erased_at=None)
    return list(people.order_by("search", "pk"))


def feasibility_asked(asked: Feasibility, reader: Person, _also: Also) -> Words:
    """Ask a service what can be done, by its day."""
    facts = {"title": asked.proposal.title, "day": full_date(asked.due_on), "edition": asked.edition}
    return Words(
        subject=_("Can it be done? “%(title)s”, by %(day)s") % facts,
        body=letter(
            reader,
            _("Residents proposed “%(title)s” (%(edition)s). Your service is asked, by %(day)s, what can be done.")
            % facts,
            asked.proposal.words,
            asked.question,
            _("A yes has a cost, a no has a motive: people read both, and vote on the cost."),
        ),
        purpose=SAY,
        row=asked.pk,
        choices=((_("Say what can be done"), ""),),
    )


def feasibility_said(said: Feasibility, reader: Person, _also: Also) -> Words:
    """Tell the officer that a service answered."""
    facts = {"title": said.proposal.title, "unit": said.unit, "verdict": said.get_verdict_display()}
    return Words(
        subject=_("%(unit)s answered about “%(title)s”") % facts,
        body=letter(reader, _("%(unit)s says of “%(title)s”: %(verdict)s.") % facts, said.motive),
        page=settings.SITE_URL + reverse("citizen_dialogue:keeper_feasibility", args=[said.edition.slug]),
    )


def scores_asked(edition: Edition, reader: Person, _also: Also) -> Words:
    """Ask somebody to read the proposals against the 17 goals."""
    facts = {"title": edition.title}
    return Words(
        subject=_("%(title)s: would you read the proposals?") % facts,
        body=letter(
            reader,
            _("You are asked to read the proposals of “%(title)s” against the 17 goals for sustainable development.")
            % facts,
            _("Mark only the goals you know about, with a sentence each. Nothing is computed or added up."),
        ),
        purpose=MARK,
        row=edition.pk,
        choices=((_("Read the proposals"), ""),),
    )


EDITIONS: dict[str, Event] = {
    "feasibility_asked": Event(Feasibility, ((_speakers, feasibility_asked),)),
    "feasibility_said": Event(Feasibility, ((_keepers, feasibility_said),)),
    "scores_asked": Event(Edition, ((_invited, scores_asked),)),
}
