"""What is left of a draft when its personalization changes, and what a writer is told of the change (D-6)."""

from __future__ import annotations

import re

from pydantic import ConfigDict, Field

from overture.base import Value
from overture.errors import ConfigurationError

from .assembled import Assembled
from .draft import Draft
from .elements import ELEMENTS
from .facts import MessageContext
from .personalization import LENGTH_LIMITS, Personalization
from .task import Revision
from .writers import FirstMessage, WriterOutput

_GAPS = re.compile(r"\n{3,}")


class SentMessage(Value):
    """A first message as it was sent; `custom_content` is what in it no model may see (D-7)."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str
    body: str
    custom_content: str | None = Field(default=None, repr=False)


def revise(draft: Draft, context: MessageContext) -> Revision:
    """The sentences that still hold in the new context, with the changes in words that give no value away."""
    holds = {(fact.kind, fact.text) for fact in context.facts}
    gone = [
        (sentence.start, sentence.end)
        for sentence in draft.sentences
        if any((fact.kind, fact.text) not in holds for fact in sentence.facts)
    ]
    kept = WriterOutput(draft.subject, own_text(draft.body, draft.assembled, without=gone))
    return Revision(kept, tuple(_changes(draft.personalization, context.personalization)))


def first_message(sent: Draft | SentMessage) -> FirstMessage:
    """The message that a second one follows, without the custom content in it (D-7).

    Raises:
        ConfigurationError: its custom content does not stand in it as given, so it cannot be kept from a model.
    """
    if isinstance(sent, Draft):
        return FirstMessage(sent.subject, own_text(sent.body, sent.assembled), len(sent.body))
    before, custom, after = sent.body.partition(sent.custom_content or "\0")
    if sent.custom_content and not custom:
        raise ConfigurationError("D-7: the custom content does not stand in the first message as it was given")
    return FirstMessage(sent.subject, _GAPS.sub("\n\n", before + after).strip(), len(sent.body))


def own_text(body: str, assembled: Assembled | None, *, without: list[tuple[int, int]] | None = None) -> str:
    """What the writer of a message wrote: no greeting, custom content or signature, nor some spans (D-7, D-12)."""
    start, end = assembled.message if assembled else (0, len(body))
    cut = [*(without or ()), *((assembled.custom,) if assembled and assembled.custom else ())]
    text, at = "", start
    for begin, stop in sorted(cut):
        text += body[at : max(at, min(begin, end))]
        at = max(at, stop)
    text += body[at:end]
    return _GAPS.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _changes(before: Personalization, after: Personalization) -> list[str]:
    labels = {element.name: element.label.lower() for element in ELEMENTS}
    said = [f"Say nothing of this any more: {labels[name]}." for name in sorted(after.off - before.off)]
    said += [f"This may be used now, if it helps: {labels[name]}." for name in sorted(before.off - after.off)]
    if before.tone != after.tone:
        said.append(f"Change the tone from {before.tone} to {after.tone}.")
    if before.length != after.length:
        said.append(f"Make it {after.length}: at most {LENGTH_LIMITS[after.length]} characters in all.")
    if before.language != after.language:
        said.append("Write it in the language that is chosen now.")
    return said
