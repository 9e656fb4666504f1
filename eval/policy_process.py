"""Plays and audits the quarter in a process of its own, so that it takes no time from the suites beside it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import astuple
from typing import Final

from overture.child_python import child_command, child_environment

from .suite_policy import RuleFound, audit_quarter

_CHILD: Final = "import sys; from overture.eval.policy_process import main; main(sys.argv[1])"


async def audit_apart(**size: int) -> dict[str, RuleFound]:
    """What the audit says of every rule, of a quarter with these `seats`, `messages` and `seed`.

    Raises:
        RuntimeError: the process failed, with the last line that it wrote.
    """
    child = await asyncio.create_subprocess_exec(
        *child_command(_CHILD, json.dumps(size)), env=child_environment(),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, errors = await child.communicate()
    except BaseException:  # interrupted: nobody waits for its answer
        if child.returncode is None:
            child.kill()
            await child.wait()
        raise
    if child.returncode:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise RuntimeError(f"the process that plays the quarter ended with {child.returncode}: {last}")
    return {
        rule: RuleFound(rule=rule, checked=checked, broken=broken, told=tuple(told))
        for rule, checked, broken, told in json.loads(out)
    }


def main(size: str) -> None:
    """The child: writes what it found as JSON to stdout."""
    from .policy_quarter import play_quarter

    found = audit_quarter(play_quarter(**json.loads(size)))
    sys.stdout.write(json.dumps([astuple(each) for each in found.values()]))
