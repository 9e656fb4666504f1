"""`overture draft-bulk` as its users run it: files in, files out, one row for each candidate (S-5)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import stamina
from bulk_endpoint import FLAKY, Books, Fault, endpoint_in_thread
from bulk_people import people, person, write_people

from overture.bulk.run import ATTEMPTS
from overture.cli.app import run

EXAMPLES = Path(__file__).parents[1] / "examples"
COMPANY = ("--company", str(EXAMPLES / "company.yaml"), "--recruiter", str(EXAMPLES / "recruiter.yaml"))
FORMS = (*("--job", str(EXAMPLES / "job-backend.html")), *COMPANY, "--today", "2026-11-22")
PRICES = {
    "as_of": "2026-11-22",
    "providers": {
        "local": {"hosts": ["127.0.0.1"], "models": [{"names": ["gpt-test"], "input": "1", "output": "2"}]},
    },
}


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    """Tries again as often as ever, and without waiting in between."""
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield


@pytest.fixture
def endpoint() -> Iterator[tuple[str, Books]]:
    with endpoint_in_thread() as opened:
        yield opened


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def bulk(candidates: Path | str, out: Path, *options: str, code: int = 0) -> None:
    assert run(["draft-bulk", "--candidates", str(candidates), "--out", str(out), *FORMS, *options]) == code


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def asking(address: str, *options: str) -> tuple[str, ...]:
    return ("--model", "openai:gpt-test", "--base-url", address, "--json", *options)


# In and out


def test_s5_each_candidate_gets_a_draft_of_their_own_in_their_order(tmp_path: Path) -> None:
    out = tmp_path / "drafts.jsonl"
    bulk(write_people(tmp_path / "people.jsonl", 12), out)
    rows = lines(out)
    assert [row["id"] for row in rows] == [f"p{number}" for number in range(12)]
    assert len({row["body"] for row in rows}) == 12
    assert {row["writer"] for row in rows} == {"offline"}
    assert all(row["context_hash"] and row["prompt_fingerprint"] and row["evidence"] for row in rows)  # D-10, D-14


def test_a_bad_row_is_told_of_with_its_place_and_does_not_stop_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out, errors = tmp_path / "p.jsonl", tmp_path / "d.jsonl", tmp_path / "e.jsonl"
    good = json.dumps(person(1))
    given.write_text(f'{good}\n{{"name": \n\n{good}\n{{"name": "A", "positions": 7}}\n[]\n', encoding="utf-8")
    bulk(given, out, "--errors", str(errors), "--json")
    summary = told(capsys)
    assert (summary["candidates"], summary["drafted"], summary["refused"]) == (5, 2, 3)
    assert [row["line"] for row in lines(out)] == [1, 4]
    refused = lines(errors)
    assert [row["line"] for row in refused] == [2, 5, 6]
    assert all(row["file"] == str(given) and row["reason"] for row in refused)
    assert refused[1]["field"] == "positions"


def test_parquet_comes_in_and_goes_out_with_the_same_drafts(tmp_path: Path) -> None:
    given = tmp_path / "p.parquet"
    arrow: Any = import_module("pyarrow")  # it ships no types
    parquet: Any = import_module("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist([*people(5), {"id": "none", "name": "Nobody"}]), given)
    bulk(given, tmp_path / "d.parquet")
    bulk(write_people(tmp_path / "p.jsonl", 5), tmp_path / "d.jsonl")
    written: list[dict[str, Any]] = parquet.read_table(tmp_path / "d.parquet").to_pylist()
    assert [(row["id"], row["body"]) for row in written[:5]] == [
        (row["id"], row["body"]) for row in lines(tmp_path / "d.jsonl")
    ]
    assert json.loads(written[0]["evidence"]) == lines(tmp_path / "d.jsonl")[0]["evidence"]


def test_a_folder_and_a_glob_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    for number in (2, 0, 1):
        (folder / f"{number}.json").write_text(json.dumps(person(number)), encoding="utf-8")
    (folder / "notes.txt").write_text("nothing to read", encoding="utf-8")
    (folder / "list.json").write_text(json.dumps([person(3), person(4)]), encoding="utf-8")
    bulk(folder, tmp_path / "d.jsonl")
    assert [row["id"] for row in lines(tmp_path / "d.jsonl")] == ["p0", "p1", "p2", "p3", "p4"]
    bulk(str(folder / "[0-9].json"), tmp_path / "g.jsonl")
    assert [row["id"] for row in lines(tmp_path / "g.jsonl")] == ["p0", "p1", "p2"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--candidates", "nowhere.jsonl", "--out", "d.jsonl"), "no such file"),
        (("--candidates", "p.jsonl", "--out", "p.jsonl"), "written over"),
        (("--candidates", "p.jsonl", "--out", "d.csv"), ".parquet"),
        (("--candidates", "p.jsonl", "--out", "d.jsonl", "--errors", "d.jsonl"), "--errors"),
        (("--candidates", "p.jsonl", "--out", "/proc/d.jsonl"), "cannot be written"),
        (("--candidates", "p.jsonl", "--out", "d.jsonl", "--errors", "/proc/e.jsonl"), "cannot be written"),
        (("--candidates", "p.jsonl", "--out", "d.jsonl", "--errors", "/proc/1/"), "/proc/1"),
        (("--candidates", "p.jsonl", "--company", "c.json", "--out", "c.json"), "written over"),
        (("--candidates", "p.jsonl.gz", "--out", "d.jsonl"), "compressed"),
        (("--candidates", ".", "--out", "d.jsonl"), "next start"),
        (("--candidates", "*.jsonl", "--out", "d.jsonl"), "next start"),
        (("--candidates", ".", "--out", "../d.jsonl", "--run", "r"), "next start"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {write_people(tmp_path / "p.jsonl", 1).name, "p.jsonl.gz", "c.json"}
    (tmp_path / "p.jsonl.gz").write_bytes(gzip.compress(b"{}"))
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")
    assert run(["draft-bulk", *options]) == 2
    assert said in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == given


def test_an_output_that_cannot_be_written_is_told_of_before_anything_is_paid(
    tmp_path: Path, endpoint: tuple[str, Books], capsys: pytest.CaptureFixture[str]
) -> None:
    address, books = endpoint
    out = tmp_path / "d.jsonl"
    out.mkdir()
    bulk(write_people(tmp_path / "p.jsonl", 3), out, *asking(address), code=2)
    assert "it is a folder" in capsys.readouterr().err
    assert books.requests == 0


@pytest.mark.parametrize(("start", "end"), [(b"", b"\r\n"), (b"\xef\xbb\xbf", b"\n"), (b"\xef\xbb\xbf", b"\r\n")])
def test_lines_may_end_and_the_file_may_begin_as_on_windows(tmp_path: Path, start: bytes, end: bytes) -> None:
    given, out = tmp_path / "p.jsonl", tmp_path / "d.jsonl"
    given.write_bytes(start + end.join(json.dumps(each).encode() for each in people(3)) + end)
    bulk(given, out)
    assert [row["id"] for row in lines(out)] == ["p0", "p1", "p2"]


@pytest.mark.parametrize("name", ["p.jsonl", "p.json"])
def test_a_file_that_is_empty_gives_no_drafts_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_bytes(b"" if name == "p.jsonl" else b"[]")
    bulk(tmp_path / name, tmp_path / "d.jsonl")
    assert "0 candidates" in capsys.readouterr().out
    assert lines(tmp_path / "d.jsonl") == []


def test_a_file_of_lines_in_utf_16_is_one_error_that_says_so(tmp_path: Path) -> None:
    given, errors = tmp_path / "p.jsonl", tmp_path / "e.jsonl"
    given.write_text("".join(f"{json.dumps(each)}\n" for each in people(3)), encoding="utf-16")
    bulk(given, tmp_path / "d.jsonl", "--errors", str(errors))
    assert [row["reason"] for row in lines(errors)] == ["is UTF-16, of which lines are not read"]


def test_a_reason_names_the_place_in_its_line_alone(tmp_path: Path) -> None:
    given, errors = tmp_path / "p.jsonl", tmp_path / "e.jsonl"
    given.write_text('{"name": "A", "headline": "Engineer"}\n  {"name": \n', encoding="utf-8")
    bulk(given, tmp_path / "d.jsonl", "--errors", str(errors))
    assert [(row["line"], row["reason"]) for row in lines(errors)] == [
        (2, "not valid JSON at column 9 (Expecting value)")
    ]


# Going on


def test_a_second_start_drafts_only_what_is_new_or_has_changed(
    tmp_path: Path, endpoint: tuple[str, Books], capsys: pytest.CaptureFixture[str]
) -> None:
    address, books = endpoint
    given, out = write_people(tmp_path / "p.jsonl", 6), tmp_path / "d.jsonl"
    bulk(given, out, *asking(address))
    assert books.answers == 6
    before = out.read_bytes()
    bulk(given, out, *asking(address))
    assert books.answers == 6
    assert out.read_bytes() == before
    changed = [json.dumps(person(number)) for number in (0, 1, 77, 3, 4, 5, 6)]
    given.write_text("\n".join(changed), encoding="utf-8")
    capsys.readouterr()
    bulk(given, out, *asking(address))
    assert books.answers == 8
    assert [row["id"] for row in lines(out)] == ["p0", "p1", "p77", "p3", "p4", "p5", "p6"]
    summary = told(capsys)
    assert (summary["calls"], summary["spent"]["requests"], summary["maybe_paid_twice"]) == (2, 8, 0)


def test_a_run_does_not_go_on_with_another_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, out = write_people(tmp_path / "p.jsonl", 1), tmp_path / "d.jsonl"
    bulk(given, out)
    bulk(given, out, "--tone", "professional", code=2)
    assert "another job" in capsys.readouterr().err


def test_the_same_key_is_answered_from_the_store(
    tmp_path: Path, endpoint: tuple[str, Books], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two people who differ in name only share a context: the model is asked once, and once more for another plan."""
    address, books = endpoint
    given, out = tmp_path / "p.jsonl", tmp_path / "d.jsonl"
    twins = [{**person(0), "id": name, "name": f"{name} Twin"} for name in ("Ada", "Bea", "Cy")]
    given.write_text("\n".join(map(json.dumps, twins)), encoding="utf-8")
    bulk(given, out, *asking(address))
    summary = told(capsys)
    assert summary["reused"] == 2
    assert summary["sameness"]["redrafted"] == 2
    assert books.answers == 3
    assert [row["body"].split(",")[0] for row in lines(out)] == ["Hi Ada", "Hi Bea", "Hi Cy"]


