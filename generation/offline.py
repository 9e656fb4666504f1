"""The offline writer: a complete, grounded message from the context alone, no model, no network (D-15).

It plans (the strongest signal, the role, one reason it fits, the employer, one easy question), then says it in as
many characters as the chosen length allows. The context's fingerprint picks among wordings, so the same input gives
the same text and different candidates read differently.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache

from .assembly import assemble
from .draft import PromptRecord
from .facts import MessageContext
from .personalization import Length
from .phrasing import Phrasing
from .plan import plan_message
from .unit import Unit
from .writers import Chunk, WriteRequest, WriterOutput

OFFLINE_VERSION = 1
_ROOM_TO_SPARE: dict[Length, int] = {"short": 400, "medium": 740, "long": 1300}
"""Characters the writer aims to stay within; a long message may hold 1,900, but nobody reads that."""


class OfflineWriter:
    """Writes from the facts of a context by rule; never fails, never invents."""

    label = "offline"
    options: Mapping[str, str | int | float | bool | None] = {"version": OFFLINE_VERSION}

    def write(self, request: WriteRequest) -> WriterOutput:
        """A subject and a body for this context."""
        return write_offline(request.context)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """The same as `write`; it takes well under a millisecond, so it does not leave the event loop."""
        await asyncio.sleep(0)
        return write_offline(request.context)

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """The body paragraph by paragraph, then the output."""
        yield from _pieces(write_offline(request.context))

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """The body paragraph by paragraph, then the output."""
        for piece in _pieces(write_offline(request.context)):
            await asyncio.sleep(0)
            yield piece


def write_offline(context: MessageContext) -> WriterOutput:
    """Plan a message over the facts and put it into words."""
    choice = context.personalization
    plan = plan_message(context, Phrasing(tone=choice.tone, seed=context.fingerprint))
    inline = choice.length == "short" and choice.tone != "professional"
    around = len(assemble(context, WriterOutput("", "")).body)
    units = _that_fit(plan.units, _ROOM_TO_SPARE[choice.length] - around)
    body = _laid_out(units, short=choice.length == "short")
    return WriterOutput(plan.subject, _after_greeting(body) if inline else body, inline_greeting=inline)


@cache
def offline_prompt_record() -> PromptRecord:
    """What stands for the prompt when no prompt was used: the writer's version and the hash of its wording (D-14)."""
    from . import phrases_en

    wording = repr((phrases_en.PHRASES, phrases_en.DIRECT, phrases_en.PROFESSIONAL, phrases_en.SUBJECTS))
    return PromptRecord(
        name="offline", version=OFFLINE_VERSION, fingerprint=hashlib.sha256(wording.encode()).hexdigest()
    )


def _that_fit(units: tuple[Unit, ...], room: int) -> list[Unit]:
    """The units without the least important optional ones, as many as it takes; the order of reading is kept."""
    kept = list(units)
    needed = sum(len(unit.text) + 2 for unit in kept)
    for unit in sorted(units, key=lambda unit: unit.weight):
        if needed <= room or unit.weight >= 100:
            break
        kept.remove(unit)
        needed -= len(unit.text) + 2
    return kept


def _laid_out(units: list[Unit], *, short: bool) -> str:
    """Paragraphs in order; a short message has two: what there is to say, and the question."""
    paragraphs: dict[int, list[str]] = {}
    for unit in units:
        paragraphs.setdefault(1 if short and unit.paragraph < 4 else unit.paragraph, []).append(unit.text)
    return "\n\n".join(" ".join(texts) for _, texts in sorted(paragraphs.items()))


def _after_greeting(body: str) -> str:
    """The body for the line of the greeting: our own first words lose their capital, names and "I" keep theirs."""
    first, _, rest = body.partition(" ")
    return f"{first[:1].lower()}{first[1:]} {rest}" if first in _OWN_FIRST_WORDS else body


_OWN_FIRST_WORDS = frozenset(
    """You Your You'd You're You've At In As The It We We're One Somebody Something With Having An A Our This That What
    Until For""".split()
)


def _pieces(output: WriterOutput) -> Iterator[Chunk | WriterOutput]:
    first, *others = output.body.split("\n\n")
    yield Chunk(first)
    for paragraph in others:
        yield Chunk("\n\n" + paragraph)
    yield output
