"""The link by which a service answers without an account (8 days, renewed in one click; research/outreach.md 1.9).

A service is nobody of the directory: its link is tied to ``Referral.contact_key``, the pseudonym of the service, and
what is done through it is journaled under that key. The same link serves each step until the need is closed: what
protects two answers from each other is the state of the need, not the link.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise

from reflexes.core.accounts.links import make_link, revoke_links
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.models import Referral, State

REFERRAL = "casework-referral"


def link_for(referral: Referral) -> str:
    """Return a fresh address by which the service answers; call it in the transaction of its cause."""
    if referral.contact_key is None:
        raise ValueError(f"The need {referral.pk} was sent to no service: it has no link.")
    return make_link(
        person_key=referral.contact_key,
        purpose=REFERRAL,
        subject=subject_of(referral),
        path=reverse(f"{referral.case.piste}_public:referral_by_link", args=["-"]).removesuffix("-"),
        exercise_id=referral.case.exercise_id,
    )


def subject_of(referral: Referral) -> str:
    """Return what the link asks about."""
    return f"{REFERRAL}:{referral.pk}"


def referral_of(link: MagicLink) -> Referral | None:
    """Return the need a link asks about, while it is still the business of that service."""
    key = link.subject.rpartition(":")[2]
    found = Referral.objects.filter(pk=int(key) if key.isdigit() else 0, contact_key=link.person_key)
    return found.select_related("case__commune", "case__organisation", "service").first()


def bearer(link: MagicLink) -> Actor:
    """Return the service that opened its link, as an actor: a pseudonym and no person."""
    return Actor(person_key=link.person_key, role=perms.SERVICE, exercise_id=link.exercise_id)


def question_states(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], "str | Promise"]:
    """Return what became of each question that a link of this mechanism asked: where it stands, ``""`` while it waits.

    For ``Piste.question_states``: whoever tends messages sees that a service answered.
    """
    own = {question: question[1].rpartition(":")[2] for question in asked if question[0] == REFERRAL}
    pks = [int(key) for key in own.values() if key.isdigit()]
    states = dict(Referral.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "state"))
    found = {question: states.get(int(key)) for question, key in own.items() if key.isdigit()}
    waits = (State.SENT, State.RECEIVED)
    return {question: "" if state in waits else State(state).label for question, state in found.items() if state}


def close_links(referral: Referral) -> int:
    """Close every link of a need that is closed; return how many."""
    return revoke_links(purpose=REFERRAL, subject=subject_of(referral))
