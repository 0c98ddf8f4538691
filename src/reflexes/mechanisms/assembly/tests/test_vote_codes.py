"""Codes of letters: easy to say and to type, a slip is told from a guess, nothing kept but keyed digests."""

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from reflexes.mechanisms.assembly.services import codes

free_signs = st.text(alphabet=codes.SIGNS, min_size=codes.LENGTH - 1, max_size=codes.LENGTH - 1)


def whole(free: str) -> str:
    return free + codes._check_sign(free)


def test_no_code_has_signs_that_look_or_sound_alike() -> None:
    assert len(codes.SIGNS) == 19
    assert not set(codes.SIGNS) & set("0O1IQ5S8BZ6GVNPDCE") - set("68")
    for one, other in ("2Z", "8B", "6G", "UV", "MN", "FS", "TD", "TP"):
        assert not {one, other} <= set(codes.SIGNS)


@given(free_signs)
def test_a_code_is_read_back_however_it_is_typed(free: str) -> None:
    code = whole(free)
    for typed in (code, codes.shown(code), codes.shown(code).lower().replace("-", " "), f" {code} "):
        assert codes.read(typed) == code


@given(free_signs, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.SIGNS))
def test_any_single_wrong_sign_is_a_slip(free: str, place: int, sign: str) -> None:
    code = whole(free)
    typed = code[:place] + sign + code[place + 1 :]
    if typed == code:
        assert codes.read(typed) == code
    else:
        with pytest.raises(codes.Mistyped) as slip:
            codes.read(typed)
        assert slip.value.why == "check"


@given(free_signs, st.integers(0, codes.LENGTH - 1), st.integers(0, codes.LENGTH - 1))
def test_any_two_signs_swapped_are_a_slip(free: str, one: int, other: int) -> None:
    signs = list(whole(free))
    signs[one], signs[other] = signs[other], signs[one]
    typed = "".join(signs)
    if typed == whole(free):
        return
    with pytest.raises(codes.Mistyped):
        codes.read(typed)


@pytest.mark.parametrize(
    ("typed", "why"), [("", "length"), ("2346", "length"), ("2346-789A-FHJ!", "sign"), ("O" * 12, "sign")]
)
def test_what_is_no_code_is_said(typed: str, why: str) -> None:
    with pytest.raises(codes.Mistyped) as slip:
        codes.read(typed)
    assert slip.value.why == why


@given(st.text())
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        assert len(codes.read(typed)) == codes.LENGTH
    except codes.Mistyped as slip:
        assert slip.why in {"length", "sign", "check"}


def test_a_sign_read_for_another_is_forgiven() -> None:
    code = whole("2826U826U82")
    assert codes.read(code.replace("8", "B").replace("2", "z").replace("6", "g").replace("U", "v")) == code


def test_drawn_codes_differ_and_are_whole() -> None:
    drawn = {codes.draw() for _number in range(2_000)}
    assert len(drawn) == 2_000
    assert all(codes.read(code) == code for code in drawn)


def test_the_digest_needs_the_secret_and_the_vote() -> None:
    code = whole("2346789AFHJ")
    kept = codes.digest_of(1, code)
    assert kept != codes.digest_of(2, code)
    with override_settings(SECRET_KEY="another secret"):
        assert kept not in codes.digests_of(1, code)
    with override_settings(SECRET_KEY="another secret", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert kept in codes.digests_of(1, code)
