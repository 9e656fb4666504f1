"""What the tests of evaluation sets share: drafts with a real prompt, a built set, and items for its index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from feedback_people import draft_of, fact, vote_on

from overture.feedback import DraftSnapshot, DraftVote, EvalCase, Event, FrozenContext, read_eval_set
from overture.feedback.feedback_store import FeedbackStore
from overture.feedback.judged_texts import Judged
from overture.feedback.set_index import Item
from overture.generation import Personalization
from overture.generation.draft import PromptRecord
from overture.prompts import load_prompt

SALT = "a salt of the tests"
DRAFT_PROMPT = load_prompt("draft@2")
RECORD = PromptRecord(name="draft", version=2, fingerprint=DRAFT_PROMPT.fingerprint)
FACTS = (
    fact("title", "job_title", "Title: Data Engineer", "Data Engineer").model_copy(update={"id": "J1"}),
    fact("salary", "salary", "Pay: €80,000 a year").model_copy(update={"id": "J2"}),
    fact("recruiter", "recruiter_name", "Recruiter: Elin Berg, of Norrsken", "Elin Berg", "Norrsken").model_copy(
        update={"id": "B1"}
    ),
    fact("skill_match", "skill_match", "Has the skill Kafka", "Kafka").model_copy(update={"id": "C1"}),
)
CONTEXT = FrozenContext(facts=FACTS, opportunity_source="job", personalization=Personalization(), fingerprint="f" * 64)


def store_of(path: Path, events: Iterable[Event] = ()) -> FeedbackStore:
    """A store in a file of SQLite with these events."""
    store = FeedbackStore(f"sqlite:///{path}")
    assert store.add_many(events).refused == ()
    return store


def written(number: int, **changes: Any) -> DraftSnapshot:
    """A draft of the built-in prompt whose facts are the same whatever the number; its texts are not alike."""
    return draft_of(number, context=CONTEXT, prompt=RECORD, **changes)


def judged(number: int, thumb: Any = "up", **changes: Any) -> DraftVote:
    """A thumb on such a draft."""
    draft = changes.pop("draft", None) or written(number)
    return vote_on(number, thumb, draft=draft, **changes)


def cases_of(folder: Path, **choice: Any) -> list[EvalCase]:
    """All cases of a set."""
    return list(read_eval_set(folder, **choice))


def everything(folder: Path) -> bytes:
    """Every byte of every file of a folder."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def item_of(number: int, text: str, *, split: str = "train", verdict: str = "up", key: str | None = None) -> Item:
    """A last word for the index."""
    return Item(
        key=key or f"k{number}", split=split, candidate=f"c{number}", seat="s", owner="s", first=number,
        event=f"e{number}",
        judged=Judged(
            "draft", verdict, "", "", "", "", False, "2026-11-02T12:00:00.000000+00:00",
            f'"kind":"draft","body":"{text}"', text,
        ),
    )  # fmt: skip
