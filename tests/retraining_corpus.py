"""A small corpus of real rows, and corrections of rows that are not in it: batch retraining in seconds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import pytest

from overture.classification.examples import Example, read_corpus, write_corpus
from overture.classification.labels import Label
from overture.feedback import ReplySnapshot
from overture.feedback.receipts import ReplyState

ROWS: Final = {"train": 90, "calibration": 120, "test": 60}
SALT: Final = "a salt for tests"
NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
Words = Callable[[Example], Label | None]


class States:
    """A store's last words, held in a list."""

    def __init__(self, states: Iterable[ReplyState]) -> None:
        self.states = list(states)

    def reply_states(self) -> Iterator[ReplyState]:
        """As the store gives them."""
        return iter(self.states)


def short_rows(split: str) -> list[Example]:
    """The corpus rows of a split that are quick to encode, in an order of their own."""
    rows = [row for row in read_corpus() if row.split == split and len(row.text) < 120 and len(row.outreach) < 120]
    Random(7).shuffle(rows)
    return rows


def states_of(rows: Sequence[Example], word: Words, *, seat: str = "s1", start: int = 0) -> list[ReplyState]:
    """What a seat says of each row, as a reply of a candidate of its own; None: nothing."""
    said: list[ReplyState] = []
    for number, row in enumerate(rows, start=start + 1):
        label = word(row)
        if label is not None:
            said.append(
                ReplyState(reply=reply_of_row(row), seat=seat, contract="acme", label=label, at=NOON, number=number)
            )
    return said


def reply_of_row(row: Example) -> ReplySnapshot:
    """A corpus row as a reply of the store."""
    return ReplySnapshot(
        id=f"r-{row.id}",
        candidate=f"c-{row.id}",
        seat="s1",
        contract="acme",
        received_at=NOON,
        text=row.text,
        outreach=row.outreach or None,
        language=row.lang,
        label="accept",
        confidence=0.9,
        model="a" * 64,
    )


def other_label(label: Label) -> Label:
    """The wrong one."""
    return "decline" if label == "accept" else "accept"


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus folder with a few rows of each split."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = [row for split, count in ROWS.items() for row in short_rows(split)[:count]]
    write_corpus(rows, folder / "all.jsonl")
    (folder / "outreach.json").write_text(json.dumps({"en": ["Would you like to hear more?"]}), encoding="utf-8")
    others = {"pl": ["Tak, chętnie", "Nie, dziękuję"]}
    (folder / "other_languages.json").write_text(json.dumps(others), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def encoded_corpus(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of vectors of the small corpus, for registries to start with."""
    from overture.classification.manifest import shipped_model
    from overture.classification.refitting import read_material
    from overture.feedback.retraining_challenger import Base, corpus_vectors

    folder = tmp_path_factory.mktemp("encoded")
    corpus_vectors(Base.load(shipped_model()), read_material(small_corpus), folder / "vectors.bin", counted=None)
    return folder / "vectors.bin"


@pytest.fixture
def registry_folder(encoded_corpus: Path, tmp_path: Path) -> Path:
    """A registry that has the small corpus encoded."""
    from overture.classification.manifest import shipped_model
    from overture.feedback.retraining import vectors_file
    from overture.feedback.retraining_challenger import Base

    file = vectors_file(tmp_path / "models", Base.load(shipped_model()))
    file.parent.mkdir(parents=True)
    shutil.copy(encoded_corpus, file)
    return tmp_path / "models"
