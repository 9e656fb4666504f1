"""Intervals, tests and corrections of `eval` against scipy, statsmodels, ppi-python and published examples."""

from __future__ import annotations

import math
import random
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pytest
from gate_runs import paired_outcomes, results
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from overture import InputError
from overture.eval.compare import compare_results
from overture.eval.intervals import mean_and_error, mean_interval, share_interval
from overture.eval.paired import PairedDifference, tango_interval
from overture.eval.ppi import corrected_rate
from overture.eval.result import CaseResult
from overture.eval.sign_flips import flip_means, flip_passes
from overture.eval.suite import Metric
from overture.eval.summary import MetricSummary, summarise

stats: Any = scipy_stats
OLS: Any = import_module("statsmodels.regression.linear_model").OLS  # statsmodels has types in part only
mcnemar: Any = import_module("statsmodels.stats.contingency_tables").mcnemar
multipletests: Any = import_module("statsmodels.stats.multitest").multipletests
proportion_confint: Any = import_module("statsmodels.stats.proportion").proportion_confint
PASS = Metric(name="right", summary="", margin=0.02)
MEAN = Metric(name="right", summary="", kind="mean", margin=0.1)


def compared(
    before: list[float], after: list[float], *, metric: Metric = PASS, level: float = 0.95
) -> PairedDifference:
    """The difference over all cases, each of which is a cluster."""
    return compare_results("replies", [metric], results(before), results(after), level=level)[0]


def whole(of: list[CaseResult], metric: Metric = PASS) -> MetricSummary:
    return summarise("replies", [metric], of)[0]


@pytest.mark.parametrize(
    ("passes", "n", "low", "high"),  # Newcombe, Stat. Med. 1998, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_the_interval_of_newcombes_examples(passes: int, n: int, low: float, high: float) -> None:
    found = whole(results([1.0] * passes + [0.0] * (n - passes)))
    assert (found.n, found.clusters, found.value) == (n, n, passes / n)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_share_has_the_interval_of_statsmodels_and_scipy(drawn: tuple[int, int]) -> None:
    n, passes = drawn
    low, high = share_interval([1.0] * passes + [0.0] * (n - passes), [1.0] * n)
    assert (low, high) == pytest.approx(proportion_confint(passes, n, method="wilson"), abs=1e-9)
    assert (low, high) == pytest.approx(tuple(stats.binomtest(passes, n).proportion_ci(method="wilson")), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(-5, 5, width=32)), min_size=12, max_size=60))
@settings(deadline=None)
def test_a_clustered_mean_is_that_of_statsmodels(drawn: list[tuple[int, float]]) -> None:
    groups = [group for group, _ in drawn]
    values = np.array([value for _, value in drawn], float)
    if len(set(groups)) < 3 or np.ptp(values) < 1e-3:
        return
    sums = [float(values[[g == group for g in groups]].sum()) for group in sorted(set(groups))]
    sizes = [float(groups.count(group)) for group in sorted(set(groups))]
    fit = OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    assert mean_and_error(np.array(sums), np.array(sizes)) == pytest.approx((fit.params[0], fit.bse[0]), abs=1e-9)
    assert mean_interval(sums, sizes) == pytest.approx(tuple(fit.conf_int()[0]), abs=1e-7)


def test_a_mean_of_lone_cases_is_students() -> None:
    values = [1.5, 2.0, 2.0, 3.5, 4.0, 0.5]
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert mean_interval(values, [1.0] * 6) == pytest.approx((low, high))
    assert mean_interval([3.0], [4.0]) is None  # one cluster says nothing of the spread


def test_a_share_over_clusters_is_wilsons_over_fewer_cases() -> None:
    # twenty candidates with five cases each, who pass all or none: as good as twenty cases
    together = share_interval([5.0] * 15 + [0.0] * 5, [5.0] * 20)
    alone = proportion_confint(15, 20, method="wilson")
    assert together[0] < alone[0] < alone[1] < together[1]  # wider by Student's t for few clusters, and no more
    assert together == pytest.approx(alone, abs=0.04)
    # all pass: the design effect cannot be seen, and each cluster is one case
    assert share_interval([5.0] * 20, [5.0] * 20) == pytest.approx(proportion_confint(20, 20, method="wilson"))
    assert share_interval([4.0], [5.0]) == (0.0, 1.0)


