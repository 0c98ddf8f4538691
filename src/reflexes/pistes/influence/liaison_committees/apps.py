from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonCommitteesConfig(AppConfig):
    name = "reflexes.pistes.influence.liaison_committees"
    label = "liaison_committees"
    verbose_name = _("Citizen liaison committees")
    default_auto_field = "django.db.models.BigAutoField"
