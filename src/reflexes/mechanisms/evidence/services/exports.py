"""Files taken out of a dataset: none without its purpose, its facts and its end; each is a use that everybody reads.

A file reads one dataset, by the same rules as any reading (``readings.do_read_list``): named for this purpose, open,
refusals honoured, each line written down under a pseudonym. It is made when it is taken and stored nowhere, so that
two files of different purposes are never one (P04 (6)).
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.writing import FORMATS, write_tables
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Export, ExportField
from reflexes.mechanisms.evidence.services import readings
from reflexes.mechanisms.evidence.services.datasets import record_dataset
from reflexes.mechanisms.evidence.services.holdings import Lists, Words, lists_of, readable
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date

# A default of ours: whoever needs a list for longer takes a fresh one, without those who refused meanwhile.
LONGEST = timedelta(days=31)
REFUSED = "evidence.export_refused"
MISSING: "dict[str, str | Promise]" = {
    "what_for": gettext_lazy("what it is for"),
    "why": gettext_lazy("what is done with it"),
    "facts": gettext_lazy("which facts"),
    "group": gettext_lazy("which people"),
    "to_whom": gettext_lazy("to whom it goes"),
    "until": gettext_lazy("the day it is destroyed"),
    "kind": gettext_lazy("in which format"),
}
WHY_REFUSED: "dict[str, str | Promise]" = {
    "incomplete": gettext_lazy("something was not said: what for, which facts, which people, for whom, until when"),
    "not_named": gettext_lazy("nobody had named them to read these data for this"),
    "until_outside": gettext_lazy("the file would have lived too long"),
    "over": gettext_lazy("these data were no longer read"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of the file they ask for."""

    what_for: str = ""
    why: str = ""
    facts: tuple[str, ...] = ()
    group: str = ""
    to_whom: str = ""
    until: date | None = None
    kind: str = ""


def do_ask_export(*, actor: Actor, dataset: Dataset, asked: Asked) -> Export:
    """Ask for a file; refused, and written down as refused, as long as its purpose is not said whole."""
    lists = _lists(dataset)
    lacks = _missing(dataset, lists, asked)
    if lacks:
        words = _("No file leaves without its purpose. Still to be said: %(what)s.") % {
            "what": "; ".join(str(MISSING[code]) for code in lacks)
        }
        _refuse(actor, dataset, "incomplete", words, asked.what_for)
    _check_reading(actor, dataset, asked.what_for)
    last = min(dataset.ends_on or clock.today(), clock.today() + LONGEST)
    if asked.until is None or not clock.today() <= asked.until <= last:
        words = _("Choose a day up to %(day)s: a file lives a month at most, and never longer than its data.") % {
            "day": full_date(last)
        }
        _refuse(actor, dataset, "until_outside", words, asked.what_for)
    with transaction.atomic():
        export = Export.objects.create(
            dataset=dataset,
            what_for=asked.what_for,
            why=asked.why.strip(),
            group=asked.group,
            to_whom=asked.to_whom.strip(),
            until=asked.until,
            kind=asked.kind,
            asked_by_id=actor.person_id,
            role=actor.role,
            asked_at=clock.now(),
        )
        ExportField.objects.bulk_create(
            ExportField(export=export, name=name) for name in lists.fields if name in asked.facts
        )
        record_dataset(
            actor,
            dataset,
            "evidence.export_asked",
            export=str(export.key),
            what_for=asked.what_for,
            until=str(asked.until),
        )
    return export


def _lists(dataset: Dataset) -> Lists:
    lists = lists_of(dataset.piste)
    if lists is None:
        raise Refusal("no_list", _("These data are read one person at a time: no file leaves."))
    return lists


def _missing(dataset: Dataset, lists: Lists, asked: Asked) -> list[str]:
    said = {
        "what_for": asked.what_for in lists.uses,
        "why": asked.why.strip(),
        "facts": asked.facts and set(asked.facts) <= set(lists.fields),
        "group": asked.group in lists.groups(dataset),
        "to_whom": asked.to_whom.strip(),
        "until": asked.until,
        "kind": asked.kind in FORMATS,
    }
    return [code for code in MISSING if not said[code]]


def _check_reading(actor: Actor, dataset: Dataset, what_for: str) -> None:
    """Refuse, in words that are written down, what the reading itself would refuse."""
    if not (readings.is_readable(dataset) and dataset.exercise_id == actor.exercise_id):
        _refuse(actor, dataset, "over", _("Nobody reads these data today: they are not open, or are over."), what_for)
    if not readings.can_read(actor, dataset, what_for):
        words = _("Nobody named you to read these data for this. Ask whoever keeps them to name you first.")
        _refuse(actor, dataset, "not_named", words, what_for)


def _refuse(actor: Actor, dataset: Dataset, code: str, words: str, what_for: str) -> NoReturn:
    """Say no in a sentence, and write it down first; a purpose that nobody knows is not kept."""
    lists = lists_of(dataset.piste)
    with transaction.atomic():
        record(
            actor=actor,
            verb=REFUSED,
            object_kind="dataset",
            object_key=dataset.pk,
            params={"code": code, "what_for": what_for if lists and what_for in lists.uses else ""},
        )
    raise Refusal(code, words)


def refused(dataset: Dataset) -> QuerySet[Entry]:
    """Return the files that were refused, latest first: who by role, and why (``WHY_REFUSED``)."""
    return Entry.objects.filter(verb=REFUSED, object_kind="dataset", object_key=str(dataset.pk)).order_by("-pk")


