"""What the data desk does beside ``evidence``: those whom an act concerns are told, with the page where they go on."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding, recipient_of
from reflexes.mechanisms.evidence.models import Dataset, Holder
from reflexes.mechanisms.evidence.services import datasets, exports, holders
from reflexes.pistes.data.data_trust.services.lists import SLUG
from reflexes.web.words import full_date


def do_write(*, actor: Actor, fields: dict[str, Any], dataset: Dataset | None = None) -> Dataset:
    """Prepare a list of this desk, or go on with any draft; once nothing else misses, the opinion is asked for."""
    new = {"piste": SLUG} if dataset is None else {}
    written = datasets.do_write_dataset(actor=actor, fields={**fields, **new}, dataset=dataset)
    if datasets.missing(written) == ["opinion"]:
        for officer in people_holding(roles.DPO, organisation_id=written.controller_id):
            _tell(
                officer,
                written,
                _("An opinion is asked of you"),
                _("“%(title)s” is written. Nothing opens without your opinion."),
                _anew("opinion", officer),
                reverse("data_trust:dataset", args=[written.slug]),
            )
    return written


def do_name(*, actor: Actor, dataset: Dataset, person: Person, **said: Any) -> Holder:
    """Name somebody to read a dataset, and tell them what for and until when."""
    holder = holders.do_name_holder(actor=actor, dataset=dataset, person=person, **said)
    if person.pk != actor.person_id:
        _tell(
            person,
            dataset,
            _("You may read a list of people"),
            _("You are named to read “%(title)s” until %(day)s. Each reading is written down, and people see it."),
            _anew("named", person),
            reverse("data_trust:to_read"),
            holder.until,
        )
    return holder


def remind_files() -> int:
    """Remind whoever took a file of the day it must be destroyed, then every week; return how many were looked at."""
    looked = 0
    for export, weeks in exports.to_remind():
        assert export.asked_by is not None
        _tell(
            export.asked_by,
            export.dataset,
            _("A file to destroy"),
            _("The file that you took from “%(title)s” is to be destroyed by %(day)s. Say so here once it is done."),
            f"file:{export.key}:{weeks}",
            reverse("data_trust:file", args=[export.key]),
            export.until,
        )
        looked += 1
    return looked


def _anew(what: str, person: Person) -> str:
    """Return a key of its own for each time: what is done again is told again."""
    return f"{what}:{person.pk}:{clock.now().isoformat()}"


def _tell(
    person: Person,
    dataset: Dataset,
    subject: "str | Promise",
    body: "str | Promise",
    key: str,
    path: str,
    day: date | None = None,
) -> None:
    """Write to somebody in their language, once for each ``key``."""
    with translation.override(person.language):
        notify(
            recipient_of(person),
            subject=subject,
            body=str(body) % {"title": dataset.title, "day": full_date(day) if day else ""},
            actions=[Action(_("Open the page"), settings.SITE_URL + path)],
            key=f"data_trust:{dataset.pk}:{key}",
            exercise_id=dataset.exercise_id,
        )
