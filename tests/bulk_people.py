"""Candidates by the thousand, each with something of their own to say; numbered, the same on every run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_DEEDS = ("Built", "Led", "Moved", "Wrote", "Reduced")
_THINGS = (
    "booking service", "payment ledger", "search index", "fraud model", "message broker", "billing engine",
    "deployment pipeline", "pricing service", "stock keeper", "route planner", "claims workflow",
)  # fmt: skip
_PLACES = ("harbours", "clinics", "shops", "banks", "theatres", "schools", "depots", "airports", "farms")
_FORMS = (
    "{deed} the {thing} of {count} {place} with a team of {team}",
    "{deed} a {thing} that {count} {place} rely on, in {team} months",
    "{deed} what {count} {place} called their {thing}, over {team} releases",
)
_SKILLS = ("Go", "PostgreSQL", "Kubernetes", "Kafka", "Rust", "Python", "Terraform", "gRPC")


def person(number: int) -> dict[str, Any]:
    """A candidate in our own format; no two have the same highlight."""
    deed, thing, place = (
        _DEEDS[number % len(_DEEDS)], _THINGS[number % len(_THINGS)], _PLACES[number % len(_PLACES)],
    )  # fmt: skip
    form = _FORMS[number // 7 % len(_FORMS)]
    highlight = form.format(deed=deed, thing=thing, place=place, count=number + 11, team=2 + number % 17)
    return {
        "id": f"p{number}",
        "name": f"Person {_letters(number)}",
        "positions": [
            {"title": "Backend Engineer", "company": f"Firm {_letters(number // 3)}", "start": str(2008 + number % 15),
             "highlights": [highlight]}
        ],
        "skills": [{"name": _SKILLS[(number + step) % len(_SKILLS)]} for step in range(3)],
    }  # fmt: skip


def people(count: int) -> Iterator[dict[str, Any]]:
    """The first so many."""
    return map(person, range(count))


def write_people(path: Path, count: int) -> Path:
    """The first so many as JSONL."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in people(count))
    return path


def _letters(number: int) -> str:
    letters = ""
    while True:
        letters = chr(ord("a") + number % 26) + letters
        number //= 26
        if not number:
            return letters.capitalize()
