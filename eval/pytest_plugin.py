"""Suites inside pytest: one test a suite with thresholds, or one test a case.

`pytest_plugins = ["overture.eval.pytest_plugin"]` in the top conftest.py turns it on.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

import pytest

from overture.errors import ConfigurationError

from .grading import told_missed

if TYPE_CHECKING:
    from .case import Case
    from .result import CaseResult
    from .run_folder import RunFolder
    from .subject import Judged
    from .suite import Suite, SuiteData

_SPEC: Final = "__overture_eval__"
Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class EvalSpec:
    """What one decorated test runs."""

    suite: Suite[Any] | str
    subject: Judged | Callable[[], Judged] | None
    data: SuiteData | None
    per: Literal["suite", "case"]
    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    concurrency: int

    def the_suite(self) -> Suite[Any]:
        """The suite, by its name if it has to be."""
        from .suites import suite_of

        return suite_of(self.suite) if isinstance(self.suite, str) else self.suite

    def the_data(self) -> SuiteData:
        """Where its cases come from."""
        from .suite import SuiteData

        return self.data or SuiteData()

    def the_subject(self) -> Judged:
        """What is judged: the offline writer with the shipped classifier where nothing is given."""
        if self.subject is None:
            from overture.classification import ReplyClassifier

            from .subjects import make_subject
            from .suites import WITH_CLASSIFIER

            asks = self.the_suite().name in WITH_CLASSIFIER
            return make_subject(classifier=ReplyClassifier.load() if asks else None)
        return self.subject() if callable(self.subject) else self.subject


def eval_case(
    suite: Suite[Any] | str,
    *,
    subject: Judged | Callable[[], Judged] | None = None,
    data: SuiteData | None = None,
    per: Literal["suite", "case"] = "suite",
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
    concurrency: int = 8,
) -> Callable[[Test], Test]:
    """Make a test of a suite, or one test of each of its cases with `per="case"`.

    The test fails where a metric's value is under `at_least` or over `at_most`; without either, where a case failed or
    did not pass a metric of kind `pass`. Then its own body runs: it may ask for the fixture `eval_run` (the run's
    folder, one test a suite) or `eval_result` (the case's result, one test a case). `suite` may be the name of one of
    ours, `subject` a function that makes one when it is needed; without it the offline writer is judged.
    """
    spec = EvalSpec(
        suite=suite, subject=subject, data=data, per=per, at_least=at_least or {}, at_most=at_most or {},
        concurrency=concurrency,
    )  # fmt: skip

    def mark(test: Test) -> Test:
        fixture = "eval_run" if per == "suite" else "eval_result"
        setattr(test, _SPEC, spec)
        marked: Test = pytest.mark.usefixtures(fixture)(test)
        return marked

    return mark


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case, where that was asked for."""
    spec = _spec_of(metafunc.function)
    if spec is not None and spec.per == "case":
        cases = list(spec.the_suite().cases(spec.the_data()))
        metafunc.parametrize("eval_result", cases, ids=[case.id for case in cases], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """The thresholds come before the test's own body."""
    spec = _spec_of(pyfuncitem.obj)
    if spec is not None:
        problems = (
            _problems_of_case(spec, cast("CaseResult", pyfuncitem.funcargs["eval_result"]))
            if spec.per == "case"
            else _problems_of_run(spec, cast("RunFolder", pyfuncitem.funcargs["eval_run"]))
        )
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)
    return (yield)


@pytest.fixture
def eval_run(request: pytest.FixtureRequest, tmp_path: Path) -> RunFolder:
    """The run of the suite that the test is decorated with."""
    from .runner import run_suites

    spec = _wanted_spec(request)
    folder = tmp_path / "eval_run"
    return run_suites(
        [spec.the_suite()], spec.the_subject(), folder=folder, data=spec.the_data(), concurrency=spec.concurrency
    )


@pytest.fixture
def eval_result(request: pytest.FixtureRequest) -> CaseResult:
    """The result of one case of the suite that the test is decorated with."""
    from .cases_run import run_cases

    spec, case = _wanted_spec(request), cast("Case", request.param)
    kept = request.config.stash.setdefault(_SUBJECTS, {})
    if id(spec) not in kept:
        kept[id(spec)] = (spec, spec.the_subject())  # loaded once for all cases
    return run_cases(spec.the_suite(), [case], kept[id(spec)][1])[0]


_SUBJECTS: Final = pytest.StashKey[dict[int, tuple[EvalSpec, Any]]]()


def _spec_of(test: object) -> EvalSpec | None:
    return cast("EvalSpec | None", getattr(test, _SPEC, None))


def _wanted_spec(request: pytest.FixtureRequest) -> EvalSpec:
    spec = _spec_of(request.function)
    if spec is None:
        raise ConfigurationError(f"{request.node.name} asks for {request.fixturename}: decorate it with @eval_case")
    return spec


def _problems_of_case(spec: EvalSpec, result: CaseResult) -> list[str]:
    if result.status == "failed":
        return [result.error]
    values = {score.metric: score.value for score in result.grades.scores}
    if spec.at_least or spec.at_most:
        known = {metric.name for metric in spec.the_suite().metrics}
        return [*_passed_by(spec, {name: values.get(name) for name in known}, missing_is_wrong=False)]
    found = told_missed(spec.the_suite().metrics, result.grades)
    return [found] if found else []


def _problems_of_run(spec: EvalSpec, run: RunFolder) -> list[str]:
    from .summary import summarise

    record = run.record.suites[0]
    if record.error:
        return [f"{record.name}: {record.error}"]
    if spec.at_least or spec.at_most:
        summaries = summarise(record.name, record.metrics, run.results())
        values = {each.metric: each.value for each in summaries if not each.slice}
        values |= {score.metric: score.value for score in record.run_scores if not score.slice}
        return [*_passed_by(spec, values, missing_is_wrong=True)]
    named = [
        f"{result.case}: {reason}"
        for result in run.results()
        if (reason := result.error or told_missed(record.metrics, result.grades))
    ]
    return [f"{len(named):,} of {record.n:,} cases", *named[:10]] if named else []


def _passed_by(
    spec: EvalSpec, values: Mapping[str, float | None], *, missing_is_wrong: bool
) -> Generator[str, None, None]:
    """The thresholds that the values do not hold."""
    for bounds, word in ((spec.at_least, "at least"), (spec.at_most, "at most")):
        for name, bound in bounds.items():
            if name not in values:
                raise ConfigurationError(f"{word} {bound} of {name!r}: the suite has {', '.join(sorted(values))}")
            value = values[name]
            if value is None:
                if missing_is_wrong:
                    yield f"{name}: nothing was measured, {word} {bound} is asked"
            elif (value < bound) if word == "at least" else (value > bound):
                yield f"{name} is {value:.4g}, {word} {bound} is asked"
