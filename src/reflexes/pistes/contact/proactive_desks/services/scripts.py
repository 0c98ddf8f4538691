"""Write the script of a campaign: one version in writing, then published for ever (P12 (2); ADR 29)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.models import Campaign, Lease, Script, ScriptChoice, ScriptStep
from reflexes.pistes.contact.proactive_desks.perms import check_supervising, supervised
from reflexes.pistes.contact.proactive_desks.script.steps import Choice, Fault, Step, faults

LANGUAGES = ("fr", "en")
# What is wrong in a script, said to whoever writes it or imports it: what was found, what is expected.
WORDS = {
    "no_steps": gettext_lazy("a script has at least one step. Write one."),
    "bad_name": gettext_lazy(
        "found the name “%(found)s”, expected letters, digits and _ beginning with a letter, 40 at most."
    ),
    "name_twice": gettext_lazy("the name “%(found)s” is taken by an earlier step. Each step has its own."),
    "unknown_kind": gettext_lazy("found the type “%(found)s”, expected one of: %(kinds)s."),
    "no_label": gettext_lazy("this step says nothing. Write its words in French or in English."),
    "no_choices": gettext_lazy("this step has no choices. Write at least one."),
    "bad_value": gettext_lazy("found the choice “%(found)s”, expected a word without spaces."),
    "value_twice": gettext_lazy("the choice “%(found)s” stands twice. Keep it once."),
    "condition_before_asked": gettext_lazy(
        "the condition reads “%(found)s”, which no earlier step asks. Use the name of a step above."
    ),
    "condition_unknown_choice": gettext_lazy(
        "the condition compares with “%(found)s”, which is no choice of that step. Use one of its choices."
    ),
    "condition_unexpected": gettext_lazy(
        "the condition cannot be read from “%(found)s”. Write for instance ${food} = 'no', or selected(${who}, 'son')."
    ),
    "condition_unfinished": gettext_lazy("the condition is not finished. Write for instance ${food} = 'no'."),
    "condition_too_long": gettext_lazy("the condition is longer than 500 characters. Shorten it."),
    "condition_too_deep": gettext_lazy("the condition has too many parentheses inside one another. Make it simpler."),
}


def said_in(fr: str, en: str) -> str:
    """Return the words in the reader's language, or in the one that was written."""
    return (en or fr) if (get_language() or "fr").startswith("en") else (fr or en)


def access_script(actor: Actor, pk: int) -> Script:
    """Return a version of a script to whoever is in charge of its campaign; for anyone else it does not exist."""
    found = Script.objects.select_related("campaign__dataset", "campaign__organisation")
    script = found.filter(pk=pk, campaign__in=supervised(actor)).first()
    if script is None:
        raise Http404
    return script


def steps_of(script: Script) -> list[Step]:
    """Return the steps of a version, in order, as the pure package reads them. Two questions to the database."""
    return [
        Step(
            name=row.name,
            kind=row.kind,
            label={"fr": row.label_fr, "en": row.label_en},
            hint={"fr": row.hint_fr, "en": row.hint_en},
            relevant=row.relevant,
            required=row.required,
            need=row.need,
            choices=tuple(
                Choice(one.value, {"fr": one.label_fr, "en": one.label_en}, one.need, one.urgent)
                for one in row.choices.all()
            ),
        )
        for row in script.steps.prefetch_related("choices")
    ]


def published(campaign: Campaign) -> Script | None:
    """Return the version that new calls begin with."""
    return campaign.scripts.exclude(published_at=None).order_by("-number").first()


def script_of(lease: Lease) -> Script | None:
    """Return the version a call goes by: the one it began with, whatever was published since."""
    said = getattr(lease, "said", None)
    return said.script if said is not None else published(lease.campaign)


def in_writing(campaign: Campaign) -> Script | None:
    """Return the version being written, when there is one."""
    return campaign.scripts.filter(published_at=None).first()


def sentence_of(fault: Fault) -> str:
    """Return a fault as a sentence that names its step."""
    said = str(WORDS[fault.code]) % {"found": fault.found, "kinds": ", ".join(ScriptStep.Kind.values)}
    if fault.code == "no_steps":
        return said[:1].upper() + said[1:]
    return _("Step %(number)s (%(name)s): %(what)s") % {"number": fault.place + 1, "name": fault.name, "what": said}


