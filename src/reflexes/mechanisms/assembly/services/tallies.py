"""The count, made once and readable for ever; what people decide beside it; the day it becomes public.

The rule published beforehand is official; every other rule is counted too and shown beside it. A departure from the
official count is one project more or less, with a reason and a signature. Neither ever replaces the other.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.engines import voting
from reflexes.mechanisms.assembly.models import Choice, Override, Tally, Vote
from reflexes.mechanisms.assembly.perms_votes import can_keep_vote, can_sign, check_keeping_vote, check_signing
from reflexes.mechanisms.assembly.services import counting, paper
from reflexes.mechanisms.assembly.services.votes import charter_digest, frozen_digest
from reflexes.mechanisms.journal.services import record


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one project: what the count says, what people decided, and the account of the count."""

    choice: Choice
    override: Override | None
    account: voting.Account

    @property
    def computed(self) -> bool:
        """Tell whether the count funds the project."""
        return self.account.funded

    @property
    def funded(self) -> bool:
        """Tell whether the project is funded in the end."""
        return self.computed if self.override is None else self.override.funded


@dataclass(frozen=True, slots=True)
class Outcome:
    """The official count and the decision side by side. ``tally`` is the engine's: ``tallying.words`` says it."""

    tally: voting.Tally
    ballots: dict[str, Any]
    digest: str
    lines: list[Line]

    @property
    def computed_cents(self) -> int:
        """What the computed list costs."""
        return sum(one.choice.cents for one in self.lines if one.computed)

    @property
    def decided_cents(self) -> int:
        """What the decided list costs; it may go beyond the budget, and then says so."""
        return sum(one.choice.cents for one in self.lines if one.funded)

    @property
    def departs(self) -> bool:
        """Tell whether people departed from the count."""
        return any(one.override is not None for one in self.lines)


def do_count(*, actor: Actor, vote: Vote) -> Tally:
    """Count a closed vote under its rule and under every other; return the official one.

    Counting again gives the same bytes; after a correction on paper it replaces the count, until the result is public.
    Raises Refusal: ``not_closed``, ``papers_left``, ``charter_changed``, ``count_broken``.
    """
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = Vote.objects.select_for_update().get(pk=vote.pk)
        _check_countable(current)
        election, charter = counting.election_of(current), frozen_digest(current)
        for name in Vote.Rule.values:
            report = counting.canonical(counting.count(current, election, name, charter))
            digest = hashlib.sha256(report.encode()).hexdigest()
            tally, _made = Tally.objects.update_or_create(
                vote=current,
                rule=name,
                defaults={
                    "official": name == current.rule, "report": report, "digest": digest, "made_at": clock.now(),
                },
            )  # fmt: skip
            record(
                actor=actor,
                verb="assembly.vote_counted",
                object_kind="vote",
                object_key=current.pk,
                params={"rule": name, "digest": digest, "tally": tally.pk},
            )
    return official(vote)


def _check_countable(vote: Vote) -> None:
    if vote.state == Vote.State.PUBLISHED:
        raise Refusal("published", gettext_lazy("The result is public: it is not counted again."), conflict=True)
    if vote.state != Vote.State.CLOSED:
        raise Refusal("not_closed", gettext_lazy("Close the vote first: its hour must have come."))
    if unfinished := [one.batch.code for one in paper.progress(vote) if not one.finished]:
        raise Refusal(
            "papers_left",
            _("Bundles of paper ballots are not finished: %(codes)s. Two people type each sheet before the count.")
            % {"codes": ", ".join(unfinished[:10])},
        )
    if charter_digest(vote) != frozen_digest(vote):
        raise Refusal(
            "charter_changed",
            gettext_lazy(
                "The rules, the choices or the budget are not those that were frozen: somebody changed them beside the "
                "site. Nothing is counted. Tell whoever runs it, and keep the journal."
            ),
        )


def official(vote: Vote) -> Tally:
    """Return the official count, or nothing to find when there is none yet."""
    tally = Tally.objects.filter(vote=vote, official=True).first()
    if tally is None:
        raise Http404
    return tally


def comparisons(vote: Vote) -> list[voting.Tally]:
    """Return every count, the official one first: what each rule would have funded."""
    kept = Tally.objects.filter(vote=vote).order_by("-official", "rule")
    return [counting.tally_of(json.loads(one.report)) for one in kept]


def outcome(actor: Actor, vote: Vote) -> Outcome:
    """Return the count and the decision side by side: to everybody once public, to those who prepare it before."""
    if vote.state != Vote.State.PUBLISHED and not (can_keep_vote(actor, vote) or can_sign(actor, vote)):
        raise Http404
    tally = official(vote)
    report = json.loads(tally.report)
    counted = counting.tally_of(report)
    accounts = {one.project: one for one in counted.accounts}
    overrides = {one.choice_id: one for one in vote.overrides.select_related("signed_by").order_by("pk")}
    lines = [
        Line(one, overrides.get(one.pk), accounts[one.code])
        for one in vote.choices.select_related("commune", "proposal").order_by("code")
    ]
    return Outcome(counted, report["ballots"], tally.digest, lines)


def do_override(*, actor: Actor, vote: Vote, choice: Choice, funded: bool, reason: str, signed_words: str) -> Override:
    """Fund one project that the count does not, or the reverse: in a reasoned, signed decision shown beside the count.

    ``signed_words`` is in which quality it is signed. It is never changed: another decision takes it back.
    """
    check_signing(actor, vote)
    if choice.vote_id != vote.pk:
        raise Http404
    if not reason.strip() or not signed_words.strip():
        raise Refusal(
            "reason_missing",
            gettext_lazy("Write the reason, and in which quality you sign: both are read by everybody."),
        )
    computed = choice.code in json.loads(official(vote).report)["tally"]["winners"]
    if funded == computed:
        raise Refusal("as_counted", gettext_lazy("The count says the same: there is nothing to depart from."))
    try:
        with transaction.atomic():
            override = Override.objects.create(
                vote=vote,
                choice=choice,
                funded=funded,
                reason=reason.strip(),
                signed_by_id=actor.person_id,
                signed_words=signed_words.strip()[:160],
            )
            record(
                actor=actor,
                verb="assembly.count_departed_from",
                object_kind="vote",
                object_key=vote.pk,
                reason=reason,
                params={"code": choice.code, "funded": funded},
            )
    except IntegrityError as error:
        raise Refusal(
            "decided_already", gettext_lazy("Somebody signed a decision on this project already."), conflict=True
        ) from error
    return override


def do_publish(*, actor: Actor, vote: Vote) -> None:
    """Make the result public: the count, the other rules, the departures if any, the ballots as open data."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = Vote.objects.select_for_update().get(pk=vote.pk)
        tally = Tally.objects.filter(vote=vote, official=True).first()
        if current.state != Vote.State.CLOSED or tally is None:
            raise Refusal("not_counted", gettext_lazy("Close and count the vote first, then publish."), conflict=True)
        said = json.loads(tally.report)["ballots"]
        found = counting.in_the_box(current) | {"fingerprint": counting.fingerprint(counting.election_of(current))}
        if said != found:
            raise Refusal(
                "count_again", gettext_lazy("Paper ballots were corrected after the count. Count again, then publish.")
            )
        Vote.objects.filter(pk=vote.pk).update(state=Vote.State.PUBLISHED, published_at=clock.now())
        record(
            actor=actor,
            verb="assembly.vote_published",
            object_kind="vote",
            object_key=vote.pk,
            params={"digest": tally.digest},
        )
    vote.refresh_from_db()
