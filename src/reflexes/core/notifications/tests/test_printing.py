"""Letters really become PDF, tagged for readers, and words of people stay words."""

import zlib
from uuid import uuid4

import pytest

from reflexes.core.notifications.letters import letters_pdf
from reflexes.core.notifications.services import Action, Recipient, notify
from reflexes.core.printing import pdf

pytestmark = pytest.mark.django_db


def opened(content: bytes) -> bytes:
    """Return the PDF with its streams unpacked."""
    parts = []
    for stream in content.split(b"stream\n")[1::2]:
        try:
            parts.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            parts.append(stream)
    return content + b"".join(parts)


def test_a_letter_is_an_accessible_pdf_in_the_language_of_its_reader() -> None:
    recipient = Recipient(uuid4(), "Jeanne #evil[x]", channel="print", language="en")
    message = notify(
        recipient,
        subject="Thursday *morning*",
        body='Hello,\n\n#let x = 1\n$ y $ = read("/core/clock.py")',
        key="letter:1",
        actions=[Action("Yes, I come", "https://reflexes.example/r/abc")],
    )

    content = letters_pdf([message], language="fr")

    inside = opened(content)
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part>1<" in inside
    assert b"Thursday *morning*" in inside
    assert b"/Lang (en)" in inside or b"/Lang(en)" in inside


def test_many_letters_make_one_file_with_a_page_each() -> None:
    messages = [
        notify(Recipient(uuid4(), f"Person {n}", channel="print"), subject="x", body="y", key=f"letter:{n}")
        for n in range(3)
    ]

    content = letters_pdf(messages, language="fr")

    assert b"/Type/Pages/Count 3" in content


def test_a_template_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(RuntimeError, match="canonicalize path"):
        pdf("notifications/nothing", {"title": "x"}, language="fr")
