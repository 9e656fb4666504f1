"""Bulk labelling through the command line: rows a second, and whether memory stays flat from the first to the last."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from reply_rows import Row

EVERY = 0.25
COMMAND = [sys.executable, "-c", "from overture.cli import main; main()"]
MEGABYTE = 1e6


def measure_flat(rows: Sequence[Row], count: int, *, model: Path | None = None) -> dict[str, Any]:
    """Label `count` rows, each with a number of its own in its text, and sample the memory of the process.

    The samples count from the first label on; growth is the mean of the last quarter less that of the first.
    """
    if not Path("/proc/self/statm").exists():
        raise SystemExit("`flat` reads /proc: run it on Linux")
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "in.jsonl", Path(scratch) / "out.jsonl"
        _write(rows, count, source)
        options = ["--in", str(source), "--out", str(target), *(["--model", str(model)] if model else [])]
        start = time.perf_counter()
        with subprocess.Popen([*COMMAND, "classify", *options], stderr=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own command
            samples = _watch(child, target)
            complaint = child.stderr.read() if child.stderr else ""
        wall = time.perf_counter() - start
        if child.returncode:
            raise SystemExit(f"overture classify ended with {child.returncode}: {complaint}")
        _check(target, count)
    if len(samples) < 8:  # two a quarter
        raise SystemExit(f"only {len(samples)} samples of memory: give it more --rows")
    quarter = len(samples) // 4
    first, last = statistics.mean(samples[:quarter]), statistics.mean(samples[-quarter:])
    return {
        "rows": count,
        "seconds": wall,
        "rows_per_s": count / wall,
        "first_quarter_mb": first / MEGABYTE,
        "last_quarter_mb": last / MEGABYTE,
        "growth_mb": (last - first) / MEGABYTE,
        "peak_mb": max(samples) / MEGABYTE,
        "samples": len(samples),
    }


def _write(rows: Sequence[Row], count: int, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for number, row in enumerate(islice(cycle(rows), count)):
            held = {"id": str(number), "text": f"{row.text} [{number}]"}
            out.write(
                json.dumps(held | ({"outreach": row.outreach} if row.outreach else {}), ensure_ascii=False) + "\n"
            )


def _watch(child: subprocess.Popen[str], target: Path) -> list[int]:
    """Resident bytes, sampled while the process writes."""
    import resource

    page, samples = resource.getpagesize(), list[int]()
    statm = Path(f"/proc/{child.pid}/statm")
    while child.poll() is None:
        if target.exists() and target.stat().st_size:
            samples.append(int(statm.read_text().split()[1]) * page)
        time.sleep(EVERY)
    return [sample for sample in samples if sample]  # a process that has just ended holds nothing


def _check(file: Path, count: int) -> None:
    with file.open(encoding="utf-8") as lines:
        ids = [json.loads(line)["id"] for line in lines]
    if ids != [str(number) for number in range(count)]:
        raise SystemExit(f"{len(ids)} rows came back of {count}, or not in their order")
