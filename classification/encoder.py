"""The two-step encoder: a few layers for every reply, the rest only for those still in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .tokens import Tokens, pad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

KEPT_TOKENS: Final = 48
"""Tokens of a long reply that the second step reads: those that the first one found to matter most."""


class Encoded(NamedTuple):
    """What a step makes of a batch of replies.

    hidden: (replies, tokens, width); attention: (replies, tokens), adds up to 1 over a reply's tokens;
    places: (replies, tokens), which token of the reply each column stands for, -1 for padding.
    """

    hidden: Floats
    attention: Floats
    places: NDArray[np.int64]

    def pooled(self) -> Floats:
        """The replies as vectors, shape (replies, width): the tokens by their attention."""
        return np.asarray(np.einsum("rt,rtw->rw", self.attention, self.hidden), np.float32)


def mean_of(encoded: Encoded, item: Tokens) -> Floats:
    """The plain mean of a reply's own tokens, shape (1, width): there a language is a direction, whatever is said."""
    return np.asarray(encoded.hidden[0, : item.own].mean(axis=0, keepdims=True), np.float32)


class ReplyEncoder:
    """Runs `first.onnx` and `second.onnx` on one thread, so that a service decides on its own concurrency."""

    def __init__(self, first: Any, second: Any) -> None:
        self._first, self._second = first, second

    @classmethod
    def load(cls, folder: Path) -> ReplyEncoder:
        """The encoder of a model folder."""
        import onnxruntime  # pyright: ignore[reportMissingTypeStubs]  # it ships none

        runtime: Any = onnxruntime
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # they keep the memory of the longest batch
        sessions: list[Any] = [
            runtime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("first.onnx", "second.onnx")
        ]
        return cls(*sessions)

    def first(self, items: Sequence[Tokens]) -> Encoded:
        """The first step over all tokens of a batch."""
        batch = pad(items)
        hidden, attention = self._first.run(None, {"ids": batch.ids, "mask": batch.mask, "kinds": batch.kinds})
        places = (np.arange(batch.ids.shape[1], dtype=np.int64) + 1) * batch.mask - 1
        return Encoded(hidden, attention, places)

    def second(self, encoded: Encoded) -> Encoded:
        """The second step over the tokens that matter most, in their order."""
        kept = encoded
        if encoded.attention.shape[1] > KEPT_TOKENS:
            columns = np.sort(np.argpartition(-encoded.attention, KEPT_TOKENS - 1, axis=1)[:, :KEPT_TOKENS], axis=1)
            kept = Encoded(
                np.take_along_axis(encoded.hidden, columns[:, :, None], axis=1),
                np.take_along_axis(encoded.attention, columns, axis=1),
                np.take_along_axis(encoded.places, columns, axis=1),
            )
        mask = (kept.places >= 0).astype(np.int64)
        hidden, attention = self._second.run(None, {"hidden": kept.hidden, "mask": mask})
        return Encoded(hidden, attention, kept.places)
