"""The house's own pages: language, display, refusals, weight, living style guide."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory

from reflexes.core import registry
from reflexes.web import errors
from reflexes.web.pages import page, paginate

GUIDE = "/composants/"
CAST = ["member", "partner", "stranger"]


def test_pages_are_compressed_for_whoever_can_read_it(member):
    plain = member.get("/aide/")
    packed = member.get("/aide/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_watchers_of_sites_may_ask_for_the_head_of_a_page(anyone: Client) -> None:
    for address in ("/aide/", GUIDE):
        head = anyone.head(address)
        assert (head.status_code, head.content) == (200, b"")
    assert anyone.head("/langue/").status_code == 405


@pytest.fixture(params=CAST)
def anyone(request: pytest.FixtureRequest) -> Client:
    return request.getfixturevalue(request.param)


def test_everyone_reads_the_guide_in_both_languages(anyone: Client) -> None:
    for code, words in (("fr", "Ce qui attend"), ("en", "What waits")):
        anyone.post("/langue/", {"language": code, "next": GUIDE})
        answer = anyone.get(GUIDE)
        assert answer.status_code == 200
        assert f'<html lang="{code}"' in answer.text
        assert words in answer.text


def test_forms_of_the_guide_may_be_sent_and_keep_nothing(stranger: Client) -> None:
    assert stranger.post(GUIDE, {"what": "x"}).status_code == 204


def test_in_production_the_guide_is_closed_to_strangers(stranger: Client, member: Client, settings: Any) -> None:
    settings.PRODUCTION = True
    for address in (GUIDE, "/composants/progression/"):
        assert stranger.get(address).status_code == 302
        assert member.get(address).status_code == 200


def test_the_language_is_remembered_by_person_and_by_browser(anyone: Client) -> None:
    answer = anyone.post("/langue/", {"language": "en", "next": GUIDE})
    assert answer.status_code == 302
    assert answer.headers["Location"] == GUIDE
    assert anyone.get("/rien/").text.count("There is nothing at this address") > 0


def test_the_browser_chooses_the_language_until_somebody_does(stranger: Client) -> None:
    assert "Components" in stranger.get(GUIDE, headers={"accept-language": "en"}).text
    assert "Composants" in stranger.get(GUIDE, headers={"accept-language": "fi"}).text


@pytest.mark.parametrize("address", ["/langue/", "/affichage/"])
@pytest.mark.parametrize("next_", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(stranger: Client, address: str, next_: str) -> None:
    answer = stranger.post(address, {"language": "fr", "theme": "dark", "next": next_})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/langue/", "/affichage/"])
@pytest.mark.parametrize("value", ["", "xx", "\x00", "🙂" * 500])
def test_an_unknown_choice_is_refused_with_its_sentence(stranger: Client, address: str, value: str) -> None:
    answer = stranger.post(address, {"language": value, "theme": value})
    assert answer.status_code == 422
    assert "Ce choix n’existe pas" in answer.text


def test_the_display_is_set_by_the_server(stranger: Client) -> None:
    assert "data-theme" not in stranger.get(GUIDE).text
    stranger.post("/affichage/", {"theme": "dark", "next": GUIDE})
    answer = stranger.get(GUIDE)
    assert '<html lang="fr" data-theme="dark"' in answer.text
    assert answer.text.count('aria-pressed="true"') == 1
    stranger.cookies["theme"] = '"><script>'
    assert "data-theme" not in stranger.get(GUIDE).text


def test_nothing_at_an_address_is_said_plainly(anyone: Client) -> None:
    answer = anyone.get("/rien/du/tout/")
    assert answer.status_code == 404
    assert "Il n’y a rien à cette adresse" in answer.text
    assert "Rien n’est perdu" in answer.text


def test_each_refusal_says_what_happened_what_is_safe_and_what_to_do(stranger: Client, rf: RequestFactory) -> None:
    request = rf.get("/")
    for answer, status in (
        (errors.bad_request(request, ValueError()), 400),
        (errors.server_error(request), 500),
        (errors.unavailable(request), 503),
        (errors.csrf_failure(request), 403),
    ):
        text = answer.content.decode()
        assert answer.status_code == status
        main = text[text.index("<main") :]
        assert main.count("<h1>") == 1
        assert main.count("<p>") == 2
        assert "button" in main


def test_the_page_of_a_broken_site_asks_nothing_of_the_database(rf: RequestFactory) -> None:
    # No database fixture here: any query would fail this test.
    assert "cassé" in errors.server_error(rf.get("/", headers={"accept-language": "fr"})).content.decode()


def test_a_capacity_that_may_not_is_told_so(rf: RequestFactory, member: Client) -> None:
    request = member.get(GUIDE).wsgi_request
    answer = errors.forbidden(request, PermissionDenied())
    assert answer.status_code == 403
    assert "Rien n’a changé" in answer.content.decode()


def test_a_form_without_its_token_is_told_so(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/langue/", {"language": "fr"})
    assert answer.status_code == 403
    assert "La page a attendu trop longtemps" in answer.text


def test_htmx_receives_the_part_that_the_page_includes(rf: RequestFactory) -> None:
    whole, part = "web/components/pagination.html", "web/includes/mark.html"
    plain, asking = rf.get("/"), rf.get("/", headers={"hx-request": "true"})
    for request in (plain, asking):
        request.htmx = type("Htmx", (), {"boosted": False, "__bool__": lambda self, r=request: r is asking})()
    listed = {"page": paginate(plain, range(30), 10), "numbers": [1, 2, 3]}
    assert "mark-dot" in page(asking, whole, listed, fragment=part).content.decode()
    assert "mark-dot" not in page(plain, whole, listed, fragment=part).content.decode()
    assert "HX-Request" in page(plain, whole, listed).headers["Vary"]


@pytest.mark.parametrize(("asked", "given"), [("2", 2), ("0", 3), ("999", 3), ("x", 1), ("", 1)])
def test_an_impossible_page_number_gives_the_nearest_page(rf: RequestFactory, asked: str, given: int) -> None:
    assert paginate(rf.get("/", {"page": asked}), range(60), 20).number == given


def weight_of(answer: HttpResponse) -> dict[str, int]:
    """Return what a browser fetches for one page, compressed as it travels."""
    html = answer.content.decode()
    weight = {"page": len(gzip.compress(answer.content))}
    found = re.findall(r'(?:src|href)="/static/([^"#]+)', html)
    css = [name for name in found if name.endswith(".css")]
    for sheet in css:
        path = finders.find(sheet)
        assert path
        # A French page draws the Latin subset only; regular, bold and italic at most.
        found += re.findall(r'vendor/fonts/[^"]*latin-(?:400|700)[^"]*woff2', Path(path).read_text())
    for name in set(found):
        path = finders.find(name)
        assert path, name
        content = Path(path).read_bytes()
        weight[name] = len(content) if name.endswith(".woff2") else len(gzip.compress(content))
    return weight


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(stranger: Client) -> None:
    weight = weight_of(stranger.get(GUIDE))
    assert any("htmx" in name for name in weight)
    assert sum("woff2" in name for name in weight) == 3
    assert sum(weight.values()) < 100_000, weight


def test_a_page_says_who_acts_in_which_capacity(member: Client, stranger: Client) -> None:
    assert "Vous agissez comme" in member.get(GUIDE).text
    assert "Vous agissez comme" not in stranger.get(GUIDE).text


def test_every_icon_drawn_is_in_the_sprite(member: Client) -> None:
    sprite = Path(finders.find("vendor/icons/icons.svg")).read_text()
    drawn = set(re.findall(r'icons\.svg#([\w-]+)"', member.get(GUIDE).text))
    assert len(drawn) > 20
    for name in drawn:
        assert f'<symbol id="{name}"' in sprite


def test_every_icon_named_in_a_template_or_a_menu_is_in_the_sprite() -> None:
    sprite = Path(finders.find("vendor/icons/icons.svg")).read_text()
    named = set()
    for path in (settings.SRC_DIR).rglob("*.html"):
        text = path.read_text()
        named |= set(re.findall(r'\{% icon "([\w-]+)"', text)) | set(re.findall(r'icon_name="([\w-]+)"', text))
    named |= {entry.icon for piste in registry.pistes() for entry in piste.menu if entry.icon}
    missing = {name for name in named if f'<symbol id="{name}"' not in sprite}
    assert not missing
