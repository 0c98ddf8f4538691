"""``reflexes demo``: the demo territory, the main job run in the terminal, then the site on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click


@click.command("demo")
@click.option("--serve/--no-serve", default=True, help="Serve the site until Ctrl-C after the main job.")
@click.option("--port", default=8000, show_default=True, help="Where the site listens, on this machine only.")
@click.option("--people", default=50_000, show_default=True, help="How many people the campaign of calls is about.")
@click.option("--fresh", is_flag=True, help="Begin again from an empty database.")
def command(serve: bool, port: int, people: int, fresh: bool) -> None:
    """Prepare the demo territory, run the main job, and serve the site."""
    if serve:
        check_free(port)
    os.environ["REFLEXES_DEMO"] = "1"
    os.environ.setdefault("REFLEXES_SITE_URL", f"http://127.0.0.1:{port}")
    prepare(people=people, fresh=fresh)
    from reflexes.pistes.resources.micro_mobility.demo_tour import tour

    site = os.environ["REFLEXES_SITE_URL"]
    for line in tour():
        click.echo(line)
    for line in where_to_click(site):
        click.echo(line)
    if serve:
        serve_until_stopped(port)


def check_free(port: int) -> None:
    """Refuse a port where something already listens: two sites would answer in turn at one address."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as taken:
            raise click.ClickException(
                f"Something already listens on port {port}: stop it, or choose another with --port."
            ) from taken


def prepare(*, people: int, fresh: bool) -> None:
    """Migrate, seed when the database is empty, gather the static files: one process, a few seconds."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    if fresh:
        remove_database(Path(settings.DATABASES["default"]["NAME"]), settings.DATABASES["default"]["ENGINE"])
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from reflexes.mechanisms.directory.models import Person

    if not Person.objects.exists():
        for demo in demos():
            demo.seed()
        # Once every piste is there, those that have a crowd show themselves at the size of a real one.
        for demo in demos():
            if hasattr(demo, "crowd"):
                demo.crowd(people)


def demos() -> list[ModuleType]:
    """Return what each piste that is switched on shows of itself, in the order of the settings."""
    from django.conf import settings

    on = [one for one in settings.PISTES if one.rsplit(".", 1)[-1] not in settings.PISTES_OFF]
    return [import_module(f"{one}.demo") for one in on]


def where_to_click(site: str) -> Iterator[str]:
    """Yield the addresses that a newcomer opens next, each with what is seen there."""
    from django.utils import formats
    from django.utils.translation import gettext as _

    from reflexes.core import clock

    yield ""
    yield _("4. Where to click next")
    yield f"   {site}/  " + _("sign in with one click as each role")
    for demo in demos():
        for address, words in demo.to_click():
            yield f"   {site}{address}  {words}"
    yield ""
    yield _("As of %(when)s.") % {"when": formats.date_format(clock.today(), _("j F Y"))}


def remove_database(path: Path, engine: str) -> None:
    """Remove an embedded database; a server's database is never touched."""
    if "sqlite" in engine:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def serve_until_stopped(port: int) -> None:
    """Run the site and a worker side by side; Ctrl-C stops both, the worker after its current job."""
    worker = subprocess.Popen([sys.executable, "-m", "reflexes.config.cli", "worker"])
    site = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"),
            "reflexes.config.wsgi:application",
        ]
    )
    click.echo(f"http://127.0.0.1:{port}  (Ctrl-C)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        site.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in (site, worker):
            process.terminate()
        for process in (site, worker):
            process.wait(timeout=20)
