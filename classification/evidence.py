"""Which words of a reply decided its label (C-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .scripts import script_of
from .verdict import DecidingWord

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST_WORDS: Final = 8


class Word(NamedTuple):
    """A word of the normalised text and the columns of its tokens."""

    text: str
    start: int
    columns: list[int]


def words_of(text: str, spans: Sequence[tuple[int, int]], places: NDArray[np.int64]) -> list[Word]:
    """The words that tokens stand for; where a script writes no spaces, each token is a word.

    places: for each column the token it holds, counted with the start token, as in `Encoded.places`.
    """
    words: list[Word] = []
    end_of_last = -1
    tokens: list[int] = places.tolist()
    for column, place in enumerate(tokens):
        if not 1 <= place <= len(spans):
            continue
        start, end = spans[place - 1]
        while start < end and text[start] == " ":
            start += 1
        if start == end:
            continue
        joined = start == end_of_last and not (_is_unspaced(text[start]) and _is_unspaced(text[start - 1]))
        if start < end_of_last or joined:
            last = words[-1]
            words[-1] = Word(text[last.start : end], last.start, [*last.columns, column])
        else:
            words.append(Word(text[start:end], start, [column]))
        end_of_last = end
    return words


class Votes(NamedTuple):
    """What speaks for the label that was given, in log-odds.

    tokens: (tokens,), by the encoder; attention: (tokens,), its weights; letters: (characters,), by the n-grams;
    margin: that of the label over all others, with whatever no word gives.
    """

    tokens: Floats
    attention: Floats
    letters: Floats
    margin: float


def margin_shares(labels: Floats, label: int) -> Floats:
    """What one more log-odd of each label does to the margin of the one that was given, shape (labels,)."""
    shares = -labels / max(1e-9, 1 - float(labels[label]))
    shares[label] = 1.0
    return np.asarray(shares, np.float32)


def deciding_words(words: Sequence[Word], votes: Votes) -> tuple[DecidingWord, ...]:
    """The fewest words without which the label would, by the model's own sums, be another; heaviest first."""
    of_tokens = [float(votes.tokens[word.columns].sum()) for word in words]
    of_letters = [float(votes.letters[word.start : word.start + len(word.text)].sum()) for word in words]
    given = [first + second for first, second in zip(of_tokens, of_letters, strict=True)]
    order = sorted((index for index, vote in enumerate(given) if vote > 0), key=lambda index: -given[index])
    total = sum(given[index] for index in order)
    tokens_left, letters_left, attention_left = float(votes.tokens.sum()), float(votes.letters.sum()), 1.0
    rest = votes.margin - tokens_left - letters_left
    chosen: list[int] = []
    for index in order[:MOST_WORDS]:
        chosen.append(index)
        tokens_left, letters_left = tokens_left - of_tokens[index], letters_left - of_letters[index]
        attention_left -= float(votes.attention[words[index].columns].sum())
        # The words that stay share the attention among them.
        if tokens_left / max(attention_left, 0.05) + letters_left + rest < 0:
            break
    return tuple(
        DecidingWord(text=words[index].text, start=words[index].start, weight=round(given[index] / total, 4))
        for index in chosen
    )


def _is_unspaced(character: str) -> bool:
    return script_of(character) in {"han", "kana"}
