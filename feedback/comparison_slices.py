"""Slices of a comparison: whether each holds its margin, corrected for their number by Holm's method (F-4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any, Final, Literal

from overture.base import Value

Finding = Literal["held", "unproven", "worse"]
_SPARE_ROWS: Final = 2
"""What a slice that is too small for proof may lose on balance without a question."""


class SliceComparison(Value):
    """One slice: its rows, what the challenger gained and lost, and what that shows; p-values are Holm's.

    `test` says whose the burden of proof is: of holding the margin, or, in a small slice, of harm.
    """

    name: str
    n: int
    gains: int
    losses: int
    margin: float
    test: Literal["non_inferiority", "harm"]
    p_value: float
    finding: Finding

    def __str__(self) -> str:
        return f"{self.gains} gained and {self.losses} lost of {self.n}, p = {self.p_value:.2g}"


def compare_slices(
    counts: Mapping[str, tuple[int, int, int]],
    *,
    margin: float,
    margins: Mapping[str, float],
    least_rows: int,
    alpha: float,
) -> tuple[SliceComparison, ...]:
    """Every slice by name: (rows, gains, losses) in, findings out."""
    allowed = {name: margins.get(name, margin) for name in counts}
    provable = [name for name, (n, _, _) in counts.items() if n >= least_rows]
    holds = dict(
        zip(provable, holm([non_inferiority_p(*counts[name], margin=allowed[name]) for name in provable]), strict=True)
    )
    harms = dict(zip(counts, holm([harm_p(gains, losses) for _, gains, losses in counts.values()]), strict=True))
    made: list[SliceComparison] = []
    for name, (n, gains, losses) in counts.items():
        is_lost = losses - gains > max(allowed[name] * n, 0 if name in holds else _SPARE_ROWS)
        finding: Finding
        if harms[name] <= alpha and is_lost:
            finding = "worse"
        elif name in holds:
            finding = "held" if holds[name] <= alpha else "unproven"
        else:
            finding = "unproven" if is_lost else "held"
        made.append(
            SliceComparison(
                name=name,
                n=n,
                gains=gains,
                losses=losses,
                margin=allowed[name],
                test="non_inferiority" if name in holds else "harm",
                p_value=holds.get(name, harms[name]),
                finding=finding,
            )
        )
    return tuple(made)


def non_inferiority_p(n: float, gains: float, losses: float, *, margin: float) -> float:
    """The one-sided p-value of "less right by the margin or more", by Tango's score test (Stat. Med. 1998).

    Counts need not be whole: clustered rows are given as their effective number.
    """
    shift = -margin
    two, one = 2 * n, -gains - losses + (2 * n - gains + losses) * shift
    none = -losses * shift * (1 - shift)
    lost = (math.sqrt(max(0.0, one * one - 4 * two * none)) - one) / (2 * two)
    spread = n * (2 * lost + shift * (1 - shift))
    away = gains - losses - n * shift
    if spread <= 0:  # no row differs, and none may
        return 1.0 if away <= 0 else 0.0
    return 1 - NormalDist().cdf(away / math.sqrt(spread))


def harm_p(gains: int, losses: int) -> float:
    """The exact one-sided p-value of "no more is lost than gained"."""
    from scipy import stats  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = stats
    return float(library.binomtest(losses, gains + losses, alternative="greater").pvalue) if gains + losses else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values so raised that one limit holds for all of them together (Holm, Scand. J. Stat. 1979)."""
    raised = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        raised[place] = highest
    return raised
