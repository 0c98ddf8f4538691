"""Settings of the tests: the real ones, with fast hashing, strict templates and folders thrown away afterwards."""

import os
import tempfile
from pathlib import Path

from reflexes.config.settings import *  # noqa: F403
from reflexes.config.settings import DATABASES

VAR_DIR = Path(tempfile.mkdtemp(prefix="reflexes-tests-"))
EMAIL_FILE_PATH = VAR_DIR / "mail"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()

# Tests run at any hour; those about quiet hours set their own.
QUIET_HOURS = None

# Each process has a cache of its own, emptied before each test without asking the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# One database for each process: a file, not memory, so that threads and child processes share it as in real life.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_reflexes_{os.getpid()}"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
