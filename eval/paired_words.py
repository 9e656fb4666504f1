"""Differences in words: shares in percent and points, means as they are."""

from __future__ import annotations

from typing import Literal

from .paired import PairedDifference
from .suite import MetricKind


def told(found: PairedDifference) -> str:
    """A difference in words, with its denominator."""
    if found.baseline is None or found.challenger is None or found.difference is None:
        return "nothing could be paired"
    kind = found.kind
    text = f"{value(found.baseline, kind)} to {value(found.challenger, kind)} of {found.n:,}"
    if found.low is not None and found.high is not None:
        text += f", difference {amount(found.difference, kind, sign='+')}"
        text += f" ({between(found.low, found.high, kind)})"
    text += f", {found.gains} better and {found.losses} worse"
    return f"{text}; {found.unpaired} more have a score in one run only" if found.unpaired else text


def value(number: float, kind: MetricKind) -> str:
    """A share in percent, a mean in four digits."""
    return f"{number:.1%}" if kind == "pass" else f"{number:.4g}"


def amount(number: float, kind: MetricKind, *, sign: Literal["+", "-"] = "-") -> str:
    """A difference: of shares in points, of means in four digits; `sign` as in Python's formats."""
    return f"{bare(number, kind, sign=sign)} points" if kind == "pass" else bare(number, kind, sign=sign)


def bare(number: float, kind: MetricKind, *, sign: Literal["+", "-"] = "-") -> str:
    """The same without its unit."""
    return f"{100 * number:{sign}.1f}" if kind == "pass" else f"{number:{sign}.4g}"


def between(low: float, high: float, kind: MetricKind) -> str:
    """An interval of a difference, its signs shown."""
    return f"{bare(low, kind, sign='+')} to {bare(high, kind, sign='+')}"
