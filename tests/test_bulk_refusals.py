"""A row whose request is refused (HTTP 400) is one row's matter, unless the first ones show that it is the setting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import stamina
from bulk_endpoint import Books, endpoint_in_thread
from bulk_people import person, write_people

from overture import Candidate, Drafter, read_job
from overture.bulk import run as bulk_run
from overture.bulk.run import ATTEMPTS
from overture.cli.app import run
from overture.generation import OpenAIWriter

EXAMPLES = Path(__file__).parents[1] / "examples"
JOB = EXAMPLES / "job-backend.html"
TOO_LONG = {"code": "context_length_exceeded", "message": "This model's context has 4,096 tokens."}
NO_SEED = {"code": "unsupported_value", "message": "Unknown setting 'sampler'."}

Refusal = Callable[[dict[str, Any]], tuple[int, dict[str, Any]] | None]


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    """Tries again as often as ever, and without waiting in between."""
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield


@pytest.fixture
def endpoint() -> Iterator[tuple[str, Books]]:
    with endpoint_in_thread() as opened:
        yield opened


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("workers", "dbos")]


@pytest.fixture(params=["one process", "one at a time", *SLOW])
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The options of a way to carry out a run."""
    monkeypatch.setattr(bulk_run, "_WORTH_PROCESSES", 2)  # few rows in a test
    ways = {
        "one process": ("--workers", "1"),
        "one at a time": ("--workers", "1", "--concurrency", "1"),
        "workers": ("--workers", "2"),
        "dbos": ("--engine", "dbos", "--database-url", f"sqlite:///{tmp_path / 'shared.db'}"),
    }
    return ways[str(request.param)]


