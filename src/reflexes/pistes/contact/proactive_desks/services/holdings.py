"""What campaigns hold of a telephone, and how all of it is deleted at the end of its purpose (P04 (4), (5); rule 6)."""

from collections.abc import Iterator

from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.casework.services.figures import figures as needs_of
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services.holdings import Holding
from reflexes.pistes.contact.proactive_desks import perms, priorities
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
    "words": _("their own words"),
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
    "needs": _("needs told"),
    "refused": _("people who asked to be left alone"),
    "unreachable": _("people unreachable"),
}


def find(dataset: Dataset, phone: str) -> Iterator[Holding]:
    """Yield what the campaign of a dataset holds of a telephone: the row, what was said in calls or found out."""
    digest = keyring.take(dataset.key).digest(phone)
    for callee in Callee.objects.filter(campaign__dataset=dataset, phone_digest=digest).order_by("pk"):
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
        for sealed in _texts(Case.objects.filter(key_name=dataset.key, subject=callee.key), "said"):
            yield Holding(callee.key, sealed, "words")


def _texts(rows: "QuerySet[Model]", column: str) -> list[str]:
    return list(rows.exclude(**{column: ""}).order_by("pk").values_list(column, flat=True))


def shed(dataset: Dataset) -> dict[str, int]:
    """Delete every row of a dataset and return the figures that remain, which name nobody.

    Raises ``Refusal`` while a need told in this campaign is still followed: nothing is left unclosed (P12 (6)).
    Scripts and the count of each answer stay: they say nothing of anybody.
    """
    campaign = Campaign.objects.filter(dataset=dataset).first()
    if campaign is None:
        return {}
    if needs_of(piste=perms.SLUG, exercise_id=campaign.exercise_id, key_name=dataset.key or "-").open:
        raise Refusal(
            "needs_open",
            _("Needs told in this campaign are still followed. They are closed and told back first."),
            conflict=True,
        )
    figures = _figures(campaign)
    of_leases = {"lease__campaign": campaign}
    cases = Case.objects.filter(key_name=dataset.key)
    cases.update(merged_into=None)
    # Children first, so that nothing is looked for under rows that have none left.
    for rows in (
        cases,
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
    return figures


def _figures(campaign: Campaign) -> dict[str, int]:
    counted = (
        Callee.objects.filter(campaign=campaign)
        .order_by()
        .aggregate(
            people=Count("pk"),
            reached=Count("pk", filter=Q(reached=True)),
            useful=Count("pk", filter=Q(useful=True)),
            needs=Count("pk", filter=Q(needs__gt=0)),
            refused=Count("pk", filter=Q(end=Callee.End.REFUSED)),
            unreachable=Count("pk", filter=Q(end=Callee.End.UNREACHABLE)),
        )
    )
    return {**counted, "calls": Lease.objects.filter(campaign=campaign, closing=Lease.Closing.SAID).count()}
