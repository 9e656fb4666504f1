"""The `openai` client straight to any endpoint that speaks its chat completions."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NoReturn
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from overture.errors import ConfigurationError, WriterTimeoutError
from overture.wire import refused_parameters

from .aiohttp_client import OnResponse, has_aiohttp, http_client
from .completions import (
    CompletionStream,
    Settings,
    arguments_of,
    as_writer_error,
    endpoint,
    read_completion,
    read_response,
    read_text,
    request_body,
)
from .served_model import ServedModel, at_endpoint
from .slots import answer_form
from .writers import Answered, Chunk, WriteRequest, WriterOutput

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

logger = logging.getLogger("overture")
Transport = Literal["auto", "httpx", "aiohttp"]


class OpenAIWriter:
    """Writes with a model behind an OpenAI-compatible endpoint: OpenAI itself, or a server of your own by `base_url`.

    The key comes from `api_key`, else OPENAI_API_KEY; with a `base_url`, none is needed. The client's own retries
    (`max_retries`, with back-off that respects Retry-After) are the only ones. A parameter that the endpoint refuses
    is left out from then on. `client` and `async_client` replace the clients made here, retries and all; `timeout`
    caps the seconds of each request below what the request allows. `temperature`, `seed` and `reasoning_effort`
    override the prompt's. `transport` is that of the asynchronous client made here: `auto` is aiohttp where it is
    installed. `on_response` is told the status and the headers of every response that this client gets. `lean` asks
    the asynchronous client made here without the SDK's models of request and response, which are most of a call's CPU
    (benchmarks/bulk.py); what patches the SDK's `create` does not see such calls.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        client: OpenAI | None = None,
        async_client: AsyncOpenAI | None = None,
        temperature: float | None = None,
        seed: int | None = None,
        reasoning_effort: str | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        transport: Transport = "auto",
        on_response: OnResponse | None = None,
        lean: bool = False,
    ) -> None:
        given = client or async_client
        base_url = base_url or (str(given.base_url) if given else os.environ.get("OPENAI_BASE_URL")) or None
        if base_url and urlsplit(base_url).hostname == "api.openai.com":
            base_url = None
        self._settings = Settings(model, base_url, temperature, seed, reasoning_effort)
        self._api_key = api_key
        self._timeout = timeout
        self._max_retries = max_retries
        self._transport: Transport = transport
        self._on_response = on_response
        self._lean = lean and async_client is None
        self._given: Any = client
        self._given_async: Any = async_client
        self._client: Any = None
        self._async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._refused: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """`openai:` and the model's name."""
        return f"openai:{self._settings.model}"

    @property
    def served_model(self) -> ServedModel:
        """The model and the endpoint that serves it."""
        base_url = self._settings.base_url
        return at_endpoint("openai", self._settings.model, base_url or "https://api.openai.com")

    @property
    def settings(self) -> Settings:
        """What every request asks of the endpoint."""
        return self._settings

    @property
    def client(self) -> OpenAI:
        """The synchronous client, made here at its first use.

        Raises:
            ConfigurationError: there is no key, and the endpoint needs one.
        """
        client: OpenAI = self._sync_client()
        return client

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """What was asked of the endpoint, and what it refused."""
        settings = self._settings
        options = {
            "endpoint": endpoint(settings.base_url),
            "temperature": settings.temperature,
            "seed": settings.seed,
            "reasoning_effort": settings.effort,
            "refused_parameters": ", ".join(sorted(self._refused)) or None,
        }
        # None says that a wish of the prompt was not sent
        unsent = self._refused | frozenset({"temperature", "top_p"} if settings.reasons else ())
        sent = {name: value for name, value in options.items() if value is not None}
        return dict.fromkeys(sorted(unsent & {"temperature", "top_p", "seed"})) | sent

    def without_retries(self, *, on_response: OnResponse | None = None) -> OpenAIWriter:
        """The same writer, `lean`, for a caller that tries again itself; clients made here report their responses."""
        settings = self._settings
        client, async_client = (
            given if given is None else given.with_options(max_retries=0) for given in (self._given, self._given_async)
        )
        return OpenAIWriter(
            settings.model, base_url=settings.base_url, api_key=self._api_key, client=client,
            async_client=async_client, temperature=settings.temperature, seed=settings.seed,
            reasoning_effort=settings.reasoning_effort, timeout=self._timeout, max_retries=0,
            transport=self._transport, on_response=on_response, lean=True,
        )  # fmt: skip

    def write(self, request: WriteRequest) -> WriterOutput:
        """One message; the client's retries included.

        Raises:
            WriterError: of the kind that says what went wrong.
            ConfigurationError: no key, a key or model that the endpoint does not know, a request that it refuses.
        """
        answer = self._create(request, stream=False)
        return read_completion(answer, signers=_signers(request), form=answer_form(request))

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """`write`, asynchronous."""
        answer = await self._acreate(request, stream=False)
        return read_completion(answer, signers=_signers(request), form=answer_form(request))

    def ask(self, request: WriteRequest) -> Answered:
        """The text of one answer as it came, for prompts that do not ask for a message; raises like `write`."""
        return read_text(self._create(request, stream=False))

    async def aask(self, request: WriteRequest) -> Answered:
        """`ask`, asynchronous."""
        return read_text(await self._acreate(request, stream=False))

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """`write` with the body's text as it comes; leaving early closes the connection."""
        events = self._create(request, stream=True)
        state = CompletionStream(signers=_signers(request), form=answer_form(request))
        deadline = time.monotonic() + self._seconds(request)
        try:
            with events:
                for event in events:
                    if text := state.feed(event):
                        yield Chunk(text)
                    self._check_time(deadline, request, state)
        except _sdk_errors() as error:
            self._fail(error, request, state)
        rest, output = state.finish()
        if rest:
            yield Chunk(rest)
        yield output

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """`stream`, asynchronous."""
        events = await self._acreate(request, stream=True)
        state = CompletionStream(signers=_signers(request), form=answer_form(request))
        deadline = time.monotonic() + self._seconds(request)
        try:
            async with events:
                async for event in events:
                    if text := state.feed(event):
                        yield Chunk(text)
                    self._check_time(deadline, request, state)
        except _sdk_errors() as error:
            self._fail(error, request, state)
        rest, output = state.finish()
        if rest:
            yield Chunk(rest)
        yield output

    def close(self) -> None:
        """Close the synchronous client that was made here."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the client that was made here for the running event loop, and the synchronous one."""
        self.close()
        with self._lock:
            client = self._async_clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    def _create(self, request: WriteRequest, *, stream: bool) -> Any:
        while True:
            body = request_body(self._settings, request, refused=self._refused, stream=stream)
            try:
                return self._sync_client().chat.completions.create(**arguments_of(body), timeout=self._seconds(request))
            except _sdk_errors() as error:
                self._adapt_or_fail(error, body, request)

    async def _acreate(self, request: WriteRequest, *, stream: bool) -> Any:
        if "openai" not in sys.modules:  # a second of imports must not hold up the event loop
            await asyncio.to_thread(import_module, "openai")
        while True:
            body = request_body(self._settings, request, refused=self._refused, stream=stream)
            try:
                if self._lean and not stream:
                    return await self._apost(body, seconds=self._seconds(request))
                return await self._async_client().chat.completions.create(
                    **arguments_of(body), timeout=self._seconds(request)
                )
            except _sdk_errors() as error:
                self._adapt_or_fail(error, body, request)

    async def _apost(self, body: Mapping[str, Any], *, seconds: float) -> Any:
        from httpx2 import Response

        client = self._async_client()
        return read_response(
            await client.post("/chat/completions", body=body, cast_to=Response, options={"timeout": seconds})
        )

    def _adapt_or_fail(self, error: Exception, body: Mapping[str, Any], request: WriteRequest) -> None:
        refused = refused_parameters(error, body)
        if not refused:
            self._fail(error, request)
        logger.info("%s refuses the parameter %s; asking without it", self.label, ", ".join(sorted(refused)))
        self._refused |= refused

    def _fail(self, error: Exception, request: WriteRequest, state: CompletionStream | None = None) -> NoReturn:
        usage = state.usage if state else None
        raise as_writer_error(error, settings=self._settings, timeout=self._seconds(request), usage=usage) from error

    def _check_time(self, deadline: float, request: WriteRequest, state: CompletionStream) -> None:
        if time.monotonic() > deadline:
            raise WriterTimeoutError(
                f"{self._settings.model} was still writing after {self._seconds(request):g} s", usage=state.usage
            )

    def _seconds(self, request: WriteRequest) -> float:
        return request.timeout if self._timeout is None else min(self._timeout, request.timeout)

    def _sync_client(self) -> Any:
        if self._given is not None:
            return self._given
        with self._lock:
            if self._client is None:
                from openai import OpenAI

                self._client = OpenAI(**self._connection())
            return self._client

    def _async_client(self) -> Any:
        # One a loop: connections of a loop that has ended cannot be used in the next one.
        if self._given_async is not None:
            return self._given_async
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._async_clients:
                from openai import AsyncOpenAI

                aiohttp = self._transport == "aiohttp" or (self._transport == "auto" and has_aiohttp())
                http = http_client(aiohttp=aiohttp, on_response=self._on_response)
                self._async_clients[loop] = AsyncOpenAI(**self._connection(), http_client=http)
            return self._async_clients[loop]

    def _connection(self) -> dict[str, Any]:
        base_url = self._settings.base_url
        key = self._api_key or os.environ.get("OPENAI_API_KEY")
        if not key and base_url is None:
            raise ConfigurationError(
                "no API key: set OPENAI_API_KEY, pass api_key, or give the base_url of a server that needs none"
            )
        return {"api_key": key or "not-needed", "base_url": base_url, "max_retries": self._max_retries}


def _signers(request: WriteRequest) -> tuple[str, ...]:
    name = request.context.recruiter_name
    return (name,) if name else ()


def _sdk_errors() -> tuple[type[Exception], ...]:
    import httpx2
    from openai import OpenAIError

    # ValueError: the SDK lets a body that is not JSON through as json.JSONDecodeError.
    return OpenAIError, httpx2.HTTPError, ValueError
