"""Exports for trainers: TRL's preference forms and a provider's fine-tuning form (F-6)."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")
pytest.importorskip("datasketch")
pytest.importorskip("pyarrow")

from eval_sets import DRAFT_PROMPT, SALT, judged, store_of, written
from feedback_people import correction_of

from overture.errors import ConfigurationError, InputError
from overture.feedback import build_eval_set, export_feedback, read_eval_set
from overture.feedback.exports import FORMS, Form
from overture.feedback.thawed_context import thaw
from overture.feedback.training_prompts import answer_of
from overture.generation.draft import PromptRecord
from overture.generation.render import render_draft
from overture.prompts import Prompt

COLUMNS: dict[str, set[str]] = {
    "unpaired": {"prompt", "completion", "label"},
    "paired": {"prompt", "chosen", "rejected"},
    "conversational": {"prompt", "completion", "label"},
    "conversational-paired": {"prompt", "chosen", "rejected"},
    "openai": {"messages"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of twelve drafts of the same facts, every third one down, one of them edited, and a correction."""
    where = tmp_path_factory.mktemp("exports")
    edited = "Hi Ines,\n\nShort and plain: Norrsken needs you.\n\nElin Berg"
    events = [
        judged(n, "up" if n % 3 else "down", final_text=edited if n == 3 else None, id=f"e{n}") for n in range(12)
    ]
    with store_of(where / "o.db", [*events, correction_of(1), correction_of(2)]) as store:
        build_eval_set(store, where / "set", salt=SALT)
    return where / "set"


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("form", FORMS)
def test_f6_jsonl_and_parquet_hold_the_same_rows_of_the_form(folder: Path, tmp_path: Path, form: Form) -> None:
    parquet: Any = import_module("pyarrow.parquet")  # it ships no types
    report = export_feedback(folder, tmp_path / "out.jsonl", form=form)
    rows = lines_of(tmp_path / "out.jsonl")
    assert report.rows == len(rows) > 0
    assert all(row.keys() == COLUMNS[form] for row in rows)
    assert export_feedback(folder, tmp_path / "out.parquet", form=form) == report
    assert parquet.read_table(tmp_path / "out.parquet").to_pylist() == rows
    assert not list(tmp_path.glob("*.new"))


def test_f6_only_training_cases_unless_more_is_asked_for(folder: Path, tmp_path: Path) -> None:
    train = {answer_of(c.subject, c.body) for c in read_eval_set(folder, split="train")}
    test = {answer_of(c.subject, c.body) for c in read_eval_set(folder, split="eval") if c.kind == "draft"}
    assert test
    export_feedback(folder, tmp_path / "train.jsonl", form="unpaired")
    assert {row["completion"] for row in lines_of(tmp_path / "train.jsonl")} <= train
    export_feedback(folder, tmp_path / "both.jsonl", form="unpaired", splits=("train", "eval"))
    assert test <= {row["completion"] for row in lines_of(tmp_path / "both.jsonl")}


def test_f6_the_prompt_is_the_one_that_was_used_and_the_label_is_the_thumb(folder: Path, tmp_path: Path) -> None:
    export_feedback(folder, tmp_path / "u.jsonl", form="unpaired")
    cases = [case for case in read_eval_set(folder, split="train") if case.kind == "draft"]
    rows = lines_of(tmp_path / "u.jsonl")
    assert len(rows) == len(cases)
    for case, row in zip(cases, rows, strict=True):
        assert case.context is not None
        prompt = render_draft(thaw(case.context), prompt=DRAFT_PROMPT)
        assert row["prompt"] == f"{prompt.shared}\n\n{prompt.personal}\n\n"
        assert "Title: Data Engineer" in row["prompt"]
        assert "Kafka" in prompt.personal
        assert "Recruiter's employer: Norrsken" in row["prompt"]
        assert "Elin" not in row["prompt"]
        assert row["label"] == (case.vote == "up")
        answer = json.loads(row["completion"])
        assert answer["subject"] == case.subject
        assert answer["body"].startswith("You ")
        assert "[NAME" not in answer["body"], "greeting and signature are ours (D-12)"


