"""One contract for all writers: shape, usage, errors; stream says what write says, async what sync says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from doubles import ANSWER, GOOD, Endpoint, answering, completion, context_of, in_pieces, openai_writer, request_of
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from overture.errors import ConfigurationError, WriterError, WriterOutputError
from overture.generation import Chunk, LangChainWriter, OfflineWriter, Usage, WriterOutput
from overture.generation.writers import Writer


def messages(text: str) -> Iterator[AIMessage]:
    usage: Any = {
        "input_tokens": 1200,
        "output_tokens": 80,
        "total_tokens": 1280,
        "input_token_details": {"cache_read": 1024},
    }
    while True:
        yield AIMessage(text, usage_metadata=usage)


def fake_langchain(text: str) -> Writer:
    return LangChainWriter(GenericFakeChatModel(messages=messages(text)))


def chat_openai(text: str) -> Writer:
    from langchain_openai import ChatOpenAI

    endpoint = Endpoint([answering(in_pieces(text))])
    return LangChainWriter(
        ChatOpenAI(
            model="gpt-test",
            api_key="test",  # type: ignore[arg-type]  # a str is taken for the SecretStr it declares
            max_retries=0,
            stream_usage=True,
            http_client=httpx2.Client(transport=endpoint.transport),  # pyright: ignore[reportCallIssue]
            http_async_client=httpx2.AsyncClient(transport=endpoint.transport),  # pyright: ignore[reportCallIssue]
        )
    )


MODELS: dict[str, Callable[[str], Writer]] = {
    "openai": lambda text: openai_writer(Endpoint([answering(in_pieces(text))])),
    "langchain": fake_langchain,
    "chat_openai": chat_openai,
}
WRITERS: dict[str, Callable[[str], Writer]] = {**MODELS, "offline": lambda _: OfflineWriter()}
every_writer = pytest.mark.parametrize("make", WRITERS.values(), ids=WRITERS)
every_model = pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)


async def gathered(pieces: AsyncIterator[Chunk | WriterOutput]) -> list[Chunk | WriterOutput]:
    return [piece async for piece in pieces]


@every_writer
def test_a_writer_gives_subject_and_body_and_says_who_it_is(make: Callable[[str], Writer]) -> None:
    writer = make(ANSWER)
    output = writer.write(request_of())
    assert isinstance(output, WriterOutput)
    assert output.subject
    assert output.body
    assert writer.label
    assert all(value is None or isinstance(value, str | int | float) for value in writer.options.values())


@every_model
def test_d14_a_model_says_what_it_used(make: Callable[[str], Writer]) -> None:
    output = make(ANSWER).write(request_of())
    assert output.usage.requests == 1
    assert (output.subject, output.body) == (GOOD["subject"], GOOD["body"])
    # the fake has no usage of its own when it streams, so only what is whole is compared
    assert output.usage == Usage(requests=1, input_tokens=1200, output_tokens=80, cached_tokens=1024)


@every_writer
async def test_sync_and_async_say_the_same(make: Callable[[str], Writer]) -> None:
    written = await asyncio.to_thread(make(ANSWER).write, request_of())
    assert await make(ANSWER).awrite(request_of()) == written


@every_writer
async def test_a_stream_says_what_write_says(make: Callable[[str], Writer]) -> None:
    written = await asyncio.to_thread(make(ANSWER).write, request_of())
    streamed = await asyncio.to_thread(lambda: list(make(ANSWER).stream(request_of())))
    for pieces in (streamed, await gathered(make(ANSWER).astream(request_of()))):
        *chunks, last = pieces
        assert isinstance(last, WriterOutput)
        assert (last.subject, last.body) == (written.subject, written.body)
        assert chunks
        assert "".join(chunk.text for chunk in chunks if isinstance(chunk, Chunk)) == written.body
        assert not any(isinstance(chunk, WriterOutput) for chunk in chunks)


@every_model
@pytest.mark.parametrize(
    "text", ["", "No.", ANSWER[:-30], '{"subject": "x"}'], ids=["empty", "prose", "cut", "partial"]
)
async def test_an_unusable_answer_is_a_writer_output_error_everywhere(make: Callable[[str], Writer], text: str) -> None:
    if not text and make is fake_langchain:
        text = " "  # the fake itself refuses to stream nothing at all
    writer = make(text)
    calls: list[Callable[[], object]] = [
        lambda: writer.write(request_of()),
        lambda: list(writer.stream(request_of())),
    ]
    for call in calls:
        with pytest.raises(WriterOutputError) as caught:
            await asyncio.to_thread(call)
        assert caught.value.usage.requests == 1
    with pytest.raises(WriterOutputError):
        await writer.awrite(request_of())
    with pytest.raises(WriterOutputError):
        await gathered(writer.astream(request_of()))


@every_writer
def test_d12_no_writer_is_shown_the_candidates_name(make: Callable[[str], Writer]) -> None:
    request = request_of()
    assert request.context.salutation == "Marta"
    assert "Marta" not in request.prompt.shared + request.prompt.personal
    assert "Marta" not in make(ANSWER).write(request).body


def test_d15_the_offline_writer_needs_neither_prompt_nor_model() -> None:
    context = context_of()
    assert OfflineWriter().write(request_of(context)) == OfflineWriter().write(request_of(context))


@pytest.mark.parametrize("error", [ConfigurationError("x"), WriterError("x", usage=Usage(requests=2))])
def test_errors_survive_pickling(error: Exception) -> None:
    import pickle

    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert str(again) == str(error)
    assert getattr(again, "usage", None) == getattr(error, "usage", None)


def test_the_wire_carries_both_parts_and_the_schema() -> None:
    endpoint = Endpoint([httpx2.Response(200, json=completion())])
    request = request_of()
    openai_writer(endpoint, temperature=0.1, seed=7).write(request)
    asked = endpoint.asked[0]
    assert asked["messages"] == [
        {"role": "system", "content": request.prompt.shared},
        {"role": "user", "content": request.prompt.personal},
    ]
    assert asked["response_format"]["json_schema"]["schema"] == json.loads(json.dumps(dict(request.prompt.schema)))
    assert (asked["temperature"], asked["seed"], asked["max_completion_tokens"]) == (0.1, 7, 400)
    assert "max_tokens" not in asked
