"""What a run judges: the drafter and the classifier of one release, and the judge that it may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from overture.errors import ConfigurationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from overture.classification import ReplyClassifier
    from overture.generation import Drafter, Writer

    from .judge_asking import EvalJudge


class Judged(Protocol):
    """What a run judges: anything with a name for people and a fingerprint of all that could change an answer."""

    @property
    def label(self) -> str:
        """Its name."""
        ...

    @property
    def fingerprint(self) -> str:
        """What stands in every cache key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One release: suites of drafts ask its drafter, suites of replies its classifier, some a judge (any chat model).

    An `EvalJudge` is asked under its own budget, any other judge under none. `prompt` is the drafter's, by name or
    path: suites that judge prompts render it, and fail a draft that was asked with another. `label` names it for
    people, such as `"offline"`. `fingerprint` changes with whatever could change an answer (model, prompt, weights,
    options) and stands in every cache key; `parts` are those of it that have a name, such as `{"model":
    "openai:gpt-5-mini", "prompt": "draft@3"}`, for run.json.
    """

    label: str
    fingerprint: str
    drafter: Drafter | None = None
    classifier: ReplyClassifier | None = None
    judge: EvalJudge | BaseChatModel | Writer | str | None = None
    prompt: str | Path = "draft"
    parts: Mapping[str, str] = field(default_factory=dict[str, str])

    def wanted_drafter(self) -> Drafter:
        """The drafter.

        Raises:
            ConfigurationError: the subject has none.
        """
        if self.drafter is None:
            raise ConfigurationError(f"{self.label!r} has no drafter, which this suite asks; give Subject one")
        return self.drafter

    def wanted_classifier(self) -> ReplyClassifier:
        """The classifier.

        Raises:
            ConfigurationError: the subject has none.
        """
        if self.classifier is None:
            raise ConfigurationError(f"{self.label!r} has no reply classifier, which this suite asks; give Subject one")
        return self.classifier
