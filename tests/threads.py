"""Threads, messages and replies as tests write them: days after one Monday morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from overture.messaging.records import Message, Reply, Thread

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def day(days: float, *, microseconds: int = 0) -> datetime:
    """An instant so many days after the start."""
    return START + timedelta(days=days, microseconds=microseconds)


def a_thread(**fields: Any) -> Thread:
    """A thread of seat s1 with candidate c1."""
    values = {"id": "t1", "contract": "k1", "seat": "s1", "candidate": "c1", "created_at": START}
    return Thread.model_validate(values | fields)


def a_message(key: str = "m1", **fields: Any) -> Message:
    """An initial message, sent at the start."""
    values = {
        **{"id": key, "thread": "t1", "contract": "k1", "seat": "s1", "candidate": "c1", "kind": "initial"},
        **{"state": "sent", "subject": "A role", "body": "Hello.", "created_at": START, "due_at": START},
    }
    if fields.get("state", "sent") == "sent":
        values["sent_at"] = START
    return Message.model_validate(values | fields)


def a_follow_up(key: str = "f1", **fields: Any) -> Message:
    """A follow-up of m1 that waits for day 7."""
    values = {"kind": "follow_up", "initial": "m1", "state": "scheduled", "due_at": day(7), "delay_hours": 168}
    return a_message(key, **(values | fields))


def a_reply(at: float = 3, **fields: Any) -> Reply:
    """Free text that was labelled Accept, so many days after the start."""
    values = {"id": f"r{at}", "thread": "t1", "received_at": day(at), "kind": "text", "text": "Tell me more."}
    return Reply.model_validate(values | {"label": "accept", "intent": "interested"} | fields)


def a_smart(choice: str, at: float = 3, **fields: Any) -> Reply:
    """A smart reply with its untouched template."""
    values = {"kind": "smart", "smart": choice, "label": choice, "intent": None, "text": "Template text."}
    return a_reply(at, **(values | fields))


def an_auto(at: float = 3, **fields: Any) -> Reply:
    """An out-of-office note."""
    return a_reply(at, **({"kind": "auto", "label": None, "intent": "out_of_office", "text": "I am away."} | fields))
