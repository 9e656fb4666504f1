"""Which pieces of the base model's vocabulary are kept: those that the ten languages use most.

The base model has 250,000 pieces for a hundred languages; four in five of them never come up here, and their vectors
are four fifths of its size. The list in `data/vocabulary.json.gz` is where training starts from. It was made once, by
the frequencies that the package `wordfreq` (Speer 2022) gives the words of each language: the 14,000 pieces that
English uses most, 8,000 for German, 5,000 for Hindi, 7,000 for each other language, and signs, emoji and letters.
"""

from __future__ import annotations

import gzip
import json
from importlib import resources
from typing import Final

_FILE: Final = "vocabulary.json.gz"


def read_pieces() -> tuple[list[str], list[float]]:
    """The pieces that were chosen, with their scores; the first four are the special ones."""
    held = json.loads(gzip.decompress((resources.files("overture.classification") / "data" / _FILE).read_bytes()))
    return [piece for piece, _ in held], [score for _, score in held]
