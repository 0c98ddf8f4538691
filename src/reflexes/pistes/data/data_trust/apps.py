from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataTrustConfig(AppConfig):
    name = "reflexes.pistes.data.data_trust"
    label = "data_trust"
    verbose_name = _("Trusted data")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the lists of this desk are found, read and deleted."""
        from reflexes.mechanisms.evidence.services.holdings import register
        from reflexes.pistes.data.data_trust.services import lists

        register(self.label, lists.KEEPER)
