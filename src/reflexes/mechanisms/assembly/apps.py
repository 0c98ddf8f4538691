from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssemblyConfig(AppConfig):
    name = "reflexes.mechanisms.assembly"
    label = "assembly"
    verbose_name = _("Bodies, answers, draws and votes")
    default_auto_field = "django.db.models.BigAutoField"
