"""The booklet of a budget: who took part, what was asked, chosen, refused and why, the result, what was learned."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly.models import Channel, Commitment, Proposal, Vote
from reflexes.mechanisms.assembly.services.consultations import reach
from reflexes.mechanisms.assembly.services.open_data import tally_command
from reflexes.mechanisms.assembly.services.reckoning import reckon
from reflexes.mechanisms.assembly.services.tallies import comparisons, outcome
from reflexes.mechanisms.assembly.tallying import words
from reflexes.pistes.contact.citizen_dialogue.booklet.blocks import Block, day, facts, heading, part, shown, table, text
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility
from reflexes.pistes.contact.citizen_dialogue.perms import proposals_of

CURRENCY = "€"


def edition_content(edition: Edition, learned: str) -> dict[str, Any]:
    """Return the whole booklet of an edition in the language of the moment."""
    vote = edition.vote if edition.vote is not None and edition.vote.state == Vote.State.PUBLISHED else None
    found = list(proposals_of(edition).prefetch_related("answers__by", "sources"))
    return {
        "title": _("What we learned from “%(title)s”") % {"title": edition.title},
        "parts": [
            part("essai", _("What it was"), text(edition.purpose), _what(edition), _steps(edition)),
            part("change", _("What changed since the edition before"), _changed(edition)),
            part("qui", _("Who took part, and how"), _who(edition, vote)),
            part("demande", _("What was asked"), text(edition.rules)),
            part("tri", _("What could be done, and what was refused, with why"), _sorted(edition, found)),
            part("resultat", _("The result"), _result(vote)),
            part("suites", _("What is being done"), _delivered(found)),
            part("appris", _("What was learned"), text(learned)),
            part("refaire", _("How to compute it again"), _again(vote)),
        ],
    }


def _what(edition: Edition) -> list[Block]:
    ages = {"youngest": edition.youngest, "oldest": edition.oldest}
    if edition.youngest and edition.oldest:
        who = _("from %(youngest)d to %(oldest)d years old") % ages
    else:
        who = _("from %(youngest)d years old") % ages if edition.youngest else ""
    answerer = ", ".join(one for one in (str(edition.answerer or ""), edition.answerer_words) if one)
    return facts(
        [
            (_("The budget"), words.money(edition.budget_cents / 100, CURRENCY)),
            (_("Who may propose and vote"), who),
            (_("Who owes an answer"), answerer),
            (_("Organisation"), edition.organisation),
        ]
    )


def _steps(edition: Edition) -> list[Block]:
    rows = [
        (
            one.get_kind_display(),
            f"{day(one.starts_on)} – {day(one.ends_on)}",
            f"{one.get_main_channel_display()} / {one.get_backup_channel_display()}",
            one.done_words,
        )
        for one in edition.steps.order_by("place", "pk")
    ]
    return table(
        _("The steps"), [_("Step"), _("From, to"), _("Main and backup channel"), _("What came out of it")], rows
    )


def _changed(edition: Edition) -> list[Block]:
    rows = [(one.name, one.was, one.becomes, one.why, one.learned) for one in edition.variables.order_by("pk")]
    said = table(_("Changes"), [_("What changed"), _("It was"), _("It became"), _("Why"), _("What was learned")], rows)
    return said or text(edition.unchanged_why or _("It is the first edition."))


def _who(edition: Edition, vote: Vote | None) -> list[Block]:
    said: dict[str, int] = dict.fromkeys(Channel.values, 0)
    for step in edition.steps.exclude(consultation=None).select_related("consultation").order_by("place"):
        assert step.consultation is not None
        for channel, count in reach(step.consultation).items():
            said[channel] += count
    voted = reckon(vote).voters if vote else {}
    rows = [(one.label, shown(said[one.value]), shown(voted.get(one.value, 0))) for one in Channel]
    moved = [
        (day(one.from_at), one.step.get_kind_display(), one.why)
        for step in edition.steps.order_by("place")
        for one in step.switches.select_related("step").order_by("from_at", "pk")
    ]
    return [
        *table(_("Each channel counts the same"), [_("Channel"), _("Contributions"), _("Voters")], rows),
        *table(_("When the backup channel took over"), [_("Day"), _("Step"), _("Why")], moved),
    ]


def _sorted(edition: Edition, found: list[Proposal]) -> list[Block]:
    """Return every proposal with what services said of it and what was answered, the refused in the same size."""
    said: dict[int, list[Feasibility]] = {}
    for one in (
        Feasibility.objects.filter(edition=edition)
        .exclude(verdict="")
        .select_related("unit")
        .order_by("answered_at", "pk")
    ):
        said.setdefault(one.proposal_id, []).append(one)
    blocks: list[Block] = []
    for proposal in found:
        answers = [
            (f"{one.by or one.by_words}, {day(one.at)}", f"{one.get_state_display()}. {one.motive}".strip())
            for one in proposal.answers.all()
        ]
        studied = [
            (one.unit, " ".join(part for part in (f"{one.get_verdict_display()}.", one.motive, _cost(one)) if part))
            for one in said.get(proposal.pk, [])
        ]
        count = len(proposal.sources.all())
        voices = ngettext("%(count)d voice joined", "%(count)d voices joined", count) % {"count": count}
        blocks += [heading(proposal.title), *text(proposal.words), *text(voices), *facts([*studied, *answers])]
    return blocks or text(_("No proposal was written."))


def _cost(one: Feasibility) -> str:
    return "" if one.cents is None else words.money(one.cents / 100, CURRENCY)


def _result(vote: Vote | None) -> list[Block]:
    if vote is None:
        return text(_("The result is not published yet."))
    result = outcome(STRANGER, vote)
    rows = [
        (
            one.choice,
            words.money(one.choice.cents / 100, CURRENCY),
            words.votes(one.account.votes),
            _("funded") if one.funded else _("not funded"),
            one.override.reason if one.override else words.why_words(one.account, CURRENCY),
        )
        for one in sorted(result.lines, key=lambda line: (not line.funded, -line.account.votes, line.choice.code))
    ]
    rules = [
        (words.rule_words(one.rule, CURRENCY), words.listed(one.winners), words.represented_words(one))
        for one in comparisons(vote)
    ]
    return [
        *text(vote.rules),
        *table(_("What was funded, and why"), [_("Project"), _("Cost"), _("Votes"), _("Result"), _("Why")], rows),
        *table(_("What each rule would have given"), [_("Rule"), _("Projects"), _("Who gets something")], rules),
    ]


def _delivered(found: list[Proposal]) -> list[Block]:
    promised = (
        Commitment.objects.filter(proposal__in=found).select_related("proposal", "owner").order_by("due_on", "pk")
    )
    rows = [(one.proposal.title, one.words, one.owner, day(one.due_on), _state(one)) for one in promised]
    said = table(
        _("Promises"), [_("Project"), _("What is promised"), _("By whom"), _("By when"), _("Where it stands")], rows
    )
    return said or text(_("Nothing is promised yet."))


def _state(one: Commitment) -> str:
    if one.done_on:
        return _("done on %(day)s") % {"day": day(one.done_on)}
    return _("given up: %(why)s") % {"why": one.why_dropped} if one.dropped_on else _("under way")


def _again(vote: Vote | None) -> list[Block]:
    if vote is None:
        return text(_("Ballots and counts are public once the result is."))
    address = settings.SITE_URL + reverse("citizen_dialogue_public:vote_pb", args=[vote.slug])
    result = outcome(STRANGER, vote)
    return [
        *text(
            _("The ballots, without anybody’s name, are in a file that anybody may count again: %(address)s.")
            % {"address": address}
        ),
        *facts([(_("The command"), " ".join(tally_command(vote))), (_("SHA-256 of the count"), result.digest)]),
    ]
