"""Good drafts and faulty sentences written apart from the corpus, against word lists that fit the corpus only.

Both were looked at after the checks had been written, and what they showed was mended; so they are a second corpus
now, not an unseen one. Their contexts hold every fact of the profile, relevant or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from corpus_drafts import TODAY, Item
from pydantic import TypeAdapter

from overture.generation.assembly import Assembled, assemble
from overture.generation.context import build_context
from overture.generation.draft import FindingCode
from overture.generation.facts import Fact, MessageContext
from overture.generation.needs import read_needs
from overture.generation.opportunity import resolve_opportunity
from overture.generation.signals import find_fit_signals
from overture.generation.writers import WriterOutput

FOLDER = Path(__file__).parent / "data" / "held_out"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A good draft with a context of all facts."""

    id: str
    context: MessageContext
    output: WriterOutput

    def assembled(self, body: str | None = None) -> Assembled:
        """The whole message, with another body where one is given."""
        return assemble(self.context, self.output if body is None else replace(self.output, body=body))


@dataclass(frozen=True, slots=True)
class FaultySentence:
    """A sentence with one fault, and the codes that name it rightly."""

    kind: str
    text: str
    codes: frozenset[FindingCode]


@cache
def held_out_drafts() -> tuple[HeldOut, ...]:
    """Every draft of `drafts.yaml`."""
    items = TypeAdapter(tuple[Item, ...]).validate_python(_read("drafts.yaml"))
    return tuple(_built(item) for item in items)


@cache
def faulty_sentences() -> tuple[FaultySentence, ...]:
    """Every sentence of `planted_sentences.yaml`."""
    kinds: dict[str, dict[str, Any]] = _read("planted_sentences.yaml")
    return tuple(
        FaultySentence(kind, text, frozenset(entry["codes"]))
        for kind, entry in kinds.items()
        for text in entry["sentences"]
    )


def _built(item: Item) -> HeldOut:
    context = build_context(
        item.candidate, job=item.job, project=item.project, company=item.company, team=item.team,
        recruiter=item.recruiter, personalization=item.personalization, today=TODAY,
    )  # fmt: skip
    if item.job:
        needs = read_needs(resolve_opportunity(item.candidate, job=item.job))
        signals = find_fit_signals(item.candidate, needs=needs, today=TODAY)
        facts = [
            Fact(f"C{i}", s.kind, s.element, s.text, s.sources, s.names, s.attributes) for i, s in enumerate(signals, 1)
        ]
        context = replace(context, personal=tuple(facts))
    return HeldOut(item.id, context, WriterOutput(subject=item.message.subject, body=item.message.body))


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
