"""Faults of queries: an order that nobody asked for, a lock on too much, a column forgotten by ``update_fields``."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.db.models.signals import pre_save
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler

# Columns that every change of a row must move, set by hand from the house's clock.
MOVING_COLUMNS = frozenset({"changed_at", "updated_at"})


def has_free_order(compiler: SQLCompiler) -> bool:
    """Tell whether this SELECT returns plain rows of a model in an order that nobody chose."""
    query = compiler.query
    return (
        not isinstance(compiler, SQLInsertCompiler | SQLUpdateCompiler | SQLDeleteCompiler)
        and query.model is not None
        and query.group_by is None
        and not query.distinct
        and not query.combinator
        and not query.subquery
        and not query.extra_order_by
        and not any(annotation.contains_aggregate for annotation in query.annotation_select.values())
    )


@pytest.fixture(scope="session", autouse=True)
def unordered_rows_come_backwards() -> Iterator[None]:
    """Give rows back to front where no order is asked.

    A shuffle would fail one run in two; backwards fails every time for whoever relies on the order of arrival, alike
    on both databases.
    """
    patch = pytest.MonkeyPatch()
    order_by_pairs = SQLCompiler._order_by_pairs

    @functools.wraps(order_by_pairs)
    def backwards(self: SQLCompiler) -> Iterator[tuple[Any, bool]]:
        asked = list(order_by_pairs(self))
        yield from asked
        if not asked and has_free_order(self):
            yield OrderBy(F(self.query.model._meta.pk.attname), descending=True), False

    patch.setattr(SQLCompiler, "_order_by_pairs", backwards)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def locks_name_their_table() -> Iterator[None]:
    """Fail on ``select_for_update()`` over joined tables without ``of=``: it would lock rows nobody meant to."""
    patch = pytest.MonkeyPatch()
    get_from_clause = SQLCompiler.get_from_clause

    @functools.wraps(get_from_clause)
    def checked(self: SQLCompiler) -> Any:
        if self.query.select_for_update and not self.query.select_for_update_of:
            # Only here are the joins of select_related() counted: as_sql() forgets them on its way out.
            tables = [alias for alias, uses in self.query.alias_refcount.items() if uses]
            if len(tables) > 1:
                pytest.fail(f"select_for_update() over {', '.join(tables)} must name its table with of=(…).")
        return get_from_clause(self)

    patch.setattr(SQLCompiler, "get_from_clause", checked)
    yield
    patch.undo()


def forgotten_columns(row: models.Model, update_fields: frozenset[str]) -> set[str]:
    """Return the columns that move with every change and that ``update_fields`` leaves behind."""
    moving = {
        field.name
        for field in row._meta.concrete_fields
        if getattr(field, "auto_now", False) or field.name in MOVING_COLUMNS
    }
    return moving - update_fields


@pytest.fixture(scope="session", autouse=True)
def update_fields_forget_nothing() -> Iterator[None]:
    """Fail when ``save(update_fields=…)`` leaves a column that says when the row last changed."""

    def check(instance: models.Model, update_fields: frozenset[str] | None, **_: Any) -> None:
        forgotten = forgotten_columns(instance, update_fields) if update_fields else set()
        if forgotten:
            pytest.fail(f"save(update_fields=…) of {instance._meta.label} forgets {', '.join(sorted(forgotten))}.")

    pre_save.connect(check, weak=False)
    yield
    pre_save.disconnect(check)
