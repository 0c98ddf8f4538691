"""An undefined template variable is a fault, in our templates; the libraries' own are left alone."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Node

SRC = str(Path(__file__).resolve().parents[2] / "src")


class UndefinedVariable(str):
    """Stands where Django would write an empty string, and fails when it would be written in our templates."""

    def __new__(cls) -> "UndefinedVariable":
        return super().__new__(cls, "%s")

    def __mod__(self, variable: object) -> str:
        origin = origin_of_caller()
        if origin.startswith(SRC):
            pytest.fail(f"Undefined template variable {variable} in {origin.removeprefix(SRC).lstrip('/')}")
        return ""


def origin_of_caller() -> str:
    """Return the file of the template node being rendered."""
    frame = sys._getframe(1)
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back  # type: ignore[assignment]
    return ""


@pytest.fixture(scope="session", autouse=True)
def undefined_variables_fail() -> Iterator[None]:
    """Make every template engine strict."""
    strict = UndefinedVariable()
    for backend in engines.all():
        backend.engine.string_if_invalid = strict  # type: ignore[attr-defined]
    yield