def access_export(actor: Actor, key: UUID) -> Export:
    """Return a file to whoever asked for it, and to those who watch over its dataset."""
    found = Export.objects.select_related("dataset__controller", "asked_by").prefetch_related("fields")
    export = found.filter(key=key, dataset__exercise_id=actor.exercise_id).first()
    if export is None or not (is_mine(actor, export) or _watched(actor, export)):
        raise Http404
    return export


def is_mine(actor: Actor, export: Export) -> bool:
    """Tell whether the actor asked for this file."""
    return actor.is_known and export.asked_by_id == actor.person_id


def _watched(actor: Actor, export: Export) -> bool:
    return perms.can_watch(actor) and export.dataset.controller_id == actor.organisation_id


def own_exports(actor: Actor) -> QuerySet[Export]:
    """Return the files that somebody asked for, those that are still out first."""
    mine = Export.objects.filter(asked_by_id=actor.person_id, dataset__exercise_id=actor.exercise_id)
    return mine.select_related("dataset").order_by("destroyed_at", "-asked_at", "-pk")


def do_take_export(*, actor: Actor, export: Export) -> bytes:
    """Return the file, made now: each line is a reading. Whoever asked for it takes it, once, until its last day."""
    if not is_mine(actor, export):
        raise PermissionDenied
    dataset = export.dataset
    if export.taken_at is not None:
        raise Refusal("taken", _("This file was taken already. Ask for another one if it is lost."), conflict=True)
    if export.until < clock.today():
        raise Refusal("until_outside", _("The last day of this file has passed. Ask for another one."))
    _check_reading(actor, dataset, export.what_for)
    lists = _lists(dataset)
    lines, left_out = readings.do_read_list(
        actor=actor,
        dataset=dataset,
        held=lists.rows(dataset, export.group),
        what_for=export.what_for,
        through=str(export.key),
    )
    with transaction.atomic():
        taken = Export.objects.filter(pk=export.pk, taken_at=None)
        if not taken.update(taken_at=clock.now(), people=len(lines), left_out=left_out):
            raise Refusal("taken", _("This file was taken already. Ask for another one if it is lost."), conflict=True)
        record_dataset(actor, dataset, "evidence.export_taken", export=str(export.key), count=str(len(lines)))
    names = [one.name for one in export.fields.all()]
    rows = [[readable({**held.facts, **facts}.get(name, "")) for name in names] for held, facts in lines]
    return _written(export, [str(lists.fields[name]) for name in names], rows)


def _written(export: Export, titles: list[str], rows: list[list[str]]) -> bytes:
    """Write the sheet: its purpose and its end stand on the first line, the names of columns on the second."""
    first = _("%(title)s – for: %(what_for)s (%(why)s) – given to: %(to_whom)s – to be destroyed by %(day)s") % {
        "title": export.dataset.title,
        "what_for": _lists(export.dataset).uses[export.what_for],
        "why": export.why,
        "to_whom": export.to_whom,
        "day": full_date(export.until),
    }
    out = io.BytesIO()
    head = [first, *[""] * (len(titles) - 1)]
    write_tables(out, {export.dataset.title: (head, [titles, *rows])}, export.kind)
    return out.getvalue()


def do_say_destroyed(*, actor: Actor, export: Export, words: str = "") -> None:
    """Write that a file was destroyed: by whoever took it, or in their place with the words that say how one knows."""
    mine = is_mine(actor, export)
    if not (mine or _watched(actor, export)):
        raise PermissionDenied
    perms.check_own_world(actor, export.dataset)
    if not mine and not words.strip():
        raise Refusal("reasons_missing", _("Say how you know that it is destroyed, and who told you."))
    with transaction.atomic():
        out = Export.objects.filter(pk=export.pk, taken_at__isnull=False, destroyed_at=None)
        if not out.update(destroyed_at=clock.now(), destroyed_by_id=actor.person_id, destroyed_words=words.strip()):
            raise Refusal("not_out", _("This file was never taken, or its destruction is said already."), conflict=True)
        record_dataset(actor, export.dataset, "evidence.export_destroyed", export=str(export.key))


def still_out(datasets: "QuerySet[Dataset] | Iterable[Dataset]") -> QuerySet[Export]:
    """Return the files of these datasets whose last day has passed and whose destruction nobody said."""
    out = Export.objects.filter(dataset__in=datasets, taken_at__isnull=False, destroyed_at=None)
    return out.filter(until__lt=clock.today()).select_related("dataset", "asked_by").order_by("until", "pk")


def to_remind() -> Iterator[tuple[Export, int]]:
    """Yield the files to be destroyed by today, with how many weeks ago that was: one reminder for each."""
    due = Export.objects.filter(taken_at__isnull=False, destroyed_at=None, until__lte=clock.today())
    for one in due.exclude(asked_by=None).select_related("dataset", "asked_by").order_by("pk"):
        yield one, (clock.today() - one.until).days // 7


def words_of(export: Export) -> tuple["str | Promise", list["str | Promise"]]:
    """Return what a file is for and which facts it carries, in words; slugs once nobody explains them."""
    lists = lists_of(export.dataset.piste)
    uses: Words = lists.uses if lists else {}
    fields: Words = lists.fields if lists else {}
    names = [one.name for one in export.fields.all()]
    return uses.get(export.what_for, export.what_for), [fields.get(name, name) for name in names]


def group_of(export: Export) -> "str | Promise":
    """Return which people a file is about, in words; once their rows are gone, nobody can say which part it was."""
    lists = lists_of(export.dataset.piste)
    return (lists.groups(export.dataset) if lists else {}).get(export.group) or _("some of them")
