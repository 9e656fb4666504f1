"""What of a reply model is linear: fitted anew on the vectors of an encoder that stays as it is, without torch.

`training` uses it for a new model, batch retraining for a challenger (F-4).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from overture.base import Value
from overture.errors import InputError

from .augment import harm
from .calibration import fit_blend, fit_thresholds
from .clean import clean_reply
from .examples import Example, Split, read_corpus, read_other_languages, read_outreach
from .head import LinearHead, blended, label_probabilities
from .labels import INTENTS, LABELS
from .ngrams import BUCKETS, read_ngrams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .manifest import Blend
    from .model import Steps
    from .tokens import ReplyTokenizer, Tokens

    Floats = NDArray[np.float32]

SECOND_LABEL_SHARE: Final = 0.3
"""What the intent of the second label has of a row's target where the two differ."""
_NEVER: Final = -30.0
_LEAST: Final = 1e-12


class Material(Value):
    """What is learned from: the examples of each split, neutral outreach by language, replies in other languages."""

    folder: Path | None = None
    splits: dict[Split, tuple[Example, ...]]
    outreach: dict[str, tuple[str, ...]]
    others: tuple[Example, ...]

    @property
    def learned(self) -> tuple[Example, ...]:
        """The rows that the model that is shipped learns from."""
        return (*self.splits["train"], *self.splits["extra"])


class Targets(NamedTuple):
    """What rows should give, shape (rows, intents), and how much each counts.

    A row adds up to 1; where `is_open`, only its label is known, and every intent of the label is 1.
    """

    intents: Floats
    is_open: NDArray[np.bool_]
    weights: Floats


class Calibration(NamedTuple):
    """The fitted blends and thresholds of a manifest."""

    first: Blend
    second: Blend
    exit_above: float
    review_below: float


def read_material(folder: Path | None = None) -> Material:
    """The corpus folder; what is learned from is cleaned as replies are when the model is used (C-6), the test is raw.

    Raises:
        InputError: a split is empty, or a line is not an example.
    """
    splits: dict[Split, list[Example]] = {"train": [], "extra": [], "calibration": [], "test": []}
    for example in read_corpus(folder):
        cleaned = "" if example.split == "test" else clean_reply(example.text).text
        splits[example.split].append(example.model_copy(update={"text": cleaned}) if cleaned else example)
    for split, rows in splits.items():
        if not rows and split != "extra":
            raise InputError(f"no agreed examples of the split {split!r}", path=str(folder), field="split")
    return Material(
        folder=folder,
        splits={split: tuple(rows) for split, rows in splits.items()},
        outreach=read_outreach(folder),
        others=read_other_languages(folder),
    )


def digest_of_rows(material: Material) -> str:
    """The SHA-256 of all rows that trained and calibrated a model."""
    digest = hashlib.sha256()
    for split in ("train", "extra", "calibration"):
        for row in material.splits[split]:
            digest.update(row.model_dump_json().encode())
    return digest.hexdigest()


def read_rows(
    rows: Sequence[Example], tokenizer: ReplyTokenizer, *, epoch: int, outreach: dict[str, tuple[str, ...]]
) -> list[Tokens]:
    """The rows as tokens: as they are for epoch -1, with small harms in all others."""
    rng = random.Random(epoch)
    pairs = [(row.text, row.outreach) if epoch < 0 else harm(row, rng=rng, outreach=outreach) for row in rows]
    return tokenizer.tokens([text for text, _ in pairs], [asked or None for _, asked in pairs])


def soft_intents(rows: Sequence[Example]) -> Floats:
    """What each row should give, shape (rows, intents); where the two labels differ in intent, both have a share."""
    wanted = np.zeros((len(rows), len(INTENTS)), np.float32)
    for at, row in enumerate(rows):
        second = row.second_intent or row.intent
        wanted[at, INTENTS.index(row.intent)] += 1 - SECOND_LABEL_SHARE
        wanted[at, INTENTS.index(second)] += SECOND_LABEL_SHARE
    return wanted


