"""The product's own settings, with Django's admin beside it as the peer. Nothing of the product is switched off."""

from reflexes.config.settings import *  # noqa: F403
from reflexes.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "bench.pages.urls"
QUIET_HOURS = None
