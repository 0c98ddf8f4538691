"""Words arrive, by any channel, once; they are found again; their author may take them back (P01 (7), P11 (2), (3)).

The journal says that words arrived and who typed them for somebody; it never says who spoke (design.md rule 5).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import limits, perms
from reflexes.mechanisms.assembly.models import Body, Channel, Consultation, Contribution, Proposal
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.consultations import is_open
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

# Who types what was said on the telephone, at a counter, in the room or on paper.
TYPISTS = frozenset({roles.FACILITATOR, roles.AGENT, roles.COORDINATOR})
State = Contribution.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says. ``client_key`` is made by whoever sends, once for one thing said.

    ``shown_name`` is the name the author wants written, or nothing: nobody has to give one. ``about`` is the proposal
    that a remark is about; a remark on a remark does not exist.
    """

    client_key: UUID
    words: str
    title: str = ""
    kind: str = Contribution.Kind.IDEA
    shown_name: str = ""
    about: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """How words reached whoever types them: the channel, when they were said, and by whom when they said so."""

    channel: str
    said_at: datetime | None = None
    person: Person | None = None


def can_type(actor: Actor, consultation: Consultation) -> bool:
    """Any agent of the organisation types what somebody said without a screen: it counts the same."""
    return actor.is_known and actor.role in TYPISTS and actor.organisation_id == consultation.organisation_id


def do_contribute(
    *, actor: Actor, consultation: Consultation, said: Words, typed: Typed | None = None, by_name: bool = True
) -> Contribution:
    """Write what somebody says on screen, or what an agent ``typed`` for them. The same thing sent twice is one row.

    Without ``by_name`` the words belong to nobody: whoever spoke will not be told what becomes of them.
    """
    if not perms.visible_consultations(actor).filter(pk=consultation.pk).exists():
        raise Http404
    perms.check_own_world(actor, consultation.exercise_id)
    if typed is not None and not can_type(actor, consultation):
        raise PermissionDenied
    if known := Contribution.objects.filter(client_key=said.client_key).first():
        return _same(known, consultation, said)
    _check_said(actor, consultation, said)
    _check_when(consultation, typed)
    try:
        with transaction.atomic():
            return _written(actor, consultation, said, typed, by_name=by_name)
    except IntegrityError:
        # Sent twice at the same second: the other one is written, and it is the same thing.
        known = Contribution.objects.filter(client_key=said.client_key).first()
        if known is None:
            raise
        return _same(known, consultation, said)


def _same(known: Contribution, consultation: Consultation, said: Words) -> Contribution:
    """Return what was already written, or refuse: words changed after they were sent would be lost without a word."""
    unchanged = known.state == State.WITHDRAWN or (known.title, known.words) == (said.title.strip(), said.words.strip())
    if known.consultation_id != consultation.pk or not unchanged:
        raise Refusal(
            "sent_already",
            _("This was sent already, and your words changed since. Open a new form and paste them there."),
            conflict=True,
        )
    return known


def _check_said(actor: Actor, consultation: Consultation, said: Words) -> None:
    if not said.words.strip():
        raise Refusal("words_missing", _("Write what you want to say: one sentence is enough."))
    if (most := limits.LONGEST_WORDS) < len(said.words.strip()):
        text = ngettext(
            "This is longer than %(count)d sign. Shorten it, or send it in several parts.",
            "This is longer than %(count)d signs. Shorten it, or send it in several parts.",
            most,
        )
        raise Refusal("words_too_long", text % {"count": most})
    if len(said.title.strip()) > Contribution._meta.get_field("title").max_length:
        raise Refusal("title_too_long", _("This title is too long. Keep a few words, and write the rest below."))
    if len(said.shown_name.strip()) > Contribution._meta.get_field("shown_name").max_length:
        raise Refusal("name_too_long", _("This name is too long. Shorten it, or leave it empty."))
    if said.kind not in Contribution.Kind.values:
        raise Refusal("kind_unknown", _("Say whether it is an idea, something lived or a remark."))
    remark = said.kind == Contribution.Kind.COMMENT
    if remark != (said.about is not None):
        raise Refusal("about_what", _("A remark is about one proposal: open the proposal and write it there."))
    if said.about is not None and not _is_discussed(actor, consultation, said.about):
        raise Refusal("about_elsewhere", _("This proposal is not discussed here. Open it and write your remark there."))


def _is_discussed(actor: Actor, consultation: Consultation, proposal: Proposal) -> bool:
    """Tell whether remarks on a proposal come through this door: its own, or its body's."""
    here = proposal.consultation_id == consultation.pk or (
        consultation.body_id is not None and proposal.body_id == consultation.body_id
    )
    return here and perms.visible_proposals(actor).filter(pk=proposal.pk).exists()


