"""Nothing leaves the machine, nothing is shared between runs, every database is thrown away."""

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import translation

SRC = Path(__file__).resolve().parents[2] / "src"


class OutsideNetwork(AssertionError):
    """A test tried to speak to another machine."""


def is_here(address: Any) -> bool:
    """Tell whether a socket address is this machine's own."""
    if not isinstance(address, tuple):
        return True  # a socket of the file system
    host = address[0]
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what makes sense on the other database only."""
    vendor = connection.vendor
    for item in items:
        for only in ("sqlite", "postgres"):
            if item.get_closest_marker(f"{only}_only") and not vendor.startswith(only):
                item.add_marker(pytest.mark.skip(reason=f"makes sense on {only} only"))


def pytest_unconfigure() -> None:
    """Throw away the folder of this process."""
    if settings.configured:
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def no_outside_network() -> Iterator[None]:
    """Fail on any connection or name look-up that leaves this machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(address: Any) -> None:
        if not is_here(address):
            raise OutsideNetwork(f"A test tried to reach {address!r}. Use what runs on this machine.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        refuse((name or "localhost", 0))
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def cache_in_memory() -> Iterator[None]:
    """Count tries in memory: the site's cache is a table, out of reach of a test without a database."""
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        yield


@pytest.fixture(autouse=True)
def a_clean_start() -> Iterator[None]:
    """Start each test in French with empty caches, whatever the one before did."""
    cache.clear()
    with translation.override("fr"):
        yield
    cache.clear()


def database_url() -> str:
    """Return the address of the test database, for child processes."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    password = f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
    port = f":{values['PORT']}" if values["PORT"] else ""
    return f"postgres://{quote(values['USER'])}{password}@{values['HOST']}{port}/{values['NAME']}"


@pytest.fixture
def child_env(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a real child process (a worker, a server) that shares this test's database.

    Only committed rows are seen by a child: the test runs outside a transaction.
    """
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(SRC),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "reflexes.config.settings",
        "REFLEXES_VAR": str(tmp_path / "var"),
    }
