"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Piste

piste = Piste(
    slug="data_trust",
    label=_("Trusted data"),
    orientation="data",
    promise=_("Everybody reads which personal data are held, for what, until when, and who looked."),
    path="donnees",
    mechanisms=("evidence", "directory"),
)
