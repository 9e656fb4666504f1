"""`--mode batch`: through every fault of a provider and every kill, one row each, and no answer is paid twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from batch_server import (
    BATCH_FATES,
    CALL_FATES,
    LINE_FATES,
    BatchFate,
    BatchServer,
    CallFate,
    Instant,
    Killed,
    LineFate,
)
from bulk_batches import Clock, Run, candidate, mended
from bulk_worker import COMMON, SETTINGS
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import OpenAI

from overture.bulk.batch_client import Waiting
from overture.bulk.batch_drafting import run_batches
from overture.bulk.batch_wire import Answered, Reply, read_reply, request_line
from overture.bulk.batch_writer import batch_prices
from overture.bulk.candidate_rows import read_rows
from overture.bulk.run import RunPlan
from overture.bulk.run_folder import RunFolder
from overture.bulk.run_store import RunStore
from overture.errors import ConfigurationError, WriterError, WriterUnavailableError
from overture.generation import OpenAIWriter
from overture.generation.draft import Usage
from overture.generation.prices import Prices

MODEL = "openai:gpt-test"
PEOPLE = [0, 1, 2, 3, 4]


def checked(run: Run, people: list[int]) -> None:
    """One row each, and no request that had its answer was asked again."""
    assert sorted(run.drafts()) == list(range(len(people)))
    for name, times in run.server.asked.items():
        assert times <= 1 + run.server.spoilt[name], f"{name} was asked once too often"


def test_many_drafts_are_one_batch(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer())
    report = run.go(PEOPLE)
    assert (report.batches, report.requests, report.stopped) == (1, 5, False)
    assert run.writers() == [MODEL] * 5
    assert run.server.answered.total() == 5
    checked(run, PEOPLE)


def test_what_is_left_over_is_nothing(tmp_path: Path) -> None:
    """No texts lie about, neither here nor at the provider."""
    run = Run(tmp_path, BatchServer(answer=mended))
    run.go(PEOPLE)
    assert list((tmp_path / "batches").iterdir()) == []
    assert run.server.files == {}


def test_repairs_are_a_second_round(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(answer=mended))
    report = run.go(PEOPLE)
    assert (report.batches, report.requests) == (2, 10)
    assert all(record["usage"]["requests"] == 2 for record in run.drafts().values())
    checked(run, PEOPLE)


def test_batches_hold_no_more_than_they_may_and_rounds_mix(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(answer=mended), options={"most_requests": 2, "most_open": 2})
    report = run.go([*range(9)])
    assert report.requests == 18
    assert max(len(batch.ids) for batch in run.server.batches.values()) == 2
    assert report.batches <= 11
    checked(run, [*range(9)])


def test_two_rows_with_the_same_prompt_are_paid_once(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(), options={"most_requests": 2})
    people = [0, 1, 0, 0, 1]
    assert run.go(people).requests == 2
    checked(run, people)


def test_a_second_run_of_the_same_folder_asks_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer())
    run.go(PEOPLE[:3])
    assert run.go(PEOPLE).requests == 2
    assert run.go(PEOPLE).batches == 0
    assert run.server.answered.total() == 5


@pytest.mark.parametrize("fate", [fate for fate in LINE_FATES if fate != "refuse"])
def test_a_request_without_an_answer_is_asked_again(tmp_path: Path, fate: LineFate) -> None:
    run = Run(tmp_path, BatchServer(lines=[fate]))
    report = run.go(PEOPLE)
    assert run.writers() == [MODEL] * 5
    assert report.requests == 5 + run.server.spoilt.total()
    assert report.unreadable == (fate in {"malformed", "cut"})
    assert report.strangers == (fate in {"twice", "stranger", "both"})
    checked(run, PEOPLE)


@pytest.mark.parametrize("fate", ["lose", "fail_500", "expire", "malformed"])
def test_d15_what_no_batch_answers_is_written_offline(tmp_path: Path, fate: LineFate) -> None:
    run = Run(tmp_path, BatchServer(lines=[fate for _ in range(100)]))
    run.go(PEOPLE)
    assert set(run.server.asked.values()) == {3}
    assert run.writers() == ["offline"] * 5
    assert {record["fallback"]["kind"] for record in run.drafts().values()} == {"unavailable"}


def test_without_a_fallback_it_is_an_error_that_says_how_often_it_was_asked(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(lines=["expire" for _ in range(100)]), fallback=False, most_asks=2)
    with pytest.raises(WriterUnavailableError, match=r"no batch of 2 answered this request \(batch_expired\)"):
        run.go(PEOPLE)


def test_d15_a_refusal_is_an_answer(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(lines=["refuse"]))
    assert run.go(PEOPLE).requests == 5
    assert Counter(run.writers()) == {MODEL: 4, "offline": 1}


@pytest.mark.parametrize("fate", BATCH_FATES)
def test_a_batch_that_ends_early_is_asked_for_the_rest(tmp_path: Path, fate: BatchFate) -> None:
    run = Run(tmp_path, BatchServer(batches=[fate]))
    report = run.go(PEOPLE)
    assert run.writers() == [MODEL] * 5
    assert run.server.answered.total() == 5
    assert report.failed == (fate in {"fail", "full"})
    checked(run, PEOPLE)


def test_a_queue_that_is_full_waits_until_a_batch_has_ended(tmp_path: Path) -> None:
    server = BatchServer(batches=["complete", "full", "complete", "full"], polls=5)
    run = Run(tmp_path, server, options={"most_requests": 1})
    assert run.go(PEOPLE).failed == 2
    assert run.writers() == [MODEL] * 5
    checked(run, PEOPLE)


def test_batches_that_are_always_refused_end_the_run_with_their_reason(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(batches=["full", "full", "full", "full"]))
    with pytest.raises(
        WriterUnavailableError, match=r"4 batches one after the other \(token_limit_exceeded\).*start the"
    ):
        run.go(PEOPLE)
    run.go(PEOPLE)
    assert run.writers() == [MODEL] * 5
    assert run.server.answered.total() == 5


def test_a_parameter_that_the_endpoint_refuses_is_left_out_from_then_on(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if "temperature" in body:
            return {"error": {"message": "Unsupported parameter", "param": "temperature", "code": "unsupported"}}
        return mended(body)

    run = Run(tmp_path, BatchServer(answer=answer), options={"most_requests": 3, "most_open": 1})
    report = run.go(PEOPLE)
    assert run.writers() == [MODEL] * 5
    assert run.drafts()[0]["options"]["refused_parameters"] == "temperature"
    assert report.requests == 3 + 10, "the second batch knew"
    run.go([*PEOPLE, 7])
    assert run.server.answered.total() == 12, "and so does the next process"


def test_a_key_that_is_refused_ends_the_run_at_once(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer())
    run.server = _Wire(httpx2.Response(401, json={"error": {"message": "no", "code": "invalid_api_key"}}))
    with pytest.raises(ConfigurationError, match="refuses the API key"):
        run.go(PEOPLE)
    assert run.clock.waits == []


@pytest.mark.parametrize(
    ("status", "said"), [(401, "refuses the API key"), (403, "refuses the API key"), (404, "has no model 'gpt-test'")]
)
def test_a_line_that_says_that_the_key_or_the_model_is_refused_ends_the_run_and_settles_nothing(
    tmp_path: Path, status: int, said: str
) -> None:
    """However often: what was refused for that was not asked, so that it is asked once the setting is right."""
    run = Run(tmp_path, BatchServer(answer=lambda _body: {"error": {"message": "no", "code": "x"}, "status": status}))
    for _ in range(4):
        with pytest.raises(ConfigurationError, match=said):
            run.go(PEOPLE)
    assert run.drafts() == {}
    run.server = BatchServer()
    run.go(PEOPLE)
    assert run.writers() == [MODEL] * 5
    assert run.server.answered.total() == 5


class _Busy(BatchServer):
    """Asks for a wait at its first call."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self._asks = [str(seconds)]

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self._asks:
            told = {"error": {"message": "no", "code": "rate_limit_exceeded"}}
            return httpx2.Response(429, json=told, headers={"retry-after": self._asks.pop()})
        return super().__call__(request)


