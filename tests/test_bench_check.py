"""`make bench-check`: a ratio that got worse by more than its noise is said, and nothing else is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from bench import Better, Figure
from bench_check import compare


def figure(median: float, *, spread: float = 0.0, better: Better | None = "lower", name: str = "ratio") -> Figure:
    return Figure(name, "x", median, median - spread, median + spread, 5, "", better)


def held(folder: Path, before: Figure, now: Figure) -> list[bool]:
    for where, found in (("kept", before), ("results", now)):
        (folder / where).mkdir()
        record = {"figures": [asdict(found)]}
        (folder / where / "one.json").write_text(json.dumps(record), encoding="utf-8")
    return [each.is_worse for each in compare("one", kept=folder / "kept", results=folder / "results")]


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        (figure(1.0), figure(1.04), False),  # within a twentieth
        (figure(1.0), figure(1.06), True),
        (figure(1.0, spread=0.2), figure(1.15), False),  # within what its runs differ by
        (figure(1.0), figure(1.15, spread=0.2), False),
        (figure(1.0), figure(0.5), False),  # better
        (figure(1.0, better="higher"), figure(0.9, better="higher"), True),
        (figure(1.0, better="higher"), figure(1.5, better="higher"), False),
        (figure(1.0), figure(1.0, name="another"), True),  # measured no more
    ],
)
def test_a_ratio_may_get_worse_by_its_noise_only(tmp_path: Path, before: Figure, now: Figure, worse: bool) -> None:
    assert held(tmp_path, before, now) == [worse]


def test_what_has_no_peer_is_not_held(tmp_path: Path) -> None:
    assert held(tmp_path, figure(1.0, better=None), figure(9.0, better=None)) == []