def refusing(numbers: Sequence[int], status: int = 400, error: dict[str, Any] = TOO_LONG) -> Refusal:
    """Refuses the requests about these people."""
    deeds = [str(person(number)["positions"][0]["highlights"][0]) for number in numbers]

    def refusal(asked: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        return (status, error) if any(deed in asked["messages"][1]["content"] for deed in deeds) else None

    return refusal


def bulk(folder: Path, address: str, *options: str, code: int = 0) -> list[dict[str, Any]]:
    """The run's output; whatever came before in the folder, it goes on with."""
    out = folder / "drafts.jsonl"
    arguments = ["--candidates", str(folder / "people.jsonl"), "--job", str(JOB), "--today", "2026-11-22"]
    model = ["--model", "openai:gpt-test", "--base-url", address, "--out", str(out)]
    assert run(["draft-bulk", *arguments, *model, *options]) == code
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_d15_a_row_that_is_refused_at_the_first_is_drafted_offline_and_the_run_goes_on(
    tmp_path: Path, endpoint: tuple[str, Books], way: tuple[str, ...]
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", 8)
    books.refusal = refusing([0, 1, 6])
    rows = bulk(tmp_path, address, *way)
    assert [row["number"] for row in rows] == list(range(8))
    assert [row["number"] for row in rows if row["fallback"] == "configuration"] == [0, 1, 6]
    assert "context_length_exceeded" in rows[0]["fallback_reason"]
    assert books.answers == 5
    assert set(books.refused.values()) == {1}, "what is put off is not asked again"


def test_a_setting_that_is_refused_stops_the_run_after_three_people_and_says_what_the_endpoint_says(
    tmp_path: Path, endpoint: tuple[str, Books], way: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", 30)
    books.refusal = lambda _asked: (400, NO_SEED)
    for start in (1, 2):
        assert bulk(tmp_path, address, *way, code=2) == []
        assert books.refused.total() == 3 * start, "the first ones go one at a time"
        said = capsys.readouterr().err
        assert "HTTP 400 (unsupported_value)" in said
        assert "Unknown setting 'sampler'." in said
        assert "Check the model's name" in said
    books.refusal = lambda _asked: None
    assert {row["writer"] for row in bulk(tmp_path, address, *way)} == {"openai:gpt-test"}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_key_or_model_that_is_refused_stops_the_run_at_the_first(
    tmp_path: Path, endpoint: tuple[str, Books], status: int
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", 5)
    books.refusal = lambda _asked: (status, {"message": "no"})
    assert bulk(tmp_path, address, code=2) == []
    assert books.refused.total() == 1


@pytest.mark.parametrize("people", [1, 2])
def test_d15_fewer_people_than_would_show_it_are_drafted_for_offline(
    tmp_path: Path, endpoint: tuple[str, Books], way: tuple[str, ...], people: int
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", people)
    books.refusal = lambda _asked: (400, TOO_LONG)
    assert [row["writer"] for row in bulk(tmp_path, address, *way)] == ["offline"] * people
    assert books.refused.total() == people


def test_d15_people_who_are_refused_for_different_reasons_are_no_setting(
    tmp_path: Path, endpoint: tuple[str, Books]
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", 6)
    long, strange = refusing([0, 1]), refusing([2, 3], error={"code": "invalid_prompt", "message": "no"})
    books.refusal = lambda asked: long(asked) or strange(asked)
    assert [row["fallback"] for row in bulk(tmp_path, address)] == ["configuration"] * 4 + [None] * 2


def test_d15_the_same_person_three_times_shows_nothing_of_the_setting(
    tmp_path: Path, endpoint: tuple[str, Books]
) -> None:
    address, books = endpoint
    people = [person(0), {**person(0), "name": "Ada Twin"}, {**person(0), "name": "Bea Twin"}, person(1)]
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, people)), encoding="utf-8")
    books.refusal = refusing([0])
    rows = bulk(tmp_path, address)
    assert [row["fallback"] for row in rows] == ["configuration"] * 3 + [None]


def test_d15_a_run_that_was_answered_before_goes_on_whatever_is_refused_at_its_next_start(
    tmp_path: Path, endpoint: tuple[str, Books], way: tuple[str, ...]
) -> None:
    address, books = endpoint
    write_people(tmp_path / "people.jsonl", 2)
    bulk(tmp_path, address, *way)
    write_people(tmp_path / "people.jsonl", 7)
    books.refusal = refusing([2, 3, 4, 5])
    rows = bulk(tmp_path, address, *way)
    assert [row["fallback"] for row in rows] == [None] * 2 + ["configuration"] * 4 + [None]


def test_refusals_that_are_quicker_than_answers_are_no_evidence(tmp_path: Path) -> None:
    """Those behind an answer under way are not asked about before it is there."""
    write_people(tmp_path / "people.jsonl", 8)
    with endpoint_in_thread(seconds=0.3) as (address, books):
        books.refusal = refusing([1, 2, 3, 4, 5])
        rows = bulk(tmp_path, address)
    assert [row["fallback"] for row in rows] == [None] + ["configuration"] * 5 + [None] * 2


def test_d15_drafting_one_by_one_goes_on_behind_a_refused_one(endpoint: tuple[str, Books]) -> None:
    address, books = endpoint
    books.refusal = refusing([0])
    writer = OpenAIWriter("gpt-test", base_url=address)
    drafter = Drafter(writer, today=date(2026, 11, 22))
    drafts = [drafter.draft(Candidate.model_validate(person(number)), job=read_job(JOB)) for number in range(3)]
    assert [draft.writer for draft in drafts] == ["offline", "openai:gpt-test", "openai:gpt-test"]
    writer.close()


async def test_d15_drafting_many_outside_a_run_goes_on_behind_a_refused_one(endpoint: tuple[str, Books]) -> None:
    address, books = endpoint
    books.refusal = refusing([0])
    writer = OpenAIWriter("gpt-test", base_url=address)
    people = [Candidate.model_validate(person(number)) for number in range(3)]
    results = Drafter(writer, today=date(2026, 11, 22)).adraft_many(people, job=read_job(JOB), ordered=True)
    drafts = [result.draft async for result in results]
    assert [draft and draft.writer for draft in drafts] == ["offline", "openai:gpt-test", "openai:gpt-test"]
    await writer.aclose()
