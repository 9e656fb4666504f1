"""The comparison as Markdown, from what stands in benchmarks/results/replies.json."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench import short

MARKED: Final = re.compile(r"(<!-- replies -->\n).*?(<!-- end -->)", re.DOTALL)
LARGE: Final = ("English hard", "English", "other languages", "public")
ORDER: Final = ("all", "English", "English easy", "English hard", "other languages")


def markdown(record: Mapping[str, Any]) -> str:
    """Every section that was measured, each with where and when."""
    parts: list[str] = []
    if "accuracy" in record:
        parts += _accuracy(record["accuracy"])
    if "speed" in record or "accuracy" in record:
        parts += _speed(record.get("speed") or record["accuracy"])
    if "flat" in record:
        parts += _flat(record["flat"])
    return "\n".join(parts)


def put_into(page: Path, text: str) -> None:
    """Replace what stands between `<!-- replies -->` and `<!-- end -->`."""
    held = page.read_text(encoding="utf-8") if page.is_file() else ""
    if not MARKED.search(held):
        raise SystemExit(f"{page}: no lines '<!-- replies -->' and '<!-- end -->' to put the table between")
    page.write_text(MARKED.sub(lambda match: f"{match[1]}{text}\n{match[2]}", held), encoding="utf-8")


def _accuracy(section: Mapping[str, Any]) -> list[str]:
    models: dict[str, Any] = section["candidates"]
    languages = _languages(models)
    head = [
        "candidate",
        *LARGE,
        "lowest language",
        "English hard at 80 %",
        "calibration error",
        "public calibration error",
    ]
    lines = [f"Right at full coverage, in %, with 95 % intervals. {_where(section)}", "", *_head(head)]
    for model in models.values():
        slices = model["slices"]
        lowest = min(languages, key=lambda name: slices[name]["accuracy"]["value"], default=None)
        cells = [_rate(slices[name]["accuracy"]) if name in slices else "" for name in LARGE]
        cells += [f"{_rate(slices[lowest]['accuracy'])} {lowest}" if lowest else ""]
        cells += [_rate(slices["English hard"]["at_80"]) if "English hard" in slices else ""]
        cells += [_number(slices.get(name, {}).get("calibration_error")) for name in ("all", "public")]
        lines.append(_row([model["title"], *cells]))
    lines += ["", "By slice, in %: at full coverage / at 80 %, the interval at full coverage below.", ""]
    lines += _head(["slice", "n", *(model["title"] for model in models.values())])
    every = sorted({name for model in models.values() for name in model["slices"]}, key=_place)
    for name in every:
        held = [model["slices"][name] for model in models.values()]
        lines.append(_row([name, str(held[0]["accuracy"]["n"]), *map(_both, held)]))
    lines += ["", "What must not go wrong, in %, with 95 % intervals (n behind).", ""]
    lines += _head(
        ["candidate", "automatic answers found", "human answers taken for one", "unsubscribe read as accept"]
    )
    for model in models.values():
        counts = [model[name] for name in ("auto_found", "taken_for_auto", "unsubscribe_as_accept")]
        lines.append(_row([model["title"], *(f"{_rate(one)}, {one['n']:,}" if one["n"] else "" for one in counts)]))
    return [*lines, ""]


def _speed(section: Mapping[str, Any]) -> list[str]:
    runs = section["speed"]["runs"]
    lines = [
        f"One core, one thread, side by side: medians of {runs} run{'s' if runs > 1 else ''} (lowest to highest) over "
        f"{section['speed']['rows']:,} replies of the test split. {_where(section)}",
        "",
        *_head(["candidate", "p50, ms", "p99, ms", "batch, replies/s", "load, ms", "peak memory, MB", "on disk, MB"]),
    ]
    for one in section["speed"]["candidates"].values():
        spreads = [_spread(one[name]) for name in ("p50_ms", "p99_ms", "batch_per_s", "load_ms", "peak_mb")]
        lines.append(_row([one["title"], *spreads, short(one["size_mb"])]))
    return [*lines, ""]


def _flat(section: Mapping[str, Any]) -> list[str]:
    first, last, most = (short(section[name]) for name in ("first_quarter_mb", "last_quarter_mb", "peak_mb"))
    return [
        f"`overture classify --in --out`, {section['rows']:,} rows, one thread: {short(section['rows_per_s'])} rows/s; "
        f"memory {first} MB in the first quarter, {last} MB in the last ({section['growth_mb']:+.1f} MB), {most} MB at "
        f"most. {_where(section)}"
    ]


def _languages(models: Mapping[str, Any]) -> list[str]:
    first = next(iter(models.values()))["slices"]
    return [name for name in first if name not in ORDER and not name.startswith("public")]


def _place(name: str) -> tuple[int, str]:
    if name in ORDER:
        return ORDER.index(name), name
    return len(ORDER) + name.startswith("public"), name


def _where(section: Mapping[str, Any]) -> str:
    return (
        f"{section['date'][:10]}, commit {section['commit']}: {section['cpu']}, Python {section['python']}"
        f"{', ' + section['model'] if section.get('model') else ''}."
    )


def _head(names: list[str]) -> list[str]:
    return [_row(names), "|---" * len(names) + "|"]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rate(one: Mapping[str, float]) -> str:
    return f"{100 * one['value']:.1f} [{100 * one['low']:.1f}, {100 * one['high']:.1f}]"


def _both(one: Mapping[str, Any]) -> str:
    full, surest = one["accuracy"], one["at_80"]
    return (
        f"{100 * full['value']:.1f} / {100 * surest['value']:.1f}"
        f"<br>[{100 * full['low']:.1f}, {100 * full['high']:.1f}]"
    )


def _number(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3f}"


def _spread(values: list[float]) -> str:
    if not values:
        return ""
    middle = short(statistics.median(values))
    return f"{middle} ({short(min(values))} to {short(max(values))})" if len(values) > 1 else middle
