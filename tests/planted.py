"""Every planter over the corpus, and what the checks find, counted for the tests and the benchmark (D-10, D-11)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus_drafts import GoodDraft
from planting import PLANTERS, Planted
from planting_claims import CLAIM_PLANTERS
from planting_relations import RELATION_PLANTERS

from overture.generation.checks import check_draft
from overture.generation.draft import Finding
from overture.generation.render import render_draft

ALL_PLANTERS = {**PLANTERS, **CLAIM_PLANTERS, **RELATION_PLANTERS}


@dataclass(slots=True)
class Found:
    """Of each kind, how many were planted and found, and what was missed."""

    planted: Counter[str] = field(default_factory=Counter[str])
    found: Counter[str] = field(default_factory=Counter[str])
    missed: list[Planted] = field(default_factory=list[Planted])


@dataclass(slots=True)
class Alarms:
    """Of each style, how many good drafts there are, and how many raise a blocking or an advisory finding."""

    drafts: Counter[str] = field(default_factory=Counter[str])
    blocked: Counter[str] = field(default_factory=Counter[str])
    advised: Counter[str] = field(default_factory=Counter[str])
    raised: list[tuple[GoodDraft, Finding]] = field(default_factory=list[tuple[GoodDraft, Finding]])


def plant_all(draft: GoodDraft) -> Iterator[Planted]:
    """One error of every kind that this draft has room for; the same errors each time."""
    for kind, plant in ALL_PLANTERS.items():
        if planted := plant(draft, random.Random(f"{draft.id}:{kind}")):
            yield planted


def count_found(errors: Iterable[Planted]) -> Found:
    """How many of the errors are found: a blocking finding with a code that names the error rightly."""
    counts = Found()
    for error in errors:
        counts.planted[error.kind] += 1
        if is_found(error):
            counts.found[error.kind] += 1
        else:
            counts.missed.append(error)
    return counts


def is_found(error: Planted) -> bool:
    """Whether a blocking finding names the error rightly."""
    prompt = render_draft(error.context) if error.prompt else None
    findings = check_draft(error.context, error.assembled, custom_content=error.custom_content, prompt=prompt)
    return any(each.code in error.codes and each.severity == "blocking" for each in findings)


def count_alarms(drafts: Iterable[GoodDraft]) -> Alarms:
    """What the checks raise on good drafts, by style."""
    counts = Alarms()
    for draft in drafts:
        findings = check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
        counts.drafts[draft.style] += 1
        counts.blocked[draft.style] += any(each.severity == "blocking" for each in findings)
        counts.advised[draft.style] += any(each.severity == "advisory" for each in findings)
        counts.raised += [(draft, each) for each in findings if each.severity == "blocking"]
    return counts
