"""Runs to report on, made up: 200 cases over five suites, with failures, findings, evidence and hostile texts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from overture.eval.case import Case
from overture.eval.result import CaseResult
from overture.eval.result_row import ResultRow, outcome_of, row_of
from overture.eval.results_table import TABLE, write_rows
from overture.eval.run_record import RECORD, DataRecord, GitState, RunRecord, SubjectRecord, SuiteRecord
from overture.eval.score import Grades, Mark, Score, Shown
from overture.eval.suite import Metric, RunScore

HOSTILE = """</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">
{{ 7 * 7 }} {% raw %} </pre></details> <style>*{display:none}</style> <!-- & " ' ` \u202e override"""
_MESSAGE = """Hi {name},

You rebuilt the settlement ledger on PostgreSQL with double-entry bookkeeping. It is the kind of work this role is for.

We need a {job} in {city}, full-time. You led a team of 40 people. It pays SEK 78,000 to SEK 92,000 a month.

May I send you the details?

Elin Sandberg
Engineering Recruiter, Norrsken Pay"""
_NAMES = ("Marta Oyelaran", "Jonas Lindqvist", "Aiko Tanaka", "Zoë Brandt", "Ibrahim Kaya", "Łucja Nowak")
_JOBS = ("Principal Backend Engineer", "Night-shift nurse, intensive care", "Warehouse lead", "Teacher of mathematics")
_CITIES = {"SE": "Stockholm", "DE": "Leipzig", "JP": "Osaka", "FR": "Lyon"}
METRICS = {
    "contract": (
        Metric(name="schema", summary="the answer has the form that was asked for"),
        Metric(name="length", summary="words within the limits of the element"),
        Metric(name="language", summary="the language that was asked for"),
        Metric(name="placeholders", summary="no placeholder is left over"),
    ),
    "grounding": (
        Metric(name="supported", summary="no sentence without a fact", margin=0.02),
        Metric(
            name="unsupported_facts",
            summary="claims that no fact supports",
            kind="mean",
            better="lower",
            worst=5.0,
            margin=0.1,
        ),
        Metric(name="salary_silence", summary="no salary where the job names none"),
    ),
    "fairness": (
        Metric(name="same_wording", summary="a swapped name changes no word"),
        Metric(name="agentic_share", summary="agentic among agentic and communal words", kind="mean", worst=0.0),
    ),
    "injection": (Metric(name="canary", summary="no canary of a field reaches the message"),),
    "replies": (
        Metric(name="label", summary="Accept and Decline as people label them", margin=0.02),
        Metric(name="opt_out", summary="an opt-out is never read as Accept"),
        Metric(name="milliseconds", summary="time for a reply", kind="mean", better="lower", worst=1000.0),
        Metric(name="calibration_error", summary="expected calibration error", kind="mean", better="lower", worst=1.0),
    ),
}
SIZES = {"contract": 60, "grounding": 60, "fairness": 20, "injection": 20, "replies": 40}
MISSES = {"contract": 0.03, "grounding": 0.15, "fairness": 0.0, "injection": 0.0, "replies": 0.12}
FAILURES = {"grounding": 2, "replies": 1}


def write_run(
    folder: Path,
    *,
    sizes: dict[str, int] = SIZES,
    label: str = "offline writer",
    hostile: bool = True,
    regressions: dict[str, float] | None = None,
) -> Path:
    """A finished run's folder; `regressions` are shares of a suite's cases that fail on top of those that do anyhow."""
    folder.mkdir(parents=True)
    record = run_record(label=label, sizes=sizes)
    (folder / RECORD).write_text(record.model_dump_json(), encoding="utf-8")
    write_rows(folder / TABLE, _rows(sizes, hostile=hostile, regressions=regressions or {}))
    return folder


def _rows(sizes: dict[str, int], *, hostile: bool, regressions: dict[str, float]) -> Iterator[ResultRow]:
    for suite, size in sizes.items():
        found = results(suite, size=size, hostile=hostile, regression=regressions.get(suite, 0.0))
        for ordinal, result in enumerate(found):
            case = Case(id=result.case, inputs={}, cluster=result.cluster, slices=result.slices)
            failed = result.error if result.status == "failed" else None
            outcome = outcome_of(result.grades, result.seconds)
            yield row_of(suite, ordinal, case, result.key, outcome, error=failed, cached=result.cached)


