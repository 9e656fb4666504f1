"""Hold the ratios of the last runs to the kept ones: worse by more than the noise of both runs fails.

    python benchmarks/bench_check.py [NAME...]           what stands in benchmarks/results/ against benchmarks/kept/
    python benchmarks/bench_check.py --keep [NAME...]    keep the last runs instead

Only figures that are compared with a peer or a floor in the same run are held, and how paths grow: seconds are another
machine's. The noise of a figure is half of what lies between its lowest and its highest run, and at least a twentieth
of its median (for an exponent: of one); of both runs the larger one counts.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import KEPT, RESULTS, Figure, short

LEAST_NOISE = 0.05


@dataclass(frozen=True)
class Held:
    """A ratio of a benchmark then and now; `noise` is in its own unit."""

    benchmark: str
    name: str
    before: Figure
    now: Figure | None

    @property
    def noise(self) -> float:
        """By how much it may be worse."""
        return max(_noise(self.before), _noise(self.now) if self.now else 0.0)

    @property
    def is_worse(self) -> bool:
        """Whether it got worse by more than that, or was measured no more."""
        if self.now is None:
            return True
        change = self.now.median - self.before.median
        return (change if self.before.better == "lower" else -change) > self.noise


def figures_of(path: Path) -> dict[str, Figure]:
    """The figures of a run by group and name; what comes twice is numbered."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Figure] = {}
    for fields in record["figures"]:
        figure = Figure(**fields)
        key = figure.title
        number = sum(name == key or name.startswith(f"{key} #") for name in found)
        found[f"{key} #{number + 1}" if number else key] = figure
    return found


def compare(name: str, *, kept: Path = KEPT, results: Path = RESULTS) -> list[Held]:
    """Every ratio that a kept run holds, with what it is now."""
    now = figures_of(results / f"{name}.json")
    return [
        Held(name, key, figure, now.get(key))
        for key, figure in figures_of(kept / f"{name}.json").items()
        if figure.better is not None
    ]


def _noise(figure: Figure) -> float:
    whole = abs(figure.median) if figure.unit else 1.0
    return max((figure.high - figure.low) / 2, LEAST_NOISE * whole)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", metavar="NAME")
    asked.add_argument("--keep", action="store_true", help="keep the last runs")
    chosen = asked.parse_args()
    there = sorted(path.stem for path in (RESULTS if chosen.keep else KEPT).glob("*.json"))
    names: list[str] = chosen.names or there
    if chosen.keep:
        KEPT.mkdir(exist_ok=True)
        for name in names:
            shutil.copyfile(RESULTS / f"{name}.json", KEPT / f"{name}.json")
            print(f"kept: {name}")
        return 0
    if not names:
        print("nothing is kept yet: run 'make bench', then 'python benchmarks/bench_check.py --keep'", file=sys.stderr)
        return 1
    worse = 0
    for name in names:
        if not (RESULTS / f"{name}.json").is_file():
            print(f"{name}: not run since; 'make bench' runs it")
            worse += 1
            continue
        for held in compare(name):
            worse += held.is_worse
            now = short(held.now.median) if held.now else "not measured"
            said = "WORSE" if held.is_worse else "holds"
            print(f"{said}  {name}: {held.name}: {short(held.before.median)} -> {now} {held.before.unit}"
                  f" (noise {short(held.noise)})")  # fmt: skip
    print(f"{worse} worse" if worse else "every ratio holds")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
