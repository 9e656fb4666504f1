"""The suite `feedback`: a reason that stays is seen, one that nobody can grade is told, and liked drafts stay good."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from eval_sets import SALT, judged, store_of
from judges import judge_endpoint, results_of

from overture.errors import InputError
from overture.eval.case import Case
from overture.eval.feedback_cases import own_feedback
from overture.eval.mutations import rewritten
from overture.eval.result import CaseResult
from overture.eval.subject import Subject
from overture.eval.suite import SuiteData
from overture.eval.suite_feedback import SUITE
from overture.feedback import REASONS, EvalCase, build_eval_set
from overture.generation import Draft, Drafter, MessageContext
from overture.generation.output import without_frame


class Echo:
    """A drafter that drafts the old message again, whatever people said of it, and lets no check stop it."""

    def __init__(self, cases: list[Case], *, body: str | None = None) -> None:
        self.old: dict[str, str] = {}
        for case in cases:
            row: Any = case.inputs["case"]
            old = EvalCase.from_row(row)
            assert old.context is not None
            self.old[old.context.fingerprint] = body or without_frame(old.body)

    async def adraft_from(self, context: MessageContext) -> Draft:
        """As `Drafter.adraft_from`."""
        return rewritten(Drafter("offline").draft_from(context), message=self.old[context.fingerprint])


def cases_of(*reasons: str, each: int = 1) -> list[Case]:
    found = [case for case in SUITE.cases(SuiteData()) if not reasons or case.slices["reason"] in reasons]
    kept: Counter[str] = Counter()
    chosen: list[Case] = []
    for case in found:
        kept[case.slices["reason"]] += 1
        if kept[case.slices["reason"]] <= each:
            chosen.append(case)
    return chosen


def asked(cases: list[Case], drafter: Drafter | None = None, judge: Any = None) -> list[CaseResult]:
    subject = Subject(label="any", fingerprint="any", drafter=drafter or Drafter("offline"), judge=judge)
    return asyncio.run(results_of(SUITE, subject, cases))


def scores(results: list[CaseResult], metric: str) -> list[float]:
    return [score.value for result in results for score in result.grades.scores if score.metric == metric]


def reasons(results: list[CaseResult], metric: str) -> list[str]:
    return [s.reason for result in results for s in result.grades.scores if s.metric == metric and not s.value]


def test_our_own_set_has_every_reason_and_thumbs_up() -> None:
    cases = own_feedback()
    counts = Counter(case.reasons[0] if case.reasons else "up" for case in cases)
    assert {*REASONS, "up"} == set(counts)
    assert min(counts.values()) >= 4
    assert len({case.id for case in cases}) == len(cases)
    assert [case.id for case in own_feedback()] == [case.id for case in cases]


def test_the_offline_writer_does_away_with_every_reason_that_code_can_tell() -> None:
    results = asked(cases_of())
    assert reasons(results, "reason_gone") == []
    assert reasons(results, "not_blocked") == []
    assert len(scores(results, "reason_gone")) == len(REASONS) - 2


@pytest.mark.parametrize("reason", ["too_long", "too_short", "generic", "tone", "biased", "language", "inaccurate",
                                    "missing_something"])  # fmt: skip
def test_a_reason_that_stays_is_seen(reason: str) -> None:
    cases = cases_of(reason)
    echo: Any = Echo(cases)
    (result,) = asked(cases, echo)
    assert result.status == "scored", result.error
    assert scores([result], "reason_gone") == [0.0]
    assert f"not gone: {reason}" in reasons([result], "reason_gone")[0]


def test_what_nobody_can_grade_is_told_and_is_no_pass() -> None:
    results = asked(cases_of("other", "not_relevant"))
    assert scores(results, "gradable") == [0.0, 0.0]
    assert scores(results, "reason_gone") == []
    assert sorted(reasons(results, "gradable")) == [
        "not gradable by code or judge: not_relevant",
        "not gradable by code or judge: other",
    ]


@pytest.mark.parametrize(("score", "gone"), [(5, 1.0), (2, 0.0)])
def test_a_judge_is_asked_whether_a_draft_has_become_relevant(score: int, gone: float) -> None:
    from doubles import openai_writer

    endpoint = judge_endpoint(rate=lambda _text: score)
    results = asked(cases_of("other", "not_relevant"), judge=openai_writer(endpoint))
    assert scores(results, "gone_by_judge") == [gone]
    assert reasons(results, "gradable") == ["not gradable by code or judge: other"]
    assert len(endpoint.asked) == 1


def test_a_liked_draft_that_gets_a_blocking_finding_is_seen() -> None:
    cases = cases_of("none")
    liar: Any = Echo(cases, body="You led 340 people at Globex in Osaka.\n\nMay I call?")
    assert scores(asked(cases), "not_blocked") == [1.0]
    results = asked(cases, liar)
    assert scores(results, "not_blocked") == [0.0]
    assert "unsupported" in reasons(results, "not_blocked")[0]


def test_a_set_of_ones_own_loads_directly(tmp_path: Path) -> None:
    events = [judged(number, "down" if number % 2 else "up") for number in range(12)]
    with store_of(tmp_path / "feedback.db", events) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    cases = list(SUITE.cases(SuiteData(file=tmp_path / "set")))
    assert {case.slices["vote"] for case in cases} == {"up", "down"}
    assert all(case.cluster and len(case.id) < 120 for case in cases)
    results = asked(cases[:4])
    assert [result.status for result in results] == ["scored"] * 4


def test_what_is_no_set_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="build-set"):
        list(SUITE.cases(SuiteData(file=path)))
    with pytest.raises(InputError, match="no evaluation set"):
        list(SUITE.cases(SuiteData(file=tmp_path)))
