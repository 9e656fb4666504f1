"""Prompts compared by thumbs: strata, guardrails, what is proposed and written, and that nothing is changed (F-5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from feedback_people import NOON, draft_of

from overture.classification.labels import Label
from overture.errors import ConfigurationError, InputError
from overture.feedback.events import Reason, Thumb
from overture.feedback.prompt_comparison import PromptPolicy, compare_prompts, write_proposal
from overture.feedback.prompt_votes import outcomes_of
from overture.feedback.receipts import DraftState, ReplyState
from overture.feedback.snapshots import ReplySnapshot
from overture.generation.draft import PromptRecord

ONE = PromptRecord(name="draft", version=1, fingerprint="1" * 64)
TWO = PromptRecord(name="draft", version=2, fingerprint="2" * 64)


def state(number: int, prompt: PromptRecord, vote: Thumb | None, **changes: Any) -> DraftState:
    reasons: tuple[Reason, ...] = changes.pop("reasons", ())
    draft = draft_of(number, prompt=prompt, candidate=f"c{number}", **changes)
    return DraftState(
        draft=draft, seat=f"s{number % 20}", contract="acme", vote=vote, reasons=reasons, at=NOON, number=number
    )


def votes(prompt: PromptRecord, up: int, down: int, *, start: int, **changes: Any) -> Iterator[DraftState]:
    """So many thumbs, spread over twenty seats."""
    for number in range(start, start + up + down):
        yield state(number, prompt, "up" if number - start < up else "down", **changes)


def clear_win() -> list[DraftState]:
    return [*votes(ONE, 180, 220, start=0), *votes(TWO, 320, 80, start=1_000)]


def test_f5_a_better_version_is_proposed_with_its_evidence() -> None:
    found = compare_prompts(clear_win(), name="draft", a=1, b=2)
    assert found.decision == "promote"
    assert (found.difference.n, found.difference.ups) == ((400, 400), (180, 320))
    assert found.difference.low > 0
    assert found.looks == 1
    assert "80.0%" in found.reasons[0]
    assert "45.0%" in found.reasons[0]


def test_f5_the_other_way_round_the_present_one_is_kept() -> None:
    found = compare_prompts(clear_win(), name="draft", a=2, b=1)
    assert found.decision == "keep"
    assert "worse" in " ".join(found.reasons)


def test_f5_with_few_votes_or_no_difference_one_waits() -> None:
    few = compare_prompts([*votes(ONE, 5, 5, start=0), *votes(TWO, 9, 1, start=50)], name="draft", a=1, b=2)
    assert few.decision == "wait"
    assert few.difference.estimate is None
    same = compare_prompts([*votes(ONE, 60, 40, start=0), *votes(TWO, 61, 39, start=500)], name="draft", a=1, b=2)
    assert same.decision == "wait"
    assert same.difference.low < 0 < same.difference.high


def test_f5_simpsons_paradox_is_not_promoted() -> None:
    """Version 2 was used in English, where thumbs are up anyhow; in either language it is the worse one."""
    states = [
        *votes(ONE, 95, 5, start=0, language="en"),
        *votes(TWO, 600, 300, start=1_000, language="en"),
        *votes(ONE, 360, 540, start=3_000, language="de"),
        *votes(TWO, 15, 85, start=5_000, language="de"),
    ]
    found = compare_prompts(states, name="draft", a=1, b=2)
    assert found.pooled.low > 0
    assert found.decision == "keep"
    assert {each.name for each in found.slices} == {"en, offline", "de, offline"}
    blind = compare_prompts(states, name="draft", a=1, b=2, policy=PromptPolicy(strata=()))
    assert blind.decision == "promote"


def test_f5_a_stratum_with_one_version_tells_nothing_and_is_named() -> None:
    states = [*clear_win(), *votes(TWO, 0, 300, start=9_000, language="fr")]
    found = compare_prompts(states, name="draft", a=1, b=2)
    assert found.decision == "promote"
    assert found.left_out == {"fr, offline": 300}


def test_f5_a_slice_that_got_worse_holds_a_promotion_back() -> None:
    states = [*clear_win(), *votes(ONE, 180, 20, start=3_000, language="de")]
    states += votes(TWO, 40, 160, start=4_000, language="de")
    states += votes(ONE, 400, 600, start=5_000)
    states += votes(TWO, 900, 100, start=7_000)
    found = compare_prompts(states, name="draft", a=1, b=2)
    assert found.difference.low > 0
    assert found.decision == "keep"
    assert any("de, offline" in reason for reason in found.reasons)


def test_f5_complaints_of_a_guarded_kind_hold_it_back() -> None:
    states = [
        *votes(ONE, 180, 220, start=0, reasons=()),
        *votes(TWO, 320, 0, start=1_000),
        *(state(n, TWO, "down", reasons=("inaccurate",)) for n in range(1_320, 1_400)),
    ]
    found = compare_prompts(states, name="draft", a=1, b=2)
    standing = {rail.name: rail.standing for rail in found.guardrails}
    assert standing["complaints: inaccurate"] == "breached"
    assert standing["declines"] == "unknown"
    assert found.decision == "keep"
    assert found.complaints[1] == {"inaccurate": 80}
    lenient = compare_prompts(states, name="draft", a=1, b=2, policy=PromptPolicy(complaints=("biased",)))
    assert lenient.decision == "promote"


def test_f5_more_declines_hold_it_back_and_doubtful_ones_delay() -> None:
    def outcomes(share: float) -> dict[str, Label]:
        told: dict[str, Label] = {}
        for number in (*range(400), *range(1_000, 1_400)):
            at = share if number >= 1_000 else 0.4
            told[f"d{number}"] = "decline" if (number % 100) < at * 100 else "accept"
        return told

    same, more, many = (
        compare_prompts(clear_win(), name="draft", a=1, b=2, outcomes=outcomes(share)) for share in (0.4, 0.48, 0.8)
    )
    assert [each.decision for each in (same, more, many)] == ["promote", "wait", "keep"]
    assert many.guardrails[0].standing == "breached"
    assert more.guardrails[0].standing == "doubtful"


def test_f5_more_fallbacks_hold_it_back() -> None:
    found = compare_prompts(clear_win(), name="draft", a=1, b=2, fallbacks={1: (4, 400), 2: (60, 400)})
    assert {rail.name: rail.standing for rail in found.guardrails}["fallbacks"] == "breached"
    assert found.decision == "keep"
    with pytest.raises(ConfigurationError, match="F-5"):
        compare_prompts(clear_win(), name="draft", a=1, b=2, fallbacks={1: (5, 4)})


def test_f5_one_seat_decides_nothing() -> None:
    states = [each.model_copy(update={"seat": "s1"}) for each in clear_win()]
    found = compare_prompts(states, name="draft", a=1, b=2)
    assert found.decision == "wait"
    assert found.difference.voters == (1, 1)
    by_candidate = compare_prompts(states, name="draft", a=1, b=2, policy=PromptPolicy(voter="candidate"))
    assert by_candidate.decision == "promote"


def test_f5_taken_back_and_other_prompts_do_not_count() -> None:
    other = PromptRecord(name="followup", version=2, fingerprint="3" * 64)
    extra = [*votes(other, 0, 300, start=20_000), *(state(n, TWO, None) for n in range(30_000, 30_300))]
    assert compare_prompts([*clear_win(), *extra], name="draft", a=1, b=2) == compare_prompts(
        clear_win(), name="draft", a=1, b=2
    )


def test_f5_a_version_with_two_texts_or_none_is_an_error() -> None:
    changed = TWO.model_copy(update={"fingerprint": "9" * 64})
    with pytest.raises(InputError, match="had 2 texts"):
        compare_prompts([*clear_win(), state(5_000, changed, "up")], name="draft", a=1, b=2)
    with pytest.raises(ConfigurationError, match="F-5"):
        compare_prompts(clear_win(), name="draft", a=1, b=1)


def test_f5_an_outcome_is_the_corrected_label() -> None:
    states = clear_win()
    draft = states[0].draft
    reply = ReplySnapshot(
        id="r", candidate=draft.candidate, seat="s0", contract="acme", received_at=NOON, text="No.", language="en",
        label="accept", confidence=0.6, model="m",
    )  # fmt: skip
    told = ReplyState(reply=reply, seat="s0", contract="acme", label="decline", at=NOON, number=1)
    assert outcomes_of(states, [told]) == {draft.id: "decline"}
    assert outcomes_of(states, [told.model_copy(update={"label": None})]) == {draft.id: "accept"}
    assert outcomes_of(states, [told.model_copy(update={"contract": "other"})]) == {}


def test_f5_a_proposal_is_written_and_nothing_else(tmp_path: Path) -> None:
    found = compare_prompts(clear_win(), name="draft", a=1, b=2)
    files = write_proposal(found, tmp_path / "proposals")
    assert sorted(path.name for path in (tmp_path / "proposals").iterdir()) == sorted(path.name for path in files)
    assert json.loads(files[0].read_text(encoding="utf-8")) == found.model_dump(mode="json")
    page = files[1].read_text(encoding="utf-8")
    assert page.startswith("# Proposal: promote draft@2\n")
    assert "| thumbs up, within strata | 180 of 400 | 320 of 400 |" in page
    assert "too few" in page  # declines are not known
