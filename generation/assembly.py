"""Name, signature and custom content are put in by code, after a writer has written (D-7, D-12)."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import MessageContext
from .personalization import Tone
from .writers import WriterOutput

CUSTOM_SLOT = "[[CUSTOM]]"
_GREETINGS: dict[Tone, str] = {"professional": "Hello", "friendly": "Hi", "direct": "Hi"}


@dataclass(frozen=True, slots=True)
class Assembled:
    """A whole message; `message` and `custom` are half-open spans of the body."""

    subject: str
    body: str
    message: tuple[int, int]
    """What the writer wrote, without greeting, closing and signature; custom content may lie inside it."""
    custom: tuple[int, int] | None = None


def assemble(context: MessageContext, output: WriterOutput, *, custom_content: str | None = None) -> Assembled:
    """Put greeting, custom content (byte for byte), closing and signature around what a writer wrote (D-7, D-12)."""
    before, slot, after = output.body.strip().partition(CUSTOM_SLOT)
    before, after = (before.rstrip(), after.lstrip()) if slot else (before, "")
    opening = greeting(context) + (" " if output.inline_greeting else "\n\n")
    body = opening + before
    custom = None
    if custom_content:
        body += "\n\n"
        custom = (len(body), len(body) + len(custom_content))
        body += custom_content
    if after:
        body += "\n\n" + after
    end = len(body) if after or not custom else custom[0]
    if signature := _signature(context):
        body += "\n\n" + signature
    return Assembled(output.subject.strip(), body, (len(opening), end), custom)


def greeting(context: MessageContext) -> str:
    """The greeting of the chosen tone, with the preferred name as given and nothing guessed (D-12)."""
    word = _GREETINGS[context.personalization.tone]
    return f"{word} {context.salutation}," if context.salutation else f"{word},"


def _signature(context: MessageContext) -> str:
    if not context.recruiter_name:
        return ""
    role = ", ".join(part for part in (context.recruiter_title, context.recruiter_company) if part)
    if context.personalization.tone == "professional":
        return "\n".join(part for part in ("Kind regards,", context.recruiter_name, role) if part)
    if context.personalization.length == "short" or context.personalization.tone == "direct":
        return ", ".join(part for part in (context.recruiter_name, role) if part)
    return "\n".join(part for part in (context.recruiter_name, role) if part)
