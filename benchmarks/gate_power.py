"""How often the gate passes an equal challenger and catches a drop of two points; each case is its own cluster.

python benchmarks/gate_power.py          the table
python benchmarks/gate_power.py --page   the table put into docs/eval-gate.md
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from functools import cache
from typing import Final

import numpy as np
from bench import ROOT

from overture.eval.gate_config import GateConfig
from overture.eval.gate_rules import Asked, check_differences
from overture.eval.gate_verdict import Outcome
from overture.eval.paired import PairedDifference, Pairs
from overture.eval.suite import Metric

SEEDS: Final = 1_000
MARGIN: Final = 0.02
DROP: Final = 0.02
SIZES: Final = (400, 1_000, 3_000)
DISCORDANCES: Final = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1)
METRICS: Final = (1, 10)
PAGE: Final = ROOT / "docs" / "eval-gate.md"
_MARKED = re.compile(r"(<!-- power -->\n).*?(<!-- end -->)", re.DOTALL)
_CONFIG: Final = GateConfig()


@cache
def outcome(n: int, gains: int, losses: int, metrics: int) -> Outcome:
    """What the gate says of so many gains and losses, beside other metrics that did not change."""
    counts = [(gains, losses), *[(0, 0)] * (metrics - 1)]
    asked = [Asked(found=difference(n, *each), margin=MARGIN, least_cases=_CONFIG.least_cases) for each in counts]
    checks = check_differences(asked, _CONFIG)
    found = {check.outcome for check in checks}
    return "FAIL" if "FAIL" in found else "INCONCLUSIVE" if "INCONCLUSIVE" in found else "PASS"


@cache
def difference(n: int, gains: int, losses: int) -> PairedDifference:
    """The paired difference of n passes and failures."""
    pairs = Pairs()
    for place in range(n):
        before = float(not place < gains)
        after = float(not gains <= place < gains + losses)
        pairs.add(str(place), (before, after), (False, False))
    metric = Metric(name="right", summary="", margin=MARGIN)
    return pairs.difference("power", metric, "", level=1 - 2 * _CONFIG.alpha, resamples=100, seed=0)


def shares(n: int, discordance: float, drop: float, metrics: int) -> dict[Outcome, float]:
    """How often each verdict is given; half of the discordance is lost and half gained, and the drop is lost too."""
    chances = [discordance / 2, discordance / 2 + drop, 1 - discordance - drop]
    drawn = np.random.default_rng(0).multinomial(n, chances, size=SEEDS)
    found = Counter(outcome(n, int(gains), int(losses), metrics) for gains, losses, _ in drawn)
    return {each: found[each] / SEEDS for each in ("PASS", "FAIL", "INCONCLUSIVE")}


def table() -> list[str]:
    """The lines of the table, in Markdown."""
    lines = [
        "| cases | differ by chance | metrics | equal: PASS | FAIL | 2 points worse: FAIL | INCONCLUSIVE | PASS |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for n in SIZES:
        for discordance in DISCORDANCES:
            for metrics in METRICS:
                same, worse = (shares(n, discordance, drop, metrics) for drop in (0.0, DROP))
                cells = (same["PASS"], same["FAIL"], worse["FAIL"], worse["INCONCLUSIVE"], worse["PASS"])
                told = " | ".join(f"{100 * cell:.1f} %" for cell in cells)
                lines.append(f"| {n:,} | {100 * discordance:g} % | {metrics} | {told} |")
    return lines


def main() -> None:
    """Print the table, or put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", action="store_true")
    wanted = parser.parse_args()
    lines = "\n".join(table())
    if not wanted.page:
        print(lines)
        return
    text = PAGE.read_text(encoding="utf-8")
    assert _MARKED.search(text), f"{PAGE} has no place for the table"
    PAGE.write_text(_MARKED.sub(lambda found: f"{found[1]}{lines}\n{found[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
