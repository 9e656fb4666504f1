"""Whether a challenger is better than the champion on rows that neither learned from: values in, a decision out (F-4).

Rows are paired: both models judged each. `PROMOTE` asks for proof twice, `KEEP` says that the challenger is shown to be
no gain, and everything between is `INCONCLUSIVE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np
from pydantic import Field

from overture.base import Value
from overture.errors import InputError

from .comparison_slices import SliceComparison, compare_slices, harm_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

Outcome = Literal["PROMOTE", "KEEP", "INCONCLUSIVE"]
EXIT_CODES: Final[dict[Outcome, int]] = {"PROMOTE": 0, "KEEP": 10, "INCONCLUSIVE": 20}
_PARTS: Final = 200
"""Resamples that are drawn at once, which bounds the memory."""


class Gate(Value):
    """What a challenger must show; shares between 0 and 1.

    `margin` is how much less a slice may get right and still pass: about the least that 100 rows can prove. A slice of
    fewer than `least_rows` cannot prove it; there the proof is asked of the harm.
    """

    alpha: float = Field(default=0.05, gt=0, lt=1)
    margin: float = Field(default=0.08, ge=0, lt=1)
    margins: dict[str, float] = Field(default_factory=lambda: {"corpus": 0.01})
    least_rows: int = Field(default=90, ge=1)
    least_gain: float = Field(default=0.005, ge=0, lt=1)
    least_clusters: int = Field(default=10, ge=2)
    resamples: int = Field(default=4_000, ge=100)
    seed: int = 0


class PairedRow(NamedTuple):
    """One reply as both models judged it; rows of a `cluster` are not independent of each other."""

    cluster: str
    champion_right: bool
    challenger_right: bool
    slices: tuple[str, ...] = ()
    is_opt_out: bool = False
    champion_accepts: bool = False
    challenger_accepts: bool = False


class OptOuts(Value):
    """Replies that ask to be left alone, and how many of them each model reads as Accept (C-7)."""

    n: int
    champion: int
    challenger: int


class Decision(Value):
    """What the comparison came to, and why; `low` and `high` are the interval of `difference` (challenger's gain)."""

    outcome: Outcome
    reasons: tuple[str, ...]
    n: int
    clusters: int
    champion: float
    challenger: float
    gains: int
    losses: int
    difference: float
    low: float
    high: float
    p_value: float
    opt_outs: OptOuts
    slices: tuple[SliceComparison, ...]

    @property
    def exit_code(self) -> int:
        """0 promote, 10 keep, 20 inconclusive."""
        return EXIT_CODES[self.outcome]


def compare(rows: Sequence[PairedRow], gate: Gate | None = None) -> Decision:
    """McNemar's exact test and a cluster bootstrap for the whole, non-inferiority for each slice (F-4).

    Raises:
        InputError: there are no rows.
    """
    gate = gate or Gate()
    if not rows:
        raise InputError("F-4: no rows to compare the models on")
    champion = np.array([row.champion_right for row in rows])
    challenger = np.array([row.challenger_right for row in rows])
    gains, losses = int((challenger & ~champion).sum()), int((champion & ~challenger).sum())
    steps = challenger.astype(np.int64) - champion.astype(np.int64)
    clusters, low, high = cluster_interval(steps, [row.cluster for row in rows], gate)
    counts = _by_slice(rows, steps)
    fields: dict[str, Any] = {
        "n": len(rows),
        "clusters": clusters,
        "champion": float(champion.mean()),
        "challenger": float(challenger.mean()),
        "gains": gains,
        "losses": losses,
        "difference": (gains - losses) / len(rows),
        "low": low,
        "high": high,
        "p_value": mcnemar_p(gains, losses),
        "opt_outs": OptOuts(
            n=sum(row.is_opt_out for row in rows),
            champion=sum(row.is_opt_out and row.champion_accepts for row in rows),
            challenger=sum(row.is_opt_out and row.challenger_accepts for row in rows),
        ),
        "slices": compare_slices(
            counts, margin=gate.margin, margins=gate.margins, least_rows=gate.least_rows, alpha=gate.alpha
        ),
    }
    return _decide(Decision(outcome="INCONCLUSIVE", reasons=(), **fields), gate)


def mcnemar_p(gains: int, losses: int) -> float:
    """The exact two-sided p-value of McNemar's test: whether gains and losses are equally likely."""
    from scipy import stats  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    library: Any = stats
    return float(library.binomtest(gains, gains + losses).pvalue) if gains + losses else 1.0


def cluster_interval(steps: NDArray[np.int64], clusters: Sequence[str], gate: Gate) -> tuple[int, float, float]:
    """How many clusters there are, and the percentile interval of the mean step when whole clusters are redrawn."""
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    count = int(places.max()) + 1
    sums = np.bincount(places, weights=steps, minlength=count).astype(np.float64)
    sizes = np.bincount(places, minlength=count).astype(np.float64)
    means = redrawn_means(sums, sizes, resamples=gate.resamples, seed=gate.seed)
    low, high = np.quantile(means, [gate.alpha / 2, 1 - gate.alpha / 2])
    return count, float(low), float(high)


def redrawn_means(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], *, resamples: int, seed: int
) -> NDArray[np.float64]:
    """The mean over rows when whole clusters are redrawn, `resamples` times; each cluster by its sum and its rows."""
    count = len(sums)
    random = np.random.default_rng(seed)
    means: list[NDArray[np.float64]] = []
    for start in range(0, resamples, _PARTS):
        drawn = random.multinomial(count, np.full(count, 1 / count), size=min(_PARTS, resamples - start))
        means.append((drawn @ sums) / (drawn @ sizes))
    return np.concatenate(means)


