"""Stand-ins for escalation: unsure verdicts, and chat completions with the log-probabilities that servers give."""

from __future__ import annotations

import math
from typing import Any

import httpx2
from doubles import Endpoint, completion

from overture.classification.escalation import Escalation
from overture.classification.labels import LABEL_OF, Intent
from overture.classification.openai_escalation import OpenAIEscalation
from overture.classification.verdict import DecidingWord, Verdict

CANARY = "Xylophone-4711"


def verdict(text: str = f"Hm, well, {CANARY}.", **changes: Any) -> Verdict:
    given: dict[str, Any] = {
        "label": "decline",
        "intent": "not_now",
        "confidence": 0.6,
        "needs_review": True,
        "review_reason": "unsure",
        "language": "en",
        "words": (DecidingWord(text="well", start=4, weight=1.0),),
        "text": text,
        "model": "local-1",
    }
    return Verdict(**given | changes)


def said(intent: Intent = "meeting", probability: float | None = 0.9) -> dict[str, Any]:
    """A chat completion that sorts a reply; the label's first token has this probability, another label the rest."""
    label = LABEL_OF[intent]
    other = "accept" if label == "decline" else "decline"
    pieces = ['{"label": "', label, '", "intent": "', intent, '"}']
    answer = completion("".join(pieces))
    if probability is not None:
        content: list[dict[str, Any]] = [
            {"token": piece, "logprob": -0.01, "bytes": None, "top_logprobs": []} for piece in pieces
        ]
        content[1]["logprob"] = math.log(probability)
        content[1]["top_logprobs"] = [
            {"token": token, "logprob": math.log(share), "bytes": None}
            for token, share in ((label, probability), (other, 1 - probability))
        ]
        answer["choices"][0]["logprobs"] = {"content": content, "refusal": None}
    return answer


def ok(intent: Intent = "meeting", probability: float | None = 0.9) -> httpx2.Response:
    return httpx2.Response(200, json=said(intent, probability))


def openai_escalation(
    endpoint: Endpoint, *, max_retries: int = 0, base_url: str | None = None, **options: Any
) -> OpenAIEscalation:
    """The escalation over a real `openai` client whose wire is the endpoint."""
    from openai import OpenAI

    http = httpx2.Client(transport=endpoint.transport)
    client = OpenAI(api_key="test", base_url=base_url, max_retries=max_retries, http_client=http)
    given: dict[str, Any] = {"concurrency": 1} | options
    return OpenAIEscalation("gpt-test", client=client, **given)


def settle_one(escalation: Escalation, one: Verdict | None = None, outreach: str | None = None) -> Verdict:
    (settled,) = escalation.settle([one or verdict()], [outreach])
    return settled


def question(asked: dict[str, Any]) -> str:
    text: str = asked["messages"][1]["content"]
    return text
