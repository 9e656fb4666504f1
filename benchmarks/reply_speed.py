"""How fast each candidate answers, side by side on one core, and what it costs to have one in a fresh process.

Run with a candidate's name and its folder this file is that fresh process: it prints the seconds from the first import
to the loaded model, and its peak memory after `ROWS_READ` replies.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import peak_megabytes, percentile

if TYPE_CHECKING:
    from reply_base import Candidate, Reader
    from reply_rows import Row

WARM_UP = 40
ROWS_READ = 500
MEGABYTE = 1e6

Times = dict[str, list[float]]
Form = tuple[str, str]


def measure_speed(
    candidates: Mapping[str, Candidate], readers: Mapping[str, Reader], rows: Sequence[Row], runs: int
) -> dict[str, Times]:
    """p50 and p99 over the rows one by one, and replies a second in one batch: a value a run, candidates in turns."""
    forms = {name: [_form(candidate, row) for row in rows] for name, candidate in candidates.items()}
    for name, reader in readers.items():
        _one_by_one(reader, forms[name][:WARM_UP])
        reader(*zip(*forms[name][:WARM_UP], strict=True))
    times: dict[str, Times] = {name: {"p50_ms": [], "p99_ms": [], "batch_per_s": []} for name in readers}
    for run in range(runs):
        for name, reader in readers.items():
            latencies = _one_by_one(reader, forms[name])
            start = time.perf_counter()
            reader(*zip(*forms[name], strict=True))
            times[name]["batch_per_s"].append(len(rows) / (time.perf_counter() - start))
            times[name]["p50_ms"].append(percentile(latencies, 0.50) * 1e3)
            times[name]["p99_ms"].append(percentile(latencies, 0.99) * 1e3)
        print(f"run {run + 1} of {runs}", file=sys.stderr, flush=True)
    return times


def measure_start(candidates: Iterable[Candidate], work: Path, rows: Sequence[Row], runs: int) -> dict[str, Times]:
    """Load time and peak memory, in fresh processes, in turns; a first one puts the files into the page cache."""
    candidates = list(candidates)
    times: dict[str, Times] = {one.name: {"load_ms": [], "peak_mb": []} for one in candidates}
    for run in range(runs + 1):
        for one in candidates:
            forms = [_form(one, row) for row in rows[:ROWS_READ]]
            found = _fresh(one.name, work / one.name, getattr(one, "model", None), forms)
            if run:
                times[one.name]["load_ms"].append(found["load_s"] * 1e3)
                times[one.name]["peak_mb"].append(found["peak_mb"])
    return times


def size_mb(candidate: Candidate, work: Path) -> float:
    """What has to be shipped beside the libraries."""
    return sum(file.stat().st_size for file in candidate.files(work / candidate.name)) / MEGABYTE


def _form(candidate: Candidate, row: Row) -> Form:
    return (row.text if candidate.reads_raw else row.cleaned, row.outreach)


def _one_by_one(reader: Reader, forms: Sequence[Form]) -> list[float]:
    latencies: list[float] = []
    for text, outreach in forms:
        start = time.perf_counter()
        reader([text], [outreach])
        latencies.append(time.perf_counter() - start)
    return latencies


def _fresh(name: str, folder: Path, model: Path | None, forms: Sequence[Form]) -> dict[str, float]:
    command = [sys.executable, __file__, name, str(folder), str(model or "")]
    done = subprocess.run(command, input=json.dumps(forms), capture_output=True, text=True, check=False)  # noqa: S603 - this file
    if done.returncode:
        raise SystemExit(f"{name} in a fresh process:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _child(name: str, folder: str, model: str) -> None:
    forms: list[Any] = json.loads(sys.stdin.read())
    start = time.perf_counter()
    from reply_candidates import CANDIDATES, use_model

    if model:
        use_model(Path(model))
    reader = CANDIDATES[name].load(Path(folder))
    load = time.perf_counter() - start
    for number in range(0, len(forms), 100):
        reader(*zip(*forms[number : number + 100], strict=True))
    print(json.dumps({"load_s": load, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    _child(*sys.argv[1:])
