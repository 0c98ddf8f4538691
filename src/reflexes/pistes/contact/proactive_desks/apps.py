from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProactiveDesksConfig(AppConfig):
    name = "reflexes.pistes.contact.proactive_desks"
    label = "proactive_desks"
    verbose_name = _("Proactive desks")
    default_auto_field = "django.db.models.BigAutoField"
