"""A challenger: the shipped model's encoder as it is, and everything that is linear fitted anew with corrections (F-4).

It starts from the shipped heads each time, never from the last champion's, so that nothing of a correction that was
taken back or erased is left in it (F-3).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from pydantic import Field

from overture.base import Value
from overture.classification.clean import clean_reply
from overture.classification.encoder import ReplyEncoder
from overture.classification.head import LABEL_INDEX, LinearHead, blended, label_probabilities
from overture.classification.labels import INTENTS, LABELS
from overture.classification.manifest import MANIFEST, Manifest, read_manifest
from overture.classification.model import Heads, Steps
from overture.classification.ngrams import NGramModel, read_ngrams
from overture.classification.refitting import (
    Material,
    Targets,
    calibrate,
    fit_head,
    fit_ngrams,
    read_rows,
    soft_intents,
)
from overture.classification.tokens import ReplyTokenizer, Tokens

from .corrections import CorrectedReply
from .corrections_seats import Opinion, Profile, profile_of
from .registry_files import replace_file, sha256_of
from .registry_versions import library_versions
from .retraining_vectors import Counted, Vectors, encode, encode_corpus
from .snapshots import ReplySnapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

KEPT_FILES: Final = ("first.onnx", "second.onnx", "tokenizer.json")
HEADS: Final = "heads.safetensors"
_ROUNDS: Final = 2
"""Rows come twice to the n-grams: as they are, and with small harms."""


class Refit(Value):
    """How a challenger is fitted. `weight` is what one believed correction counts in rows of the corpus; `hold` keeps
    the heads near those that ship."""

    weight: float = Field(default=2.0, gt=0)
    hold: float = Field(default=3.0, gt=0)
    ngram_strength: float = Field(default=20.0, gt=0)
    exit_accuracy: float = Field(default=0.985, gt=0, le=1)
    review_accuracy: float = Field(default=0.93, gt=0, le=1)


class Base(NamedTuple):
    """The model that a challenger starts from, loaded."""

    folder: Path
    manifest: Manifest
    tokenizer: ReplyTokenizer
    encoder: ReplyEncoder
    heads: Heads

    @classmethod
    def load(cls, folder: Path) -> Base:
        """The base in a model folder, checked."""
        manifest = read_manifest(folder)
        return cls(
            folder,
            manifest,
            ReplyTokenizer.load(folder / "tokenizer.json"),
            ReplyEncoder.load(folder),
            Heads.load(folder / HEADS),
        )

    @property
    def encoder_files(self) -> dict[str, str]:
        """The digests of the files that stay as they are."""
        return {name: self.manifest.files[name] for name in KEPT_FILES}


class Replies(NamedTuple):
    """Corrected replies as the encoder sees them, in the order of the snapshots."""

    items: list[Tokens]
    vectors: Vectors

    def take(self, places: Sequence[int]) -> Replies:
        """Some of them, in this order."""
        first, second = self.vectors
        chosen = np.asarray(places, np.int64)
        return Replies([self.items[place] for place in places], Vectors(first[chosen], second[chosen]))


class Fitting(NamedTuple):
    """What a challenger is fitted on; vectors and replies are in the order of the rows that they stand for."""

    material: Material
    calibration: Vectors
    learned: Vectors
    corrected: Sequence[CorrectedReply]
    replies: Replies


def encode_replies(base: Base, replies: Sequence[ReplySnapshot], *, counted: Counted | None = None) -> Replies:
    """The vectors of replies, which are kept nowhere."""
    items = base.tokenizer.tokens(
        [clean_reply(reply.text).text or reply.text for reply in replies], [reply.outreach for reply in replies]
    )
    return Replies(items, encode(base.encoder, items, counted=counted))


def calibration_profile(base: Base, material: Material, vectors: Vectors) -> Profile:
    """How sure the base is where it is right and where it is wrong, on the calibration split."""
    rows = material.splits["calibration"]
    items = read_rows(rows, base.tokenizer, epoch=-1, outreach=material.outreach)
    labels = _label_probabilities(base, items, vectors)
    truth = np.array([LABELS.index(row.label) for row in rows])
    return profile_of(labels.max(axis=1).astype(np.float64), labels.argmax(axis=1) == truth)


def opinions_of(base: Base, replies: Replies) -> list[Opinion]:
    """What the base makes of corrected replies."""
    labels = _label_probabilities(base, replies.items, replies.vectors)
    return [Opinion(LABELS[int(row.argmax())], float(row.max())) for row in labels]


def write_challenger(
    base: Base,
    folder: Path,
    given: Fitting,
    *,
    data: str,
    refit: Refit,
    today: date,
    said: Callable[[str], None],
) -> Manifest:
    """Fit, calibrate and write a model folder; `data` is the digest of all that is learned from."""
    for name, digest in base.encoder_files.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != digest:
            shutil.copyfile(base.folder / name, folder / name)
    heads = _fit_heads(base, given, refit, said)
    said("calibration")
    held_out = given.material.splits["calibration"]
    items = read_rows(held_out, base.tokenizer, epoch=-1, outreach=given.material.outreach)
    fitted = calibrate(
        _steps(heads, items, given.calibration),
        np.array([LABELS.index(row.label) for row in held_out]),
        exit_accuracy=refit.exit_accuracy,
        review_accuracy=refit.review_accuracy,
    )
    _write_heads(heads, folder / HEADS)
    manifest = base.manifest.model_copy(
        update={
            **fitted._asdict(),
            "created": today.isoformat(),
            "files": {**base.encoder_files, HEADS: sha256_of(folder / HEADS)},
            "data": data,
            "libraries": library_versions(),
        }
    )
    replace_file(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
    return manifest


def _fit_heads(base: Base, given: Fitting, refit: Refit, said: Callable[[str], None]) -> Heads:
    rows, corrected, replies = given.material.learned, given.corrected, given.replies
    weights = np.concatenate([np.ones(len(rows)), refit.weight * np.array([row.weight for row in corrected])])
    said("heads")
    targets = Targets(
        np.concatenate([soft_intents(rows), _open_intents(corrected)]),
        np.array([False] * len(rows) + [row.intent is None for row in corrected], bool),
        weights.astype(np.float32),
    )
    first, second = (
        fit_head(np.concatenate([of_corpus, of_replies]), targets, start=start, hold=refit.hold)
        for of_corpus, of_replies, start in (
            (given.learned.first, replies.vectors.first, base.heads.first),
            (given.learned.second, replies.vectors.second, base.heads.second),
        )
    )
    said("n-grams")
    outreach = given.material.outreach
    plain, harmed = (read_rows(rows, base.tokenizer, epoch=epoch, outreach=outreach) for epoch in (-1, 0))
    known = [*(row.label for row in rows), *(row.label for row in corrected)]
    labels = np.array([LABELS.index(label) for label in known])
    ngrams = fit_ngrams(
        [*plain, *replies.items, *harmed, *replies.items],
        np.concatenate([labels] * _ROUNDS),
        strength=refit.ngram_strength,
        weights=np.concatenate([weights] * _ROUNDS).astype(np.float32),
    )
    model = NGramModel(ngrams["ngrams.weight"].astype(np.float16), ngrams["ngrams.bias"])
    return Heads(first, base.heads.language, second, model)


def corpus_vectors(base: Base, material: Material, file: Path, *, counted: Counted | None) -> tuple[Vectors, Vectors]:
    """The vectors of the calibration split and of what is learned from, kept in a file."""
    held_out, learned = material.splits["calibration"], material.learned
    items = read_rows((*held_out, *learned), base.tokenizer, epoch=-1, outreach=material.outreach)
    both = encode_corpus(base.encoder, items, file, counted=counted)
    cut = len(held_out)
    return Vectors(both.first[:cut], both.second[:cut]), Vectors(both.first[cut:], both.second[cut:])


def _label_probabilities(base: Base, items: Sequence[Tokens], vectors: Vectors) -> Floats:
    steps = _steps(base.heads, items, vectors)
    return label_probabilities(blended(base.manifest.second, encoder=steps.second, ngrams=steps.ngrams))


def _steps(heads: Heads, items: Sequence[Tokens], vectors: Vectors) -> Steps:
    ngrams = [heads.ngrams.logits(read_ngrams(item.text, item.outreach)) for item in items]
    return Steps(
        heads.first.logits(vectors.first),
        heads.second.logits(vectors.second),
        np.stack(ngrams) if ngrams else np.zeros((0, len(LABELS)), np.float32),
    )


def _open_intents(corrected: Sequence[CorrectedReply]) -> Floats:
    """The intent where a person said it, else every intent of the label."""
    mask = np.zeros((len(corrected), len(INTENTS)), np.float32)
    for at, row in enumerate(corrected):
        if row.intent is None:
            mask[at, LABELS.index(row.label) == LABEL_INDEX] = 1
        else:
            mask[at, INTENTS.index(row.intent)] = 1
    return mask


def _write_heads(heads: Heads, file: Path) -> None:
    from safetensors import numpy as safetensors_numpy

    library: Any = safetensors_numpy
    tensors = {
        f"{name}.{part}": np.ascontiguousarray(value)
        for name, head in heads._asdict().items()
        for part, value in zip(LinearHead._fields, head, strict=True)
    }
    library.save_file(tensors, file)
