"""Threads, schedule, follow-ups, credits, sender health and insights, by the rules S, CR, H, C and I.
Every name loads on first use: SQLAlchemy and the charts come with the extra `messaging`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from overture.errors import MissingExtraError

if TYPE_CHECKING:
    from .async_outreach import AsyncOutreach
    from .dbos_dispatcher import DbosDispatcher
    from .decisions import Refused
    from .deliveries import Delivery
    from .dispatcher import Dispatcher, PollingDispatcher
    from .file_transport import FileOutbox
    from .new_message import BulkResult, FollowUp, NewMessage, Scheduled
    from .notices import Notice
    from .outreach import Outreach
    from .policy import Plan, Policy
    from .receiving import Received
    from .records import Contract, Message, Reply, Seat, Thread
    from .signature import verify_signature
    from .smtp_transport import SmtpTransport
    from .store import Store
    from .templates import Template
    from .transport import AsyncTransport, Outgoing, Receipt, Transport, as_async, as_sync
    from .transport_url import open_transport
    from .webhook_transport import WebhookTransport

_HOMES = {
    "AsyncOutreach": ".async_outreach",
    "AsyncTransport": ".transport",
    "BulkResult": ".new_message",
    "Contract": ".records",
    "DbosDispatcher": ".dbos_dispatcher",
    "Delivery": ".deliveries",
    "Dispatcher": ".dispatcher",
    "FileOutbox": ".file_transport",
    "FollowUp": ".new_message",
    "Message": ".records",
    "NewMessage": ".new_message",
    "Notice": ".notices",
    "Outgoing": ".transport",
    "Outreach": ".outreach",
    "Plan": ".policy",
    "Policy": ".policy",
    "PollingDispatcher": ".dispatcher",
    "Receipt": ".transport",
    "Received": ".receiving",
    "Refused": ".decisions",
    "Reply": ".records",
    "Scheduled": ".new_message",
    "Seat": ".records",
    "SmtpTransport": ".smtp_transport",
    "Store": ".store",
    "Template": ".templates",
    "Thread": ".records",
    "Transport": ".transport",
    "WebhookTransport": ".webhook_transport",
    "as_async": ".transport",
    "as_sync": ".transport",
    "open_transport": ".transport_url",
    "verify_signature": ".signature",
}

__all__ = [
    "AsyncOutreach",
    "AsyncTransport",
    "BulkResult",
    "Contract",
    "DbosDispatcher",
    "Delivery",
    "Dispatcher",
    "FileOutbox",
    "FollowUp",
    "Message",
    "NewMessage",
    "Notice",
    "Outgoing",
    "Outreach",
    "Plan",
    "Policy",
    "PollingDispatcher",
    "Receipt",
    "Received",
    "Refused",
    "Reply",
    "Scheduled",
    "Seat",
    "SmtpTransport",
    "Store",
    "Template",
    "Thread",
    "Transport",
    "WebhookTransport",
    "as_async",
    "as_sync",
    "open_transport",
    "verify_signature",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOMES[name], __name__), name)
    except ModuleNotFoundError as error:
        if (error.name or "overture").partition(".")[0] == "overture":
            raise
        raise MissingExtraError("messaging", needed_for="messaging") from error
