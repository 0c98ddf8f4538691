"""What an agent keeps for themself: their reallocation plan and what they would like to learn (P09, steps)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.services import notify
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import LearningWish, PersonalPlan
from reflexes.mechanisms.allocation.services.offers import GIVERS
from reflexes.mechanisms.directory.models import PersonSkill, Skill
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.journal.services import record

LONGEST = 4000


def own_plan(actor: Actor) -> PersonalPlan:
    """Return the actor's own plan, not written yet when they never opened it; nobody else's can be asked for."""
    if actor.role not in GIVERS or actor.person_id is None:
        raise PermissionDenied
    found = PersonalPlan.objects.filter(person_id=actor.person_id).first()
    return found or PersonalPlan(person_id=actor.person_id, reviewed_on=clock.today())


def do_write_plan(*, actor: Actor, can_do: str, to_learn: str, matters: str, mentor: str) -> PersonalPlan:
    """Write one's own plan, in one's own words; writing it is reading it again."""
    check_real(actor)
    plan = own_plan(actor)
    if any(len(words) > LONGEST for words in (can_do, to_learn, matters)):
        raise Refusal(
            "too_long",
            gettext_lazy("One of the texts is longer than two pages. Shorten it: this is a plan to keep in a pocket."),
        )
    said = {"can_do": can_do.strip(), "to_learn": to_learn.strip(), "matters": matters.strip()}
    with transaction.atomic():
        plan, _made = PersonalPlan.objects.update_or_create(
            person_id=plan.person_id,
            defaults={**said, "mentor": mentor.strip()[:160], "reviewed_on": clock.today(), "reminded_on": None},
        )
        # The journal says that it was written, never what it says.
        record(actor=actor, verb="allocation.own_plan_written", object_kind="own_plan", object_key=plan.pk)
    return plan


def do_wish_to_learn(*, actor: Actor, skill: Skill) -> None:
    """Say that one would like to learn something; the cell reads how many people said it, never who."""
    check_real(actor)
    if actor.role not in GIVERS or actor.person_id is None:
        raise PermissionDenied
    if PersonSkill.objects.filter(person_id=actor.person_id, skill=skill).exists():
        raise Refusal(
            "known_already", gettext_lazy("This is already among what you can do. Choose something else to learn.")
        )
    with transaction.atomic():
        wish, made = LearningWish.objects.get_or_create(person_id=actor.person_id, skill=skill)
        if made:
            record(actor=actor, verb="allocation.learning_wished", object_kind="learning_wish", object_key=wish.pk)


def do_withdraw_learning(*, actor: Actor, wish_id: int) -> None:
    """Take back one's own wish to learn."""
    check_real(actor)
    with transaction.atomic():
        if LearningWish.objects.filter(pk=wish_id, person_id=actor.person_id).delete()[0]:
            record(actor=actor, verb="allocation.learning_withdrawn", object_kind="learning_wish", object_key=wish_id)


def remind_old_plans() -> int:
    """Ask once a year whoever wrote a plan whether it is still true; return how many were asked."""
    today = clock.today()
    old = (
        PersonalPlan.objects.filter(reviewed_on__lte=today - limits.PLAN_REVIEWED_EVERY, person__erased_at=None)
        .filter(Q(reminded_on=None) | Q(reminded_on__lte=F("reviewed_on")))
        .select_related("person__commune")
        .order_by("pk")
    )
    asked = 0
    for plan in old[:500]:
        with transaction.atomic():
            if PersonalPlan.objects.filter(pk=plan.pk, reviewed_on=plan.reviewed_on).update(reminded_on=today):
                _remind(plan, today)
                asked += 1
    return asked


def _remind(plan: PersonalPlan, today: date) -> None:
    with translation.override(plan.person.language):
        notify(
            recipient_of(plan.person),
            subject=_("Your reallocation plan: is it still true?"),
            body=_(
                "Hello %(name)s,\n\nA year ago you wrote, for yourself, what you can do beyond your job and what you "
                "would like to learn. Read it again when you have five minutes: in “My space”, “My plan”. Nobody else "
                "reads it."
            )
            % {"name": plan.person.first_name},
            key=f"allocation.own_plan:{plan.pk}:{today.isoformat()}",
        )
