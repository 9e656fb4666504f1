# pyright: basic, reportMissingImports=false
# wordfreq is not installed when types are checked; it is needed once, to choose the pieces.
"""Which pieces of the base model's vocabulary are kept: those that the ten languages use most.

The base model has 250,000 pieces for a hundred languages; four in five of them never come up here, and their vectors
are four fifths of its size. Word frequencies are those of the package `wordfreq` (Speer 2022).
"""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .base_model import BaseModel

_FILE: Final = "vocabulary.json.gz"
_SPECIAL: Final = 4
_WORDS: Final = 60_000
_PIECES: Final = {"en": 14_000, "de": 8_000, "hi": 5_000}
_PIECES_OF_OTHERS: Final = 7_000
_UNSPACED: Final = frozenset({"ja", "zh"})
_ONE_CASE: Final = frozenset({"hi", "ja", "zh"})
_CAPITALISED: Final = 0.2
_EMOJI: Final = 0x1F000
_LATIN_END: Final = 0x250


def read_pieces() -> tuple[list[str], list[float]]:
    """The pieces that were chosen, with their scores; the first four are the special ones."""
    held = json.loads(gzip.decompress((resources.files("overture.classification") / "data" / _FILE).read_bytes()))
    return [piece for piece, _ in held], [score for _, score in held]


def choose_pieces(base: BaseModel) -> list[int]:
    """The places of the pieces to keep, in order."""
    from .export import make_tokenizer

    tokenizer = make_tokenizer(base.pieces, [float(score) for score in base.scores])
    place = {piece: index for index, piece in enumerate(base.pieces)}
    kept = set(range(_SPECIAL))
    letters: Counter[str] = Counter()
    for language in ("en", "es", "fr", "de", "pt", "it", "nl", "hi", "ja", "zh"):
        used: defaultdict[int, float] = defaultdict(float)
        for word, frequency in _words(language):
            forms = [(word, 1.0)] if language in _ONE_CASE else [(word, 1.0), (word.capitalize(), _CAPITALISED)]
            for form, share in forms:
                for piece in tokenizer.encode(form, add_special_tokens=False).ids:
                    used[piece] += frequency * share
            if language in _UNSPACED:
                for part in (word, *word):
                    if part in place:
                        used[place[part]] += frequency
            letters.update(word)
        by_use = sorted(used, key=lambda piece: -used[piece])
        kept.update(by_use[: _PIECES.get(language, _PIECES_OF_OTHERS)])
    kept.update(place[letter] for letter, count in letters.items() if count > 1 and letter in place)
    kept.update(index for index, piece in enumerate(base.pieces) if _is_sign(piece))
    return sorted(kept)


def _words(language: str) -> Iterator[tuple[str, float]]:
    import wordfreq  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    for rank, word in enumerate(wordfreq.top_n_list(language, _WORDS)):
        # Ranks stand for frequencies where the package would have to cut words apart first.
        frequency = 1 / (rank + 10) if language in _UNSPACED else wordfreq.word_frequency(word, language)
        yield unicodedata.normalize("NFKC", word), frequency


def _is_sign(piece: str) -> bool:
    """Punctuation, emoji and single Latin letters, with or without the space before them."""
    bare = piece.removeprefix("▁")
    if len(bare) == 1 and (ord(bare) < _LATIN_END or ord(bare) >= _EMOJI):
        return True
    return 0 < len(piece) <= 3 and not any(character.isalnum() or character == "▁" for character in piece)
