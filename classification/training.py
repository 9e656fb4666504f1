# pyright: basic, reportMissingImports=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""`overture classify train`: from the corpus to a model folder, with metrics and card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from safetensors.numpy import save_file

from overture.base import Value

from .base_model import BaseModel, base_model_path, choose, read_base_model
from .card import write_card
from .classifier import ReplyClassifier
from .encoder import ReplyEncoder, mean_of
from .examples import Example, read_corpus, read_other_languages
from .export import export_network, heads_of, make_tokenizer, save_tokenizer
from .head import LABEL_INDEX
from .labels import INTENTS, LABELS, LANGUAGES
from .learning import Plan, Progress, Targets, learn, predict
from .manifest import MANIFEST, Blend, Manifest, digest_of, read_manifest
from .model import Heads, steps_of
from .network import ReplyNetwork
from .read_back import read_back
from .refitting import Material, calibrate, digest_of_rows, fit_ngrams, read_rows, soft_intents, tensors_of
from .report import Report, evaluate
from .tokens import ReplyTokenizer, Tokens
from .vocabulary import read_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LIBRARIES: Final = ("numpy", "onnx", "onnxruntime", "tokenizers", "torch")
_FILES: Final = ("first.onnx", "heads.safetensors", "second.onnx", "tokenizer.json")


class Recipe(Value):
    """What makes the shipped model: a deep teacher, then a student that starts from some of the teacher's layers.

    The student's first `first` layers are the first step, which decides alone where it is sure. `teacher_layers` are
    those of the base model, `layers` those of the teacher. `further` is for a model that goes on from an earlier one.
    """

    teacher: Plan = Plan(epochs=4, rate=1.2e-4)
    student: Plan = Plan(epochs=3, rate=1.2e-4, dropped_tokens=0.2, teacher_share=0.4)
    teacher_layers: tuple[int, ...] = tuple(range(12))
    teacher_first: int = 6
    layers: tuple[int, ...] = (0, 1, 2, 3, 5, 7, 9, 11)
    first: int = 3
    ngram_strength: float = 20.0
    further: Plan = Plan(epochs=2, rate=6e-5, dropped_tokens=0.2)
    exit_accuracy: float = 0.985
    review_accuracy: float = 0.93
    name: str = "overture-replies"


def train(
    material: Material,
    recipe: Recipe,
    out: Path,
    *,
    progress: Progress,
    threads: int | None = None,
    start: Path | None = None,
) -> Manifest:
    """Train, calibrate, quantise and write a model folder; a stopped run goes on where it was (`out/.work`).

    `start` is a model folder to go on from, without a teacher, rather than from the base model.

    Raises:
        InputError: `start` is no model, or one of another shape.
    """
    if threads:
        torch.set_num_threads(threads)
    base = read_base_model(base_model_path())
    pieces, scores = read_pieces()
    words = choose(base, pieces)
    save_tokenizer(make_tokenizer(pieces, scores), out)
    tokenizer = ReplyTokenizer.load(out / "tokenizer.json")
    rows, targets = _lesson(material.learned, material, tokenizer)
    teacher = _taught(material, recipe, base, words, tokenizer, out, progress) if start is None else None
    origin = None if start is None else read_manifest(start).label
    plan = recipe.student if origin is None else recipe.further
    progress("student" if origin is None else f"on from {origin}")
    torch.manual_seed(plan.seed)
    network = ReplyNetwork(base, words, layers=recipe.layers, first=recipe.first)
    if teacher is not None:
        targets = targets._replace(teacher=predict(teacher, rows(-1)))
        network.take_from(teacher, recipe.layers)
    elif start is not None:
        read_back(network, start)
    learn(network, rows, targets, plan, folder=out / ".work" / "student", progress=progress)
    export_network(network, out)
    progress("language head, n-grams and calibration")
    tensors = {**heads_of(network), **fit_language_head((*material.learned, *material.others), out)}
    labels = np.array([LABELS.index(row.label) for row in material.learned] * 2)
    items = [item for epoch in (-1, 0) for item in rows(epoch)]  # the rows as they are, and with small harms
    tensors |= fit_ngrams(items, labels, strength=recipe.ngram_strength)
    save_file(tensors, out / "heads.safetensors")
    manifest = _finish(material, recipe, out, origin)
    progress("test")
    write_report(out, material)
    return manifest


