"""What a model answered in a run of revising a prompt, kept in a folder, under a ceiling (F-5).

A run that is broken off and started again asks nothing twice: the answers are found by the SHA-256 of what was asked,
and the search takes the same course over them.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Protocol, cast

from pydantic import Field

from overture.base import Value
from overture.errors import BudgetExceededError, ConfigurationError, InputError, WriterOutputError, WriterRefusalError
from overture.generation.draft import Usage
from overture.generation.facts import MessageContext
from overture.generation.personalization import Personalization
from overture.generation.writers import Answered, Writer, WriteRequest, WriterOutput
from overture.prompts import RenderedPrompt

ANSWERS = "answers.jsonl"
_NOBODY = MessageContext((), (), "job", Personalization())


class RevisionLimits(Value):
    """The ceiling of a whole run, what was asked before a break among it.

    A request is a draft or a proposal of a text; tokens are input and output together, as the endpoint reported them.
    `learn`, `choose` and `judge` are at most how many cases are learned from, chosen by and judged by in the end.
    """

    max_requests: int = Field(default=400, ge=10)
    max_total_tokens: int = Field(default=2_000_000, ge=1)
    max_output_tokens: int = Field(default=900, ge=1)
    max_text_tokens: int = Field(default=6_000, ge=1)
    timeout: float = Field(default=60.0, gt=0)
    learn: int = Field(default=60, ge=1)
    choose: int = Field(default=20, ge=1)
    judge: int = Field(default=60, ge=1)
    at_once: int = Field(default=4, ge=1, le=50)
    """How many cases one proposal is made from."""


class _Asked(Protocol):
    def ask(self, request: WriteRequest) -> Answered: ...


class Answers:
    """Asks a model, or says what it answered before; `requests` and `tokens` count both alike."""

    def __init__(self, writer: Writer, folder: Path, *, limits: RevisionLimits) -> None:
        if not hasattr(writer, "ask"):
            raise ConfigurationError(f"F-5: a prompt is revised with a chat model, which {writer.label!r} is not")
        self._writer, self._limits = writer, limits
        self._path = folder / ANSWERS
        self._known = _read(self._path)
        self._used: set[str] = set()
        self.requests = self.tokens = 0
        self.asked = 0
        """Requests that were made in this process."""
        self.ceiling = limits.max_requests

    def write(self, context: MessageContext, prompt: RenderedPrompt) -> WriterOutput | WriterOutputError:
        """A message, or why there is none.

        Raises:
            BudgetExceededError: a ceiling was reached; nothing was asked.
            WriterError, ConfigurationError: the model cannot be reached; nothing is kept, so that it is asked again.
        """
        request = WriteRequest(context, prompt, self._limits.max_output_tokens, self._limits.timeout)
        record = self._answer(request, lambda: _written(self._writer.write(request)))
        if "problem" in record:
            return WriterOutputError(record["problem"])
        return WriterOutput(record["subject"], record["body"], inline_greeting=record["inline_greeting"])

    def propose(self, prompt: RenderedPrompt) -> str:
        """The text of an answer as it came, empty where there was none; raises like `write`."""
        request = WriteRequest(_NOBODY, prompt, self._limits.max_text_tokens, self._limits.timeout)
        asked = cast(_Asked, self._writer)
        return str(self._answer(request, lambda: _told(asked.ask(request))).get("text", ""))

    def _answer(self, request: WriteRequest, ask: Any) -> dict[str, Any]:
        key = _key(self._writer, request)
        record = self._known.get(key)
        if key not in self._used:
            if self.requests >= self.ceiling or self.tokens >= self._limits.max_total_tokens:
                raise BudgetExceededError(
                    f"F-5: the ceiling of {self.ceiling} requests or {self._limits.max_total_tokens} tokens is reached"
                )
            self._used.add(key)
            self.requests += 1
            if record is None:
                try:
                    record = self._asked(ask)
                except BaseException:
                    self._used.discard(key)
                    self.requests -= 1
                    raise
                self._keep(key, record)
            self.tokens += record["tokens"]
        assert record is not None  # noqa: S101 - what was used is known
        return record

    def _asked(self, ask: Any) -> dict[str, Any]:
        self.asked += 1
        try:
            record: dict[str, Any] = ask()
        except (WriterOutputError, WriterRefusalError) as error:
            spent = error.usage.total_tokens if isinstance(error.usage, Usage) else 0
            return {"problem": type(error).__name__, "tokens": spent}
        return record

    def _keep(self, key: str, record: dict[str, Any]) -> None:
        self._known[key] = record
        line = json.dumps({"key": key, **record}, ensure_ascii=False)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"cannot be written ({error.strerror})", path=str(self._path)) from None


def _written(output: WriterOutput) -> dict[str, Any]:
    return {
        "subject": output.subject, "body": output.body, "inline_greeting": output.inline_greeting,
        "tokens": output.usage.total_tokens,
    }  # fmt: skip


def _told(answer: Answered) -> dict[str, Any]:
    return {"text": answer.text or "", "tokens": answer.usage.total_tokens}


def _key(writer: Writer, request: WriteRequest) -> str:
    prompt = request.prompt
    asked = [
        writer.label, prompt.shared, prompt.personal, dict(prompt.options), dict(prompt.schema),
        request.max_output_tokens,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Answers that were kept; a last line that was cut off is none, and is made good."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = path.read_bytes() if path.exists() else b""
        if raw and not raw.endswith(b"\n"):
            raw = raw[: raw.rfind(b"\n") + 1]
            path.write_bytes(raw)
    except OSError as error:
        raise InputError(f"cannot be used ({error.strerror})", path=str(path.parent)) from None
    known: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(raw.splitlines(), 1):
        try:
            record = cast("dict[str, Any]", json.loads(line))
            known[record.pop("key")] = record
        except (ValueError, KeyError, AttributeError):
            raise InputError(
                f"line {number} is no answer", path=str(path), expected="a folder of this command"
            ) from None
    return known
