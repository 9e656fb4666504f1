"""Judges at the wire: an OpenAI-compatible endpoint that answers the prompts of the suite `judge` by a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
from doubles import Endpoint, completion, openai_writer

from overture.eval.case import Case
from overture.eval.judge_asking import CRITERIA, QUESTIONS
from overture.eval.result import CaseResult
from overture.eval.subject import Subject
from overture.eval.suite import Suite
from overture.generation import Drafter

Choose = Callable[[str, str], str]
"""From what A and B say to A, B or tie."""
Rate = Callable[[str], int]
"""From what a message says to its score of worth_sending."""
_MESSAGES = re.compile(r"<message_([ab])>\n(.*?)\n</message_\1>", re.DOTALL)
_MESSAGE = re.compile(r"<message>\n(.*?)\n</message>", re.DOTALL)


def always(score: int) -> Rate:
    """A judge to whom all messages are the same."""
    return lambda _text: score


def longer(a: str, b: str) -> str:
    """A judge who loves length."""
    one, other = (sum(map(len, text.splitlines()[1:])) for text in (a, b))  # the first line is the subject
    return "A" if one > other else "B" if other > one else "tie"


def shorter(a: str, b: str) -> str:
    """A judge who loves brevity."""
    return {"A": "B", "B": "A", "tie": "tie"}[longer(a, b)]


def first_place(_a: str, _b: str) -> str:
    """A judge who prefers what stands first."""
    return "A"


def judge_endpoint(choose: Choose = shorter, rate: Rate | None = None) -> Endpoint:
    """An endpoint that is such a judge, and keeps what it was asked."""
    scored = rate or always(4)

    def answer(asked: dict[str, Any]) -> httpx2.Response:
        text = asked["messages"][1]["content"]
        if asked["response_format"]["json_schema"]["name"] == "eval_pairwise":
            shown = dict(_MESSAGES.findall(text))
            verdict = choose(shown["a"], shown["b"])
            found: list[dict[str, Any]] = [{"criterion": q, "reason": "so", "verdict": verdict} for q in QUESTIONS]
        else:
            match = _MESSAGE.search(text)
            score = scored(match[1] if match else "")
            found = [{"criterion": criterion, "reason": "so", "score": score} for criterion in CRITERIA]
        return httpx2.Response(200, json=completion(json.dumps({"verdicts": found})))

    return Endpoint([answer])


def judging(endpoint: Endpoint, drafter: Drafter | None = None, *, parts: Mapping[str, str] | None = None) -> Subject:
    """A subject whose judge is that endpoint, and which is made of these parts."""
    return Subject(
        label="offline", fingerprint="f", drafter=drafter or Drafter("offline"), judge=openai_writer(endpoint),
        parts=parts or {},
    )  # fmt: skip


async def results_of(suite: Suite[Subject], subject: Subject, cases: list[Case]) -> list[CaseResult]:
    """Every case asked and graded; a case that raises is a failure, as the runner has it."""
    task: Any = suite.task(subject)
    results: list[CaseResult] = []
    for case in cases:
        common: dict[str, Any] = {
            "suite": suite.name, "case": case.id, "key": case.key, "cluster": case.cluster, "slices": case.slices
        }  # fmt: skip
        try:
            output = task(case)
            grades = suite.grade(case, await output if hasattr(output, "__await__") else output)
            results.append(CaseResult(status="scored", grades=grades, **common))
        except Exception as error:  # noqa: BLE001 - as the runner
            results.append(CaseResult(status="failed", error=str(error), **common))
    return results
