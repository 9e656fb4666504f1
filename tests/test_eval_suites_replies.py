"""The suite `replies`: what is counted, of which replies, and that a classifier with a broken part is seen there."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from judges import results_of

from overture.classification import Verdict
from overture.classification.examples import read_corpus
from overture.errors import InputError
from overture.eval.case import Case
from overture.eval.reply_rows import USUAL_ROWS, LabelledReply, labelled_replies
from overture.eval.result import CaseResult
from overture.eval.subject import Subject
from overture.eval.suite import RunScore, SuiteData
from overture.eval.suite_replies import SUITE
from overture.eval.summary import MetricSummary, summarise

Break = Callable[[LabelledReply], dict[str, Any]]


@cache
def truth() -> dict[str, LabelledReply]:
    """Text to row, of all that could be asked."""
    return {row.text: row for row in labelled_replies(SuiteData(options={"rows": "all"}))}


class Scripted:
    """A classifier that knows the right answers, but for what `break_it` does to them."""

    def __init__(self, break_it: Break | None = None) -> None:
        self.truth = truth()
        self.break_it = break_it
        self.asked = 0

    def classify(self, text: str, outreach: str | None = None) -> Verdict:  # noqa: ARG002 - as `ReplyClassifier`
        """The right answer, or a broken one."""
        self.asked += 1
        row = self.truth[text]
        fields: dict[str, Any] = {"label": row.label, "intent": row.intent, "confidence": 0.95, "needs_review": False}
        if self.break_it is not None:
            fields |= self.break_it(row)
        return Verdict.model_validate({**fields, "language": row.lang, "text": text})


def run(break_it: Break | None = None, **options: str) -> list[CaseResult]:
    classifier: Any = Scripted(break_it)
    subject = Subject(label="scripted", fingerprint="scripted", classifier=classifier)
    return asyncio.run(results_of(SUITE, subject, list(SUITE.cases(SuiteData(options=options)))))


def summary(results: list[CaseResult], metric: str, part: str = "") -> MetricSummary:
    found = summarise("replies", SUITE.metrics, results)
    return next(each for each in found if (each.metric, each.slice) == (metric, part))


def run_score(results: list[CaseResult], metric: str, part: str = "") -> RunScore:
    return next(each for each in SUITE.over_run(results) if (each.metric, each.slice) == (metric, part))


def test_a_classifier_that_is_always_right_is_right() -> None:
    results = run()
    for metric in ("right", "intent_right", "opt_out_kept", "automatic_found", "human_kept", "right_unreviewed"):
        assert summary(results, metric).value == 1.0, metric
    assert summary(results, "right").n == USUAL_ROWS
    assert run_score(results, "right_at_80").value == 1.0
    assert run_score(results, "aurc").value == 0.0
    assert run_score(results, "calibration_error").value == pytest.approx(0.05)


def test_a_broken_slice_shows_in_that_slice_and_in_no_other() -> None:
    def break_german(row: LabelledReply) -> dict[str, Any]:
        swapped = {"accept": ("decline", "not_now"), "decline": ("accept", "interested")}
        if row.lang != "de" or row.label not in swapped:
            return {}
        label, intent = swapped[row.label]
        return {"label": label, "intent": intent}

    results = run(break_german)
    assert (summary(results, "right", "language=de").value or 0) < 0.1
    assert summary(results, "right", "language=fr").value == 1.0
    assert run_score(results, "calibration_error", "language=de").value > 0.8


def test_every_opt_out_that_is_read_as_accept_is_told() -> None:
    texts = [row.text for row in labelled_replies(SuiteData()) if row.intent == "unsubscribe"]
    wrong = set(texts[:3])
    results = run(lambda row: {"label": "accept", "intent": "interested"} if row.text in wrong else {})
    found = summary(results, "opt_out_kept")
    assert found.n == len(texts)
    assert found.n * (1 - (found.value or 0)) == pytest.approx(3)
    told = [s.reason for r in results for s in r.grades.scores if s.metric == "opt_out_kept" and not s.value]
    assert all(reason.startswith("an opt-out: decline (unsubscribe), read as accept") for reason in told)
    assert len(told) == 3


def test_automatic_answers_missed_and_people_taken_for_one_are_two_figures() -> None:
    results = run(lambda row: {"label": "auto", "intent": "out_of_office"} if row.lang == "nl" else {})
    assert summary(results, "automatic_found").value == 1.0
    assert (summary(results, "human_kept").value or 1) < 1.0


def test_overconfidence_is_calibration_error_and_coverage_pays() -> None:
    def unsure(row: LabelledReply) -> dict[str, Any]:
        is_odd = len(row.text) % 4 == 0 and row.label == "accept"
        return {"label": "decline", "intent": "not_now", "confidence": 0.6} if is_odd else {"confidence": 0.97}

    results = run(unsure)
    right, at_80 = summary(results, "right").value or 0.0, run_score(results, "right_at_80").value
    assert at_80 > right
    area = run_score(results, "aurc").value
    assert 0 < area < 1 - right
    sure = run(lambda row: {**unsure(row), "confidence": 0.99})
    assert run_score(sure, "calibration_error").value > run_score(results, "calibration_error").value


def test_aurc_is_the_mean_error_over_all_coverages() -> None:
    results = run(lambda row: {"label": "auto", "confidence": 0.4} if row.lang == "ja" else {"confidence": 0.9})
    outputs: list[Any] = [result.grades.output for result in results]
    kept = [(output["confidence"], output["right"]) for output in outputs if output["in_sample"]]
    order = sorted(range(len(kept)), key=lambda at: -kept[at][0])
    wrong = np.cumsum([not kept[at][1] for at in order])
    expected = float(np.mean(wrong / np.arange(1, len(order) + 1)))
    assert run_score(results, "aurc").value == pytest.approx(expected)


def test_a_failed_case_is_wrong_and_sure_of_it() -> None:
    def fail(row: LabelledReply) -> dict[str, Any]:
        if row.lang == "it":
            raise RuntimeError("the model is gone")
        return {}

    results = run(fail)
    failed = [result for result in results if result.status == "failed"]
    assert failed
    assert summary(results, "right", "language=it").value == 0.0
    assert run_score(results, "calibration_error", "language=it").value == 1.0


def test_speed_is_reported_of_what_was_asked_now_and_decides_nothing() -> None:
    results = run()
    found = run_score(results, "p50_ms")
    assert found.n == USUAL_ROWS
    assert found.value > 0
    metrics = {metric.name: metric for metric in SUITE.metrics}
    assert min(metrics[name].margin for name in ("p50_ms", "p99_ms")) > 10_000
    cached = [CaseResult(suite=r.suite, case=r.case, key=r.key, cluster=r.cluster, slices=r.slices, status=r.status,
                         grades=r.grades, cached=True) for r in results]  # fmt: skip
    assert not [score for score in SUITE.over_run(cached) if score.metric.endswith("_ms")]


def test_the_usual_part_is_stratified_seeded_and_holds_every_rare_kind() -> None:
    test = [row for row in read_corpus() if row.split == "test"]
    part = labelled_replies(SuiteData())
    sampled = [row for row in part if row.in_sample]
    assert len(sampled) == USUAL_ROWS
    whole, taken = Counter(row.lang for row in test), Counter(row.lang for row in sampled)
    for language, number in whole.items():
        assert taken[language] == pytest.approx(number * USUAL_ROWS / len(test), abs=3)
    rare = {row.id for row in test if row.label == "auto" or row.intent == "unsubscribe"}
    assert rare <= {row.id for row in part}
    assert part == labelled_replies(SuiteData())
    assert {row.id for row in part} != {row.id for row in labelled_replies(SuiteData(seed=1))}
    assert len(labelled_replies(SuiteData(options={"rows": "all"}))) == len(test)


def test_clusters_are_writers_and_slices_are_language_hardness_and_length() -> None:
    case = next(iter(SUITE.cases(SuiteData())))
    assert case.slices.keys() == {"language", "hardness", "length"}
    writers = {row.author for row in read_corpus() if row.split == "test"}
    assert {case.cluster for case in SUITE.cases(SuiteData())} <= writers


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    rows = [
        {"id": "a", "text": "Yes, gladly.", "label": "accept", "intent": "interested", "lang": "en", "author": "me"},
        {"id": "b", "text": "No.", "label": "decline"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    first, second = SUITE.cases(SuiteData(file=path))
    assert (first.cluster, dict(first.slices)) == ("me", {"length": "under 8 words", "language": "en"})
    assert (second.cluster, second.expected) == ("b", {"label": "decline", "intent": None})
    verdict = Verdict(label="decline", intent="not_now", confidence=0.8, needs_review=False, language="en", text="No.")
    grades = SUITE.grade(second, (verdict, 1.0))
    assert {score.metric for score in grades.scores} == {"right", "sent_to_review", "right_unreviewed", "human_kept"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ('{"id": "a", "text": "x", "label": "maybe"}', "label"),
        ('{"id": "a", "label": "accept"}', "text"),
        ('{"id": "a", "text": "x", "label": "accept"}\n{"id": "a", "text": "y", "label": "accept"}', "comes twice"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        labelled_replies(SuiteData(file=path))


@pytest.mark.parametrize("rows", ["0", "many", "-1"])
def test_a_number_of_rows_that_is_none_is_refused(rows: str) -> None:
    with pytest.raises(InputError, match="rows"):
        labelled_replies(SuiteData(options={"rows": rows}))


def test_the_words_that_decided_are_marked_where_they_stand() -> None:
    text = "Thank you, but not for me."
    case = Case(id="x", inputs={"text": text, "outreach": "", "in_sample": True},
                expected={"label": "decline", "intent": "not_interested"})  # fmt: skip
    verdict = Verdict.model_validate(
        {"label": "decline", "intent": "not_interested", "confidence": 0.9, "needs_review": False, "language": "en",
         "text": text, "words": [{"text": "not", "start": 15, "weight": 0.7}, {"text": "gone", "start": 3,
                                                                               "weight": 0.3}]}
    )  # fmt: skip
    shown = SUITE.grade(case, (verdict, 1.0)).shown
    assert [(shown.text[mark.start : mark.end], mark.note) for mark in shown.marks] == [("not", "70%")]


@pytest.mark.slow
def test_our_own_classifier_reads_no_opt_out_as_accept() -> None:
    from overture.classification import ReplyClassifier

    subject = Subject(label="own", fingerprint="own", classifier=ReplyClassifier.load())
    results = asyncio.run(results_of(SUITE, subject, list(SUITE.cases(SuiteData()))))
    assert summary(results, "opt_out_kept").value == 1.0
    assert (summary(results, "human_kept").value or 0) >= 0.995  # C-5: at most 0.5 % of people are taken for machines
    assert (summary(results, "right").value or 0) > 0.85
