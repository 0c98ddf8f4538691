"""What people of units and directors read in a message."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.contact.proactive_desks.models import CentreQuestion
from reflexes.pistes.contact.proactive_desks.perms_units import CHIEFS


def tell_answer(question: CentreQuestion) -> None:
    """Tell the lead and the deputy of a unit what the centre answers; call it in the transaction of the answer."""
    unit = question.unit
    page = settings.SITE_URL + reverse("proactive_desks:unit", args=[unit.pk]) + "#centre"
    chiefs = unit.members.filter(place__in=CHIEFS, left_on=None).exclude(person=None).select_related("person")
    for member in chiefs.order_by("place", "pk"):
        person = member.person
        if person is None or person.erased_at is not None:
            continue
        with translation.override(person.language):
            paragraphs = [
                _("Hello %(name)s,") % {"name": person.first_name},
                _("You asked the centre: “%(words)s”") % {"words": question.words},
                _("The centre answers: %(answer)s") % {"answer": question.answer},
            ]
            notify(
                recipient_of(person),
                subject=_("The centre answers %(unit)s") % {"unit": unit.name},
                body="\n\n".join(paragraphs),
                actions=(Action(_("Read it with your unit"), page),),
                key=f"centre-answer:{question.pk}:{person.pk}",
                exercise_id=unit.exercise_id,
            )
