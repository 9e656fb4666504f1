"""How far a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One suite of a run at this moment: `done` of its `total` cases (None: not known yet), however they were had.

    `failed` of them, `cached` from earlier runs, `kept` from before the run was resumed.
    """

    suite: str
    done: int
    total: int | None
    failed: int
    cached: int
    kept: int
