"""What a writer is: it gets a context and a rendered prompt and gives back a subject and a body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, overload

from overture.prompts import RenderedPrompt

from .draft import Draft, Usage
from .facts import MessageContext


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """The message that a second one follows: what its writer wrote, without custom content and frame (D-7, D-12).

    `longest` is how many characters it had as it was sent; the second one stays below.
    """

    subject: str
    body: str
    longest: int


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One try at a message: the facts, the prompt made of them, and what the try may cost."""

    context: MessageContext
    prompt: RenderedPrompt
    max_output_tokens: int
    timeout: float
    """Seconds for this one request, retries not counted."""
    has_custom_content: bool = False
    """Whether the recruiter's own text is put into the message afterwards (D-7)."""
    first: FirstMessage | None = None
    """The message that this one follows, where it is a second one."""
    attempt: int = 0
    """How many tries at the same message went before this one."""


@dataclass(frozen=True, slots=True)
class WriterOutput:
    """What a writer wrote: no greeting, no signature, no name (code adds them, D-12).

    `inline_greeting` says that the body may follow the greeting on the same line, its first word cased for that.
    """

    subject: str
    body: str
    usage: Usage = field(default_factory=Usage)
    inline_greeting: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The text of one answer of a model as it came, and what it cost."""

    text: str | None
    usage: Usage


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the body as it is being written, not checked yet.

    Pieces add up to the text so far, and with the draft that comes last to that draft.
    """

    text: str

    @overload
    def __add__(self, other: Chunk) -> Chunk: ...

    @overload
    def __add__(self, other: Draft) -> Draft: ...

    def __add__(self, other: object) -> Chunk | Draft:
        if isinstance(other, Chunk):
            return Chunk(self.text + other.text)
        return other if isinstance(other, Draft) else NotImplemented


class Writer(Protocol):
    """The one protocol of all writers; errors are `WriterError`s that carry the usage so far.

    The streaming forms yield `Chunk`s of the body and, last, exactly one `WriterOutput`.
    """

    @property
    def label(self) -> str:
        """`offline`, or kind and model, such as `openai:gpt-5-mini`; kept on the draft."""
        ...

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """The model options in force, kept on the draft (D-14); never a key."""
        ...

    def write(self, request: WriteRequest) -> WriterOutput: ...

    async def awrite(self, request: WriteRequest) -> WriterOutput: ...

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]: ...

    def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]: ...
