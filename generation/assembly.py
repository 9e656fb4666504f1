"""Name, signature and custom content are put in by code, after a writer has written (D-7, D-12)."""

from __future__ import annotations

from .assembled import Assembled as Assembled
from .facts import MessageContext
from .language_pack import LanguagePack, language_pack
from .writers import WriterOutput

CUSTOM_SLOT = "[[CUSTOM]]"


def assemble(context: MessageContext, output: WriterOutput, *, custom_content: str | None = None) -> Assembled:
    """Put greeting, custom content (byte for byte), closing and signature around what a writer wrote (D-7, D-12)."""
    before, slot, after = output.body.strip().partition(CUSTOM_SLOT)
    before, after = (before.rstrip(), after.lstrip()) if slot else (before, "")
    pack = language_pack(context.personalization.language)
    if pack.lowers_after_greeting:
        before = after_greeting(before, pack)
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


def after_greeting(body: str, pack: LanguagePack) -> str:
    """The body for behind a greeting: our own first words lose their capital, names and "I" keep theirs."""
    first, _, rest = body.partition(" ")
    return f"{first[:1].lower()}{first[1:]} {rest}" if first in pack.own_first_words else body


def greeting(context: MessageContext) -> str:
    """The greeting of the chosen tone, with the preferred name as given and nothing guessed (D-12)."""
    choice = context.personalization
    named, nameless = language_pack(choice.language).greetings[choice.tone]
    return named.replace("{name}", context.salutation) if context.salutation else nameless


def _signature(context: MessageContext) -> str:
    if not context.recruiter_name:
        return ""
    closing = language_pack(context.personalization.language).closing
    role = ", ".join(part for part in (context.recruiter_title, context.recruiter_company) if part)
    if context.personalization.tone == "professional":
        return "\n".join(part for part in (closing, context.recruiter_name, role) if part)
    if context.personalization.length == "short" or context.personalization.tone == "direct":
        return ", ".join(part for part in (context.recruiter_name, role) if part)
    return "\n".join(part for part in (context.recruiter_name, role) if part)
