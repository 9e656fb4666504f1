"""Evaluation sets: built and built upon, read and erased from (F-2, F-3, D-7)."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from eval_sets import SALT, cases_of, everything, judged, store_of, written
from feedback_people import CANARY, FIRST, LAST, correction_of, draft_of, many_events, name_of, vote_on
from feedback_people import clock as clock
from feedback_people import feedback as feedback
from feedback_people import feedback_postgres as feedback_postgres
from feedback_people import feedback_sqlite as feedback_sqlite
from feedback_people import feedback_url as feedback_url

from overture.errors import ConfigurationError, InputError
from overture.feedback import FeedbackStore, build_eval_set, erase_from_set, read_eval_set, read_manifest
from overture.feedback.eval_cases import CONTENT, FLOATS, HEAD, INTEGERS, EvalCase
from overture.feedback.near_duplicates import likeness, signature_of
from overture.feedback.set_index import INDEX
from overture.generation.assembly import CUSTOM_SLOT


def test_a_set_of_either_store_reads_the_same_from_both_files_f2(feedback: FeedbackStore, tmp_path: Path) -> None:
    feedback.add_many(many_events(120))
    manifest = build_eval_set(feedback, tmp_path / "set", salt=SALT)
    cases = cases_of(tmp_path / "set")
    assert cases == cases_of(tmp_path / "set", form="parquet")
    assert manifest == read_manifest(tmp_path / "set")
    assert manifest.cases == len(cases) == sum(manifest.counts.values())
    assert {case.kind for case in cases} == {"draft", "reply"}
    assert {case.split for case in cases_of(tmp_path / "set", split="eval")} == {"eval"}
    given = sum(state.vote is not None for state in feedback.draft_states())
    assert manifest.judgements == given + sum(state.label is not None for state in feedback.reply_states())
    assert manifest.judgements == sum(case.votes for case in cases) + manifest.left_out_of_train
    assert manifest.merged == sum(case.votes - 1 for case in cases)
    assert manifest.up_to == feedback.last_number()


def test_no_name_and_no_id_gets_into_a_set_f2(tmp_path: Path) -> None:
    """Names are searched in every text; ids of candidates and drafts in every byte of what may be given away."""
    events = [
        judged(number, draft=written(number, candidate=f"{CANARY}-{number}", id=f"{CANARY}-d{number}"),
               comment=f"Ask {name_of(number)}, +49 151 23456{number:02d}", id=f"{CANARY}-v{number}")
        for number in range(40)
    ]  # fmt: skip
    with store_of(tmp_path / "o.db", events) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    for case in cases_of(tmp_path / "set"):
        said = case.model_dump_json(exclude={"id", "candidate", "seat"})
        words = set(said.replace('"', " ").replace("\\n", " ").replace(",", " ").split())
        assert words.isdisjoint({*FIRST, *LAST, "Elin", "Berg"}), said
        assert "+49" not in said
    (tmp_path / "set" / INDEX).unlink()  # it stays with the store
    assert CANARY.encode() not in everything(tmp_path / "set")
    assert SALT.encode() not in everything(tmp_path / "set")


def test_lines_have_the_same_columns_of_the_same_types_whatever_they_hold_f2(tmp_path: Path) -> None:
    """So that `datasets.load_dataset("json", ...)` reads them, which infers its columns from the first block."""
    with store_of(tmp_path / "o.db", many_events(60)) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    lines = [json.loads(line) for line in (tmp_path / "set" / "cases.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) > 40
    for line in lines:
        assert tuple(line) == (*HEAD, *CONTENT)
        for name, value in line.items():
            assert type(value) is (int if name in INTEGERS else float if name in FLOATS else str), name
    assert [EvalCase.from_row(line).row() for line in lines] == lines


@pytest.mark.nightly
def test_datasets_loads_both_files_f2(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="in the group `trl`, for the night")
    with store_of(tmp_path / "o.db", many_events(60)) as store:
        manifest = build_eval_set(store, tmp_path / "set", salt=SALT)
    for form, name in (("json", "cases.jsonl"), ("parquet", "cases.parquet")):
        loaded = datasets.load_dataset(
            form, data_files=str(tmp_path / "set" / name), split="train", cache_dir=str(tmp_path / form)
        )
        assert len(loaded) == manifest.cases
        assert loaded.column_names == [*HEAD, *CONTENT]


def test_a_build_upon_builds_gives_what_one_from_the_beginning_gives_f2(tmp_path: Path) -> None:
    """With new events, votes that changed and were taken back, and events that came late."""
    with store_of(tmp_path / "o.db") as store:
        for start in (0, 200, 400):
            store.add_many(many_events(60, start=start))
            store.add(
                vote_on(
                    start,
                    "down",
                    id=f"changed{start}",
                    draft=f"d{start}",
                    seat=f"s{start % 7}",
                    at="2026-12-01T00:00:00Z",
                )
            )
            store.add(
                vote_on(
                    start + 1,
                    None,
                    id=f"back{start}",
                    draft=f"d{start + 1}",
                    seat=f"s{(start + 1) % 7}",
                    at="2026-12-01T00:00:00Z",
                )
            )
            store.add(
                vote_on(
                    start + 2, "down", id=f"late{start}", draft=f"d{start + 2}", seat="s9", at="2026-11-01T00:00:00Z"
                )
            )
            grown = build_eval_set(store, tmp_path / "grown", salt=SALT)
        anew = build_eval_set(store, tmp_path / "anew", salt=SALT)
        assert grown == anew
        for name in ("cases.jsonl", "lineage.jsonl", "manifest.json"):
            assert (tmp_path / "grown" / name).read_bytes() == (tmp_path / "anew" / name).read_bytes()


def test_the_version_is_that_of_the_content_f2(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db", many_events(40)) as store:
        first = build_eval_set(store, tmp_path / "set", salt=SALT)
        assert build_eval_set(store, tmp_path / "set", salt=SALT) == first
        before = (tmp_path / "set" / "cases.jsonl").stat().st_mtime_ns
        store.add(vote_on(0, "down", id="again", draft="d0", at="2026-12-01T00:00:00Z"))
        store.add(vote_on(0, "down", id="once more", draft="d0", at="2026-12-02T00:00:00Z"))
        second = build_eval_set(store, tmp_path / "set", salt=SALT)
        assert second.version != first.version
        assert (tmp_path / "set" / "cases.jsonl").stat().st_mtime_ns != before
        ids = sorted(case.id for case in cases_of(tmp_path / "set"))
        assert second.version == sha256("".join(ids).encode()).hexdigest()


def test_a_vote_that_is_taken_back_leaves_the_set_and_comes_again_f1(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db", [judged(1), judged(2)]) as store:
        assert build_eval_set(store, tmp_path / "set", salt=SALT).cases == 2
        store.add(judged(1, None, id="back", draft="d1", at="2026-12-01T00:00:00Z"))
        assert build_eval_set(store, tmp_path / "set", salt=SALT).cases == 1
        store.add(judged(1, "down", id="again", draft="d1", at="2026-12-02T00:00:00Z"))
        build_eval_set(store, tmp_path / "set", salt=SALT)
    assert sorted(case.verdict for case in cases_of(tmp_path / "set")) == ["down", "up"]


def test_an_empty_store_gives_an_empty_set_f2(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db") as store:
        assert build_eval_set(store, tmp_path / "set", salt=SALT).cases == 0
    assert cases_of(tmp_path / "set") == cases_of(tmp_path / "set", form="parquet") == []


def test_custom_content_is_cut_out_of_what_was_sent_or_it_is_dropped_d7(tmp_path: Path) -> None:
    body = f"Hi Ines,\n\nYou rebuilt the ledger.\n\n{CUSTOM_SLOT}\n\nMay I send you the details?\n\nElin Berg"
    sent = body.replace(CUSTOM_SLOT, f"Our {CANARY} clinic has a pool.\n\nAnd a {CANARY} sauna.")
    cut = judged(1, draft=written(1, body=body), final_text=sent.replace("rebuilt", "wrote"))
    lost = judged(2, draft=draft_of(2, body=body.replace("ledger", "page")), final_text=f"Hi, {CANARY} pool. Bye")
    moved = judged(3, draft=draft_of(3, body=body.replace("ledger", "ward")),
                   final_text=body.replace("ledger", "ward").replace(CUSTOM_SLOT, "") + f"\n{CANARY}")  # fmt: skip
    anchor = "You rebuilt the ledger."
    kept = judged(1, draft=written(1, body=body), final_text=sent)
    with store_of(tmp_path / "o.db", [kept]) as store:
        build_eval_set(store, tmp_path / "kept", salt=SALT)
        (case,) = cases_of(tmp_path / "kept")
        assert case.final_text is not None
        assert f"{anchor}\n\n{CUSTOM_SLOT}\n\nMay I" in case.final_text
    with store_of(tmp_path / "p.db", [cut, lost, moved]) as store:
        manifest = build_eval_set(store, tmp_path / "set", salt=SALT)
        assert manifest.final_texts_dropped == 3, "the line before it was changed, it is gone, it was moved"
        assert all(case.final_text is None for case in cases_of(tmp_path / "set"))
    for folder in ("kept", "set"):
        assert CANARY.encode() not in everything(tmp_path / folder)


def test_who_was_erased_from_the_store_leaves_the_set_f3(tmp_path: Path) -> None:
    """At the next build, to the last byte; what was said later may stay."""
    events = [
        judged(n, draft=written(n, candidate=f"c{n}"), comment=f"Note {CANARY}" if n == 3 else None) for n in range(8)
    ]
    with store_of(tmp_path / "o.db", [*events, correction_of(3), correction_of(4)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        assert CANARY.encode() in everything(tmp_path / "set")
        before = {case.candidate for case in cases_of(tmp_path / "set")}
        store.erase(candidate="c3")
        manifest = build_eval_set(store, tmp_path / "set", salt=SALT)
        after = cases_of(tmp_path / "set")
        assert len(before - {case.candidate for case in after}) == 1
        assert manifest.cases == len(after)
        assert CANARY.encode() not in everything(tmp_path / "set")
        assert build_eval_set(store, tmp_path / "anew", salt=SALT).version == manifest.version


def test_a_seat_that_was_erased_leaves_the_set_with_its_drafts_f3(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db", many_events(60)) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        build_eval_set(store, tmp_path / "other", salt=SALT)
        store.erase(seat="s2", sets=[tmp_path / "other"])
        manifest = build_eval_set(store, tmp_path / "set", salt=SALT)
        assert read_manifest(tmp_path / "other").version == manifest.version, "the same, whichever way it went"
        assert build_eval_set(store, tmp_path / "anew", salt=SALT).version == manifest.version


def test_erase_from_set_leaves_no_byte_and_corrects_the_manifest_f3(tmp_path: Path) -> None:
    """A vote that was counted with another candidate's near-duplicate goes too."""
    body = written(1).body
    twin = judged(2, draft=written(2, body=body, candidate="gone"), comment=f"{CANARY} two", id="twin")
    events = [judged(1), twin, judged(5, draft=written(5, candidate="gone"), comment=f"{CANARY} five"), judged(7)]
    with store_of(tmp_path / "o.db", events) as store:
        before = build_eval_set(store, tmp_path / "set", salt=SALT)
        assert CANARY.encode() in everything(tmp_path / "set")
        assert erase_from_set(tmp_path / "set", candidates=[sha256(b"gone").hexdigest()]) == 2
    after = read_manifest(tmp_path / "set")
    assert CANARY.encode() not in everything(tmp_path / "set")
    assert after.version != before.version
    assert (after.judgements, after.cases) == (2, 2)
    assert [case.votes for case in cases_of(tmp_path / "set")] == [1, 1]
    assert len((tmp_path / "set" / "lineage.jsonl").read_text("utf-8").splitlines()) == 2
    assert erase_from_set(tmp_path / "set", candidates=[sha256(b"nobody").hexdigest()]) == 0


