"""The named elements of a message that a recruiter can switch on or off (D-3 to D-6)."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

ElementName = Literal[
    "job_title", "responsibilities", "requirements", "location", "salary", "workplace_type", "employment_type",
    "seniority", "skills", "benefits",
    "skill_match", "title_experience", "past_positions", "achievements", "side_projects", "company_interest",
    "past_applications", "open_to_work", "current_school", "past_schools",
    "recruiter_name", "recruiter_title", "team", "company_name", "company_description", "company_culture",
    "company_values",
]  # fmt: skip
ElementGroup = Literal["opportunity", "fit", "background"]


class Element(NamedTuple):
    """One element as a user interface lists it."""

    name: ElementName
    group: ElementGroup
    label: str
    description: str


ELEMENTS: tuple[Element, ...] = (
    Element("job_title", "opportunity", "Job title", "The title of the role."),
    Element("responsibilities", "opportunity", "Responsibilities", "What the person in the role does."),
    Element("requirements", "opportunity", "Requirements", "What the job post asks for."),
    Element("location", "opportunity", "Location", "Where the work is done."),
    Element("salary", "opportunity", "Salary", "The pay, only where the source states it."),
    Element("workplace_type", "opportunity", "Workplace", "On site, hybrid or remote."),
    Element("employment_type", "opportunity", "Employment type", "Full-time, part-time, contract and so on."),
    Element("seniority", "opportunity", "Seniority", "The level of the role."),
    Element("skills", "opportunity", "Prioritised skills", "The skills the role needs most."),
    Element("benefits", "opportunity", "Benefits", "What the employer offers besides pay."),
    Element("skill_match", "fit", "Skill match", "Prioritised skills that the candidate has."),
    Element("title_experience", "fit", "Experience with the title", "Time spent in the same or a similar role."),
    Element("past_positions", "fit", "Companies and roles", "Where the candidate works and has worked."),
    Element("achievements", "fit", "Achievements", "Results the candidate lists under a position."),
    Element("side_projects", "fit", "Own projects", "Projects of the candidate's own."),
    Element("company_interest", "fit", "Interest in the company", "The candidate follows or has engaged with it."),
    Element("past_applications", "fit", "Past applications", "The candidate applied to the company before."),
    Element("open_to_work", "fit", "Open to work", "The candidate has said so."),
    Element("current_school", "fit", "Current school", "Where the candidate studies now."),
    Element("past_schools", "fit", "Past schools", "Where the candidate has studied."),
    Element("recruiter_name", "background", "Your name", "Signs the message."),
    Element("recruiter_title", "background", "Your title", "Below your name."),
    Element("team", "background", "Team", "The team the role sits in."),
    Element("company_name", "background", "Company name", "The hiring company."),
    Element("company_description", "background", "About the company", "What the company does."),
    Element("company_culture", "background", "Culture", "How the company works."),
    Element("company_values", "background", "Values", "What the company stands for."),
)
ELEMENT_NAMES: tuple[ElementName, ...] = get_args(ElementName)
