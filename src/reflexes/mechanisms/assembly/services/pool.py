"""The pool: people who said yes to being drawn, by any channel, for this draw alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Channel, Draw, PoolAnswer, PoolMember
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services import codes
from reflexes.mechanisms.assembly.services.draws import open_draw
from reflexes.mechanisms.journal.services import record

BATCH = 400
CONTACT = ("first_name", "last_name", "email", "phone")
LENGTHS = {"first_name": 80, "last_name": 80, "email": 254, "phone": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Somebody who enters the pool. ``household`` is the address in words; empty for somebody alone."""

    answers: Mapping[str, str]
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    household: str = ""


def do_add_member(*, actor: Actor, draw: Draw, coming: Coming, channel: str) -> PoolMember:
    """Add somebody who said yes by telephone, on paper or at a desk. Their pseudonym is the code to give them."""
    check_keeping_draw(actor, draw)
    if channel not in Channel.values:
        raise Refusal("channel", gettext_lazy("Choose how they answered in the list."))
    if not (coming.last_name.strip() and (coming.email.strip() or coming.phone.strip())):
        raise Refusal(
            "contact",
            gettext_lazy("Write their name and an e-mail or a telephone: they must be told if they are drawn."),
        )
    if coming.email.strip() and not is_address(coming.email.strip()):
        raise Refusal("email", gettext_lazy("This e-mail address is not complete. Correct it, or leave it empty."))
    with transaction.atomic():
        current = open_draw(draw)
        answers = _answers(current, coming.answers)
        member = write(current, [(coming, answers)], channel)[0]
        record(
            actor=actor,
            verb="assembly.pool_member_added",
            object_kind="draw",
            object_key=draw.pk,
            params={"channel": channel},
        )
    return member


def is_address(text: str) -> bool:
    """Tell whether a text has the shape of an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _answers(draw: Draw, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers as the quotas write them, or say which one is missing or unknown."""
    expected: dict[str, dict[str, str]] = {}
    for one in draw.quotas.order_by("pk"):
        expected.setdefault(one.feature, {})[normalised(one.value)] = one.value
    if not expected:
        raise Refusal("no_quota", gettext_lazy("Write the quotas first: they say which questions are asked."))
    found = {normalised(feature): value for feature, value in given.items()}
    answers = {}
    for feature, values in expected.items():
        value = values.get(normalised(found.get(normalised(feature), "")))
        if value is None:
            raise Refusal(
                "answer",
                _("Give the answer to “%(feature)s”, one of: %(expected)s.")
                % {"feature": feature, "expected": ", ".join(values.values())},
            )
        answers[feature] = value
    return answers


def write(draw: Draw, people: Iterable[tuple[Coming, Mapping[str, str]]], channel: str) -> list[PoolMember]:
    """Write people and their answers in the caller's transaction, each under a pseudonym drawn by the system."""
    taken = set(draw.pool.values_list("pseudonym", flat=True))
    members, answers = [], []
    for coming, given in people:
        pseudonym = codes.draw()
        while pseudonym in taken:
            pseudonym = codes.draw()
        taken.add(pseudonym)
        contact = {name: getattr(coming, name).strip()[: LENGTHS[name]] for name in CONTACT}
        member = PoolMember(
            draw=draw,
            pseudonym=pseudonym,
            household=normalised(coming.household)[:300],
            channel=channel,
            **contact,
        )
        member.search = normalised(member.words())[:300]
        members.append(member)
        answers.append(given)
    PoolMember.objects.bulk_create(members, batch_size=BATCH)
    PoolAnswer.objects.bulk_create(
        (
            PoolAnswer(member=member, feature=feature, value=value)
            for member, given in zip(members, answers, strict=True)
            for feature, value in given.items()
        ),
        batch_size=BATCH,
    )
    return members


def do_withdraw_member(*, actor: Actor, member: PoolMember) -> None:
    """Take somebody out who asks for it. Once the record is published their pseudonym stays in it, with nothing else.

    A panel they are drawn for replaces them at once.
    """
    draw = member.draw
    check_keeping_draw(actor, draw)
    with transaction.atomic():
        current = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
        if current.state == Draw.State.COMPUTING:
            raise Refusal(
                "computing", gettext_lazy("The tickets are being made. Wait a minute, then try again."), conflict=True
            )
        if current.state == Draw.State.PREPARING:
            member.delete()
        else:
            forget(PoolMember.objects.filter(pk=member.pk))
        record(actor=actor, verb="assembly.pool_member_withdrawn", object_kind="draw", object_key=draw.pk)


def forget(members: QuerySet[PoolMember]) -> None:
    """Delete the names, contacts and answers of people whose pseudonym is already published."""
    known = list(members.values_list("pk", flat=True))
    PoolAnswer.objects.filter(member_id__in=known).delete()
    PoolMember.objects.filter(pk__in=known).update(
        **dict.fromkeys((*CONTACT, "household", "search"), ""), person=None, withdrawn_at=clock.now()
    )
