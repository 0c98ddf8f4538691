"""Who may do what with cases and referrals. Each rule is short and says why."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.mechanisms.casework.models import Case, Question, Referral, Service
from reflexes.mechanisms.directory import roles

# Whoever answers for a service by its link: no person of the directory, and no role anybody may hold.
SERVICE = "service"
# Those to whom people tell what they need.
OPENERS = frozenset({roles.CALLER, roles.NAVIGATOR, roles.OUTREACH, roles.SUPERVISOR})
# Those who see how many needs wait and since when, and no word of them.
COUNTERS = frozenset({roles.NAVIGATOR, roles.SUPERVISOR, roles.DIRECTOR, roles.COORDINATOR})
# Those who keep the directory of services true.
LISTERS = frozenset({roles.NAVIGATOR, roles.SUPERVISOR, roles.ADMINISTRATOR})


def is_navigator(actor: Actor) -> bool:
    """Tell whether ``actor`` follows the needs of an organisation."""
    return actor.role == roles.NAVIGATOR and actor.organisation_id is not None and actor.is_known


def access_desk(actor: Actor) -> None:
    """Let navigators in; for anyone else the desk does not exist."""
    if not is_navigator(actor):
        raise Http404


def can_open(actor: Actor) -> bool:
    """Those whom people talk to write down what they need; the piste says whether they talk to this person."""
    return actor.is_known and actor.role in OPENERS


def can_count(actor: Actor) -> bool:
    """Those who steer see figures and ages: the words of people are the navigators'."""
    return actor.role in COUNTERS and actor.organisation_id is not None


def can_list(actor: Actor) -> bool:
    """The directory of services is the territory's: any navigator corrects it, nobody does from a drill."""
    return actor.is_known and actor.role in LISTERS


def check_listing(actor: Actor) -> None:
    """Refuse whoever does not keep the directory of services, and any change of it inside an exercise."""
    if not can_list(actor):
        raise PermissionDenied
    check_real(actor)


def check_own_world(actor: Actor, exercise_id: int | None) -> None:
    """Refuse to change what is real from inside an exercise, and what is played from outside it (ADR 16)."""
    if exercise_id is None:
        check_real(actor)
    elif exercise_id != actor.exercise_id:
        raise Http404


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases of the navigator's own organisation, in the world they act in: nobody else reads words."""
    if not is_navigator(actor):
        return Case.objects.none()
    return Case.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)


def visible_referrals(actor: Actor) -> QuerySet[Referral]:
    """Return the needs of the cases that ``actor`` may read."""
    if not is_navigator(actor):
        return Referral.objects.none()
    return Referral.objects.filter(
        case__organisation_id=actor.organisation_id, case__exercise_id=actor.exercise_id
    ).select_related("case")


def access_case(actor: Actor, key: UUID, *, piste: str = "") -> Case:
    """Return a case within the navigator's scope."""
    found = visible_cases(actor).select_related("commune", "merged_into", "told_by").filter(key=key)
    case = (found.filter(piste=piste) if piste else found).first()
    if case is None:
        raise Http404
    return case


def access_referral(actor: Actor, key: UUID, *, piste: str = "") -> Referral:
    """Return a need within the navigator's scope, with its case and the service that has it."""
    found = visible_referrals(actor).filter(key=key)
    found = found.filter(case__piste=piste) if piste else found
    referral = found.select_related("case__commune", "case__merged_into", "case__told_by", "service").first()
    if referral is None:
        raise Http404
    return referral


def check_navigating(actor: Actor, case: Case) -> None:
    """Refuse whoever does not follow the cases of this organisation."""
    if not is_navigator(actor) or case.organisation_id != actor.organisation_id:
        raise PermissionDenied
    check_own_world(actor, case.exercise_id)


def can_answer(actor: Actor, referral: Referral) -> bool:
    """The service answers what it was asked, by its link; the navigator writes what it said on the telephone."""
    by_link = actor.role == SERVICE and actor.person_key is not None and actor.person_key == referral.contact_key
    return by_link or (is_navigator(actor) and actor.organisation_id == referral.case.organisation_id)


def visible_questions(actor: Actor) -> QuerySet[Question]:
    """Return the questions asked often of the actor's organisation; everybody who works there reads them."""
    return Question.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)


def visible_services(actor: Actor) -> QuerySet[Service]:
    """Return the services in use, as the whole territory shares them; an exercise reads the real ones."""
    return Service.objects.filter(put_aside_at=None, structure__put_aside_at=None).select_related("structure")
