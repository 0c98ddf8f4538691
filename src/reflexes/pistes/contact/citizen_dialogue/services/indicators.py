"""What will tell whether it works, chosen with those who use the place before any figure exists (P11 (7))."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.services.contributions import nobody
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, Indicator, IndicatorVoice, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import check_writing

FIELDS = ("title", "kind", "how", "unit", "source", "in_the_street", "proposed_by")
MISSING = {
    "title": _("Say what would tell whether it works."),
    "kind": _("Say what kind of thing it tells."),
    "how": _("Say how it is measured: where, when, by whom."),
    "unit": _("Say what is counted: cyclists, minutes, people out of ten."),
    "source": _("Say which source gives the figures."),
    "proposed_by": _("Say who proposed it, as a role: a riders’ association, the shopkeepers."),
}
State = Indicator.State


def open_choice(scheme: Scheme) -> Scheme:
    """Lock the scheme in the caller's transaction; once its choice is closed, no indicator moves any more."""
    current = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if current.choice_closed_at is not None:
        raise Refusal(
            "choice_closed",
            _("The choice is closed: nothing is added once figures may show what one would like to see."),
            conflict=True,
        )
    return current


def check_closed(scheme: Scheme) -> Scheme:
    """Lock the scheme in the caller's transaction; while indicators are being chosen, no figure is written."""
    current = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if current.choice_closed_at is None:
        raise Refusal(
            "choice_open",
            _("Indicators are still being chosen. Close the choice first: figures come after it, never before."),
            conflict=True,
        )
    return current


def do_propose(
    *, actor: Actor, scheme: Scheme, fields: Mapping[str, Any], evaluator: Evaluator | None = None
) -> Indicator:
    """Propose an indicator: the officer for whoever said it, or an evaluator by their link."""
    if evaluator is None:
        check_writing(actor, scheme)
    else:
        check_evaluator(actor, evaluator, scheme)
    values = {name: fields.get(name, "") for name in FIELDS}
    values["in_the_street"] = bool(values["in_the_street"])
    if evaluator is not None:
        values["proposed_by"] = evaluator.as_words
    if lacks := [code for code in MISSING if not str(values[code]).strip()]:
        raise Refusal(f"missing_{lacks[0]}", " ".join(str(MISSING[code]) for code in lacks))
    if values["kind"] not in Indicator.Kind.values:
        raise Refusal("missing_kind", MISSING["kind"])
    try:
        with transaction.atomic():
            indicator = Indicator.objects.create(scheme=open_choice(scheme), **values)
            _record(nobody(actor) if evaluator else actor, "citizen_dialogue.indicator_proposed", indicator)
    except IntegrityError as error:
        raise Refusal("named_already", _("This one is proposed already. Give yours another name.")) from error
    return indicator


def do_choose(*, actor: Actor, indicator: Indicator, chosen_with: str) -> None:
    """Choose an indicator with those who use the place, named by their role; one set aside may come back."""
    check_writing(actor, indicator.scheme)
    if not chosen_with.strip():
        raise Refusal(
            "chosen_with", _("Say with whom it is chosen, as roles: residents of the street, riders, shopkeepers.")
        )
    _move(
        actor,
        indicator,
        "citizen_dialogue.indicator_chosen",
        state=State.CHOSEN,
        chosen_with=chosen_with.strip()[:200],
        chosen_at=clock.now(),
        why_aside="",
    )


def do_set_aside(*, actor: Actor, indicator: Indicator, why: str) -> None:
    """Set an indicator aside: whoever proposed it reads why."""
    check_writing(actor, indicator.scheme)
    if not why.strip():
        raise Refusal("why_missing", _("Say why it is set aside: whoever proposed it reads it."))
    _move(
        actor,
        indicator,
        "citizen_dialogue.indicator_set_aside",
        state=State.ASIDE,
        why_aside=why.strip()[:300],
        chosen_with="",
        chosen_at=None,
    )


def _move(actor: Actor, indicator: Indicator, verb: str, **values: Any) -> None:
    with transaction.atomic():
        open_choice(indicator.scheme)
        Indicator.objects.filter(pk=indicator.pk).update(**values)
        record(actor=actor, verb=verb, object_kind="scheme", object_key=indicator.scheme_id, params=_named(indicator))
    indicator.refresh_from_db()


def do_close_choice(*, actor: Actor, scheme: Scheme) -> None:
    """Close the choice: figures may come from now on, and nothing is added afterwards."""
    check_writing(actor, scheme)
    with transaction.atomic():
        current = open_choice(scheme)
        states = list(current.indicators.order_by("pk").values_list("state", flat=True))
        if waiting := states.count(State.PROPOSED):
            text = ngettext(
                "%(count)d indicator is neither chosen nor set aside. Answer it first.",
                "%(count)d indicators are neither chosen nor set aside. Answer each first.",
                waiting,
            )
            raise Refusal("undecided", text % {"count": waiting})
        if State.CHOSEN not in states:
            raise Refusal("nothing_chosen", _("Choose at least one indicator with those who use the place."))
        current.choice_closed_at = clock.now()
        current.save(update_fields=["choice_closed_at"])
        record(
            actor=actor,
            verb="citizen_dialogue.choice_closed",
            object_kind="scheme",
            object_key=scheme.pk,
            params={"chosen": states.count(State.CHOSEN), "aside": states.count(State.ASIDE)},
        )
    scheme.refresh_from_db()


def check_evaluator(actor: Actor, evaluator: Evaluator, scheme: Scheme) -> None:
    """Let an evaluator act on what they evaluate, while they do; what they say is theirs alone."""
    if evaluator.scheme_id != scheme.pk or evaluator.left_at is not None or not actor.is_known:
        raise PermissionDenied
    if evaluator.person_id != actor.person_id or actor.exercise_id != scheme.exercise_id:
        raise PermissionDenied


def do_voice(*, actor: Actor, evaluator: Evaluator, said: Mapping[int, bool]) -> int:
    """Write what an evaluator thinks of proposed indicators (key → would it tell something); return how many."""
    scheme = evaluator.scheme
    check_evaluator(actor, evaluator, scheme)
    with transaction.atomic():
        open_choice(scheme)
        known = scheme.indicators.filter(pk__in=said).order_by("pk")
        for indicator in known:
            IndicatorVoice.objects.update_or_create(
                indicator=indicator, evaluator=evaluator, defaults={"agrees": said[indicator.pk]}
            )
    return len(known)


def with_voices(scheme: Scheme) -> QuerySet[Indicator]:
    """Return every indicator with how many evaluators said that it would tell them something, and how many not."""
    return scheme.indicators.annotate(
        agreed=Count("voices", filter=Q(voices__agrees=True)), doubted=Count("voices", filter=Q(voices__agrees=False))
    ).order_by("pk")


def _named(indicator: Indicator) -> dict[str, object]:
    return {"indicator": indicator.pk}


def _record(actor: Actor, verb: str, indicator: Indicator) -> None:
    record(actor=actor, verb=verb, object_kind="scheme", object_key=indicator.scheme_id, params=_named(indicator))
