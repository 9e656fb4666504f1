"""The year of messaging: what `Outreach` made of it, and its page, against a naive second reckoning of the same log."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from naive_figures import naive_figures
from naive_year import NaiveYear

from overture.messaging.policy import Policy

ROOT = Path(__file__).parents[1]
TIGHT = Policy(  # the limits of a year, met in two months
    name="tight",
    daily_limit=9,
    refund_days=9,
    credit_days=18,
    retry_hours=6,
    health_percent=18,
    health_min_sent=15,
    health_window_days=10,
    restriction_days=5,
    grants={plan: number // 2 for plan, number in Policy().grants.items()},
    bonus_grant=20,
)


@pytest.fixture(scope="module")
def bench() -> Iterator[None]:
    """The scripts of benchmarks/ import each other by name."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield
    sys.path.remove(str(ROOT / "benchmarks"))


def play_both(folder: Path, *, policy: Policy, **size: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The figures of Overture and the naive ones, as JSON has them."""
    year, world = importlib.import_module("messaging_year"), importlib.import_module("year_world")
    ours = year.play(folder, world.Size(**size), policy)
    naive = NaiveYear(policy)
    with (folder / "log.jsonl").open(encoding="utf-8") as log:
        naive.read(log)
    end = world.START + timedelta(days=ours["size"]["days"])
    again = {"size": ours["size"], "policy": ours["policy"], **naive_figures(naive, start=world.START, end=end)}
    return json.loads(json.dumps(ours)), json.loads(json.dumps(again))


def compare(ours: dict[str, Any], again: dict[str, Any]) -> None:
    """Every number, floats to the last few bits."""
    assert ours.keys() == again.keys()
    for name in ours.keys() - {"rates", "hours_to_answer"}:
        assert again[name] == ours[name], name
    assert again["hours_to_answer"] == pytest.approx(ours["hours_to_answer"])
    assert again["rates"].keys() == ours["rates"].keys()
    for name, line in ours["rates"].items():
        assert again["rates"][name] == pytest.approx(line), name


@pytest.mark.usefixtures("bench")
def test_a_small_year_is_the_same_by_a_naive_reckoning_page_and_all(tmp_path: Path) -> None:
    ours, again = play_both(tmp_path, policy=Policy.default(), seats=2, messages=500, days=150)
    compare(ours, again)
    page = importlib.import_module("year_page")
    assert page.render(again) == page.render(ours)


@pytest.mark.usefixtures("bench")
def test_two_months_that_meet_every_limit_are_the_same_by_a_naive_reckoning(tmp_path: Path) -> None:
    ours, again = play_both(tmp_path, policy=TIGHT, seats=4, messages=900, days=60, seed=3)
    compare(ours, again)
    assert {"CR-3", "S-6", "S-7", "CR-4"} <= {rule for _, _, rule, _ in ours["ended"]}
    assert {"CR-1", "H-3", "S-1", "S-11"} <= ours["refused"].keys()
    assert {"low_response_rate", "restricted", "restriction_over"} == {kind for _, _, kind, _, _ in ours["health"]}
    assert ours["ledger"]["totals"]["expired"] > 0


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.usefixtures("bench")
def test_the_year_of_the_page_is_the_same_by_a_naive_reckoning(tmp_path: Path) -> None:
    ours, again = play_both(tmp_path, policy=Policy.default())
    compare(ours, again)
    written = (ROOT / "docs" / "messaging-year.md").read_text(encoding="utf-8")
    assert importlib.import_module("year_page").render(again) == written