# Spend, cache, sameness


def test_d15_a_ceiling_stops_the_run_cleanly_and_a_higher_one_goes_on(
    tmp_path: Path, endpoint: tuple[str, Books], capsys: pytest.CaptureFixture[str]
) -> None:
    address, books = endpoint
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps(PRICES), encoding="utf-8")
    given, out = write_people(tmp_path / "p.jsonl", 30), tmp_path / "d.jsonl"
    bulk(given, out, *asking(address, "--prices", str(prices), "--max-price", "0.02"), code=1)
    captured = capsys.readouterr()
    summary = json.loads(captured.out)
    assert "0.02" in summary["stopped"]
    assert "goes on" in captured.err
    assert 0 < summary["drafted"] < 30
    assert float(summary["spent"]["price"]) <= 0.02
    assert {row["writer"] for row in lines(out)} == {"openai:gpt-test"}  # none was written offline in its place
    bulk(given, out, *asking(address, "--prices", str(prices), "--max-price", "1"))
    assert told(capsys)["drafted"] == len(lines(out)) == 30
    assert books.answers == 30


def test_most_prompt_tokens_are_cacheable_and_the_first_call_goes_ahead(
    tmp_path: Path, endpoint: tuple[str, Books], capsys: pytest.CaptureFixture[str]
) -> None:
    address, books = endpoint
    bulk(write_people(tmp_path / "p.jsonl", 40), tmp_path / "d.jsonl", *asking(address))
    summary = told(capsys)
    assert summary["cacheable_share"] >= 0.8
    # all but the first call found the prefix in the cache, though all could have been made at once
    whole = summary["spent"]["input_tokens"]
    assert summary["spent"]["cached_tokens"] >= 0.8 * whole * 39 / 40
    assert books.most_under_way > 1


