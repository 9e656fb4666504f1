"""The rows that reply classifiers are compared on: our corpus by split, and what the public sets keep for testing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import ROOT

from overture.classification.clean import clean_reply
from overture.classification.examples import Split, read_corpus
from overture.classification.labels import LABEL_OF, LANGUAGES, Intent, Label

PUBLIC = ROOT.parent / "shared" / "data" / "replies" / "public_test.jsonl"
OURS = "corpus"
LANGUAGE_NAMES = {
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pt": "Portuguese",
    "zh": "Chinese",
}


class Row(NamedTuple):
    """One reply; `cleaned` is without quotes and signatures (C-6), `source` our corpus or a public set."""

    text: str
    cleaned: str
    outreach: str
    lang: str
    label: Label
    intent: Intent | None
    hard: bool
    source: str


def corpus_rows(folder: Path | None = None) -> dict[Split, list[Row]]:
    """The agreed rows of the corpus by split."""
    splits: dict[Split, list[Row]] = {"train": [], "calibration": [], "test": []}
    for example in read_corpus(folder):
        row = Row(
            text=example.text,
            cleaned=clean_reply(example.text).text or example.text,
            outreach=example.outreach,
            lang=example.lang,
            label=LABEL_OF[example.intent],
            intent=example.intent,
            hard=example.is_hard,
            source=OURS,
        )
        splits["train" if example.split == "extra" else example.split].append(row)
    return splits


def public_rows() -> list[Row]:
    """The public rows that no public training pool holds; none where the folder is missing."""
    if not PUBLIC.is_file():
        return []
    held = [json.loads(line) for line in PUBLIC.read_text(encoding="utf-8").splitlines()]
    return [
        Row(
            text=row["text"],
            cleaned=row["text"],
            outreach=row["context"] or "",
            lang=row["lang"],
            label=row["label"],
            intent=None,
            hard=False,
            source=row["source"],
        )
        for row in held
        if not row["seen_in_train"]
    ]


def slices_of(row: Row) -> Iterator[str]:
    """The names of the slices that a row is in, in the order in which tables show them."""
    if row.source != OURS:
        yield "public" if row.lang in LANGUAGES else "public, languages it does not know"
        if row.lang in LANGUAGES:
            yield f"public: {row.source}"
        return
    yield "all"
    if row.lang == "en":
        yield "English"
        yield "English hard" if row.hard else "English easy"
    else:
        yield "other languages"
        yield LANGUAGE_NAMES[row.lang]


def thinned(rows: Sequence[Row], most: int | None) -> list[Row]:
    """At most this many rows, spread evenly over all of them."""
    if most is None or len(rows) <= most:
        return list(rows)
    return [rows[number * len(rows) // most] for number in range(most)]


def digest_of(*parts: Sequence[Row]) -> str:
    """A fingerprint of rows, in their order."""
    digest = hashlib.sha256()
    for rows in parts:
        digest.update(json.dumps(rows, ensure_ascii=False).encode())
    return digest.hexdigest()[:16]
