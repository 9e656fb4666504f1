"""Profiles, posts and recruiters of our own that several test files write about."""

from datetime import date
from decimal import Decimal

from overture import (
    Candidate,
    Company,
    CompanyInterest,
    Job,
    PartialDate,
    PastApplication,
    Place,
    Position,
    Recruiter,
    Salary,
    School,
    Skill,
    Team,
)

TODAY = date(2026, 11, 22)

BACKEND = Candidate(
    name="Ines Okafor",
    headline="Backend engineer",
    positions=(
        Position(
            title="Senior Backend Engineer",
            company="Zaplata",
            start=PartialDate(2021, 3),
            highlights=(
                "Reduced the p99 of payment authorisation from 480 ms to 90 ms by moving hot paths to Go",
                "Led the migration of the ledger to PostgreSQL",
            ),
        ),
        Position(
            title="Software Developer",
            company="Harbour Freight Lines",
            start=PartialDate(2017, 9),
            end=PartialDate(2021, 2),
            highlights=("Built the booking service for 14 container terminals",),
        ),
    ),
    schools=(School(name="University of Porto", area="Computer Science", degree="MSc", end=PartialDate(2017)),),
    skills=(Skill(name="golang"), Skill(name="Postgres"), Skill(name="k8s"), Skill(name="Fencing")),
    open_to_work=True,
    past_applications=(PastApplication(title="Backend Engineer", company="Norrsken Bank AB", date=PartialDate(2024)),),
    interests=(CompanyInterest(kind="follows", company="Norrsken Bank"),),
)
LEDGER_JOB = Job(
    title="Principal Engineer, Ledger",
    company="Norrsken Bank",
    responsibilities=(
        "Own the double-entry ledger and its PostgreSQL schema",
        "Set the reliability bar for nine teams",
    ),
    requirements=("Several years of Go and PostgreSQL in production", "Kubernetes in daily use"),
    locations=(Place(locality="Stockholm", country="SE"),),
    salary=Salary(minimum=Decimal(840000), maximum=Decimal(960000), currency="SEK", period="year"),
    workplace_type="hybrid",
    employment_type="full_time",
    seniority="staff",
    benefits=("Six weeks of holiday",),
)
BANK = Company(
    name="Norrsken Bank",
    description="Norrsken Bank runs current accounts for 400,000 people in the Nordics.",
    culture=("Decisions are written down",),
    values=("Plain words", "Owning a fault"),
)
ELIN = Recruiter(name="Elin Berg", title="Talent Partner", team=Team(name="Core Ledger", size=9))
