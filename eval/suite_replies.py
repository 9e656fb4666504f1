"""`replies`: how well replies are labelled, slice by slice, how honest the confidences are, and how long it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from .case import Case
from .reply_rows import labelled_replies
from .score import Grades, Mark, Score, Shown
from .subject import Subject
from .suite import Metric, RunScore, Suite, SuiteData, Task

if TYPE_CHECKING:
    from overture.classification import Verdict

    from .result import CaseResult

_COVERAGE: Final = 0.8
_LEAST: Final = 20
"""Fewer replies than this say nothing of a slice's calibration."""


def _cases(data: SuiteData) -> Iterable[Case]:
    for row in labelled_replies(data):
        yield Case(
            id=row.id,
            inputs={"text": row.text, "outreach": row.outreach, "in_sample": row.in_sample},
            expected={"label": row.label, "intent": row.intent},
            cluster=row.author,
            slices=row.slices,
        )


def _task(subject: Subject) -> Task:
    classifier = subject.wanted_classifier()
    one_at_a_time = Lock()
    warm = False

    def task(case: Case) -> tuple[Verdict, float]:
        nonlocal warm
        text, outreach = str(case.inputs["text"]), str(case.inputs["outreach"]) or None
        with one_at_a_time:  # a time that is worth reporting is that of one reply alone
            if not warm:
                classifier.classify(text, outreach)
                warm = True
            began = perf_counter()
            verdict = classifier.classify(text, outreach)
            return verdict, 1000 * (perf_counter() - began)

    return task


def _grade(case: Case, output: Any) -> Grades:
    verdict, milliseconds = cast("tuple[Verdict, float]", output)
    return grade_reply(case, verdict, milliseconds=milliseconds)


def grade_reply(case: Case, verdict: Verdict, *, milliseconds: float = 0.0) -> Grades:
    """The grades of one verdict; each metric only where it applies."""
    expected = cast("dict[str, str | None]", case.expected)
    label, intent = expected["label"], expected["intent"]
    right = verdict.label == label
    said = f"{label}{f' ({intent})' if intent else ''}, read as {verdict.label} ({verdict.intent})"
    scores: list[Score] = []
    if case.inputs["in_sample"]:
        scores.append(_pass("right", right, said))
        scores.append(Score(metric="sent_to_review", value=float(verdict.needs_review)))
        if intent:
            scores.append(_pass("intent_right", verdict.intent == intent, said))
        if not verdict.needs_review:
            scores.append(_pass("right_unreviewed", right, said))
    if intent == "unsubscribe":
        scores.append(_pass("opt_out_kept", verdict.label != "accept", f"an opt-out: {said}"))
    if label == "auto":
        scores.append(_pass("automatic_found", verdict.label == "auto", said))
    else:
        scores.append(_pass("human_kept", verdict.label != "auto", f"a person's answer: {said}"))
    marks = tuple(
        Mark(start=word.start, end=word.start + len(word.text), kind="evidence", note=f"{word.weight:.0%}")
        for word in verdict.words
        if word.start is not None and verdict.text[word.start : word.start + len(word.text)] == word.text
    )
    output = {
        "label": verdict.label, "intent": verdict.intent, "confidence": verdict.confidence, "right": right,
        "in_sample": case.inputs["in_sample"], "ms": round(milliseconds, 3),
    }  # fmt: skip
    shown = Shown(
        title=f"{label} read as {verdict.label}", text=verdict.text, marks=marks,
        details={"confidence": round(verdict.confidence, 3), "needs_review": verdict.needs_review, "intent": said},
    )  # fmt: skip
    return Grades(scores=tuple(scores), output=output, shown=shown)


def _pass(metric: str, holds: bool, reason: str) -> Score:
    return Score(metric=metric, value=float(holds), reason="" if holds else reason)