def _by_slice(rows: Sequence[PairedRow], steps: NDArray[np.int64]) -> dict[str, tuple[int, int, int]]:
    """Rows, gains and losses of each slice."""
    counts: dict[str, tuple[int, int, int]] = {}
    for row, step in zip(rows, steps.tolist(), strict=True):
        for name in row.slices:
            n, gains, losses = counts.get(name, (0, 0, 0))
            counts[name] = n + 1, gains + (step > 0), losses + (step < 0)
    return dict(sorted(counts.items()))


def _decide(found: Decision, gate: Gate) -> Decision:
    against: list[str] = []
    open_questions: list[str] = []
    is_worse = found.losses > found.gains and harm_p(found.gains, found.losses) <= gate.alpha
    if is_worse:
        against.append(f"it is worse: {_said(found)}")
    elif found.high < gate.least_gain:
        against.append(f"it gains less than {gate.least_gain:.1%} at most: {_said(found)}")
    if found.opt_outs.challenger > found.opt_outs.champion:
        against.append(
            f"C-7: it reads {found.opt_outs.challenger} of {found.opt_outs.n} opt-outs as Accept, the champion "
            f"{found.opt_outs.champion}; no more is allowed"
        )
    against += [f"slice {part.name!r} is worse: {part}" for part in found.slices if part.finding == "worse"]
    if found.p_value > gate.alpha or found.gains <= found.losses:
        open_questions.append(f"it is not shown to be better: {_said(found)}")
    elif found.low <= 0:
        open_questions.append(f"redrawn by cluster, its gain is not shown: {_said(found)}")
    if found.clusters < gate.least_clusters:
        open_questions.append(f"{found.clusters} clusters say too little; {gate.least_clusters} are asked for")
    open_questions += [
        f"slice {part.name!r} may be worse by more than {part.margin:.0%}: {part}"
        for part in found.slices
        if part.finding == "unproven"
    ]
    if against:
        return found.model_copy(update={"outcome": "KEEP", "reasons": tuple(against)})
    if open_questions:
        return found.model_copy(update={"reasons": tuple(open_questions)})
    held = sum(part.finding == "held" for part in found.slices)
    reasons = (f"it is better: {_said(found)}", f"{held} slices hold their margins")
    return found.model_copy(update={"outcome": "PROMOTE", "reasons": reasons})


def _said(found: Decision) -> str:
    return (
        f"{found.champion:.1%} to {found.challenger:.1%} right of {found.n:,}, {found.gains} gained and "
        f"{found.losses} lost, difference {100 * found.low:+.1f} to {100 * found.high:+.1f} points, "
        f"p = {found.p_value:.2g}"
    )
