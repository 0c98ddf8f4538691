"""Things tried for a while, for tests, in the words of the field: what is not said is sensible."""

from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Channel
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.contact.citizen_dialogue.models import (
    Evaluator,
    FieldCount,
    FieldNote,
    Indicator,
    Measure,
    Outcome,
    Scheme,
)

_numbers = count(1)


def make_scheme(organisation: Organisation | None = None, **fields: Any) -> Scheme:
    """Return a cycle lane opened two months ago, judged in a month; ``late=True`` for ten days ago.

    ``closed=True`` for one whose choice of indicators is closed.
    """
    number = next(_numbers)
    today = clock.today()
    owner = organisation or make_organisation()
    late, closed = fields.pop("late", False), fields.pop("closed", False)
    values: dict[str, Any] = {
        "slug": f"piste-{number}",
        "title": f"Piste cyclable {number}",
        "why": "Rejoindre l’hôpital à vélo.",
        "organisation": owner,
        "where": "Avenue de Colmar, du pont à l’hôpital",
        "opened_on": today - timedelta(days=60),
        "review_on": today - timedelta(days=10) if late else today + timedelta(days=30),
        "choice_closed_at": clock.now() - timedelta(days=50) if closed else None,
        **fields,
    }
    if "owner" not in values:
        values["owner"] = make_unit(owner)
    return Scheme.objects.create(**values)


def make_indicator(scheme: Scheme, **fields: Any) -> Indicator:
    """Return an indicator of use, chosen with residents and counted in the street; ``state="proposed"`` for another."""
    values: dict[str, Any] = {
        "title": f"Cyclistes au pont {next(_numbers)}",
        "kind": Indicator.Kind.USE,
        "how": "Comptés au pont, dans les deux sens, le mardi de 8 h à 9 h.",
        "unit": "cyclistes",
        "source": "Compteur de la voirie",
        "in_the_street": True,
        "proposed_by": "association de cyclistes",
        "state": Indicator.State.CHOSEN,
        **fields,
    }
    if values["state"] == Indicator.State.CHOSEN:
        values = {"chosen_with": "riverains et cyclistes", "chosen_at": clock.now(), **values}
    return Indicator.objects.create(scheme=scheme, **values)


def make_measure(indicator: Indicator, **fields: Any) -> Measure:
    """Return a figure of yesterday."""
    values = {"on": clock.today() - timedelta(days=1), "value": 128, "source": indicator.source, **fields}
    return Measure.objects.create(indicator=indicator, **values)


def make_evaluator(scheme: Scheme, **fields: Any) -> Evaluator:
    """Return a resident without an account who observes."""
    if "person" not in fields:
        fields["person"] = make_person("Nadia", role=roles.RESIDENT, organisation=scheme.organisation, account=False)
    return Evaluator.objects.create(scheme=scheme, **{"as_words": "cycliste", **fields})


def make_note(evaluator: Evaluator, **fields: Any) -> FieldNote:
    """Return a note of an hour ago; ``counts={indicator: 12}`` for what was counted in ten minutes."""
    counts = fields.pop("counts", {})
    values: dict[str, Any] = {
        "at": clock.now() - timedelta(hours=1),
        "where": "Au pont",
        "minutes": 10,
        "saw": "Des livreurs s’arrêtent sur la piste.",
        "channel": Channel.WEB,
        **fields,
    }
    note = FieldNote.objects.create(scheme=evaluator.scheme, evaluator=evaluator, **values)
    for indicator, value in counts.items():
        FieldCount.objects.create(note=note, indicator=indicator, value=value)
    return note


def make_outcome(scheme: Scheme, **fields: Any) -> Outcome:
    """Return the decision to adapt it, taken today."""
    values: dict[str, Any] = {
        "verdict": Outcome.Verdict.ADAPT,
        "motive": "Elle sert, mais les livraisons la coupent.",
        "changes": "Deux places de livraison en face.",
        "next_review_on": scheme.review_on,
        "due_on": scheme.review_on,
        "by_words": "adjoint à la voirie",
        "on": clock.today(),
        **fields,
    }
    return Outcome.objects.create(scheme=scheme, **values)