def test_d11_drafts_too_alike_are_written_again_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "p.jsonl"
    twins = [{**person(0), "id": str(number), "name": f"Twin {number}"} for number in range(6)]
    given.write_text("\n".join(map(json.dumps, twins)), encoding="utf-8")
    bulk(given, tmp_path / "d.jsonl", "--json")
    sameness = told(capsys)["sameness"]
    rows = lines(tmp_path / "d.jsonl")
    assert sum(sameness["distribution"]) == 6
    assert sameness["redrafted"] == sum(row["redrafted"] for row in rows) == 5
    assert len({row["body"].split("\n\n", 1)[1] for row in rows}) > 1


# An endpoint that fails


def test_nothing_is_lost_or_doubled_behind_a_flaky_endpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, out = write_people(tmp_path / "p.jsonl", 60), tmp_path / "d.jsonl"
    faults: dict[Fault, float] = {fault: 3 * share for fault, share in FLAKY.items()}
    with endpoint_in_thread(faults=faults) as (address, books):
        bulk(given, out, *asking(address, "--timeout", "0.5"))
    summary = told(capsys)
    assert [row["id"] for row in lines(out)] == [f"p{number}" for number in range(60)]
    assert books.faults.total() > 0
    assert {row["writer"] for row in lines(out)} == {"openai:gpt-test"}
    assert summary["spent"]["requests"] == books.answers == 60 + books.faults["truncated"]
    assert summary["tried_again"] == books.requests - books.answers
    assert summary["unanswered"] == books.faults["hang"]


@pytest.mark.parametrize(("faults", "said"), [({"500": 1.0}, "HTTP 500"), ({"429": 1.0}, "HTTP 429")])
def test_an_endpoint_that_is_down_stops_the_run_and_no_draft_is_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], faults: Any, said: str
) -> None:
    given, out = write_people(tmp_path / "p.jsonl", 30), tmp_path / "d.jsonl"
    with endpoint_in_thread(faults=faults) as (address, _):
        bulk(given, out, *asking(address), code=1)
    assert said in capsys.readouterr().err
    assert lines(out) == []
    with endpoint_in_thread() as (address, _):
        bulk(given, out, *asking(address), code=2)  # another endpoint: not the same run


def test_a_wrong_key_stops_the_run_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = write_people(tmp_path / "p.jsonl", 3)
    bulk(given, tmp_path / "d.jsonl", "--model", "openai:gpt-test", code=2)
    assert "OPENAI_API_KEY" in capsys.readouterr().err
