from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrisisConfig(AppConfig):
    name = "reflexes.mechanisms.crisis"
    label = "crisis"
    verbose_name = _("Sequences and exercises")
    default_auto_field = "django.db.models.BigAutoField"