def do_begin_version(*, actor: Actor, campaign: Campaign, steps: Sequence[Step] | None = None) -> Script:
    """Open a version to write: a copy of the last one, or ``steps``. One at a time: the open one is given back."""
    check_supervising(actor, campaign)
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        script = in_writing(campaign)
        if script is None:
            last = campaign.scripts.aggregate(last=Max("number"))["last"] or 0
            copied = published(campaign) if steps is None else None
            script = Script.objects.create(campaign=campaign, number=last + 1, made_by_id=actor.person_id)
            _write(script, steps_of(copied) if copied else steps or [])
            _record(actor, "script_begun", script)
        elif steps is not None:
            _write(script, steps)
            _record(actor, "script_written", script)
    return script


def do_write_steps(*, actor: Actor, script: Script, steps: Sequence[Step]) -> None:
    """Replace the steps of a version in writing. Faults are allowed until it is published."""
    check_supervising(actor, script.campaign)
    with transaction.atomic():
        _write(_held_open(script), steps)
        _record(actor, "script_written", script)


def do_save_step(*, actor: Actor, script: Script, place: int | None, step: Step) -> int:
    """Write one step of a version in writing, at ``place`` (from 0), or at the end; return its place."""
    steps = steps_of(script)
    if place is None:
        steps.append(step)
        place = len(steps) - 1
    elif 0 <= place < len(steps):
        steps[place] = step
    else:
        raise Http404
    wrong = [fault for fault in faults(steps) if fault.place == place and not fault.code.startswith("condition_before")]
    if wrong:
        raise Refusal(wrong[0].code, sentence_of(wrong[0]))
    do_write_steps(actor=actor, script=script, steps=steps)
    return place


def do_move_step(*, actor: Actor, script: Script, place: int, by: int) -> None:
    """Move a step up (-1) or down (1); at the edge nothing changes."""
    steps = steps_of(script)
    if not 0 <= place < len(steps):
        raise Http404
    to = min(max(place + by, 0), len(steps) - 1)
    steps.insert(to, steps.pop(place))
    do_write_steps(actor=actor, script=script, steps=steps)


def do_remove_step(*, actor: Actor, script: Script, place: int) -> None:
    """Take a step out of a version in writing."""
    steps = steps_of(script)
    if not 0 <= place < len(steps):
        raise Http404
    del steps[place]
    do_write_steps(actor=actor, script=script, steps=steps)


def do_publish(*, actor: Actor, script: Script) -> Script:
    """Publish a version: it never changes again, and calls that begin from now on go by it."""
    check_supervising(actor, script.campaign)
    wrong = faults(steps_of(script))
    if wrong:
        raise Refusal(wrong[0].code, sentence_of(wrong[0]))
    with transaction.atomic():
        moved = Script.objects.filter(pk=script.pk, published_at=None).update(published_at=clock.now())
        if not moved:
            raise _never_changes()
        _record(actor, "script_published", script)
    script.refresh_from_db()
    return script


def check_reading(actor: Actor, script: Script) -> None:
    """Refuse whoever is not in charge of the campaign of this script."""
    if not supervised(actor).filter(pk=script.campaign_id).exists():
        raise PermissionDenied


def _held_open(script: Script) -> Script:
    held = Script.objects.select_for_update().get(pk=script.pk)
    if held.published_at is not None:
        raise _never_changes()
    return held


def _never_changes() -> Refusal:
    return Refusal(
        "published",
        _("This version is published: it never changes. Begin another version from it."),
        conflict=True,
    )


def _write(script: Script, steps: Iterable[Step]) -> None:
    script.steps.all().delete()
    steps = list(steps)
    # A name twice is one of the faults said at the end; the table refuses it, so it is refused here, in words.
    names = [step.name for step in steps]
    for place, step in enumerate(steps):
        if names.index(step.name) != place:
            raise Refusal("name_twice", sentence_of(Fault(place, step.name, "name_twice", step.name)))
    rows = ScriptStep.objects.bulk_create(
        ScriptStep(script=script, position=place, **_columns(step)) for place, step in enumerate(steps)
    )
    ScriptChoice.objects.bulk_create(
        ScriptChoice(
            step=row,
            position=place,
            value=one.value,
            need=one.need,
            urgent=one.urgent,
            label_fr=one.label.get("fr", ""),
            label_en=one.label.get("en", ""),
        )
        for row, step in zip(rows, steps, strict=True)
        for place, one in enumerate(step.choices)
    )


def _columns(step: Step) -> Mapping[str, Any]:
    return {
        "name": step.name,
        "kind": step.kind,
        "label_fr": step.label.get("fr", ""),
        "label_en": step.label.get("en", ""),
        "hint_fr": step.hint.get("fr", ""),
        "hint_en": step.hint.get("en", ""),
        "relevant": step.relevant,
        "required": step.required,
        "need": step.need,
    }


def _record(actor: Actor, what: str, script: Script) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{what}",
        object_kind="script",
        object_key=script.pk,
        params={"number": script.number},
    )
