"""Which words of a reply decided its label (C-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .head import LABEL_INDEX
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


def deciding_words(
    words: Sequence[Word], evidence: Floats, attention: Floats, logits: Floats, label: int
) -> tuple[DecidingWord, ...]:
    """The fewest words without which the label would, by the head's own sum, be another; heaviest first.

    evidence: (tokens, intents); attention: (tokens,); logits: (intents,); label: its index in `LABELS`.
    """
    of_label: NDArray[np.bool_] = np.equal(LABEL_INDEX, label)
    for_label = _share(logits, of_label)
    against = _share(logits, ~of_label)
    margin = _log_sum(logits[of_label]) - _log_sum(logits[~of_label])
    token_votes = evidence @ (for_label - against)
    votes = [float(token_votes[word.columns].sum()) for word in words]
    weights = [float(attention[word.columns].sum()) for word in words]
    rest = margin - float(token_votes.sum())
    order = sorted((index for index, vote in enumerate(votes) if vote > 0), key=lambda index: -votes[index])
    total = sum(votes[index] for index in order)
    chosen: list[int] = []
    left, share = float(token_votes.sum()), 1.0
    for index in order[:MOST_WORDS]:
        chosen.append(index)
        left, share = left - votes[index], share - weights[index]
        if left / max(share, 0.05) + rest < 0:
            break
    return tuple(
        DecidingWord(text=words[index].text, start=words[index].start, weight=round(votes[index] / total, 4))
        for index in chosen
    )


def _is_unspaced(character: str) -> bool:
    return script_of(character) in {"han", "kana"}


def _share(logits: Floats, chosen: NDArray[np.bool_]) -> Floats:
    raised = np.where(chosen, np.exp(logits - logits.max()), 0.0)
    return np.asarray(raised / raised.sum(), np.float32)


def _log_sum(logits: Floats) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))
