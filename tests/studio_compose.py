"""The Compose page's form as tests send it, and what it made."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from httpx2 import Response
from studio_app import ANN, Studio

from overture.generation.elements import ELEMENT_NAMES
from overture.messaging import Message
from overture.messaging.rows import get
from overture.studio.drafting import find_draft
from overture.studio.shelf import KeptDraft

WHO = {"candidate": "ann-rich", "job": "ann-job"}
PANEL = {"on": list(ELEMENT_NAMES), "tone": "friendly", "length": "medium", "language": "en", "content": ""}
HTMX = {"HX-Request": "true"}


def post(made: Studio, path: str, data: dict[str, Any], **options: Any) -> Response:
    answer: Response = made.page.post(path, data=data, follow_redirects=False, **options)
    return answer


def shown(made: Studio, url: str) -> str:
    answer = made.page.get(url)
    assert answer.status_code == 200
    return unescape(answer.text)


def drafted(made: Studio, **changes: Any) -> KeptDraft:
    answer = post(made, "/compose/draft", {**WHO, **PANEL, **changes})
    assert answer.status_code == 303, answer.text
    return kept_at(made, answer)


def kept_at(made: Studio, answer: Response) -> KeptDraft:
    found = re.search(r"draft=(\w+)", answer.headers["location"])
    assert found
    return find_draft(made.services, ANN, found[1])


def form_of(kept: KeptDraft, *, body: str | None = None, subject: str | None = None, **more: Any) -> dict[str, Any]:
    """The whole form, as the page would send it; browsers send line breaks as two characters."""
    text = (body or kept.edited_body or kept.draft.body).replace("\n", "\r\n")
    return {**WHO, **PANEL, "draft": kept.id, "subject": subject or kept.draft.subject, "body": text, **more}


def message_of_draft(made: Studio, kept: KeptDraft) -> Message:
    key = find_draft(made.services, ANN, kept.id).message
    assert key is not None
    with made.services.outreach.store.read() as connection:
        return get(connection, Message, key)


def filled(html: str) -> dict[str, str]:
    """What the fields of a page or a part of it would send: by name, the one that is chosen of several."""
    reader = _Fields()
    reader.feed(html)
    return reader.found


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._inside, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        is_choice = given.get("type") in {"radio", "checkbox"}
        if tag == "input" and (not is_choice or "checked" in given):
            self._keep(name, given.get("value") or "")
        if tag == "textarea":
            self._inside, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._keep(self._inside, self._text)

    def _keep(self, name: str, value: str) -> None:
        """Two forms may have a field of one name: what stands in one of them counts."""
        self.found[name] = value or self.found.get(name, "")
