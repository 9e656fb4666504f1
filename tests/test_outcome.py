"""What counts of all that is said of a reply: C-1, C-2, C-5."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.classification import INTENTS, LABEL_OF, Intent, Label, Verdict, resolve_outcome
from overture.classification.labels import LABELS, SmartReply

smart_replies = st.none() | st.sampled_from(get_args(SmartReply))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    intent = draw(st.sampled_from(INTENTS))
    return Verdict(
        label=LABEL_OF[intent],
        intent=intent,
        confidence=draw(st.floats(0, 1)),
        needs_review=draw(st.booleans()),
        language="en",
        text="words",
    )


def verdict(label: Label, *, needs_review: bool = False) -> Verdict:
    intent: Intent = next(intent for intent in INTENTS if LABEL_OF[intent] == label)
    return Verdict(
        label=LABEL_OF[intent], intent=intent, confidence=0.9, needs_review=needs_review, language="en", text="words"
    )


def test_c2_a_correction_stands_above_the_smart_reply_and_the_classifier() -> None:
    outcome = resolve_outcome("accept", verdict("accept"), "decline")
    assert (outcome.label, outcome.decided_by) == ("decline", "correction")


def test_c2_a_smart_reply_is_the_label_and_the_disagreeing_classifier_raises_a_conflict() -> None:
    outcome = resolve_outcome("accept", verdict("decline"))
    assert (outcome.label, outcome.decided_by, outcome.conflict) == ("accept", "smart_reply", True)


def test_c2_an_unsure_classifier_raises_no_conflict() -> None:
    assert not resolve_outcome("accept", verdict("decline", needs_review=True)).conflict


def test_c5_an_automatic_answer_is_no_conflict_and_keeps_its_label() -> None:
    assert not resolve_outcome("accept", verdict("auto")).conflict
    assert resolve_outcome(None, verdict("auto")).label == "auto"


def test_c2_nothing_to_resolve_is_an_error_that_says_what_to_give() -> None:
    with pytest.raises(ValueError, match="C-2: nothing to resolve: give a smart reply"):
        resolve_outcome(None, None)


@given(smart_replies, st.none() | verdicts(), smart_replies)
def test_c2_all_three_are_kept_and_the_highest_that_spoke_decides(
    smart_reply: SmartReply | None, said: Verdict | None, correction: SmartReply | None
) -> None:
    if smart_reply is None and said is None and correction is None:
        return
    outcome = resolve_outcome(smart_reply, said, correction)
    assert (outcome.smart_reply, outcome.verdict, outcome.correction) == (smart_reply, said, correction)
    first = correction or smart_reply or (said.label if said else None)
    assert outcome.label == first
    assert outcome.label in LABELS
    assert outcome.conflict == (
        smart_reply is not None
        and said is not None
        and not said.needs_review
        and said.label not in {"auto", smart_reply}
    )