def fit_ngrams(
    items: Iterator[Tokens] | Sequence[Tokens],
    labels: NDArray[np.int64],
    *,
    strength: float,
    weights: Floats | None = None,
) -> dict[str, Floats]:
    """The linear model over hashed n-grams, as `heads.safetensors` names it; labels are indices in `LABELS`."""
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]  # it ships none
    from sklearn import linear_model  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    matrices: Any = sparse
    models: Any = linear_model
    buckets: list[NDArray[np.int32]] = []
    values: list[Floats] = []
    for item in items:
        found = read_ngrams(item.text, item.outreach)
        own, places = np.unique(found.buckets, return_inverse=True)
        buckets.append(own.astype(np.int32))
        values.append(np.bincount(places, weights=found.values).astype(np.float32))
    used, columns = np.unique(np.concatenate(buckets), return_inverse=True)
    ends = np.cumsum([0, *map(len, buckets)])
    features: Any = matrices.csr_matrix((np.concatenate(values), columns, ends), shape=(len(buckets), len(used)))
    fitted = models.LogisticRegression(C=strength, max_iter=300).fit(features, labels, sample_weight=weights)
    tensors = tensors_of("ngrams", fitted, classes=len(LABELS), kind=np.float16)
    whole: Any = np.zeros((BUCKETS, len(LABELS)), np.float16)  # a bucket that no row has weighs nothing
    whole[used] = tensors["ngrams.weight"]
    return {**tensors, "ngrams.weight": whole}


def fit_head(vectors: Floats, targets: Targets, *, start: LinearHead, hold: float, steps: int = 60) -> LinearHead:
    """A head near `start` under which the targets are likelier: the loss has `hold / 2` times the squared way from it.

    vectors: (rows, width). So little data moves the head little, and none leaves it as it was.
    """
    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = optimize
    began = np.concatenate([start.weight, start.bias[:, None]], axis=1).astype(np.float64)
    weights = targets.weights.astype(np.float64)[:, None]
    wanted = targets.intents.astype(np.float64)
    opened = targets.is_open.astype(np.float64)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        head = flat.reshape(began.shape)
        logits = vectors @ head[:, :-1].T.astype(np.float32) + head[:, -1]
        logits -= logits.max(axis=1, keepdims=True)
        likely = np.exp(logits)
        likely /= likely.sum(axis=1, keepdims=True)
        of_label = np.maximum((likely * wanted).sum(axis=1, keepdims=True), _LEAST)
        is_open = targets.is_open[:, None]
        aim = np.where(is_open, likely * wanted / of_label, wanted)
        of_intents = -(wanted * np.log(np.maximum(likely, _LEAST))).sum(axis=1)
        lost = opened * -np.log(of_label[:, 0]) + (1 - opened) * of_intents
        slope = (likely - aim) * weights
        away = head - began
        turned = slope.T.astype(np.float32) @ vectors
        gradient = np.concatenate([turned, slope.sum(axis=0)[:, None]], axis=1) + hold * away
        return float(lost @ weights[:, 0] + hold / 2 * (away * away).sum()), gradient.ravel()

    found = library.minimize(loss, began.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    head = found.x.reshape(began.shape).astype(np.float32)
    return LinearHead(np.ascontiguousarray(head[:, :-1]), np.ascontiguousarray(head[:, -1]))


def calibrate(steps: Steps, labels: NDArray[np.int64], *, exit_accuracy: float, review_accuracy: float) -> Calibration:
    """Blends and thresholds from rows that nothing learned from; labels are indices in `LABELS`."""
    first, second = (fit_blend(step, steps.ngrams, labels) for step in (steps.first, steps.second))
    thresholds = fit_thresholds(
        label_probabilities(blended(first, encoder=steps.first, ngrams=steps.ngrams)),
        label_probabilities(blended(second, encoder=steps.second, ngrams=steps.ngrams)),
        labels,
        exit_accuracy=exit_accuracy,
        review_accuracy=review_accuracy,
    )
    return Calibration(first, second, thresholds.exit_above, thresholds.review_below)


def tensors_of(name: str, fitted: Any, *, classes: int, kind: type[np.floating[Any]]) -> dict[str, Floats]:
    """A fitted regression over indices of classes, a row for each; a class that no row had is never chosen."""
    weight = np.zeros((classes, fitted.coef_.shape[1]), np.float32)
    bias = np.full(classes, _NEVER, np.float32)
    is_binary = len(fitted.classes_) == 2  # then scikit-learn keeps the second class against the first
    weight[fitted.classes_[1:] if is_binary else fitted.classes_] = fitted.coef_
    bias[fitted.classes_] = (0.0, fitted.intercept_[0]) if is_binary else fitted.intercept_
    laid: Any = weight.T if name == "ngrams" else weight
    return {
        f"{name}.weight": np.ascontiguousarray(laid, kind),
        f"{name}.bias": bias,
    }  # safetensors writes bytes as they lie
