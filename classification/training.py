# pyright: basic, reportMissingImports=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""`overture classify train`: from the corpus to a model folder, with metrics and card."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from overture.base import Value
from overture.errors import InputError

from .augment import harm
from .base_model import base_model_path, choose, read_base_model
from .calibration import fit_temperature, fit_thresholds
from .card import write_card
from .classifier import ReplyClassifier
from .clean import clean_reply
from .encoder import ReplyEncoder, mean_of
from .examples import Example, Split, read_corpus, read_other_languages, read_outreach
from .export import export_network, make_tokenizer, save_tokenizer
from .head import LABEL_INDEX, label_probabilities, softmax
from .labels import INTENTS, LANGUAGES
from .learning import Plan, Progress, Targets, learn, predict
from .manifest import MANIFEST, Manifest, digest_of
from .model import Heads, encode_all
from .network import ReplyNetwork
from .report import Report, evaluate
from .tokens import ReplyTokenizer, Tokens
from .vocabulary import read_pieces

if TYPE_CHECKING:
    pass

_LIBRARIES: Final = ("numpy", "onnx", "onnxruntime", "tokenizers", "torch")
_FILES: Final = ("first.onnx", "heads.safetensors", "second.onnx", "tokenizer.json")
_SECOND_LABEL_SHARE: Final = 0.3


class Recipe(Value):
    """What makes the shipped model: a deep teacher, then a student that starts from some of the teacher's layers.

    The student's first `first` layers are the first step, which decides alone where it is sure. `teacher_layers` are
    those of the base model, `layers` those of the teacher.
    """

    teacher: Plan = Plan(epochs=4, rate=1.2e-4)
    student: Plan = Plan(epochs=3, rate=1.2e-4, dropped_tokens=0.2, teacher_share=0.4)
    teacher_layers: tuple[int, ...] = tuple(range(12))
    teacher_first: int = 6
    layers: tuple[int, ...] = (0, 1, 2, 3, 5, 7, 9, 11)
    first: int = 3
    exit_accuracy: float = 0.985
    review_accuracy: float = 0.93
    name: str = "overture-replies"


class Material(Value):
    """What is learned from: the examples of each split, neutral outreach by language, replies in other languages."""

    folder: Path | None = None
    splits: dict[Split, tuple[Example, ...]]
    outreach: dict[str, tuple[str, ...]]
    others: tuple[Example, ...]


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


def train(material: Material, recipe: Recipe, out: Path, *, progress: Progress, threads: int | None = None) -> Manifest:
    """Train, calibrate, quantise and write a model folder; a stopped run goes on where it was (`out/.work`)."""
    if threads:
        torch.set_num_threads(threads)
    work = out / ".work"
    base = read_base_model(base_model_path())
    pieces, scores = read_pieces()
    save_tokenizer(make_tokenizer(pieces, scores), out)
    tokenizer = ReplyTokenizer.load(out / "tokenizer.json")
    words = choose(base, pieces)
    lesson = _lesson((*material.splits["train"], *material.others), material, tokenizer)
    progress("teacher")
    torch.manual_seed(recipe.teacher.seed)
    teacher = ReplyNetwork(base, words, layers=recipe.teacher_layers, first=recipe.teacher_first)
    learn(teacher, *lesson, recipe.teacher, folder=work / "teacher", progress=progress)
    rows, targets = _lesson(
        (*material.splits["train"], *material.splits["extra"], *material.others), material, tokenizer
    )
    targets = targets._replace(teacher=predict(teacher, rows(-1))[2])
    progress("student")
    torch.manual_seed(recipe.student.seed)
    network = ReplyNetwork(base, words, layers=recipe.layers, first=recipe.first)
    network.take_from(teacher, recipe.layers)
    learn(network, rows, targets, recipe.student, folder=work / "student", progress=progress)
    export_network(network, out)
    progress("language head and calibration")
    fit_language_head((*material.splits["train"], *material.splits["extra"], *material.others), out)
    manifest = _finish(material, recipe, out)
    progress("test")
    write_report(out, material)
    return manifest


