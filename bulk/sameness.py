"""How alike the drafts of a run are, found as they come, in memory that does not grow with their number (D-11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from overture.generation.draft import Draft
from overture.near_duplicates import PERMUTATIONS, THRESHOLD, minhash, numbers_of, word_shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOO_ALIKE: Final = THRESHOLD
REMEMBERED: Final = 65_536
"""So many signatures are looked at, the newest: 16 MB."""
_BANDS: Final = 16
_ROWS: Final = PERMUTATIONS // _BANDS
_BUCKETS: Final = 16_384
_WAYS: Final = 4


def signature_of(draft: Draft) -> bytes:
    """The MinHash of what its writer wrote: greeting, signature and custom content left out.

    Raises:
        MissingExtraError: `overture[bulk]` is not installed.
    """
    body = draft.body
    if draft.assembled is not None:
        start, end = draft.assembled.message
        body = body[start:end]
        if draft.assembled.custom is not None and draft.assembled.custom[0] < end:
            body = body.replace(draft.body[slice(*draft.assembled.custom)], " ")
    return minhash(word_shingles(body), extra="bulk")


class Sameness:
    """The newest signatures, found by bands of their numbers; each band's bucket holds the last four.

    The likeness it gives is that to the nearest it finds: at 0.85 and above it finds practically each that it
    remembers, below 0.5 it may find none.
    """

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        import numpy as np

        # written to at once, so that the memory is taken now and not little by little
        self._signatures: NDArray[Any] = np.full((remembered, PERMUTATIONS), 0, dtype=np.uint32)
        self._buckets: NDArray[Any] = np.full((_BANDS, _BUCKETS, _WAYS), -1, dtype=np.int64)
        self._bands = np.arange(_BANDS)
        self._factors = np.random.default_rng(1).integers(1, 2**63, size=_ROWS, dtype=np.uint64) | np.uint64(1)
        self._count = 0
        self.remembered = remembered

    def fill(self, signatures: Iterable[bytes]) -> None:
        """Remember the signatures of an earlier part of the run, the newest first."""
        for signature in reversed(list(signatures)):
            self.remember(signature)

    def nearest(self, signature: bytes) -> float:
        """The likeness to the nearest draft that is found, 0 to 1; 0 where none is."""
        import numpy as np

        numbers = numbers_of(signature)
        found = self._buckets[self._bands, self._places(numbers)].ravel()
        found = found[found >= max(0, self._count - len(self._signatures))]
        if not len(found):
            return 0.0
        others = self._signatures[np.unique(found) % len(self._signatures)]
        return float((others == numbers).mean(axis=1).max())

    def remember(self, signature: bytes) -> None:
        """Those that come later are compared with it."""
        numbers = numbers_of(signature)
        self._signatures[self._count % len(self._signatures)] = numbers
        self._buckets[self._bands, self._places(numbers), self._count % _WAYS] = self._count
        self._count += 1

    def _places(self, numbers: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        mixed = (numbers.reshape(_BANDS, _ROWS).astype(np.uint64) * self._factors).sum(axis=1, dtype=np.uint64)
        places: NDArray[Any] = ((mixed >> np.uint64(40)) % np.uint64(_BUCKETS)).astype(np.int64)
        return places
