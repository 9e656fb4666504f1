"""What tests of `--mode batch` share: a run in a folder that can be left and taken up again, and what became of it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from batch_server import BatchServer
from doubles import GOOD, RICH, completion, context_of

from overture.bulk.batch_client import BatchClient, Waiting
from overture.bulk.batch_run import BatchReport, BatchRun
from overture.bulk.batch_store import BatchStore
from overture.bulk.batch_writer import BatchWriter
from overture.bulk.records import StoredRow
from overture.bulk.run_store import RunStore
from overture.generation import Drafter, OpenAIWriter
from overture.generation.facts import MessageContext
from overture.people import Candidate

BAD = GOOD | {"body": GOOD["body"] + " You lived in Madrid for 12 years."}
STARTED = 10.0


def candidate(number: int) -> Candidate:
    """People whose prompts differ; two with the same number differ in nothing."""
    first, *others = RICH.positions
    here = first.model_copy(update={"company": f"Zaplata {chr(65 + number)}"})
    return RICH.model_copy(update={"name": f"Person {number}", "positions": (here, *others)})


def mended(body: dict[str, Any]) -> dict[str, Any]:
    """A model whose first try is bad and whose second is good."""
    first = body["response_format"]["json_schema"]["name"] == "draft"
    return completion(json.dumps(BAD if first else GOOD))


@dataclass
class Clock:
    """Time that passes only while somebody waits."""

    at: float = STARTED
    waits: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waits.append(seconds)
        self.at += seconds


@dataclass
class Run:
    """A run of rows by their numbers over a folder; `go` is one process of it."""

    folder: Path
    server: BatchServer
    clock: Clock = field(default_factory=Clock)
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    fallback: bool = True
    most_asks: int = 3
    before_draft: Callable[[int], None] = lambda _row: None
    errors: list[int] = field(default_factory=list[int])

    @property
    def url(self) -> str:
        """Of the run's store."""
        return f"sqlite:///{self.folder / 'run.db'}"

    def go(self, people: list[int]) -> BatchReport:
        """Draft these people, one row each, until all are done or somebody dies."""
        from openai import OpenAI

        store, batches = RunStore(self.url), BatchStore(self.url, run="run")
        try:
            client = OpenAI(api_key="test", http_client=httpx2.Client(transport=self.server.transport))
            inner = OpenAIWriter("gpt-test", client=client)
            writer = BatchWriter(inner, store=store, batches=batches, most_asks=self.most_asks)
            waiting = Waiting(clock=self.clock, sleep=self.clock.sleep, jitter=random.Random(7))
            drafter = Drafter(writer, fallback=self.fallback)
            done = store.done(0, len(people))

            def draft(row: int) -> None:
                self.before_draft(row)
                made = drafter.draft_from(context(people[row]))
                record = json.loads(made.model_dump_json(exclude={"sentences"}))
                store.put(rows=[StoredRow(number=row, digest="", status="drafted", record=record)])

            run = BatchRun[int](
                writer,
                client=BatchClient(client, model="gpt-test", waiting=waiting),
                batches=batches,
                folder=self.folder / "batches",
                waiting=waiting,
                now=self.clock,
                **self.options,
            )
            return run.run((row for row in range(len(people)) if row not in done), draft)
        finally:
            store.close()
            batches.close()

    def drafts(self) -> dict[int, dict[str, Any]]:
        """The rows that are kept, by number."""
        store = RunStore(self.url)
        try:
            return {row.number: row.record for row in store.rows()}
        finally:
            store.close()

    def writers(self) -> list[str]:
        """Who wrote each row, in the order of the rows."""
        return [record["writer"] for _, record in sorted(self.drafts().items())]


_contexts: dict[int, MessageContext] = {}


def context(person: int) -> MessageContext:
    """The context of a person's message, made once."""
    if person not in _contexts:
        _contexts[person] = context_of(candidate(person))
    return _contexts[person]
