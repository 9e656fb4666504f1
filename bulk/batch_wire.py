"""The wire of provider batches, pure: a request as a line of JSON, and a line of a result as an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

ENDPOINT: Final = "/v1/chat/completions"
MOST_REQUESTS: Final = 50_000
"""In one batch, by OpenAI's reference; so is the next."""
MOST_BYTES: Final = 200_000_000
RUN: Final = "overture_run"
"""The name in a batch's metadata under which its run stands; `PART` says which part of it."""
PART: Final = "overture_part"

_FOR_GOOD: Final = frozenset({400, 413, 422})
_NO_WAY_IN: Final = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a provider answered to one request: an HTTP status and a body, as its online endpoint would have sent it."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of a batch's results; without an answer where the provider gave none, and `reason` says why."""

    key: str
    answer: Answered | None = None
    reason: str = ""
    no_way_in: Answered | None = None
    """What was said where the key or the model was refused: then the request itself was not looked at."""


def request_line(key: str, body: Mapping[str, Any]) -> bytes:
    """One request as a line of a batch's input file, with its line end; `key` is its custom_id (at most 64)."""
    line = {"custom_id": key, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def read_reply(line: bytes) -> Reply | None:
    """A line of a batch's output or error file; None where it cannot be read, or does not say what it belongs to.

    Only what would be the same at the next asking is an answer: a success, or a refusal of the request as it is.
    """
    try:
        read = json.loads(line)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    fields = cast("dict[str, Any]", read)
    key = fields.get("custom_id")
    if not isinstance(key, str):
        return None
    response: Any = fields.get("response")
    if not isinstance(response, dict):
        return Reply(key=key, reason=_code(fields.get("error")) or "no answer")
    said = cast("dict[str, Any]", response)
    status, body = said.get("status_code"), said.get("body")
    if not isinstance(status, int) or not isinstance(body, dict):
        return Reply(key=key, reason="no answer")
    content = cast("dict[str, Any]", body)
    if (status == 200 and "choices" in content) or status in _FOR_GOOD:
        return Reply(key=key, answer=Answered(status=status, body=content))
    no_way_in = Answered(status=status, body=content) if status in _NO_WAY_IN else None
    return Reply(key=key, reason=_code(content.get("error")) or f"HTTP {status}", no_way_in=no_way_in)


def _code(error: object) -> str:
    """The code of an error in the provider's form; its message may repeat the request, and is not kept (D-7)."""
    code = cast("dict[str, Any]", error).get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and code.isascii() and len(code) <= 60 else ""
