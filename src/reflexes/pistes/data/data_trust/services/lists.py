"""Lists that the data desk keeps itself: people written down one by one, found by telephone, deleted at the end."""

from collections.abc import Iterator, Mapping

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import oppositions, readings
from reflexes.mechanisms.evidence.services.holdings import Holding, Keeper, Lists, Words
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.data.data_trust.models import Entry

SLUG = "data_trust"
# What a telephone refuses, and the purposes that this closes.
CONTACT = "contact"
SCOPES: Words = {CONTACT: _("being contacted by this organisation from its lists")}
USES: dict[str, "str | Promise"] = {
    "calling": _("calling them"),
    "visiting": _("going to see them"),
    "writing": _("writing to them"),
}
CLOSES = {CONTACT: frozenset(USES)}
FIELDS: dict[str, "str | Promise"] = {
    "last_name": _("name"),
    "first_name": _("first name"),
    "phone": _("telephone"),
    "address": _("address"),
    "commune": _("commune"),
    "relative_name": _("somebody to call for them"),
    "relative_phone": _("telephone of that person"),
    "notes": _("what to know to help them"),
}
WORDS: dict[str, "str | Promise"] = {
    **FIELDS,
    **USES,
    "entry": _("a line of the list"),
    "people": _("people on the list"),
}
EVERYBODY, OF_COMMUNE = "everybody", "commune-"


def can_write(actor: Actor, dataset: Dataset) -> bool:
    """Whoever keeps a list writes people down, and so does whoever is named to read it."""
    if dataset.piste != SLUG or not readings.is_readable(dataset):
        return False
    return perms.can_keep(actor, dataset) or readings.held_by(actor).filter(dataset=dataset).exists()


def do_add_entry(
    *, actor: Actor, dataset: Dataset, facts: Mapping[str, str], commune: Commune | None, way: str
) -> Entry:
    """Write somebody down, at their word; refused to whoever refuses to be contacted, and twice on one list."""
    said = _cleaned(facts)
    if way not in Entry.Way.values:
        raise Refusal("way_missing", _("Say how they asked to be on the list."))
    _check(actor, dataset)
    if oppositions.opposed(dataset.controller, [said["phone"]], CONTACT, dataset.exercise_id):
        raise Refusal(
            "opposed",
            _("This number refuses to be contacted. If the person changed their mind, take it back on their sheet."),
        )
    key = keyring.take(dataset.key)
    name = f"{said.get('first_name', '')} {said['last_name']}"
    entry = Entry(
        dataset=dataset,
        sealed=key.seal(said),
        phone_digest=key.digest(said["phone"]),
        who_digest=key.digest(f"{said['phone']} {name}"),
        commune=commune,
        way=way,
        written_at=clock.now(),
    )
    try:
        with transaction.atomic():
            _locked(dataset)
            entry.save(force_insert=True)
            _record(actor, dataset, "entry_added")
    except IntegrityError:
        raise Refusal("already", _("This person is on the list already."), conflict=True) from None
    return entry


def _cleaned(facts: Mapping[str, str]) -> dict[str, str]:
    said = {name: facts.get(name, "").strip() for name in FIELDS if name != "commune"}
    if not said["last_name"]:
        raise Refusal("name_missing", _("Write their name."))
    for name, needed in (("phone", True), ("relative_phone", False)):
        if needed or said[name]:
            said[name] = normalised_phone(said[name])
            if not said[name]:
                raise Refusal("phone_unknown", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    return {name: value for name, value in said.items() if value}


def do_remove_entries(*, actor: Actor, dataset: Dataset, phone: str) -> int:
    """Take off a list whoever has this telephone, at their word: being on it is their choice; return how many."""
    _check(actor, dataset)
    number = normalised_phone(phone)
    if not number:
        raise Refusal("phone_unknown", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    with transaction.atomic():
        gone = _of_phone(_locked(dataset), number).delete()[0]
        if not gone:
            raise Refusal("not_there", _("Nobody on this list has this number."))
        _record(actor, dataset, "entry_removed", count=str(gone))
    return gone


def _check(actor: Actor, dataset: Dataset) -> None:
    perms.check_own_world(actor, dataset)
    if not can_write(actor, dataset):
        raise PermissionDenied


def _locked(dataset: Dataset) -> Dataset:
    """Hold the dataset, so that nobody is written down while it is destroyed."""
    held = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    if held.state != Dataset.State.OPEN:
        raise Refusal("over", _("These data have just been closed. Nothing was written."), conflict=True)
    return held


def _of_phone(dataset: Dataset, phone: str) -> QuerySet[Entry]:
    return Entry.objects.filter(dataset=dataset, phone_digest=keyring.take(dataset.key).digest(phone)).order_by("pk")


def find(dataset: Dataset, phone: str) -> Iterator[Holding]:
    """Yield what a list holds of a telephone."""
    for one in _of_phone(dataset, phone).select_related("commune"):
        beside = ((FIELDS["commune"], str(one.commune or "")), (_("asked to be on the list"), one.get_way_display()))
        yield Holding(one.key, one.sealed, "entry", tuple((label, str(value)) for label, value in beside))


def counts(dataset: Dataset) -> dict[str, int]:
    """Return how many lines a list has: what its record keeps."""
    return {"people": Entry.objects.filter(dataset=dataset).count()}


def shed(dataset: Dataset) -> dict[str, int]:
    """Delete every line of a list and return how many there were."""
    figures = counts(dataset)
    Entry.objects.filter(dataset=dataset).order_by().delete()
    return figures


def groups(dataset: Dataset) -> Words:
    """Return the people that may be chosen: all of them, or those of one commune."""
    there = Commune.objects.filter(pk__in=Entry.objects.filter(dataset=dataset).values("commune")).order_by("name")
    return {EVERYBODY: _("everybody"), **{f"{OF_COMMUNE}{one.pk}": one.name for one in there}}


def rows(dataset: Dataset, group: str) -> Iterator[Holding]:
    """Yield what a list holds of a group of people."""
    found = Entry.objects.filter(dataset=dataset).select_related("commune").order_by("pk")
    if group != EVERYBODY:
        found = found.filter(commune=group.removeprefix(OF_COMMUNE))
    for one in found:
        yield Holding(one.key, one.sealed, "entry", facts={"commune": str(one.commune or "")})


KEEPER = Keeper(
    find,
    shed,
    WORDS,
    scopes=SCOPES,
    closes=CLOSES,
    lists=Lists(USES, FIELDS, groups, rows),
    counts=counts,
    goes=frozenset({"people"}),
)


def said_count(dataset: Dataset) -> str:
    """Return how many people are on a list, in words; nothing for the rows of another piste."""
    if dataset.piste != SLUG:
        return ""
    number = Entry.objects.filter(dataset=dataset).count()
    return ngettext("%(count)s person is on this list.", "%(count)s people are on this list.", number) % {
        "count": number
    }


def _record(actor: Actor, dataset: Dataset, verb: str, **params: str) -> None:
    record(actor=actor, verb=f"data_trust.{verb}", object_kind="dataset", object_key=dataset.pk, params=params)
