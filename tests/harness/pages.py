"""Every HTML answer of the test client is read: tokens in forms, nothing inline, ids once, pages that read only read."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client

WRITE = re.compile(r"""^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+["`]?(\w+)""", re.IGNORECASE)
# What a page that reads may write: the session, the record of who read what, limits on attempts.
MAY_WRITE = frozenset({"django_session", "privacy_viewrecord"})
HANDLER = re.compile(r"^on[a-z]+$")
DATA_SCRIPTS = frozenset({"application/json", "application/ld+json", "importmap"})


class PageReader(HTMLParser):
    """Gathers the faults of one HTML answer, each in one sentence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.form: dict[str, Any] | None = None
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.labels_open = 0

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        self.check_inline(tag, attributes)
        identity = attributes.get("id")
        if identity:
            if identity in self.ids:
                self.faults.append(f'The id "{identity}" stands twice.')
            self.ids.add(identity)
        if tag == "form":
            self.form = {
                "method": attributes.get("method", "get").lower(),
                "token": False,
                "at": attributes.get("action", ""),
            }
        elif tag == "label":
            self.labels_open += 1
            self.labelled.add(attributes.get("for", ""))
        elif tag in {"input", "select", "textarea"}:
            self.read_field(tag, attributes)
        elif tag == "img" and "alt" not in attributes:
            self.faults.append(f"An image has no alt: {attributes.get('src', '')}")

    def check_inline(self, tag: str, attributes: dict[str, str]) -> None:
        """Refuse what the Content-Security-Policy would refuse in a browser, and what comes from outside."""
        handlers = [name for name in attributes if HANDLER.match(name)]
        if "style" in attributes or tag == "style":
            self.faults.append(f"Inline style in <{tag}>.")
        if handlers:
            self.faults.append(f"Inline script in <{tag} {handlers[0]}>.")
        if tag == "script" and "src" not in attributes and attributes.get("type") not in DATA_SCRIPTS:
            self.faults.append("Inline script.")
        source = attributes.get("src") or (attributes.get("href") if tag == "link" else "") or ""
        if re.match(r"(https?:)?//", source) and attributes.get("rel") not in {"canonical", "alternate"}:
            self.faults.append(f"An asset comes from outside: {source}")
        if attributes.get("href", "").lower().startswith("javascript:"):
            self.faults.append("A link runs a script.")

    def read_field(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the token of the form, and fields that no label names."""
        if attributes.get("name") == "csrfmiddlewaretoken" and self.form is not None:
            self.form["token"] = bool(attributes.get("value"))
        if attributes.get("type") in {"hidden", "submit", "button", "reset", "image"}:
            return
        if not self.labels_open and not {"aria-label", "aria-labelledby"} & attributes.keys():
            self.fields.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.labels_open = max(0, self.labels_open - 1)
        if tag == "form" and self.form is not None:
            if self.form["method"] == "post" and not self.form["token"]:
                self.faults.append(f'A POST form has no CSRF token (action "{self.form["at"]}").')
            self.form = None

    def finish(self) -> list[str]:
        """Return every fault."""
        self.close()
        for tag, attributes in self.fields:
            if attributes.get("id", "") not in self.labelled - {""}:
                self.faults.append(f'No label names <{tag} name="{attributes.get("name", "")}">.')
        return self.faults


def faults_of(html: str) -> list[str]:
    """Return what is wrong in ``html``, in sentences."""
    reader = PageReader()
    reader.feed(html)
    return reader.finish()


def tables_written(statement: str) -> str:
    """Return the table that ``statement`` writes, or nothing."""
    found = WRITE.match(statement)
    return found.group(2).lower() if found else ""


def only_reads(written: list[str]) -> Callable[..., Any]:
    """Return an execute wrapper that notes the tables written."""

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        table = tables_written(str(sql))
        if table and table not in MAY_WRITE:
            written.append(table)
        return execute(sql, params, many, context)

    return wrapper


@pytest.fixture(autouse=True)
def pages_are_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail on what the eye misses in any HTML answer, and on a GET that writes."""
    request = Client.request

    def checked(self: Client, **environ: Any) -> Any:
        method = environ.get("REQUEST_METHOD", "GET")
        written: list[str] = []
        if method in {"GET", "HEAD"}:
            with connection.execute_wrapper(only_reads(written)):
                response = request(self, **environ)
        else:
            response = request(self, **environ)
        where = f"{method} {environ.get('PATH_INFO', '')}"
        if written:
            pytest.fail(f"{where} only reads, yet it wrote in {', '.join(sorted(set(written)))}.")
        readable = not response.streaming and "Content-Encoding" not in response.headers
        if response.headers.get("Content-Type", "").startswith("text/html") and readable:
            faults = faults_of(response.content.decode(response.charset))
            if faults:
                pytest.fail(f"{where}: " + " ".join(faults))
        return response

    monkeypatch.setattr(Client, "request", checked)
    yield
