"""The morning sheet by mail at 7:45: once a day to each director, real or playing, with the page and its paper."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reflexes.core import clock, drill
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding, recipient_of
from reflexes.pistes.contact.proactive_desks.models import Campaign, ProximityUnit
from reflexes.pistes.contact.proactive_desks.services.morning import NOON, SENT_AT, Morning, compose, reader_of
from reflexes.web.words import full_date


def send_due() -> int:
    """Send the sheets whose hour has come, also in the exercises that run; return how many."""
    told = _send(None)
    for exercise in Exercise.objects.filter(ended_at=None).order_by("pk"):
        with clock.shifted(exercise.shift), drill.playing(exercise.pk):
            told += _send(exercise)
    return told


def _send(exercise: Exercise | None) -> int:
    """Send the sheets of one world. A worker that was stopped catches up until noon; later it is no morning sheet."""
    if not SENT_AT <= timezone.localtime(clock.now()).time() < NOON:
        return 0
    world = exercise.pk if exercise else None
    told = 0
    for organisation_id in sorted(_organisations(world)):
        for person in _readers(organisation_id, exercise):
            key = f"morning:{organisation_id}:{clock.today()}:{world or 0}:{person.pk}"
            if not Message.objects.filter(key=key).exists():
                _tell(person, organisation_id, world, key)
                told += 1
    return told


def _organisations(world: int | None) -> set[int]:
    """Return the organisations that have a unit in the field or a campaign of calls."""
    at_work = ProximityUnit.objects.filter(exercise_id=world, ended_on=None, starts_on__lte=clock.today())
    calling = Campaign.objects.filter(exercise_id=world, state__in=(Campaign.State.OPEN, Campaign.State.PAUSED))
    return {
        organisation_id
        for rows in (at_work, calling)
        for organisation_id in rows.order_by("pk").values_list("organisation_id", flat=True)
    }


def _readers(organisation_id: int, exercise: Exercise | None) -> list[Person]:
    directors = people_holding(roles.DIRECTOR, organisation_id=organisation_id)
    if exercise is None:
        return directors
    playing = set(exercise.players.filter(role=roles.DIRECTOR).order_by("pk").values_list("person_id", flat=True))
    return [person for person in directors if person.pk in playing]


def _tell(person: Person, organisation_id: int, exercise_id: int | None, key: str) -> None:
    with translation.override(person.language):
        sheet = compose(reader_of(organisation_id, exercise_id), clock.today())
        notify(
            recipient_of(person),
            subject=_("Morning sheet, %(day)s") % {"day": full_date(sheet.day)},
            body=body_of(sheet),
            actions=(
                Action(_("Read it on the site"), settings.SITE_URL + reverse("proactive_desks:morning")),
                Action(_("Print it (PDF)"), settings.SITE_URL + reverse("proactive_desks:morning_pdf")),
            ),
            key=key,
            exercise_id=exercise_id,
            # Asked for at this hour, every day: it does not wait for the end of the night.
            calm=False,
        )


def body_of(sheet: Morning) -> str:
    """Return the words of the mail: those of the page, in the same order."""
    said = [sequence_words(sheet)]
    said += [f"{one.about} – {one.words}" for one in sheet.sentences]
    said.append(_("Figures of %(day)s") % {"day": full_date(sheet.about)})
    said.append(
        "\n".join(
            f"{one.label}: {_('not known') if one.value is None else one.value} ({one.source})" for one in sheet.figures
        )
    )
    if sheet.missing:
        said.append(_("Not reported: %(names)s.") % {"names": ", ".join(sheet.missing)})
    said.append(_("Made on %(moment)s.") % {"moment": full_date(sheet.made_at)})
    return "\n\n".join(said)


def sequence_words(sheet: Morning) -> str:
    """Return the sequence in force in one line."""
    if sheet.sequence is None:
        return _("No sequence is in force.")
    return _("Sequence in force: %(title)s (%(level)s), to be reviewed on %(day)s.") % {
        "title": sheet.sequence.title,
        "level": sheet.sequence.get_level_display(),
        "day": full_date(sheet.sequence.review_on),
    }
