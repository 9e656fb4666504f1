"""A model on the wire that writes long drafts until its instructions tell it to be short, and cases that ask for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx2
from doubles import RICH, completion, context_of
from feedback_people import NOON

from overture.feedback.eval_cases import EvalCase, Split
from overture.feedback.snapshots import FrozenContext
from overture.generation.draft import PromptRecord
from overture.people import Candidate
from overture.prompts import load_prompt

SHORT = "Keep it under 400 characters."
_OPENING = "You built the double-entry ledger of the merchant accounts in Go and PostgreSQL at Paytrail."
_ROLE = "Norrsken is looking for a Principal Engineer, Ledger, who would own the double-entry ledger."
_MORE = (
    "At Zaplata you took the authorisation p99 from 480 ms to 90 ms by moving the ledger to PostgreSQL partitions.",
    "You led nine teams through the move of settlement from nightly batches to streams written in Go.",
    "The work is remote, and the role asks for distributed systems in production.",
)
_QUESTION = "May I send you the description?"
LONG_BODY = "\n\n".join((_OPENING, _ROLE, *_MORE, _QUESTION))
SHORT_BODY = "\n\n".join((_OPENING, _ROLE, _QUESTION))


class Model:
    """Answers drafts and reflections; `texts` are what it proposes, in turn, made of the instructions it was given."""

    def __init__(self, *, lesson: str = SHORT, breaks_at: int | None = None) -> None:
        self.lesson, self.breaks_at = lesson, breaks_at
        self.asked: list[dict[str, Any]] = []
        self.reflections = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked: dict[str, Any] = json.loads(request.content)
        if self.breaks_at is not None and len(self.asked) >= self.breaks_at:
            return httpx2.Response(503, json={"error": {"message": "down"}})
        self.asked.append(asked)
        system, user = (message["content"] for message in asked["messages"])
        if system.startswith("You revise the instructions"):
            self.reflections += 1
            text = user.removeprefix("THE INSTRUCTIONS\n").partition("\n\nTHE CASES\n")[0]
            return self._says({"text": text.replace("LENGTH AND LANGUAGE", f"LENGTH AND LANGUAGE\n{self.lesson}")})
        body = SHORT_BODY if SHORT in system else LONG_BODY
        return self._says({"subject": "Owning the ledger at Norrsken", "body": body})

    def _says(self, answer: dict[str, str]) -> httpx2.Response:
        return httpx2.Response(200, json=completion(json.dumps(answer)))

    @property
    def writer(self) -> Any:
        """Our writer over the real SDK, its wire this model."""
        from openai import OpenAI

        from overture.generation.openai_writer import OpenAIWriter

        http = httpx2.Client(transport=httpx2.MockTransport(self))
        return OpenAIWriter("gpt-test", client=OpenAI(api_key="test", max_retries=0, http_client=http))


def case_of(number: int, *, split: Split = "train", candidate: Candidate = RICH, **changes: Any) -> EvalCase:
    """A draft that was found too long, to a candidate of its own; every third one was liked."""
    prompt = load_prompt("draft")
    down = number % 3 != 0
    interests = candidate.model_copy(update={"open_to_work": number % 2 == 0})
    given: dict[str, Any] = {
        "id": f"{number:064x}", "kind": "draft", "split": split, "language": "en", "candidate": f"c{number}",
        "seat": f"s{number % 3}", "at": NOON + timedelta(minutes=number), "number": number,
        "subject": "Owning the ledger at Norrsken", "body": f"Hi [NAME],\n\n{LONG_BODY}\n\n[NAME_2]",
        "context": FrozenContext.of(context_of(interests)), "vote": "down" if down else "up",
        "reasons": ("too_long",) if down else (), "comment": "Far too long for a first message." if down else None,
        "prompt": PromptRecord(name="draft", version=prompt.version, fingerprint=prompt.fingerprint),
        "writer": "openai:gpt-test",
    }  # fmt: skip
    return EvalCase.model_validate(given | changes)


def cases_of(train: int = 12, judge: int = 6) -> list[EvalCase]:
    """Cases of both sides."""
    return [case_of(n, split="train" if n < train else "eval") for n in range(train + judge)]
