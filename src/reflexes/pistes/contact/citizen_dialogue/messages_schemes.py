"""What people read about something tried: invited to observe, told what was decided, told that a day has come."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.notifications.recipients import Channel, way_to
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_of, people_holding, recipient_of
from reflexes.pistes.contact.citizen_dialogue.links_schemes import link_of
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, Outcome, Scheme
from reflexes.web.words import full_date

SOON = timedelta(days=14)


def page_of(scheme: Scheme) -> str:
    """Return the whole address of what everybody reads about it."""
    return settings.SITE_URL + reverse("citizen_dialogue_public:scheme_page", args=[scheme.slug])


def invited(evaluator: Evaluator) -> None:
    """Ask somebody to observe a place, with their link."""
    person, scheme = evaluator.person, evaluator.scheme
    if person is None:
        return
    with translation.override(person.language):
        by_voice = way_to(recipient_of(person)).channel in {Channel.PHONE, Channel.PRINT}
        paragraphs = [
            _("Hello %(name)s,") % {"name": person.first_name},
            _("You are invited to observe “%(title)s” for everybody: %(why)s")
            % {"title": scheme.title, "why": scheme.why},
            _("Go there when you wish, count for ten minutes if you like, write what you see: two minutes on a phone."),
            _("What you note is public, without your name: “%(as)s” stands beside it.") % {"as": evaluator.as_words},
            _("It is judged on %(day)s. You may stop at any time.") % {"day": full_date(scheme.review_on)},
        ]
        if by_voice:
            paragraphs.append(_("Call us, or note it on the paper that comes with this: it counts the same."))
        notify(
            recipient_of(person),
            subject=_("Would you observe “%(title)s”?") % {"title": scheme.title},
            body="\n\n".join(paragraphs),
            actions=() if by_voice else (Action(_("Note what I see"), link_of(evaluator)),),
            key=f"street-evaluator:{evaluator.pk}:{evaluator.invited_at.isoformat()}",
            exercise_id=scheme.exercise_id,
        )


def decided(outcome: Outcome) -> None:
    """Tell those who observed what was decided, with its motive."""
    scheme = outcome.scheme
    observed = scheme.evaluators.exclude(person=None).filter(person__erased_at=None, left_at=None)
    for evaluator in observed.select_related("person").order_by("pk"):
        person = evaluator.person
        assert person is not None
        with translation.override(person.language):
            paragraphs = [
                _("Hello %(name)s,") % {"name": person.first_name},
                _("What you observed was decided: “%(title)s”, %(verdict)s.")
                % {"title": scheme.title, "verdict": outcome.get_verdict_display()},
                outcome.motive,
                outcome.changes,
            ]
            if outcome.next_review_on:
                paragraphs.append(
                    _("It is judged again on %(day)s: your link goes on.") % {"day": full_date(outcome.next_review_on)}
                )
            _tell(person, scheme, _("What was decided about “%(title)s”"), paragraphs, f"outcome:{outcome.pk}")


def tell_reviews() -> int:
    """Tell officers and the service a fortnight before a day of judgment, and once it has passed; return how many."""
    told = 0
    for scheme in Scheme.objects.filter(
        ended_on=None, exercise=None, review_on__lte=clock.today() + SOON
    ).select_related("owner"):
        readers = {
            one.pk: one
            for one in [
                *people_holding(roles.FACILITATOR, organisation_id=scheme.organisation_id),
                *managers_of(scheme.owner_id),
            ]
        }
        for person in readers.values():
            with translation.override(person.language):
                _tell(person, scheme, *_review_words(person, scheme))
            told += 1
    return told


def _review_words(person: Person, scheme: Scheme) -> tuple[str, list[str], str]:
    """Return the subject, the words and the key of the message about a review that comes, or that passed."""
    facts = {"title": scheme.title, "day": full_date(scheme.review_on)}
    hello = _("Hello %(name)s,") % {"name": person.first_name}
    if scheme.is_late:
        said = _("“%(title)s” was to be judged on %(day)s, and nothing is decided: everybody reads it.")
        what = _("Keep it, adapt it or remove it, with the motive.")
        return _("“%(title)s” waits for a decision"), [hello, said % facts, what], f"late:{scheme.review_on}"
    said = _("“%(title)s” is judged on %(day)s. There is time to complete figures and to hear people.")
    return _("“%(title)s” is judged soon"), [hello, said % facts], f"soon:{scheme.review_on}"


def _tell(person: Person, scheme: Scheme, subject: str, paragraphs: list[str], what: str) -> None:
    notify(
        recipient_of(person),
        subject=subject % {"title": scheme.title},
        body="\n\n".join(one for one in paragraphs if one),
        actions=(Action(_("Read on the site"), page_of(scheme)),),
        key=f"scheme:{scheme.pk}:{what}:{person.pk}",
        exercise_id=scheme.exercise_id,
    )
