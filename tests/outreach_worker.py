"""A worker as a process of its own, to be killed: `python outreach_worker.py STORE OUTBOX NOW`."""

from __future__ import annotations

import sys
from datetime import datetime

from overture.messaging.file_transport import FileOutbox
from overture.messaging.outreach import Outreach
from overture.messaging.store import Store


def main(url: str, outbox: str, now: str) -> None:
    """Sends what is due at NOW, which stands still; says so when it begins, and ends when nothing is left."""
    at = datetime.fromisoformat(now)
    desk = Outreach(Store(url), transport=FileOutbox(outbox), clock=lambda: at)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    while desk.run().sent:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
