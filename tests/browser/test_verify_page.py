"""The page that verifies a draw: opened from a disk or from the site, it says what the script says, forged or not."""

import copy
import json
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find

from reflexes.engines.lottery import Departure, drawn, own_line, publish, sealed, select, verify, with_departures
from reflexes.engines.lottery.tests.test_draw import FORGERIES, SAID, SOURCES, town
from reflexes.engines.lottery.verify_draw import sha256
from tests.harness.browser import WIDTHS


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    problem = town()
    published = publish(problem, select(problem, tickets=50), sources=SOURCES)
    after = drawn(published, SAID, [[], []])
    return with_departures(after, [Departure(person, "illness") for person in after["draw"]["panel"][:3]])


def records(record: dict[str, Any]) -> dict[str, Any]:
    """Return what the page is given: true, forged, forged with its commitment, before the draw, without its pool."""
    every = {"true": record, "sealed": sealed(record), "a word": "word", "nothing": {}}
    every["before"] = {name: record[name] for name in ("plan", "commitment", "pool")}
    for name, (forge, _codes) in FORGERIES.items():
        forged = copy.deepcopy(record)
        forge(forged)
        every[name] = forged
        every[f"{name}, commitment again"] = {**forged, "commitment": sha256(forged["plan"])}
    return every


def test_from_a_disk_the_page_finds_what_the_script_finds(browser: Any, record: dict[str, Any]) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"file://{find('lottery/verify.html')}")
    for name, one in records(record).items():
        theirs = page.evaluate("one => window.verifyDraw(one)", one)
        ours = verify(one)
        assert [(found["code"], found["ok"]) for found in theirs] == [(found.code, found.ok) for found in ours], name
        figures = [found.params for found in ours if found.code == "bound"]
        assert [found["params"] for found in theirs if found["code"] == "bound"] == figures, name
    page.close()
    assert not faults


def test_a_resident_verifies_a_record_and_their_own_line_on_the_site(
    page: Any, live_server: Any, assert_accessible: Any, record: dict[str, Any]
) -> None:
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/static/lottery/verify.html")
    assert_accessible(page)
    page.get_by_label("Votre pseudonyme").fill("p007")
    content = json.dumps(record, ensure_ascii=False).encode()
    page.set_input_files("#record", {"name": "draw.json", "mimeType": "application/json", "buffer": content})
    page.get_by_text("Tout est vrai.").wait_for()
    assert "Rang au classement" in page.locator("#own").inner_text()
    page.get_by_label("Votre pseudonyme").fill(json.dumps(own_line(record, "p007")))
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_text("Cette ligne appartient à la liste annoncée.").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="English").click()
    page.get_by_text("Everything is true.").wait_for()

    forged = {**record, "draw": {**record["draw"], "panel": record["draw"]["panel"][::-1]}}
    content = json.dumps(forged).encode()
    page.set_input_files("#record", {"name": "draw.json", "mimeType": "application/json", "buffer": content})
    page.get_by_text("Something is false.").wait_for()
    assert page.locator("li[data-code=panel]").inner_text().startswith("False.")
