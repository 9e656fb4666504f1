"""From texts to padded token ids, as the encoder reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .normal import normalise

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

START: Final = 0
PAD: Final = 1
END: Final = 2
TEXT_TOKENS: Final = 126
"""Most tokens of a reply that are read: of a longer one the first and the last half of them."""
OUTREACH_TOKENS: Final = 48
"""Most tokens of the recruiter's message that are read: its end, where the question stands."""


class Tokens(NamedTuple):
    """One reply as tokens: `ids` with the outreach behind it, where its own tokens end, their offsets in its text."""

    ids: list[int]
    own: int
    spans: list[tuple[int, int]]
    text: str


class Batch(NamedTuple):
    """Padded arrays of shape (replies, tokens), int64: ids, 1 for a token and 0 for padding, 1 for the outreach."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    kinds: NDArray[np.int64]


class ReplyTokenizer:
    """Cuts normalised text into the pieces of the encoder's vocabulary."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path) -> ReplyTokenizer:
        """The tokenizer in a `tokenizer.json`."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)))

    def tokens(self, texts: Sequence[str], outreach: Sequence[str | None]) -> list[Tokens]:
        """The tokens of each reply; `spans` are character offsets in the normalised reply, without the outreach."""
        plain = [normalise(text) for text in texts]
        replies = self._tokenizer.encode_batch(plain, add_special_tokens=False)
        asked = iter(
            self._tokenizer.encode_batch([normalise(text) for text in outreach if text], add_special_tokens=False)
        )
        made: list[Tokens] = []
        for text, reply, question in zip(plain, replies, outreach, strict=True):
            ids, spans = reply.ids, reply.offsets
            if len(ids) > TEXT_TOKENS:
                half = TEXT_TOKENS // 2
                ids, spans = ids[:half] + ids[-half:], spans[:half] + spans[-half:]
            behind = [*next(asked).ids[-OUTREACH_TOKENS:], END] if question else []
            made.append(Tokens([START, *ids, END, *behind], len(ids) + 2, spans, text))
        return made


def pad(items: Sequence[Tokens]) -> Batch:
    """One batch of the length of its longest item."""
    shape = (len(items), max(len(item.ids) for item in items))
    ids, mask, kinds = np.full(shape, PAD, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, item in enumerate(items):
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = 1
        kinds[row, item.own : len(item.ids)] = 1
    return Batch(ids, mask, kinds)
