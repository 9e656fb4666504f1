"""A provider's batches over the `openai` SDK: submitted once whatever happens, waited for, fetched whole."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from overture.errors import ConfigurationError, OvertureError, WriterError
from overture.generation.completions import Settings, as_writer_error, endpoint

from .batch_wire import ENDPOINT, PART, RUN
from .objections import asked_wait

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import Batch

logger = logging.getLogger("overture")
Result = TypeVar("Result")
Ending = Literal["completed", "expired", "cancelled", "failed"]
_ENDINGS: Final[dict[str, Ending]] = {
    "completed": "completed", "expired": "expired", "cancelled": "cancelled", "failed": "failed",
}  # fmt: skip
_PAGE: Final = 100
_CALL_SECONDS: Final = 600.0
_CLOCKS_APART: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long to wait between two looks: from `first` seconds on, each `growth` times as long, up to `most`.

    A call that fails is made again in the same way, or after what its Retry-After asks for, up to `most`, until
    `patience` seconds have gone by.
    """

    first: float = 5.0
    growth: float = 1.6
    most: float = 300.0
    patience: float = 3_600.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: random.Random = field(default_factory=random.Random)

    def seconds(self) -> Iterator[float]:
        """The waits one after the other, each shortened by up to a tenth so that many runs do not ask at once."""
        wait = self.first
        while True:
            yield wait * (1 - self.jitter.random() / 10)
            wait = min(self.most, wait * self.growth)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """A batch as its provider shows it; `ending` is None while it runs, `code` why it failed as a whole."""

    id: str
    ending: Ending | None
    results: tuple[str, ...] = ()
    """The provider's files of what was answered and of what was not, in this order; either may lack."""
    asked: str = ""
    """The file of the requests."""
    code: str = ""


class BatchClient:
    """What a run asks of a provider; what fails is tried again here, and nowhere below.

    Raises, from every method, once the patience is at its end:
        WriterError: the endpoint cannot be reached, or fails.
        ConfigurationError: it refuses the key or the request; at once.
    """

    def __init__(self, client: OpenAI, *, model: str, waiting: Waiting) -> None:
        self._client = client.with_options(max_retries=0)
        self._settings = Settings(model, str(client.base_url))
        self._waiting = waiting

    def submit(self, file: Path, *, run: str, part: str, since: float) -> str:
        """Make a batch of this file, marked as this part of this run, and give its id.

        A call that failed may have been carried out, so the provider is asked for the mark before each further try.
        """
        uploaded = self._persist(lambda: self._upload(file))
        return self._persist(
            lambda: self._create(uploaded, run=run, part=part),
            after_failure=lambda: self.find(run=run, part=part, since=since),
        )

    def find(self, *, run: str, part: str, since: float) -> str | None:
        """The id of the batch with this mark, None where the provider knows none; later ones of the same are cancelled.

        `since` is when the batch was planned, in seconds since 1970: the list is read back to a day before it.
        """
        marked = self._persist(lambda: self._marked(run=run, part=part, since=since))
        for twin in marked[1:]:
            if _state(twin).ending is None:
                logger.warning("batch %s is a second one of part %s; it is cancelled", twin.id, part)
                self._cancel(twin.id)
        return marked[0].id if marked else None

    def state(self, batch: str) -> BatchState:
        """How far a batch has come."""
        return _state(self._persist(lambda: self._client.batches.retrieve(batch)))

    def fetch(self, name: str, *, to: Path) -> None:
        """Write one of the provider's files to a path, whole."""

        def download() -> None:
            with self._client.files.with_streaming_response.content(name) as response:
                response.stream_to_file(to)

        self._persist(download)

    def discard(self, state: BatchState) -> None:
        """Delete a batch's files at the provider, who else keeps them for weeks; tried once."""
        for name in (state.asked, *state.results):
            try:
                self._client.files.delete(name)
            except _sdk_errors() as error:
                logger.debug("the file %s of batch %s stays (%s)", name, state.id, type(error).__name__)

    def _cancel(self, batch: str) -> None:
        self._persist(lambda: self._client.batches.cancel(batch))

    def _upload(self, file: Path) -> str:
        with file.open("rb") as content:
            made = self._client.files.create(
                file=(file.name, content, "application/jsonl"), purpose="batch", timeout=_CALL_SECONDS
            )
        return made.id

    def _create(self, uploaded: str, *, run: str, part: str) -> str:
        return self._client.batches.create(
            input_file_id=uploaded, endpoint=ENDPOINT, completion_window="24h", metadata={RUN: run, PART: part}
        ).id

    def _marked(self, *, run: str, part: str, since: float) -> list[Batch]:
        mark = {RUN: run, PART: part}.items()
        found: list[Batch] = []
        for batch in self._client.batches.list(limit=_PAGE):  # the newest first
            if batch.created_at < since - _CLOCKS_APART:
                break
            if mark <= (batch.metadata or {}).items():
                found.insert(0, batch)
        return found

    def _persist(
        self, call: Callable[[], Result], *, after_failure: Callable[[], Result | None] | None = None
    ) -> Result:
        waiting = self._waiting
        until = waiting.clock() + waiting.patience
        for wait in waiting.seconds():
            try:
                return call()
            except _sdk_errors() as error:
                told = self._told(error)
                wait = max(wait, min(asked_wait(error) or 0.0, waiting.most))
                if not isinstance(told, WriterError) or waiting.clock() + wait > until:
                    raise told from error
            waiting.sleep(wait)
            if after_failure is not None and (found := after_failure()) is not None:
                return found
        raise AssertionError("the waits have no end")

    def _told(self, error: Exception) -> OvertureError:
        if getattr(error, "status_code", None) == 404:
            where = endpoint(self._settings.base_url)
            return ConfigurationError(f"{where} has no Batch API, or knows no batch of this run (HTTP 404)")
        return as_writer_error(error, settings=self._settings, timeout=_CALL_SECONDS)


def _state(batch: Batch) -> BatchState:
    faults = (batch.errors and batch.errors.data) or []
    return BatchState(
        id=batch.id,
        ending=_ENDINGS.get(batch.status),
        results=tuple(name for name in (batch.output_file_id, batch.error_file_id) if name),
        asked=batch.input_file_id,
        code=(faults[0].code or "") if faults else "",
    )


def _sdk_errors() -> tuple[type[Exception], ...]:
    import httpx2
    from openai import OpenAIError

    # ValueError: the SDK lets a body that is not JSON through as json.JSONDecodeError.
    return OpenAIError, httpx2.HTTPError, ValueError
