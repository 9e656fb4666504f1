"""Hypothesis strategies for profiles and posts, sparse to rich, of many trades."""

from __future__ import annotations

from hypothesis import strategies as st

from overture import (
    Candidate,
    CompanyInterest,
    Job,
    PartialDate,
    PastApplication,
    Place,
    Position,
    Salary,
    School,
    Skill,
)

TITLES = (
    "Senior Backend Engineer", "Staff Nurse", "Night Shift Supervisor", "Quantity Surveyor", "Head of Sales",
    "Pastry Chef", "SRE", "HR Business Partner", "Data Analyst (Contract)", "Electrician", "UX Designer",
    "Assistant Controller", "AI Engineer, Graduate 2026", "Legal Counsel", "Year 4 Teacher", "Forklift Driver",
)  # fmt: skip
COMPANIES = (
    "Zaplata",
    "Brightbox",
    "St. Mary's Hospital",
    "Ørsted & Sons",
    "adidas",
    "H&M",
    "Müller GmbH",
    "A.P. Lines",
)
SKILLS = (
    "Go", "PostgreSQL", "k8s", "Triage", "SAP", "AutoCAD", "Forklift licence", "IFRS", "Figma", "Python", "Excel",
    "Wound care", "Scheduling", "Salesforce", "C++", "Welding",
)  # fmt: skip
HIGHLIGHTS = (
    "Reduced handover from 34 to 19 minutes", "Led a team of 12 across three depots", "Built the booking service in Go",
    "Wrote the reporting in Excel and SQL",
    "Trained 6 juniors, two of them now seniors", "Responsible for things",
    "Cut overtime spend by 18%", "Managed 40 suppliers and EUR 2.5m of spend", "Introduced IFRS 16 to the group",
    "ran the night shift", "Migrated PostgreSQL to a new cluster without downtime",
)  # fmt: skip
DUTIES = (
    "Own the ledger and its PostgreSQL schema", "Lead the night shift of 14 people",
    "Coordinating triage with the wards",
    "Prepares the monthly closing under IFRS", "You will love it here", "Maintenance of machines",
    "Train new colleagues",
    "Build services in Go, test them, and run them in production together with the platform team and its customers",
)  # fmt: skip

dates = st.builds(PartialDate, st.integers(1995, 2026), st.none() | st.integers(1, 12))
positions = st.builds(
    Position,
    title=st.none() | st.sampled_from(TITLES),
    company=st.none() | st.sampled_from(COMPANIES),
    start=st.none() | dates,
    end=st.none() | dates,
    highlights=st.lists(st.sampled_from(HIGHLIGHTS), max_size=4, unique=True).map(tuple),
)
schools = st.builds(
    School,
    name=st.sampled_from(("Leiden University", "University of Porto", "Harlow College")),
    area=st.none() | st.sampled_from(("Computer Science", "Nursing", "Law")),
    end=st.none() | dates,
    current=st.none() | st.booleans(),
)
applications = st.builds(PastApplication, title=st.none() | st.sampled_from(TITLES), date=st.none() | dates)
interests = st.builds(
    CompanyInterest, kind=st.sampled_from(("follows", "engaged", "talent_pool", "alumni", "referred"))
)
candidates = st.builds(
    Candidate,
    name=st.sampled_from(("Ines Okafor", "Jo", "陈伟", "Robin Keller")),
    positions=st.lists(positions, max_size=4).map(tuple),
    schools=st.lists(schools, max_size=2).map(tuple),
    skills=st.lists(st.sampled_from(SKILLS), max_size=8, unique=True).map(
        lambda names: tuple(Skill(name=n) for n in names)
    ),
    open_to_work=st.none() | st.booleans(),
    past_applications=st.lists(applications, max_size=1).map(tuple),
    interests=st.lists(interests, max_size=1).map(tuple),
)
places = st.builds(
    Place, locality=st.sampled_from(("Halifax", "Kassel", "Utrecht")), country=st.sampled_from(("GB", "DE", "NL"))
)
salaries = st.builds(
    Salary,
    minimum=st.integers(20_000, 90_000),
    currency=st.none() | st.sampled_from(("EUR", "GBP", "SEK", "USD")),
    period=st.none() | st.sampled_from(("year", "month", "hour")),
)
jobs = st.builds(
    Job,
    title=st.none() | st.sampled_from(TITLES),
    company=st.none() | st.sampled_from(COMPANIES),
    responsibilities=st.lists(st.sampled_from(DUTIES), max_size=5, unique=True).map(tuple),
    requirements=st.lists(
        st.sampled_from(("Two years of Go", "Experience with SAP", "5+ years in triage")), max_size=2
    ).map(tuple),
    skills=st.lists(st.sampled_from(SKILLS), max_size=4, unique=True).map(tuple),
    benefits=st.lists(st.sampled_from(("Six weeks of holiday", "A company car")), max_size=2, unique=True).map(tuple),
    locations=st.lists(places, max_size=2).map(tuple),
    salary=st.none() | salaries,
    workplace_type=st.none() | st.sampled_from(("remote", "hybrid", "on_site")),
    employment_type=st.none() | st.sampled_from(("full_time", "part_time", "contract")),
    seniority=st.none() | st.sampled_from(("entry", "mid", "senior", "lead")),
)
