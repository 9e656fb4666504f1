"""A real server over the wire. Its model is tiny and writes badly: shape and safety are asserted, never wording."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import llama_server
import pytest
from doubles import COMPANY, JOB, RECRUITER, RICH, TODAY, context_of
from local_drafts import contexts, measure, table

from overture.errors import ConfigurationError, WriterError, WriterTimeoutError
from overture.generation import Chunk, Draft, Drafter, LangChainWriter, Limits, OpenAIWriter, WriterOutput
from overture.generation.writers import WriteRequest
from overture.prompts import RenderedPrompt, load_prompt

pytestmark = pytest.mark.server
NAME = "smollm2"
CONTEXTS = {"slots": 4, "draft": 2}
"""How many drafts of each prompt: the normal one is four times as long, and the whole run has three minutes."""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    yield from llama_server.serve()


def request(*, tokens: int = 100, timeout: float = 60.0) -> WriteRequest:
    """A short prompt with the schema of the real one: the wire is tested here, on one slow thread."""
    draft = load_prompt("draft")
    prompt = RenderedPrompt(
        "You write very short messages from a recruiter. Answer with JSON that has subject and body.",
        "Invite an engineer to talk about a job in Go.",
        "draft", 1, draft.fingerprint, schema=draft.header.output, options={"temperature": 0.0, "seed": 1},
    )  # fmt: skip
    return WriteRequest(context_of(), prompt, max_output_tokens=tokens, timeout=timeout)


def outcome(call: Callable[[], WriterOutput]) -> WriterOutput | WriterError:
    try:
        return call()
    except WriterError as error:
        return error


def assert_is_safe(result: WriterOutput | WriterError) -> None:
    """A message with subject and body, or an error of ours; tokens counted either way."""
    if isinstance(result, WriterOutput):
        assert result.subject
        assert result.body
    assert result.usage.requests == 1
    assert result.usage.input_tokens > 10
    assert result.usage.output_tokens > 0


def test_json_schema_is_obeyed_by_a_real_server(base_url: str) -> None:
    writer = OpenAIWriter(NAME, base_url=base_url)
    assert_is_safe(outcome(lambda: writer.write(request())))
    assert "refused_parameters" not in writer.options
    writer.close()


async def test_streaming_gives_pieces_and_usage_over_a_real_wire(base_url: str) -> None:
    writer = OpenAIWriter(NAME, base_url=base_url)
    pieces: list[Chunk | WriterOutput] = []
    try:
        async for piece in writer.astream(request()):
            pieces.append(piece)  # noqa: PERF401 - an error must not lose the pieces before it
        last = pieces[-1]
        assert isinstance(last, WriterOutput)
        result: WriterOutput | WriterError = last
    except WriterError as error:
        result = error
    await writer.aclose()
    assert_is_safe(result)
    assert any(isinstance(piece, Chunk) for piece in pieces)


async def test_sync_and_async_get_the_same_answer(base_url: str) -> None:
    writer = OpenAIWriter(NAME, base_url=base_url)
    first = await asyncio.to_thread(outcome, lambda: writer.write(request()))
    try:
        second: WriterOutput | WriterError = await writer.awrite(request())
    except WriterError as error:
        second = error
    await writer.aclose()
    assert type(first) is type(second)
    if isinstance(first, WriterOutput) and isinstance(second, WriterOutput):
        assert (first.subject, first.body) == (second.subject, second.body)


def test_a_real_server_that_is_too_slow_times_out(base_url: str) -> None:
    writer = OpenAIWriter(NAME, base_url=base_url, max_retries=0)
    with pytest.raises(WriterTimeoutError):
        writer.write(request(timeout=0.01))
    writer.close()


def test_chat_openai_writes_through_langchain(base_url: str) -> None:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model=NAME, base_url=base_url, api_key="none", max_tokens=100, temperature=0)  # type: ignore[arg-type,call-arg]  # pyright: ignore[reportCallIssue]  # a str does for SecretStr
    writer = LangChainWriter(model)
    result = outcome(lambda: writer.write(request()))
    assert_is_safe(result)
    model.root_client.close()


def test_d15_a_bad_model_ends_in_a_good_draft_by_one_writer_or_the_other(base_url: str) -> None:
    limits = Limits(max_output_tokens=160, max_repairs=1)
    drafter = Drafter(f"openai:{NAME}", base_url=base_url, limits=limits, today=TODAY)
    pieces = list(drafter.stream(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, custom_content="See you in May."))
    draft = pieces[-1]
    assert isinstance(draft, Draft)
    assert draft.is_good
    assert draft.body.count("See you in May.") == 1
    assert draft.usage.requests >= 1
    if draft.fallback:
        assert draft.writer == "offline"
        assert draft.fallback.requested == f"openai:{NAME}"
        assert draft.fallback.reason
        assert draft.repairs
    else:
        assert draft.writer == f"openai:{NAME}"


@pytest.mark.parametrize(("mode", "tokens"), [("slots", 200), ("draft", 100)])
def test_d15_every_draft_of_a_bad_model_ends_good_and_its_share_is_told(
    base_url: str, mode: str, tokens: int, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = Limits(max_output_tokens=tokens, max_repairs=1)
    writer = OpenAIWriter(NAME, base_url=base_url)
    drafter = Drafter(writer, prompt=mode, limits=limits, today=TODAY)
    drafts: list[Draft] = []
    tally = measure(drafter, contexts(CONTEXTS[mode]), mode=mode, seen=drafts.append)
    writer.close()
    with capsys.disabled():
        sys.stdout.write(f"\n{NAME} by itself:\n{table([tally])}\n")
    assert all(draft.is_good for draft in drafts)
    assert tally.drafts == tally.unaided + tally.repaired + tally.fallback == CONTEXTS[mode]
    assert all((draft.writer == "offline") == (draft.fallback is not None) for draft in drafts)
    assert all(draft.prompt.name in {mode, "redraft", "redraft_slots", "offline"} for draft in drafts)
    assert all(draft.usage.requests >= 1 for draft in drafts)


def test_d15_a_server_that_is_not_there_ends_in_the_offline_writer() -> None:
    drafter = Drafter(f"openai:{NAME}", base_url="http://127.0.0.1:9/v1", limits=Limits(timeout=2), today=TODAY)
    draft = drafter.draft(RICH, job=JOB, recruiter=RECRUITER)
    assert draft.writer == "offline"
    assert draft.fallback is not None
    assert "cannot be reached" in draft.fallback.reason


def test_a_model_that_a_real_server_does_not_serve_is_not_our_crash(base_url: str) -> None:
    writer = OpenAIWriter(NAME, base_url=base_url.removesuffix("/v1") + "/nowhere", max_retries=0)
    with pytest.raises((ConfigurationError, WriterError)):
        writer.write(request())
    writer.close()


def test_the_weights_are_found_where_the_package_is() -> None:
    model = llama_server.find_model()
    assert model is None or Path(model).stat().st_size > 1_000_000
