"""A static page that stands alone keeps its script once files are named by their content."""

import re
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.core.management import call_command
from django.test import override_settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "reflexes.web.storage.Storage"},
}


def test_the_page_that_verifies_a_draw_finds_its_files_in_production(tmp_path):
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=tmp_path, WHITENOISE_KEEP_ONLY_HASHED_FILES=True):
        call_command("collectstatic", interactive=False, verbosity=0)
    (page,) = (tmp_path / "lottery").glob("verify.*.html")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.read_text(encoding="utf-8"))
    assert len(named) == 3
    for name in named:
        assert re.search(r"\.[0-9a-f]{12}\.(js|css|py)$", name)
        assert (page.parent / name).is_file()


def test_the_script_served_is_the_engine_s_own():
    from reflexes.engines.lottery import verify_draw

    assert Path(find("lottery/verify_draw.py")).read_bytes() == Path(verify_draw.__file__).read_bytes()