def tango_by_its_quartic(n: int, b: int, c: int) -> tuple[float, float]:
    """The roots of the polynomial of Yang, Sun and Hardin (Stat. Med. 2013), which needs no search."""
    g = stats.norm.ppf(0.975) ** 2
    d, t = b - c, b + c
    roots = np.roots(
        [
            n**2 * (n / g + 1) ** 2,
            -n * d * (n / g + 1) * (4 * n / g + 1),
            2 * n * d**2 * (3 * n / g + 2) / g - n**2 * (t / g + 1),
            n * d * (2 * t / g + 1) - d**3 * (4 * n / g + 1) / g,
            d**2 * (d**2 / g - t) / g,
        ]
    )
    return float(roots.real.min()), float(roots.real.max())


def test_a_paired_difference_has_tangos_interval() -> None:
    # Fagerland, Lydersen and Laake (Stat. Med. 2014): airway reactivity, 21 children, 1 against 7
    assert tango_interval(21, 1, 7, level=0.95) == pytest.approx((-0.517, -0.026), abs=5e-4)
    for n, b, c in ((160, 40, 20), (50, 12, 2), (44, 1, 0), (1_000, 30, 50)):
        assert tango_interval(n, b, c, level=0.95) == pytest.approx(tango_by_its_quartic(n, b, c), abs=1e-6)
    assert tango_interval(10, 10, 0, level=0.95)[1] == 1.0
    found = compared([1.0] * 8 + [0.0] * 13, [0.0] * 7 + [1.0] * 2 + [0.0] * 12)
    assert (found.n, found.gains, found.losses) == (21, 1, 7)
    assert (found.low, found.high) == pytest.approx((-0.517, -0.026), abs=5e-4)


@given(st.integers(0, 40), st.integers(0, 40))
@settings(deadline=None)
def test_lone_cases_are_tested_by_mcnemar(gains: int, losses: int) -> None:
    before = [0.0] * gains + [1.0] * losses + [1.0] * 5
    after = [1.0] * gains + [0.0] * losses + [1.0] * 5
    found = compared(before, after)
    assert found.p_value == pytest.approx(mcnemar([[5, losses], [gains, 0]], exact=True).pvalue, abs=1e-12)
    one_sided = stats.binomtest(losses, gains + losses, alternative="greater").pvalue if gains + losses else 1.0
    assert found.harm_p == pytest.approx(one_sided, abs=1e-12)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
@settings(deadline=None)
def test_clusters_are_flipped_in_all_ways_there_are(sums: list[int]) -> None:
    flips = product((1, -1), repeat=len(sums))
    every = [sum(sign * each for sign, each in zip(signs, sums, strict=True)) for signs in flips]
    low = sum(one <= sum(sums) for one in every) / len(every)
    high = sum(one >= sum(sums) for one in every) / len(every)
    sizes = np.full(len(sums), 4.0)
    assert flip_passes(np.array(sums, float), sizes) == pytest.approx((low, high), abs=1e-12)
    means = flip_means(np.array(sums, float) / 10, sizes, seed=1)
    assert means == pytest.approx((low, high), abs=1e-9)  # scipy tries them all too


def test_many_clusters_are_tested_by_student_as_statsmodels_does() -> None:
    dice = random.Random(3)
    sums = np.array([dice.gauss(0.2, 1) for _ in range(150)])
    fit = OLS(sums, np.ones(150)).fit()
    assert flip_means(sums, np.ones(150), seed=0).two_sided == pytest.approx(fit.pvalues[0], rel=1e-6)
    # and the flips themselves, drawn at random, say about the same
    draws = np.random.default_rng(0)
    flips = stats.permutation_test((sums,), np.sum, permutation_type="samples", vectorized=True, rng=draws)
    assert flip_means(sums, np.ones(150), seed=0).two_sided == pytest.approx(flips.pvalue, abs=0.01)


def test_every_p_value_is_raised_by_holm_as_statsmodels_does() -> None:
    before, after = paired_outcomes(5, n=300, discordance=0.2, drop=0.05)
    a, b = (results(each, slices=lambda place: {"language": "abcdef"[place % 6]}) for each in (before, after))
    found = compare_results("replies", [PASS], a, b)
    assert [each.slice for each in found] == ["", *(f"language={name}" for name in "abcdef")]
    raised = multipletests([each.p_value for each in found], method="holm")[1]
    assert [each.p_holm for each in found] == pytest.approx(list(raised))


