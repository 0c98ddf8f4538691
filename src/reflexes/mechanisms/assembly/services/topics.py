"""Topics: a decision at stake, who decides, what can still change, by when; anything else is a goal (P01 (3))."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, Seat, Topic
from reflexes.mechanisms.journal.services import record

FIELDS = frozenset({"title", "decision", "decider", "room", "decided_on"})
# What a topic lacks to be a decision, in the order of the form.
MISSING = {
    "decision": _("Say which decision is at stake: what will be done differently according to what the body says."),
    "decider": _("Say who decides: a council, an elected member, a service."),
    "room": _("Say what can still change, and what cannot any more."),
    "decided_on": _("Say by which day it is decided."),
}
# What may be there and still say nothing. Only ever a suggestion: a person reads it and goes on.
DOUBTS = {
    "decider": _("When everybody decides, nobody does. Is there a council, an elected member or a service to name?"),
    "decision": _(
        "This reads like a goal that nobody opposes. What would be done, or not done, according to what the body says?"
    ),
}
# Words that name nobody, and verbs that open a goal, in the two languages of the site.
NOBODY = frozenset(
    [
        "tous",
        "toutes",
        "tous ensemble",
        "tout le monde",
        "toutes et tous",
        "chacun",
        "ensemble",
        "nous",
        "nous tous",
        "on",
        "a definir",
        "a voir",
        "everybody",
        "everyone",
        "all of us",
        "all",
        "together",
        "we",
        "to be decided",
    ]
)
PREAMBLE = re.compile(r"^(?:il faut |il s'agit de |to )")
GOALS = frozenset(
    [
        *("accompagner", "ameliorer", "developper", "encourager", "favoriser", "garantir", "lutter", "maintenir"),
        *("preserver", "promouvoir", "renforcer", "sensibiliser", "soutenir", "valoriser"),
        *("develop", "encourage", "ensure", "foster", "improve", "maintain", "preserve", "promote", "strengthen"),
    ]
)
# A choice between two things, a number, a place on a map: somebody could oppose it.
AT_STAKE = re.compile(r"\d|\?|\b(?:ou|or|plutot|rather|si|whether|sinon|combien|lequel|laquelle|lesquels|which)\b")


def missing(topic: Topic) -> list[str]:
    """Return the codes of what ``topic`` lacks to be a decision."""
    lacks = {
        "decision": not topic.decision.strip(),
        "decider": not topic.decider.strip(),
        "room": not topic.room.strip(),
        "decided_on": topic.decided_on is None,
    }
    return [code for code in MISSING if lacks[code]]


def doubts(topic: Topic) -> list[str]:
    """Return the codes of what is written and perhaps says nothing: a suggestion, never a refusal.

    A goal is doubted only when it weighs nothing against anything: "keep the market or move it" is a decision.
    """
    decision = normalised(topic.decision).replace("’", "'").strip(" .")
    first = PREAMBLE.sub("", decision).split(" ")[0]
    found = {
        "decider": normalised(topic.decider).strip(" .") in NOBODY,
        "decision": first in GOALS and AT_STAKE.search(decision) is None,
    }
    return [code for code in DOUBTS if found[code]]


def can_ask(actor: Actor, body: Body) -> bool:
    """Those who sit, whoever answers and the officer put topics before a body."""
    if perms.can_keep(actor, body):
        return True
    if not actor.is_known:
        return False
    sits = Seat.objects.filter(college__body=body, person_id=actor.person_id, state=Seat.State.HELD)
    return actor.person_id == body.answerer_id or sits.exists()


def access_topic(actor: Actor, pk: int) -> Topic:
    """Return a topic of a body that the actor may see."""
    topic = Topic.objects.filter(body__in=perms.visible_bodies(actor)).select_related("body").filter(pk=pk).first()
    if topic is None:
        raise Http404
    return topic


def do_write_topic(
    *, actor: Actor, body: Body, fields: Mapping[str, Any], topic: Topic | None = None, insist: bool = False
) -> Topic:
    """Write a topic, or complete one. Incomplete, it is refused with what is missing, all of it at once.

    With ``insist`` an incomplete topic is kept and shown as "a goal, not a decision"; completed later, it becomes one.
    """
    if not can_ask(actor, body) or (topic is not None and topic.body_id != body.pk):
        raise PermissionDenied
    perms.check_own_world(actor, body.exercise_id)
    if body.state == Body.State.CLOSED:
        raise Refusal("closed", _("This body has ended: nothing more is put before it."), conflict=True)
    written = topic or Topic(body=body, asked_by_id=actor.person_id)
    before = written.decided_on
    for name, value in fields.items():
        if name in FIELDS:
            setattr(written, name, value)
    if not written.title.strip():
        raise Refusal("title_missing", _("Give the topic a title: a few words are enough."))
    if written.decided_on is not None and written.decided_on != before and written.decided_on < clock.today():
        raise Refusal("decided_already", _("That day has passed: what is decided already is no longer discussed."))
    lacks = missing(written)
    if lacks and not insist:
        raise Refusal("topic_incomplete", " ".join(str(MISSING[code]) for code in lacks))
    written.kind = Topic.Kind.GOAL if lacks else Topic.Kind.DECISION
    with transaction.atomic():
        written.save()
        record(
            actor=actor,
            verb="assembly.topic_kept_as_goal" if lacks else "assembly.topic_written",
            object_kind="body",
            object_key=body.pk,
            params={"topic": written.pk, "lacks": lacks},
        )
    return written


def do_withdraw_topic(*, actor: Actor, topic: Topic) -> None:
    """Take a topic off the list; it stays readable where it was on an agenda."""
    if not (perms.can_keep(actor, topic.body) or (actor.is_known and actor.person_id == topic.asked_by_id)):
        raise PermissionDenied
    perms.check_own_world(actor, topic.body.exercise_id)
    with transaction.atomic():
        if not Topic.objects.filter(pk=topic.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
            raise Refusal("withdrawn", _("This topic was already taken back."), conflict=True)
        record(
            actor=actor,
            verb="assembly.topic_withdrawn",
            object_kind="body",
            object_key=topic.body_id,
            params={"topic": topic.pk},
        )
    topic.refresh_from_db()
