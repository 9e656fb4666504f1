"""Good drafts and false statements written before any check had read them, as models write both.

Batch A is `data/good_drafts_fresh`, batch B, the reserved one, `data/reserved_drafts`.
The contexts are those of the evaluation's data, or of `contexts.yaml` beside the drafts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from corpus_drafts import TODAY

from overture.eval.contexts import load_contexts
from overture.eval.suite import SuiteData
from overture.generation.assembly import assemble
from overture.generation.checks import check_draft
from overture.generation.context import build_context
from overture.generation.draft import Finding
from overture.generation.draft_input import DraftInput
from overture.generation.facts import MessageContext
from overture.generation.writers import WriterOutput

_DATA = Path(__file__).parent / "data"
BATCHES = {"A": "good_drafts_fresh", "B": "reserved_drafts"}
LANGUAGES = ("english", "german", "french")
CODES: dict[str, frozenset[str]] = {
    "wrong_employer": frozenset({"unsupported_employer", "unsupported_name", "unsupported_school", "changed_relation"}),
    "wrong_number": frozenset({"unsupported_number", "changed_relation"}),
    "invented_skill": frozenset({"unsupported_skill", "unsupported_name"}),
    "inflated_role": frozenset({"unsupported_title", "changed_relation", "swapped_role"}),
    "swapped_roles": frozenset({"swapped_role"}),
    "invented_benefit": frozenset({"unsupported_benefit", "overclaimed_inference"}),
    "invented_pay": frozenset({"unsupported_salary", "unsupported_number", "unsupported_benefit"}),
    "relocation_promise": frozenset({"unsupported_benefit", "unsupported_place"}),
    "wrong_school": frozenset({"unsupported_school", "unsupported_name"}),
    "wrong_date_or_duration": frozenset({"unsupported_date", "unsupported_number"}),
    "protected_attribute": frozenset({"protected_attribute"}),
    "invented_contact_or_meeting": frozenset({"unsupported_name", "changed_relation", "swapped_role"}),
    "other_companys_fact": frozenset(
        {"unsupported_number", "unsupported_date", "unsupported_name", "unsupported_employer", "claim_without_fact"}
    ),
}
"""The findings that name a fault of a kind rightly."""


@dataclass(frozen=True, slots=True)
class FreshDraft:
    """A good draft in a style, with its context."""

    id: str
    style: str
    context: MessageContext
    output: WriterOutput

    def blocking(self, sentence: str = "") -> tuple[Finding, ...]:
        """What blocks it, with `sentence` at the end of its first paragraph."""
        first, gap, rest = self.output.body.partition("\n\n")
        body = f"{first} {sentence}{gap}{rest}" if sentence else self.output.body
        findings = check_draft(self.context, assemble(self.context, replace(self.output, body=body)))
        return tuple(each for each in findings if each.severity == "blocking")


@dataclass(frozen=True, slots=True)
class Fault:
    """A false statement of a kind, put into a draft."""

    kind: str
    draft: FreshDraft
    text: str

    def found(self) -> tuple[str, ...]:
        """The codes of the blocking findings that lie in it."""
        body = self.draft.blocking(self.text)
        return tuple(each.code for each in body if each.field == "body" and each.text in self.text)


@cache
def fresh_drafts(batch: str, language: str) -> tuple[FreshDraft, ...]:
    """The good drafts of a batch in a language, in the order of the files."""
    folder = _DATA / BATCHES[batch]
    inputs = _inputs(folder)
    return tuple(
        FreshDraft(
            id=f"{each['context']}/{each['style']}",
            style=each["style"],
            context=_context(inputs[each["context"]]),
            output=WriterOutput(subject=each["subject"], body=each["body"].strip()),
        )
        for path in sorted(folder.glob(f"{language}*.yaml"))
        for each in _read(path)
    )


@cache
def fresh_faults(batch: str, language: str) -> tuple[Fault, ...]:
    """The false statements of a batch in a language."""
    drafts = {draft.id: draft for draft in fresh_drafts(batch, language)}
    return tuple(
        Fault(kind, drafts[f"{context}/{style}"], text)
        for kind, entries in _read(_DATA / BATCHES[batch] / f"faults_{language}.yaml").items()
        for context, style, text in entries
    )


@cache
def _inputs(folder: Path) -> dict[str, DraftInput]:
    found = {each.id: each.inputs for each in load_contexts(SuiteData())}
    own: dict[str, Any] = _read(folder / "contexts.yaml")
    return found | {name: DraftInput.model_validate(given) for name, given in own.items()}


def _context(given: DraftInput) -> MessageContext:
    return build_context(
        given.candidate, job=given.job, project=given.project, company=given.company, team=given.team,
        recruiter=given.recruiter, personalization=given.personalization, today=TODAY,
    )  # fmt: skip


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
