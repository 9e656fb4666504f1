"""Vectors of the corpus in a file that survives being cut off anywhere (F-4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from overture.classification.encoder import Encoded
from overture.classification.tokens import Tokens
from overture.feedback.retraining_vectors import encode, encode_corpus

WIDTH = 4


class CountingEncoder:
    """Makes a vector of the ids, and counts how often it is asked; stops with an error after `most`."""

    def __init__(self, most: int = 10_000) -> None:
        self.asked, self.most = 0, most

    def first(self, item: Tokens) -> Encoded:
        """Of one token."""
        if self.asked == self.most:
            raise KeyboardInterrupt
        self.asked += 1
        return Encoded(np.full((1, WIDTH), sum(item.ids), np.float32), np.ones(1, np.float32), np.zeros(1, np.int64))

    def second(self, encoded: Encoded) -> Encoded:
        """The same, turned round."""
        return encoded._replace(hidden=-encoded.hidden)


def items_of(*numbers: int) -> list[Tokens]:
    return [Tokens([0, number, 2], 3, [], f"text {number}") for number in numbers]


def vectors(encoder: Any, items: list[Tokens], file: Path) -> list[float]:
    found = encode_corpus(encoder, items, file)
    assert (found.first == -found.second).all()
    assert found.first.shape == (len(items), WIDTH)
    return [float(each) for each in found.first[:, 0]]


def test_f4_what_is_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    file, encoder = tmp_path / "vectors" / "a.bin", CountingEncoder()
    assert vectors(encoder, items_of(5, 6, 5), file) == [7, 8, 7]
    assert encoder.asked == 2
    assert vectors(encoder, items_of(9, 6), file) == [11, 8]
    assert encoder.asked == 3


def test_f4_a_run_that_is_stopped_goes_on(tmp_path: Path) -> None:
    file, first, numbers = tmp_path / "a.bin", CountingEncoder(most=150), list(range(10, 210))
    with pytest.raises(KeyboardInterrupt):
        vectors(first, items_of(*numbers), file)
    second, told = CountingEncoder(), list[tuple[int, int]]()
    encode_corpus(second, items_of(*numbers), file, counted=lambda done, total: told.append((done, total)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a double
    assert 50 <= second.asked < 200
    assert told[-1] == (200, 200)


@pytest.mark.parametrize("kept", [0, 3, 20, 67, 68, 69, 71, 120, 136, 200])
def test_f4_a_file_that_is_cut_off_anywhere_loses_only_its_last_record(kept: int, tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    vectors(CountingEncoder(), items_of(1, 2, 3), file)
    record = file.stat().st_size // 3
    file.write_bytes(file.read_bytes()[:kept])
    encoder = CountingEncoder()
    assert vectors(encoder, items_of(1, 2, 3), file) == [3, 4, 5]
    assert encoder.asked == 3 - min(3, kept // record)
    assert file.stat().st_size == 3 * record


def test_f4_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    vectors(CountingEncoder(), items_of(1, 2), file)
    data = bytearray(file.read_bytes())
    data[50] ^= 8
    file.write_bytes(data)
    encoder = CountingEncoder()
    assert vectors(encoder, items_of(1, 2), file) == [3, 4]
    assert encoder.asked == 2


def test_f3_corrections_are_encoded_and_kept_nowhere(tmp_path: Path) -> None:
    encoder: Any = CountingEncoder()
    found = encode(encoder, items_of(4, 4))
    assert found.first[:, 0].tolist() == [6, 6]
    assert encoder.asked == 2
    assert not list(tmp_path.iterdir())
