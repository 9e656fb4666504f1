"""Suites over drafts and replies, with statistics, a report and a gate: what a release is judged by.
Everything loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .case import Case
    from .cases_run import arun_cases, run_cases
    from .compare import compare_runs
    from .gate import gate_runs
    from .gate_config import read_gate_config
    from .report import write_report
    from .result import CaseResult
    from .run_budget import RunBudget
    from .run_folder import RunFolder
    from .run_record import RunRecord
    from .runner import arun_suites, run_suites
    from .score import Grades, Mark, Score, Shown
    from .subject import Judged, Subject
    from .subjects import make_subject
    from .suite import Metric, RunScore, Suite, SuiteData
    from .suites import SUITE_NAMES, suite_of
    from .summary import MetricSummary, summarise

_HOME_OF = {
    "SUITE_NAMES": "suites",
    "Case": "case",
    "CaseResult": "result",
    "Grades": "score",
    "Judged": "subject",
    "Mark": "score",
    "Metric": "suite",
    "MetricSummary": "summary",
    "RunBudget": "run_budget",
    "RunFolder": "run_folder",
    "RunRecord": "run_record",
    "RunScore": "suite",
    "Score": "score",
    "Shown": "score",
    "Subject": "subject",
    "Suite": "suite",
    "SuiteData": "suite",
    "arun_cases": "cases_run",
    "arun_suites": "runner",
    "compare_runs": "compare",
    "gate_runs": "gate",
    "make_subject": "subjects",
    "read_gate_config": "gate_config",
    "run_cases": "cases_run",
    "run_suites": "runner",
    "suite_of": "suites",
    "summarise": "summary",
    "write_report": "report",
}

__all__ = [
    "SUITE_NAMES",
    "Case",
    "CaseResult",
    "Grades",
    "Judged",
    "Mark",
    "Metric",
    "MetricSummary",
    "RunBudget",
    "RunFolder",
    "RunRecord",
    "RunScore",
    "Score",
    "Shown",
    "Subject",
    "Suite",
    "SuiteData",
    "arun_cases",
    "arun_suites",
    "compare_runs",
    "gate_runs",
    "make_subject",
    "read_gate_config",
    "run_cases",
    "run_suites",
    "suite_of",
    "summarise",
    "write_report",
]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF, extra="eval")
