"""What a judge's word is worth: does it keep to its choice when places change, love length, and agree with people?

Its rate of approvals is put right by the part that people voted on, and is not given where there is none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from overture.classification.metrics import cohen_kappa

from .suite import RunScore

if TYPE_CHECKING:
    from .result import CaseResult

LEAST_VOTES: Final = 20
"""Fewer votes of people say too little of a judge; its rate is then held back."""
_LEAST_CLUSTERS: Final = 5
_LEAST_FOR_PULL: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFound:
    """One pair asked in both orders: how much longer the first is, what was preferred, and what people preferred."""

    cluster: str
    longer_by: int
    choice: str
    flipped: bool
    first_place: bool
    """Of a flip: it was what stood first that was preferred both times."""
    people: str | None = None
    is_padding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteFound:
    """A message with a person's vote and the judge's, 1 for yes; `same`: of the subject's own model and prompt."""

    cluster: str
    people: int
    judge: int
    same: bool


def audit(results: Sequence[CaseResult]) -> Iterable[RunScore]:
    """All run scores of the suite; with no judge none but the reason."""
    outputs = [(result.cluster, cast("dict[str, Any]", result.grades.output)) for result in results if _is_told(result)]
    if not outputs:
        skipped = next((score.reason for result in results for score in result.grades.scores if score.reason), "")
        yield RunScore(metric="audited", value=0.0, n=0, reason=skipped or "no case was judged")
        return
    pairs = [_pair(cluster, pair) for cluster, output in outputs for pair in output.get("pairs", ())]
    votes = [_vote(cluster, output) for cluster, output in outputs if "people" in output]
    yield from _flips(pairs)
    yield from _length(pairs)
    yield from _wins([pair for pair in pairs if not pair.is_padding and pair.people is None])
    yield from _agreement(votes, [pair for pair in pairs if pair.people is not None])
    alone = [(cluster, int(output["approved"])) for cluster, output in outputs if output.get("ask") == "draft"]
    yield from _approval(votes, alone)


def _is_told(result: CaseResult) -> bool:
    return isinstance(result.grades.output, dict) and "ask" in result.grades.output


def _pair(cluster: str, given: dict[str, Any]) -> PairFound:
    return PairFound(cluster=cluster, **given)


def _vote(cluster: str, output: dict[str, Any]) -> VoteFound:
    return VoteFound(
        cluster=cluster, people=int(output["people"]), judge=int(output["approved"]), same=bool(output["same"])
    )


def _flips(pairs: Sequence[PairFound]) -> Iterable[RunScore]:
    if not pairs:
        return
    flipped = [pair for pair in pairs if pair.flipped]
    value, low, high = _share((pair.cluster, float(pair.flipped)) for pair in pairs)
    first = sum(pair.first_place for pair in flipped)
    reason = f"{len(flipped)} of {len(pairs)} choices changed with the order alone, {first} for what stood first"
    yield RunScore(metric="flip_rate", value=value, n=len(pairs), low=low, high=high, reason=reason)


def _share(found: Iterable[tuple[str, float]]) -> tuple[float, float, float]:
    """The mean of what each pair counts, with its interval over clusters: a candidate gives two pairs and more."""
    from .intervals import share_interval

    sums: dict[str, float] = defaultdict(float)
    sizes: dict[str, int] = defaultdict(int)
    for cluster, counted in found:
        sums[cluster] += counted
        sizes[cluster] += 1
    low, high = share_interval(list(sums.values()), list(sizes.values()))
    return sum(sums.values()) / sum(sizes.values()), low, high


def _length(pairs: Sequence[PairFound]) -> Iterable[RunScore]:
    """Verbosity, twice: between different messages, and between a message and itself with padding that says nothing."""
    padded = [pair for pair in pairs if pair.is_padding]
    natural = [pair for pair in pairs if not pair.is_padding and pair.longer_by]
    decided = [pair for pair in natural if pair.choice != "tie"]
    if padded:
        # asked with the padded text second: to prefer it is to prefer length and nothing else
        value, low, high = _share((pair.cluster, float(pair.choice == "second")) for pair in padded)
        yield RunScore(
            metric="padding_preferred", value=value, n=len(padded), low=low, high=high,
            reason="the same message with a paragraph more that says nothing, in both orders",
        )  # fmt: skip
    if decided:
        value, low, high = _share(
            (pair.cluster, float((pair.choice == "first") == (pair.longer_by > 0))) for pair in decided
        )
        mean = sum(abs(pair.longer_by) for pair in decided) / len(decided)
        yield RunScore(
            metric="longer_preferred", value=value, n=len(decided), low=low, high=high,
            reason=f"the longer of two, which differ by {mean:.0f} characters on average; a half says no pull",
        )  # fmt: skip
    pull = _correlation(
        [float(pair.longer_by) for pair in natural],
        [{"first": 1.0, "second": -1.0}.get(pair.choice, 0.0) for pair in natural],
    )
    if pull is not None:
        yield RunScore(
            metric="length_pull", value=pull, n=len(natural),
            reason="correlation of the difference in length with the preference; 0 says no pull",
        )  # fmt: skip


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    n = len(one)
    if n < _LEAST_FOR_PULL:
        return None
    mean, mean_other = sum(one) / n, sum(other) / n
    spread = math.sqrt(sum((x - mean) ** 2 for x in one) * sum((y - mean_other) ** 2 for y in other))
    if not spread:
        return None
    return sum((x - mean) * (y - mean_other) for x, y in zip(one, other, strict=True)) / spread


