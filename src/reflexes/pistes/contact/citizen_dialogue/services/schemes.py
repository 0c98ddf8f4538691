"""Something tried for a while: written with the day it is judged, changed, opened to people's words (P11 (6))."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Consultation
from reflexes.mechanisms.assembly.services.consultations import do_open_consultation
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue.models import Indicator, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import check_writing, visible_schemes

PISTE = "citizen_dialogue"
FIELDS = frozenset(
    ["title", "why", "owner", "place", "where", "commune", "urgent", "opened_on", "review_on", "consultation"]
)
# What is asked of people beside the figures: Nantes asked the same three of its 43 schemes (mechanisms.md P11).
QUESTIONS = {
    "effective": _("Is it effective, and does it answer a need?"),
    "effects": _("What effects does it have, wanted or not?"),
    "how": _("Should it be kept, and how?"),
}
MISSING = {
    "title": _("Give it a title: a few words that people recognise."),
    "why": _("Write what it tries, and for whom."),
    "owner": _("Name the service that looks after it."),
    "where": _("Say where it is: choose a place, or write the street."),
    "opened_on": _("Say on which day it opened, or opens."),
    "review_on": _("Give the day it is judged: nothing that is tried lasts by itself."),
}


def missing(scheme: Scheme) -> list[str]:
    """Return the codes of what ``scheme`` lacks to be written, in the order of the form."""
    lacks = {
        "title": not scheme.title.strip(),
        "why": not scheme.why.strip(),
        "owner": scheme.owner_id is None,
        "where": not scheme.where.strip() and scheme.place_id is None,
        "opened_on": scheme.opened_on is None,
        "review_on": scheme.review_on is None,
    }
    return [code for code in MISSING if lacks[code]]


def do_open_scheme(*, actor: Actor, fields: Mapping[str, Any]) -> Scheme:
    """Write something that is tried, urgent or not: none is written without the day it is judged."""
    if not perms.is_keeper(actor):
        raise PermissionDenied
    values = {name: value for name, value in fields.items() if name in FIELDS - {"consultation"}}
    scheme = Scheme(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, **values)
    _check(actor, scheme)
    if scheme.review_on < clock.today():
        raise Refusal("review_past", _("It is judged on a day to come. Choose a later one."))
    scheme.slug = free_slug(Scheme, scheme.title, "amenagement")
    try:
        with transaction.atomic():
            scheme.save()
            _record(actor, "citizen_dialogue.scheme_opened", scheme, {"review": str(scheme.review_on)})
    except IntegrityError as error:
        raise Refusal("name_taken", _("Another one has just taken this title. Give yours another one.")) from error
    return scheme


def _check(actor: Actor, scheme: Scheme) -> None:
    if lacks := missing(scheme):
        raise Refusal(f"missing_{lacks[0]}", " ".join(str(MISSING[code]) for code in lacks))
    if scheme.owner.organisation_id != actor.organisation_id:
        raise Refusal("owner_elsewhere", _("Choose a service of your own organisation."))
    if scheme.review_on <= scheme.opened_on:
        raise Refusal("review_before", _("It is judged before it opens. Correct one of the two days."))


def do_change_scheme(*, actor: Actor, scheme: Scheme, fields: Mapping[str, Any]) -> Scheme:
    """Put right what is written. The day it is judged may come nearer; further away, it takes a decision (P11 (8))."""
    check_writing(actor, scheme)
    with transaction.atomic():
        current = Scheme.objects.select_for_update().get(pk=scheme.pk)
        if current.ended_on is not None:
            raise Refusal("ended", _("It has ended: what was written stays as it was."), conflict=True)
        before: date = current.review_on
        for name in FIELDS & fields.keys():
            setattr(current, name, fields[name])
        _check(actor, current)
        if current.review_on > before:
            raise Refusal(
                "review_later",
                _("The day it is judged is not put off by itself. Decide: adapting it sets another day, with why."),
            )
        current.save()
        _record(actor, "citizen_dialogue.scheme_changed", current)
    scheme.refresh_from_db()
    return scheme


def do_ask_people(*, actor: Actor, scheme: Scheme, fields: Mapping[str, Any]) -> Consultation:
    """Open the door through which people say what they think of it, with a main and a backup channel."""
    check_writing(actor, scheme)
    if scheme.ended_on is not None:
        raise Refusal("ended", _("It has ended: nothing that people say would change it."), conflict=True)
    with transaction.atomic():
        current = Scheme.objects.select_for_update().get(pk=scheme.pk)
        if current.consultation_id is not None:
            raise Refusal("asked_already", _("People are asked already: prolong that question."), conflict=True)
        current.consultation = do_open_consultation(actor=actor, piste=PISTE, fields=fields)
        current.save(update_fields=["consultation"])
    scheme.refresh_from_db()
    return current.consultation


def find_schemes(actor: Actor, *, text: str = "", state: str = "") -> QuerySet[Scheme]:
    """Return what is tried, the longest overdue first, what has ended last.

    ``state`` keeps what is ``late``, ``open`` (on trial) or ``ended``.
    """
    found = visible_schemes(actor)
    for word in normalised(text).split():
        found = found.filter(search__contains=word)
    if state == "ended":
        found = found.exclude(ended_on=None)
    elif state:
        found = found.filter(ended_on=None)
    if state == "late":
        found = found.filter(review_on__lt=clock.today())
    over = Case(When(ended_on=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    live = Q(notes__taken_back_at=None, notes__why_hidden="")
    return found.annotate(over=over, noted=Count("notes", filter=live, distinct=True)).order_by(
        "over", "review_on", "pk"
    )


def waiting_schemes(actor: Actor) -> dict[str, QuerySet[Scheme]]:
    """Return what waits for the officer: late decisions, choices still open, streets about which nobody is asked."""
    own = visible_schemes(actor).filter(
        organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, ended_on=None
    )
    return {
        "review_late": own.filter(review_on__lt=clock.today()).order_by("review_on", "pk"),
        "choice_open": own.filter(choice_closed_at=None).order_by("opened_on", "pk"),
        "nobody_asked": own.filter(consultation=None).order_by("opened_on", "pk"),
    }


def chosen(scheme: Scheme) -> QuerySet[Indicator]:
    """Return the indicators that tell whether it works, in the order they were proposed."""
    return scheme.indicators.filter(state=Indicator.State.CHOSEN).order_by("pk")


def _record(actor: Actor, verb: str, scheme: Scheme, params: dict[str, object] | None = None) -> None:
    record(actor=actor, verb=verb, object_kind="scheme", object_key=scheme.pk, params=params or {})
