"""The sentences of `data/held_out/relations.yaml` with the contexts they are said in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from corpus_drafts import TODAY

from overture.generation import Finding, MessageContext, WriterOutput, assemble, build_context, check_draft
from overture.jobs import Company, Job
from overture.people import Candidate, Recruiter

_FILE = Path(__file__).parent / "data" / "held_out" / "relations.yaml"
_FRAME = {
    "ledger": "Norrsken is hiring a principal engineer for its ledger.",
    "ward": "Harbour Hospital is looking for a matron in Plymouth.",
}


class Said(NamedTuple):
    """A sentence, what is wrong with it (`near` for nothing), and the context it is said in."""

    kind: str
    where: str
    text: str


@cache
def _read() -> dict[str, Any]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


@cache
def relation_context(where: str) -> MessageContext:
    """One of the two contexts of the file."""
    given = _read()["contexts"][where]
    return build_context(
        Candidate.model_validate(given["candidate"]),
        job=Job.model_validate(given["job"]),
        company=Company.model_validate(given["company"]),
        recruiter=Recruiter.model_validate(given["recruiter"]),
        today=TODAY,
    )


def sentences(part: str) -> Iterator[Said]:
    """The sentences of a part of the file: `faulty`, `later` or `near`."""
    for name, entry in _read()[part].items():
        if part == "near":
            yield from (Said("near", name, text) for text in entry)
        else:
            yield from (Said(name, where, text) for where, texts in entry.items() for text in texts)


def findings_of(said: Said) -> tuple[Finding, ...]:
    """What the checks find in a short message that says the sentence."""
    context = relation_context(said.where)
    body = f"{_FRAME[said.where]} {said.text}\n\nWould a short call next week suit you?"
    return check_draft(context, assemble(context, WriterOutput(subject="A role", body=body)))
