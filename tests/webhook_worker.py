"""A worker of webhooks in a process of its own, until it is killed: `python webhook_worker.py DATABASE`."""

from __future__ import annotations

import asyncio
import sys

from overture.studio import StudioSettings, create_app
from overture.studio.services import Services
from overture.studio.webhook_sender import WebhookSender


def main() -> None:
    """Post what is due."""
    settings = StudioSettings(database_url=sys.argv[1], transport="file:unused.jsonl", dispatch=False)
    services: Services = create_app(settings).state.services
    asyncio.run(WebhookSender(services).run(asyncio.Event()))


if __name__ == "__main__":
    main()