def _wins(pairs: Sequence[PairFound]) -> Iterable[RunScore]:
    """How often a draft is preferred to the offline writer's on the same facts, over candidates; a tie is a half.

    It is the judge's word: people vote on messages and not on such pairs, so nothing puts it right.
    """
    if not pairs:
        return
    worth = {"first": 1.0, "second": 0.0}
    value, low, high = _share((pair.cluster, worth.get(pair.choice, 0.5)) for pair in pairs)
    won, lost = (sum(pair.choice == choice for pair in pairs) for choice in ("first", "second"))
    reason = (
        f"against the offline writer's: {won} won, {lost} lost, {len(pairs) - won - lost} ties, which count a half; "
        "the judge's word, put right by nobody"
    )
    yield RunScore(metric="win_rate", value=value, low=low, high=high, n=len(pairs), reason=reason)


def _agreement(votes: Sequence[VoteFound], pairs: Sequence[PairFound]) -> Iterable[RunScore]:
    if len(votes) >= LEAST_VOTES:
        # whoever votes and whoever judges say yes or no: Cohen's kappa takes off what chance would bring
        kappa = _kappa([(vote.cluster, str(vote.people), str(vote.judge)) for vote in votes])
        yes = sum(vote.people == vote.judge for vote in votes)
        yield RunScore(
            metric="human_agreement", value=kappa[0], low=kappa[1], high=kappa[2], n=len(votes),
            reason=f"Cohen's kappa with people's thumbs; the same on {yes} of {len(votes)}",
        )  # fmt: skip
    if pairs:
        value, low, high = _share((pair.cluster, float(pair.choice == pair.people)) for pair in pairs)
        yield RunScore(
            metric="pair_agreement", value=value, low=low, high=high, n=len(pairs),
            reason="of two messages on the same facts, one with a thumb up and one with a thumb down; a tie is wrong",
        )  # fmt: skip


def _kappa(rows: Sequence[tuple[str, str, str]]) -> tuple[float, float | None, float | None]:
    """Kappa with a 95 % interval by the jackknife over clusters; none with fewer than five."""

    def of(chosen: Sequence[tuple[str, str, str]]) -> float:
        return cohen_kappa([row[1] for row in chosen], [row[2] for row in chosen])

    value = of(rows)
    clusters = sorted({row[0] for row in rows})
    if len(clusters) < _LEAST_CLUSTERS:
        return value, None, None
    return value, *_jackknife(rows, clusters, of, value)


def _jackknife(
    rows: Sequence[tuple[str, str, str]],
    clusters: Sequence[str],
    of: Callable[[Sequence[tuple[str, str, str]]], float],
    value: float,
) -> tuple[float, float]:
    from .intervals import student_t

    without = [of([row for row in rows if row[0] != cluster]) for cluster in clusters]
    mean, n = sum(without) / len(without), len(clusters)
    error = math.sqrt((n - 1) / n * sum((each - mean) ** 2 for each in without))
    reach = student_t(0.975, n - 1) * error
    return max(-1.0, value - reach), min(1.0, value + reach)


def _approval(votes: Sequence[VoteFound], alone: Sequence[tuple[str, int]]) -> Iterable[RunScore]:
    """The share of drafts that people would approve, by the judge and put right by PPI++; or why there is none."""
    clusters: dict[str, int] = defaultdict(int)
    for vote in votes:
        clusters[vote.cluster] += 1
    if len(votes) < LEAST_VOTES or len(clusters) < _LEAST_CLUSTERS:
        reason = (
            f"unaudited: {len(votes)} votes of people on {len(clusters)} candidates, and {LEAST_VOTES} on "
            f"{_LEAST_CLUSTERS} are the least; the judge's rate is held back"
        )
        yield RunScore(metric="audited", value=0.0, n=len(votes), reason=reason)
        return
    yield RunScore(metric="audited", value=1.0, n=len(votes), reason=f"held against {len(votes)} votes of people")
    if not alone:
        return
    from .ppi import corrected_rate

    # Votes on drafts of this very writer and prompt are of the same kind as the new drafts, and the weight of least
    # variance is right. Votes on other drafts tell the judge's error alone: it is taken off in full, weight 1.
    same = all(vote.same for vote in votes)
    found = corrected_rate(
        [float(vote.people) for vote in votes],
        [float(vote.judge) for vote in votes],
        [float(approved) for _, approved in alone],
        weight=None if same else 1.0,
        clusters=[vote.cluster for vote in votes],
        clusters_alone=[cluster for cluster, _ in alone],
    )
    low, high = max(0.0, found.low), min(1.0, found.high)
    reason = (
        f"PPI++ over {found.n} votes of people and {found.unlabelled} drafts with the judge's word alone, weight "
        f"{found.weight:.2f}{'' if same else ', the votes being on drafts of other writers or prompts'}"
    )
    value = min(1.0, max(0.0, found.value))
    yield RunScore(metric="approved", value=value, low=low, high=high, n=found.n + found.unlabelled, reason=reason)
