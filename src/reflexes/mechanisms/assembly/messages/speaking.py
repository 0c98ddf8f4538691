"""What those who spoke read: their words arrived, what became of them, what was promised, when they may judge."""

from typing import Any

from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.links import REVIEW, SAID
from reflexes.mechanisms.assembly.messages.writing import Words, letter, page_of_words
from reflexes.mechanisms.assembly.models import (
    Answer,
    Commitment,
    Consultation,
    Contribution,
    Milestone,
    Proposal,
    Review,
)
from reflexes.mechanisms.assembly.services.consultations import channel_now
from reflexes.mechanisms.directory.models import Person
from reflexes.web.words import full_date

Also = dict[str, Any]


def _about(said: Contribution, reader: Person, subject: str, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        body=letter(reader, *paragraphs),
        purpose=SAID,
        row=said.pk,
        choices=((_("Read or take back what I said"), ""),),
    )


def contribution_received(said: Contribution, reader: Person, _also: Also) -> Words:
    """Say that words arrived, with the link to read them again or take them back."""
    waits = said.state == Contribution.State.WAITING
    return _about(
        said,
        reader,
        _("Your words have arrived"),
        _("What you said about “%(title)s” has arrived.") % {"title": said.consultation},
        _("A person reads it before it shows.") if waits else "",
        _("With this link you read it again, or take it back. It was not you? Take it back."),
    )


def contribution_shown(said: Contribution, reader: Person, _also: Also) -> Words:
    """Say that words show."""
    return _about(said, reader, _("Your words are public"), _("They were read, and they show on the site."))


def contribution_hidden(said: Contribution, reader: Person, _also: Also) -> Words:
    """Say why words do not show, and how to appeal."""
    return _about(
        said,
        reader,
        _("Your words are not shown"),
        _("The reason, from the list that everybody may read: %(why)s.") % {"why": said.get_why_hidden_display()},
        said.hidden_words,
        _("With this link you may ask, once, that somebody else reads them again."),
    )


def appeal_answered(said: Contribution, reader: Person, _also: Also) -> Words:
    """Give the answer to an appeal."""
    shown = said.state == Contribution.State.SHOWN
    first = (
        _("Somebody else read your words again: they show.")
        if shown
        else _("Somebody else read your words again: they stay hidden.")
    )
    return _about(said, reader, _("The answer to your appeal"), first, said.appeal_answer)


def channel_moved(consultation: Consultation, reader: Person, _also: Also) -> Words:
    """Say by which channel one speaks from now on."""
    words = channel_now(consultation)[1]
    return Words(
        subject=_("“%(title)s”: how to speak has changed") % {"title": consultation},
        body=letter(
            reader,
            _("From now on: %(words)s") % {"words": words},
            consultation.why_switched,
            _("What you already said is kept."),
        ),
        page=page_of_words(consultation),
    )


def _of(proposal: Proposal, reader: Person, subject: str, *paragraphs: str) -> Words:
    said = {"title": proposal.title}
    return Words(subject=subject % said, body=letter(reader, *paragraphs), page=page_of_words(proposal))


def proposal_made(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Say which proposal somebody's words became part of, and who answers it by when."""
    said = {"title": proposal.title, "who": proposal.answerer, "day": full_date(proposal.answer_due_on)}
    return _of(
        proposal,
        reader,
        _("Your proposal: %(title)s"),
        _("What you said became the proposal “%(title)s”. %(who)s answers it by %(day)s.") % said,
        proposal.words,
    )


def proposal_handed_over(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Say who answers from now on."""
    said = {"who": proposal.answerer, "day": full_date(proposal.answer_due_on), "title": proposal.title}
    return _of(
        proposal,
        reader,
        _("“%(title)s”: somebody else answers"),
        _("%(who)s now answers “%(title)s”. The day stays: %(day)s.") % said,
    )


def proposal_answered(proposal: Proposal, reader: Person, also: Also) -> Words:
    """Give the answer and its motive."""
    answer = Answer.objects.filter(pk=also.get("answer"), proposal=proposal).select_related("by").first()
    if answer is None:
        return _of(proposal, reader, _("“%(title)s” is answered"))
    said = {"who": answer.by or answer.by_words, "state": answer.get_state_display(), "title": proposal.title}
    return _of(
        proposal,
        reader,
        _("“%(title)s” is answered"),
        _("%(who)s answers “%(title)s”: %(state)s.") % said,
        answer.motive,
    )


def answer_late(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Say that the day of the answer passed."""
    said = {"who": proposal.answerer, "day": full_date(proposal.answer_due_on), "title": proposal.title}
    return _of(
        proposal,
        reader,
        _("“%(title)s”: the answer is overdue"),
        _("%(who)s was to answer “%(title)s” by %(day)s and has not. Everybody reads it on the site.") % said,
    )


def commitment_made(one: Commitment, reader: Person, _also: Also) -> Words:
    """Say what is promised, by whom, for when."""
    said = {"words": one.words, "owner": one.owner, "day": full_date(one.due_on)}
    text = _("%(owner)s promises, for %(day)s: %(words)s") % said
    return _of(one.proposal, reader, _("“%(title)s”: a promise"), text)


def commitment_kept(one: Commitment, reader: Person, also: Also) -> Words:
    """Say that a promise was kept."""
    text = _("What was promised is done: %(words)s") % {"words": one.words}
    return _of(one.proposal, reader, _("“%(title)s”: it is done"), text, str(also.get("words", "")))


def commitment_dropped(one: Commitment, reader: Person, _also: Also) -> Words:
    """Say that a promise is given up, and why."""
    text = _("What was promised will not be done: %(words)s") % {"words": one.words}
    return _of(one.proposal, reader, _("“%(title)s”: a promise is given up"), text, one.why_dropped)


def commitment_postponed(one: Commitment, reader: Person, also: Also) -> Words:
    """Say that a promise comes later, and why."""
    text = _("What was promised comes later, on %(day)s: %(words)s") % {
        "day": full_date(one.due_on),
        "words": one.words,
    }
    return _of(one.proposal, reader, _("“%(title)s”: a promise comes later"), text, str(also.get("reason", "")))


def commitment_late(one: Commitment, reader: Person, _also: Also) -> Words:
    """Say that the day of a promise passed."""
    text = _("The day of a promise has passed (%(day)s): %(words)s") % {
        "day": full_date(one.due_on),
        "words": one.words,
    }
    return _of(one.proposal, reader, _("“%(title)s”: a promise is late"), text)


def milestone_reached(step: Milestone, reader: Person, _also: Also) -> Words:
    """Say that a step was reached."""
    return _of(step.commitment.proposal, reader, _("“%(title)s”: a step is reached"), step.words, step.done_words)


def review_due(review: Review, reader: Person, _also: Also) -> Words:
    """Say that a review may be called, with its link."""
    said = {"title": review.proposal.title}
    return Words(
        subject=_("What became of “%(title)s”?") % said,
        body=letter(
            reader,
            _("You may now call a review of “%(title)s” and say what you saw: it stands beside the answer.") % said,
        ),
        purpose=REVIEW,
        row=review.pk,
        choices=((_("See and call the review"), ""),),
    )
