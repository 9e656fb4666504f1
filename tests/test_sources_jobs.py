"""Job posts of others: every shared post is read, and what a person finds in it is where it belongs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from overture import InputError, Job, PartialDate, Place, Salary
from overture.sources import parse_job, read_company, read_job, read_jobs

ENTRIES = {"smartrecruiters": "content", "recruitee": "offers"} | dict.fromkeys(
    ("ashby", "greenhouse", "workable"), "jobs"
)
BOARDS = ["ashby", "greenhouse", "lever", "recruitee", "smartrecruiters", "workable"]


def board(shared_data: Path, name: str) -> tuple[Job, ...]:
    return read_jobs(shared_data / "jobs" / "ats_fixtures" / f"{name}.json")


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_answer_is_known_by_its_content(shared_data: Path, name: str) -> None:
    jobs = board(shared_data, name)
    assert jobs
    for job in jobs:
        assert job.source.format == name
        assert job.title
        assert job.id
        assert job.locations
        assert job.date_posted


def test_greenhouse_keeps_the_role_and_leaves_the_employers_boilerplate(shared_data: Path) -> None:
    scientist, executive = board(shared_data, "greenhouse")
    assert scientist.company == "Amplitude"
    assert scientist.title == "Customer Data Scientist - Experimentation"
    assert scientist.locations == (Place(locality="London", country="UK"),)
    assert len(scientist.responsibilities) == 5
    assert scientist.responsibilities[0].startswith("Serve as the primary experimentation expert")
    assert len(scientist.requirements) == 11
    assert "Ranked #1" not in (scientist.description or "")
    for said in ("equal", "diversity", "Recruitment Fraud", "privacy", "growth mindset"):
        assert said.casefold() not in (scientist.description or "").casefold()
    assert executive.title == "Emerging Account Executive"
    assert executive.seniority is None
    assert len(executive.responsibilities) == 9
    assert executive.requirements[0].startswith("3+ years of quota-carrying SaaS sales")
    wishes = [line for line in executive.requirements if line.startswith("Nice to have: ")]
    assert wishes == list(executive.requirements[-2:])
    assert "BFSI" in wishes[0]


def test_lever_lists_are_sorted_and_the_employer_is_found_in_the_post(shared_data: Path) -> None:
    manager, architect = board(shared_data, "lever")
    assert manager.company == architect.company == "Idealist Consulting"
    assert manager.title == "Nonprofit Salesforce Consultant: Enterprise Project Manager"
    assert (manager.workplace_type, manager.employment_type) == ("remote", "contract")
    assert manager.locations == (Place(locality="Chicago", region="IL", country="US"),)
    assert len(manager.responsibilities) == 12
    assert manager.requirements[0] == "3-7 years experience in a similar role"
    assert manager.requirements[-1] == "Nice to have: Team leadership experience"
    assert manager.description is not None
    assert manager.description.startswith("As a part-time Enterprise Project Manager")
    assert len(architect.responsibilities) == 15
    assert len(architect.requirements) == 12
    assert len(architect.benefits) == 6


def test_ashby_reads_pay_and_does_not_take_the_agency_for_the_employer(shared_data: Path) -> None:
    recruiter, engineer = board(shared_data, "ashby")
    assert recruiter.company == "HighlightTA"
    assert recruiter.salary is None
    assert len(recruiter.responsibilities) == 11
    assert len(recruiter.requirements) == 8
    assert len(recruiter.benefits) == 5
    assert recruiter.description is not None
    assert recruiter.description.startswith("We are seeking an experienced Senior Technical Recruiter")
    assert engineer.company is None  # "Our client is ..."
    assert engineer.salary == Salary(minimum=Decimal(102800), maximum=Decimal(137000), currency="CAD", period="year")
    assert (engineer.workplace_type, engineer.employment_type, engineer.seniority) == ("hybrid", "full_time", "senior")
    assert engineer.locations == (Place(locality="Toronto", region="Ontario", country="Canada"),)
    assert len(engineer.responsibilities) == 6
    assert len(engineer.requirements) == 5
    assert "HighlightTA" not in (engineer.description or "")


def test_recruitee_reads_two_fields_of_html(shared_data: Path) -> None:
    accountant, representative = board(shared_data, "recruitee")
    assert accountant.title == "(Senior) Financial Accountant"
    assert accountant.seniority is None  # "(Senior)" leaves it open
    assert accountant.salary == Salary(minimum=Decimal(60000), maximum=Decimal(75000), currency="EUR", period="year")
    assert len(accountant.responsibilities) == 11
    assert len(accountant.requirements) == 8
    assert (accountant.workplace_type, accountant.employment_type) == ("hybrid", "full_time")
    assert representative.title == "Partner Development Representative"
    assert representative.responsibilities[0].startswith("Find and sign partners: ")
    assert not any("Completely cold outbound" in line for line in representative.responsibilities)
    assert representative.requirements[0].startswith("You have resilience")
    assert any(line.startswith("fluent German and English") for line in representative.requirements)
    assert not any("Intro call" in line for line in representative.requirements)
    text = representative.model_dump_json(exclude={"salary"})
    assert "OTE" not in text  # pay is in `salary` alone, so that it can be switched off (D-6)


def test_smartrecruiters_and_workable(shared_data: Path) -> None:
    (nurse,) = board(shared_data, "smartrecruiters")
    assert nurse.title == "CNA / LPN"
    assert nurse.company == "Knight Gayles"
    assert (nurse.employment_type, nurse.seniority, nurse.workplace_type) == ("part_time", None, None)
    assert nurse.locations == (Place(locality="St. Louis", region="MO", country="US"),)
    (analyst,) = board(shared_data, "workable")
    assert analyst.company == "Zaelab"
    assert analyst.locations == (Place(country="Spain"), Place(country="Portugal"))
    assert analyst.workplace_type == "remote"


def test_a_posting_in_the_graph_of_a_page(shared_data: Path) -> None:
    file = shared_data / "jobs" / "jobposting_jsonld" / "examplecorp.html"
    job = read_job(file)
    assert (job.id, job.title, job.company) == ("REQ-9001", "AI Engineer, University Graduate 2026", "ExampleCorp")
    assert job.locations == (Place(locality="Boston", region="MA", country="US"),)
    assert (job.employment_type, job.seniority, job.salary) == ("full_time", "entry", None)
    assert job.date_posted == PartialDate(2026, 7, 6)
    assert read_company(file).name == "ExampleCorp"


def test_the_job_schema_of_json_resume(shared_data: Path) -> None:
    job = read_job(shared_data / "profiles" / "jsonresume" / "resumes" / "sample.job.json")
    assert (job.title, job.company, job.seniority) == ("Web Developer", "Microsoft", "mid")
    assert job.salary == Salary(
        minimum=Decimal(100000), maximum=Decimal(100000)
    )  # no currency is said, none is guessed
    assert len(job.responsibilities) == 4
    assert len(job.requirements) == 3
    assert job.skills[:2] == ("Web Development", "Database Management")
    assert "JavaScript" in job.skills
    with pytest.raises(InputError, match="JSON Schema"):
        read_job(shared_data / "profiles" / "jsonresume" / "resumes" / "job-schema.json")


def test_every_row_of_the_job_match_set(shared_data: Path) -> None:
    file = shared_data / "jobs" / "jsonresume_jobmatch" / "jobs.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    jobs = read_jobs(file)
    assert len(jobs) == len(rows)
    workplace = {"Full": "remote", "Hybrid": "hybrid", "None": "on_site", None: None}
    for job, row in zip(jobs, rows, strict=True):
        assert job.id == str(row["id"])
        assert job.workplace_type == workplace[row["remote"]]
        assert job.skills[: len(row["skills"])] == tuple(dict.fromkeys(skill["name"] for skill in row["skills"]))
        assert (job.salary is None) == (not any(ch.isdigit() and ch != "0" for ch in row["salary"] or ""))
    pay = {row["salary"]: job.salary for job, row in zip(jobs, rows, strict=True)}
    assert pay["$3.5k–$4.9k/mo"] == Salary(minimum=Decimal(3500), maximum=Decimal(4900), period="month")
    assert pay["€85k-€95k"] == Salary(minimum=Decimal(85000), maximum=Decimal(95000), currency="EUR")
    assert pay["USD$160-220K+"] == Salary(minimum=Decimal(160000), maximum=Decimal(220000), currency="USD")


def test_every_row_of_the_city_jobs(shared_data: Path) -> None:
    file = shared_data / "jobs" / "nyc_jobs" / "jobs.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    jobs = read_jobs(file)
    assert len(jobs) == len(rows) == 3773
    for job, row in zip(jobs, rows, strict=True):
        assert job.title is not None
        assert " ".join(row["title"].casefold().split()).startswith(job.title.casefold())
        assert job.company == row["agency"]
        assert job.salary is not None
        assert (job.salary.minimum, job.salary.maximum) == (
            Decimal(row["salary_from"]) or None,  # nobody is paid nothing
            Decimal(row["salary_to"]),
        )
        assert (job.salary.currency, job.salary.period) == (None, None)
    assert jobs[0].title == "Public Health Nurse"
    assert jobs[1].title == "Cert IT Developer (APP)"
    assert jobs[0].source.notes == ("title: was in capitals ('PUBLIC HEALTH NURSE'), put into title case",)


def test_one_of_several_is_picked_by_position_id_or_title(shared_data: Path) -> None:
    file = shared_data / "jobs" / "ats_fixtures" / "ashby.json"
    first = read_job(file)
    assert first.title == "Senior Technical Recruiter"
    assert "the first of 2" in first.source.notes[-1]
    assert read_job(file, pick=1).title == "Senior Site Reliability Engineer"
    assert read_job(file, pick="site reliability").title == "Senior Site Reliability Engineer"
    assert read_job(file, pick="fc2f1f85-46a0-4a31-b165-683e39c07c04").title == "Senior Site Reliability Engineer"
    for pick in (7, "gardener"):
        with pytest.raises(InputError):
            read_job(file, pick=pick)


def test_a_single_post_is_read_as_the_list_is(shared_data: Path) -> None:
    for name in BOARDS:
        data: Any = json.loads((shared_data / "jobs" / "ats_fixtures" / f"{name}.json").read_text(encoding="utf-8"))
        posts: list[dict[str, Any]] = data if name == "lever" else data[ENTRIES[name]]
        beside: dict[str, Any] = {"company": "Zaelab"} if name == "workable" else {}
        single = parse_job({**posts[0], **beside})
        listed = board(shared_data, name)[0]
        assert single.model_dump(exclude={"source", "locations"}) == listed.model_dump(exclude={"source", "locations"})
