"""The model as it is used: texts in, probabilities out, with the words behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .encoder import Encoded, ReplyEncoder, mean_of
from .evidence import deciding_words, words_of
from .head import LABEL_INDEX, LinearHead, label_probabilities, softmax
from .labels import INTENTS, LABELS
from .manifest import Manifest, read_manifest
from .tokens import ReplyTokenizer, Tokens
from .verdict import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_UNSUBSCRIBE: Final = INTENTS.index("unsubscribe")
OPT_OUT_ABOVE: Final = 0.05
"""From this probability of `unsubscribe` on, no reply counts as Accept: writing on is the dearer mistake (C-7)."""


class Heads(NamedTuple):
    """The linear heads of a model."""

    first: LinearHead
    language: LinearHead
    second: LinearHead

    @classmethod
    def load(cls, file: Path, manifest: Manifest) -> Heads:
        """The heads in `heads.safetensors`, with the temperatures of the manifest."""
        from safetensors import numpy as safetensors_numpy

        library: Any = safetensors_numpy
        tensors: dict[str, Floats] = library.load_file(file)
        return cls(
            LinearHead(tensors["first.weight"], tensors["first.bias"], manifest.first_temperature),
            LinearHead(tensors["language.weight"], tensors["language.bias"]),
            LinearHead(tensors["second.weight"], tensors["second.bias"], manifest.second_temperature),
        )


class ReplyModel:
    """Tokenizer, encoder and heads of one model folder."""

    def __init__(self, manifest: Manifest, tokenizer: ReplyTokenizer, encoder: ReplyEncoder, heads: Heads) -> None:
        self.manifest, self.heads = manifest, heads
        self._tokenizer, self._encoder = tokenizer, encoder

    @classmethod
    def load(cls, folder: Path) -> ReplyModel:
        """The model in a folder, checked against its manifest.

        Raises:
            InputError: the folder is no model, or was changed.
        """
        manifest = read_manifest(folder)
        encoder = ReplyEncoder.load(folder)
        tokenizer = ReplyTokenizer.load(folder / "tokenizer.json")
        return cls(manifest, tokenizer, encoder, Heads.load(folder / "heads.safetensors", manifest))

    def judge(self, texts: Sequence[str], outreach: Sequence[str | None]) -> list[Judged]:
        """Each text judged by the first step, and by the second where the first is in doubt.

        One at a time: 8-bit activations are scaled by all that is in a batch, so that in a batch a reply's label would
        depend on its neighbours; on one core a batch is hardly faster.
        """
        items = self._tokenizer.tokens(texts, outreach)
        return [self._judge(item) for item in items]

    def _judge(self, item: Tokens) -> Judged:
        encoded, head = self._encoder.first([item]), self.heads.first
        languages = self.heads.language.probabilities(mean_of(encoded, item))[0]
        logits = head.logits(encoded.pooled())
        if label_probabilities(softmax(logits)).max() < self.manifest.exit_above:
            encoded, head = self._encoder.second(encoded), self.heads.second
            logits = head.logits(encoded.pooled())
        return _judged(item, encoded, logits[0], languages, head)

    def vectors(self, texts: Sequence[str], outreach: Sequence[str | None]) -> Floats:
        """The second step's vectors, shape (replies, width): what a `ReplyHead` learns from."""
        return encode_all(self._tokenizer, self._encoder, texts, outreach)[1]

    def languages(self, text: str) -> tuple[float, ...]:
        """The probabilities of the languages alone, in the order of `LANGUAGES`, one more for all others."""
        item = self._tokenizer.tokens([text], [None])[0]
        mean = mean_of(self._encoder.first([item]), item)
        return tuple(self.heads.language.probabilities(mean)[0].tolist())


def encode_all(
    tokenizer: ReplyTokenizer, encoder: ReplyEncoder, texts: Sequence[str], outreach: Sequence[str | None]
) -> tuple[Floats, Floats]:
    """The vectors of both steps for every text, each of shape (replies, width)."""
    first: list[Floats] = []
    second: list[Floats] = []
    for item in tokenizer.tokens(texts, outreach):
        encoded = encoder.first([item])
        first.append(encoded.pooled()[0])
        second.append(encoder.second(encoded).pooled()[0])
    return np.stack(first), np.stack(second)


def _judged(item: Tokens, encoded: Encoded, logits: Floats, languages: Floats, head: LinearHead) -> Judged:
    intents = softmax(logits)
    labels = label_probabilities(intents[None])[0]
    label = int(labels.argmax())
    if LABELS[label] == "accept" and intents[_UNSUBSCRIBE] >= OPT_OUT_ABOVE:
        label = LABELS.index("decline")
    words = words_of(item.text, item.spans, encoded.places[0])
    return Judged(
        label=LABELS[label],
        intent=INTENTS[int(np.where(label == LABEL_INDEX, intents, -1).argmax())],
        confidence=min(1.0, float(labels[label])),
        languages=tuple(languages.tolist()),
        words=deciding_words(words, head.evidence(encoded, 0), encoded.attention[0], logits, label),
    )
