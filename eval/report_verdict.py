"""What stands on top of a report: the gate's verdict, or how many cases do not pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .gate_verdict import GateCheck, GateVerdict, Outcome
from .report_cases import WorstCases
from .report_charts import Tone

MOST_REASONS = 8
MOST_CHECKS = 200
TONES: Final[dict[Outcome, Tone]] = {"PASS": "good", "FAIL": "bad", "INCONCLUSIVE": "unsure"}


_OUTCOMES: Final[tuple[tuple[Outcome, str], ...]] = (
    ("FAIL", "failed"),
    ("INCONCLUSIVE", "left it open"),
    ("PASS", "passed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The first thing on the page; `word` is what it comes to, `reasons` the first of why, `checks` all of it."""

    word: str
    tone: Tone
    summary: str
    reasons: tuple[str, ...] = ()
    checks: tuple[GateCheck, ...] = ()
    unshown: int = 0


def gate_view(verdict: GateVerdict, worst: Sequence[WorstCases]) -> VerdictView:
    """The gate's verdict, its reasons, and its checks, the worst first."""
    held = f"held against {verdict.comparison.baseline}" if verdict.comparison else "held against its settings alone"
    of = [f"{n:,} {word}" for outcome, word in _OUTCOMES if (n := sum(c.outcome == outcome for c in verdict.checks))]
    reasons = verdict.reasons if verdict.outcome != "PASS" else ()
    more = len(reasons) - MOST_REASONS
    return VerdictView(
        word=verdict.outcome,
        tone=TONES[verdict.outcome],
        summary=f"The run was {held}: of {len(verdict.checks):,} checks {', '.join(of)}. {counted(worst)}",
        reasons=(*reasons[:MOST_REASONS], *([f"and {more:,} more, below"] if more > 0 else []), *verdict.notes),
        checks=verdict.checks[:MOST_CHECKS],
        unshown=max(0, len(verdict.checks) - MOST_CHECKS),
    )


def counted_verdict(worst: Sequence[WorstCases], errors: Sequence[str] = ()) -> VerdictView:
    """What stands on top where there is no gate: how many cases pass; `errors` are of suites that lack scores."""
    total = sum(each.total for each in worst)
    bad = sum(each.failed + each.flawed for each in worst)
    tone: Tone
    word, tone = f"All {many_cases(total)} pass" if total > 1 else "The one case passes", "good"
    if bad:
        word, tone = f"{bad:,} of {many_cases(total)} {'does' if bad == 1 else 'do'} not pass", "unsure"
    if any(each.failed for each in worst):
        tone = "bad"
    if errors or not total:
        word, tone = "The run is incomplete", "bad"
    return VerdictView(word=word, tone=tone, summary=counted(worst), reasons=tuple(errors))


def counted(worst: Sequence[WorstCases]) -> str:
    """How many cases fail a check and how many have no score, in a sentence."""
    suites = f"In {len(worst)} suite{'s' * (len(worst) != 1)}, "
    failed, flawed = sum(each.failed for each in worst), sum(each.flawed for each in worst)
    if not sum(each.total for each in worst):
        return f"{suites}there was no case to judge."
    if not failed:
        told = f"{many_cases(flawed)} fail{'s' * (flawed == 1)} a check" if flawed else "no case fails a check"
        return f"{suites}{told}, and each has a score."
    told = f"{flawed:,} more fail{'s' * (flawed == 1)} a check" if flawed else "no other fails a check"
    return (
        f"{suites}{many_cases(failed)} could not be run or graded and count{'s' * (failed == 1)} as the worst; {told}."
    )


def many_cases(count: int) -> str:
    """A number of cases, in words."""
    return "1 case" if count == 1 else f"{count:,} cases"
