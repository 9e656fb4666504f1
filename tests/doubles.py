"""Stand-ins at the transport: the real SDKs run, the wire is scripted, no network (httpx2.MockTransport)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx2

from overture.dates import PartialDate
from overture.generation.context import build_context
from overture.generation.facts import MessageContext
from overture.generation.openai_writer import OpenAIWriter
from overture.generation.personalization import Personalization
from overture.generation.render import render_draft
from overture.generation.writers import WriteRequest
from overture.jobs import Company, Job, Place
from overture.people import Candidate, PastApplication, Position, Recruiter, School, SideProject, Skill

TODAY = date(2026, 11, 22)
GOOD = {
    "subject": "Owning the ledger at Norrsken",
    "body": "You took an authorisation path from 480 ms to 90 ms. Norrsken needs that for its ledger.\n\nMay I call?",
}
ANSWER = json.dumps(GOOD)
USAGE = {
    "prompt_tokens": 1200,
    "completion_tokens": 80,
    "total_tokens": 1280,
    "prompt_tokens_details": {"cached_tokens": 1024},
}
JOB = Job(
    title="Principal Engineer, Ledger",
    company="Norrsken",
    responsibilities=("Own the double-entry ledger", "Set the reliability bar for nine teams"),
    requirements=("Distributed systems in production",),
    skills=("Go", "PostgreSQL"),
    workplace_type="remote",
    locations=(Place(country="SE"),),
)
COMPANY = Company(name="Norrsken", description="A bank for small firms in the Nordics.", culture=("Written decisions",))
RECRUITER = Recruiter(name="Elin Berg", title="Talent Partner", company="Norrsken")
RICH = Candidate(
    name="Marta Kowalska",
    open_to_work=True,
    skills=tuple(Skill(name=name) for name in ("Go", "PostgreSQL", "Kubernetes", "Kafka", "Rust")),
    positions=(
        Position.model_validate(
            {
                "title": "Staff Backend Engineer",
                "company": "Zaplata",
                "start": "2021-03",
                "highlights": [
                    "Took the authorisation p99 from 480 ms to 90 ms by moving the ledger to PostgreSQL partitions",
                    "Led nine teams through the move of settlement from nightly batches to streams written in Go",
                    "Set the reliability bar for distributed systems and taught it in a monthly clinic for engineers",
                ],
            }
        ),
        Position.model_validate(
            {
                "title": "Backend Engineer",
                "company": "Paytrail",
                "start": "2016",
                "end": "2021",
                "highlights": ["Built the double-entry ledger of the merchant accounts in Go and PostgreSQL"],
            }
        ),
    ),
    schools=(School(name="AGH Kraków", area="Distributed Systems", degree="MSc"),),
    projects=(SideProject(name="Tally", description="A double-entry ledger in Go for clubs and small firms"),),
    past_applications=(PastApplication(title="Platform Engineer", company="Norrsken", date=PartialDate(2022)),),
)
SPARSE = Candidate(name="Jo Doe", positions=(Position(title="Warehouse Operative", company="Brightbox", current=True),))


def context_of(candidate: Candidate = RICH, **changes: Any) -> MessageContext:
    """The context of a message about JOB, or of what `changes` puts in its place."""
    given: dict[str, Any] = {"job": JOB, "company": COMPANY, "recruiter": RECRUITER, "today": TODAY} | changes
    given.setdefault("personalization", Personalization())
    return build_context(candidate, **given)


def request_of(context: MessageContext | None = None, *, timeout: float = 5.0) -> WriteRequest:
    """A first try at a message."""
    context = context or context_of()
    return WriteRequest(context, render_draft(context), max_output_tokens=400, timeout=timeout)


def completion(
    content: str | None = ANSWER, *, finish: str = "stop", usage: Any = USAGE, **message: Any
) -> dict[str, Any]:
    """The JSON of one chat completion as an OpenAI-compatible server sends it."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": content, **message},
    }
    return _envelope("chat.completion", [choice], usage)


def events(pieces: Iterable[str], *, finish: str | None = "stop", usage: Any = USAGE) -> bytes:
    """The same as server-sent events; `finish=None` is a stream that was cut."""
    lines: list[str] = []
    for piece in pieces:
        choice: dict[str, Any] = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
        lines.append(json.dumps(_envelope("chat.completion.chunk", [choice], None)))
    if finish:
        choice = {"index": 0, "delta": {}, "finish_reason": finish}
        lines.append(json.dumps(_envelope("chat.completion.chunk", [choice], None)))
        if usage:
            lines.append(json.dumps(_envelope("chat.completion.chunk", [], usage)))
        lines.append("[DONE]")
    return "".join(f"data: {line}\n\n" for line in lines).encode()


def _envelope(kind: str, choices: list[dict[str, Any]], usage: Any) -> dict[str, Any]:
    return {"id": "c1", "object": kind, "created": 1, "model": "m", "choices": choices, "usage": usage}


Reply = httpx2.Response | Exception | Callable[[dict[str, Any]], httpx2.Response]


@dataclass
class Endpoint:
    """A scripted server: gives its replies in turn, the last one for ever, and keeps what it was asked."""

    replies: list[Reply]
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    headers: list[httpx2.Headers] = field(default_factory=list[httpx2.Headers])

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(json.loads(request.content))
        self.headers.append(request.headers)
        reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx2.Response):
            # A response can be sent once only.
            return httpx2.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return reply(self.asked[-1])

    @property
    def transport(self) -> httpx2.MockTransport:
        """For `httpx2.Client` and `httpx2.AsyncClient`, so for the SDKs that take one."""
        return httpx2.MockTransport(self)


def answering(pieces: Iterable[str] = (ANSWER,), **options: Any) -> Callable[[dict[str, Any]], httpx2.Response]:
    """A reply that streams where it is asked to, and says the same where it is not."""
    parts = list(pieces)

    def reply(asked: dict[str, Any]) -> httpx2.Response:
        if asked.get("stream"):
            return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=events(parts, **options))
        return httpx2.Response(200, json=completion("".join(parts), **options))

    return reply


def failing(status: int, *, headers: dict[str, str] | None = None, **error: Any) -> httpx2.Response:
    """An error answer in OpenAI's form."""
    return httpx2.Response(status, headers=headers, json={"error": {"message": "no", **error}})


def openai_writer(
    endpoint: Endpoint, *, max_retries: int = 0, base_url: str | None = None, **options: Any
) -> OpenAIWriter:
    """The writer over real `openai` clients whose wire is the endpoint."""
    from openai import AsyncOpenAI, OpenAI

    common: dict[str, Any] = {"api_key": "test", "base_url": base_url, "max_retries": max_retries}
    return OpenAIWriter(
        "gpt-test",
        client=OpenAI(http_client=httpx2.Client(transport=endpoint.transport), **common),
        async_client=AsyncOpenAI(http_client=httpx2.AsyncClient(transport=endpoint.transport), **common),
        **options,
    )


def in_pieces(text: str, size: int = 7) -> Iterator[str]:
    """A text as a model streams it."""
    return (text[start : start + size] for start in range(0, len(text), size))