def _check_when(consultation: Consultation, typed: Typed | None) -> None:
    """Words are taken while it is open; a paper filled in meanwhile may be typed later."""
    if typed is None:
        if not is_open(consultation):
            raise Refusal("not_open", _closed_words(consultation), conflict=True)
        return
    if typed.channel not in Channel.values or typed.channel == Channel.WEB:
        raise Refusal("channel_missing", _("Say how it reached you: by telephone, on paper, in the room or by letter."))
    said_at = typed.said_at or clock.now()
    day = timezone.localtime(said_at).date()
    last = timezone.localtime(consultation.closed_at).date() if consultation.closed_at else consultation.closes_on
    if said_at > clock.now():
        raise Refusal("said_later", _("It cannot have been said after now. Correct the day."))
    if not consultation.opens_on <= day <= last:
        raise Refusal(
            "said_outside", _("It was said before it opened, or after it closed. Correct the day if it is wrong.")
        )


def _closed_words(consultation: Consultation) -> str:
    if consultation.closed_at is None and clock.today() < consultation.opens_on:
        return str(_("It is not open yet. Keep your words, and come back on the day it opens."))
    return str(_("It is closed: no more words are taken. Keep yours, and call us: we say where they can be heard."))


def _written(
    actor: Actor, consultation: Consultation, said: Words, typed: Typed | None, *, by_name: bool
) -> Contribution:
    """Write the words and announce them in the caller's transaction."""
    own = None if typed else actor.person_id
    spoke = typed.person.pk if typed and typed.person else own
    read_first = consultation.moderation == Consultation.Moderation.BEFORE and not perms.can_keep(actor, consultation)
    contribution = Contribution.objects.create(
        consultation=consultation,
        client_key=said.client_key,
        kind=said.kind,
        about=said.about,
        title=said.title.strip(),
        words=said.words.strip(),
        channel=typed.channel if typed else Channel.WEB,
        person_id=spoke if by_name else None,
        shown_name=said.shown_name.strip(),
        said_at=(typed.said_at if typed else None) or clock.now(),
        entered_by_id=actor.person_id if typed else None,
        state=State.WAITING if read_first else State.SHOWN,
    )
    record(
        actor=actor if typed else nobody(actor),
        verb="assembly.contributed",
        object_kind="consultation",
        object_key=consultation.pk,
        params={"contribution": contribution.pk, "channel": contribution.channel},
    )
    announce(contribution, "contribution_received")
    return contribution


def nobody(actor: Actor) -> Actor:
    """Return an actor of the same role behind whom nobody stands: the journal never says who spoke."""
    return Actor(role=actor.role, exercise_id=actor.exercise_id)


def is_own(actor: Actor, contribution: Contribution) -> bool:
    """Tell whether the words are the actor's own."""
    return actor.is_known and actor.person_id == contribution.person_id


def do_withdraw(*, actor: Actor, contribution: Contribution) -> None:
    """Take words back: they are erased, also from what they were joined to; that somebody had spoken stays.

    Their author does it, or the officer whom the author asked.
    """
    kept = perms.can_keep(actor, contribution.consultation)
    if not (is_own(actor, contribution) or kept):
        raise PermissionDenied
    perms.check_own_world(actor, contribution.consultation.exercise_id)
    with transaction.atomic():
        withdrawn = (
            Contribution.objects.filter(pk=contribution.pk)
            .exclude(state=State.WITHDRAWN)
            .update(
                state=State.WITHDRAWN,
                title="",
                words="",
                search="",
                shown_name="",
                hidden_words="",
                appeal="",
                proposal=None,
            )
        )
        if not withdrawn:
            raise Refusal("withdrawn", _("These words were already taken back."), conflict=True)
        record(
            actor=nobody(actor) if is_own(actor, contribution) else actor,
            verb="assembly.contribution_withdrawn",
            object_kind="consultation",
            object_key=contribution.consultation_id,
            params={"contribution": contribution.pk},
        )
    contribution.refresh_from_db()


def find_contributions(
    actor: Actor,
    consultation: Consultation,
    *,
    text: str = "",
    channel: str = "",
    kind: str = "",
    state: str = "",
    joined: bool | None = None,
) -> QuerySet[Contribution]:
    """Return the words ``actor`` may read, latest first; ``text`` is looked for word by word, whatever the accents.

    ``joined`` keeps those that became part of a proposal, or those that did not yet.
    """
    found = perms.visible_contributions(actor, consultation).select_related("proposal", "about")
    for word in normalised(text).split():
        found = found.filter(search__contains=word)
    for name, value in (("channel", channel), ("kind", kind), ("state", state)):
        if value:
            found = found.filter(Q((name, value)))
    if joined is not None:
        found = found.filter(proposal__isnull=not joined)
    return found.order_by("-said_at", "-pk")


def remarks_on(actor: Actor, proposal: Proposal) -> QuerySet[Contribution]:
    """Return the remarks on a proposal that show, oldest first: one level, no thread to get lost in."""
    if not perms.visible_proposals(actor).filter(pk=proposal.pk).exists():
        raise Http404
    return proposal.remarks.filter(state=State.SHOWN).order_by("said_at", "pk")


def open_doors(body: Body, *, exercise_id: int | None) -> QuerySet[Consultation]:
    """Return the consultations of a body that take words today."""
    today = clock.today()
    return Consultation.objects.filter(
        body=body, exercise_id=exercise_id, opens_on__lte=today, closes_on__gte=today, closed_at=None
    ).order_by("closes_on", "pk")
