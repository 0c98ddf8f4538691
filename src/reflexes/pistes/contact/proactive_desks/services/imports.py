"""A sheet of people to call: read without writing anybody, taken by somebody, undone while nobody was called.

Whoever asked to be left alone is counted and never written, not even as a line that is wrong: its number would name
them (P12 (4), P04 (4)).
"""

import base64
import io
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services.oppositions import opposed
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import call_sheet, perms
from reflexes.pistes.contact.proactive_desks.call_sheet import Line, Wrong
from reflexes.pistes.contact.proactive_desks.models import Batch, BatchProblem, Callee, Campaign, Lease
from reflexes.pistes.contact.proactive_desks.priorities import weigh
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS

# More lines than this are counted, not listed one by one: the sheet is put right first.
LISTED = 500
WRITTEN_AT_ONCE = 1000


@dataclass(slots=True)
class DryRun:
    """What a sheet would give: people to write, what is wrong line by line, how many of what."""

    lines: list[tuple[Line, str | None]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    stops: list[Wrong] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    total: int = 0


def dry_run(campaign: Campaign, file_name: str, content: bytes) -> DryRun:
    """Read a sheet against the campaign, the territory and the refusals; nothing is written."""
    table = read_table(io.BytesIO(content), name=file_name)
    sheet = call_sheet.read(table, clock.today())
    run = DryRun(wrong=sheet.wrong, stops=sheet.stops, counted=sheet.counted, total=len(table.rows))
    if run.stops:
        return run
    key = keyring.take(campaign.dataset.key)
    refusing = opposed(
        campaign.organisation, {line.facts["phone"] for line in sheet.lines}, CALLS, campaign.exercise_id
    )
    there = _already_there(campaign, key, [line.facts["phone"] for line in sheet.lines])
    communes = _Communes()
    phones: Counter[str] = Counter()
    for line in sheet.lines:
        commune = communes.find(line)
        if line.facts["phone"] in refusing:
            run.counted["opposed"] += 1
        elif line.who in there:
            run.counted["doubles"] += 1
            run.wrong.append(Wrong("double", line.row))
        elif commune is None and (line.commune or line.commune_code):
            run.counted["elsewhere"] += 1
            run.wrong.append(Wrong("elsewhere", line.row))
        else:
            phones[line.facts["phone"]] += 1
            run.lines.append((line, commune))
    known = {phone for phone, _name in there}
    for line, _commune in run.lines:
        if phones[line.facts["phone"]] > 1 or line.facts["phone"] in known:
            run.counted["shared"] += 1
            run.wrong.append(Wrong("shared", line.row))
    if run.counted["elsewhere"] > len(sheet.lines) / 2:
        run.stops.append(Wrong("another_town"))
    elif not run.lines:
        run.stops.append(Wrong("no_lines"))
    return run


class _Communes:
    """The communes of the territory, by code and by name: asked once, not for each line."""

    def __init__(self) -> None:
        rows = Commune.objects.order_by("code").values_list("code", "name")
        self.codes = {code for code, _name in rows}
        self.names = {normalised(name): code for code, name in rows}

    def find(self, line: Line) -> str | None:
        if line.commune_code in self.codes:
            return line.commune_code
        return self.names.get(normalised(line.commune)) if line.commune else None


def _already_there(campaign: Campaign, key: keyring.Key, phones: list[str]) -> set[tuple[str, str]]:
    """Return who of the campaign has one of these telephones: only rows that may be the same are unsealed."""
    digests = {key.digest(phone) for phone in phones}
    found = set()
    rows = Callee.objects.filter(campaign=campaign).order_by("pk").values_list("phone_digest", "identity")
    for digest, identity in rows.iterator(chunk_size=5000):
        if digest in digests:
            facts = key.unseal(identity)
            name = normalised(f"{facts['last_name']} {facts.get('first_name', '')}")
            found.add((facts["phone"], name))
    return found


def do_read_batch(*, actor: Actor, campaign: Campaign, file_name: str, content: bytes) -> Batch:
    """Read a sheet and keep it sealed until somebody decides; a sheet that cannot be used is kept as refused, empty.

    Raises ``Refusal`` as long as the data of the campaign are not open: nobody's name is written before.
    """
    perms.check_supervising(actor, campaign)
    _check_open(campaign)
    run = dry_run(campaign, file_name, content)
    sealed = ""
    if not run.stops:
        sealed = keyring.take(campaign.dataset.key).seal({"file": base64.b64encode(content).decode()})
    with transaction.atomic():
        # A sheet read before and never decided is forgotten: it would lie there sealed for nothing.
        before = Batch.objects.filter(campaign=campaign, state=Batch.State.READ)
        before.update(state=Batch.State.DROPPED, sealed="", decided_at=clock.now())
        batch = Batch.objects.create(
            campaign=campaign,
            file_name=file_name[:160],
            sealed=sealed,
            state=Batch.State.DROPPED if run.stops else Batch.State.READ,
            read_by_id=actor.person_id,
            read_at=clock.now(),
            **_counts(run),
        )
        _write_problems(batch, run)
    return batch


def _check_open(campaign: Campaign) -> None:
    if campaign.dataset.state != Dataset.State.OPEN or campaign.state == Campaign.State.CLOSED:
        raise Refusal(
            "dataset_closed",
            _("The data of this campaign are not open: say what the law asks, get the opinion, open them, then come."),
            conflict=True,
        )


def _counts(run: DryRun) -> dict[str, int]:
    said = {name: run.counted[name] for name in ("bad", "doubles", "shared", "opposed", "elsewhere")}
    return {"lines": run.total, "good": len(run.lines), **said}


def _write_problems(batch: Batch, run: DryRun) -> None:
    listed = [(wrong, True) for wrong in run.stops] + [(wrong, False) for wrong in run.wrong[:LISTED]]
    BatchProblem.objects.bulk_create(
        BatchProblem(batch=batch, row=wrong.row or 0, column=wrong.column, code=wrong.code, stops=stops)
        for wrong, stops in listed
    )


def do_take_batch(*, actor: Actor, batch: Batch) -> Batch:
    """Write the people of a sheet that was read. Twice, or by two people at once, they are written once.

    The sheet is read again: whoever asked to be left alone since then is not written.
    """
    campaign = batch.campaign
    perms.check_supervising(actor, campaign)
    _check_open(campaign)
    if batch.state != Batch.State.READ:
        raise _decided()
    taken = Batch.objects.filter(campaign=campaign, state=Batch.State.TAKEN).count()
    key = keyring.take(campaign.dataset.key)
    content = base64.b64decode(key.unseal(batch.sealed)["file"])
    run = dry_run(campaign, batch.file_name, content)
    if run.stops:
        raise Refusal("sheet_changed", _("Nobody of this sheet can be called any more. Read it again."), conflict=True)
    rows = [_callee(campaign, batch, key, line, commune) for line, commune in run.lines]
    with transaction.atomic():
        Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        others = Batch.objects.filter(campaign=campaign, state=Batch.State.TAKEN).count() != taken
        mine = Batch.objects.filter(pk=batch.pk, state=Batch.State.READ)
        if others or not mine.update(state=Batch.State.TAKEN, sealed="", decided_at=clock.now(), **_counts(run)):
            raise _decided()
        Callee.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)
        _record(actor, batch, "batch_taken", count=len(rows))
    batch.refresh_from_db()
    return batch


