"""What campaigns and registers hold of a telephone, and how all of it is deleted at its end (P04 (4), (5); rule 6)."""

from collections.abc import Iterator

from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.mechanisms.casework.services import keeping
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services.holdings import Holding
from reflexes.pistes.contact.proactive_desks import priorities
from reflexes.pistes.contact.proactive_desks.models import (
    Batch,
    BatchProblem,
    Callee,
    CallerCard,
    Campaign,
    Debrief,
    Forewarning,
    HumanTask,
    LateNote,
    Lease,
    PaperList,
    SaidAnswers,
)
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS

SCOPES: dict[str, "str | Promise"] = {CALLS: _("being called by this organisation before asking")}
# Names of sealed facts, of what is read and what for, of the figures that remain.
FACTS: dict[str, "str | Promise"] = {
    "last_name": _("name"),
    "first_name": _("first name"),
    "name": _("name"),
    "phone": _("telephone"),
    "address": _("address"),
    "relative_name": _("relative they named"),
    "relative_phone": _("telephone of the relative"),
    "notes": _("remarks of the sheet"),
    "note": _("note for the next caller"),
    "words": _("words written down"),
    "callee": _("who to call"),
    "call_words": _("what was written of a call"),
    "call_answers": _("answers to the script"),
    "task_words": _("what somebody found out"),
    "call_list": _("a line of a list on paper"),
    "call": _("calling them"),
    "learning": _("reading a call with its caller"),
    "paper": _("calling from a list on paper"),
    "follow_up": _("taking over when nobody answers"),
    "people": _("people to call"),
    "calls": _("calls"),
    "reached": _("people reached"),
    "useful": _("talks of use"),
    "refused": _("people who asked to be left alone"),
    "unreachable": _("people unreachable"),
    "following": _("following a need to its end"),
    **keeping.WORDS,
}


def find(dataset: Dataset, phone: str) -> Iterator[Holding]:
    """Yield what a dataset holds of a telephone: the row of a campaign, what was said in calls, found out or told."""
    callees = list(_callees(dataset, phone))
    for callee in callees:
        yield from _of_callee(callee)
    for kept in keeping.texts_of(dataset.key, phone=phone, subjects=[one.key for one in callees]):
        yield Holding(kept.subject, kept.sealed, kept.what)


def _callees(dataset: Dataset, phone: str) -> QuerySet[Callee]:
    digest = keyring.take(dataset.key).digest(phone)
    return Callee.objects.filter(campaign__dataset=dataset, phone_digest=digest).order_by("pk")


def _of_callee(callee: Callee) -> Iterator[Holding]:
    beside = tuple((_("why they are called"), str(words)) for words in priorities.words(callee.reasons))
    where = ((_("where it stands"), str(callee.get_state_display())),)
    yield Holding(callee.key, callee.identity, "callee", where + beside)
    for sealed in _texts(SaidAnswers.objects.filter(lease__callee=callee), "sealed"):
        yield Holding(callee.key, sealed, "call_answers")
    for rows in (Lease.objects.filter(callee=callee), LateNote.objects.filter(lease__callee=callee)):
        for sealed in _texts(rows, "note"):
            yield Holding(callee.key, sealed, "call_words")
    for sealed in _texts(HumanTask.objects.filter(callee=callee), "words"):
        yield Holding(callee.key, sealed, "task_words")


def _texts(rows: "QuerySet[Model]", column: str) -> list[str]:
    return list(rows.exclude(**{column: ""}).order_by("pk").values_list(column, flat=True))


def shed(dataset: Dataset) -> dict[str, int]:
    """Delete every row of a dataset and return the figures that remain, which name nobody.

    Raises ``Refusal`` while a need told in this campaign is still followed: nothing is left unclosed (P12 (6)).
    Scripts and the count of each answer stay: they say nothing of anybody.
    """
    told = keeping.shed(dataset.key) if dataset.key else {}
    campaign = Campaign.objects.filter(dataset=dataset).first()
    if campaign is None:
        return told
    figures = _figures(campaign)
    of_leases = {"lease__campaign": campaign}
    # Children first, so that nothing is looked for under rows that have none left.
    for rows in (
        Forewarning.objects.filter(callee__campaign=campaign),
        SaidAnswers.objects.filter(**of_leases),
        LateNote.objects.filter(**of_leases),
        HumanTask.objects.filter(campaign=campaign),
        Lease.objects.filter(campaign=campaign),
        PaperList.objects.filter(campaign=campaign),
        Callee.objects.filter(campaign=campaign),
        BatchProblem.objects.filter(batch__campaign=campaign),
        Batch.objects.filter(campaign=campaign),
        Debrief.objects.filter(card__campaign=campaign),
        CallerCard.objects.filter(campaign=campaign),
    ):
        rows.order_by().delete()
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.CLOSED, closed_at=clock.now())
    return {**figures, **told}


def _figures(campaign: Campaign) -> dict[str, int]:
    counted = (
        Callee.objects.filter(campaign=campaign)
        .order_by()
        .aggregate(
            people=Count("pk"),
            reached=Count("pk", filter=Q(reached=True)),
            useful=Count("pk", filter=Q(useful=True)),
            refused=Count("pk", filter=Q(end=Callee.End.REFUSED)),
            unreachable=Count("pk", filter=Q(end=Callee.End.UNREACHABLE)),
        )
    )
    return {**counted, "calls": Lease.objects.filter(campaign=campaign, closing=Lease.Closing.SAID).count()}
