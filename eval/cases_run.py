"""A few cases run in memory: what a test or a notebook asks, without a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TypeVar

from .cache import judged_fingerprint, result_key
from .case import Case
from .pace import Pace
from .result import CaseResult
from .result_row import result_of, row_of
from .runner import asking_of
from .subject import Judged
from .suite import Suite

S = TypeVar("S", bound=Judged)


def run_cases(suite: Suite[S], cases: Iterable[Case], subject: S, *, concurrency: int = 8) -> list[CaseResult]:
    """The results of these cases in their order; a task or a grader that raises makes a failed one.

    Raises:
        ConfigurationError: the suite needs what the subject lacks.
        MissingExtraError: `overture[eval]` is not installed.
    """
    return asyncio.run(arun_cases(suite, cases, subject, concurrency=concurrency))


async def arun_cases(suite: Suite[S], cases: Iterable[Case], subject: S, *, concurrency: int = 8) -> list[CaseResult]:
    """`run_cases`, asynchronous."""
    asking = asking_of(suite.task(subject), concurrency=concurrency, pace=Pace(None), budget=None)
    from .turns import Turn, run_turns

    fingerprint = judged_fingerprint(suite, subject)
    turns = [
        Turn(ordinal, case, result_key(suite.name, suite.version, case.key, fingerprint))
        for ordinal, case in enumerate(cases)
    ]
    await run_turns(suite, turns, asking, keep=lambda _: None)
    return [
        result_of(row_of(suite.name, turn.ordinal, turn.case, turn.key, turn.outcome, error=turn.error))
        for turn in turns
        if turn.outcome is not None
    ]
