"""A proposal as Markdown, for the person who decides (F-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .confidence import Difference

if TYPE_CHECKING:
    from .prompt_comparison import PromptProposal

_VERDICTS = {"promote": "promote {b}", "keep": "keep {a}", "wait": "wait"}


def proposal_markdown(proposal: PromptProposal) -> str:
    """Decision, reasons and tables."""
    a, b = f"{proposal.name}@{proposal.a}", f"{proposal.name}@{proposal.b}"
    lines = [f"# Proposal: {_VERDICTS[proposal.decision].format(a=a, b=b)}", ""]
    lines += [f"- {reason}" for reason in proposal.reasons]
    lines += [
        "",
        f"Votes came on {proposal.looks} days. The intervals hold for all of them together, with a chance of "
        f"{proposal.policy.alpha:.0%} to be wrong. Nothing was changed by this comparison.",
        "",
        *_head(a, b),
        _row("thumbs up, within strata", proposal.difference),
        _row("thumbs up, strata pooled", proposal.pooled),
        *(_row(f"thumbs up in {each.name}", each.difference) for each in proposal.slices),
        "",
        *_head(a, b, first="guardrail"),
        *(_row(f"{rail.name} ({rail.standing})", rail.difference) for rail in proposal.guardrails),
    ]
    if proposal.left_out:
        said = ", ".join(f"{stratum} ({count})" for stratum, count in proposal.left_out.items())
        lines += ["", f"Left out, since only one of the two was voted on there: {said}."]
    lines += ["", f"Reasons of thumbs down, {a}: {_counts(proposal.complaints[0])}; {b}: "
              f"{_counts(proposal.complaints[1])}."]  # fmt: skip
    return "\n".join(lines) + "\n"


def _head(a: str, b: str, *, first: str = "share") -> tuple[str, str]:
    return f"| {first} | {a} | {b} | difference | interval |", "|---|---|---|---|---|"


def _row(name: str, difference: Difference) -> str:
    raw = [f"{up} of {n}" for up, n in zip(difference.ups, difference.n, strict=True)]
    if difference.estimate is None:
        return f"| {name} | {raw[0]} | {raw[1]} | too few | |"
    return (
        f"| {name} | {raw[0]} | {raw[1]} | {difference.estimate:+.1%} | "
        f"{difference.low:+.1%} to {difference.high:+.1%} |"
    )


def _counts(reasons: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in reasons.items()) or "none"