def test_a_difference_over_clusters_is_wider_than_over_cases() -> None:
    before, after = [1.0] * 200, [0.0] * 20 + [1.0] * 180
    alone = compared(before, after)
    # the same losses, all of one candidate out of ten
    loud = compare_results(
        "replies", [PASS], *(results(each, cluster=lambda place: f"c{place // 20}") for each in (before, after))
    )[0]
    assert alone.low is not None
    assert loud.low is not None
    assert loud.high is not None
    assert (alone.clusters, loud.clusters) == (200, 10)
    assert loud.low < alone.low
    assert loud.high > 0
    assert alone.harm_p < 1e-5
    assert loud.harm_p == pytest.approx(0.5)


def test_lower_is_better_turns_gains_and_harm_round() -> None:
    metric = Metric(name="right", summary="", kind="mean", better="lower", worst=9.0, margin=0.5)
    found = compared([1.0] * 12, [2.0] * 8 + [1.0] * 4, metric=metric)
    assert (found.gains, found.losses) == (0, 8)
    assert found.harm_p == pytest.approx(1 / 256)
    assert found.worst_loss == found.high


def test_a_failed_case_counts_the_worst_and_stays_in_the_denominator() -> None:
    found = whole(results([1.0, 1.0, None, math.nan]))
    assert (found.n, found.failed, found.value) == (4, 2, 0.5)
    lower = Metric(name="right", summary="", kind="mean", better="lower", worst=9.0)
    assert whole(results([1.0, None]), lower).value == 5.0
    difference = compared([1.0, 1.0], [1.0, math.inf])
    assert (difference.failed, difference.losses, difference.n) == ((0, 1), 1, 2)


def test_a_metric_that_does_not_apply_is_in_no_denominator_and_nothing_is_not_zero() -> None:
    other = Metric(name="other", summary="")
    found = summarise("replies", [PASS, other], results([1.0, 0.0]))
    assert [(one.metric, one.n, one.value, one.low) for one in found][1] == ("other", 0, None, None)
    a, b = results([1.0, 1.0, 1.0]), results([1.0, 1.0, 1.0], metric="other")
    one, two = compare_results("replies", [PASS, other], a, b)
    assert (one.n, one.unpaired, one.difference, one.p_value) == (0, 3, None, 1.0)
    assert two.unpaired == 3


Y = [2.1, 3.4, 1.9, 4.0, 2.8, 3.1, 2.2, 3.9]
F = [2.0, 3.0, 2.4, 3.7, 2.5, 3.5, 2.6, 3.6]
ALONE = [2.2, 3.3, 2.9, 3.1, 2.7, 3.8, 2.4, 3.0, 3.3, 2.6, 2.9, 3.4, 2.1, 3.6, 3.2, 2.8]


def test_ppi_has_the_closed_form_of_its_paper() -> None:
    y, f, alone = np.array(Y), np.array(F), np.array(ALONE)
    n, more = len(y), len(alone)
    best = float(np.cov(y, f, ddof=0)[0, 1]) / ((1 + n / more) * float(np.concatenate([f, alone]).var()))
    found = corrected_rate(Y, F, ALONE)
    assert found.weight == pytest.approx(min(1.0, best))
    found = corrected_rate(Y, F, ALONE, weight=0.6)
    assert found.value == pytest.approx(0.6 * alone.mean() + (y - 0.6 * f).mean())
    variance = 0.36 * alone.var() / more + (y - 0.6 * f).var() / n
    reach = stats.t.ppf(0.975, n - 1) * math.sqrt(n / (n - 1) * variance)
    assert (found.low, found.high) == pytest.approx((found.value - reach, found.value + reach))
    labels = corrected_rate(Y, F, ALONE, weight=0.0)
    low, high = stats.ttest_1samp(Y, 0.0).confidence_interval(0.95)
    assert (labels.value, labels.low, labels.high) == pytest.approx((y.mean(), low, high))
    assert corrected_rate(Y, F, []).value == pytest.approx(y.mean())


def test_ppi_gives_what_the_authors_package_gives() -> None:
    # ppi-python 0.2.3: ppi_mean_pointestimate and ppi_mean_ci (normal quantile, variances over n) with these weights
    theirs = {
        0.6: (2.95125, 2.59636205, 3.30613795),
        1.0: (2.96875, 2.63295476, 3.30454524),
        0.0: (2.925, 2.39754796, 3.45245204),
    }
    wider = stats.t.ppf(0.975, 7) / stats.norm.ppf(0.975) * math.sqrt(8 / 7)  # we: Student's t, variances over n - 1
    for weight, (value, low, high) in theirs.items():
        found = corrected_rate(Y, F, ALONE, weight=weight)
        assert found.value == pytest.approx(value)
        assert found.high - found.low == pytest.approx(wider * (high - low), rel=1e-6)


