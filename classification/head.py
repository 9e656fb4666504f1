"""The linear heads over the encoder's vectors, and how their view of the label is blended with that of the n-grams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .labels import INTENTS, LABEL_OF, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .encoder import Encoded
    from .manifest import Blend

    Floats = NDArray[np.float32]

LABEL_INDEX: Final = np.array([LABELS.index(LABEL_OF[intent]) for intent in INTENTS])
"""For each intent, in the order of `INTENTS`, the index of its label in `LABELS`."""
_TINY: Final = 1e-9


class LinearHead(NamedTuple):
    """`logits = pooled @ weight.T + bias`; weight has shape (classes, width)."""

    weight: Floats
    bias: Floats

    def logits(self, pooled: Floats) -> Floats:
        """Shape (classes,), from a vector of shape (width,); or a row of them for each row of vectors."""
        return np.asarray(pooled @ self.weight.T + self.bias, np.float32)

    def probabilities(self, pooled: Floats) -> Floats:
        """Softmax of the logits."""
        return softmax(self.logits(pooled))

    def votes(self, encoded: Encoded) -> Floats:
        """What each token adds to each logit, shape (tokens, classes); with the bias they add up to the logits."""
        return np.asarray(encoded.attention[:, None] * (encoded.hidden @ self.weight.T), np.float32)


def blended(blend: Blend, *, encoder: Floats, ngrams: Floats) -> Floats:
    """Probabilities of intents, shape (..., intents), from the logits of intents and of labels.

    Within a label the intents keep the shares that the encoder gives them.
    """
    intents = softmax(encoder)
    labels = np.maximum(label_probabilities(intents), _TINY)
    together = softmax(np.asarray(blend.encoder * np.log(labels) + blend.ngrams * ngrams, np.float32))
    return np.asarray(intents * (together / labels)[..., LABEL_INDEX], np.float32)


def softmax(logits: Floats) -> Floats:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def label_probabilities(intents: Floats) -> Floats:
    """Shape (..., labels), from the probabilities of their intents."""
    return np.stack([intents[..., index == LABEL_INDEX].sum(axis=-1) for index in range(len(LABELS))], axis=-1)
