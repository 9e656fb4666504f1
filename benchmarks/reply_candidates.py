"""All candidates of the comparison by name: the peers, and ours with its ways of stopping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench import ROOT
from reply_base import Answer, Candidate, Reader
from reply_peers import E5, MiniLm, StaticWords, Tfidf
from reply_setfit import SetFit

if TYPE_CHECKING:
    from reply_rows import Row

SHIPPED: Final = ROOT / "classification" / "model"
NEVER: Final = 2.0
ALWAYS: Final = 0.0


class Ours(Candidate):
    """The shipped classifier, whole: cleaning, rules for automatic answers, model. It is trained beforehand."""

    reads_raw = True

    def __init__(self, name: str, title: str, *, exit_above: float | None = None) -> None:
        self.name, self.title = name, title
        self.packages = {"onnxruntime": "overture[classification]", "tokenizers": "overture[classification]"}
        self.model = SHIPPED
        self._exit_above = exit_above

    def missing(self) -> str:
        """What to do first; empty where all is there."""
        if not (self.model / "manifest.json").is_file():
            return f"overture classify train --data classification/corpus --out {self.model}"
        return super().missing()

    def fit(self, train: Sequence[Row], calibration: Sequence[Row], folder: Path) -> None:
        """Nothing: `overture classify train` did it."""

    def load(self, folder: Path) -> Reader:  # noqa: ARG002 - it has its own
        from overture.classification.classifier import ReplyClassifier

        classifier = ReplyClassifier.load(self.model)
        if self._exit_above is not None:
            manifest = classifier.model.manifest
            classifier.model.manifest = manifest.model_copy(update={"exit_above": self._exit_above})

        def read(texts: Sequence[str], outreach: Sequence[str]) -> list[Answer]:
            verdicts = classifier.classify_batch(texts, [asked or None for asked in outreach])
            return [Answer(verdict.label, verdict.confidence) for verdict in verdicts]

        return read

    def files(self, folder: Path) -> list[Path]:  # noqa: ARG002 - it has its own
        return [file for file in sorted(self.model.iterdir()) if file.is_file()]


OURS: Final = (
    Ours("ours", "ours: cascade, as shipped"),
    Ours("ours-first", "ours: first step only", exit_above=ALWAYS),
    Ours("ours-both", "ours: both steps for every reply", exit_above=NEVER),
)
CANDIDATES: Final[dict[str, Candidate]] = {
    one.name: one for one in (Tfidf(), StaticWords(), MiniLm(), E5(), SetFit(), *OURS)
}


def use_model(folder: Path) -> None:
    """Measure another model folder than the shipped one."""
    for one in OURS:
        one.model = folder
