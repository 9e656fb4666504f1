"""Words and runs of letters as a linear model sees them: quick, and wrong about other replies than the encoder is.

The features are hashed into a table of fixed size (Weinberger et al., ICML 2009), so that no vocabulary is kept.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

BUCKETS: Final = 1 << 17
_LETTERS: Final = (2, 3, 4, 5)
_WORDS: Final = (1, 2)
_MOST_CHARACTERS: Final = 2_000
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXER: Final = np.uint64(0xBF58476D1CE4E5B9)
_WORD: Final = re.compile(r"\S+")
_SHIFT: Final = np.uint64(29)


class NGrams(NamedTuple):
    """The n-grams of one reply, repeats included: bucket, value, first character and the one after the last.

    The outreach's n-grams follow those of the reply; they have no place in it (start and end are 0). The values of a
    reply's buckets have length 1 when each is taken once.
    """

    buckets: Places
    values: Floats
    starts: Places
    ends: Places


class _Grams(NamedTuple):
    """The hashes of some n-grams and where they stand."""

    hashes: Hashes
    starts: Places
    ends: Places


class NGramModel(NamedTuple):
    """Log-odds of labels: weight has shape (BUCKETS, labels), bias (labels,)."""

    weight: NDArray[np.float16]
    bias: Floats

    def logits(self, found: NGrams) -> Floats:
        """Shape (labels,)."""
        return np.asarray(found.values @ self.weight[found.buckets].astype(np.float32) + self.bias, np.float32)

    def votes(self, found: NGrams, length: int) -> Floats:
        """What each character of the reply gives to each logit, shape (length, labels): n-grams spread over theirs."""
        own = found.ends > found.starts
        starts, ends = found.starts[own], found.ends[own]
        share = self.weight[found.buckets[own]].astype(np.float32)
        share *= (found.values[own] / (ends - starts))[:, None]
        steps = np.zeros((length + 1, share.shape[1]), np.float32)
        np.add.at(steps, starts, share)
        np.subtract.at(steps, ends, share)
        return np.asarray(steps.cumsum(axis=0)[:length], np.float32)


def read_ngrams(text: str, outreach: str = "") -> NGrams:
    """The n-grams of a normalised reply and of the words that it answers; of a long one, of its beginning and end."""
    parts = [_read_part(part, at) for at, part in _ends_of(_lower(text))]
    asked = _word_grams(_lower(outreach[-_MOST_CHARACTERS:]), salt=2).hashes
    nowhere = np.zeros(len(asked), np.int64)
    hashes = np.concatenate([*(part.hashes for part in parts), asked])
    buckets = (hashes % np.uint64(BUCKETS)).astype(np.int64)
    _, inverse, counts = np.unique(buckets, return_inverse=True, return_counts=True)
    damped = 1 + np.log(counts)
    shared = damped / counts / (np.linalg.norm(damped) or 1.0)
    starts = np.concatenate([*(part.starts for part in parts), nowhere])
    ends = np.concatenate([*(part.ends for part in parts), nowhere])
    return NGrams(buckets, np.asarray(shared[inverse], np.float32), starts, ends)


def _ends_of(text: str) -> list[tuple[int, str]]:
    half = _MOST_CHARACTERS // 2
    if len(text) <= _MOST_CHARACTERS:
        return [(0, text)]
    return [(0, text[:half]), (len(text) - half, text[-half:])]


def _lower(text: str) -> str:
    """Lower case of the same length, so that places stay true."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _read_part(text: str, at: int) -> _Grams:
    letters = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    found = [_word_grams(text, salt=1)]
    for size in _LETTERS:
        hashes = _hashes(letters, size, salt=0)
        starts: Places = np.arange(-1, len(hashes) - 1, dtype=np.int64)  # the space before the text has no place in it
        found.append(_Grams(hashes, starts.clip(0), (starts + size).clip(0, len(text))))
    return _Grams(
        np.concatenate([grams.hashes for grams in found]),
        np.concatenate([grams.starts for grams in found]) + at,
        np.concatenate([grams.ends for grams in found]) + at,
    )


def _word_grams(text: str, *, salt: int) -> _Grams:
    words = list(_WORD.finditer(text))
    codes = np.array([zlib.crc32(word[0].encode("utf-8", "surrogatepass")) for word in words], np.uint64)
    starts = np.array([word.start() for word in words], np.int64)
    ends = np.array([word.end() for word in words], np.int64)
    sizes = [size for size in _WORDS if len(words) >= size]
    if not sizes:
        return _Grams(codes, starts, ends)
    return _Grams(
        np.concatenate([_hashes(codes, size, salt=salt) for size in sizes]),
        np.concatenate([starts[: len(words) - size + 1] for size in sizes]),
        np.concatenate([ends[size - 1 :] for size in sizes]),
    )


def _hashes(codes: Hashes, size: int, *, salt: int) -> Hashes:
    """One 64-bit hash for each run of `size` codes (the mixing steps of SplitMix64)."""
    count = max(0, len(codes) - size + 1)
    hashes = np.full(count, salt * 100 + size, np.uint64)
    for place in range(size):
        hashes = hashes * _MULTIPLIER + codes[place : place + count]
        hashes = (hashes ^ (hashes >> _SHIFT)) * _MIXER
        hashes ^= hashes >> _SHIFT
    return hashes
