"""Runs that were never run, for the gate: outcomes by case, drawn at random or planted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from overture.eval.compare import Comparison, compare_results
from overture.eval.gate import Judged, decide
from overture.eval.gate_config import GateConfig
from overture.eval.gate_verdict import GateVerdict
from overture.eval.result import CaseResult
from overture.eval.score import Grades, Score
from overture.eval.suite import Metric
from overture.eval.summary import summarise

RIGHT = Metric(name="right", summary="labelled as people do", margin=0.02)


def results(
    values: Iterable[float | None],
    *,
    metric: str = "right",
    suite: str = "replies",
    cluster: Callable[[int], str] = "c{}".format,
    slices: Callable[[int], dict[str, str]] = lambda _: {},
) -> list[CaseResult]:
    """One case for each value; None is a case that failed."""
    return [
        CaseResult(
            suite=suite,
            case=f"case {place}",
            key=str(place),
            cluster=cluster(place),
            slices=slices(place),
            status="failed" if value is None else "scored",
            error="RuntimeError: no answer" if value is None else "",
            grades=Grades(scores=() if value is None else (Score(metric=metric, value=value),)),
        )
        for place, value in enumerate(values)
    ]


def paired_outcomes(
    seed: int, *, n: int = 1_000, discordance: float, drop: float = 0.0, right: float = 0.9
) -> tuple[list[float], list[float]]:
    """Passes of a baseline and a challenger that differ on a share of cases: by chance, and by a drop."""
    dice = random.Random(seed)
    before: list[float] = []
    after: list[float] = []
    lost, gained = discordance / 2 + drop, discordance / 2
    for _ in range(n):
        throw = dice.random()
        if throw < lost:
            pair = (1.0, 0.0)
        elif throw < lost + gained:
            pair = (0.0, 1.0)
        else:
            same = float(dice.random() < (right - lost) / (1 - lost - gained))
            pair = (same, same)
        before.append(pair[0])
        after.append(pair[1])
    return before, after


def judge(
    before: Sequence[CaseResult],
    after: Sequence[CaseResult],
    *,
    metrics: Sequence[Metric] = (RIGHT,),
    config: GateConfig | None = None,
) -> GateVerdict:
    """The gate's verdict on two lists of results of one suite."""
    config = config or GateConfig()
    suite = before[0].suite
    found = compare_results(suite, metrics, before, after, level=1 - 2 * config.alpha)
    judged = [
        Judged(metrics={suite: tuple(metrics)}, summaries=tuple(summarise(suite, metrics, each)))
        for each in (after, before)
    ]
    comparison = Comparison(baseline="a", challenger="b", level=1 - 2 * config.alpha, differences=found)
    return decide(judged[0], baseline=judged[1], comparison=comparison, config=config)