@pytest.mark.parametrize(("asked", "waited"), [(120, 120.0), (86_400, 300.0)])
def test_retry_after_is_waited_for_up_to_the_longest_wait(tmp_path: Path, asked: int, waited: float) -> None:
    run = Run(tmp_path, _Busy(asked))
    run.go(PEOPLE)
    assert run.clock.waits[0] == waited
    checked(run, PEOPLE)


class _SummingStore(RunStore):
    """Counts how often all answers are summed up."""

    sums = 0

    def spent(self) -> Usage:
        self.sums += 1
        return super().spent()


def test_d15_what_a_run_has_spent_is_not_summed_up_for_each_request(tmp_path: Path) -> None:
    server, clock = BatchServer(answer=mended), Clock()
    client = OpenAI(api_key="test", http_client=httpx2.Client(transport=server.transport))
    people = tmp_path / "people.jsonl"
    told = (candidate(number).model_dump_json(exclude_defaults=True) for number in PEOPLE)
    people.write_text("\n".join(told), encoding="utf-8")
    plan = RunPlan(writer=OpenAIWriter("gpt-test", client=client), common=COMMON, max_tokens=10_000_000)
    store = _SummingStore(f"sqlite:///{tmp_path / 'run.db'}")
    folder = RunFolder(path=tmp_path, store=store, settings=SETTINGS)
    end = run_batches(plan, folder, read_rows([people]), waiting=Waiting(clock=clock, sleep=clock.sleep))
    assert (end.missing, end.stopped, store.sums) == (0, None, 1)
    assert end.tally.calls > len(PEOPLE)
    assert end.spent == store.spent()
    store.close()


