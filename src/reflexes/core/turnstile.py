"""One writer at a time, in the order in which they came, on SQLite: for the second when everybody begins at once.

SQLite has one writer; those who wait for it sleep for longer and longer and are served by chance. A file beside the
database, locked by the kernel, makes them a queue instead. The kernel frees it when a process dies, so nobody waits
for somebody who is gone (ADR 28).
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction


@contextmanager
def my_turn() -> Iterator[None]:
    """Wait for one's turn to write, then run the block, which holds the transaction: open it inside, never around.

    On PostgreSQL, in memory, or inside a transaction (which has its place already) there is nothing to wait for.
    """
    connection = transaction.get_connection()
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or connection.in_atomic_block or not path.is_file():
        yield
        return
    with path.with_name(f"{path.name}-turn").open("ab") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
