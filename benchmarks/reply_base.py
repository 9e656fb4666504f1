"""What a candidate of the comparison is, and the linear head that most of them end in.

Nothing heavy is imported before a candidate is fitted or loaded, so that a fresh process shows what each one costs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from reply_rows import Row

    from overture.classification.labels import Label

    Floats = NDArray[np.float32]

BATCH: Final = 32
SEED: Final = 0
LABEL_ORDER: Final[tuple[Label, ...]] = ("accept", "decline", "auto")


class Answer(NamedTuple):
    """A label and how sure of it the model is."""

    label: Label
    confidence: float


Reader = Callable[[Sequence[str], Sequence[str]], list[Answer]]
"""From replies and the messages they answer ("" where unknown) to answers."""


class Candidate(ABC):
    """A model that can be fitted into a folder and read from it again."""

    name: str
    title: str
    packages: dict[str, str]
    """What to import, and how to install it."""
    reads_raw = False
    """Whether it cleans replies itself; the others get them cleaned, and that is not in their times."""

    def missing(self) -> str:
        """What to install first; empty where all is there."""
        wanted = [package for module, package in self.packages.items() if find_spec(module) is None]
        return f"pip install {' '.join(wanted)}" if wanted else ""

    @abstractmethod
    def fit(self, train: Sequence[Row], calibration: Sequence[Row], folder: Path) -> None:
        """Learn, and write what `load` needs."""

    @abstractmethod
    def load(self, folder: Path) -> Reader:
        """Read it back, on one thread."""

    @abstractmethod
    def files(self, folder: Path) -> list[Path]:
        """What has to be shipped, apart from libraries."""


def by_length(
    items: Sequence[Sequence[int]], run: Callable[[NDArray[np.int64], NDArray[np.int64]], Floats], *, padding: int
) -> Floats:
    """Vectors of token lists, in batches of like length so that little is padding."""
    import numpy as np

    order = sorted(range(len(items)), key=lambda row: len(items[row]))
    made: dict[int, Floats] = {}
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        width = max(len(items[row]) for row in rows)
        ids, mask = np.full((len(rows), width), padding, np.int64), np.zeros((len(rows), width), np.int64)
        for at, row in enumerate(rows):
            ids[at, : len(items[row])] = items[row]
            mask[at, : len(items[row])] = 1
        made |= dict(zip(rows, run(ids, mask), strict=True))
    return np.stack([made[row] for row in range(len(items))])


def joined(texts: Sequence[str], outreach: Sequence[str]) -> list[str]:
    """One text each, for models that read one: the reply, then what it answers."""
    return [f"{text}\n\n{asked}" if asked else text for text, asked in zip(texts, outreach, strict=True)]


def joined_rows(rows: Sequence[Row]) -> list[str]:
    """The same from rows."""
    return joined([row.cleaned for row in rows], [row.outreach for row in rows])


def codes_of(rows: Sequence[Row]) -> NDArray[np.int64]:
    """Labels as indices in `LABEL_ORDER`."""
    import numpy as np

    return np.array([LABEL_ORDER.index(row.label) for row in rows])


def fit_regression(
    x: Any, y: NDArray[np.int64], held: Any, truth: NDArray[np.int64], penalties: Sequence[float]
) -> tuple[Any, float]:
    """Logistic regression and its temperature, both by the likelihood of the held-out rows."""
    import numpy as np

    regression: Any = import_module("sklearn.linear_model").LogisticRegression
    rows = np.arange(len(truth))

    def loss(scores: Floats, temperature: float) -> float:
        return -float(np.log(np.maximum(softmax(scores / temperature)[rows, truth], 1e-9)).mean())

    found: list[tuple[float, int, Any, float]] = []
    for number, penalty in enumerate(penalties):
        model = regression(C=penalty, max_iter=1000, random_state=SEED).fit(x, y)
        scores = model.decision_function(held)
        found += [(loss(scores, heat), number, model, heat) for heat in np.geomspace(0.25, 8.0, 121).tolist()]
    _, _, model, heat = min(found, key=lambda one: one[:2])
    return model, heat


def answers(scores: Floats) -> list[Answer]:
    """From scores of shape (replies, labels), in the order of `LABEL_ORDER`."""
    likely = softmax(scores)
    return [Answer(LABEL_ORDER[int(row.argmax())], float(row.max())) for row in likely]


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    import numpy as np

    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def package_folder(name: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"the package {name!r} is not installed")
    return Path(spec.submodule_search_locations[0])
