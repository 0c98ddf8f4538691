from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "reflexes.mechanisms.evidence"
    label = "evidence"
    verbose_name = _("Datasets and their purposes")
    default_auto_field = "django.db.models.BigAutoField"
