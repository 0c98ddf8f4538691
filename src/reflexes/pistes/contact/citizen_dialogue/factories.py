"""Editions of a budget for tests, in the words of the field: what is not said is sensible."""

from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_consultation, make_proposal
from reflexes.mechanisms.assembly.models import Channel, Proposal
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility, Step
from reflexes.pistes.contact.citizen_dialogue.services.editions import LASTS

_numbers = count(1)
SLUG = "citizen_dialogue"


def make_edition(organisation: Organisation | None = None, **fields: Any) -> Edition:
    """Return an edition whose ideas are taken since yesterday; ``state="draft"`` or ``door=False`` for one begun."""
    number = next(_numbers)
    door = fields.pop("door", True)
    values: dict[str, Any] = {
        "slug": f"budget-{number}",
        "title": f"Budget participatif {number}",
        "organisation": organisation or make_organisation(),
        "budget_cents": 30_000_000,
        "state": Edition.State.OPEN,
        "opened_at": clock.now() - timedelta(days=40),
        **fields,
    }
    if "answerer" not in values:
        values["answerer"] = make_person("Élodie", role="elected", organisation=values["organisation"])
    if values["state"] == Edition.State.DRAFT:
        values["opened_at"] = None
    elif door:
        values.setdefault("rules", "Une personne, trois idées. Tout âge.")
        values.setdefault("rules_published_at", clock.now() - timedelta(days=10))
    edition = Edition.objects.create(**values)
    first = clock.today() - timedelta(days=31)
    for place, (kind, days) in enumerate(LASTS.items(), start=1):
        last = first + timedelta(days=days - 1)
        Step.objects.create(
            edition=edition,
            kind=kind,
            place=place,
            starts_on=first,
            ends_on=last,
            main_channel=Channel.WEB,
            main_words="Sur ce site.",
            backup_channel=Channel.PHONE,
            backup_words="03 88 00 04 50, de 9 h à 17 h.",
        )
        first = last + timedelta(days=1)
    if door and edition.state != Edition.State.DRAFT:
        open_door(edition)
    return edition


def open_door(edition: Edition) -> Step:
    """Give the ideas of an edition their door, open since yesterday."""
    step = edition.steps.get(kind=Step.Kind.IDEAS)
    step.consultation = make_consultation(
        edition.organisation,
        piste=SLUG,
        title=edition.title,
        slug=f"idees-{edition.slug}",
        answerer=edition.answerer,
        exercise=edition.exercise,
    )
    step.save()
    rules = edition.steps.get(kind=Step.Kind.RULES)
    rules.done_at, rules.done_words = clock.now(), "Écrites avec quatre-vingts personnes."
    rules.save()
    return step


def make_idea_proposal(edition: Edition, **fields: Any) -> Proposal:
    """Return a proposal that came out of the ideas of an edition."""
    door = edition.steps.get(kind=Step.Kind.IDEAS).consultation
    return make_proposal(**{"consultation": door, "answerer": edition.answerer, **fields})


def make_feasibility(edition: Edition, proposal: Proposal | None = None, **fields: Any) -> Feasibility:
    """Return a question to a service, to be answered in three weeks."""
    values: dict[str, Any] = {"due_on": clock.today() + timedelta(days=21), **fields}
    if "unit" not in values:
        values["unit"] = make_unit(edition.organisation)
    return Feasibility.objects.create(edition=edition, proposal=proposal or make_idea_proposal(edition), **values)