def write_report(folder: Path, material: Material) -> Report:
    """Measure a model folder on the test split, and write `metrics.json` and `CARD.md` into it."""
    classifier = ReplyClassifier.load(folder)
    strangers = read_other_languages(material.folder, split="test")
    report = evaluate(classifier, material.splits["test"], strangers)
    (folder / "metrics.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    rows = read_corpus(material.folder, agreed=False)
    (folder / "CARD.md").write_text(write_card(classifier.model.manifest, report, rows), encoding="utf-8")
    return report


def fit_language_head(rows: Sequence[Example], out: Path) -> None:
    """Fit the language head anew, on the means that it reads when the model runs, and write it into the heads."""
    from safetensors.numpy import load_file, save_file
    from sklearn.linear_model import LogisticRegression

    encoder = ReplyEncoder.load(out)
    items = ReplyTokenizer.load(out / "tokenizer.json").tokens([row.text for row in rows], [None] * len(rows))
    means = np.concatenate([mean_of(encoder.first([item]), item) for item in items])
    regression = LogisticRegression(C=1.0, max_iter=300).fit(means, _languages(rows).numpy())
    tensors = load_file(out / "heads.safetensors")
    tensors["language.weight"] = np.ascontiguousarray(
        regression.coef_, np.float32
    )  # safetensors writes bytes as they lie
    tensors["language.bias"] = regression.intercept_.astype(np.float32)
    save_file(tensors, out / "heads.safetensors")


def _finish(material: Material, recipe: Recipe, out: Path) -> Manifest:
    """Calibrate the files as they will run, and write the manifest."""
    rows = material.splits["calibration"]
    blank = Manifest(
        name=recipe.name,
        created=date.today().isoformat(),
        first_temperature=1,
        second_temperature=1,
        exit_above=2,
        review_below=0,
        files={name: digest_of(out / name) for name in _FILES},
        data=digest_of_rows(material),
        libraries={name: version(name) for name in _LIBRARIES},
    )
    heads = Heads.load(out / "heads.safetensors", blank)
    first, second = encode_all(
        ReplyTokenizer.load(out / "tokenizer.json"),
        ReplyEncoder.load(out),
        [row.text for row in rows],
        [row.outreach or None for row in rows],
    )
    labels = LABEL_INDEX[[INTENTS.index(row.intent) for row in rows]]
    first_logits, second_logits = heads.first.logits(first), heads.second.logits(second)
    heat = fit_temperature(first_logits, labels), fit_temperature(second_logits, labels)
    thresholds = fit_thresholds(
        label_probabilities(softmax(first_logits / np.float32(heat[0]))),
        label_probabilities(softmax(second_logits / np.float32(heat[1]))),
        labels,
        exit_accuracy=recipe.exit_accuracy,
        review_accuracy=recipe.review_accuracy,
    )
    manifest = blank.model_copy(
        update={
            "first_temperature": heat[0],
            "second_temperature": heat[1],
            "exit_above": thresholds.exit_above,
            "review_below": thresholds.review_below,
        }
    )
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def digest_of_rows(material: Material) -> str:
    """The SHA-256 of all rows that trained and calibrated a model."""
    digest = hashlib.sha256()
    for split in ("train", "extra", "calibration"):
        for row in material.splits[split]:
            digest.update(row.model_dump_json().encode())
    return digest.hexdigest()


def _lesson(
    rows: Sequence[Example], material: Material, tokenizer: ReplyTokenizer
) -> tuple[Callable[[int], list[Tokens]], Targets]:
    """What `learn` takes: the rows as tokens, with small harms (none for epoch -1), and their targets."""

    def tokens(epoch: int) -> list[Tokens]:
        rng = random.Random(epoch)
        pairs = [
            (row.text, row.outreach) if epoch < 0 else harm(row, rng=rng, outreach=material.outreach) for row in rows
        ]
        return tokenizer.tokens([text for text, _ in pairs], [asked or None for _, asked in pairs])

    return tokens, Targets(_soft_intents(rows), _languages(rows))


def _soft_intents(rows: Sequence[Example]) -> torch.Tensor:
    """What each row should give, shape (rows, intents); where the two labels differ in intent, both have a share."""
    wanted = torch.zeros(len(rows), len(INTENTS))
    for at, row in enumerate(rows):
        if row.lang not in LANGUAGES:
            continue  # it teaches the language only
        second = row.second_intent or row.intent
        wanted[at, INTENTS.index(row.intent)] += 1 - _SECOND_LABEL_SHARE
        wanted[at, INTENTS.index(second)] += _SECOND_LABEL_SHARE
    return wanted


def _languages(rows: Sequence[Example]) -> torch.Tensor:
    places: dict[str, int] = {code: place for place, code in enumerate(LANGUAGES)}
    return torch.tensor([places.get(row.lang, len(LANGUAGES)) for row in rows])
