"""Where a service answers by its link, without an account: mounted at the root of the site."""

from django.urls import URLPattern, path

from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.views import by_link


def public(desk: Desk, *, links: str) -> list[URLPattern]:
    """Return the addresses under ``links``, such as ``guichets/lien/``, in the namespace ``<slug>_public``."""
    of = {"desk": desk}
    return [
        path(f"{links}renouveler/", by_link.referral_link_renew, of, name="referral_link_renew"),
        path(f"{links}besoin/", by_link.referral_link_cut, of, name="referral_link_cut"),
        path(f"{links}besoin/<str:token>", by_link.referral_by_link, of, name="referral_by_link"),
    ]
