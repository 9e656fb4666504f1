"""From texts to token ids, as the encoder reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from .normal import normalise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

START: Final = 0
PAD: Final = 1
END: Final = 2
TEXT_TOKENS: Final = 126
"""Most tokens of a reply that are read: of a longer one the first and the last half of them."""
OUTREACH_TOKENS: Final = 48
"""Most tokens of the recruiter's message that are read: its end, where the question stands."""


class Tokens(NamedTuple):
    """One reply as tokens: `ids` with the outreach behind it, where its own tokens end, their offsets in its text.

    `text` and `outreach` are normalised.
    """

    ids: list[int]
    own: int
    spans: list[tuple[int, int]]
    text: str
    outreach: str = ""


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
        questions = [normalise(text or "") for text in outreach]
        asked = self._tokenizer.encode_batch(questions, add_special_tokens=False)
        made: list[Tokens] = []
        for text, reply, question, ahead in zip(plain, replies, questions, asked, strict=True):
            ids, spans = reply.ids, reply.offsets
            if len(ids) > TEXT_TOKENS:
                half = TEXT_TOKENS // 2
                ids, spans = ids[:half] + ids[-half:], spans[:half] + spans[-half:]
            behind = [*ahead.ids[-OUTREACH_TOKENS:], END] if question else []
            made.append(Tokens([START, *ids, END, *behind], len(ids) + 2, spans, text, question))
        return made
