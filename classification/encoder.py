"""The two-step encoder: a few layers for every reply, the rest only for those still in doubt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

KEPT_TOKENS: Final = 48
"""Tokens of a long reply that the second step reads: those that the first one found to matter most."""


class Encoded(NamedTuple):
    """What a step makes of a reply.

    hidden: (tokens, width); attention: (tokens,), adds up to 1; places: (tokens,), which token of the reply each is.
    """

    hidden: Floats
    attention: Floats
    places: NDArray[np.int64]

    def pooled(self) -> Floats:
        """The reply as a vector, shape (width,): its tokens by their attention."""
        return np.asarray(self.attention @ self.hidden, np.float32)


def mean_of(encoded: Encoded, item: Tokens) -> Floats:
    """The plain mean of a reply's own tokens, shape (width,): there a language is a direction, whatever is said."""
    return np.asarray(encoded.hidden[: item.own].mean(axis=0), np.float32)


class ReplyEncoder:
    """Runs `first.onnx` and `second.onnx` on one thread, so that a service decides on its own concurrency.

    One reply at a time: 8-bit activations are scaled by all that is in a batch, so that in a batch a reply's label
    would depend on its neighbours; on one core a batch is hardly faster.
    """

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

    def first(self, item: Tokens) -> Encoded:
        """The first step over all tokens."""
        ids = np.array([item.ids], np.int64)
        kinds = np.zeros_like(ids)
        kinds[0, item.own :] = 1
        hidden, attention = self._first.run(None, {"ids": ids, "mask": np.ones_like(ids), "kinds": kinds})
        return Encoded(hidden[0], attention[0], np.arange(ids.shape[1], dtype=np.int64))

    def second(self, encoded: Encoded) -> Encoded:
        """The second step over the tokens that matter most, in their order."""
        kept = encoded
        if len(encoded.attention) > KEPT_TOKENS:
            chosen = np.sort(np.argpartition(-encoded.attention, KEPT_TOKENS - 1)[:KEPT_TOKENS])
            kept = Encoded(encoded.hidden[chosen], encoded.attention[chosen], encoded.places[chosen])
        mask = np.ones((1, len(kept.places)), np.int64)
        hidden, attention = self._second.run(None, {"hidden": kept.hidden[None], "mask": mask})
        return Encoded(hidden[0], attention[0], kept.places)
