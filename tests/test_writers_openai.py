"""The wire of OpenAI-compatible servers, bent in every way that has been seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from doubles import (
    ANSWER,
    GOOD,
    USAGE,
    Endpoint,
    Reply,
    answering,
    completion,
    events,
    failing,
    in_pieces,
    openai_writer,
    request_of,
)

from overture.errors import (
    ConfigurationError,
    OvertureError,
    RunError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.generation import Chunk, OpenAIWriter, Usage, WriterOutput, resolve_writer

NO_USAGE = completion(usage=None)


def written(endpoint: Endpoint, **options: Any) -> WriterOutput:
    return openai_writer(endpoint, **options).write(request_of())


def sse(content: bytes) -> httpx2.Response:
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=content)


BROKEN: list[tuple[str, Reply, type[OvertureError], str]] = [
    ("time-out", httpx2.ReadTimeout("slow"), WriterTimeoutError, "no answer in 5 s"),
    ("connect time-out", httpx2.ConnectTimeout("slow"), WriterTimeoutError, "no answer in 5 s"),
    ("no connection", httpx2.ConnectError("refused"), WriterUnavailableError, "cannot be reached"),
    ("server gone", httpx2.RemoteProtocolError("gone"), WriterUnavailableError, "cannot be reached"),
    ("rate limit", failing(429, code="rate_limit_exceeded"), WriterUnavailableError, "429 (rate_limit_exceeded)"),
    ("500", failing(500), WriterUnavailableError, "HTTP 500"),
    ("503 in HTML", httpx2.Response(503, html="<h1>busy</h1>"), WriterUnavailableError, "HTTP 503"),
    ("401", failing(401, code="invalid_api_key"), ConfigurationError, "OPENAI_API_KEY"),
    ("403", failing(403), ConfigurationError, "refuses the API key"),
    ("404", failing(404, code="model_not_found"), ConfigurationError, "no model 'gpt-test'"),
    ("400", failing(400, code="context_length_exceeded"), ConfigurationError, "context_length_exceeded"),
    ("400 filter", failing(400, code="content_filter"), WriterRefusalError, "content_filter"),
    ("refusal", httpx2.Response(200, json=completion(None, refusal="I can't.")), WriterRefusalError, "declined"),
    ("filter", httpx2.Response(200, json=completion("", finish="content_filter")), WriterRefusalError, "declined"),
    ("no choices", httpx2.Response(200, json={**completion(), "choices": []}), WriterOutputError, "no choice"),
    ("five choices", httpx2.Response(200, json={**completion(), "choices": 5}), WriterOutputError, "no choice"),
    ("null choices", httpx2.Response(200, json={**completion(), "choices": None}), WriterOutputError, "no choice"),
    ("cut off", httpx2.Response(200, json=completion(ANSWER[:40], finish="length")), WriterOutputError, "raise Limits"),
    ("truncated", httpx2.Response(200, json=completion(ANSWER[:40])), WriterOutputError, "cut off"),
    ("empty", httpx2.Response(200, json=completion("")), WriterOutputError, "nothing"),
    ("null", httpx2.Response(200, json=completion(None)), WriterOutputError, "nothing"),
    (
        "a tool call only",
        httpx2.Response(200, json=completion(None, finish="tool_calls", tool_calls=[{"id": "1", "type": "function"}])),
        WriterOutputError,
        "called a tool",
    ),
    ("a web page", httpx2.Response(200, html="<h1>Welcome</h1>"), WriterOutputError, "ends in /v1"),
    ("another object", httpx2.Response(200, json={"hello": "world"}), WriterOutputError, ""),
    (
        "broken JSON",
        httpx2.Response(200, headers={"content-type": "application/json"}, content=b'{"choices": [{"mess'),
        WriterOutputError,
        "not JSON",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "kind", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
async def test_every_broken_answer_is_one_clear_error(reply: Reply, kind: type[OvertureError], said: str) -> None:
    for call in (
        lambda: asyncio.to_thread(openai_writer(Endpoint([reply])).write, request_of()),
        lambda: openai_writer(Endpoint([reply])).awrite(request_of()),
    ):
        with pytest.raises(kind) as caught:
            await call()
        assert type(caught.value) is kind
        assert said in str(caught.value)
        if isinstance(caught.value, RunError):
            assert caught.value.usage.requests == 1


async def test_a_key_that_no_header_carries_is_named_and_never_quoted() -> None:
    writer = OpenAIWriter("gpt-test", api_key="ключ", base_url="http://127.0.0.1:9/v1", max_retries=0)
    with pytest.raises(ConfigurationError, match="no HTTP header carries") as caught:
        await writer.awrite(request_of())
    assert "ключ" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (failing(429), WriterUnavailableError),
        (httpx2.ReadTimeout("slow"), WriterTimeoutError),
        (sse(events(in_pieces(ANSWER[:60]), finish=None)), WriterOutputError),
        (sse(events(in_pieces(ANSWER[:60]), finish="length")), WriterOutputError),
        (sse(events([""], finish="content_filter")), WriterRefusalError),
        (sse(b'data: {"error": {"message": "overloaded"}}\n\n'), WriterUnavailableError),
        (sse(b"data: {not json\n\n"), WriterOutputError),
        (sse(b""), WriterOutputError),
    ],
    ids=["rate limit", "time-out", "cut", "length", "filter", "error event", "not JSON", "empty"],
)
async def test_a_broken_stream_is_the_same_error_in_both_shells(reply: Reply, kind: type[OvertureError]) -> None:
    def run() -> None:
        list(openai_writer(Endpoint([reply])).stream(request_of()))

    with pytest.raises(kind):
        await asyncio.to_thread(run)
    with pytest.raises(kind):
        _ = [piece async for piece in openai_writer(Endpoint([reply])).astream(request_of())]


class BrokenOff(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A connection that dies in the middle."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield events(in_pieces(ANSWER), finish=None)
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in events(in_pieces(ANSWER), finish=None).splitlines(keepends=True):
            yield piece
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def streaming(stream: BrokenOff) -> Callable[[dict[str, Any]], httpx2.Response]:
    return lambda _: httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=stream)


async def test_a_connection_that_dies_in_a_stream_makes_the_writer_unavailable() -> None:
    with pytest.raises(WriterUnavailableError):
        await asyncio.to_thread(lambda: list(openai_writer(Endpoint([streaming(BrokenOff())])).stream(request_of())))
    with pytest.raises(WriterUnavailableError):
        _ = [piece async for piece in openai_writer(Endpoint([streaming(BrokenOff())])).astream(request_of())]


async def test_leaving_a_stream_early_closes_the_connection() -> None:
    stream = BrokenOff()
    pieces = openai_writer(Endpoint([streaming(stream)])).stream(request_of())
    assert isinstance(await asyncio.to_thread(next, pieces), Chunk)
    pieces.close()  # type: ignore[attr-defined]  # it is a generator
    assert stream.closed
    stream = BrokenOff()
    async for piece in openai_writer(Endpoint([streaming(stream)])).astream(request_of()):
        assert isinstance(piece, Chunk)
        break
    await asyncio.sleep(0)  # the event loop closes the generator that was left
    await asyncio.sleep(0)
    assert stream.closed


async def test_cancelling_passes_through() -> None:
    started = asyncio.Event()

    async def never(_: httpx2.Request) -> httpx2.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="x", http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(never)))
    task = asyncio.create_task(OpenAIWriter("gpt-test", async_client=client).awrite(request_of()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_retry_after_is_respected_and_retries_are_not_stacked(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    endpoint = Endpoint(
        [failing(429, headers={"retry-after": "7"}), failing(503), httpx2.Response(200, json=completion())]
    )
    output = written(endpoint, max_retries=2)
    assert output.body == GOOD["body"]
    assert output.usage.requests == 1
    assert waited[0] == 7
    assert 0 < waited[1] < 7
    endpoint = Endpoint([failing(503)])
    with pytest.raises(WriterUnavailableError, match="after the retries"):
        written(endpoint, max_retries=2)
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize(
    ("parameter", "error"),
    [
        (
            "response_format",
            {"message": "'response_format' of type json_schema is not supported", "param": "response_format"},
        ),
        ("response_format", {"message": "This model does not support structured outputs"}),
        ("temperature", {"message": "Unsupported value: 'temperature' does not support 0.6", "param": "temperature"}),
        (
            "max_tokens",
            {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'", "param": "max_tokens"},
        ),
        ("seed", {"message": "Extra inputs are not permitted: seed"}),
    ],
)
def test_a_refused_parameter_is_left_out_once_and_remembered(parameter: str, error: dict[str, Any]) -> None:
    endpoint = Endpoint([failing(400, **error), httpx2.Response(200, json=completion())])
    writer = openai_writer(endpoint, base_url="http://127.0.0.1:1/v1", seed=1)
    assert writer.write(request_of()).body == GOOD["body"]
    assert writer.write(request_of()).usage.requests == 1
    assert [parameter in asked for asked in endpoint.asked] == [True, False, False]
    assert writer.options["refused_parameters"] == parameter
    if parameter == "max_tokens":
        assert endpoint.asked[1]["max_completion_tokens"] == 400


def test_a_server_that_refuses_everything_is_asked_a_bounded_number_of_times() -> None:
    def refuse(asked: dict[str, Any]) -> httpx2.Response:
        optional = [name for name in asked if name not in ("model", "messages", "stream")]
        return failing(422, param=optional[0] if optional else None)

    endpoint = Endpoint([refuse])
    with pytest.raises(ConfigurationError):
        written(endpoint)
    assert len(endpoint.asked) < 10


def test_a_server_that_ignores_the_schema_is_read_all_the_same() -> None:
    text = f"Sure!\n\nSubject: {GOOD['subject']}\n\nHi there,\n\n{GOOD['body']}\n\nBest,\nElin"
    output = written(Endpoint([httpx2.Response(200, json=completion(text, usage=None))]))
    assert (output.subject, output.body, output.usage) == (GOOD["subject"], GOOD["body"], Usage(requests=1))


async def test_usage_arrives_with_the_last_event_of_a_stream() -> None:
    writer = openai_writer(Endpoint([answering(in_pieces(ANSWER))]))
    *_, last = [piece async for piece in writer.astream(request_of())]
    assert isinstance(last, WriterOutput)
    assert last.usage == Usage(requests=1, input_tokens=1200, output_tokens=80, cached_tokens=1024)


def test_what_was_spent_is_on_the_error() -> None:
    with pytest.raises(WriterOutputError) as caught:
        written(Endpoint([httpx2.Response(200, json=completion("nonsense", usage=USAGE))]))
    assert caught.value.usage.total_tokens == 1280


@pytest.mark.parametrize("name", ["gpt-5-mini", "o3-mini", "gpt-5.1"])
def test_openais_reasoning_models_think_little_unless_told(name: str) -> None:
    assert OpenAIWriter(name).options["reasoning_effort"] == "low"
    assert OpenAIWriter(name, reasoning_effort="high").options["reasoning_effort"] == "high"
    assert "reasoning_effort" not in OpenAIWriter(name, base_url="http://127.0.0.1/v1").options


def test_openais_reasoning_models_are_sent_no_temperature_they_would_refuse() -> None:
    from openai import OpenAI

    endpoint = Endpoint([httpx2.Response(200, json=completion())])
    client = OpenAI(api_key="x", http_client=httpx2.Client(transport=endpoint.transport))
    OpenAIWriter("gpt-5-mini", client=client).write(request_of())
    assert "temperature" not in endpoint.asked[0]
    assert endpoint.asked[0]["reasoning_effort"] == "low"
    assert OpenAIWriter("gpt-5-mini").options["temperature"] is None


@pytest.mark.parametrize("name", ["gpt-4.1-mini", "gpt-5-chat-latest", "gpt-4o", "olmo"])
def test_other_models_are_not_asked_to_reason(name: str) -> None:
    assert "reasoning_effort" not in OpenAIWriter(name).options


async def test_without_a_key_the_error_says_what_to_do() -> None:
    writer = OpenAIWriter("gpt-test")
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        await asyncio.to_thread(writer.write, request_of())
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        await writer.awrite(request_of())


def test_d14_the_record_holds_no_secret() -> None:
    writer = OpenAIWriter("m", base_url="https://user:hunter2@example.com:8000/v1?key=abc", api_key="sk-secret")
    assert writer.options["endpoint"] == "example.com:8000/v1"
    assert not any(secret in f"{writer.options} {writer!r}" for secret in ("hunter2", "abc", "sk-secret"))


def test_a_server_without_a_key_is_reached_with_a_dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    import openai

    seen: dict[str, Any] = {}

    class Recorded(openai.OpenAI):
        def __init__(self, **options: Any) -> None:
            seen.update(options)
            endpoint = Endpoint([httpx2.Response(200, json=completion())])
            super().__init__(**options, http_client=httpx2.Client(transport=endpoint.transport))

    monkeypatch.setattr(openai, "OpenAI", Recorded)
    with pytest.MonkeyPatch.context():
        writer = OpenAIWriter("m", base_url="http://127.0.0.1:1/v1")
        assert writer.write(request_of()).body == GOOD["body"]
        writer.close()
    assert seen["api_key"] == "not-needed"


def test_an_error_never_quotes_the_request() -> None:
    def echo(asked: dict[str, Any]) -> httpx2.Response:
        return httpx2.Response(422, json={"detail": [{"msg": "bad", "input": asked["messages"]}]})

    with pytest.raises(ConfigurationError) as caught:
        written(Endpoint([echo]))
    assert "Zaplata" not in str(caught.value)


@pytest.mark.parametrize("model", [None, "offline"])
def test_no_model_is_the_offline_writer(model: str | None) -> None:
    assert resolve_writer(model).label == "offline"


def test_models_are_told_apart_by_their_form() -> None:
    assert resolve_writer("openai:gpt-5-mini").label == "openai:gpt-5-mini"
    assert resolve_writer("anthropic:claude-x").label == "anthropic:claude-x"
    own = openai_writer(Endpoint([]))
    assert resolve_writer(own) is own
    for wrong in ("gpt-5-mini", "openai:", "", "openai: x", object()):
        with pytest.raises(ConfigurationError, match="the forms are"):
            resolve_writer(wrong)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ConfigurationError, match="base_url"):
        resolve_writer("offline", base_url="http://127.0.0.1/v1")


def test_an_unasked_option_is_not_sent() -> None:
    endpoint = Endpoint([httpx2.Response(200, json=NO_USAGE)])
    written(endpoint, base_url="http://127.0.0.1:1/v1")
    assert set(endpoint.asked[0]) == {"model", "messages", "stream", "temperature", "response_format", "max_tokens"}
