"""How far a model gets by itself: the same contexts drafted with it, and what became of each draft."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from doubles import COMPANY, JOB, RECRUITER, RICH, SPARSE
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY

from overture import Candidate, Company, Drafter, Job, Recruiter, read_candidate, read_job, read_recruiter
from overture.generation import Draft, MessageContext, build_context

EXAMPLES = Path(__file__).parents[1] / "examples"


def contexts(count: int) -> tuple[MessageContext, ...]:
    """The first so many of 36 messages: six people, rich and sparse, by five jobs and none."""
    people = [RICH, BACKEND, *map(read_candidate, sorted(EXAMPLES.glob("candidate-*"))), SPARSE]
    elin = read_recruiter(EXAMPLES / "recruiter.yaml")
    posts: list[tuple[Job | None, Company | None, Recruiter]] = [
        (LEDGER_JOB, BANK, ELIN),
        (JOB, COMPANY, RECRUITER),
        *((read_job(path), None, elin) for path in sorted(EXAMPLES.glob("job-*"))),
        (None, None, elin),
    ]
    size = len(people)
    pairs = ((people[i], posts[(i + turn) % len(posts)]) for turn in range(len(posts)) for i in range(size))
    return tuple([_context(person, *post) for (person, post), _ in zip(pairs, range(count), strict=False)])


def _context(person: Candidate, job: Job | None, company: Company | None, recruiter: Recruiter) -> MessageContext:
    return build_context(person, job=job, company=company, recruiter=recruiter, today=TODAY)


@dataclass
class Tally:
    """What became of the drafts of one mode; `seconds` for all of them together."""

    mode: str
    drafts: int = 0
    unaided: int = 0
    repaired: int = 0
    fallback: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter[str])
    """By code, in how many tries a blocking finding or an unreadable answer stood."""

    def add(self, draft: Draft) -> None:
        """Count a draft: good at the first try, after repairs, or by the offline writer (D-15)."""
        self.drafts += 1
        self.fallback += draft.fallback is not None
        self.repaired += draft.fallback is None and bool(draft.repairs)
        self.unaided += draft.fallback is None and not draft.repairs
        for repair in draft.repairs:
            codes = {finding.code for finding in repair.findings if finding.severity == "blocking"}
            self.faults.update(codes or {"unreadable" if repair.error else "unknown"})


def measure(
    drafter: Drafter, given: Iterable[MessageContext], *, mode: str, seen: Callable[[Draft], None] | None = None
) -> Tally:
    """Draft for each context and count; `seen` is shown every draft."""
    tally = Tally(mode)
    started = time.perf_counter()
    for context in given:
        draft = drafter.draft_from(context)
        tally.add(draft)
        if seen:
            seen(draft)
    tally.seconds = time.perf_counter() - started
    return tally


def table(tallies: Iterable[Tally]) -> str:
    """The tallies as lines of a table."""
    rows = ["mode    drafts  unaided  repaired  fallback  s a draft  commonest faults of its tries"]
    for tally in tallies:
        faults = ", ".join(f"{code} {count}" for code, count in tally.faults.most_common(4)) or "none"
        n, each = tally.drafts, tally.seconds / max(1, tally.drafts)
        rows.append(
            f"{tally.mode:<6}  {n:>6}  {_share(tally.unaided, n):>7}  {_share(tally.repaired, n):>8}  "
            f"{_share(tally.fallback, n):>8}  {each:>9.1f}  {faults}"
        )
    return "\n".join(rows)


def _share(part: int, whole: int) -> str:
    return f"{part} {part / whole:.0%}" if whole else "-"
