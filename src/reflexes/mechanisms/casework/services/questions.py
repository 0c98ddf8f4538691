"""Questions asked often: written once from a case, without anything of it, and found by whoever qualifies the next."""

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.models import Answered, Case, Question
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.journal.services import record

# Two groups of figures or more in a row read as a telephone number; anything around an @ as an address.
TRACES = (re.compile(r"(?:\d[ .-]?){8,}"), re.compile(r"\S@\S"))
SHORTEST_NAME = 3
SHORTEST_WORD = 4


def do_answer_question(
    *,
    actor: Actor,
    piste: str,
    asks: str,
    answer: str,
    need: str = "",
    case: Case | None = None,
    question: Question | None = None,
) -> Question:
    """Write a question and its answer, or another answer to a question. ``case`` is where it was asked: it is not kept.

    Refused when the words still say who asked: their name, a number, an address.
    """
    if not perms.is_navigator(actor) or (question is not None and question.organisation_id != actor.organisation_id):
        raise PermissionDenied
    if case is not None:
        perms.check_navigating(actor, case)
    if not answer.strip() or (question is None and not asks.strip()):
        raise Refusal("words_missing", _("Write the question as anybody could ask it, and its answer."))
    _check_nobody(f"{asks}\n{answer}", case)
    with transaction.atomic():
        kept = question or Question.objects.create(
            piste=piste,
            organisation_id=actor.organisation_id,
            asks=asks.strip()[:300],
            need=need,
            asked_at=clock.now(),
            exercise_id=actor.exercise_id,
        )
        Answered.objects.create(question=kept, words=answer.strip(), by_id=actor.person_id, at=clock.now())
        record(actor=actor, verb="casework.question_answered", object_kind="question", object_key=kept.pk)
    return kept


def _check_nobody(words: str, case: Case | None) -> None:
    told = {part for part in re.split(r"[^\w]+", normalised(words)) if part}
    names: set[str] = set()
    if case is not None:
        names = {
            part
            for part in re.split(r"[^\w]+", normalised(sealing.facts_of(case).get("name", "")))
            if len(part) >= SHORTEST_NAME
        }
    if names & told or any(trace.search(words) for trace in TRACES):
        raise Refusal("says_who", _("These words still say who asked: take out the name, the number or the address."))


def do_retire_question(*, actor: Actor, question: Question) -> None:
    """Withdraw a question whose answer is no longer true; it stays in the memory, and is no longer found."""
    if not perms.is_navigator(actor) or question.organisation_id != actor.organisation_id:
        raise PermissionDenied
    perms.check_own_world(actor, question.exercise_id)
    with transaction.atomic():
        Question.objects.filter(pk=question.pk).update(retired_at=clock.now())
        record(actor=actor, verb="casework.question_retired", object_kind="question", object_key=question.pk)


def find_questions(actor: Actor, *, words: str = "", need: str = "", piste: str = "") -> QuerySet[Question]:
    """Return the questions in use that speak of ``words``, or of a need."""
    found = perms.visible_questions(actor).filter(retired_at=None)
    found = found.filter(piste=piste) if piste else found
    for word in normalised(words).split():
        found = found.filter(search__contains=word)
    if need:
        found = found.filter(need=need)
    return found.order_by("search", "pk").prefetch_related("answers__by")


def questions_like(actor: Actor, *, piste: str, words: str, need: str = "", most: int = 3) -> list[Question]:
    """Return the few questions nearest to what somebody says: those that share the most words with it, or its need."""
    said = {word for word in re.split(r"[^\w]+", normalised(words)) if len(word) >= SHORTEST_WORD}
    wanted = Q(need=need) if need else Q()
    for word in sorted(said):
        wanted |= Q(search__contains=word)
    if not wanted:
        return []
    near = list(find_questions(actor, piste=piste).filter(wanted)[:200])
    near.sort(key=lambda one: -sum(word in one.search for word in said))
    return near[:most]
