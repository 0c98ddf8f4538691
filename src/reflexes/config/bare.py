"""Where things are, and the few settings a command needs that runs without a site: no database, no secret."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings

SRC_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("REFLEXES_VAR", SRC_DIR.parent.parent / "var"))
# Words of what is not an application of Django: sheets and the command line.
LOCALE_PATHS = [
    SRC_DIR / "core" / "drill" / "locale",
    SRC_DIR / "core" / "sheets" / "locale",
    SRC_DIR / "mechanisms" / "allocation" / "sheets" / "locale",
    SRC_DIR / "mechanisms" / "assembly" / "agreement" / "locale",
    SRC_DIR / "mechanisms" / "assembly" / "tallying" / "locale",
    SRC_DIR / "config" / "locale",
]
# Words of the applications that a command without a site also says: dates and distances, the engine's reasons.
# With a site, Django finds them by itself.
APP_LOCALES = [SRC_DIR / "web" / "locale", SRC_DIR / "mechanisms" / "allocation" / "locale"]


def configure() -> None:
    """Give Django what gettext and the clock need, unless a whole site is already there."""
    if not settings.configured:
        settings.configure(
            LANGUAGE_CODE="fr",
            LANGUAGES=[("fr", "Français"), ("en", "English")],
            LOCALE_PATHS=[*LOCALE_PATHS, *APP_LOCALES],
            TIME_ZONE="Europe/Paris",
            USE_I18N=True,
            USE_TZ=True,
            VAR_DIR=VAR_DIR,
        )
    if not apps.ready:
        apps.populate(settings.INSTALLED_APPS)
