"""How well an account is protected, in facts that a page can say."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from reflexes.core.accounts.models import User


@dataclass(frozen=True, slots=True)
class Security:
    """What opens an account besides its e-mail."""

    password: bool
    passkeys: int
    application: bool
    rescue_codes: int

    @property
    def is_double(self) -> bool:
        """Tell whether a stolen password alone would not open the account."""
        return self.application or self.passkeys > 0


def security_of(user: User) -> Security:
    """Return how ``user`` signs in: one query."""
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = [each for each in found if each.type == Authenticator.Type.RECOVERY_CODES]
    return Security(
        password=user.has_usable_password(),
        passkeys=sum(each.type == Authenticator.Type.WEBAUTHN for each in found),
        application=any(each.type == Authenticator.Type.TOTP for each in found),
        rescue_codes=sum(len(each.wrap().get_unused_codes()) for each in codes),
    )
