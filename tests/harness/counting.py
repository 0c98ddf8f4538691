"""A page asks the same number of questions whatever the number of rows."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ConstantQueries = Callable[..., None]


def questions(client: Client, url: str) -> list[str]:
    """Return the queries that a warm page makes."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    return [query["sql"] for query in seen.captured_queries]


@pytest.fixture
def constant_queries() -> ConstantQueries:
    """Return ``check(client, url, grow)``: fails when the page asks more after ``grow()`` has added rows."""

    def check(client: Client, url: str, grow: Callable[[], object]) -> None:
        before = questions(client, url)
        grow()
        after = questions(client, url)
        if len(after) > len(before):
            new = "\n".join(sorted({sql for sql in after if after.count(sql) > 1 or sql not in before}))
            pytest.fail(f"{url} asked {len(before)} questions, then {len(after)} with more rows:\n{new}")

    return check
