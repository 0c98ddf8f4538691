"""The town, the eyes and the hands of the whole turn: one page of the browser, seen as each role in turn."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import polib
from django.core import mail

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_offer, make_wish, next_monday
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_place, make_skill, make_unit
from reflexes.mechanisms.directory.models import Organisation, Person
from tests.harness.browser import WIDTHS

SRC = Path(__file__).resolve().parents[2] / "src" / "reflexes"
BUTTON = re.compile(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)

# No word of the data below is French or English, so that any such word on a page comes from the house.
NAMES = ("Amina", "Bruno", "Fanny", "Emil", "Diego")


@dataclass
class Town:
    """A host with one site, a cell, a service and its people. ``thursday`` is when hands are missing."""

    host: Person
    coordinator: Person
    manager: Person
    agents: dict[str, Person]
    thursday: date

    def asked_lately(self, person: Person) -> None:
        """Somebody who was asked yesterday: asking again deserves a second look."""
        Offer.objects.filter(person=person).update(last_asked_at=clock.now() - timedelta(days=1))


def build(language: str = "fr") -> Town:
    """Return a town that reads ``language``, where five agents of one service came forward; Diego never gives his mornings."""
    hall = make_organisation("Argentorat")
    home = make_unit(hall, "Atelier Tilia")
    partner = make_organisation("Panorama", kind=Organisation.Kind.ASSOCIATION)
    make_place(partner, "Depot Nord", address="1 rue Nova")
    skill = make_skill("colis")
    agents = {}
    for rank, name in enumerate(NAMES):
        # Each lives a little farther than the one before: who is proposed first is sure.
        agent = make_person(
            name, role=roles.AGENT, unit=home, skills=(skill,), trade="tilia", latitude=48.5839 + rank / 200
        )
        offer = make_offer(agent, weekly_cap=5, greeted_at=clock.now())
        if name == "Diego":
            make_wish(offer, "no_half", "am")
        agents[name] = agent
    town = Town(
        host=make_person("Hugo", role=roles.HOST, organisation=partner, trade=""),
        coordinator=make_person("Claire", role=roles.COORDINATOR, organisation=hall),
        manager=make_person("Maud", role=roles.MANAGER, unit=home),
        agents=agents,
        thursday=next_monday() + timedelta(days=3),
    )
    Person.objects.update(language=language)
    return town


@dataclass
class Hand:
    """What a person's hand does on a phone, timed by the keystroke-level model (Card, Moran and Newell, 1980).

    A tap: 1.35 s to make up one's mind, 1.1 s to aim. A letter: a third of a second, 36 words a minute on a phone (Palin
    and others, MobileHCI 2019, 37,000 people). A new page: 5 s to find one's way.
    """

    taps: int = 0
    letters: int = 0
    pages: int = 0

    def begin(self) -> None:
        """Start counting."""
        self.taps = self.letters = self.pages = 0

    def seconds(self) -> float:
        """Return how long a person needs."""
        return self.taps * (1.35 + 1.1) + self.letters / 3 + self.pages * 5


@dataclass
class Turn:
    """One browser that changes hands: who looks, how wide, and what was looked at."""

    page: Any
    site: str
    sign_in: Any
    assert_accessible: Any
    language: str = "fr"
    typed: list[str] = field(default_factory=list)
    hand: Hand = field(default_factory=Hand)
    looked_at: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)

    def as_person(self, person: Person, width: str = "phone") -> None:
        """Sign in as ``person``, on a phone or at a desk."""
        self.as_nobody(width)
        self.sign_in(self.page, person.user)

    def as_nobody(self, width: str = "phone") -> None:
        """Pick up a screen on which nobody ever signed in, in the language of the turn."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "django_language", "value": self.language, "url": self.site}])
        self.page.set_viewport_size(WIDTHS[width])

    def go(self, path: str, said: int = 200) -> None:
        """Open an address."""
        response = self.page.goto(path if path.startswith("http") else self.site + path)
        assert response.status == said, f"{response.status} on {response.url}"
        self.look()

    def press(self, name: str | re.Pattern[str], said: int = 200) -> None:
        """Press a button that posts, and look at what comes."""
        with self.page.expect_navigation() as navigation:
            self.page.get_by_role("button", name=name).click()
        self.hand.taps += 1
        assert navigation.value.status == said, f"{navigation.value.status} after pressing {name!r}"
        self.look()

    def tick(self, label: str | re.Pattern[str]) -> None:
        """Tick a box or a choice by its words."""
        self.page.get_by_label(label).first.check()
        self.hand.taps += 1

    def write(self, label: str, words: str) -> None:
        """Write in a field found by its words."""
        self.page.get_by_label(label).first.fill(words)
        self.hand.taps += 1
        self.hand.letters += len(words)
        self.typed.append(words)

    def choose(self, label: str, option: str) -> None:
        """Choose in a list: a tap to open it, a tap on the choice."""
        self.page.get_by_label(label).first.select_option(label=option)
        self.hand.taps += 2

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link, and look at what comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        self.look()

    def look(self) -> None:
        """See that the page is accessible, within its policy, one heading at its top, and in one language."""
        self.page.wait_for_load_state()
        self.hand.pages += 1
        self.looked_at.append(self.page.url)
        self.assert_accessible(self.page)
        assert not self.page.evaluate("window.__violations"), self.page.url
        assert self.page.locator("main h1").count() == 1, self.page.url
        self.note_foreign()

    def note_foreign(self) -> None:
        """Note what the page says in the other language: the fixture fails at the end with all of it."""
        path = re.sub(r"https?://[^/]+|[\w-]{40,}", "", self.page.url)
        found = foreign(self.page.evaluate(TEXTS), self.language, self.typed)
        self.foreign |= {f"{self.language}, {path}: {text}" for text in found}

    def reads(self, words: str | re.Pattern[str]) -> None:
        """See that the main part of the page says ``words``, or one of the notices above it."""
        self.page.locator("body").get_by_text(words).first.wait_for()


