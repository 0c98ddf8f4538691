"""What campaigns and registers hold of a telephone, and how all of it is deleted at its end (P04 (4), (5); rule 6)."""

from collections.abc import Iterator

from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock, keyring
from reflexes.mechanisms.casework.services import keeping
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services.holdings import Holding, Keeper, Lists, Words
from reflexes.pistes.contact.proactive_desks import priorities
from reflexes.pistes.contact.proactive_desks.models import (
    Batch,
    BatchProblem,
    Callee,
    CallerCard,
    Campaign,
    Debrief,
    EntrustedVisit,
    Forewarning,
    HumanTask,
    LateNote,
    Lease,
    PaperList,
    SaidAnswers,
)
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS
from reflexes.web.words import full_date

SCOPES: dict[str, "str | Promise"] = {CALLS: _("being called by this organisation before asking")}
# Whoever refuses to be called is read no more to call them; what is under way for them is still followed to its end.
CLOSES = {CALLS: frozenset({"call", "paper"})}
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
    "recurs_why": _("why they are called again"),
    "company": _("calling them again every few days"),
    "visit": _("going to see them"),
    "visit_brief": _("why somebody goes to see them"),
    "visit_words": _("what was written at their door"),
    "why": _("why somebody goes there"),
    "said": _("what to know at the door"),
    "visits_asked": _("visits asked of units"),
    "visits_made": _("visits made"),
    "call_list": _("a line of a list on paper"),
    "call": _("calling them"),
    "learning": _("reading a call with its caller"),
    "paper": _("calling from a list on paper"),
    "follow_up": _("taking over when nobody answers"),
    "emergency": _("answering an emergency"),
    "commune": _("commune"),
    "people": _("people to call"),
    "calls": _("calls"),
    "reached": _("people reached"),
    "useful": _("talks of use"),
    "refused": _("people who asked to be left alone"),
    "unreachable": _("people unreachable"),
    "texts": _("texts written about people"),
    "following": _("following a need to its end"),
    **keeping.WORDS,
}

# Which figures count what is deleted; the others say what was reached. What else stays says nothing of anybody.
GOES = frozenset({"people", "calls", "texts", "cases", "needs", "visits_asked"})
STAYS: "tuple[str | Promise, ...]" = (_("the script, and how many times each of its answers was given"),)


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
    yield Holding(callee.key, callee.identity, "callee", where + _again(callee) + beside)
    if callee.recurs_why:
        yield Holding(callee.key, callee.recurs_why, "recurs_why")
    for sealed in _texts(SaidAnswers.objects.filter(lease__callee=callee), "sealed"):
        yield Holding(callee.key, sealed, "call_answers")
    for rows in (Lease.objects.filter(callee=callee), LateNote.objects.filter(lease__callee=callee)):
        for sealed in _texts(rows, "note"):
            yield Holding(callee.key, sealed, "call_words")
    for sealed in _texts(HumanTask.objects.filter(callee=callee), "words"):
        yield Holding(callee.key, sealed, "task_words")
    for visit in EntrustedVisit.objects.filter(task__callee=callee).select_related("unit").order_by("asked_at", "pk"):
        yield from _of_visit(callee, visit)


def _of_visit(callee: Callee, visit: EntrustedVisit) -> Iterator[Holding]:
    """Yield what a visit holds; what lies open says of whom it was asked, and whether it was made."""
    asked = ((_("visit asked of"), f"{visit.unit}, {full_date(visit.asked_at)}"),)
    made = ((_("visit made"), f"{full_date(visit.done_at)}, {visit.get_came_display()}"),) if visit.done_at else ()
    yield Holding(callee.key, visit.brief, "visit_brief", asked + made)
    for sealed in filter(None, (visit.draft, visit.words)):
        yield Holding(callee.key, sealed, "visit_words")


def _again(callee: Callee) -> tuple[tuple["str | Promise", str], ...]:
    if callee.every_days is None or callee.recurs_until is None:
        return ()
    said = ngettext("every day, until %(day)s", "every %(count)s days, until %(day)s", callee.every_days)
    return ((_("called again"), said % {"count": callee.every_days, "day": full_date(callee.recurs_until)}),)