def _taught(
    material: Material,
    recipe: Recipe,
    base: BaseModel,
    words: NDArray[np.float32],
    tokenizer: ReplyTokenizer,
    out: Path,
    progress: Progress,
) -> ReplyNetwork:
    """The deep teacher, trained on the split `train`."""
    progress("teacher")
    torch.manual_seed(recipe.teacher.seed)
    teacher = ReplyNetwork(base, words, layers=recipe.teacher_layers, first=recipe.teacher_first)
    lesson = _lesson(material.splits["train"], material, tokenizer)
    learn(teacher, *lesson, recipe.teacher, folder=out / ".work" / "teacher", progress=progress)
    return teacher


def write_report(folder: Path, material: Material) -> Report:
    """Measure a model folder on the test split, and write `metrics.json` and `CARD.md` into it."""
    classifier = ReplyClassifier.load(folder)
    strangers = read_other_languages(material.folder, split="test")
    report = evaluate(classifier, material.splits["test"], strangers)
    (folder / "metrics.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    rows = read_corpus(material.folder, agreed=False)
    (folder / "CARD.md").write_text(write_card(classifier.model.manifest, report, rows), encoding="utf-8")
    return report


def fit_language_head(rows: Sequence[Example], out: Path) -> dict[str, NDArray[np.float32]]:
    """The head that tells languages apart, fitted on the means that it reads when the model runs."""
    from sklearn.linear_model import LogisticRegression

    encoder = ReplyEncoder.load(out)
    items = ReplyTokenizer.load(out / "tokenizer.json").tokens([row.text for row in rows], [None] * len(rows))
    means = np.stack([mean_of(encoder.first(item), item) for item in items])
    fitted = LogisticRegression(C=1.0, max_iter=300).fit(means, _languages(rows))
    return tensors_of("language", fitted, classes=len(LANGUAGES) + 1, kind=np.float32)


def _finish(material: Material, recipe: Recipe, out: Path, origin: str | None) -> Manifest:
    """Calibrate the files as they will run, and write the manifest."""
    rows = material.splits["calibration"]
    blank = Manifest(
        name=recipe.name,
        created=date.today().isoformat(),
        first=Blend(encoder=1, ngrams=0),
        second=Blend(encoder=1, ngrams=0),
        exit_above=2,
        review_below=0,
        files={name: digest_of(out / name) for name in _FILES},
        data=digest_of_rows(material),
        continued_from=origin,
        libraries={name: version(name) for name in _LIBRARIES},
    )
    steps = steps_of(
        ReplyTokenizer.load(out / "tokenizer.json"),
        ReplyEncoder.load(out),
        Heads.load(out / "heads.safetensors"),
        [row.text for row in rows],
        [row.outreach or None for row in rows],
    )
    labels = LABEL_INDEX[[INTENTS.index(row.intent) for row in rows]]
    fitted = calibrate(steps, labels, exit_accuracy=recipe.exit_accuracy, review_accuracy=recipe.review_accuracy)
    manifest = blank.model_copy(update=fitted._asdict())
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def _lesson(
    rows: Sequence[Example], material: Material, tokenizer: ReplyTokenizer
) -> tuple[Callable[[int], list[Tokens]], Targets]:
    """What `learn` takes: the rows as tokens, with small harms (none for epoch -1), and their targets."""

    def tokens(epoch: int) -> list[Tokens]:
        return read_rows(rows, tokenizer, epoch=epoch, outreach=material.outreach)

    return tokens, Targets(torch.from_numpy(soft_intents(rows)))


def _languages(rows: Sequence[Example]) -> NDArray[np.int64]:
    places: dict[str, int] = {code: place for place, code in enumerate(LANGUAGES)}
    return np.array([places.get(row.lang, len(LANGUAGES)) for row in rows])
