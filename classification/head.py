"""The linear head over the encoder's vectors: probabilities of intents, and what each token gave to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .labels import INTENTS, LABEL_OF, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .encoder import Encoded

    Floats = NDArray[np.float32]

LABEL_INDEX: Final = np.array([LABELS.index(LABEL_OF[intent]) for intent in INTENTS])
"""For each intent, in the order of `INTENTS`, the index of its label in `LABELS`."""


class LinearHead(NamedTuple):
    """`logits = (pooled @ weight.T + bias) / temperature`; weight has shape (classes, width)."""

    weight: Floats
    bias: Floats
    temperature: float = 1.0

    def logits(self, pooled: Floats) -> Floats:
        """Shape (replies, classes), from vectors of shape (replies, width)."""
        return np.asarray((pooled @ self.weight.T + self.bias) / self.temperature, np.float32)

    def probabilities(self, pooled: Floats) -> Floats:
        """Softmax of the logits."""
        return softmax(self.logits(pooled))

    def evidence(self, encoded: Encoded, row: int) -> Floats:
        """What each token adds to each logit, shape (tokens, classes); with the bias they add up to the logits."""
        votes = encoded.attention[row][:, None] * (encoded.hidden[row] @ self.weight.T) / self.temperature
        return np.asarray(votes, np.float32)


def softmax(logits: Floats) -> Floats:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def label_probabilities(intents: Floats) -> Floats:
    """Shape (replies, labels), from the probabilities of their intents."""
    return np.stack([intents[:, index == LABEL_INDEX].sum(axis=1) for index in range(len(LABELS))], axis=1)
