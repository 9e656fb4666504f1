"""A word put for its opposite: the day shift for the night shift, the upper school for the lower (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .stems import STEMS

_PAIRS = """upper lower|night day|morning evening|inner outer|north south|east west|northern southern|eastern western
    |domestic international|domestic foreign|inbound outbound|incoming outgoing|indoor outdoor|summer winter
    |public private|wholesale retail|primary secondary|early late|onshore offshore|inpatient outpatient|import export
    |criminal civil|internal external|direct indirect|front back|hot cold|wet dry|light heavy|old new|small large"""
_OPPOSITES: dict[str, tuple[str, ...]] = {}
for _pair in _PAIRS.split("|"):
    _one, _other = _pair.split()
    _OPPOSITES[_one] = (*_OPPOSITES.get(_one, ()), _other)
    _OPPOSITES[_other] = (*_OPPOSITES.get(_other, ()), _one)
_CONTRASTED = frozenset("no not than instead from of never rarely without beyond".split())


def check_opposites(given: CheckInput) -> Iterable[Finding]:
    """Where a fact has `night shift`, the draft does not say `day shift`."""
    here = _OPPOSITES.keys() & given.vocabulary
    if not here:
        return
    for i, word in enumerate(given.words):
        if word not in here or given.gap(i + 1) not in {" ", "-"}:
            continue
        after = given.word(i + 1)
        if not STEMS[after] or given.facts.has_phrase((word, after)) or given.facts.knows(word):
            continue
        if not _CONTRASTED.isdisjoint(given.words[max(0, i - 3) : i]):
            continue
        other = next((each for each in _OPPOSITES[word] if given.facts.has_phrase((each, after))), None)
        if other and other not in given.sentence_words(i):
            advice = f"A fact says {other} {after}."
            yield given.finding("changed_relation", i, i + 2, advice)
