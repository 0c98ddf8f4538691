from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "reflexes.mechanisms.casework"
    label = "casework"
    verbose_name = _("Cases and referrals")
    default_auto_field = "django.db.models.BigAutoField"
