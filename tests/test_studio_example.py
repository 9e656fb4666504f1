"""The example of `overture studio`: told through the rules, the same each time, and in a database of its own only."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reply_doubles import DoubleClassifier

from overture.errors import ConfigurationError
from overture.messaging import Outreach
from overture.studio.example_data import add_example, ensure_example
from overture.studio.example_plan import WEEKS, plan_history, workdays_before

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('example') / 'example.db'}"
    add_example(found, now=NOW, classifier=lambda: DoubleClassifier())  # type: ignore[arg-type,return-value]  # labels alone are needed
    return found


@pytest.fixture(scope="module")
def desk(url: str) -> Generator[Outreach]:
    made = Outreach(url, clock=lambda: NOW)
    yield made
    made.close()


def test_the_plan_is_the_same_each_time_and_lies_on_workdays_of_the_past() -> None:
    planned = plan_history(NOW)
    assert planned == plan_history(NOW)
    assert all(each.at < NOW and each.at.weekday() < 5 for each in planned)
    assert (NOW - planned[0].at).days <= WEEKS * 7
    assert len({(each.seat, each.candidate) for each in planned}) == len(planned)  # nobody is written to twice


@pytest.mark.parametrize("day", [1, 7, 15, 28])
def test_workdays_are_counted_back_over_weekends(day: int) -> None:
    days = workdays_before(datetime(2027, 2, day, tzinfo=UTC).date())
    assert all(next(days).weekday() < 5 for _ in range(10))


@pytest.mark.slow
def test_cr8_the_ledger_of_the_example_holds(desk: Outreach) -> None:
    assert desk.verify().holds
    assert desk.balance("iris") > 100


@pytest.mark.slow
def test_h3_one_recruiter_is_restricted_for_some_days_more_and_the_other_is_well(desk: Outreach) -> None:
    iris, tomas = desk.health("iris"), desk.health("tomas")
    assert (iris.state, tomas.state) == ("restricted", "ok")
    assert iris.restricted_until is not None
    assert iris.restricted_until > NOW


@pytest.mark.slow
def test_s9_every_folder_has_something_and_a_follow_up_is_due(desk: Outreach) -> None:
    counts = {name: len(page.lines) for name, page in desk.folders("iris").items()}
    assert all(counts.values()), counts
    waiting = [line for line in desk.folder("iris", "awaiting_reply", limit=300).lines if line.due_at]
    assert {line.thread.candidate for line in waiting} == {"tom-halvorsen", "aoife-kearney"}


@pytest.mark.slow
def test_nothing_is_sent_to_anybody(url: str) -> None:
    assert not list(Path(url.removeprefix("sqlite:///")).parent.glob("outbox*"))


def test_it_goes_into_no_database_that_has_something_in_it(tmp_path: Path) -> None:
    from overture.messaging import Contract

    own = f"sqlite:///{tmp_path / 'own.db'}"
    made = Outreach(own)
    made.add_contract(Contract(id="ours"))
    made.close()
    with pytest.raises(ConfigurationError, match="something in it"):
        ensure_example(own, now=NOW)


@pytest.mark.slow
def test_it_is_put_in_once(url: str) -> None:
    assert not ensure_example(url, now=NOW)
    assert not list(Path(url.removeprefix("sqlite:///")).parent.glob("*.part*"))
