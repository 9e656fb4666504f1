"""The comparison of reply models as ratios of ours with each peer, for the page of ratios and `bench-check`."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bench import Better, Figure

OURS: Final = "ours"
SLICES: Final = ("English hard", "other languages", "public")
SPEEDS: Final[dict[str, tuple[str, Better]]] = {
    "p50_ms": ("p50", "lower"),
    "p99_ms": ("p99", "lower"),
    "batch_per_s": ("replies a second", "higher"),
    "load_ms": ("time to load", "lower"),
    "peak_mb": ("memory", "lower"),
}


def ratios(record: Mapping[str, Any]) -> list[Figure]:
    """Ours over each peer: how often right, and what it costs; nothing where ours or every peer was left out."""
    return [*_of_accuracy(record.get("accuracy")), *_of_speed(record.get("speed") or record.get("accuracy"))]


def _of_accuracy(section: Mapping[str, Any] | None) -> Iterator[Figure]:
    models: Mapping[str, Any] = section["candidates"] if section else {}
    for peer in _peers(models):
        for name in SLICES:
            if name in models[OURS]["slices"]:
                ours, other = (models[one]["slices"][name]["accuracy"] for one in (OURS, peer))
                said = f"{100 * ours['value']:.1f} % to {100 * other['value']:.1f} % of {ours['n']:,}"
                ratio = ours["value"] / other["value"]
                title = f"right, {name}: over {models[peer]['title']}"
                yield Figure(title, "x", ratio, ratio, ratio, 1, said, "higher")


def _of_speed(section: Mapping[str, Any] | None) -> Iterator[Figure]:
    models: Mapping[str, Any] = section["speed"]["candidates"] if section else {}
    for peer in _peers(models):
        for name, (said, better) in SPEEDS.items():
            values = [a / b for a, b in zip(models[OURS][name], models[peer][name], strict=True)]
            middle = statistics.median(values)
            title = f"{said}: over {models[peer]['title']}"
            yield Figure(title, "x", middle, min(values), max(values), len(values), "", better)


def _peers(models: Mapping[str, Any]) -> list[str]:
    return [name for name in models if not name.startswith(OURS)] if OURS in models else []
