from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataTrustConfig(AppConfig):
    name = "reflexes.pistes.data.data_trust"
    label = "data_trust"
    verbose_name = _("Trusted data")
    default_auto_field = "django.db.models.BigAutoField"