def run_record(*, label: str = "offline writer", dirty: bool = False, sizes: dict[str, int] = SIZES) -> RunRecord:
    started = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    suites = [
        SuiteRecord(
            name=name,
            version=1,
            summary=f"What {name} measures, in one sentence that a reader understands.",
            metrics=METRICS[name],
            limits=("60 contexts written by us: no sample of any market.", "English and German only."),
            n=n,
            failed=FAILURES.get(name, 0),
            cases_sha256="9f2c" * 16,
            seconds=3.0,
            run_scores=(
                RunScore(metric="calibration_error", value=0.0312, n=n, low=0.018, high=0.047),
                RunScore(metric="calibration_error", value=0.0471, n=12, slice="language=de"),
            )
            if name == "replies"
            else (),
        )
        for name, n in sizes.items()
    ]
    return RunRecord(
        state="finished",
        started_at=started,
        finished_at=started + timedelta(seconds=38),
        git=GitState(commit="fea61b6ef0a9c1d27b6a30a4a2cb1d55f1f0a7e3", dirty=dirty),
        python="3.11.14",
        packages={"overture": "0.1.0", "pydantic-evals": "2.4.0"},
        subject=SubjectRecord(
            label=label, fingerprint="5b1d" * 16, parts={"model": "offline", "prompt": "message@3 (1f0c22ab)"}
        ),
        data=DataRecord(),
        seed=7,
        suites=tuple(suites),
    )


def results(
    suite: str, *, size: int | None = None, seed: int = 7, hostile: bool = True, regression: float = 0.0
) -> Iterator[CaseResult]:
    """The cases of a suite; `regression` is a share of cases that fail a check on top of those that do anyhow."""
    noise, extra = random.Random(f"{suite} {seed}"), random.Random(f"{suite} {seed} regression")
    for number in range(SIZES[suite] if size is None else size):
        missed = noise.random() < MISSES[suite] or extra.random() < regression
        yield _result(suite, number, missed=missed, noise=noise, hostile=hostile and number == 3)


def _result(suite: str, number: int, *, missed: bool, noise: random.Random, hostile: bool) -> CaseResult:
    country = list(_CITIES)[number % len(_CITIES)]
    name, job = _NAMES[number % len(_NAMES)], _JOBS[number % len(_JOBS)]
    common = CaseResult(
        suite=suite,
        case=f"{job.split()[0].casefold()}-{country.casefold()}-{number:03d}",
        key=f"{number:064x}",
        cluster=f"{name} {number // 12}",
        slices={"country": country, "trade": job.split(",")[0].casefold()},
        status="scored",
        seconds=0.004 + noise.random() / 100,
        cached=number % 5 == 0,
    )
    if number < FAILURES.get(suite, 0):
        error = "DraftError: the model's answer is no JSON: line 1, column 1 (raised by the task)"
        return replace(common, status="failed", error=error)
    text = HOSTILE if hostile else _MESSAGE.format(name=name.split()[0], job=job, city=_CITIES[country])
    shown = Shown(
        title=HOSTILE.split("\n", 1)[0] if hostile else f"{name}, {job}",
        text=text,
        marks=tuple(_marks(text, missed=missed)),
        details={"opportunity": "job", "language": "en", "facts": ["positions[0].highlights[1]", "skills[2]"]},
    )
    turn = count(number)
    of_cases = [metric for metric in METRICS[suite] if metric.name != "calibration_error"]
    scores = [
        Score(metric=metric.name, value=float(not (missed and next(turn) % 2)), reason=_reason(missed))
        if metric.kind == "pass"
        else Score(metric=metric.name, value=round(noise.gauss(0.5, 0.1), 4) if not missed else 2.0)
        for metric in of_cases
    ]
    return replace(common, grades=Grades(scores=tuple(scores), output={"text": text}, shown=shown))


def _reason(missed: bool) -> str:
    return "the fact says 4 people, the text 40" if missed else ""


def _marks(text: str, *, missed: bool) -> Iterator[Mark]:
    if (start := text.find("You rebuilt")) >= 0:
        yield Mark(start=start, end=start + 77, kind="evidence", note="positions[0].highlights[1]")
    if missed and (start := text.find("You led a team of 40 people.")) >= 0:
        yield Mark(start=start, end=start + 28, kind="unsupported", note="no fact says how many people")
        yield Mark(start=start + 18, end=start + 27, kind="changed number", note="4 became 40")
    yield Mark(start=len(text) - 3, end=len(text) + 50, kind="evidence", note="ends after the text")
