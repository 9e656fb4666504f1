"""Champion against challenger: values in, a decision out (F-4)."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overture import InputError
from overture.feedback.comparison import Decision, Gate, PairedRow, cluster_interval, compare, mcnemar_p
from overture.feedback.comparison_slices import SliceComparison, compare_slices, harm_p, holm, non_inferiority_p

QUICK = Gate(resamples=400)


def rows_of(
    gained: int = 0, lost: int = 0, same: int = 0, *, slices: tuple[str, ...] = (), start: int = 0, **more: Any
) -> list[PairedRow]:
    """So many rows of each kind, every one of a candidate of its own."""
    kinds = [(False, True)] * gained + [(True, False)] * lost + [(True, True)] * same
    return [PairedRow(f"c{number}", *kind, slices, **more) for number, kind in enumerate(kinds, start=start)]


def found_in(decision: Decision, name: str) -> SliceComparison:
    return next(part for part in decision.slices if part.name == name)


def test_f4_mcnemar_is_exact() -> None:
    assert mcnemar_p(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 1024)  # the tails of B(10, 1/2)
    assert mcnemar_p(0, 0) == 1.0
    assert mcnemar_p(3, 3) == 1.0
    assert harm_p(0, 5) == pytest.approx(1 / 32)


def test_f4_tango_gives_the_known_score() -> None:
    # with no row that differs, his statistic is the square root of n * margin / (1 - margin)
    assert non_inferiority_p(98, 0, 0, margin=0.05) == pytest.approx(0.01159, abs=1e-4)
    # Tango 1998, his example: 44 pairs, 0 against 1, margin 0.1: z = 1.71
    assert non_inferiority_p(44, 0, 1, margin=0.1) == pytest.approx(0.0434, abs=2e-3)
    assert non_inferiority_p(50, 0, 0, margin=0.0) == 1.0


def test_f4_holm_raises_each_by_how_many_are_left() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), max_size=12))
def test_f4_holm_keeps_order_and_never_lowers(p_values: list[float]) -> None:
    raised = holm(p_values)
    assert all(after >= before for before, after in zip(p_values, raised, strict=True))
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [raised[place] for place in order] == sorted(raised)


@given(st.integers(1, 300), st.data())
def test_f4_less_lost_never_looks_worse(n: int, data: st.DataObject) -> None:
    losses = data.draw(st.integers(1, n))
    gains = data.draw(st.integers(0, n - losses))
    fewer = non_inferiority_p(n, gains, losses - 1, margin=0.05)
    assert 0 <= fewer <= non_inferiority_p(n, gains, losses, margin=0.05) + 1e-9 <= 1 + 1e-9


def test_f4_clusters_widen_the_interval() -> None:
    steps = np.array([1] * 10 + [0] * 90)
    alone = cluster_interval(steps, [str(number) for number in range(100)], QUICK)
    together = cluster_interval(steps, [str(number // 10) for number in range(100)], QUICK)
    assert (alone[0], together[0]) == (100, 10)
    assert together[2] - together[1] > 1.5 * (alone[2] - alone[1])
    assert alone[1] < 0.1 < alone[2]


def test_f4_promote_needs_a_gain_and_every_slice() -> None:
    better = compare(rows_of(40, 10, 950, slices=("corpus",)), QUICK)
    assert (better.outcome, better.exit_code) == ("PROMOTE", 0)
    assert "40 gained and 10 lost" in better.reasons[0]
    # the same gain, with a slice of 100 rows that loses 12 of them
    harmed = [*rows_of(40, 0, 900), *rows_of(0, 12, 88, slices=("language de",), start=1000)]
    decision = compare(harmed, QUICK)
    assert (decision.outcome, decision.exit_code) == ("KEEP", 10)
    assert found_in(decision, "language de").finding == "worse"
    assert "language de" in " ".join(decision.reasons)


def test_f4_what_is_not_shown_is_inconclusive() -> None:
    some = compare(rows_of(12, 6, 982), QUICK)
    assert (some.outcome, some.exit_code) == ("INCONCLUSIVE", 20)
    assert "not shown to be better" in some.reasons[0]
    # a slice that might be worse than its margin allows, though the whole is better
    open_slice = [*rows_of(40, 5, 900), *rows_of(0, 6, 94, slices=("language de",), start=1000)]
    decision = compare(open_slice, QUICK)
    assert decision.outcome == "INCONCLUSIVE"
    assert found_in(decision, "language de").finding == "unproven"


def test_f4_a_gain_in_one_cluster_is_no_gain() -> None:
    one_candidate = [row._replace(cluster="loud") for row in rows_of(30)]
    decision = compare([*one_candidate, *rows_of(0, 0, 600, start=100)], QUICK)
    assert decision.p_value < 0.001
    assert decision.outcome == "INCONCLUSIVE"
    assert "redrawn by cluster" in decision.reasons[0]
    few = [row._replace(cluster=str(number % 4)) for number, row in enumerate(rows_of(60, 0, 200))]
    assert "4 clusters" in " ".join(compare(few, QUICK).reasons)


def test_f4_no_gain_worth_having_and_a_loss_are_kept() -> None:
    flat = compare(rows_of(1, 1, 2_000), QUICK)
    assert (flat.outcome, "gains less than 0.5% at most" in flat.reasons[0]) == ("KEEP", True)
    worse = compare(rows_of(5, 40, 900), QUICK)
    assert (worse.outcome, worse.reasons[0].startswith("it is worse")) == ("KEEP", True)


def test_c7_one_more_opt_out_read_as_accept_is_too_many() -> None:
    base = rows_of(60, 5, 900)
    leak = PairedRow("x", True, False, (), is_opt_out=True, champion_accepts=False, challenger_accepts=True)
    decision = compare([*base, leak], QUICK)
    assert decision.outcome == "KEEP"
    assert decision.reasons == ("C-7: it reads 1 of 1 opt-outs as Accept, the champion 0; no more is allowed",)
    swapped = leak._replace(champion_accepts=True)
    assert compare([*base, swapped], QUICK).outcome == "PROMOTE"


def test_f4_small_slices_are_watched_for_harm() -> None:
    parts = compare_slices(
        {"two rows": (2, 0, 2), "lost": (40, 0, 12), "some": (40, 0, 4)},
        margin=0.08, margins={}, least_rows=90, alpha=0.05,
    )  # fmt: skip
    assert [(part.test, part.finding) for part in parts] == [
        ("harm", "held"), ("harm", "worse"), ("harm", "unproven"),
    ]  # fmt: skip


def test_f4_a_slice_has_a_margin_of_its_own() -> None:
    counts = {"corpus": (2_000, 10, 30)}
    strict, loose = (
        compare_slices(counts, margin=0.08, margins=margins, least_rows=90, alpha=0.05)[0]
        for margins in ({"corpus": 0.01}, {})
    )
    assert (strict.margin, strict.finding) == (0.01, "unproven")
    assert (loose.margin, loose.finding) == (0.08, "held")


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 200))
def test_f4_the_decision_counts_and_never_contradicts_itself(gained: int, lost: int, same: int) -> None:
    if gained + lost + same == 0:
        with pytest.raises(InputError, match="F-4"):
            compare([])
        return
    decision = compare(rows_of(gained, lost, same, slices=("s",)), QUICK)
    assert (decision.gains, decision.losses, decision.n) == (gained, lost, gained + lost + same)
    assert decision.low <= decision.difference <= decision.high
    assert decision.reasons
    if decision.outcome == "PROMOTE":
        assert gained > lost
        assert decision.p_value <= 0.05
    assert decision == compare(rows_of(gained, lost, same, slices=("s",)), QUICK)


@pytest.mark.slow
def test_f4_at_a_null_at_most_one_in_twenty_is_promoted() -> None:
    """Rows of a candidate go the same way half of the time; no slice stands in the way of a promotion."""
    random, promoted, runs = Random(11), 0, 400
    for _ in range(runs):
        rows: list[PairedRow] = []
        for candidate in range(150):
            way = random.random() < 0.5
            for _ in range(random.randint(1, 5)):
                if random.random() < 0.08:
                    gained = way if random.random() < 0.5 else random.random() < 0.5
                    rows.append(PairedRow(str(candidate), not gained, gained))
                else:
                    rows.append(PairedRow(str(candidate), True, True))
        promoted += compare(rows, Gate(resamples=300)).outcome == "PROMOTE"
    assert promoted <= 0.05 * runs
    assert promoted > 0  # else the gate would say nothing
