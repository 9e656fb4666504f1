"""An answer that a recruiter writes down: a smart reply, free text, or a mail that they saved (C-1, C-2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict

from overture.base import Value
from overture.classification import read_mail
from overture.errors import InputError
from overture.messaging import Received, has_own_text
from overture.messaging.folders import ThreadView
from overture.messaging.records import ReplyLabel
from overture.messaging.zones import to_instant

from .catalogue import say
from .services import Services


class GivenAnswer(Value):
    """What the form holds; `mail` is the bytes of an .eml file and stands before the text."""

    model_config = ConfigDict(str_strip_whitespace=False)

    smart: ReplyLabel | Literal[""] = ""
    text: str = ""
    mail: bytes = b""
    came_at: str = ""
    once: str = ""


def template_of(smart: ReplyLabel) -> str:
    """The text that a smart reply has until the candidate changes it (C-1)."""
    return say(f"inbox.smart_{smart}_text")


def record_answer(services: Services, view: ThreadView, given: GivenAnswer, *, zone: str) -> Received:
    """Take it as the candidate's answer (C-1, C-2).

    Raises:
        InputError: there is no answer in it, the mail cannot be read, or the time is none.
    """
    smart: ReplyLabel | None = given.smart or None
    at = _instant(given.came_at, zone)
    if given.mail:
        mail = read_mail(given.mail)
        key = f"mail:{mail.message_id}" if mail.message_id else given.once or None
        return services.outreach.receive_reply(view.thread.id, mail, received_at=at or mail.date, key=key)
    text = given.text.strip()
    edited = smart is not None and has_own_text(text, template=template_of(smart))
    return services.outreach.receive_reply(
        view.thread.id, text, smart=smart, edited=edited, received_at=at, key=given.once or None
    )


def _instant(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("this is no date and time", field="came_at", expected="2026-11-23T14:05") from None
    return to_instant(local, zone).at