def test_f6_pairs_are_of_the_same_facts_up_against_down_and_sent_against_drafted(folder: Path, tmp_path: Path) -> None:
    report = export_feedback(folder, tmp_path / "p.jsonl", form="paired", splits=("train", "eval"))
    cases = [case for case in read_eval_set(folder) if case.kind == "draft"]
    up = {answer_of(c.subject, c.body) for c in cases if c.vote == "up"}
    down = {answer_of(c.subject, c.body) for c in cases if c.vote == "down"}
    rows = lines_of(tmp_path / "p.jsonl")
    sent = [row for row in rows if "Short and plain" in row["chosen"]]
    assert len(sent) == 1
    assert sent[0]["rejected"] in down
    others = [row for row in rows if row not in sent]
    assert len(others) == max(len(up), len(down)), "each of them at least once"
    assert {row["chosen"] for row in others} == up
    assert {row["rejected"] for row in others} == down
    assert report.rows == len(rows)
    assert report.skipped == {"is no draft": report.cases - len(cases)}


def test_f6_a_provider_learns_from_what_was_liked_or_edited(folder: Path, tmp_path: Path) -> None:
    report = export_feedback(folder, tmp_path / "o.jsonl", form="openai", splits=("train", "eval"))
    rows = lines_of(tmp_path / "o.jsonl")
    assert all([m["role"] for m in row["messages"]] == ["system", "user", "assistant"] for row in rows)
    assert sum("Short and plain" in row["messages"][2]["content"] for row in rows) == 1
    likes = sum(case.vote == "up" for case in read_eval_set(folder))
    assert len(rows) == likes + 1
    assert sum(report.skipped.values()) + len(rows) == report.cases


def test_f6_drafts_of_prompts_that_are_gone_changed_or_in_parts_are_told(tmp_path: Path) -> None:
    """And a prompt of one's own counts where it is given."""
    own = Prompt(DRAFT_PROMPT.source.replace("version: 2", "version: 77"))
    slots = PromptRecord(
        name="slots", version=1, fingerprint="e7d84931d5eea5d156e22a9f4bafb4151016a1d8cc5d9c21083bc2a0bcfa0038"
    )
    records = [
        PromptRecord(name="draft", version=77, fingerprint=own.fingerprint),
        PromptRecord(name="draft", version=2, fingerprint="0" * 64),
        slots,
    ]
    events = [judged(n, draft=written(n).model_copy(update={"prompt": record})) for n, record in enumerate(records)]
    with store_of(tmp_path / "o.db", events) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    both: Any = {"form": "unpaired", "splits": ("train", "eval")}
    report = export_feedback(tmp_path / "set", tmp_path / "x.jsonl", **both)
    assert report.rows == 0
    assert report.skipped == {
        "the prompt draft@2 is another one now": 1,
        "the prompt draft@77 is gone": 1,
        "the prompt slots@1 asks for parts of a body, and only the whole is kept": 1,
    }
    assert export_feedback(tmp_path / "set", tmp_path / "x.jsonl", prompts=[own], **both).rows == 1


def test_f6_a_wrong_form_no_split_and_a_file_that_cannot_be_are_refused(folder: Path, tmp_path: Path) -> None:
    wrong: Any = "sharegpt"
    with pytest.raises(ConfigurationError, match="unpaired, paired"):
        export_feedback(folder, tmp_path / "x.jsonl", form=wrong)
    with pytest.raises(ConfigurationError, match="split"):
        export_feedback(folder, tmp_path / "x.jsonl", form="paired", splits=())
    with pytest.raises(InputError, match="cannot be written"):
        export_feedback(folder, tmp_path / "nowhere" / "x.jsonl", form="paired")
    with pytest.raises(InputError, match="no evaluation set"):
        export_feedback(tmp_path, tmp_path / "x.jsonl", form="paired")
