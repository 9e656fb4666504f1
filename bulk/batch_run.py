"""`--mode batch`: drafts that advance by a provider's batches, whatever is lost there and whenever the run dies."""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from overture.errors import WriterUnavailableError
from overture.generation.course import estimated
from overture.generation.draft import Usage

from .batch_client import BatchClient, BatchState, Waiting
from .batch_store import BatchStore, PlannedBatch
from .batch_wire import MOST_BYTES, MOST_REQUESTS, Answered, Reply, read_reply, request_line
from .batch_writer import BatchWriter, UnaskedError

logger = logging.getLogger("overture")
Row = TypeVar("Row")


@dataclass(slots=True, kw_only=True)
class BatchReport:
    """What a run of batches came to in this process."""

    batches: int = 0
    """Submitted."""
    requests: int = 0
    """In those batches."""
    failed: int = 0
    """Batches that their provider refused as a whole."""
    unreadable: int = 0
    """Lines of results that are no JSON, or name no request: paid perhaps, and asked again."""
    strangers: int = 0
    """Replies to what was not asked, and second replies."""
    stopped: bool = False
    """Whether the ceiling on spending ended it, with rows left."""


class BatchRun(Generic[Row]):
    """Drafts rows through batches: what a draft needs next is asked in a batch together with what others need next.

    A batch is noted before it is submitted and known to its provider by its mark, so that none is submitted twice; its
    answers are kept before a draft sees them. At most `most_open` batches are under way, and no more rows than their
    requests are in memory.
    """

    def __init__(
        self,
        writer: BatchWriter,
        *,
        client: BatchClient,
        batches: BatchStore,
        folder: Path,
        waiting: Waiting,
        most_requests: int = MOST_REQUESTS,
        most_open: int = 4,
        most_failures: int = 3,
        may_spend: Callable[[Usage], bool] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Takes up the batches that were under way when the run was last left.

        Args:
            writer: the writer of the drafter that `run` drafts with.
            client: the provider.
            batches: what was asked so far.
            folder: where files lie until they are submitted or read; the run's own.
            waiting: how to wait for batches to end.
            most_requests: in one batch.
            most_open: batches under way at once.
            most_failures: how often in a row a batch may be refused as a whole.
            may_spend: whether what is under way, and the requests that are to be added, may be asked, by estimate;
                without it, all may.
            now: seconds since 1970.
        """
        self._writer, self._client, self._batches, self._folder = writer, client, batches, folder
        self._waiting, self._most_requests, self._most_open = waiting, most_requests, most_open
        self._most_failures, self._may_spend, self._now = most_failures, may_spend, now
        self._mark = batches.mark()
        self._open: dict[int, PlannedBatch] = {}
        self._rows: dict[int, dict[str, list[Row]]] = defaultdict(dict)
        self._again: deque[Row] = deque()
        self._waits = 0
        self._failures = 0
        self._is_held = False
        self._no_way_in: Answered | None = None
        self.report = BatchReport()
        """What came of it so far."""

    def run(self, rows: Iterable[Row], draft: Callable[[Row], object]) -> BatchReport:
        """Draft every row: `draft` makes and keeps a whole draft, or raises the writer's `UnaskedError` on its way.

        Raises:
            WriterError, ConfigurationError: the provider is out of reach, refuses, or fails batch after batch; what
                was reached is kept, and the run can be gone on with.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for batch in self._batches.unfinished():
            self._take_up(batch)
        source = iter(rows)
        while True:
            while len(self._open) < self._most_open and not self._is_held and self._ask(source, draft):
                pass
            if self._open:
                self._wait()
            elif self._is_held:
                self._hold_back()
            else:
                return self.report

    def _ask(self, source: Iterator[Row], draft: Callable[[Row], object]) -> bool:
        """Draft on until there are requests for one more batch, and submit it; False where there are none."""
        part = self._batches.next_part()
        path = self._path(part)
        with path.open("wb") as file:
            keys, tokens = self._fill(file, part, source, draft)
            file.flush()
            os.fsync(file.fileno())
        if not keys:
            path.unlink()
            return False
        batch = PlannedBatch(
            part=part,
            planned=self._now(),
            input_tokens=tokens.input_tokens,
            output_tokens=tokens.output_tokens,
            refused=self._writer.refused,
        )
        self._batches.plan(batch, keys)
        self._submit(batch)
        self.report.requests += len(keys)
        return True

    def _fill(
        self, file: BinaryIO, part: int, source: Iterator[Row], draft: Callable[[Row], object]
    ) -> tuple[list[str], Usage]:
        keys, tokens, size = list[str](), Usage(), 0
        under_way = Usage(
            input_tokens=sum(batch.input_tokens for batch in self._open.values()),
            output_tokens=sum(batch.output_tokens for batch in self._open.values()),
        )
        room = self._most_requests * self._most_open  # rows that ask the same wait together: they too are bounded
        while len(keys) < self._most_requests and self._waits < room:
            row = self._again.popleft() if self._again else None if self.report.stopped else next(source, None)
            if row is None:
                break
            try:
                draft(row)
            except UnaskedError as unasked:
                waiting = self._rows[part if unasked.part is None else unasked.part]
                if unasked.part is None and unasked.key not in waiting:
                    line, more = request_line(unasked.key, unasked.body), tokens + estimated(unasked.request)
                    if keys and size + len(line) > MOST_BYTES:
                        self._again.appendleft(row)
                        break
                    if self._may_spend is not None and not self._may_spend(under_way + more):
                        self.report.stopped = True
                        continue
                    tokens, size = more, size + file.write(line)
                    keys.append(unasked.key)
                waiting.setdefault(unasked.key, []).append(row)
                self._waits += 1
        return keys, tokens

    def _submit(self, batch: PlannedBatch) -> None:
        name = self._client.submit(self._path(batch.part), run=self._mark, part=str(batch.part), since=batch.planned)
        self._under_way(batch, name)
        self.report.batches += 1

    def _take_up(self, batch: PlannedBatch) -> None:
        """Go on with a batch that an earlier process noted; it may have died before or after it was submitted."""
        name = batch.batch or self._client.find(run=self._mark, part=str(batch.part), since=batch.planned)
        if name is not None:
            self._under_way(batch, name)
        elif self._path(batch.part).exists():
            self._submit(batch)
        else:
            self._batches.drop(batch.part)

    def _under_way(self, batch: PlannedBatch, name: str) -> None:
        if batch.batch is None:
            self._batches.opened(batch.part, name)
        self._open[batch.part] = replace(batch, batch=name)
        self._path(batch.part).unlink(missing_ok=True)

    def _wait(self) -> None:
        """Until at least one batch has ended."""
        for wait in self._waiting.seconds():
            states = [(part, self._client.state(str(batch.batch))) for part, batch in self._open.items()]
            ended = [(part, state) for part, state in states if state.ending]
            for part, state in ended:
                self._end(part, state)
            if ended:
                return
            self._waiting.sleep(wait)

    def _hold_back(self) -> None:
        """After a batch that was refused as a whole, and none under way that would make room."""
        for wait in islice(self._waiting.seconds(), self._failures):
            self._waiting.sleep(wait)
        self._is_held = False

    def _end(self, part: int, state: BatchState) -> None:
        if state.ending == "failed":
            self._batches.drop(part)
            self._failures += 1
            self.report.failed += 1
            if self._failures > self._most_failures:
                raise WriterUnavailableError(
                    f"the provider refused {self._failures} batches one after the other ({state.code or 'no reason'}); "
                    "what was reached is kept: start the run again to go on"
                )
            self._is_held = True
        else:
            self._merge(part, state)
            self._failures, self._is_held = 0, False
        self._client.discard(state)
        del self._open[part]
        for rows in self._rows.pop(part, {}).values():
            self._again.extend(rows)
            self._waits -= len(rows)
        if self._no_way_in is not None:
            raise self._writer.no_way_in(self._no_way_in)

    def _merge(self, part: int, state: BatchState) -> None:
        files: list[Path] = []
        for number, name in enumerate(state.results):
            files.append(self._folder / f"results-{part:06}-{number}.jsonl")
            self._client.fetch(name, to=files[-1])
        ours = self._batches.merge(part, self._replies(files))
        self.report.strangers -= ours
        self._batches.forget(self._writer.kept())
        for path in files:
            path.unlink()

    def _replies(self, files: Iterable[Path]) -> Iterator[Reply]:
        for path in files:
            with path.open("rb") as lines:
                for line in lines:
                    reply = read_reply(line) if line.strip() else None
                    if reply is not None:
                        self.report.strangers += 1  # until the store knows it
                        self._no_way_in = self._no_way_in or reply.no_way_in
                        yield reply
                    elif line.strip():
                        self.report.unreadable += 1

    def _path(self, part: int) -> Path:
        return self._folder / f"requests-{part:06}.jsonl"
