"""Numbers and spans of time are read as they are written, and rounded no further than they say (D-10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_checks import CONTEXT, codes_in

from overture.generation.numbers import ANY_CURRENCY, NUMBER_WORDS, find_digits, is_said, read_words, word_for

_ONES = [word_for(value) for value in range(20)]
_TENS = [word_for(value) for value in range(20, 100, 10)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("from 34 to 19 minutes", [34, 19]),
        ("47,810 or 47.8k or 47 810", [47810, 47800, 47810]),
        ("2.3 million trips, 5M rows", [2_300_000, 5_000_000]),
        ("52–60 thousand", [52_000, 60_000]),
        ("₹42–50 lakh", [4_200_000, 5_000_000]),
        ("480ms, 3D, 10x, 18th", [480, 3, 10, 18]),
        ("k8s, S3, EC2, v1.2.3, Web3", []),
        ("in 2019, in the 1990s", [2019, 1990]),
        ("24/7", [24, 7]),
        ("the end of 12.", [12]),
    ],
)
def test_d10_digits_are_read(text: str, values: list[float]) -> None:
    assert [number.values[0] for number in find_digits(text)] == values


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("£47,810", "GBP"),
        ("CHF 90", "CHF"),
        ("90 kr, 90 NOK", None),
        ("KES145,000", "KES"),
        ("AU$5", "AUD"),
        ("$5", ""),
        ("5 euros", "EUR"),
        ("39,000 kroner", ANY_CURRENCY),
        ("17.20 €", "EUR"),
        ("5 patients", None),
    ],
)
def test_d10_currencies_are_read(text: str, currency: str | None) -> None:
    assert find_digits(text)[0].currency == currency


@given(st.integers(0, 10**9))
def test_d10_a_whole_number_is_read_however_it_is_grouped(value: int) -> None:
    for text in (f"{value}", f"{value:,}", f"about {value:,} of them", f"({value})"):
        (number,) = find_digits(text)
        assert number.values == (value,)
        assert text[number.start : number.end].replace(",", "") == str(value)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for number in find_digits(text):
        assert 0 <= number.start < number.end <= len(text)
        assert any(map(str.isdigit, text[number.start : number.end]))


@given(st.integers(0, 19), st.integers(2, 9), st.integers(1, 9))
def test_d10_numbers_in_words_are_read(small: int, tens: int, ones: int) -> None:
    assert read_words([_ONES[small]], 0) == (((float(small)),), 1.0, 0, 1, False, False, None, True, 1.0)
    two = read_words([_TENS[tens - 2], _ONES[ones], "nurses"], 0)
    hundred = read_words([_ONES[ones], "hundred", "and", _TENS[tens - 2]], 0)
    assert two is not None
    assert hundred is not None
    assert (two.values, two.end) == ((tens * 10 + ones,), 2)
    assert (hundred.values, hundred.end) == ((ones * 100 + tens * 10,), 4)


@given(st.lists(st.sampled_from([*sorted(NUMBER_WORDS), "and", "per", "cent", "nurses"]), min_size=1, max_size=8))
def test_any_words_are_read_without_an_error(words: list[str]) -> None:
    number = read_words(words, 0)
    assert number is None or 0 < number.end <= len(words)


@given(st.integers(1, 10**6))
def test_d10_a_number_is_said_by_itself_and_not_by_another(value: int) -> None:
    (number,) = find_digits(str(value))
    assert is_said(number, {float(value)})
    assert not is_said(number, {float(value) + 1})


def test_d10_a_number_may_be_rounded_to_the_digits_it_is_said_with() -> None:
    (thousands,) = find_digits("47k")
    (about,) = find_digits("1,100")
    assert is_said(thousands, {47810.0})
    assert not is_said(thousands, {49000.0})
    assert is_said(about, {1150.0}, about=True)
    assert not is_said(about, {1150.0})
    assert not is_said(about, {1900.0}, about=True)


@pytest.mark.parametrize(
    "sentence",
    [
        "You have been at Zaplata for five years.",
        "You have spent more than five years at Zaplata.",
        "After nearly six years at Zaplata you may want a change.",
        "You had four years at Wiosna Labs.",
        "With almost ten years of backend work you have seen a few ledgers.",
        "You moved to Zaplata five years ago.",
    ],
)
def test_d10_a_duration_that_dates_make_is_let_pass(sentence: str) -> None:
    assert codes_in(sentence) == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "You have been at Zaplata for eight years.",
        "You had two years at Wiosna Labs.",
        "You have fifteen years of backend work behind you.",
        "You moved to Zaplata two years ago.",
        "You have done this for three decades.",
    ],
)
def test_d10_a_duration_that_no_dates_make_is_found(sentence: str) -> None:
    assert "unsupported_date" in codes_in(sentence)


def test_d10_since_and_until_are_not_mixed_up() -> None:
    assert CONTEXT.today is not None
    assert "unsupported_date" in codes_in("You have been at Zaplata since 2017.")
    assert "unsupported_date" in codes_in("You were at Wiosna Labs until 2017.")
    assert codes_in("You were at Wiosna Labs from January 2017 until February 2021.") == set()
