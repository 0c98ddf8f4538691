from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "reflexes.web"
    label = "web"
    verbose_name = _("Screens")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Django says "This field is required": a fact of forms. An error says what to do (design.md, section 5).
        Field.default_error_messages["required"] = _("This answer is needed: fill it in.")
