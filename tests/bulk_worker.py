"""A worker of a shared run as a process of its own, to be killed: `python bulk_worker.py URL CANDIDATES LOG FOLDER`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

from doubles import COMPANY, GOOD, JOB, RECRUITER, TODAY

from overture.bulk.candidate_rows import read_rows
from overture.bulk.keys import call_key
from overture.bulk.run import RunEnd, RunPlan
from overture.bulk.run_folder import RunSettings
from overture.bulk.shared_run import open_shared, run_shared
from overture.generation import Chunk, Usage, WriterOutput
from overture.generation.draft_input import DraftInput
from overture.generation.writers import WriteRequest
from overture.people import Candidate

CHUNK_ROWS = 5
CONCURRENCY = 2
CHUNKS_AT_ONCE = 2
COMMON = DraftInput(candidate=Candidate(), job=JOB, company=COMPANY, recruiter=RECRUITER)
SETTINGS = RunSettings(model="noting:one", prompt="p", opportunity="o", today=TODAY)


class NotingWriter:
    """Answers every call, and notes it in a file before: each line was paid, by `usage`."""

    label = "noting:one"
    options: Mapping[str, str | int | float | bool | None] = {}
    usage = Usage(requests=1, input_tokens=100, output_tokens=10)

    def __init__(self, log: Path, *, seconds: float = 0.02) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._seconds = seconds

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """One call."""
        os.write(self._log, f"{call_key(request, model=self.label)}\n".encode())
        await asyncio.sleep(self._seconds)
        return WriterOutput(GOOD["subject"], GOOD["body"], usage=self.usage)

    def write(self, request: WriteRequest) -> WriterOutput:
        """Not in a run."""
        raise NotImplementedError

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """Not in a run."""
        raise NotImplementedError

    def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """Not in a run."""
        raise NotImplementedError


def work(
    url: str, candidates: Path, log: Path, folder: Path, *, writer: NotingWriter | None = None, **ceilings: Any
) -> RunEnd:
    """Be a worker of the run until it is done."""
    plan = RunPlan(writer=writer or NotingWriter(log), common=COMMON, concurrency=CONCURRENCY, **ceilings)
    with open_shared(folder, url=url, run="run", settings=SETTINGS) as opened:
        return run_shared(
            plan, opened, read_rows([candidates]), chunk_rows=CHUNK_ROWS, chunks_at_once=CHUNKS_AT_ONCE,
            dead_after=3.0, poll=0.05,
        )  # fmt: skip


if __name__ == "__main__":
    work(sys.argv[1], *map(Path, sys.argv[2:]))