def test_an_endpoint_without_batches_says_so(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer())
    run.server = _Wire(httpx2.Response(404, json={}))
    with pytest.raises(ConfigurationError, match="has no Batch API"):
        run.go(PEOPLE)


def test_an_endpoint_that_is_away_is_waited_for_an_hour_and_no_longer(tmp_path: Path) -> None:
    away = BatchServer(calls=["drop_before" for _ in range(1000)])
    run = Run(tmp_path, away)
    with pytest.raises(WriterError):
        run.go(PEOPLE)
    assert 3_000 < sum(run.clock.waits) <= 3_600
    run.server = BatchServer()
    run.go(PEOPLE)
    checked(run, PEOPLE)


def test_looks_at_a_batch_grow_apart(tmp_path: Path) -> None:
    run = Run(tmp_path, BatchServer(polls=12))
    run.go(PEOPLE)
    waits = run.clock.waits
    assert 4.5 <= waits[0] <= 5
    assert all(270 <= wait <= 300 for wait in waits[-2:])
    assert waits[:6] == sorted(waits[:6])


def test_d15_a_ceiling_ends_a_run_cleanly_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    spent: list[Usage] = []

    def may_spend(estimate: Usage) -> bool:
        spent.append(estimate)
        return estimate.output_tokens <= 3 * 900

    run = Run(tmp_path, BatchServer(), options={"may_spend": may_spend})
    report = run.go(PEOPLE)
    assert report.stopped
    assert sorted(run.drafts()) == [0, 1, 2]
    assert spent[0].input_tokens > 300
    run.options = {}
    assert run.go(PEOPLE).requests == 2
    checked(run, PEOPLE)


@pytest.mark.parametrize("fate", [fate for fate in CALL_FATES if fate != "serve"])
@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_call_that_fails_is_made_again_and_submits_nothing_twice(tmp_path: Path, fate: CallFate, number: int) -> None:
    before: list[CallFate] = ["serve" for _ in range(number)]
    run = Run(tmp_path, BatchServer(calls=[*before, fate, fate]))
    run.go(PEOPLE)
    assert run.server.answered.total() == 5
    assert len(run.server.batches) == 1
    checked(run, PEOPLE)


def kill_at_calls(tmp_path: Path, *, every: int) -> None:
    """Killed before and after calls to the provider, then gone on with."""
    whole = Run(tmp_path / "whole", BatchServer(answer=mended), options={"most_requests": 3})
    whole.folder.mkdir()
    whole.go(PEOPLE)
    expected = [record["body"] for record in whole.drafts().values()]
    moments: tuple[Instant, ...] = ("before", "after")
    instants: list[tuple[int, Instant]] = [
        (number, instant) for number in range(len(whole.server.calls)) for instant in moments
    ]
    for number, instant in instants[::every]:
        folder = tmp_path / f"{number}-{instant}"
        folder.mkdir()
        server = BatchServer(answer=mended, kills=[(number, instant)])
        run = Run(folder, server, options={"most_requests": 3})
        with pytest.raises(Killed):
            run.go(PEOPLE)
        run.go(PEOPLE)
        assert server.answered.total() == 10, f"killed {instant} call {number}"
        assert [record["body"] for record in run.drafts().values()] == expected
        checked(run, PEOPLE)


def test_a_kill_at_some_calls_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    kill_at_calls(tmp_path, every=37)


@pytest.mark.slow
def test_a_kill_at_any_call_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    kill_at_calls(tmp_path, every=1)


def test_a_kill_at_a_draft_loses_nothing(tmp_path: Path) -> None:
    for number in (0, 5, 13):
        folder = tmp_path / str(number)
        folder.mkdir()
        run = Run(folder, BatchServer(answer=mended), options={"most_requests": 3})
        left = iter(range(number))

        def die(_row: int, left: Any = left) -> None:
            if next(left, None) is None:
                raise Killed

        run.before_draft = die
        with pytest.raises(Killed):
            run.go(PEOPLE)
        run.before_draft = lambda _row: None
        run.go(PEOPLE)
        assert run.server.answered.total() == 10
        checked(run, PEOPLE)


def test_a_run_may_go_on_with_other_rows_than_it_was_left_with(tmp_path: Path) -> None:
    """Its answers are kept by what was asked, so neither the order nor the number of rows matters."""
    run = Run(tmp_path, BatchServer(kills=[(2, "before")]), options={"most_requests": 3})
    with pytest.raises(Killed):
        run.go(PEOPLE)
    people = [9, *reversed(PEOPLE), 8]
    run.go(people)
    assert run.server.answered.total() == 7
    checked(run, people)


