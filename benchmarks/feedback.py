"""Feedback: import, fold and counts for 10^4 and 10^5 events, or 10^6, with peak memory and how they grow.

    python benchmarks/feedback.py [--million] [--only sqlite|postgresql]

Each stage runs in a process of its own, so that its peak memory is its own. The events are those of the tests, written
as JSON lines before the clock starts; SQLite is a file in WAL with synchronous=FULL, PostgreSQL the server of the
tests. Growth and shares are of processor time, which other work on the machine changes least. Other stages are added to
`STAGES`: a function of `Place` that gives how many things it went through.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench import ROOT, Report, peak_megabytes

if TYPE_CHECKING:
    from overture.feedback import EvalSetManifest

sys.path.append(str(ROOT / "tests"))

SIZES: Final = (10_000, 100_000)
MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where one size is measured: the store's URL, the file of events, and a folder for what stages write."""

    size: int
    url: str
    events: Path
    folder: Path


def import_events(place: Place) -> int:
    """As `overture feedback import` does it."""
    from overture.cli.feedback_import import import_files
    from overture.feedback import FeedbackStore

    with FeedbackStore(place.url) as store:
        done = import_files(store, [place.events], errors=None, batch=5_000)
    assert (done.added, done.repeated, done.bad) == (place.size, 0, 0), done
    return done.added


def import_again(place: Place) -> int:
    """The same file once more, which adds nothing."""
    from overture.cli.feedback_import import import_files
    from overture.feedback import FeedbackStore

    with FeedbackStore(place.url) as store:
        done = import_files(store, [place.events], errors=None, batch=5_000)
    assert (done.added, done.repeated) == (0, place.size), done
    return done.repeated


def fold(place: Place) -> int:
    """Every last word, one after the other."""
    from overture.feedback import FeedbackStore

    with FeedbackStore(place.url) as store:
        return sum(1 for _ in store.draft_states()) + sum(1 for _ in store.reply_states())


def fold_newest(place: Place) -> int:
    """The last words of the newest hundredth."""
    from overture.feedback import FeedbackStore

    since = place.size - place.size // 100
    with FeedbackStore(place.url) as store:
        return sum(1 for _ in store.draft_states(since=since)) + sum(1 for _ in store.reply_states(since=since))


def count(place: Place) -> int:
    """`stats`."""
    from overture.feedback import FeedbackStore

    with FeedbackStore(place.url) as store:
        return store.stats().events


def build_set(place: Place) -> int:
    """An evaluation set from nothing."""
    return _build(place).cases


def add_newest(place: Place) -> int:
    """A hundredth more events, for the nightly build."""
    from feedback_people import many_events

    from overture.feedback import FeedbackStore

    with FeedbackStore(place.url) as store:
        return store.add_many(many_events(place.size // 100, start=place.size)).added


def build_nightly(place: Place) -> int:
    """The same set, brought up to date with that hundredth."""
    return _build(place).cases


def export_unpaired(place: Place) -> int:
    """All training cases through TRL's unpaired form; the tests' prompts are not ours, so a version stands in."""
    from feedback_people import draft_of

    from overture.feedback import export_feedback
    from overture.feedback.training_prompts import TrainingPrompts
    from overture.prompts import load_prompt

    stand_in = TrainingPrompts()
    for number in (0, 1):
        record = draft_of(number).prompt
        stand_in.add(load_prompt("draft@2"), under=record)
    report = export_feedback(place.folder / "set", place.folder / "out.jsonl", form="unpaired", prompts=stand_in)
    assert report.rows, report
    return report.cases


def _build(place: Place) -> EvalSetManifest:
    from overture.feedback import FeedbackStore, build_eval_set

    with FeedbackStore(place.url) as store:
        return build_eval_set(store, place.folder / "set", salt="a salt for figures")


STAGES: Final[dict[str, Callable[[Place], int]]] = {
    "import": import_events,
    "import again": import_again,
    "fold": fold,
    "fold of the newest 1 %": fold_newest,
    "stats": count,
    "set": build_set,
    "1 % more": add_newest,
    "nightly set": build_nightly,
    "export": export_unpaired,
}


def write_events(file: Path, size: int) -> None:
    """The events of the tests as JSON lines."""
    from feedback_people import many_events

    with file.open("w", encoding="utf-8") as out:
        for event in many_events(size):
            out.write(event.model_dump_json() + "\n")


def run_stage(name: str, place: Place) -> tuple[float, float, float, int]:
    """Seconds, seconds of processor time, peak memory in MB and how many, of one stage in this process."""
    warm(place)
    start, worked = time.perf_counter(), time.process_time()
    number = STAGES[name](place)
    took, worked = time.perf_counter() - start, time.process_time() - worked
    return took, worked, peak_megabytes(), number


def warm(place: Place) -> None:
    """What every process does once: load its modules, and see that the tables are there."""
    from overture.feedback import FeedbackStore

    import_module("overture.cli.feedback_import")
    FeedbackStore(place.url).close()


def measure(report: Report, title: str, places: list[Place]) -> None:
    """Each stage at each size, and the exponent of its growth: 1 is linear."""
    report.heading(title)
    context = multiprocessing.get_context("spawn")
    seconds: dict[str, list[float]] = {name: [] for name in STAGES}
    for place in places:
        for name in STAGES:
            with context.Pool(1) as pool:
                took, worked, peak, number = pool.apply(run_stage, (name, place))
            seconds[name].append(worked)
            what = f"{title}: {name}, {place.size:,} events"
            report.add(what, [took], "s", note=f"{number:,} in all, {number / took:,.0f} a second")
            report.add(f"{what}, processor time", [worked], "s")
            report.add(f"{what}, peak memory", [peak], "MB")
    for place, full, nightly in zip(places, seconds["set"], seconds["nightly set"], strict=True):
        share = 100 * nightly / full
        report.add(f"{title}: nightly of a full set, {place.size:,} events", [share], "%", note="wanted: at most 5")
    for name, found in seconds.items():
        for (small, large), (first, last) in zip(pairs(places), pairs(found), strict=True):
            exponent = math.log(last / first) / math.log(large.size / small.size)
            report.add(f"{title}: {name}, exponent to {large.size:,}", [exponent], "", better="lower")


def pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    """Each value with the next."""
    return list(pairwise(values))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--million", action="store_true", help="up to a million events")
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = asked.parse_args()
    sizes = [*SIZES, *([MILLION] if chosen.million else [])]
    report = Report("feedback")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            write_events(folder / f"{size}.jsonl", size)
        if chosen.only != "postgresql":
            places = [_place(folder, size, f"sqlite:///{folder / f'{size}.db'}", "sqlite") for size in sizes]
            measure(report, "SQLite", places)
        if chosen.only != "sqlite":
            from postgres import PostgresServer

            server = PostgresServer()
            try:
                measure(report, "PostgreSQL", [_place(folder, size, server.create(), "postgresql") for size in sizes])
            finally:
                server.stop()
    report.finish()


def _place(folder: Path, size: int, url: str, kind: str) -> Place:
    own = folder / f"{kind}-{size}"
    own.mkdir()
    return Place(size, url, folder / f"{size}.jsonl", own)


if __name__ == "__main__":
    main()
