"""``reflexes demo``: the demo territory, the main job run in the terminal, then the site on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click


@click.command("demo")
@click.option("--serve/--no-serve", default=True, help="Serve the site until Ctrl-C after the main job.")
@click.option("--port", default=8000, show_default=True, help="Where the site listens, on this machine only.")
@click.option("--fresh", is_flag=True, help="Begin again from an empty database.")
def command(serve: bool, port: int, fresh: bool) -> None:
    """Prepare the demo territory, run the main job, and serve the site."""
    os.environ["REFLEXES_DEMO"] = "1"
    os.environ.setdefault("REFLEXES_SITE_URL", f"http://127.0.0.1:{port}")
    prepare(fresh=fresh)
    from reflexes.pistes.resources.micro_mobility.demo_tour import tour

    for line in tour(site=os.environ["REFLEXES_SITE_URL"]):
        click.echo(line)
    if serve:
        serve_until_stopped(port)


def prepare(*, fresh: bool) -> None:
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
    from reflexes.pistes.resources.micro_mobility import demo

    if not Person.objects.exists():
        demo.seed()


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
