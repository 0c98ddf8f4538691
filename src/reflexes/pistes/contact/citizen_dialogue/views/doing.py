"""What to do now in an edition, said to its officer: one sentence and one button for each thing."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.services import consultations
from reflexes.pistes.contact.citizen_dialogue.line import LATE, NOW, Stage
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step

Kind = Step.Kind


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do: its sentence, its button, where it leads; ``post`` when the button acts by itself."""

    sentence: "str | Promise"
    label: "str | Promise"
    href: str
    icon: str = "arrow-right"
    post: bool = False


def next_things(edition: Edition, line: list[Stage]) -> list[Thing]:
    """Return what to do in an edition that is under way: the first is the one that matters most."""
    if edition.state != Edition.State.OPEN:
        return []
    found = [thing for stage in line if stage.tone in {NOW, LATE} for thing in _of_stage(edition, stage)]
    if all(one.step.done_at for one in line if one.step.kind in (Kind.IDEAS, Kind.VOTE, Kind.RESULTS)):
        found.append(
            Thing(_("Write what was learned, and end the edition."), _("End it"), _at("edition_end", edition), "flag")
        )
    return found


def _at(name: str, edition: Edition) -> str:
    return reverse(f"citizen_dialogue:keeper_{name}", args=[edition.slug])


def _of_step(name: str, step: Step) -> str:
    return reverse(f"citizen_dialogue:keeper_{name}", args=[step.pk])


def _of_stage(edition: Edition, stage: Stage) -> list[Thing]:
    step = stage.step
    things = {
        Kind.RULES: _rules,
        Kind.IDEAS: _ideas,
        Kind.MERGING: _merging,
        Kind.FEASIBILITY: _feasibility,
        Kind.VOTE: _vote,
        Kind.RESULTS: _results,
        Kind.DELIVERY: _delivery,
    }[Kind(step.kind)](edition, step)
    if step.kind in (Kind.IDEAS, Kind.FEASIBILITY, Kind.VOTE) and (stage.tone == LATE or not things):
        sentence = _("“%(step)s” is over: say what came out of it.") % {"step": step.get_kind_display()}
        things.append(Thing(sentence, _("Say what came out"), _of_step("step_done", step), "check"))
    return things


def _rules(edition: Edition, step: Step) -> list[Thing]:
    found = [
        Thing(
            _("Write the rules with those who will use them, and publish them before the first idea."),
            _("Publish the rules"),
            _at("rules", edition),
            "book-open",
        )
    ]
    if step.consultation_id is None:
        found.append(
            Thing(
                _("Ask everybody what the rules should say."),
                _("Open the door"),
                _of_step("door_open", step),
                "megaphone",
            )
        )
    return found


def _ideas(edition: Edition, step: Step) -> list[Thing]:
    if edition.rules_published_at is None:
        return [
            Thing(
                _("Ideas wait for the rules: publish them first."),
                _("Publish the rules"),
                _at("rules", edition),
                "book-open",
            )
        ]
    if step.consultation is None:
        return [
            Thing(
                _("The rules are published: open the door for ideas."),
                _("Open the door"),
                _of_step("door_open", step),
                "megaphone",
            )
        ]
    if not consultations.is_open(step.consultation):
        return []
    typing = reverse("citizen_dialogue:keeper_type", args=[step.consultation.slug])
    return [
        Thing(
            _("Type what was said by telephone, on paper or in the room: it counts the same."),
            _("Type somebody’s idea"),
            typing,
            "pencil",
        )
    ]


def _merging(edition: Edition, step: Step) -> list[Thing]:
    ideas = edition.steps.all()[1]
    if ideas.consultation is None:
        return []
    return [
        Thing(
            _("Bring the ideas that say the same together into proposals; their authors are told."),
            _("Write a proposal"),
            reverse("citizen_dialogue:keeper_proposal_new", args=[ideas.consultation.slug]),
            "lightbulb",
        ),
        Thing(
            _("When all is brought together, say what came out of it."),
            _("Say what came out"),
            _of_step("step_done", step),
            "check",
        ),
    ]


def _feasibility(edition: Edition, step: Step) -> list[Thing]:
    return [
        Thing(
            _("Ask services what can be done, at which cost; a no has a motive."),
            _("See what services say"),
            _at("feasibility", edition),
            "clipboard-check",
        ),
        Thing(
            _("Have people read the proposals against the 17 goals."),
            _("See the goals"),
            _at("goals", edition),
            "scale",
        ),
    ]


def _vote(edition: Edition, step: Step) -> list[Thing]:
    if edition.vote is None:
        sentence = _("Bring what can be done to the vote, at the cost that services say.")
        return [Thing(sentence, _("Prepare the vote"), _at("edition_vote", edition), "vote")]
    there = reverse("citizen_dialogue:keeper_vote", args=[edition.vote.slug])
    if edition.vote.state == Vote.State.DRAFT:
        return [
            Thing(
                _("Complete the vote, then freeze it before the first ballot."), _("Complete the vote"), there, "vote"
            ),
            Thing(
                _("Bring what can be done to the vote, at the cost that services say."),
                _("Bring them to the vote"),
                _at("edition_vote", edition),
                "plus",
            ),
        ]
    return [Thing(_("Hold the vote: the desk, the paper ballots, then the count."), _("Hold the vote"), there, "vote")]


def _results(edition: Edition, step: Step) -> list[Thing]:
    found = [
        Thing(
            _("Publish what was funded and why, then say what came out."),
            _("Say what came out"),
            _of_step("step_done", step),
            "check",
        )
    ]
    if edition.vote is not None:
        there = reverse("citizen_dialogue:keeper_vote", args=[edition.vote.slug])
        found.insert(0, Thing(_("Count the ballots and publish the result."), _("The vote itself"), there, "vote"))
    return found


def _delivery(edition: Edition, step: Step) -> list[Thing]:
    return [
        Thing(
            _("Each funded project is promised by a service, with its stages and their days."),
            _("Follow the works"),
            _at("delivery", edition),
            "route",
        )
    ]
