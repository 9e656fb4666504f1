"""Intervals that may be looked at on any day: how often they are wrong, and how soon they are right (F-5)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peeking import BETTER, LOOKS, NULLS, World, peek

from overture.feedback.confidence import Votes, difference_of_shares, plain_cells

SIMULATIONS = 1_000


@pytest.mark.nightly
@pytest.mark.parametrize("name", NULLS)
def test_f5_at_most_one_in_twenty_is_promoted_wrongly_over_sixty_looks(name: str) -> None:
    peeked = [peek(NULLS[name], seed) for seed in range(SIMULATIONS)]
    wrong = sum(each.day is not None for each in peeked) / SIMULATIONS
    naive = sum(each.naive for each in peeked) / SIMULATIONS
    print(f"{name}: {wrong:.1%} wrong over {LOOKS} looks, the daily z-test {naive:.1%}")  # noqa: T201 - measured; pytest -rP shows it
    assert wrong <= 0.05
    assert naive > 0.15


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "least"), [("15 points better", 0.8), ("10 points better", 0.3)])
def test_f5_a_better_version_is_found_within_sixty_days(name: str, least: float) -> None:
    peeked = [peek(BETTER[name], seed) for seed in range(400)]
    found = sum(each.upwards for each in peeked) / len(peeked)
    print(f"{name}: found in {found:.1%} of {len(peeked)} simulations of {LOOKS} days")  # noqa: T201 - likewise
    assert found >= least
    assert sum(each.day is not None and not each.upwards for each in peeked) <= 4


def test_f5_few_simulations_already_tell_the_z_test_apart() -> None:
    world = World(mood=1.0, nested=True, uneven=True, votes_a_day=10)
    peeked = [peek(world, seed) for seed in range(25)]
    assert sum(each.day is not None for each in peeked) <= 2
    assert sum(each.naive for each in peeked) >= 6


def test_f5_a_seat_that_votes_a_hundred_times_is_not_a_hundred_seats() -> None:
    def votes(seats: int, each: int) -> dict[tuple[str, str, int], Votes]:
        return {
            ("", f"{arm}{seat}", arm): Votes(each, round(each * (0.5, 0.8)[arm]))
            for arm in (0, 1)
            for seat in range(seats)
        }

    many, few, one = (difference_of_shares(votes(*shape)) for shape in ((100, 10), (10, 100), (1, 1_000)))
    assert many.low > 0
    assert many.votes[0] == pytest.approx(100 * 10 / 1.9)
    assert few.votes[0] == pytest.approx(10 * 100 / 10.9)
    assert few.voters[0] == pytest.approx(10)
    assert few.high - few.low > many.high - many.low
    assert (one.estimate, one.low, one.high) == (None, -1, 1)


def test_f5_all_thumbs_up_is_no_certainty() -> None:
    cells = {("", f"{arm}{seat}", arm): Votes(5, 5) for arm in (0, 1) for seat in range(10)}
    found = difference_of_shares(cells)
    assert found.estimate == 0
    assert found.low < -0.02 < 0.02 < found.high


def test_f5_strata_undo_simpsons_paradox() -> None:
    """Version 1 is worse in both strata and better pooled, since it was used where thumbs are up anyhow."""
    cells: dict[tuple[str, str, int], Votes] = {}
    for seat in range(20):
        cells["easy", str(seat), 0] = Votes(5, 5)
        cells["easy", str(seat), 1] = Votes(45, 38)
        cells["hard", str(seat), 0] = Votes(45, 18)
        cells["hard", str(seat), 1] = Votes(5, 1)
    pooled: dict[tuple[str, str, int], Votes] = {}
    for (_, seat, arm), votes in cells.items():
        cell = pooled.setdefault(("", seat, arm), Votes())
        cell.n, cell.ups = cell.n + votes.n, cell.ups + votes.ups
    assert difference_of_shares(cells).high < 0 < difference_of_shares(pooled).low


@given(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(0, 1), st.booleans()), min_size=0, max_size=400))
def test_f5_the_two_versions_are_treated_alike(votes: list[tuple[str, int, bool]]) -> None:
    one = difference_of_shares(plain_cells(votes), least_votes=10, least_voters=3)
    other = difference_of_shares(
        plain_cells((voter, 1 - arm, up) for voter, arm, up in votes), least_votes=10, least_voters=3
    )
    assert one.n == other.n[::-1]
    assert -1 <= one.low <= one.high <= 1
    if one.estimate is None:
        assert other.estimate is None
    else:
        assert one.estimate == pytest.approx(-(other.estimate or 0), abs=1e-9)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
        assert one.low <= one.estimate <= one.high


def test_f5_it_is_wider_than_an_interval_for_one_look_and_narrows() -> None:
    def width(votes: int) -> float:
        found = difference_of_shares(
            {("", f"{s}", arm): Votes(votes, votes // 2) for arm in (0, 1) for s in range(200)}
        )
        assert found.standard_error is not None
        assert found.high - found.low > 2 * 1.96 * found.standard_error
        return found.high - found.low

    widths = [width(votes) for votes in (2, 4, 8)]
    assert widths == sorted(widths, reverse=True)
    assert not math.isnan(sum(widths))
