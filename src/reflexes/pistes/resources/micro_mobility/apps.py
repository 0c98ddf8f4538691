from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MicroMobilityConfig(AppConfig):
    name = "reflexes.pistes.resources.micro_mobility"
    label = "micro_mobility"
    verbose_name = _("Professional micro-mobility")
    default_auto_field = "django.db.models.BigAutoField"