@contextmanager
def new_mails() -> Iterator[list[Any]]:
    """Give the mails written while the block runs, once it has run."""
    before = len(mail.outbox)
    found: list[Any] = []
    yield found
    found += mail.outbox[before:]


def mail_to(mails: list[Any], person: Person) -> Any:
    """Return the one mail to ``person``."""
    mine = [one for one in mails if one.to == [person.email]]
    assert len(mine) == 1, f"{person}: {[one.subject for one in mine]} among {[(m.to, m.subject) for m in mails]}"
    return mine[0]


def link_of(message: Any, label: str) -> str:
    """Return the address of the button called ``label`` in the mail itself."""
    html = message.alternatives[0].content
    found = [unescape(href) for href, words in BUTTON.findall(html) if label in unescape(words)]
    assert len(found) == 1, f"{label!r} stands {len(found)} times in: {html}"
    return found[0]


TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest('script, [lang]')?.closest('main')) continue;
    found.push(walker.currentNode.textContent.replace(/\\s+/g, ' ').trim());
  }
  for (const one of document.querySelectorAll('main [aria-label], main [placeholder], main [title]'))
    for (const name of ['aria-label', 'placeholder', 'title']) found.push(one.getAttribute(name) ?? '');
  return found.filter((text) => text);
}"""
# Words that no sentence does without.
OF_A_LANGUAGE = {
    "en": re.compile(r"\b(the|and|your|you|with|this|they|them|of|are|is|was|nobody|who)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(le|la|les|des|une|vous|votre|est|pour|avec|dans|qui|ou|et|du)\b|[éèêàçùô]", re.IGNORECASE),
}
OTHER = {"fr": "en", "en": "fr"}


def said_in() -> dict[str, set[str]]:
    """Return every whole sentence of the house, by language, but those that are the same in both."""
    found: dict[str, set[str]] = {"en": set(), "fr": set()}
    for path in SRC.rglob("locale/fr/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete and entry.msgstr:
                found["en"].add(entry.msgid)
                found["fr"].add(entry.msgstr)
    return {"en": found["en"] - found["fr"], "fr": found["fr"] - found["en"]}


_SAID: dict[str, set[str]] = {}


def foreign(texts: list[str], language: str, typed: list[str]) -> list[str]:
    """Return the texts that are in the other language, once what people typed themselves is taken out."""
    if not _SAID:
        _SAID.update(said_in())
    other = OTHER[language]
    found = []
    for text in texts:
        rest = text
        for words in [*typed, "Réflexes"]:
            rest = rest.replace(words, "")
        if rest in _SAID[other] or OF_A_LANGUAGE[other].search(rest):
            found.append(text)
    return found


class Keyboard:
    """Somebody who has no mouse: Tab, the arrows, Space and Enter, and what has the focus can be seen."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def to(self, wanted: Any) -> None:
        """Press Tab until ``wanted`` has the focus."""
        target = wanted.first.element_handle()
        for _press in range(80):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                break
        else:
            raise AssertionError(f"The keyboard never reaches {wanted}.")
        seen = target.evaluate(
            """element => [element, ...element.querySelectorAll('*'), element.parentElement, element.nextElementSibling]
              .filter(Boolean).map(one => getComputedStyle(one))
              .some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)"""
        )
        assert seen, f"Nothing shows that {wanted} has the focus."

    def press(self, key: str, wanted: Any) -> None:
        """Reach ``wanted``, then press ``key`` on it."""
        self.to(wanted)
        self.page.keyboard.press(key)

    def enter(self, name: str | re.Pattern[str]) -> None:
        """Reach a button, press Enter, wait for the page that comes."""
        self.to(self.page.get_by_role("button", name=name))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label: str, words: str) -> None:
        """Reach a field and type over what is there."""
        self.to(self.page.get_by_label(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, label: str, option: str) -> None:
        """Reach a list and type the beginning of the choice."""
        self.to(self.page.get_by_label(label))
        self.page.keyboard.type(option)
