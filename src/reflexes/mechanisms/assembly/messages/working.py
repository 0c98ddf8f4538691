"""What whoever owes an answer reads, and the participation officer: what is asked of them, by when."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.links import TO_ANSWER
from reflexes.mechanisms.assembly.messages.writing import Words, letter, page_of_words
from reflexes.mechanisms.assembly.models import Commitment, Contribution, Proposal, Review
from reflexes.mechanisms.directory.models import Person
from reflexes.web.words import full_date

Also = dict[str, Any]


def _to_answer(proposal: Proposal, reader: Person, subject: str, first: str) -> Words:
    said = {"title": proposal.title, "day": full_date(proposal.answer_due_on)}
    return Words(
        subject=subject % said,
        body=letter(
            reader,
            first % said,
            proposal.words,
            _("Under study, adopted, adapted or refused with why: you read what will be public before it is."),
        ),
        purpose=TO_ANSWER,
        row=proposal.pk,
        choices=((_("Answer"), ""),),
    )


def answer_asked(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Ask for an answer by its day."""
    first = _("You are asked to answer “%(title)s” by %(day)s.")
    return _to_answer(proposal, reader, _("To answer by %(day)s: %(title)s"), first)


def answer_overdue(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Ask again, once the day passed."""
    first = _("The day of your answer to “%(title)s” has passed (%(day)s). Everybody reads that it is overdue.")
    return _to_answer(proposal, reader, _("Overdue: %(title)s"), first)


def proposal_withdrawn(proposal: Proposal, reader: Person, _also: Also) -> Words:
    """Say that no answer is owed any more."""
    said = {"title": proposal.title}
    return Words(
        subject=_("“%(title)s” was taken back") % said,
        body=letter(reader, _("Its authors took “%(title)s” back: you owe it no answer any more.") % said),
        page=page_of_words(proposal),
    )


def review_called(review: Review, reader: Person, _also: Also) -> Words:
    """Say that a review comes."""
    said = {"title": review.proposal.title}
    return Words(
        subject=_("A review of “%(title)s” is called") % said,
        body=letter(reader, _("Its authors say soon what became of “%(title)s”. Gather what was done.") % said),
        page=page_of_words(review.proposal),
    )


def review_evaluated(review: Review, reader: Person, _also: Also) -> Words:
    """Give what its authors judged."""
    said = {"title": review.proposal.title, "verdict": review.get_verdict_display()}
    return Words(
        subject=_("“%(title)s” was judged by its authors") % said,
        body=letter(reader, _("Their judgment: %(verdict)s.") % said, review.words),
        page=page_of_words(review.proposal),
    )


def commitment_late(one: Commitment, reader: Person, _also: Also) -> Words:
    """Say that the day of a promise passed."""
    said = {"words": one.words, "day": full_date(one.due_on), "owner": one.owner}
    return Words(
        subject=_("A promise is late: %(words)s") % said,
        body=letter(reader, _("%(owner)s was to do it by %(day)s: %(words)s") % said),
        page=page_of_words(one.proposal),
    )


def appealed(said: Contribution, reader: Person, _also: Also) -> Words:
    """Ask somebody else to read hidden words again."""
    return Words(
        subject=_("An appeal waits for an answer"),
        body=letter(
            reader,
            _("Somebody asks that hidden words about “%(title)s” are read again by somebody else.")
            % {"title": said.consultation},
            said.appeal,
        ),
        page=settings.SITE_URL + reverse(f"{said.consultation.piste}:keeper_appeal", args=[said.pk]),
        page_label=_("Answer"),
    )
