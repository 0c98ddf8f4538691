"""What the accounts know of a person."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core.accounts.models import MagicLink, User
from reflexes.core.notifications import privacy as messages

WHY = _("To let you sign in, and to open the links sent to you.")
UNTIL = _("As long as you have an account here.")


def _accounts_of(person_key: UUID) -> QuerySet[User]:
    """Return the person's account. Who stands behind an account is the directory's word, above: asked by name."""
    return User.objects.filter(Q(person__key=person_key) | Q(key=person_key)).order_by("id")


def export(person_key: UUID) -> dict[str, list[dict[str, object]]]:
    """Return the person's sign-in and the links sent to them (never a secret)."""
    accounts = _accounts_of(person_key).values("email", "language", "is_active", "created_at", "last_login")
    links = MagicLink.objects.filter(person_key=person_key).order_by("created_at", "id")
    sent = links.values("purpose", "subject", "created_at", "expires_at", "used_at", "revoked_at")
    known = {"accounts": [dict(row) for row in accounts], "links": [dict(row) for row in sent]}
    return {name: rows for name, rows in known.items() if rows}


def erase(person_key: UUID) -> None:
    """Delete the account with its keys and codes, its messages, and every link sent to the person."""
    for account in _accounts_of(person_key):
        messages.erase(account.key)
        account.delete()
    MagicLink.objects.filter(person_key=person_key).delete()
