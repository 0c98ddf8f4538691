"""What a mission teaches: a newcomer's remarks and their answer, skills kept, and what the person chose to share.

Nobody is recognised against their will: remarks wait until several newcomers went to the same host, and leave together
the following week, unless the person says that they may be known (ADR 15).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Debrief, RemarkAnswer, SkillGained
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Organisation, PersonSkill, Skill
from reflexes.mechanisms.journal.services import record

CAME = (State.DONE, State.RETURNED, State.DEBRIEFED)
TOGETHER = timedelta(days=90)
TO_HR = ("share_with_hr", "share_answers_with_hr", "share_skills_with_hr")
SHARES = frozenset({"share_remarks_with_host", "share_with_lab", "even_if_known", *TO_HR})


# ---- skills kept


def skills_of(assignment: Assignment) -> list[Skill]:
    """Return what the mission may have taught: what the need teaches, and what its half-days ask for.

    A skill that needs a certificate is never kept this way: it blocks, and somebody confirms it.
    """
    need = assignment.slot.need
    found = Skill.objects.filter(regulated=False).filter(pk__in=_taught(need.pk, need.teaches_id))
    return list(found.order_by("search", "pk"))


def _taught(need_id: int, teaches_id: int | None) -> set[int]:
    asked = Skill.objects.filter(slots__need_id=need_id).values_list("pk", flat=True)
    return {*asked, *([teaches_id] if teaches_id else [])}


def keep_skills(actor: Actor, assignment: Assignment, skill_ids: Iterable[int]) -> None:
    """Write exactly these skills as kept from the mission; one that is new joins what the person says they can do."""
    offered = {skill.pk for skill in skills_of(assignment)}
    wanted = set(skill_ids) & offered
    kept = {one.skill_id: one for one in SkillGained.objects.filter(assignment=assignment).order_by("pk")}
    for skill_id in wanted - kept.keys():
        new = False
        if assignment.exercise_id is None:  # nobody learns for good what was only played
            _said, new = PersonSkill.objects.get_or_create(person_id=assignment.person_id, skill_id=skill_id)
        SkillGained.objects.create(assignment=assignment, skill_id=skill_id, new=new, kept_at=clock.now())
    for skill_id in kept.keys() - wanted:
        if kept[skill_id].new:
            PersonSkill.objects.filter(
                person_id=assignment.person_id, skill_id=skill_id, primary=False, confirmed_by=None
            ).delete()
        kept[skill_id].delete()
    if wanted != kept.keys():
        record(
            actor=actor,
            verb="allocation.skills_kept",
            object_kind="assignment",
            object_key=assignment.pk,
            params={"count": len(wanted)},
        )


# ---- what the person shares


@transaction.atomic
def do_share(*, actor: Actor, debrief: Debrief, skill_ids: Iterable[int] | None = None, **choices: bool) -> Debrief:
    """Change who may read what, at any moment; what is withdrawn disappears from their pages at once (P09 (11))."""
    if not perms.can_answer(actor, debrief.assignment):
        raise PermissionDenied
    if choices.keys() - SHARES:
        raise ValueError(f"not something to share: {sorted(choices.keys() - SHARES)}")
    before = Debrief.objects.get(pk=debrief.pk)
    Debrief.objects.filter(pk=debrief.pk).update(**choices)
    if skill_ids is not None:
        keep_skills(actor, debrief.assignment, skill_ids)
    debrief.refresh_from_db()
    if not debrief.share_remarks_with_host and debrief.passed_on_at is not None:
        Debrief.objects.filter(pk=debrief.pk).update(passed_on_at=None)
        debrief.refresh_from_db()
    record(actor=actor, verb="allocation.shares_changed", object_kind="assignment", object_key=debrief.assignment_id)
    settle_shares(debrief, before)
    return debrief


def settle_shares(debrief: Debrief, before: Debrief | None = None) -> None:
    """Pass on at once what may be known, and tell human resources when something new is theirs to read."""
    if any(getattr(debrief, name) and not (before and getattr(before, name)) for name in TO_HR):
        announce(debrief.assignment, "shared")
    # An exercise has no newcomer to protect: everybody plays.
    if debrief.even_if_known or debrief.assignment.exercise_id is not None:
        _pass_on(Debrief.objects.filter(pk=debrief.pk))


def newcomers_at(assignment: Assignment) -> int:
    """Return how many people went to the same host these last three months, this one included."""
    return (
        Assignment.objects.filter(
            slot__need__organisation_id=assignment.slot.need.organisation_id,
            state__in=CAME,
            exercise_id=assignment.exercise_id,
            day__gt=clock.today() - TOGETHER,
        )
        .values("person_id")
        .distinct()
        .count()
    )


def can_be_guessed(assignment: Assignment) -> bool:
    """Tell whether the host would easily guess whose remark it is: too few went there."""
    return newcomers_at(assignment) < limits.NEWCOMERS_TOGETHER


def _waiting_to_pass() -> QuerySet[Debrief]:
    return Debrief.objects.filter(share_remarks_with_host=True, passed_on_at=None).exclude(remarks="")


def _pass_on(debriefs: QuerySet[Debrief]) -> int:
    passed = 0
    for debrief in debriefs.select_related("assignment__slot__need").order_by("pk"):
        moved = _waiting_to_pass().filter(pk=debrief.pk).update(passed_on_at=clock.now())
        if moved:
            announce(debrief.assignment, "remark_passed")
            passed += 1
    return passed


def pass_on_remarks() -> int:
    """Pass on last week's remarks of hosts where enough newcomers went; return how many. Run once a day."""
    today = clock.today()
    monday = timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time()))
    ready = _waiting_to_pass().filter(held_at__lt=monday, assignment__exercise=None)
    hosts = ready.order_by().values_list("assignment__slot__need__organisation_id", flat=True).distinct()
    counts = dict(
        Assignment.objects.filter(
            slot__need__organisation_id__in=list(hosts), state__in=CAME, exercise=None, day__gt=today - TOGETHER
        )
        .order_by()
        .values_list("slot__need__organisation_id")
        .annotate(Count("person_id", distinct=True))
    )
    enough = [host for host, count in counts.items() if count >= limits.NEWCOMERS_TOGETHER]
    return _pass_on(ready.filter(assignment__slot__need__organisation_id__in=enough))