def _callee(campaign: Campaign, batch: Batch, key: keyring.Key, line: Line, commune: str | None) -> Callee:
    priority = weigh(line.reasons)
    return Callee(
        campaign=campaign,
        batch=batch,
        identity=key.seal(line.facts),
        phone_digest=key.digest(line.facts["phone"]),
        commune_id=commune,
        difficulty=line.difficulty,
        priority=priority,
        rank=priority,
        reasons=" ".join(line.reasons),
    )


def _decided() -> Refusal:
    return Refusal(
        "batch_decided", _("Somebody was faster: this sheet is decided. Open the page again."), conflict=True
    )


def do_drop_batch(*, actor: Actor, batch: Batch) -> None:
    """Leave a sheet that was read: it is forgotten at once."""
    perms.check_supervising(actor, batch.campaign)
    read = Batch.objects.filter(pk=batch.pk, state=Batch.State.READ)
    if not read.update(state=Batch.State.DROPPED, sealed="", decided_at=clock.now()):
        raise _decided()


def can_undo(batch: Batch) -> bool:
    """Tell whether a sheet may still be undone: nobody of it was given to a caller, nor taken over by somebody."""
    called = Lease.objects.filter(callee__batch=batch).exists()
    return batch.state == Batch.State.TAKEN and not called


def do_undo_batch(*, actor: Actor, batch: Batch) -> int:
    """Delete the people of a sheet, as long as nobody of it was called; return how many."""
    perms.check_supervising(actor, batch.campaign)
    with transaction.atomic():
        held = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        # Held until the end: nobody of the sheet can be given to a caller meanwhile.
        rows = Callee.objects.filter(batch=held, state=Callee.State.READY).select_for_update(of=("self",))
        free = len(rows.order_by("pk").values_list("pk"))
        if held.state != Batch.State.TAKEN or free != held.callees.count() or not can_undo(held):
            raise Refusal(
                "already_called", _("Somebody of this sheet was called: it can no longer be undone."), conflict=True
            )
        gone = held.callees.count()
        held.callees.all().delete()
        held.state, held.decided_at = Batch.State.UNDONE, clock.now()
        held.save(update_fields=["state", "decided_at"])
        _record(actor, held, "batch_undone", count=gone)
    return gone


def _record(actor: Actor, batch: Batch, verb: str, **params: int) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="batch", object_key=batch.pk, params=params)
