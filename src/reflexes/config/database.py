"""A database from its address: ``sqlite:///path`` or ``postgres://user:password@host:port/name``."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL lets readers go on while one writes; IMMEDIATE makes a writer wait its turn at the start instead of failing
# half-way with "database is locked" (stack.md, section 3: 335 of 600 lost without it, none with it).
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
    "PRAGMA journal_size_limit=27103364; PRAGMA temp_store=MEMORY;"
)


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at ``url``.

    Raises ImproperlyConfigured, in one sentence, when the address is of neither kind.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(url.removeprefix("sqlite:///")))
        path.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # Compiling a question costs 20 ms; ours are answered in less.
            "OPTIONS": {"options": "-c jit=off"},
        }
    raise ImproperlyConfigured(
        "DATABASE_URL must start with sqlite:/// or postgres://. Correct it in the environment, then start again."
    )