def _texts(rows: "QuerySet[Model]", column: str) -> list[str]:
    return list(rows.exclude(**{column: ""}).order_by("pk").values_list(column, flat=True))


def counts(dataset: Dataset) -> dict[str, int]:
    """Return the figures that remain once a dataset is destroyed; they name nobody."""
    told = keeping.counts(dataset.key) if dataset.key else {}
    campaign = Campaign.objects.filter(dataset=dataset).first()
    texts = keeping.written(dataset.key) if dataset.key else 0
    if campaign is None:
        return {**told, "texts": texts}
    return {**_figures(campaign), **told, "texts": texts + _written(campaign)}


def check_over(dataset: Dataset) -> None:
    """Refuse while a need told in this campaign is still followed: nothing is left unclosed (P12 (6))."""
    if dataset.key:
        keeping.check_closed(dataset.key)


def _written(campaign: Campaign) -> int:
    """Return how many texts were written about the people of a campaign."""
    sealed = (
        SaidAnswers.objects.filter(lease__campaign=campaign).exclude(sealed=""),
        Lease.objects.filter(campaign=campaign).exclude(note=""),
        LateNote.objects.filter(lease__campaign=campaign).exclude(note=""),
        HumanTask.objects.filter(campaign=campaign).exclude(words=""),
        EntrustedVisit.objects.filter(task__campaign=campaign),
        EntrustedVisit.objects.filter(task__campaign=campaign).exclude(words=""),
        Callee.objects.filter(campaign=campaign).exclude(recurs_why=""),
    )
    return sum(rows.order_by().count() for rows in sealed)


def shed(dataset: Dataset) -> dict[str, int]:
    """Delete every row of a dataset and return the figures that remain, which name nobody.

    Raises ``Refusal`` while a need told in this campaign is still followed: nothing is left unclosed (P12 (6)).
    Scripts and the count of each answer stay: they say nothing of anybody.
    """
    figures = counts(dataset)
    if dataset.key:
        keeping.shed(dataset.key)
    campaign = Campaign.objects.filter(dataset=dataset).first()
    if campaign is None:
        return figures
    of_leases = {"lease__campaign": campaign}
    # Children first, so that nothing is looked for under rows that have none left.
    for rows in (
        Forewarning.objects.filter(callee__campaign=campaign),
        SaidAnswers.objects.filter(**of_leases),
        LateNote.objects.filter(**of_leases),
        EntrustedVisit.objects.filter(task__campaign=campaign),
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


def _groups(dataset: Dataset) -> Words:
    """Return the people of a campaign that a list may hold: a register of the desk has cases, and no list."""
    return {"everybody": _("everybody still to be reached"), "human": _("those whom somebody is to go and see")}


def _listed(dataset: Dataset, group: str) -> Iterator[Holding]:
    """Yield who is still to be reached: a list goes to people who go and see them, never to be kept."""
    rows = Callee.objects.filter(campaign__dataset=dataset).exclude(state=Callee.State.CLOSED)
    if group == "human":
        rows = rows.filter(state=Callee.State.HUMAN)
    for one in rows.select_related("commune").order_by("pk"):
        yield Holding(one.key, one.identity, "callee", facts={"commune": str(one.commune or "")})


KEEPER = Keeper(
    find,
    shed,
    FACTS,
    scopes=SCOPES,
    closes=CLOSES,
    lists=Lists(
        uses={"follow_up": FACTS["follow_up"]},
        fields={name: FACTS[name] for name in ("last_name", "first_name", "phone", "address", "commune")},
        groups=_groups,
        rows=_listed,
    ),
    counts=counts,
    check=check_over,
    goes=GOES,
    stays=STAYS,
)


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
    visits = EntrustedVisit.objects.filter(task__campaign=campaign)
    if asked := visits.count():
        counted |= {"visits_asked": asked, "visits_made": visits.exclude(done_at=None).count()}
    return {**counted, "calls": Lease.objects.filter(campaign=campaign, closing=Lease.Closing.SAID).count()}
