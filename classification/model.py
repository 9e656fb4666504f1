"""The model as it is used: texts in, probabilities out, with the words behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .encoder import Encoded, ReplyEncoder, mean_of
from .evidence import Votes, deciding_words, margin_shares, words_of
from .head import LABEL_INDEX, LinearHead, blended, label_probabilities, softmax
from .labels import INTENTS, LABELS
from .manifest import Blend, Manifest, read_manifest
from .ngrams import NGramModel, read_ngrams
from .opt_out import asks_to_be_left_alone
from .tokens import ReplyTokenizer, Tokens
from .verdict import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_UNSUBSCRIBE: Final = INTENTS.index("unsubscribe")
OPT_OUT_ABOVE: Final = 0.05
"""From this probability of `unsubscribe` on, no reply counts as Accept: writing on is the dearer mistake (C-7)."""


class Heads(NamedTuple):
    """The linear models of a folder: three over the encoder, one over n-grams."""

    first: LinearHead
    language: LinearHead
    second: LinearHead
    ngrams: NGramModel

    @classmethod
    def load(cls, file: Path) -> Heads:
        """The models in `heads.safetensors`."""
        from safetensors import numpy as safetensors_numpy

        library: Any = safetensors_numpy
        held: dict[str, Any] = library.load_file(file)
        first, language, second = (
            LinearHead(held[f"{name}.weight"], held[f"{name}.bias"]) for name in ("first", "language", "second")
        )
        return cls(first, language, second, NGramModel(held["ngrams.weight"], held["ngrams.bias"]))


class Steps(NamedTuple):
    """The logits of replies: intents after each step of the encoder, labels by the n-grams."""

    first: Floats
    second: Floats
    ngrams: Floats


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
        return cls(manifest, tokenizer, encoder, Heads.load(folder / "heads.safetensors"))

    def judge(self, texts: Sequence[str], outreach: Sequence[str | None]) -> list[Judged]:
        """Each text judged by the n-grams and the first step, and by the second where these are in doubt."""
        return [self._judge(item) for item in self._tokenizer.tokens(texts, outreach)]

    def _judge(self, item: Tokens) -> Judged:
        encoded, head, blend = self._encoder.first(item), self.heads.first, self.manifest.first
        languages = softmax(self.heads.language.logits(mean_of(encoded, item)))
        ngrams = read_ngrams(item.text, item.outreach)
        of_labels = self.heads.ngrams.logits(ngrams)
        intents = blended(blend, encoder=head.logits(encoded.pooled()), ngrams=of_labels)
        if label_probabilities(intents).max() < self.manifest.exit_above:
            encoded, head, blend = self._encoder.second(encoded), self.heads.second, self.manifest.second
            intents = blended(blend, encoder=head.logits(encoded.pooled()), ngrams=of_labels)
        label = _label_of(intents, item.text)
        letters = self.heads.ngrams.votes(ngrams, len(item.text))
        return _judged(item, intents, label, languages, encoded, _votes(encoded, head, letters, blend, intents, label))

    def vectors(self, texts: Sequence[str], outreach: Sequence[str | None]) -> Floats:
        """The second step's vectors, shape (replies, width): what a `ReplyHead` learns from."""
        items = self._tokenizer.tokens(texts, outreach)
        return np.stack([self._encoder.second(self._encoder.first(item)).pooled() for item in items])

    def languages(self, text: str) -> tuple[float, ...]:
        """The probabilities of the languages alone, in the order of `LANGUAGES`, one more for all others."""
        item = self._tokenizer.tokens([text], [None])[0]
        return tuple(softmax(self.heads.language.logits(mean_of(self._encoder.first(item), item))).tolist())


def steps_of(
    tokenizer: ReplyTokenizer,
    encoder: ReplyEncoder,
    heads: Heads,
    texts: Sequence[str],
    outreach: Sequence[str | None],
) -> Steps:
    """The logits of every step for every text, each of shape (replies, classes): what calibration is fitted on."""
    first: list[Floats] = []
    second: list[Floats] = []
    ngrams: list[Floats] = []
    for item in tokenizer.tokens(texts, outreach):
        encoded = encoder.first(item)
        first.append(heads.first.logits(encoded.pooled()))
        second.append(heads.second.logits(encoder.second(encoded).pooled()))
        ngrams.append(heads.ngrams.logits(read_ngrams(item.text, item.outreach)))
    return Steps(np.stack(first), np.stack(second), np.stack(ngrams))


def _label_of(intents: Floats, text: str) -> int:
    label = int(label_probabilities(intents).argmax())
    if LABELS[label] == "accept" and (intents[_UNSUBSCRIBE] >= OPT_OUT_ABOVE or asks_to_be_left_alone(text)):
        return LABELS.index("decline")
    return label


def _votes(encoded: Encoded, head: LinearHead, letters: Floats, blend: Blend, intents: Floats, label: int) -> Votes:
    """Of each token and letter, for the label against all others."""
    labels = label_probabilities(intents)
    shares = margin_shares(labels, label)
    within = intents / np.maximum(labels, 1e-9)[LABEL_INDEX]
    likely = float(np.clip(labels[label], 1e-6, 1 - 1e-6))
    return Votes(
        tokens=np.asarray(blend.encoder * head.votes(encoded) @ (within * shares[LABEL_INDEX]), np.float32),
        attention=encoded.attention,
        letters=np.asarray(blend.ngrams * letters @ shares, np.float32),
        margin=float(np.log(likely / (1 - likely))),
    )


def _judged(item: Tokens, intents: Floats, label: int, languages: Floats, encoded: Encoded, votes: Votes) -> Judged:
    return Judged(
        label=LABELS[label],
        intent=INTENTS[int(np.where(label == LABEL_INDEX, intents, -1).argmax())],
        confidence=min(1.0, float(label_probabilities(intents)[label])),
        languages=tuple(languages.tolist()),
        words=deciding_words(words_of(item.text, item.spans, encoded.places), votes),
    )
