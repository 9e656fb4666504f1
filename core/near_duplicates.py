"""How alike two texts are, by MinHash over runs of words: signatures of 64 numbers, compared without the texts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from overture.errors import MissingExtraError

if TYPE_CHECKING:
    from numpy.typing import NDArray

THRESHOLD: Final = 0.85
"""The estimated share of shingles in common from which texts are near-duplicates."""
PERMUTATIONS: Final = 64
_SHINGLE: Final = 3
_WORD: Final = re.compile(r"\w+")
_TALL: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def word_shingles(text: str) -> set[bytes]:
    """Runs of three words, case left out; of characters where a script has no blanks."""
    plain = text.lower()
    words: list[str] = list(_WORD.findall(plain))
    if not words:
        return {plain.strip().encode()}
    if _TALL.search(plain):
        letters = "".join(words)
        return {letters[i : i + _SHINGLE].encode() for i in range(max(1, len(letters) - _SHINGLE + 1))}
    return {" ".join(words[i : i + _SHINGLE]).encode() for i in range(max(1, len(words) - _SHINGLE + 1))}


def minhash(shingles: set[bytes], *, extra: str) -> bytes:
    """The MinHash of a set: 64 numbers of four bytes. `extra` is named where datasketch is not installed.

    Raises:
        MissingExtraError: datasketch is not installed.
    """
    hashed = _blank(extra).copy()
    hashed.update_batch(sorted(shingles))
    import numpy as np

    return bytes(hashed.hashvalues.astype(np.uint32).tobytes())


def likeness(a: bytes, b: bytes) -> float:
    """The estimated share of shingles that two texts have in common."""
    return float((numbers_of(a) == numbers_of(b)).mean())


def alike(signature: bytes, others: Sequence[bytes]) -> list[bool]:
    """Which of many texts are near-duplicates of one; at once, since a text may share a band with thousands."""
    import numpy as np

    if not others:
        return []
    table = np.frombuffer(b"".join(others), dtype=np.uint32).reshape(len(others), PERMUTATIONS)
    shared = np.count_nonzero(table == numbers_of(signature), axis=1)
    those: list[bool] = (shared >= THRESHOLD * PERMUTATIONS).tolist()
    return those


def numbers_of(signature: bytes) -> NDArray[Any]:
    """The numbers of a signature, shape (64,)."""
    import numpy as np

    return np.frombuffer(signature, dtype=np.uint32)


@lru_cache(maxsize=1)
def _blank(extra: str) -> Any:
    try:
        datasketch: Any = import_module("datasketch")  # it ships no types
    except ImportError as error:
        raise MissingExtraError(extra, needed_for="finding near-duplicates") from error
    return datasketch.MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
