"""A vote before its first ballot: its question, its choices and its rules, then nothing of them changes (A03)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Body, Choice, Consultation, Proposal, Vote
from reflexes.mechanisms.assembly.perms import can_keep, check_piste, is_keeper
from reflexes.mechanisms.assembly.perms_votes import check_keeping_vote
from reflexes.mechanisms.assembly.services import readiness
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record

FROZEN = "assembly.vote_frozen"
CODE_LENGTH = 8
# What becomes of these is decided already: they are not put to the vote.
NOT_VOTED_ON = (Proposal.State.WITHDRAWN, Proposal.State.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a vote asks and how it is counted; amounts in cents, dates aware. The defaults are those of equal shares."""

    title: str
    rules: str
    budget_cents: int
    most_choices: int
    opens_at: datetime
    closes_at: datetime
    rule: str = Vote.Rule.EQUAL_SHARES
    utility: str = Vote.Utility.COST
    completion: str = Vote.Completion.ADD1
    step_cents: int = 100
    then_greedy: bool = True
    threshold: int = 0


def do_prepare_vote(
    *,
    actor: Actor,
    piste: str,
    terms: Terms,
    slug: str = "",
    body: Body | None = None,
    consultation: Consultation | None = None,
) -> Vote:
    """Write a draft, which only the officers of the organisation see. Rules in words may still be missing."""
    if not is_keeper(actor):
        raise PermissionDenied
    for kept in (body, consultation):
        if kept is not None and not can_keep(actor, kept):
            raise PermissionDenied
    check_piste(piste)
    _check_terms(terms)
    vote = Vote(
        piste=piste,
        slug=slug or free_slug(Vote, terms.title, "vote"),
        organisation_id=actor.organisation_id,
        body=body,
        consultation=consultation,
        exercise_id=actor.exercise_id,
        **asdict(terms),
    )
    try:
        with transaction.atomic():
            vote.save()
            record(actor=actor, verb="assembly.vote_prepared", object_kind="vote", object_key=vote.pk)
    except IntegrityError as error:
        raise Refusal("slug_taken", _("Another vote has this address. Give it another name.")) from error
    return vote


def _check_terms(terms: Terms) -> None:
    if not terms.title.strip():
        raise Refusal("title_missing", _("Give the vote a title: it is what people read first."))
    if terms.closes_at <= terms.opens_at:
        raise Refusal("dates", _("The vote closes before it opens. Correct one of the two dates."))
    if terms.budget_cents < 1:
        raise Refusal("budget", _("Say how much money is to be shared: at least one cent."))
    if terms.most_choices < 1:
        raise Refusal("most_choices", _("Say how many crosses a ballot may carry: at least one."))
    if terms.step_cents < 1:
        raise Refusal("step", _("Say by how much each share is raised at a time: at least one cent."))
    if terms.rule not in Vote.Rule.values:
        raise Refusal("rule", _("Choose the rule from the list."))


def draft_of(vote: Vote) -> Vote:
    """Return ``vote`` locked in the caller's transaction, or refuse: once frozen, nothing of it changes."""
    current = Vote.objects.select_for_update().get(pk=vote.pk)
    if current.state != Vote.State.DRAFT:
        raise Refusal(
            "frozen",
            _(
                "The rules, the choices and the budget of this vote are frozen: nobody changes them any more, so that "
                "everybody votes on the same thing. Prepare another vote if they are wrong."
            ),
            conflict=True,
        )
    return current


def do_change_vote(*, actor: Actor, vote: Vote, terms: Terms) -> None:
    """Change a draft."""
    check_keeping_vote(actor, vote)
    _check_terms(terms)
    with transaction.atomic():
        current = draft_of(vote)
        for name, value in asdict(terms).items():
            setattr(current, name, value)
        current.save()
        record(actor=actor, verb="assembly.vote_changed", object_kind="vote", object_key=vote.pk)
    vote.refresh_from_db()


def do_write_choice(
    *,
    actor: Actor,
    vote: Vote,
    title: str,
    cents: int,
    words: str = "",
    code: str = "",
    commune: Commune | None = None,
) -> Choice:
    """Add a project to a draft, or change the one that has ``code``. Without a code, it takes the next free number."""
    check_keeping_vote(actor, vote)
    code = "".join(code.upper().split())
    if not title.strip():
        raise Refusal("title_missing", _("Give the project a title: it is what people read on the ballot."))
    if cents < 1:
        raise Refusal("cents", _("Say what the project costs: at least one cent."))
    if len(code) > CODE_LENGTH or (code and not code.isalnum()):
        raise Refusal("code", _("A code is at most eight letters or figures, without spaces: it goes on paper."))
    with transaction.atomic():
        draft_of(vote)
        choice, _made = Choice.objects.update_or_create(
            vote=vote,
            code=code or _next_codes(vote, 1)[0],
            defaults={"title": title.strip(), "cents": cents, "words": words.strip(), "commune": commune},
        )
        record(
            actor=actor,
            verb="assembly.choice_written",
            object_kind="vote",
            object_key=vote.pk,
            params={"code": choice.code},
        )
    return choice


