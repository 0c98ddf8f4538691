"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Piste

piste = Piste(
    slug="proactive_desks",
    label=_("Proactive desks"),
    orientation="contact",
    promise=_("People are called before they ask, and each need they tell is followed to its end."),
    path="guichets",
    mechanisms=("casework", "directory", "evidence", "crisis"),
)
