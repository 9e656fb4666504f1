"""Untrusted text on its way to a terminal (D-13)."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from overture.cli.text import plain


@given(st.text())
def test_d13_no_terminal_control_reaches_a_terminal(text: str) -> None:
    shown = plain(text)
    assert not [character for character in shown if unicodedata.category(character) == "Cc" and character not in "\n\t"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(alphabet=st.characters(exclude_categories=["C"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert plain(text) == text