def _next_codes(vote: Vote, count: int) -> list[str]:
    """Return the next free numbers: figures are the fastest to type from paper, two of them sort as they are read."""
    taken = set(vote.choices.order_by("code").values_list("code", flat=True))
    numbers = (f"{number:02}" for number in range(1, len(taken) + count + 1))
    return [code for code in numbers if code not in taken][:count]


def do_take_proposals(*, actor: Actor, vote: Vote, cents: Mapping[int, int]) -> list[Choice]:
    """Put proposals of the vote's body or consultation to the vote: ``cents`` says what each costs, by its id."""
    check_keeping_vote(actor, vote)
    if any(price < 1 for price in cents.values()):
        raise Refusal("cents", _("Say what the project costs: at least one cent."))
    with transaction.atomic():
        draft_of(vote)
        proposals = list(proposals_to_vote_on(vote).filter(pk__in=cents).order_by("made_at", "pk"))
        if len(proposals) < len(cents):
            raise Refusal(
                "proposal_gone",
                _("One of these proposals was refused, taken back, or is in the vote already. Reload the page."),
                conflict=True,
            )
        choices = Choice.objects.bulk_create(
            Choice(vote=vote, code=code, title=one.title, words=one.words, cents=cents[one.pk], proposal=one)
            for code, one in zip(_next_codes(vote, len(proposals)), proposals, strict=True)
        )
        record(
            actor=actor,
            verb="assembly.proposals_put_to_vote",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": len(choices)},
        )
    return choices


def proposals_to_vote_on(vote: Vote) -> QuerySet[Proposal]:
    """Return the proposals that may still become choices of ``vote``."""
    proposals = Proposal.objects.filter(exercise_id=vote.exercise_id).exclude(state__in=NOT_VOTED_ON)
    if vote.consultation_id is not None:
        proposals = proposals.filter(consultation_id=vote.consultation_id)
    elif vote.body_id is not None:
        proposals = proposals.filter(body_id=vote.body_id)
    else:
        return proposals.none()
    return proposals.exclude(choices__vote=vote)


def do_remove_choice(*, actor: Actor, choice: Choice) -> None:
    """Take a project out of a draft."""
    check_keeping_vote(actor, choice.vote)
    with transaction.atomic():
        draft_of(choice.vote)
        Choice.objects.filter(pk=choice.pk).delete()
        record(
            actor=actor,
            verb="assembly.choice_removed",
            object_kind="vote",
            object_key=choice.vote_id,
            params={"code": choice.code},
        )


def do_freeze(*, actor: Actor, vote: Vote) -> str:
    """Publish the vote and freeze it; return the digest of its charter, kept by the journal, checked by the count."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = draft_of(vote)
        for why_not in readiness.unready(current):
            raise why_not
        digest = charter_digest(current)
        Vote.objects.filter(pk=vote.pk).update(state=Vote.State.FROZEN, frozen_at=clock.now())
        record(actor=actor, verb=FROZEN, object_kind="vote", object_key=vote.pk, params={"digest": digest})
    vote.refresh_from_db()
    return digest


def charter(vote: Vote) -> str:
    """Return, as canonical JSON, all that must not change between the first ballot and the count."""
    facts = {
        "vote": vote.slug,
        "title": vote.title,
        "rules": vote.rules,
        "rule": vote.rule,
        "utility": vote.utility,
        "completion": vote.completion,
        "step_cents": vote.step_cents,
        "then_greedy": vote.then_greedy,
        "threshold": vote.threshold,
        "budget_cents": vote.budget_cents,
        "most_choices": vote.most_choices,
        "opens_at": int(vote.opens_at.timestamp()),
        "closes_at": int(vote.closes_at.timestamp()),
        "choices": [[one.code, one.title, one.words, one.cents] for one in vote.choices.order_by("code")],
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def charter_digest(vote: Vote) -> str:
    """Return the SHA-256 of the charter."""
    return hashlib.sha256(charter(vote).encode()).hexdigest()


def frozen_digest(vote: Vote) -> str:
    """Return the digest that the journal kept when the vote was frozen; empty before."""
    entry = Entry.objects.about("vote", str(vote.pk)).filter(verb=FROZEN).last()
    return str(entry.params["digest"]) if entry else ""


def is_open(vote: Vote) -> bool:
    """Tell whether ballots are taken now: frozen, and between its two moments. Nobody has to open it by hand."""
    return vote.state == Vote.State.FROZEN and vote.opens_at <= clock.now() < vote.closes_at


def check_open(vote: Vote) -> None:
    """Refuse a ballot outside the time of the vote, and say when that is."""
    if vote.state == Vote.State.DRAFT or (vote.state == Vote.State.FROZEN and clock.now() < vote.opens_at):
        raise Refusal("not_open_yet", _("This vote is not open yet. Come back on the day it opens, at the hour said."))
    if not is_open(vote):
        raise Refusal("closed", _("This vote is closed: no ballot is taken any more. The result will be public."))
