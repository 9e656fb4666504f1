"""How a model does on rows that it did not learn from, slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from overture.base import Value

from .examples import Example
from .labels import LANGUAGES
from .metrics import Rate, Slice, rate, slice_of

if TYPE_CHECKING:
    from .classifier import ReplyClassifier
    from .verdict import Verdict

_SHORT: Final = 8
_LONG: Final = 60
_UNSPACED: Final = frozenset({"ja", "zh"})
_LETTERS_A_WORD: Final = 2


class Report(Value):
    """Figures of one model on one set of rows; label accuracy unless said otherwise."""

    rows: int
    slices: tuple[Slice, ...]
    intent_accuracy: Rate
    auto_found: Rate
    humans_taken_for_auto: Rate
    unsubscribes_accepted: Rate
    sent_to_review: Rate
    right_unreviewed: Rate
    other_languages_reviewed: Rate

    def slice(self, name: str) -> Slice:
        """The slice of this name."""
        return next(part for part in self.slices if part.name == name)

    def table(self) -> str:
        """The slices as a Markdown table."""
        head = "| slice | n | right | 95 % interval | at 80 % coverage | calibration error |\n|---|---|---|---|---|---|"
        lines = [
            f"| {part.name} | {part.accuracy.n} | {part.accuracy.value:.1%} | {part.accuracy.low:.1%} to "
            f"{part.accuracy.high:.1%} | {part.at_80.value:.1%} | {part.calibration_error:.3f} |"
            for part in self.slices
        ]
        return "\n".join([head, *lines])


def evaluate(
    classifier: ReplyClassifier, rows: Sequence[Example], others: Sequence[Example] = (), *, today: date | None = None
) -> Report:
    """Judge every row as a user's call would, language not given, and count."""
    verdicts = classifier.classify_batch(
        [row.text for row in rows], [row.outreach or None for row in rows], today=today
    )
    strangers = classifier.classify_batch([row.text for row in others]) if others else []
    return report_on(verdicts, rows, strangers)


def report_on(verdicts: Sequence[Verdict], rows: Sequence[Example], strangers: Sequence[Verdict] = ()) -> Report:
    """The figures of verdicts that were given already; `strangers` are those on replies in other languages."""
    right = [verdict.label == row.label for verdict, row in zip(verdicts, rows, strict=True)]
    sure = [verdict.confidence for verdict in verdicts]
    autos = [row.label == "auto" for row in rows]

    def share(chosen: Iterable[bool], counted: Callable[[int], bool]) -> Rate:
        places = [place for place, is_chosen in enumerate(chosen) if is_chosen]
        return rate(sum(counted(place) for place in places), len(places))

    return Report(
        rows=len(rows),
        slices=tuple(
            slice_of(name, [right[place] for place in places], [sure[place] for place in places])
            for name, test in _SLICES.items()
            if (places := [place for place, row in enumerate(rows) if test(row)])
        ),
        intent_accuracy=share([True] * len(rows), lambda place: verdicts[place].intent == rows[place].intent),
        auto_found=share(autos, lambda place: verdicts[place].label == "auto"),
        humans_taken_for_auto=share([not auto for auto in autos], lambda place: verdicts[place].label == "auto"),
        unsubscribes_accepted=share(
            [row.intent == "unsubscribe" for row in rows], lambda place: verdicts[place].label == "accept"
        ),
        sent_to_review=share([True] * len(rows), lambda place: verdicts[place].needs_review),
        right_unreviewed=share([not verdict.needs_review for verdict in verdicts], lambda place: right[place]),
        other_languages_reviewed=rate(sum(_reviewed(verdict) for verdict in strangers), len(strangers)),
    )


def _reviewed(verdict: Verdict) -> bool:
    return verdict.needs_review


def _words(row: Example) -> int:
    return len(row.text) // _LETTERS_A_WORD if row.lang in _UNSPACED else len(row.text.split())


_SLICES: Final[dict[str, Callable[[Example], bool]]] = {
    "all": lambda _: True,
    "en": lambda row: row.lang == "en",
    "en hard": lambda row: row.lang == "en" and row.is_hard,
    "en easy": lambda row: row.lang == "en" and not row.is_hard,
    **{code: (lambda row, code=code: row.lang == code) for code in LANGUAGES if code != "en"},  # type: ignore[misc]
    "other than en": lambda row: row.lang != "en",
    "hard": lambda row: row.is_hard,
    f"under {_SHORT} words": lambda row: _words(row) < _SHORT,
    f"{_SHORT} to {_LONG} words": lambda row: _SHORT <= _words(row) <= _LONG,
    f"over {_LONG} words": lambda row: _words(row) > _LONG,
    "with outreach": lambda row: bool(row.outreach),
}
