"""What tests of transports share: a message, a clock, and what runs in other processes."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from overture.messaging.file_transport import FileOutbox
from overture.messaging.transport import Outgoing

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def noon() -> datetime:
    return NOON


def outgoing(number: int = 1, **fields: Any) -> Outgoing:
    """A message to a candidate; every field may be replaced."""
    given = {
        "id": f"m{number}",
        "to": "ada@candidates.example",
        "subject": "The ledger at Norrsken",
        "body": "Hej Ada,\n\nmay I call?",
    }
    return Outgoing(**{**given, **fields})


def records(path: Path) -> list[dict[str, Any]]:
    """The lines of an outbox; fails on one that is cut off."""
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    return [json.loads(line) for line in lines]


def keys(path: Path) -> list[str]:
    return [record["key"] for record in records(path)]


def our_environment() -> dict[str, str]:
    """What another process needs in order to import what this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def append_all(path: str, start: int, count: int) -> int:
    """Send messages by their numbers; gives how many were new."""
    outbox = FileOutbox(path)
    new = sum(not outbox.send(outgoing(n), key=f"k{n}").duplicate for n in range(start, start + count))
    outbox.close()
    return new


def main() -> None:
    """Send messages from standard input's numbers and tell each that was acknowledged; killed by the test."""
    outbox = FileOutbox(sys.argv[1])
    for line in sys.stdin:
        number = int(line)
        outbox.send(outgoing(number, body="x" * 5000), key=f"k{number}")
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