def _over_run(results: Sequence[CaseResult]) -> Iterable[RunScore]:
    """Calibration and risk-coverage of all and of each slice, and the speed; a failed case is wrong and sure of it."""
    groups: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    times: list[float] = []
    for result in results:
        output = cast("dict[str, Any]", result.grades.output) if isinstance(result.grades.output, dict) else {}
        if result.status == "failed":
            pair = (False, 1.0)
        elif output.get("in_sample"):
            pair = (bool(output["right"]), float(output["confidence"]))
        else:
            continue
        if not result.cached and "ms" in output:
            times.append(float(output["ms"]))
        for name in ("", *(f"{key}={value}" for key, value in result.slices.items())):
            groups[name].append(pair)
    for name in sorted(groups):
        if len(groups[name]) >= _LEAST or not name:
            yield from _group(name, groups[name])
    yield from _speed(times)


def _group(name: str, pairs: Sequence[tuple[bool, float]]) -> Iterable[RunScore]:
    import numpy as np

    from overture.classification.metrics import at_coverage, calibration_error, risk_coverage

    right, sure = np.array([pair[0] for pair in pairs], bool), np.array([pair[1] for pair in pairs], float)
    n = len(pairs)
    yield RunScore(metric="calibration_error", value=calibration_error(right, sure), n=n, slice=name)
    kept = at_coverage(right, sure, _COVERAGE)
    reason = f"{kept} among the surest 80 %"
    yield RunScore(
        metric="right_at_80", value=kept.value, n=kept.n, low=kept.low, high=kept.high, slice=name, reason=reason
    )
    area = sum(risk for _, risk in risk_coverage(right, sure)) / n
    yield RunScore(metric="aurc", value=area, n=n, slice=name, reason="mean error over all coverages")


def _speed(times: Sequence[float]) -> Iterable[RunScore]:
    if not times:
        return
    import numpy as np

    for name, quantile in (("p50_ms", 0.5), ("p99_ms", 0.99)):
        value = float(np.quantile(np.array(times, float), quantile))
        yield RunScore(metric=name, value=value, n=len(times), reason="milliseconds a reply, one at a time")


_SLOW: Final = 60_000.0
_TIME_MARGIN: Final = 1_000_000.0
"""Speed is reported and never fails a release: machines differ more than releases do."""

SUITE: Suite[Subject] = Suite(
    name="replies",
    version=1,
    summary="Accept, Decline or automatic, by language, hardness and length; calibration, coverage and speed.",
    metrics=(
        Metric(name="right", summary="replies with the right label", margin=0.02),
        Metric(name="intent_right", summary="replies with the right intent"),
        Metric(name="right_unreviewed", summary="right labels among replies that no person is asked to look at",
               margin=0.02),
        Metric(name="sent_to_review", summary="replies that a person is asked to look at", kind="mean", better="lower",
               worst=1.0),
        Metric(name="opt_out_kept", summary="opt-outs that are not read as Accept; every one must be"),
        Metric(name="automatic_found", summary="automatic answers that are found"),
        Metric(name="human_kept", summary="people's answers that are not taken for automatic", margin=0.005),
        Metric(name="calibration_error", summary="expected calibration error", kind="mean", better="lower", worst=1.0),
        Metric(name="right_at_80", summary="right among the surest 80 %", kind="mean"),
        Metric(name="aurc", summary="area under the risk-coverage curve", kind="mean", better="lower", worst=1.0),
        Metric(name="p50_ms", summary="half of all replies take less", kind="mean", better="lower",
               worst=_SLOW, margin=_TIME_MARGIN),
        Metric(name="p99_ms", summary="all but one of a hundred take less", kind="mean", better="lower",
               worst=_SLOW, margin=_TIME_MARGIN),
    ),
    cases=_cases,
    task=_task,
    grade=_grade,
    over_run=_over_run,
    reads=("replies",),
    options=("rows",),
    limits=(
        "By default a seeded, stratified part of 400 of our own test split, with all opt-outs and automatic answers.",
        "Our own replies were written for it, by eleven writers: intervals over eleven clusters are wide.",
        "Both labels of our own replies were given by people who knew the rules C-3 to C-5; yours may differ.",
    ),
)  # fmt: skip
