"""The addresses of these tests: the site without its pistes, and one desk mounted as a piste mounts it."""

from django.urls import include, path

from reflexes.core.acting import Actor
from reflexes.core.registry import Piste
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.casework.services.sealing import facts_of
from reflexes.mechanisms.casework.urls import links, navigator

SLUG = "essai"
PISTE = Piste(slug=SLUG, label="Essai", orientation="contact", promise="", path="essai", mechanisms=("casework",))
# Who read what through which need, in the order they did; and the key of the desk.
READ: list[tuple[Actor, str, str]] = []
KEYS: list[str] = []


def reveal(*, actor: Actor, case: Case, what: str, through: str) -> dict[str, str]:
    """Stand for the register of readings of a piste."""
    READ.append((actor, what, through))
    return facts_of(case)


def key_of(_actor: Actor) -> str:
    """Return the key of the desk, once a test gave it one."""
    return KEYS[-1] if KEYS else ""


DESK = Desk(piste=SLUG, reveal=reveal, key_of=key_of)
handler403 = "reflexes.web.errors.forbidden"
handler404 = "reflexes.web.errors.not_found"
urlpatterns = [
    path("", include("reflexes.mechanisms.directory.urls")),
    path("compte/", include("reflexes.core.accounts.urls")),
    path("boite-d-envoi/", include("reflexes.core.notifications.urls")),
    path("", include("reflexes.mechanisms.crisis.urls")),
    path("", include("reflexes.web.urls")),
    path("", include((links.public(DESK, links="essai/lien/"), f"{SLUG}_public"))),
    path("essai/", include((navigator.desk(DESK), SLUG))),
]