def test_the_store_erases_from_sets_by_itself_f3(tmp_path: Path) -> None:
    with store_of(
        tmp_path / "o.db", [judged(1, draft=written(1, candidate="gone"), comment=CANARY), judged(2)]
    ) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        erased = store.erase(candidate="gone", sets=[tmp_path / "set"])
        assert erased.cases == {str(tmp_path / "set"): 1}
    assert CANARY.encode() not in everything(tmp_path / "set")


def test_another_salt_or_share_is_refused_since_people_would_move_f2(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db", [judged(1)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        with pytest.raises(ConfigurationError, match=r"F-2.*another salt"):
            build_eval_set(store, tmp_path / "set", salt="quite another salt")
        with pytest.raises(ConfigurationError, match=r"F-2.*another share"):
            build_eval_set(store, tmp_path / "set", salt=SALT, eval_share=0.3)


def test_the_index_is_for_its_owner_only_and_for_one_process_at_a_time_f2(tmp_path: Path) -> None:
    with store_of(tmp_path / "o.db", [judged(1)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        assert stat.S_IMODE((tmp_path / "set" / INDEX).stat().st_mode) == 0o600
        other = sqlite3.connect(tmp_path / "set" / INDEX, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="used by another process"):
            build_eval_set(store, tmp_path / "set", salt=SALT)
        other.close()


def test_a_folder_without_a_set_and_a_file_of_another_build_are_told_f2(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no evaluation set"):
        next(read_eval_set(tmp_path))
    with pytest.raises(InputError, match="no evaluation set"):
        erase_from_set(tmp_path, candidates=["0" * 64])
    with store_of(tmp_path / "o.db", [judged(1)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    path = tmp_path / "set" / "cases.jsonl"
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(InputError, match="not the file of the manifest"):
        next(read_eval_set(tmp_path / "set"))


def test_no_two_cases_of_a_side_are_near_duplicates_and_no_pair_crosses_f2(tmp_path: Path) -> None:
    """Compared all with all: at most one pair of a thousand may slip past the bands."""
    with store_of(tmp_path / "o.db", many_events(300)) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    for kind in ("draft", "reply"):
        texts = [f"{case.subject}\n{case.body}" if kind == "draft" else case.reply
                 for case in cases_of(tmp_path / "set") if case.kind == kind]  # fmt: skip
        signatures = [signature_of(text) for text in texts]
        pairs = [(a, b) for at, a in enumerate(signatures) for b in signatures[:at]]
        alike = sum(likeness(a, b) >= 0.85 for a, b in pairs)
        assert len(pairs) > 500
        assert alike <= len(pairs) / 1_000


BUILD = """
import os, signal, sys
from overture.feedback.eval_sets import build_eval_set
from overture.feedback.feedback_store import FeedbackStore
last, seen = int(sys.argv[4]), 0
def count(event, arguments):
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
store = FeedbackStore(sys.argv[1])
sys.addaudithook(count)
build_eval_set(store, sys.argv[2], salt=sys.argv[3])
print(seen)
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_at_any_instant_and_run_again_it_ends_right_f2(tmp_path: Path) -> None:
    """Twenty kills of a build, counted in what the interpreter did and not in seconds, so that none comes too late."""
    chance = random.Random(20261122)

    def build(into: Path, *, last_event: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", BUILD, f"sqlite:///{tmp_path / 'o.db'}", str(into), SALT, str(last_event)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    with store_of(tmp_path / "o.db", many_events(300)) as store:
        right = build_eval_set(store, tmp_path / "right", salt=SALT)
        lasting = [
            build(tmp_path / "again", last_event=0) for _ in range(2)
        ]  # a first build, and one with nothing to do
        assert [run.returncode for run in lasting] == [0, 0], lasting
        for kill in range(20):
            into = tmp_path / ("again" if kill % 2 else f"fresh-{kill}")
            last = chance.randint(1, int(lasting[kill % 2].stdout))
            assert build(into, last_event=last).returncode == -signal.SIGKILL
            if (into / "manifest.json").exists():
                assert len(cases_of(into)) == right.cases
            assert build_eval_set(store, into, salt=SALT) == right
            assert cases_of(into) == cases_of(tmp_path / "right")


@pytest.mark.parametrize("done", range(5))
def test_a_swap_that_is_broken_off_is_finished_by_whoever_comes_next_f2(tmp_path: Path, done: int) -> None:
    """From the journal on the new set counts; before it, the old one does."""
    with store_of(tmp_path / "o.db", [judged(1)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
        store.add(judged(2))
        build_eval_set(store, tmp_path / "new", salt=SALT)
    names = ["cases.jsonl", "cases.parquet", "lineage.jsonl", "manifest.json"]
    for at, name in enumerate(names):
        suffix = "" if at < done else ".new"
        (tmp_path / "new" / name).replace(tmp_path / "set" / f"{name}{suffix}")
    (tmp_path / "set" / "swap.json").write_text(json.dumps(names))
    assert len(cases_of(tmp_path / "set")) == len(cases_of(tmp_path / "set", form="parquet")) == 2
    assert not list((tmp_path / "set").glob("*.new"))
