"""What the main job must show, over real inputs: grounded, the same for every name, deaf to orders."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from people import BACKEND, ELIN, LEDGER_JOB, TODAY

from overture import Candidate, Drafter, Job, Personalization, School, Skill, read_candidate
from overture.generation import Draft, build_context, render_draft
from overture.sources import read_candidates, read_jobs

OFFLINE = Drafter("offline", today=TODAY)
BOARDS = ("ashby", "greenhouse", "lever", "recruitee", "smartrecruiters", "workable")


@cache
def board_jobs(shared_data: Path) -> tuple[Job, ...]:
    return tuple(job for board in BOARDS for job in read_jobs(shared_data / f"jobs/ats_fixtures/{board}.json"))


def profiles(shared_data: Path) -> list[Candidate]:
    folder = shared_data / "profiles/jsonresume/resumes"
    resumes = [path for path in sorted(folder.glob("*.json")) if "basics" in json.loads(path.read_text("utf-8"))]
    people = read_candidates(shared_data / "profiles/fake_people/people.jsonl")
    return [read_candidate(path) for path in resumes] + list(people)


def speaks_of_the_candidate(sentence: str) -> bool:
    lowered = f" {sentence.lower()}"
    return any(
        mark in lowered for mark in (" you've ", " you have ", " you're ", " your profile", " your work", "you list")
    )


def problems(draft: Draft) -> list[Any]:
    blocking = [(f.code, f.text, draft.body) for f in draft.findings if f.severity == "blocking"]
    bare = [s.text for s in draft.sentences if speaks_of_the_candidate(s.text) and not s.facts and "?" not in s.text]
    return blocking + bare


@pytest.mark.slow
def test_d10_d11_every_profile_with_every_board_job_is_good_and_has_its_facts(shared_data: Path) -> None:
    everybody = profiles(shared_data)
    found: list[Any] = []
    for i, candidate in enumerate(everybody):
        for k, job in enumerate(board_jobs(shared_data)):
            choice = Personalization(
                tone=("friendly", "professional", "direct")[(i + k) % 3],
                length=("short", "medium", "long")[(i + k // 3) % 3],
            )
            draft = OFFLINE.draft(candidate, job=job, recruiter=ELIN, personalization=choice)
            assert (draft.writer, draft.opportunity.source) == ("offline", "job")
            found += problems(draft)
    assert len(everybody) > 1000
    assert not found[:5], f"{len(found)} of {len(everybody) * len(board_jobs(shared_data))}"


def test_d10_d11_resumes_with_board_jobs_are_good_and_have_their_facts(shared_data: Path) -> None:
    for candidate in profiles(shared_data)[:25]:
        for job in board_jobs(shared_data):
            assert not problems(OFFLINE.draft(candidate, job=job, recruiter=ELIN))


def test_d12_a_thousand_names_give_one_prompt_and_one_body(shared_data: Path) -> None:
    rows = (shared_data / "profiles/fake_people/people.jsonl").read_text("utf-8").splitlines()
    names = [json.loads(row) for row in rows]
    prompts: set[str] = set()
    bodies: set[str] = set()
    for row in names:
        person = BACKEND.model_copy(update={"name": f"{row['given']} {row['family']}", "given_name": row["given"]})
        context = build_context(person, job=LEDGER_JOB, recruiter=ELIN, today=TODAY)
        prompt = render_draft(context)
        prompts.add(prompt.shared + prompt.personal)
        body = OFFLINE.draft(person, job=LEDGER_JOB, recruiter=ELIN).body
        greeting = f"Hi {' '.join(row['given'].split())},"
        assert body.startswith(greeting)
        bodies.add(body.removeprefix(greeting))
    assert len(names) == 1000
    assert (len(prompts), len(bodies)) == (1, 1)


def planted(text: str, place: str) -> tuple[Candidate, Job]:
    candidate, job = BACKEND, LEDGER_JOB
    if place == "summary":
        candidate = candidate.model_copy(update={"summary": text})
    elif place == "skill":
        candidate = candidate.model_copy(update={"skills": (Skill(name=text), *candidate.skills)})
        job = job.model_copy(update={"skills": (text, "PostgreSQL")})
    elif place == "school":
        school = School(name=text, area="Ledger engineering", current=True)
        candidate = candidate.model_copy(update={"schools": (school,), "past_applications": (), "interests": ()})
    elif place == "highlight":
        position = candidate.positions[0].model_copy(update={"highlights": (text,)})
        candidate = candidate.model_copy(update={"positions": (position,), "past_applications": (), "interests": ()})
    elif place == "company":
        position = candidate.positions[0].model_copy(update={"company": text})
        candidate = candidate.model_copy(update={"positions": (position,), "past_applications": (), "interests": ()})
    elif place == "responsibility":
        job = job.model_copy(update={"responsibilities": (text, *job.responsibilities)})
    else:
        job = job.model_copy(update={"description": text})
    return candidate, job


@pytest.mark.parametrize(
    "place", ["summary", "skill", "school", "highlight", "company", "responsibility", "description"]
)
def test_d13_no_planted_order_changes_the_instructions_or_surfaces(shared_data: Path, place: str) -> None:
    clean = render_draft(build_context(BACKEND, job=LEDGER_JOB, recruiter=ELIN, today=TODAY))
    instructions = clean.shared.partition("<facts")[0]
    rows = (shared_data / "injection/bastioncorpus.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, rows):
        candidate, job = planted(row["text"], place)
        prompt = render_draft(build_context(candidate, job=job, recruiter=ELIN, today=TODAY))
        assert prompt.shared.partition("<facts")[0] == instructions
        assert prompt.shared.count("</facts>") == clean.shared.count("</facts>")
        draft = OFFLINE.draft(candidate, job=job, recruiter=ELIN, personalization=Personalization(length="long"))
        assert not [f for f in draft.findings if f.severity == "blocking"]
        words = row["text"].split()
        runs = {" ".join(words[i : i + 4]).lower() for i in range(max(1, len(words) - 3))}
        surfaced = [
            run for run in runs if row["label"] == "malicious" and run in f"{draft.subject} {draft.body}".lower()
        ]
        assert not surfaced, (row["id"], surfaced, draft.body)
