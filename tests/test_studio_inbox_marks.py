"""The words that decided a label, in the reply as it was written (C-4)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overture.classification import DecidingWord, Verdict
from overture.classification.normal import normalise
from overture.studio.inbox_marks import mark_words


def _verdict(text: str, *words: DecidingWord) -> Verdict:
    return Verdict(
        label="accept", intent="interested", confidence=0.9, needs_review=False, language="en", text=text, words=words
    )


def _word(text: str, part: str) -> DecidingWord:
    return DecidingWord(text=part, start=normalise(text).index(part), weight=0.5)


def _marked(text: str, *parts: str) -> list[str]:
    verdict = _verdict(text, *(_word(text, part) for part in parts))
    return [piece.text for piece in mark_words(verdict).pieces if piece.weight is not None]


def test_c4_words_are_marked_as_the_candidate_typed_them() -> None:
    text = "Thanks — I’m  very\n\ninterested!!!!!!  Let’s talk…"
    assert _marked(text, "I'm", "interested!!!", "Let's") == ["I’m", "interested!!!!!!", "Let’s"]
    assert _marked("ｎｏ thanks, e\u0301te\u0301", "no", "été") == ["ｎｏ", "e\u0301te\u0301"]
    assert _marked("ぜひお話を聞かせてください", "ぜひ", "聞") == ["ぜひ", "聞"]


def test_c4_a_word_that_stands_nowhere_is_named_beside_the_text() -> None:
    marked = mark_words(
        _verdict(
            "I am away", DecidingWord(text="out of office", weight=0.6), DecidingWord(text="home", start=2, weight=0.4)
        )
    )
    assert marked.elsewhere == ("out of office", "home")
    assert [piece.text for piece in marked.pieces] == ["I am away"]


@given(st.text(max_size=60), st.data())
def test_c4_the_pieces_are_the_reply_and_each_mark_is_its_word(text: str, data: st.DataObject) -> None:
    verdict = _verdict(text)
    words = [word for word in normalise(verdict.text).split(" ") if word]
    if words:
        chosen = data.draw(st.sampled_from(words))
        verdict = _verdict(text, _word(verdict.text, chosen))
    marked = mark_words(verdict)
    assert "".join(piece.text for piece in marked.pieces) == verdict.text
    assert marked.elsewhere == ()
    assert [normalise(piece.text) for piece in marked.pieces if piece.weight] == [word.text for word in verdict.words]
