"""How values are said in English."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "on site", "hybrid": "hybrid", "remote": "remote"},
    employment={
        "full_time": "full-time",
        "part_time": "part-time",
        "contract": "contract",
        "temporary": "temporary",
        "internship": "internship",
        "volunteer": "volunteer",
        "apprenticeship": "apprenticeship",
    },
    seniority={
        "intern": "intern",
        "entry": "entry level",
        "mid": "mid-level",
        "senior": "senior",
        "staff": "staff",
        "lead": "lead",
        "manager": "manager",
        "director": "director",
        "executive": "executive",
    },
    periods={"hour": "an hour", "day": "a day", "week": "a week", "month": "a month", "year": "a year"},
    pay_between="{low} to {high}",
    pay_from="from {low}",
    pay_up_to="up to {high}",
    numbers=(
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ),
    one_year="one year",
    years="{count} years",
    more_than="more than {years}",
    conjunctions=("and", "or"),
    in_year=" in {year}",
    for_title=" for a {title} role",
    team="the {name} team",
    team_of="the {name} team, {count} people",
    quotes=("“", "”"),
    says={
        "open_to_work": frozenset("open looking available".split()),
        "interest": frozenset(
            "follow follows following followed interest engaged engage pool referred know worked".split()
        ),
        "application": frozenset("applied application apply".split()),
    },
    address=frozenset("you your yours".split()),
)  # fmt: skip
