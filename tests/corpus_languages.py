"""Good first messages in six more languages, twenty each, with the facts they rest on (D-10, D-11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml
from corpus_drafts import FOLDER, TODAY, Item
from pydantic import TypeAdapter

from overture.generation.assembly import Assembled, assemble
from overture.generation.choices import Language
from overture.generation.context import build_context
from overture.generation.facts import MessageContext
from overture.generation.personalization import Personalization
from overture.generation.writers import WriterOutput

LOCAL_FOLDER = FOLDER.parent / "good_drafts_languages"


@cache
def local_items(language: Language) -> tuple[Item, ...]:
    """The items of a language, in the order of its file."""
    text = (LOCAL_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Item, ...]).validate_python(yaml.safe_load(text))


@dataclass(frozen=True, slots=True)
class LocalDraft:
    """A draft without a blocking fault, and its inputs."""

    id: str
    language: Language
    item: Item
    context: MessageContext
    assembled: Assembled
    output: WriterOutput
    custom_content: str | None


@cache
def local_drafts(language: Language) -> tuple[LocalDraft, ...]:
    """Every draft of a language with the context it was written from."""
    return tuple(_built(language, item) for item in local_items(language))


def context_of(item: Item, personalization: Personalization) -> MessageContext:
    """The context of an item, as of `TODAY`, with other choices than its own."""
    return build_context(
        item.candidate,
        job=item.job,
        project=item.project,
        company=item.company,
        team=item.team,
        recruiter=item.recruiter,
        personalization=personalization,
        today=TODAY,
    )


def _built(language: Language, item: Item) -> LocalDraft:
    if item.personalization.language != language:
        raise ValueError(f"{item.id} is written in {item.personalization.language}, not in {language}")
    context = context_of(item, item.personalization)
    said = item.message
    output = WriterOutput(subject=said.subject, body=said.body, inline_greeting=said.inline_greeting)
    assembled = assemble(context, output, custom_content=item.custom_content)
    return LocalDraft(item.id, language, item, context, assembled, output, item.custom_content)
