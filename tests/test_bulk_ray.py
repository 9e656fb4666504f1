"""`--engine ray` on a cluster of two nodes on this machine; tested where Ray is, which `make` does not install."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from bulk_batches import candidate
from bulk_worker import COMMON, SETTINGS, NotingWriter
from transports import our_environment

from overture.bulk.candidate_rows import read_rows
from overture.bulk.engine_ray import run_on_ray
from overture.bulk.run import RunEnd, RunPlan
from overture.bulk.run_folder import open_run
from overture.errors import ConfigurationError, MissingExtraError, RunError

PEOPLE = 20
pytestmark = pytest.mark.filterwarnings("default")  # Ray warns of its own settings


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two nodes: one with the core that Ray needs, one for two actors; no work is timed."""
    ray: Any = pytest.importorskip("ray", reason="Ray is not installed: pip install 'overture[ray]'")
    utils = pytest.importorskip("ray.cluster_utils")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", our_environment()["PYTHONPATH"])
        yield from start(ray, utils)


def start(ray: Any, utils: Any) -> Iterator[None]:
    """The nodes; their processes import what this one does."""
    nodes = utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    ray.init(address=nodes.address, log_to_driver=False)
    yield
    ray.shutdown()
    nodes.shutdown()


def go(tmp_path: Path, make_writer: Callable[[], Any], **options: Any) -> tuple[RunEnd, list[int]]:
    """One start of the run; the rows that it holds then."""
    path = tmp_path / "people.jsonl"
    people = (candidate(number).model_dump(mode="json", exclude_defaults=True) for number in range(PEOPLE))
    path.write_text("".join(f"{json.dumps(person)}\n" for person in people), encoding="utf-8")
    plan = RunPlan(writer=NotingWriter(tmp_path / "unused"), common=COMMON, concurrency=4)
    with open_run(tmp_path / "run", SETTINGS) as folder:
        end = run_on_ray(plan, folder, read_rows([path]), make_writer=make_writer, chunk_rows=4, **options)
        return end, [row.number for row in folder.store.rows()]


def calls(log: Path) -> list[str]:
    """The calls that were made."""
    return log.read_text(encoding="ascii").split()


def test_without_ray_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"overture\[ray\]"):
        go(tmp_path, lambda: None)


def test_a_ray_that_does_not_start_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def init(**_: object) -> None:
        raise ConnectionError("Could not find a running Ray instance. More of it.")

    ray = SimpleNamespace(is_initialized=lambda: False, init=init)
    monkeypatch.setitem(sys.modules, "ray", cast(ModuleType, ray))
    monkeypatch.setitem(sys.modules, "ray.data", cast(ModuleType, SimpleNamespace()))
    monkeypatch.setenv("RAY_ADDRESS", "nowhere:6379")
    with pytest.raises(RunError, match=r"RAY_ADDRESS='nowhere:6379' cannot be reached \(Could not find a running"):
        go(tmp_path, lambda: None)


@pytest.mark.nightly
@pytest.mark.usefixtures("cluster")
def test_an_actor_whose_key_is_refused_asks_no_more(tmp_path: Path) -> None:
    log = tmp_path / "calls"

    class LockedOut(NotingWriter):
        async def awrite(self, request: Any) -> Any:
            await super().awrite(request)
            cause: Any = Exception()
            cause.status_code = 401
            raise ConfigurationError("refuses the API key") from cause

    end, rows = go(tmp_path, lambda: LockedOut(log), actors=1, cpus_each=1.0)
    assert "refuses the API key" in str(end.stopped)
    assert (end.missing, rows, len(calls(log))) == (PEOPLE, [], 1)


@pytest.mark.nightly
@pytest.mark.usefixtures("cluster")
def test_two_actors_draft_every_row_and_a_second_start_pays_nothing(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    end, rows = go(tmp_path, lambda: NotingWriter(log), actors=2, cpus_each=1.0)
    assert (end.looked_at, end.missing, end.stopped) == (PEOPLE, 0, None)
    assert rows == list(range(PEOPLE))
    once = calls(log)
    assert len(set(once)) == len(once) == end.tally.calls == end.spent.requests
    end, rows = go(tmp_path, lambda: NotingWriter(log), actors=2, cpus_each=1.0)
    assert (end.tally.calls, rows) == (0, list(range(PEOPLE)))
    assert calls(log) == once


@pytest.mark.nightly
@pytest.mark.usefixtures("cluster")
def test_a_run_whose_actors_die_goes_on_with_what_it_has(tmp_path: Path) -> None:
    """The model dies with its process after some calls; the next start pays for the rest only."""
    log = tmp_path / "calls"

    class Dying(NotingWriter):
        async def awrite(self, request: Any) -> Any:
            if log.exists() and len(calls(log)) >= 7:
                os._exit(9)
            return await super().awrite(request)

    end, rows = go(tmp_path, lambda: Dying(log), actors=1, cpus_each=1.0)
    assert "actors died 3 times each" in str(end.stopped)
    assert end.missing == PEOPLE - len(rows) > 0
    before = len(calls(log))
    assert 7 <= before <= 7 + 4
    end, rows = go(tmp_path, lambda: NotingWriter(log), actors=1, cpus_each=1.0)
    assert rows == list(range(PEOPLE))
    assert end.stopped is None
    assert len(calls(log)) - len(set(calls(log))) <= 4, "at most what was under way is paid twice"


@pytest.mark.nightly
@pytest.mark.usefixtures("cluster")
def test_actors_that_leave_no_core_free_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="leave none of the cluster's 3 cores"):
        go(tmp_path, lambda: None, actors=3, cpus_each=1.0)
