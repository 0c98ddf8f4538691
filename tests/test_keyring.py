"""A key seals, finds, and takes everything with it when it goes (ADR 26)."""

import stat
from pathlib import Path

import pytest
from django.conf import settings

from reflexes.core import keyring


@pytest.fixture
def name() -> str:
    return keyring.make()


def test_what_is_sealed_is_read_back_and_says_nothing(name: str) -> None:
    key = keyring.take(name)
    facts = {"last_name": "Lœwenstein", "phone": "+33639980001"}
    sealed = key.seal(facts)
    assert key.unseal(sealed) == facts
    assert "Lœwenstein" not in sealed
    assert key.seal(facts) != sealed
    assert "seals" not in repr(key)


def test_a_digest_finds_the_same_words_under_the_same_key_alone(name: str) -> None:
    key, other = keyring.take(name), keyring.take(keyring.make())
    assert key.digest("Élodie  SCHAAL") == key.digest("elodie schaal")
    assert key.digest("elodie schaal") != other.digest("elodie schaal")


def test_a_key_lies_in_a_file_that_its_owner_alone_reads(name: str) -> None:
    file = Path(settings.KEYS_DIR) / name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == keyring.KEY_BYTES


def test_once_destroyed_nothing_can_be_read_again(name: str) -> None:
    sealed = keyring.take(name).seal({"last_name": "Schaal"})
    keyring.destroy(name)
    keyring.destroy(name)
    assert not keyring.holds(name)
    with pytest.raises(keyring.KeyGone):
        keyring.take(name)
    with pytest.raises(keyring.SealBroken):
        keyring.take(keyring.make()).unseal(sealed)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 32, "0" * 31])
def test_a_name_that_no_key_can_have_leads_nowhere(wrong: str) -> None:
    with pytest.raises(keyring.KeyGone):
        keyring.take(wrong)


def test_a_key_cut_by_a_full_disk_is_no_key(name: str) -> None:
    (Path(settings.KEYS_DIR) / name).write_bytes(b"half")
    with pytest.raises(keyring.KeyGone):
        keyring.take(name)
