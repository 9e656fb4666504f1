"""What `overture draft --explain` shows below a message: each sentence beside its facts, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .spent import spent_line
from .text import console, plain

if TYPE_CHECKING:
    from overture.generation.draft import Draft
    from overture.people import Candidate


def show_evidence(draft: Draft, candidate: Candidate) -> None:
    """Print the evidence of a draft (D-10), its sources (D-2), findings (D-11) and record (D-14)."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.rule("What each sentence rests on")
    for sentence in draft.evidence():
        out.print(Text(plain(sentence.text).strip(), style="bold"))
        for fact in sentence.facts:
            line = Text(plain(fact.text) + "  ")
            line.append(f"<- {', '.join(map(plain, fact.sources))}", style="dim")
            out.print(Padding(line, (0, 0, 0, 4)))
        for claim in sentence.claims:
            line = Text(f"{claim.kind} ", style="dim")
            line.append(plain(claim.text).replace("\n", " "), style="" if claim.verdict == "supported" else "yellow")
            line.append(f"  {claim.verdict}, {plain(claim.reason)}", style="dim")
            out.print(Padding(line, (0, 0, 0, 8)))
        if not sentence.facts:
            out.print(Padding(Text("states nothing that needs a fact", style="dim"), (0, 0, 0, 4)))
    out.rule("How it came about")
    for heading, value in _record(draft, candidate):
        out.print(Text.assemble((f"{heading}: ", "bold"), plain(value)))


def _record(draft: Draft, candidate: Candidate) -> Iterable[tuple[str, str]]:
    fields = ", ".join(f"{name} <- {source}" for name, source in draft.opportunity.fields.items())
    yield "Opportunity", f"{draft.opportunity.source} ({fields})" if fields else draft.opportunity.source
    yield "Writer", draft.writer
    if draft.fallback:
        yield "Instead of", f"{draft.fallback.requested}: {draft.fallback.reason}"
    for repair in draft.repairs:
        yield "Try not used", f"{repair.writer}: {repair.error or ', '.join(found.code for found in repair.findings)}"
    yield "Prompt", f"{draft.prompt.name} {draft.prompt.version} ({draft.prompt.fingerprint[:12]})"
    if draft.usage.requests:
        yield "Spent", spent_line(draft.usage)
    for finding in draft.findings:
        yield "Finding", f"{finding.severity} {finding.code}: {finding.text!r}. {finding.advice}"
    for warning in draft.warnings:
        yield "Note", warning
    if candidate.source.dropped:
        yield "Not read (D-12)", ", ".join(candidate.source.dropped)
