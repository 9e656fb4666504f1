"""What a run judges: the drafter and the classifier of one release, and the judge that it may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overture.errors import ConfigurationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from overture.classification import ReplyClassifier
    from overture.generation import Drafter


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One release: suites of drafts ask its drafter, suites of replies its classifier.

    `label` names it for people, such as `"offline"`. `fingerprint` changes with whatever could change an answer
    (model, prompt, weights, options) and stands in every cache key.
    """

    label: str
    fingerprint: str
    drafter: Drafter | None = None
    classifier: ReplyClassifier | None = None
    judge: BaseChatModel | None = None

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
