"""Drafts and false statements as models write them, beside the corpus that the checks were made on (D-10, D-11).

`docs/checks.md` has what was counted when each batch was first seen; these are the levels since the checks were mended.
"""

from __future__ import annotations

import pytest
from fresh_drafts import BATCHES, CODES, LANGUAGES, fresh_drafts, fresh_faults

BLOCKED_AT_MOST = 0.03
MISSED_AT_MOST = 0.10
_CASES = [(batch, language) for batch in BATCHES for language in LANGUAGES]
_LEAST = {("A", "english"): (80, 80), ("B", "english"): (40, 40), "A": (20, 20), "B": (10, 10)}


@pytest.mark.parametrize(("batch", "language"), _CASES)
def test_d11_good_drafts_of_another_hand_are_hardly_ever_blocked(batch: str, language: str) -> None:
    drafts = fresh_drafts(batch, language)
    blocked = {draft.id: found for draft in drafts if (found := [(f.code, f.text) for f in draft.blocking()])}
    assert len(blocked) <= BLOCKED_AT_MOST * len(drafts), blocked


@pytest.mark.parametrize(("batch", "language"), _CASES)
def test_d10_false_statements_of_another_hand_are_found_and_named_rightly(batch: str, language: str) -> None:
    faults = fresh_faults(batch, language)
    missed = [(each.kind, each.text) for each in faults if CODES[each.kind].isdisjoint(each.found())]
    assert len(missed) <= MISSED_AT_MOST * len(faults), missed


@pytest.mark.parametrize(("batch", "language"), _CASES)
def test_a_batch_has_many_drafts_in_many_styles_and_faults_of_many_kinds(batch: str, language: str) -> None:
    drafts, faults = fresh_drafts(batch, language), fresh_faults(batch, language)
    good, faulty = _LEAST.get((batch, language)) or _LEAST[batch]
    assert len(drafts) >= good
    assert len(faults) >= faulty
    assert len({draft.id for draft in drafts}) == len(drafts)
    assert len({draft.style for draft in drafts}) >= 3
    assert len({fault.kind for fault in faults}) >= 10
