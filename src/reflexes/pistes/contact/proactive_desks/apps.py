from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProactiveDesksConfig(AppConfig):
    name = "reflexes.pistes.contact.proactive_desks"
    label = "proactive_desks"
    verbose_name = _("Proactive desks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how rows of campaigns are found and deleted."""
        from reflexes.mechanisms.evidence.services.holdings import register
        from reflexes.pistes.contact.proactive_desks.services import holdings

        register(self.label, holdings.KEEPER)
