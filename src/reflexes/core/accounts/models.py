"""Accounts: an e-mail address and a way to prove it; links that answer one question without an account.

Who the person is lives in the directory: core knows a person's key only.
"""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose name is their e-mail address, in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account; without a password it can only be opened by a link or a passkey."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account that may administer the instance."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One sign-in. ``language`` is the person's choice, empty for the browser's.

    ``key`` is the pseudonym of an account that no person of the directory stands behind yet.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class MagicLink(models.Model):
    """A link sent to someone who will not have an account: it answers one question and opens no session.

    Only the SHA-256 of the token is kept: reading the database gives no link. ``subject`` names the question
    (``"assignment:12"``), ``path`` is the page that answers it. ``shift_seconds`` keeps the clock of the exercise the
    link was made in, so that it opens at the exercise's date.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.SlugField(max_length=40)
    subject = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    person_key = models.UUIDField(db_index=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    exercise_id = models.BigIntegerField(null=True, blank=True)
    shift_seconds = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "subject"])]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.subject}"
