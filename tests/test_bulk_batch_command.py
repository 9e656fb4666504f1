"""`overture draft-bulk --mode batch` as people run it, over real HTTP on loopback, and killed by kill -9."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer, on_loopback
from bulk_batches import candidate, mended
from doubles import COMPANY, JOB, RECRUITER
from transports import our_environment

from overture.cli import run

PEOPLE = 5


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """The command, but for the endpoint."""
    people = (candidate(number).model_dump(mode="json", exclude_defaults=True) for number in range(PEOPLE))
    (tmp_path / "people.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in people), encoding="utf-8")
    given: list[str] = []
    for name, value in (("job", JOB), ("company", COMPANY), ("recruiter", RECRUITER)):
        path = tmp_path / f"{name}.json"
        path.write_text(value.model_dump_json(exclude_defaults=True), encoding="utf-8")
        given += [f"--{name}", str(path)]
    return [
        "draft-bulk", "--candidates", str(tmp_path / "people.jsonl"), *given, "--out", str(tmp_path / "drafts.jsonl"),
        "--model", "openai:gpt-test", "--mode", "batch", "--json",
    ]  # fmt: skip


def drafts(folder: Path) -> list[dict[str, Any]]:
    """The lines of the output."""
    return [json.loads(line) for line in (folder / "drafts.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_command_drafts_through_batches(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    server = BatchServer(answer=mended, polls=0)
    with on_loopback(server) as url:
        assert run([*arguments, "--base-url", url]) == 0
        assert run([*arguments, "--base-url", url]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["drafted"], first["missing"]) == (PEOPLE, 0)
    assert first["sameness"]["redrafted"] == PEOPLE - 1, "the server writes the same to all"
    assert first["calls"] == first["spent"]["requests"] == 2 * (PEOPLE + PEOPLE - 1)
    assert (second["drafted"], second["calls"], second["spent"]) == (PEOPLE, 0, first["spent"])
    assert {line["writer"] for line in drafts(tmp_path)} == {"openai:gpt-test"}
    assert drafts(tmp_path)[0]["options"]["mode"] == "batch"
    assert len(server.batches) == 4, "first tries, repairs, and both for those too alike"


def test_d15_a_ceiling_stops_before_a_batch_is_submitted(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    server = BatchServer(polls=0)
    with on_loopback(server) as url:
        assert run([*arguments, "--base-url", url, "--max-tokens", "4000"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["drafted"] == server.answered.total() == 1
    assert "would pass the run's ceiling of 4000 tokens" in told.err


def test_a_key_that_is_refused_line_by_line_stops_the_run_as_it_does_online(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"error": {"message": "no", "code": "invalid_api_key"}, "status": 401}
    with on_loopback(BatchServer(answer=lambda _body: refused, polls=0)) as url:
        assert run([*arguments, "--base-url", url]) == 2
    told = capsys.readouterr()
    assert "refuses the API key with HTTP 401 (invalid_api_key)" in told.err
    assert drafts(tmp_path) == []
    summary = json.loads(told.out)
    assert (summary["drafted"], summary["missing"], summary["maybe_paid_twice"]) == (0, PEOPLE, None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "offline"], "asks an openai:NAME"),
        (["--engine", "dbos"], "leaves the work to the provider"),
        (["--mode", "online", "--engine", "dbos"], "needs --database-url"),
        (["--mode", "online", "--database-url", "sqlite:///x.db"], "goes with --engine"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run([*arguments, *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("instant", [(1, "before"), (1, "after"), (3, "after"), (6, "before")])
def test_a_command_that_was_killed_goes_on_and_pays_nothing_twice(
    tmp_path: Path, arguments: list[str], instant: Any
) -> None:
    server = BatchServer(answer=mended, polls=0, kills=[instant])
    commands: list[subprocess.Popen[bytes]] = []
    with on_loopback(server, killed=lambda: commands[-1].kill()) as url:
        start = [sys.executable, "-c", "from overture.cli import main; main()", *arguments, "--base-url", url]
        ends: list[int] = []
        while not ends or (ends[-1] != 0 and len(ends) < 3):
            commands.append(subprocess.Popen(start, env=our_environment()))  # noqa: S603 - our own command
            ends.append(commands[-1].wait(timeout=120))
    assert ends == [-9, 0]
    assert len(drafts(tmp_path)) == PEOPLE
    assert set(server.answered.values()) == {1}
