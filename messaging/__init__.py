"""Threads, schedule, follow-ups, credits, sender health and insights, by the rules S, CR, H, C and I.
Every name loads on first use: SQLAlchemy and the charts come with the extra `messaging`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

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
    from .thread_rules import has_own_text
    from .transport import AsyncTransport, Outgoing, Receipt, Transport, as_async, as_sync
    from .transport_url import open_transport
    from .webhook_transport import WebhookTransport

_HOME_OF = {
    "AsyncOutreach": "async_outreach",
    "AsyncTransport": "transport",
    "BulkResult": "new_message",
    "Contract": "records",
    "DbosDispatcher": "dbos_dispatcher",
    "Delivery": "deliveries",
    "Dispatcher": "dispatcher",
    "FileOutbox": "file_transport",
    "FollowUp": "new_message",
    "Message": "records",
    "NewMessage": "new_message",
    "Notice": "notices",
    "Outgoing": "transport",
    "Outreach": "outreach",
    "Plan": "policy",
    "Policy": "policy",
    "PollingDispatcher": "dispatcher",
    "Receipt": "transport",
    "Received": "receiving",
    "Refused": "decisions",
    "Reply": "records",
    "Scheduled": "new_message",
    "Seat": "records",
    "SmtpTransport": "smtp_transport",
    "Store": "store",
    "Template": "templates",
    "Thread": "records",
    "Transport": "transport",
    "WebhookTransport": "webhook_transport",
    "as_async": "transport",
    "as_sync": "transport",
    "has_own_text": "thread_rules",
    "open_transport": "transport_url",
    "verify_signature": "signature",
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
    "has_own_text",
    "open_transport",
    "verify_signature",
]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF, extra="messaging")
