"""How an account and a person of the directory find each other (docs/adr/0007), and what people set for themselves."""

from dataclasses import replace

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core.accounts.links import make_link, use_link
from reflexes.core.accounts.models import MagicLink, User
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.notifications.services import Action, notify
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.directory.services import access_own_person, recipient_of
from reflexes.mechanisms.journal.services import record

INVITATION = "account"
INVITATION_PATH = "/invitation/"
MAY_INVITE = frozenset({roles.COORDINATOR, roles.HR, roles.ADMINISTRATOR})


def can_invite(actor: Actor) -> bool:
    """Those who look after the directory open its door to others."""
    return actor.role in MAY_INVITE


def people_to_invite(actor: Actor) -> QuerySet[Person]:
    """Return the people without an account that ``actor`` may invite; 403 for whoever does not keep the directory.

    The coordinator of the cell and the administrator reach every organisation, human resources their own.
    """
    if not can_invite(actor):
        raise PermissionDenied
    people = Person.objects.filter(erased_at=None, user=None)
    if actor.role == roles.HR:
        own = Capacity.objects.filter(organisation_id=actor.organisation_id)
        people = people.filter(pk__in=own.values("person_id"))
    return people


def access_person_to_invite(actor: Actor, key: str) -> Person:
    """Return the person ``key`` names among those ``actor`` may invite; 404 when it is none of them."""
    try:
        return people_to_invite(actor).get(key=key)
    except (Person.DoesNotExist, ValidationError) as missing:
        raise Http404 from missing


def do_attach_account(*, user: User, email: str) -> Person | None:
    """Tie ``user`` to the only person whose verified e-mail this is; nothing when there is none, or several.

    Several people may share a mailbox: an account is one person's, so the cell has to tell them apart first.
    """
    with transaction.atomic():
        found = list(Person.objects.select_for_update().filter(email__iexact=email, erased_at=None).order_by("pk")[:2])
        if len(found) != 1 or found[0].user_id is not None or hasattr(user, "person"):
            return None
        return _attach(user, found[0])


def _attach(user: User, person: Person) -> Person:
    person.user = user
    person.save(update_fields=["user"])
    if not user.language:
        user.language = person.language
        user.save(update_fields=["language"])
    record(
        actor=actor_of(person, None),
        verb="directory.account_attached",
        object_kind="person",
        object_key=person.key,
    )
    return person


def do_invite(*, actor: Actor, person: Person) -> None:
    """Send ``person`` a link that opens their account; always by e-mail, which the link then proves.

    Raises Refusal when they already have an account or no e-mail of their own.
    """
    if not can_invite(actor):
        raise PermissionDenied
    check_real(actor)
    if person.user_id is not None:
        raise Refusal("has_account", _("This person already has an account: they can sign in."))
    if not person.email:
        raise Refusal("no_email", _("This person has no e-mail. Write it in the directory first, or call them."))
    if Person.objects.filter(email__iexact=person.email, erased_at=None).exclude(pk=person.pk).exists():
        raise Refusal(
            "shared_email",
            _("Several people share this e-mail; an account is one person's. Ask each for their own address."),
        )
    with transaction.atomic(), translation.override(person.language):
        address = make_link(
            person_key=person.key,
            purpose=INVITATION,
            subject=f"person:{person.pk}",
            path=INVITATION_PATH,
            exercise_id=actor.exercise_id,
        )
        entry = record(actor=actor, verb="directory.person_invited", object_kind="person", object_key=person.key)
        notify(
            replace(recipient_of(person), channel=Person.Channel.MAIL),
            subject=_("Open your account on Réflexes"),
            body=_(
                "Hello %(name)s,\n\nThe cell that helps services lend each other a hand opens an account for you: you "
                "will see your missions, your half-days and what is known about you.\n\nThis link works for 8 days and "
                "for you only. You can also do without an account: the cell will call you."
            )
            % {"name": person.first_name},
            key=f"invitation:{entry.pk}",
            calm=False,
            actions=(Action(label=_("Open my account"), url=address),),
            exercise_id=actor.exercise_id,
        )


def do_accept_invitation(*, link: MagicLink, person: Person, password: str) -> User:
    """Open the account of ``person`` with its first password and spend the link.

    The link went to their mailbox, so the e-mail is proven. An account that already has this e-mail is theirs too: it
    is attached and keeps its own password.
    """
    with transaction.atomic():
        use_link(link)
        held = Person.objects.select_for_update().get(pk=person.pk)
        if held.user_id is not None:
            raise Refusal("has_account", _("You already have an account: sign in."))
        user = User.objects.filter(email__iexact=held.email).first()
        if user is None:
            user = User.objects.create_user(held.email, password, language=held.language)
        elif hasattr(user, "person"):
            raise Refusal("taken", _("This e-mail already opens someone else's account. Call the cell."))
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        _attach(user, held)
        return user


def do_follow_email(*, person: Person, before: str, after: str) -> None:
    """Write messages to the new address of an account when they went to the one it replaces."""
    if person.email.casefold() != before.casefold():
        return
    with transaction.atomic():
        person.email = after
        person.save(update_fields=["email"])
        record(
            actor=actor_of(person, None),
            verb="directory.email_changed",
            object_kind="person",
            object_key=person.key,
        )


def do_set_contact(*, actor: Actor, channel: str, phone: str, language: str) -> Person:
    """Set how the person behind ``actor`` is reached, and in which language.

    Raises Refusal when the chosen channel could not reach them.
    """
    check_real(actor)
    person = access_own_person(actor)
    number = normalised_phone(phone)
    if phone.strip() and not number:
        raise Refusal("phone", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    if channel not in Person.Channel.values:
        raise Refusal("channel", _("Choose how to reach you among the four ways of the list."))
    if channel == Person.Channel.MAIL and not person.email:
        raise Refusal("no_email", _("We have no e-mail to write to. Choose another way, or tell the cell your e-mail."))
    if channel in {Person.Channel.TEXT, Person.Channel.PHONE} and not number:
        raise Refusal("no_phone", _("Write the number to call or text, or choose another way."))
    with transaction.atomic():
        person.channel, person.phone, person.language = channel, number, language
        person.save(update_fields=["channel", "phone", "language"])
        User.objects.filter(pk=person.user_id).update(language=language)
        record(
            actor=actor,
            verb="directory.contact_set",
            object_kind="person",
            object_key=person.key,
            params={"channel": channel},
        )
    return person
