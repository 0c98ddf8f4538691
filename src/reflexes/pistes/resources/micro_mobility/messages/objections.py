"""What people read when somebody designated objects, and when they are answered."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Objection
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    Choice,
    Words,
    hello,
    labelled,
    paragraphs,
    reached_at,
    signature,
    titled,
    when,
)
from reflexes.web.words import full_date


def objection_made(objection: Objection, reader: Person) -> Words:
    """Tell the cell that an answer is owed and until when, without a name: it is read on its page."""
    return Words(
        subject=_("Somebody designated objects"),
        body=paragraphs(
            hello(reader),
            _("Somebody who was designated objects. They are owed an answer in writing before %(until)s.")
            % {"until": full_date(objection.answer_by)},
            _("Until then their mission does not begin. What they say is read on the site only."),
        ),
        choices=(Choice(_("Read and answer"), page=reverse("micro_mobility:objection", args=[objection.pk])),),
    )


def objection_answered(objection: Objection, reader: Person) -> Words:
    """Give the answer in the words of whoever wrote it, and what it means."""
    mission = objection.assignment
    freed = objection.verdict == Objection.Verdict.FREED
    what = {"mission": titled(mission), "when": when(mission)}
    return Words(
        subject=_("The answer to your objection"),
        body=paragraphs(
            hello(reader),
            _("You objected to your designation for %(mission)s, on %(when)s.") % what,
            _("You do not go: you stay at your post that half-day.")
            if freed
            else _("The designation stands: %(authority)s decided it.") % {"authority": mission.authority},
            labelled(_("Why, in the words of the cell:"), objection.answer),
            ""
            if freed
            else _(
                "You may ask for this decision to be looked at again, and be helped by a representative of your "
                "choice: the cell tells you how."
            ),
            _("Whom to call: %(who)s.") % {"who": reached_at(objection.answered_by)} if objection.answered_by else "",
            signature(),
        ),
        short=_("Your objection was answered: you do not go. You stay at your post.")
        if freed
        else _("Your objection was answered: the designation stands. The reasons are in “My missions”, or call us."),
    )


OBJECTION = {"objection_made": objection_made, "objection_answered": objection_answered}
