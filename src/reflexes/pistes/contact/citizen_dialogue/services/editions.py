"""A round of a budget: prepared from the one before, opened once nothing is missing, ended with what was learned."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Channel
from reflexes.mechanisms.assembly.perms import is_keeper
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step

FIELDS = frozenset(["title", "purpose", "budget_cents", "youngest", "oldest", "rules", "answerer", "answerer_words"])
FIELDS |= {"body", "unchanged_why"}
COPIED = ("purpose", "budget_cents", "youngest", "oldest", "rules", "answerer", "answerer_words", "body")
# How many days each step lasts when nothing is known yet: a first plan, that people change.
LASTS = {
    Step.Kind.RULES: 30,
    Step.Kind.IDEAS: 45,
    Step.Kind.MERGING: 21,
    Step.Kind.FEASIBILITY: 60,
    Step.Kind.VOTE: 21,
    Step.Kind.RESULTS: 14,
    Step.Kind.DELIVERY: 365,
}
# What an edition lacks to open, in the order of its page.
MISSING = {
    "title": _("Give it a title: a few words that people recognise."),
    "budget": _("Say how much money people decide on."),
    "answerer": _("Name the person who owes an answer to what people propose."),
    "steps": _("Write each step with its dates, its main channel and another one for when it fails."),
    "changes": _(
        "Say what changes since the edition before and why, or why nothing does: a budget that renews itself "
        "silently becomes brittle."
    ),
}
# What must be over before an edition ends; works go on after it.
BEFORE_THE_END = (Step.Kind.IDEAS, Step.Kind.VOTE, Step.Kind.RESULTS)


def do_prepare_edition(
    *, actor: Actor, title: str, begins_on: date, before: Edition | None = None, fields: Mapping[str, Any] | None = None
) -> Edition:
    """Write a draft with its seven steps: those of the edition ``before`` it when there is one, to be changed."""
    if not is_keeper(actor):
        raise PermissionDenied
    if before is not None:
        perms.check_keeping_edition(actor, before)
        if before.state == Edition.State.DRAFT:
            raise Refusal("before_is_draft", _("The edition before was never opened: choose another one, or none."))
    if not title.strip():
        raise Refusal("title_missing", MISSING["title"])
    known = {name: getattr(before, name) for name in COPIED} if before else {}
    given = {name: value for name, value in (fields or {}).items() if name in FIELDS}
    edition = Edition(
        **{**known, **given, "title": title.strip()},
        before=before,
        slug=free_slug(Edition, title, "budget"),
        organisation_id=actor.organisation_id,
        exercise_id=actor.exercise_id,
        made_at=clock.now(),
    )
    _check_fields(edition)
    try:
        with transaction.atomic():
            edition.save()
            Step.objects.bulk_create(_planned(edition, begins_on))
            record(actor=actor, verb="citizen_dialogue.edition_prepared", object_kind="edition", object_key=edition.pk)
    except IntegrityError as error:
        raise Refusal("name_taken", _("Another one has just taken this title. Give yours another one.")) from error
    return edition


def _planned(edition: Edition, begins_on: date) -> list[Step]:
    """Return the steps of a draft, one after the other; channels are those of the edition before, or the first two."""
    known = {one.kind: one for one in edition.before.steps.order_by("place")} if edition.before else {}
    steps, day = [], begins_on
    for place, (kind, days) in enumerate(LASTS.items(), start=1):
        like = known.get(kind)
        lasts = (like.ends_on - like.starts_on).days + 1 if like else days
        last = day + timedelta(days=lasts - 1)
        steps.append(
            Step(
                edition=edition,
                kind=kind,
                place=place,
                starts_on=day,
                ends_on=last,
                main_channel=like.main_channel if like else Channel.WEB,
                main_words=like.main_words if like else "",
                backup_channel=like.backup_channel if like else Channel.PHONE,
                backup_words=like.backup_words if like else "",
            )
        )
        day = last + timedelta(days=1)
    return steps


def _check_fields(edition: Edition) -> None:
    if edition.youngest is not None and edition.oldest is not None and edition.oldest < edition.youngest:
        raise Refusal("ages", _("The oldest age comes before the youngest. Correct one of the two."))
    if edition.body is not None and edition.body.organisation_id != edition.organisation_id:
        raise Refusal("body_elsewhere", _("Choose a committee of your organisation."))
    if len(edition.title) > Edition._meta.get_field("title").max_length:
        raise Refusal("title_too_long", _("This title is too long. Keep a few words."))


def do_change_edition(*, actor: Actor, edition: Edition, fields: Mapping[str, Any]) -> Edition:
    """Change a draft, or the words of an open edition; sum and ages no longer move once the rules are published."""
    perms.check_keeping_edition(actor, edition)
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(pk=edition.pk)
        check_not_ended(current)
        changed = {name for name in FIELDS & fields.keys() if fields[name] != getattr(current, name)}
        if current.rules_published_at and changed & {"budget_cents", "youngest", "oldest", "rules"}:
            raise Refusal(
                "rules_published",
                _("The rules are published: the sum, the ages and the rules stay as people read them."),
                conflict=True,
            )
        for name in changed:
            setattr(current, name, fields[name])
        _check_fields(current)
        if current.state != Edition.State.DRAFT and (lacks := missing(current)):
            raise Refusal("edition_incomplete", " ".join(str(MISSING[code]) for code in lacks))
        current.save()
        record(actor=actor, verb="citizen_dialogue.edition_changed", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return edition


def check_not_ended(edition: Edition) -> None:
    """Refuse to change an edition that is over."""
    if edition.state == Edition.State.ENDED:
        raise Refusal("edition_ended", _("This edition has ended: prepare the next one instead."), conflict=True)


def missing(edition: Edition) -> list[str]:
    """Return the codes of what an edition lacks to open."""
    steps = list(edition.steps.order_by("place"))
    lacks = {
        "title": not edition.title.strip(),
        "budget": edition.budget_cents < 1,
        "answerer": edition.answerer is None or edition.answerer.erased_at is not None,
        "steps": len(steps) < len(LASTS) or not all(one.main_words and one.backup_words for one in steps),
        "changes": renews_itself(edition),
    }
    return [code for code in MISSING if lacks[code]]


def renews_itself(edition: Edition) -> bool:
    """Tell whether an edition follows another and says neither what changes nor why nothing does (P11 (4))."""
    silent = edition.before_id is not None and not edition.unchanged_why.strip()
    return silent and not edition.variables.exists()


def do_open_edition(*, actor: Actor, edition: Edition) -> Edition:
    """Open an edition to everybody once nothing is missing. All that lacks is told at once."""
    perms.check_keeping_edition(actor, edition)
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(pk=edition.pk)
        if current.state != Edition.State.DRAFT:
            raise Refusal("opened_already", _("It was opened already. Reload the page."), conflict=True)
        if lacks := missing(current):
            raise Refusal("edition_incomplete", " ".join(str(MISSING[code]) for code in lacks))
        current.state, current.opened_at = Edition.State.OPEN, clock.now()
        current.save()
        record(actor=actor, verb="citizen_dialogue.edition_opened", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return edition


def do_publish_rules(*, actor: Actor, edition: Edition, rules: str, how: str) -> Edition:
    """Publish the rules and say how they were written. They may be put right until the first door for ideas opens."""
    perms.check_keeping_edition(actor, edition)
    if not rules.strip():
        raise Refusal("rules_missing", _("Write the rules in plain words: people read them before they propose."))
    if not how.strip():
        raise Refusal("how_missing", _("Say in a sentence how the rules were written, and with whom."))
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(pk=edition.pk)
        if current.state != Edition.State.OPEN:
            raise Refusal("edition_not_open", _("Open the edition first: rules are read on its page."), conflict=True)
        step = current.steps.select_for_update(of=("self",)).get(kind=Step.Kind.RULES)
        if current.steps.filter(kind=Step.Kind.IDEAS, consultation__isnull=False).exists():
            raise Refusal(
                "ideas_begun", _("Ideas are taken under these rules: they stay as people read them."), conflict=True
            )
        current.rules, current.rules_published_at = rules.strip(), clock.now()
        current.save()
        step.done_at, step.done_words = clock.now(), how.strip()[:400]
        step.save()
        record(actor=actor, verb="citizen_dialogue.rules_published", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return edition


def do_end_edition(*, actor: Actor, edition: Edition, learned: str, by_variable: Mapping[int, str]) -> Edition:
    """End an edition: what was learned of each thing that changed, and of the whole, is written or it does not end."""
    perms.check_keeping_edition(actor, edition)
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(pk=edition.pk)
        if current.state != Edition.State.OPEN:
            raise Refusal("edition_not_open", _("Only an edition that is under way can end."), conflict=True)
        left = current.steps.filter(kind__in=BEFORE_THE_END, done_at=None).order_by("place").first()
        if left is not None:
            raise Refusal(
                "step_left",
                _("The step “%(step)s” has no result yet. Say what came out of it first.")
                % {"step": left.get_kind_display()},
            )
        if not learned.strip():
            raise Refusal("learned_missing", _("Write what was learned: the next edition begins with it."))
        for variable in current.variables.order_by("pk"):
            words = by_variable.get(variable.pk, "").strip() or variable.learned
            if not words:
                raise Refusal(
                    "variable_not_learned",
                    _("Say what was learned of “%(name)s”: it changed so that something could be learned.")
                    % {"name": variable.name},
                )
            variable.learned, variable.learned_at = words[:600], variable.learned_at or clock.now()
            variable.save()
        current.learned, current.state, current.ended_at = learned.strip(), Edition.State.ENDED, clock.now()
        current.save()
        record(actor=actor, verb="citizen_dialogue.edition_ended", object_kind="edition", object_key=edition.pk)
    edition.refresh_from_db()
    return edition


def find_editions(actor: Actor, *, text: str = "", state: str = "") -> QuerySet[Edition]:
    """Return the editions ``actor`` may see, those under way first, each with its steps."""
    found = perms.visible_editions(actor)
    for word in normalised(text).split():
        found = found.filter(search__contains=word)
    if state:
        found = found.filter(state=state)
    return (
        found.select_related("organisation", "before")
        .prefetch_related("steps__switches", "steps__consultation")
        .order_by("-made_at", "-pk")
    )


def to_play(actor: Actor) -> QuerySet[Edition]:
    """Return the real editions that an officer may play in the exercise they are in, and have not begun to."""
    if actor.exercise_id is None or not is_keeper(actor):
        return Edition.objects.none()
    played = Edition.objects.filter(exercise_id=actor.exercise_id).values("title")
    real = Edition.objects.filter(exercise=None, organisation_id=actor.organisation_id, state=Edition.State.OPEN)
    return real.exclude(title__in=played).order_by("-made_at", "-pk")


def do_play_edition(*, actor: Actor, edition: Edition) -> Edition:
    """Copy a real edition into the exercise: its rules and steps are those people know, and nothing real moves."""
    if not to_play(actor).filter(pk=edition.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        played = Edition(
            **{name: getattr(edition, name) for name in COPIED},
            title=edition.title,
            slug=free_slug(Edition, f"{edition.title} exercice", "budget"),
            organisation_id=edition.organisation_id,
            exercise_id=actor.exercise_id,
            state=Edition.State.OPEN,
            made_at=clock.now(),
            opened_at=clock.now(),
            rules_published_at=edition.rules_published_at,
        )
        played.save()
        Step.objects.bulk_create(_played(played, edition.steps.order_by("place")))
        record(actor=actor, verb="citizen_dialogue.edition_played", object_kind="edition", object_key=played.pk)
    return played


def _played(played: Edition, steps: Iterable[Step]) -> list[Step]:
    """Return the steps of a copy: an exercise may play months ahead, and its step under way is the real one's."""
    ahead = clock.today() - clock.real_today()
    names = ("kind", "place", "main_channel", "main_words", "backup_channel", "backup_words", "done_at", "done_words")
    return [
        Step(
            edition=played,
            starts_on=one.starts_on + ahead,
            ends_on=one.ends_on + ahead,
            **{name: getattr(one, name) for name in names},
        )
        for one in steps
    ]
