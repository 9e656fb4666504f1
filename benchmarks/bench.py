"""The harness of all benchmarks: repeated runs with their spread, printed and kept as JSON with what they ran on."""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
KEPT = ROOT / "benchmarks" / "kept"
FORMAT = 1
RUNS = 7
Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Figure:
    """One measured number: the median of its runs, and the lowest and highest of them.

    `better` is there for ratios with a peer or a floor of the same run, and for how a path grows: `make bench-check`
    holds them to the kept run. `group` is what it stands under. A peer's own figure `is_shown` beside ours.
    """

    name: str
    unit: str
    median: float
    low: float
    high: float
    n: int
    note: str = ""
    better: Better | None = None
    group: str = ""
    is_shown: bool = False

    @property
    def title(self) -> str:
        """Group and name."""
        return f"{self.group}: {self.name}" if self.group else self.name


@dataclass
class Report:
    """The figures of one benchmark; `finish` prints where they were measured and writes them down."""

    name: str
    figures: list[Figure] = field(default_factory=list[Figure])
    _group: str = ""

    def add(
        self,
        name: str,
        values: Sequence[float],
        unit: str,
        *,
        note: str = "",
        better: Better | None = None,
        is_shown: bool = False,
    ) -> Figure:
        """Keep and print a figure from the values of its runs."""
        middle = statistics.median(values)
        figure = Figure(name, unit, middle, min(values), max(values), len(values), note, better, self._group, is_shown)
        self.figures.append(figure)
        spread = f"({short(figure.low)} to {short(figure.high)}, n={figure.n})" if figure.n > 1 else ""
        print(f"{name:<44} {short(figure.median):>10} {unit:<10} {spread} {note}".rstrip(), flush=True)
        return figure

    def heading(self, text: str, *, group: str | None = None) -> None:
        """Begin a group of figures, which is kept under its heading, or under a name that says no sizes."""
        self._group = text if group is None else group
        print(f"\n{text}")

    def finish(self) -> Path:
        """Write the report to benchmarks/results/ and say where it is."""
        RESULTS.mkdir(exist_ok=True)
        record = {
            "format": FORMAT,
            "benchmark": self.name,
            **environment(),
            "figures": [asdict(figure) for figure in self.figures],
        }
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        print(f"\n{record['cpu']}, {record['cores']} cores, Python {record['python']}, commit {record['commit']}")
        print(f"kept in {path.relative_to(ROOT)}")
        return path


def environment() -> dict[str, object]:
    """What the figures were measured on: machine, versions, date and commit."""
    commit = _git("rev-parse", "--short", "HEAD")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit + ("-dirty" if _git("status", "--porcelain") else "") if commit else "unknown",
        "cpu": _cpu(),
        "cores": len(_affinity()),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("overture", "pydantic", "jinja2", "rapidfuzz", "typer")},
    }


def seconds(function: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def interleaved(functions: dict[str, Callable[[], object]], *, runs: int = RUNS) -> dict[str, list[float]]:
    """Wall times of each function, run in turns after one warm-up each, so that all see the same machine."""
    for function in functions.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(runs):
        for name, function in functions.items():
            times[name].append(seconds(function))
    return times


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie, 0 to 1 (nearest rank)."""
    assert 0 <= share <= 1, share
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def peak_megabytes() -> float:
    """The most memory that this process held; on Linux `getrusage` would count its parent's too, from before `exec`."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def short(value: float) -> str:
    """A number with three significant digits, or whole with thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607 - git as found
    return done.stdout.strip()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _affinity() -> Sequence[int]:
    import os

    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
