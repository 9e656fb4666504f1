# pyright: basic
# datasketch ships no types.
"""The corpus that decides what the classifier knows: counted, agreed on, split so that nothing leaks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from datasketch import MinHash, MinHashLSH

from overture import InputError
from overture.classification.card import agreement
from overture.classification.examples import Example, corpus_folder, read_corpus, write_corpus
from overture.classification.labels import INTENTS, LABEL_OF, LANGUAGES
from overture.classification.metrics import cohen_kappa
from overture.classification.normal import normalise

ALIKE = 0.7


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return read_corpus(agreed=False)


def test_c4_there_are_enough_replies_in_every_language_and_of_every_intent(rows: list[Example]) -> None:
    by_language = Counter(row.lang for row in rows)
    assert len(rows) >= 6_000
    assert sum(count for code, count in by_language.items() if code != "en") >= 2_500
    assert set(by_language) == set(LANGUAGES)
    assert min(by_language.values()) >= 500
    assert {row.intent for row in rows} == set(INTENTS)
    assert sum(row.is_hard for row in rows) / len(rows) >= 0.66


def test_the_label_is_not_given_away_by_the_language_or_the_kind(rows: list[Example]) -> None:
    for part in (*(("lang", code) for code in LANGUAGES), *(("kind", kind) for kind in {row.kind for row in rows})):
        labels = Counter(row.label for row in rows if getattr(row, part[0]) == part[1])
        if part[1] not in {"auto", "hostile", "unsubscribe"} and sum(labels.values()) > 100:
            assert 0.3 < labels["accept"] / (labels["accept"] + labels["decline"]) < 0.75, part


def test_both_labels_agree_beyond_chance_and_disputed_rows_teach_nothing(rows: list[Example]) -> None:
    both = [(row.label, LABEL_OF[row.second_intent]) for row in rows if row.second_intent is not None]
    assert cohen_kappa([first for first, _ in both], [second for _, second in both]) > 0.95
    assert f"{len(rows) - len(both)} rows could not be told" in agreement(rows)
    assert all(row.agreed for row in read_corpus())


def test_no_batch_and_no_writer_of_the_test_split_is_learned_from(rows: list[Example]) -> None:
    tested = [row for row in rows if row.split == "test"]
    learned = [row for row in rows if row.split != "test"]
    assert {row.batch for row in tested} & {row.batch for row in learned} == set()
    assert {row.author for row in tested} & {row.author for row in learned} == set()


def test_calibration_batches_are_not_learned_from_but_for_five_rows(rows: list[Example]) -> None:
    held = {row.batch for row in rows if row.split == "calibration"}
    crossing = [row.id for row in rows if row.batch in held and row.split in {"train", "extra"}]
    assert len(crossing) <= 5  # their second label came after the batches were dealt out


@pytest.mark.slow
def test_no_near_duplicate_crosses_a_split(rows: list[Example]) -> None:
    held = [row for row in rows if row.split in {"test", "calibration"}]
    index = MinHashLSH(threshold=ALIKE, num_perm=64)
    for row in held:
        index.insert(row.id, _shingles(row))
    known = {row.id: row for row in rows}
    crossing = [
        (row.id, other) for row in rows for other in index.query(_shingles(row)) if known[str(other)].split != row.split
    ]
    assert crossing == []


def _shingles(row: Example) -> MinHash:
    sketch = MinHash(num_perm=64)
    text = normalise(f"{row.text} {row.outreach}").casefold()
    for start in range(max(1, len(text) - 3)):
        sketch.update(text[start : start + 4].encode())
    return sketch


def test_what_is_written_is_read_again(tmp_path: Path, rows: list[Example]) -> None:
    write_corpus(rows[:50], tmp_path / "some.jsonl")
    assert read_corpus(tmp_path, agreed=False) == rows[:50]


def test_errors_name_file_line_and_field(tmp_path: Path, rows: list[Example]) -> None:
    with pytest.raises(InputError, match=r"no \*\.jsonl file"):
        read_corpus(tmp_path)
    write_corpus([rows[0], rows[0]], tmp_path / "a.jsonl")
    with pytest.raises(InputError, match=r"a\.jsonl:2: id: comes twice, first in a\.jsonl:1"):
        read_corpus(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "y"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.jsonl:1: lang"):
        read_corpus(tmp_path)


def test_the_corpus_folder_is_the_one_that_ships() -> None:
    assert corpus_folder().name == "corpus"