def test_a_judge_that_was_never_wrong_on_twenty_labels_is_not_certain() -> None:
    found = corrected_rate([1.0] * 20, [1.0] * 20, [1.0] * 500)
    assert found.value == 1.0
    assert found.low < 0.95
    assert found.high == 1.0


def test_a_judge_that_is_too_kind_is_put_right() -> None:
    # people approve of 12 of 20, the judge of 18 of the same and of 90 % of the rest
    people = [1.0] * 12 + [0.0] * 8
    judge = [1.0] * 12 + [1.0] * 6 + [0.0] * 2
    found = corrected_rate(people, judge, [1.0] * 180 + [0.0] * 20)
    assert [found.judge, found.people] == pytest.approx([198 / 220, 0.6])
    assert found.high < found.judge
    assert found.low < 0.6 < found.high


def test_ppi_counts_a_candidate_once() -> None:
    names = [f"c{place // 4}" for place in range(8)]
    apart, together = corrected_rate(Y, F, ALONE), corrected_rate(Y, F, ALONE, clusters=names)
    assert apart.value == together.value
    assert together.high - together.low > apart.high - apart.low


def test_ppi_refuses_what_says_nothing() -> None:
    with pytest.raises(InputError, match="1 labelled clusters; expected two"):
        corrected_rate([1.0, 0.0], [1.0, 0.0], [1.0], clusters=["a", "a"])
    with pytest.raises(InputError, match="2 labels and 1 verdicts"):
        corrected_rate([1.0, 0.0], [1.0], [])
    with pytest.raises(InputError, match="a cluster for each case"):
        corrected_rate([1.0, 0.0], [1.0, 1.0], [1.0], clusters_alone=[])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "share", "hit", "alarm"), [(20, 0.9, 0.95, 0.2), (50, 0.5, 0.7, 0.3), (100, 0.7, 0.9, 0.2)]
)
def test_ppi_covers_the_truth_and_is_narrower_than_labels_alone(n: int, share: float, hit: float, alarm: float) -> None:
    draws = np.random.default_rng(n)
    covered, widths = 0, [0.0, 0.0]
    for _ in range(400):
        truth = draws.random(n + 1_000) < share
        judge = np.where(truth, draws.random(n + 1_000) < hit, draws.random(n + 1_000) < alarm).astype(float)
        people = truth[:n].astype(float).tolist()
        found, labels = (corrected_rate(people, judge[:n].tolist(), judge[n:].tolist(), weight=w) for w in (None, 0.0))
        covered += found.low <= share <= found.high
        widths = [widths[0] + found.high - found.low, widths[1] + labels.high - labels.low]
    assert covered >= 0.93 * 400  # 95 % are meant; under 93 % in one of 25 such tests
    assert widths[0] < widths[1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pass", "mean"])
def test_clustered_intervals_cover_the_truth(kind: str) -> None:
    """60 candidates with 1 to 9 cases each, whose cases hang together; and plain intervals would not cover it."""
    draws = np.random.default_rng(7)
    metric = PASS if kind == "pass" else MEAN
    covered, plain, differences = 0, 0, 0
    for _ in range(200):
        sizes = draws.integers(1, 10, 60)
        names = np.repeat(np.arange(60), sizes)
        skill = draws.beta(2, 1, 60)[names]  # two thirds are right
        values = [(draws.random(len(names)) < skill).astype(float) for _ in range(2)]
        a, b = (results(each.tolist(), cluster=[f"c{name}" for name in names].__getitem__) for each in values)
        one = whole(a, metric)
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= 2 / 3 <= one.high
        low, high = share_interval(values[0].tolist(), [1.0] * len(names))
        plain += low <= 2 / 3 <= high
        found = compare_results("replies", [metric], a, b, resamples=500)[0]
        assert found.low is not None
        assert found.high is not None
        differences += found.low <= 0 <= found.high
    assert covered >= 0.92 * 200
    assert differences >= 0.92 * 200
    assert plain < 0.9 * 200
