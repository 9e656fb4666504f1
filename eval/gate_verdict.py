"""What the gate says of a run: one verdict, and every check behind it with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .compare import Comparison

Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]
Rule = Literal["measured", "scored", "margin", "slices", "threshold", "zero_failures", "settings"]
EXIT_CODES: Final[dict[Outcome, int]] = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 2}
_WORST_FIRST: Final[tuple[Outcome, ...]] = ("FAIL", "INCONCLUSIVE", "PASS")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """One check of one metric (`""`: of the whole suite) in one slice, with its outcome in words."""

    suite: str
    metric: str = ""
    slice: str = ""
    rule: Rule
    outcome: Outcome
    reason: str

    @property
    def name(self) -> str:
        """For people: `"grounding.grounded [language=de]"`."""
        name = ".".join(part for part in (self.suite, self.metric) if part)
        return f"{name} [{self.slice}]" if self.slice else name


@dataclass(frozen=True, slots=True, kw_only=True)
class GateVerdict:
    """PASS, FAIL or INCONCLUSIVE with its checks, the worst first; `comparison` is None where there is no baseline.

    `notes` tell what was not judged and why.
    """

    outcome: Outcome
    checks: tuple[GateCheck, ...]
    notes: tuple[str, ...] = ()
    comparison: Comparison | None = None

    @property
    def exit_code(self) -> int:
        """0 PASS, 1 FAIL, 2 INCONCLUSIVE."""
        return EXIT_CODES[self.outcome]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is no PASS, the worst first; of a PASS, how many checks there were."""
        if self.outcome == "PASS":
            return (f"{len(self.checks)} checks, all passed",)
        return tuple(f"{check.name}: {check.reason}" for check in self.checks if check.outcome != "PASS")


def verdict_of(
    checks: list[GateCheck], *, notes: tuple[str, ...] = (), comparison: Comparison | None = None
) -> GateVerdict:
    """One FAIL fails, one INCONCLUSIVE leaves it open, and nothing checked passes nothing."""
    if all(check.rule == "scored" for check in checks):
        reason = "nothing was held to anything: give a baseline, or limits in gate.toml"
        checks = [*checks, GateCheck(suite="gate", rule="measured", outcome="INCONCLUSIVE", reason=reason)]
    ranked = tuple(sorted(checks, key=lambda check: _WORST_FIRST.index(check.outcome)))
    return GateVerdict(outcome=ranked[0].outcome, checks=ranked, notes=notes, comparison=comparison)
