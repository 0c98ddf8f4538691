"""What a message is made of, and who reads those about words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import proposal_address
from reflexes.mechanisms.assembly.models import Body, Consultation, Proposal
from reflexes.mechanisms.assembly.services.proposals import authors
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One message: its words, the question its link asks (``purpose`` and ``row``), or a page of the site.

    ``choices`` are the answers given from the message: what each says and what it adds to the link. ``page_label`` says
    what one does on ``page`` when it is more than reading.
    """

    subject: str
    body: str
    purpose: str = ""
    row: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    page: str = ""
    page_label: str = ""


# The row that moved, who reads, what the job carries besides.
Writer = Callable[[Any, Person, dict[str, Any]], Words]
Readers = Callable[[Any, dict[str, Any]], list[Person]]


def hello(reader: Person) -> str:
    """Return how a message begins; somebody who left no name is greeted all the same."""
    return _("Hello %(name)s,") % {"name": reader.first_name} if reader.first_name else _("Hello,")


def letter(reader: Person, *paragraphs: str) -> str:
    """Return the words of a message: a greeting, then the paragraphs that say something."""
    return "\n\n".join([hello(reader), *(one for one in paragraphs if one)])


def page_of_words(row: Proposal | Consultation) -> str:
    """Return the public page of a proposal, or of the door of a consultation; nothing when its body is not public."""
    kept = perms.kept_through(row) if isinstance(row, Proposal) else row.body or row
    if isinstance(kept, Body) and not kept.public:
        return ""
    speak = f"{row.piste}_public:speak"
    there = proposal_address(row) if isinstance(row, Proposal) else reverse(speak, args=[kept.slug])
    return settings.SITE_URL + there


def authors_of(proposal: Proposal) -> list[Person]:
    """Return who is told what becomes of a proposal; whoever answers it is not told their own answer."""
    return [one for one in authors(proposal) if one.pk != proposal.answerer_id]


def keepers_of(kept: Any) -> list[Person]:
    """Return the participation officers who keep a body or a consultation."""
    return people_holding(roles.FACILITATOR, organisation_id=kept.organisation_id)
