from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizenDialogueConfig(AppConfig):
    name = "reflexes.pistes.contact.citizen_dialogue"
    label = "citizen_dialogue"
    verbose_name = _("Citizen dialogue")
    default_auto_field = "django.db.models.BigAutoField"