FAULTS = given(
    lines=st.lists(st.sampled_from(LINE_FATES), max_size=12),
    batches=st.lists(st.sampled_from(BATCH_FATES), max_size=4),
    calls=st.lists(st.sampled_from(CALL_FATES), max_size=16),
    kills=st.sets(st.tuples(st.integers(0, 25), st.sampled_from(["before", "after"])), max_size=5),
    people=st.lists(st.integers(0, 3), min_size=1, max_size=6),
    size=st.integers(1, 4),
    seed=st.integers(0, 3),
)


def survives(
    folder: Path,
    lines: list[LineFate],
    batches: list[BatchFate],
    calls: list[CallFate],
    kills: set[Any],
    people: list[int],
    size: int,
    seed: int,
) -> None:
    """Whatever the provider does, and however often the run dies: every row ends once."""
    server = BatchServer(
        answer=mended, lines=lines, batches=batches, calls=calls, kills=kills, seed=seed
    )  # fmt: skip
    run = Run(folder, server, options={"most_requests": size, "most_open": 2})
    for _ in range(len(kills) + len(batches) + 2):
        try:
            run.go(people)
            break
        except (Killed, WriterError):
            continue
    checked(run, people)
    assert max(server.asked.values(), default=0) <= 3
    assert len({tuple(sorted(batch.metadata.items())) for batch in server.batches.values()}) == len(server.batches)


@settings(max_examples=6)
@FAULTS
def test_whatever_the_provider_does_every_row_ends_once(
    tmp_path_factory: pytest.TempPathFactory, **faults: Any
) -> None:
    survives(tmp_path_factory.mktemp("run"), **faults)


@pytest.mark.slow
@settings(max_examples=40)
@FAULTS
def test_every_row_ends_once_at_length(tmp_path_factory: pytest.TempPathFactory, **faults: Any) -> None:
    survives(tmp_path_factory.mktemp("run"), **faults)


def test_a_line_of_a_batch_is_one_request() -> None:
    line = request_line("k1", {"model": "m", "messages": [{"role": "user", "content": "Zoë\nline\u2028two"}]})
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert b'"custom_id":"k1"' in line


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"", None),
        (b"nonsense", None),
        (b"[1]", None),
        (b'{"custom_id": 3}', None),
        (b'{"response": {"status_code": 200, "body": {"choices": []}}}', None),
        (b'{"custom_id": "a"}', Reply(key="a", reason="no answer")),
        (b'{"custom_id": "a", "error": {"code": "batch_expired"}}', Reply(key="a", reason="batch_expired")),
        (b'{"custom_id": "a", "error": {"code": 3, "message": "Ada said"}}', Reply(key="a", reason="no answer")),
        (b'{"custom_id": "a", "response": {"status_code": 500, "body": {}}}', Reply(key="a", reason="HTTP 500")),
        (b'{"custom_id": "a", "response": {"status_code": 200, "body": {}}}', Reply(key="a", reason="HTTP 200")),
        (
            b'{"custom_id": "a", "response": {"status_code": 200, "body": {"choices": []}}, "error": null}',
            Reply(key="a", answer=Answered(status=200, body={"choices": []})),
        ),
        (
            b'{"custom_id": "a", "response": {"status_code": 401, "body": {"error": {"code": "x"}}}}',
            Reply(key="a", reason="x", no_way_in=Answered(status=401, body={"error": {"code": "x"}})),
        ),
        (
            b'{"custom_id": "a", "response": {"status_code": 400, "body": {"error": {"code": "x"}}}}',
            Reply(key="a", answer=Answered(status=400, body={"error": {"code": "x"}})),
        ),
    ],
)
def test_a_line_of_a_result_is_an_answer_a_reason_or_nothing(line: bytes, reply: Reply | None) -> None:
    assert read_reply(line) == reply


@given(st.binary(max_size=60))
def test_no_line_of_a_result_breaks_the_reader(line: bytes) -> None:
    read_reply(line)


def test_d14_a_batch_costs_half_at_openai_and_nobody_knows_what_elsewhere() -> None:
    table = Prices.default()
    half = batch_prices(table)
    assert set(half.providers) == {"openai"}
    for whole, halved in zip(table.providers["openai"].models, half.providers["openai"].models, strict=True):
        assert halved.input == whole.input / 2
        assert halved.output == whole.output / 2
        assert (halved.cached_input or Decimal(0)) * 2 == (whole.cached_input or Decimal(0))


class _Wire(BatchServer):
    """A server that gives one answer to everything."""

    def __init__(self, reply: httpx2.Response) -> None:
        super().__init__()
        self._reply = reply

    def __call__(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002 - the wire's signature
        return httpx2.Response(self._reply.status_code, content=self._reply.content, headers=self._reply.headers)
