"""A writer that has its answers from a provider's batches; what no batch has answered yet is left to be asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final, NoReturn

from overture.errors import OvertureError, WriterError, WriterUnavailableError
from overture.generation.completions import as_writer_error, read_completion, request_body
from overture.generation.draft import Usage
from overture.generation.openai_writer import OpenAIWriter
from overture.generation.prices import Prices
from overture.generation.served_model import ServedModel
from overture.generation.slots import answer_form
from overture.generation.writers import WriteRequest, WriterOutput
from overture.wire import refused_parameters

from .batch_store import Asked, BatchStore
from .batch_wire import Answered
from .keys import call_key
from .records import StoredAnswer
from .run_store import RunStore

MOST_ASKS: Final = 3
"""How often a request that no batch answers is asked, in a batch of its own each time."""


class UnaskedError(Exception):
    """A draft cannot go on yet: this request has no answer. `part` is the batch that may bring one, None for none."""

    def __init__(self, key: str, request: WriteRequest, body: Mapping[str, Any], *, part: int | None) -> None:
        self.key, self.request, self.body, self.part = key, request, body, part
        super().__init__(key)


class BatchWriter:
    """`writer`, whose requests go into batches: each is answered from the run's store, or raises `UnaskedError`.

    A request that failed, expired or was lost is to be asked again, `most_asks` times in all; then the endpoint counts
    as one that gives no answer, and the draft goes on as it would online (D-15). A parameter that the endpoint refuses
    is left out from then on.
    """

    def __init__(
        self, writer: OpenAIWriter, *, store: RunStore, batches: BatchStore, most_asks: int = MOST_ASKS
    ) -> None:
        self._writer, self._store, self._batches, self._most_asks = writer, store, batches, most_asks
        self.refused = batches.refused()
        """The parameters that the endpoint has refused."""
        self.answers = 0
        """How many answers it has read from batches."""
        self.spent = Usage()
        """What they cost."""
        self._kept: list[str] = []

    @property
    def label(self) -> str:
        """The label of the writer inside."""
        return self._writer.label

    @property
    def served_model(self) -> ServedModel:
        """The model of the writer inside, and where it is served."""
        return self._writer.served_model

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """The options of the writer inside, and what the endpoint refused of them."""
        refused = {"refused_parameters": ", ".join(sorted(self.refused))} if self.refused else {}
        return {**self._writer.options, **refused, "mode": "batch"}

    def write(self, request: WriteRequest) -> WriterOutput:
        """The answer that a batch brought.

        Raises:
            UnaskedError: none did yet.
            WriterError, ConfigurationError: as the endpoint's own answer would.
        """
        key = call_key(request, model=self.label)
        stored = self._store.answer(key)
        if stored is not None:
            return stored.output()
        asked = self._batches.asked(key)
        if asked is None or asked.is_open:
            self._ask(key, request, asked)
        if asked.answer is None:
            if asked.asks >= self._most_asks:
                raise WriterUnavailableError(f"no batch of {asked.asks} answered this request ({asked.reason})")
            self._ask(key, request, asked)
        try:
            output = self._read(key, request, asked, asked.answer)
        except WriterError as error:
            self._keep(key, error)
            raise
        self._keep(key, output)
        return output

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """`write`; nothing here waits."""
        return self.write(request)

    def stream(self, request: WriteRequest) -> Iterator[WriterOutput]:
        """`write`, in one piece."""
        yield self.write(request)

    async def astream(self, request: WriteRequest) -> AsyncIterator[WriterOutput]:
        """`write`, in one piece."""
        yield self.write(request)

    def no_way_in(self, answer: Answered) -> OvertureError:
        """Why no request will be answered, where this one was refused for its key or its model."""
        return as_writer_error(_status_error(answer), settings=self._writer.settings, timeout=0.0)

    def kept(self) -> list[str]:
        """The keys of the answers that went into the run's store since the last call."""
        kept, self._kept = self._kept, []
        return kept

    def _read(self, key: str, request: WriteRequest, asked: Asked, answer: Answered) -> WriterOutput:
        if answer.status == 200:
            read: Any = json.loads(json.dumps(answer.body), object_hook=lambda fields: SimpleNamespace(**fields))
            name = request.context.recruiter_name
            return read_completion(read, signers=(name,) if name else (), form=answer_form(request))
        error = _status_error(answer)
        refused = refused_parameters(error, self._body(request, refused=frozenset()))
        if refused and asked.asks < self._most_asks:
            self.refused |= refused
            self._ask(key, request, None)
        raise as_writer_error(error, settings=self._writer.settings, timeout=request.timeout)

    def _keep(self, key: str, answer: WriterOutput | WriterError) -> None:
        kept = StoredAnswer.of(answer)
        if kept is not None:
            self._store.put(answers=[(key, kept)])
            self.answers += 1
            self.spent += kept.usage
            self._kept.append(key)

    def _ask(self, key: str, request: WriteRequest, asked: Asked | None) -> NoReturn:
        part = asked.part if asked and asked.is_open else None
        raise UnaskedError(key, request, self._body(request, refused=self.refused), part=part)

    def _body(self, request: WriteRequest, *, refused: frozenset[str]) -> dict[str, Any]:
        body = request_body(self._writer.settings, request, refused=refused, stream=False)
        del body["stream"]
        return body


def batch_prices(prices: Prices) -> Prices:
    """The table at what a batch costs: half of it, which is OpenAI's discount on batches; no other provider's is known.

    https://developers.openai.com/api/docs/guides/batch
    """
    half = {
        name: provider.model_copy(
            update={
                "models": tuple(
                    model.model_copy(
                        update={
                            field: None if (rate := getattr(model, field)) is None else rate / 2
                            for field in ("input", "output", "cached_input")
                        }
                    )
                    for model in provider.models
                )
            }
        )
        for name, provider in prices.providers.items()
        if name == "openai"
    }
    return prices.model_copy(update={"providers": half})


def _status_error(answer: Answered) -> Exception:
    """The error that the SDK would have raised, had this answer come online."""
    import httpx2
    import openai

    kinds: dict[int, type[openai.APIStatusError]] = {
        400: openai.BadRequestError,
        401: openai.AuthenticationError,
        403: openai.PermissionDeniedError,
        404: openai.NotFoundError,
        422: openai.UnprocessableEntityError,
    }
    error = answer.body.get("error", answer.body)
    response = httpx2.Response(answer.status, request=httpx2.Request("POST", "https://batch.invalid"))
    return kinds.get(answer.status, openai.APIStatusError)(str(error), response=response, body=error)
