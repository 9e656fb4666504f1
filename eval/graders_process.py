"""Asks the graders in a process of its own, so that their work takes no time from the suites beside it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import weakref
from contextlib import suppress
from threading import Lock
from typing import IO, Any, Final, cast

from overture.child_python import child_command, child_environment

from .case import Case
from .result_row import grades_of, outcome_of
from .score import Grades
from .suite_graders import GradersSaid, asked_here

_CHILD: Final = "from overture.eval.graders_process import main; main()"
_END_SECONDS: Final = 5.0


class GradersProcess:
    """A process that is asked one case at a time, from any thread; begun at the first case, ended with this object."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None

    def ask(self, case: Case) -> GradersSaid:
        """What the graders say of a case.

        Raises:
            RuntimeError: the task failed there, or the process has ended.
        """
        fields = {
            "id": case.id, "inputs": dict(case.inputs), "expected": case.expected, "cluster": case.cluster,
            "slices": dict(case.slices),
        }  # fmt: skip
        with self._lock:
            child = self._child or self._begun()
            line = ""
            with suppress(BrokenPipeError):
                print(json.dumps(fields), file=child.stdin, flush=True)
                line = cast("IO[str]", child.stdout).readline()
            if not line:
                raise RuntimeError(f"the process that asks the graders ended with {child.wait()}")
        found = cast("dict[str, Any]", json.loads(line))
        if "error" in found:
            raise RuntimeError(found["error"])
        after = found["after"]
        return GradersSaid(before=grades_of(*found["before"]), after=None if after is None else grades_of(*after))

    def _begun(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(  # noqa: S603 - this very interpreter
            child_command(_CHILD),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,  # ctrl-C is for this process, which ends the other
            env=child_environment(),
        )
        self._child = child
        weakref.finalize(self, _end, child)
        return child


def _end(child: subprocess.Popen[str]) -> None:
    """No more cases: it ends by itself, or is killed."""
    with suppress(OSError):
        cast("IO[str]", child.stdin).close()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    cast("IO[str]", child.stdout).close()


def main() -> None:
    """The child: a case a line on stdin, what the graders say of it a line on stdout."""
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing else may stand between the answers
    ask = asked_here()
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            try:
                said = runner.run(ask(Case(**json.loads(line))))
                after = None if said.after is None else _texts(said.after)
                told: dict[str, Any] = {"before": _texts(said.before), "after": after}
            except Exception as error:  # noqa: BLE001 - a failed case is told, and the others go on
                told = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(told), file=answers, flush=True)


def _texts(grades: Grades) -> tuple[str, str, str]:
    """What `grades_of` takes."""
    outcome = outcome_of(grades, 0.0)
    return outcome.scores, outcome.output, outcome.shown
