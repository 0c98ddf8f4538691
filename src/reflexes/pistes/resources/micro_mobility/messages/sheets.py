"""What the cell is told of the sheets left in the folder: those refused, those whose columns must be said."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.allocation.services.import_drop import Dropped, read_folder, report
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.directory.services import people_holding, recipient_of
from reflexes.pistes.resources.micro_mobility.piste import piste
from reflexes.pistes.resources.micro_mobility.reasons import usual_criteria

MOST_SAID = 2000


def read_dropped() -> list[Dropped]:
    """Read the folder of the settings, if there is one, for the organisation of the settings or that of the cell."""
    if not settings.DROP_FOLDER:
        return []
    organisation = _organisation()
    if organisation is None:
        return []
    taken = read_folder(
        Path(settings.DROP_FOLDER), piste=piste.slug, organisation=organisation, criteria=usual_criteria()
    )
    for one in taken:
        if one.imported is None or one.waits:
            _tell(one)
    return taken


def _organisation() -> Organisation | None:
    named = Organisation.objects.filter(name=settings.DROP_ORGANISATION)
    held = Organisation.objects.filter(capacities__role=roles.COORDINATOR).order_by("pk")
    return named.first() if settings.DROP_ORGANISATION else held.first()


def _tell(taken: Dropped) -> None:
    where = reverse("micro_mobility:sheets")
    if taken.waits and taken.imported is not None:
        where = reverse("micro_mobility:sheets_columns", args=[taken.imported.pk])
    for person in people_holding(roles.COORDINATOR):
        reader = recipient_of(person)
        with translation.override(reader.language):
            said = _("A sheet of the folder waits for you: %(file)s") if taken.waits else _("Sheet refused: %(file)s")
            notify(
                reader,
                subject=said % {"file": taken.file},
                body=report(taken)[:MOST_SAID],
                key=f"drop:{taken.file}:{clock.real_today()}:{person.pk}",
                actions=[Action(_("Open the sheets"), f"{settings.SITE_URL}{where}")],
            )
