"""An inferred role is offered as such: no vacancy, place, pay or terms are promised (D-2)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding

_UNSURE = frozenset(
    "no not t cannot don doesn isn without would rather if whether yet never nor know guess could what".split()
)


def check_inference(given: CheckInput) -> Iterable[Finding]:
    """Nothing is promised that only a job post could promise."""
    if given.context.opportunity_source != "inferred":
        return
    advice = "There is no job post: say that the role is only close to what they do now, and promise nothing."
    for category in ("inferred_promise", "employment", "workplace"):
        for hit in given.hits(category):
            words = given.sentence_words(hit.start) - set(given.words[hit.start : hit.end])
            asks = "?" in given.text[given.characters(*given.sentence_of(hit.start))[1] :][:2]
            if not asks and _UNSURE.isdisjoint(words) and not given.facts.has_phrase(given.words[hit.start : hit.end]):
                yield given.finding("overclaimed_inference", hit.start, hit.end, advice)
