"""``reflexes worker``: does the work that pages have written down for later."""

import logging
import os
import signal
import sys
from datetime import timedelta
from types import FrameType

import click
import django
from django.utils.translation import gettext as _


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
@click.option("--max-seconds", type=click.FloatRange(min=0), help="Stop after this many seconds.")
@click.option(
    "--lease-seconds",
    type=click.FloatRange(min=1),
    default=180.0,
    show_default=True,
    help="How long a silent worker keeps its jobs before another takes them over.",
)
def command(once: bool, max_seconds: float | None, lease_seconds: float) -> None:
    """Send messages, compute plans, seal the journal: run one or several, as long as the site runs.

    Ctrl-C or SIGTERM lets it finish the job in hand; a second one stops it at once.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()

    from reflexes.core.outbox.worker import Worker

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    worker = Worker(lease=timedelta(seconds=lease_seconds))

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    done = worker.work(once=once, max_seconds=max_seconds)
    click.echo(_("Jobs done: %(count)s.") % {"count": done})


if __name__ == "__main__":
    command()