# ---- who reads


def _remarks() -> QuerySet[Debrief]:
    return (
        Debrief.objects.exclude(remarks="")
        .filter(assignment__person__erased_at=None)
        .select_related(
            "assignment__person__offer__capacity__organisation", "assignment__slot__need__organisation", "host_answer"
        )
    )


def remarks_for_host(actor: Actor) -> QuerySet[Debrief]:
    """Return what newcomers noticed at the actor's organisation and let through."""
    if actor.role != roles.HOST or actor.organisation_id is None:
        raise Http404
    return _remarks().filter(
        share_remarks_with_host=True,
        passed_on_at__isnull=False,
        assignment__slot__need__organisation_id=actor.organisation_id,
        assignment__exercise_id=actor.exercise_id,
    )


def remarks_for_lab(actor: Actor) -> QuerySet[Debrief]:
    """Return the remarks that people agreed to share beyond their host."""
    if not perms.is_cell(actor):
        raise Http404
    return _remarks().filter(share_with_lab=True, assignment__exercise_id=actor.exercise_id)


def remarks_unanswered(exercise_id: int | None) -> QuerySet[Debrief]:
    """Return the remarks that reached a host and got no answer: how many and since when, never the words."""
    return (
        Debrief.objects.filter(
            share_remarks_with_host=True,
            passed_on_at__isnull=False,
            host_answer=None,
            assignment__exercise_id=exercise_id,
        )
        .exclude(remarks="")
        .annotate(since=F("passed_on_at"))
    )


@dataclass(frozen=True, slots=True)
class SilentHost:
    """A host that has not answered what newcomers noticed."""

    organisation: Organisation
    count: int
    since: datetime


def silent_hosts(actor: Actor) -> list[SilentHost]:
    """Return the hosts that owe an answer, the oldest first, for the cell."""
    if not perms.is_cell(actor):
        raise Http404
    rows = (
        remarks_unanswered(actor.exercise_id)
        .order_by()
        .values_list("assignment__slot__need__organisation_id")
        .annotate(Count("pk"), Min("passed_on_at"))
    )
    names = Organisation.objects.in_bulk([row[0] for row in rows])
    return sorted((SilentHost(names[pk], count, since) for pk, count, since in rows), key=lambda one: one.since)


@transaction.atomic
def do_answer_remark(*, actor: Actor, debrief: Debrief, outcome: str, reason: str) -> RemarkAnswer:
    """The host says what it does with a remark, and why; whoever made it is told."""
    if not remarks_for_host(actor).filter(pk=debrief.pk).exists():
        raise Http404
    if outcome not in RemarkAnswer.Outcome.values:
        raise Refusal("outcome_missing", _("Choose what you do with it: adopted, adapted, or not kept."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why, or what changed: whoever noticed it will read it."))
    try:
        with transaction.atomic():
            answer = RemarkAnswer.objects.create(
                debrief=debrief,
                outcome=outcome,
                reason=reason.strip()[:300],
                answered_by_id=actor.person_id,
                answered_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refusal("answered_already", _("A colleague has already answered this remark."), conflict=True) from error
    record(
        actor=actor,
        verb="allocation.remark_answered",
        object_kind="assignment",
        object_key=debrief.assignment_id,
        params={"outcome": outcome},
    )
    announce(debrief.assignment, "remark_answered")
    return answer


def shared_with_hr(actor: Actor) -> QuerySet[Debrief]:
    """Return what agents of the actor's organisation chose to share with human resources, and nothing else."""
    if actor.role != roles.HR or actor.organisation_id is None:
        raise Http404
    shared = Debrief.objects.filter(share_with_hr=True).exclude(remarks="")
    shared = shared | Debrief.objects.filter(share_answers_with_hr=True)
    shared = shared | Debrief.objects.filter(
        share_skills_with_hr=True, assignment__in=SkillGained.objects.values("assignment_id")
    )
    return (
        shared.filter(
            assignment__person__offer__capacity__organisation_id=actor.organisation_id,
            assignment__person__erased_at=None,
            assignment__exercise_id=actor.exercise_id,
        )
        .select_related("assignment__person", "assignment__slot__need__organisation")
        .prefetch_related("assignment__skills_gained__skill")
        .order_by("-held_at", "-pk")
    )
