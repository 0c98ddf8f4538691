"""The rules of the house, each shown a good and a bad example, then the house itself."""

from pathlib import Path

import pytest

from scripts import check_house as house

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "inline-style": "src/reflexes/web/templates/web/a.html",
    "inline-script": "src/reflexes/web/templates/web/a.html",
    "outside-asset": "src/reflexes/web/templates/web/a.html",
    "exclamation": "src/reflexes/web/locale/fr/LC_MESSAGES/django.po",
}


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.code)
def test_a_rule_sees_its_bad_example_and_lets_its_good_one_pass(rule) -> None:
    place = PLACES.get(rule.code, "src/reflexes/core/a.py")
    assert list(rule.faults(place, rule.bad))
    assert not list(rule.faults(place, rule.good))


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("src/reflexes/mechanisms/a.py", 'KIND = "my_piste"', "slug"),
        ("src/reflexes/engines/a.py", "# as my_piste does", "slug"),
        ("src/reflexes/pistes/lab/my_piste/a.py", 'KIND = "my_piste"', ""),
        ("src/reflexes/mechanisms/a.py", "def do_this(actor): 'Say.'", "prefix"),
        ("src/reflexes/mechanisms/a.py", "def do_this(*, now, actor): 'Say.'", "prefix"),
        ("src/reflexes/mechanisms/a.py", "def do_this(*, actor, now): 'Say.'", ""),
        ("src/reflexes/mechanisms/a.py", "def access_need(pk, actor): 'Say.'", "prefix"),
        ("src/reflexes/mechanisms/a.py", "def access_need(actor, pk): 'Say.'", ""),
        ("src/reflexes/pistes/lab/a/views.py", "def access_need(request, pk): 'Say.'", ""),
        ("src/reflexes/core/a.py", "def open_it(): pass", "docstring"),
        ("src/reflexes/core/a.py", "def _open_it(): pass", ""),
        ("src/reflexes/core/a.py", "class Half(models.TextChoices): pass", ""),
        ("src/reflexes/core/a.py", "import random\nrandom.random()", "seed"),
        ("src/reflexes/core/a.py", "from random import Random\nRandom()", "seed"),
        ("src/reflexes/core/a.py", "import random\nrandom.Random('1').random()", ""),
        ("src/reflexes/core/a.py", "\n" * 900, "length"),
    ],
)
def test_a_fault_of_shape_is_seen(path: str, text: str, fault: str) -> None:
    found = [advice for _line, advice in house.faults_of(path, text, ["my_piste"])]
    assert all(advice.startswith(fault) for advice in found) if fault else not found
    assert bool(found) is bool(fault)


def test_every_piste_is_known_by_its_folder() -> None:
    assert house.slugs()
    assert all((ROOT / "src").glob(f"reflexes/pistes/*/{slug}/piste.py") for slug in house.slugs())


def test_the_house_keeps_its_rules() -> None:
    faults = [
        f"{name}:{line}: {advice}"
        for name in house.files()
        for line, advice in house.faults_of(name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]
    assert not faults, "\n".join(faults)
