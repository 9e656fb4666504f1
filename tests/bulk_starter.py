"""Starts `overture` commands that a test kills: everything is imported once, and each command is a fork of that.

Reads commands as JSON, a line each; answers with the process id of each at once, and with its exit code at its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Starter:
    """The test's side of a starter process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = 0

    def start(self, arguments: Sequence[str]) -> None:
        """Run a command; `pid` is its process from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(arguments)) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._line())

    def kill(self) -> None:
        """Kill it where it stands."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code; -9 where it was killed."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextlib.contextmanager
def starter(out: Path) -> Generator[Starter]:
    """A starter whose commands print to a file."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".typing")}
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, __file__, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Starter(process)
        finally:
            process.kill()


def _main(out: str) -> None:
    import openai

    from overture.bulk import finish, run
    from overture.cli.app import run as run_command
    from overture.near_duplicates import minhash

    if os.environ.get("OVERTURE_TEST_WORKERS"):
        run._WORTH_PROCESSES = 2  # type: ignore[misc] # pyright: ignore[reportPrivateUsage, reportConstantRedefinition]  # few rows in a test
    _ = openai.DefaultAioHttpClient, finish, run, minhash({b"a"}, extra="bulk")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, 1)
            os.dup2(file, 2)
            code = run_command(json.loads(line))
            sys.stdout.flush()
            os._exit(code)
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main(sys.argv[1])
