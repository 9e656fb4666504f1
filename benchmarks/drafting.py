"""Offline drafting: drafts a second, latency, where the time goes, and how it grows with the length of a profile.

Inputs are `examples/` and, where the folder is there, the resumes and job posts of `../shared/data`.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Sequence
from datetime import date
from functools import partial

from bench import ROOT, RUNS, Report, interleaved, percentile
from jinja2 import Environment

from overture import Candidate, Drafter, Job, WriterOutputError, read_candidate, read_job
from overture.generation.assembly import assemble
from overture.generation.checks import check_draft
from overture.generation.context import build_context
from overture.generation.evidence import find_evidence
from overture.generation.offline import OfflineWriter
from overture.generation.render import render_draft
from overture.generation.writers import WriteRequest
from overture.sources import read_jobs

TODAY = date(2026, 11, 22)
SHARED = ROOT.parent / "shared" / "data"
SCALES = (1, 3, 10)
PEER = """Subject: {{ title }} at {{ company }}

Hi {{ name }},

I'm hiring a {{ title }} at {{ company }}{% if place %} in {{ place }}{% endif %}. You are {{ position }} at
{{ employer }} and know {{ skills | join(", ") }}.{% for task in tasks %} You would {{ task }}.{% endfor %}

Would a short call next week suit you?
"""

Pair = tuple[Candidate, Job]


STAGES: tuple[str, ...] = ("context", "render", "write", "assemble", "check", "evidence")


def load_pairs() -> list[Pair]:
    """Every candidate with every job, the candidates of one job after each other, as a recruiter works."""
    examples = ROOT / "examples"
    candidates = [read_candidate(path) for path in sorted(examples.glob("candidate-*"))]
    jobs = [read_job(path) for path in sorted(examples.glob("job-*"))]
    resumes = SHARED / "profiles" / "jsonresume" / "resumes"
    candidates += [read_candidate(path) for path in sorted(resumes.glob("*resume*.json"))]
    for board in sorted((SHARED / "jobs" / "ats_fixtures").glob("*.json")):
        jobs += read_jobs(board)
    return [(candidate, job) for job in jobs for candidate in candidates]


def is_drafted(pair: Pair) -> bool:
    """Whether the pair gives a draft without blocking findings; tests see to it that all do."""
    try:
        return Drafter(today=TODAY).draft(pair[0], job=pair[1]).is_good
    except WriterOutputError:
        return False


def measure_throughput(report: Report, pairs: Sequence[Pair]) -> None:
    """Whole drafts over all pairs, beside a bare Jinja2 template over the same pairs in the same run."""
    drafter = Drafter(today=TODAY)
    latencies: list[float] = []

    def ours() -> None:
        for candidate, job in pairs:
            start = time.perf_counter()
            drafter.draft(candidate, job=job)
            latencies.append(time.perf_counter() - start)

    template = Environment(autoescape=False).from_string(PEER)  # noqa: S701 - plain text, as a mail merge does it

    def peer() -> None:
        for candidate, job in pairs:
            template.render(peer_values(candidate, job))

    times = interleaved({"ours": ours, "peer": peer}, runs=RUNS)
    del latencies[: len(pairs)]  # the warm-up
    n = len(pairs)
    report.heading("Whole drafts: context, prompt, offline writing, checks, evidence")
    report.add("drafts a second", [n / value for value in times["ours"]], "/s")
    report.add("p50", [percentile(latencies, 0.50) * 1e3], "ms", note=f"of {len(latencies):,} drafts")
    report.add("p99", [percentile(latencies, 0.99) * 1e3], "ms", note=f"of {len(latencies):,} drafts")
    report.add("a bare Jinja2 template", [n / value for value in times["peer"]], "/s", note="fills in, checks nothing")
    ratios = [ours / peer for ours, peer in zip(times["ours"], times["peer"], strict=True)]
    report.add("our time over the template's", ratios, "x", better="lower")


def peer_values(candidate: Candidate, job: Job) -> dict[str, object]:
    """What a mail merge would fill in."""
    position = candidate.positions[0] if candidate.positions else None
    return {
        "name": candidate.salutation,
        "title": job.title,
        "company": job.company,
        "place": job.locations[0].locality if job.locations else None,
        "position": position.title if position else None,
        "employer": position.company if position else None,
        "skills": [skill.name for skill in candidate.skills[:3]],
        "tasks": job.responsibilities[:2],
    }


def measure_stages(report: Report, pairs: Sequence[Pair]) -> None:
    """Where the time goes, stage by stage."""
    passes = [stage_times(pairs) for _ in range(RUNS + 1)][1:]
    report.heading("Each stage of a draft")
    whole = statistics.median(sum(one.values()) for one in passes)
    for stage in STAGES:
        values = [one[stage] for one in passes]
        share = f"{statistics.median(values) / whole:.0%}"
        report.add(stage, [value / len(pairs) * 1e6 for value in values], "us", note=share)


def stage_times(pairs: Sequence[Pair]) -> dict[str, float]:
    """Seconds spent in each stage over all pairs."""
    writer = OfflineWriter()
    spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)
    for candidate, job in pairs:
        marks = [time.perf_counter()]
        context = build_context(candidate, job=job, today=TODAY)
        marks.append(time.perf_counter())
        prompt = render_draft(context)
        marks.append(time.perf_counter())
        output = writer.write(WriteRequest(context, prompt, max_output_tokens=900, timeout=60.0))
        marks.append(time.perf_counter())
        assembled = assemble(context, output)
        marks.append(time.perf_counter())
        check_draft(context, assembled, prompt=prompt)
        marks.append(time.perf_counter())
        find_evidence(context, assembled)
        marks.append(time.perf_counter())
        for stage, start, end in zip(STAGES, marks, marks[1:], strict=False):
            spent[stage] += end - start
    return spent


def measure_growth(report: Report, pair: Pair, *, repeats: int = 200) -> None:
    """A draft from a profile of one, three and ten times the length; the exponent is a least-squares fit in logs."""
    candidate, job = pair
    drafter = Drafter(today=TODAY)
    profiles = {scale: lengthened(candidate, scale) for scale in SCALES}

    def many(profile: Candidate) -> None:
        for _ in range(repeats):
            drafter.draft(profile, job=job)

    times = interleaved({str(scale): partial(many, profile) for scale, profile in profiles.items()}, runs=RUNS)
    report.heading("Growth with the length of a profile")
    sizes = {scale: len(profile.model_dump_json()) for scale, profile in profiles.items()}
    for scale in SCALES:
        note = f"{sizes[scale]:,} characters, {len(profiles[scale].positions)} positions"
        report.add(f"{scale}x profile", [value / repeats * 1e3 for value in times[str(scale)]], "ms", note=note)
    runs = list(zip(*times.values(), strict=True))
    report.add("10x time over 1x", [run[-1] / run[0] for run in runs], "x")
    report.add("exponent", [exponent([sizes[scale] for scale in SCALES], run) for run in runs], "", better="lower")


def lengthened(candidate: Candidate, scale: int) -> Candidate:
    """The same person with `scale` times the positions, schools, skills and projects, each copy renamed."""

    def named(name: str | None, copy: int) -> str | None:
        return f"{name} {copy}" if name and copy else name

    return candidate.model_copy(
        update={
            "positions": tuple(
                position.model_copy(update={"company": named(position.company, copy)})
                for copy in range(scale)
                for position in candidate.positions
            ),
            "schools": tuple(
                school.model_copy(update={"name": named(school.name, copy)})
                for copy in range(scale)
                for school in candidate.schools
            ),
            "skills": tuple(
                skill.model_copy(update={"name": named(skill.name, copy)})
                for copy in range(scale)
                for skill in candidate.skills
            ),
            "projects": tuple(
                project.model_copy(update={"name": named(project.name, copy)})
                for copy in range(scale)
                for project in candidate.projects
            ),
        }
    )


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of log(time) over log(size)."""
    xs, ys = [math.log(size) for size in sizes], [math.log(value) for value in times]
    return statistics.linear_regression(xs, ys).slope


def main() -> None:
    report = Report("drafting")
    every_pair = load_pairs()
    pairs = [pair for pair in every_pair if is_drafted(pair)]
    print(f"{len(pairs)} pairs of candidate and job post, offline, one thread")
    report.add("pairs without a good draft, left out", [len(every_pair) - len(pairs)], "pairs")
    gc.collect()
    measure_throughput(report, pairs)
    measure_stages(report, pairs)
    measure_growth(report, max(pairs, key=lambda pair: len(pair[0].model_dump_json())))
    report.finish()


if __name__ == "__main__":
    main()
