"""A subject from what a user names: a model, a prompt, a classifier's folder, a judge (D-14)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .room_fingerprint import room_fingerprint
from .subject import Subject

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from overture.classification import ReplyClassifier
    from overture.generation import Budget, Limits, Prices, Writer

TODAY: Final = date(2026, 11, 22)
"""The day from which durations count where none is given: pinned, so that runs of different days can be compared."""
_DRAFTING: Final = ("overture", "overture.sources", "overture.prompts", "overture.generation")
_CLASSIFYING: Final = ("overture.classification",)


def make_subject(
    model: str | BaseChatModel | Writer = "offline",
    *,
    base_url: str | None = None,
    prompt: str | Path = "draft",
    limits: Limits | None = None,
    budget: Budget | None = None,
    prices: Prices | str | Path | None = None,
    fallback: bool = False,
    today: date = TODAY,
    classifier: ReplyClassifier | None = None,
    judge: str | BaseChatModel | Writer | None = None,
    judge_base_url: str | None = None,
    label: str | None = None,
) -> Subject:
    """A release to judge; nothing is loaded or asked before its first use.

    Without `fallback` a model is judged alone: a draft that it could not write is a failed case. With it, what users
    would get is judged, the offline writer's messages included (D-15). `budget` and `prices` hold for drafter and judge
    together. The fingerprint covers Overture's version and the code of the rooms that draft and classify, the prompts,
    the model with its endpoint and options, the classifier's weights and the judge.

    Raises:
        ConfigurationError: a model has no known form, or a ceiling on the price and no known price.
        PromptError: the prompt does not exist or is malformed.
    """
    from overture.generation.drafter import Drafter
    from overture.generation.models import resolve_writer
    from overture.prompts import fingerprints, load_prompt

    from .judge_asking import EvalJudge

    writer = resolve_writer(model, base_url=base_url)
    asked = load_prompt(prompt)
    judging = None if judge is None else EvalJudge(judge, base_url=judge_base_url, budget=budget, prices=prices)
    fallback = fallback or writer.label == "offline"  # which has nobody to fall back on: its drafts are what users get
    parts = {"model": writer.label, "prompt": f"{asked.name}@{asked.version}", "prompt fingerprint": asked.fingerprint}
    parts |= {"base url": base_url} if base_url else {}
    parts |= {"classifier": classifier.model.manifest.label} if classifier else {}
    parts |= {"judge": judging.label} if judging else {}
    parts |= {"today": today.isoformat(), "fallback": "yes" if fallback else "no"}
    made_of: dict[str, Any] = {
        **parts,
        "overture": version("overture"),
        "code": room_fingerprint(*_DRAFTING, *(_CLASSIFYING if classifier else ())),
        "prompts": fingerprints(),
        "options": dict(writer.options),
        "limits": None if limits is None else limits.model_dump(mode="json"),
        "judge base url": judge_base_url,
        "weights": _weights(classifier) if classifier else None,
    }
    drafter = Drafter(
        writer, prompt=prompt, limits=limits, budget=budget, prices=prices, fallback=fallback, today=today
    )
    return Subject(
        label=label or writer.label,
        fingerprint=hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest(),
        drafter=drafter,
        classifier=classifier,
        judge=judging,
        prompt=prompt,
        parts=parts,
    )


def _weights(classifier: ReplyClassifier) -> str:
    """The manifest names every file of the model by its hash; the threshold decides what needs a review."""
    manifest = classifier.model.manifest.model_dump_json()
    return hashlib.sha256(f"{manifest} {classifier.review_below}".encode()).hexdigest()
