"""Resumes: JSON Resume documents of others, read whole, leniently where harmless, and never with an invented value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from overture import Candidate, InputError, PartialDate
from overture.sources import parse_candidate, read_candidate, read_candidates

DATA = Path(__file__).parents[2] / "shared" / "data" / "profiles"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared profiles are not at {DATA}")
RESUMES = sorted(DATA.glob("jsonresume/resumes/*resume*.json")) + sorted(DATA.glob("jsonresume/resumes/ref*.json"))
DOCUMENTS = [
    pytest.param(document, id=f"{file.stem}-{name}")
    for file in sorted(DATA.glob("jsonresume/schema_tests/*.json"))
    if file.stem != "dates"
    for name, document in json.loads(file.read_text(encoding="utf-8")).items()
]


@needs_data
@pytest.mark.parametrize("file", RESUMES, ids=lambda file: file.stem)
def test_every_shared_resume_is_read(file: Path) -> None:
    candidate = read_candidate(file)
    assert candidate.source.format == "json-resume"
    assert candidate.source.path == str(file)
    assert candidate.name
    assert candidate.positions
    assert all(position.company and position.start for position in candidate.positions)
    assert not any(note.startswith("basics") for note in candidate.source.notes)


@needs_data
def test_a_shared_resume_comes_out_as_a_person_reads_it() -> None:
    candidate = read_candidate(DATA / "jsonresume/resumes/complete-resume.json")
    assert candidate.headline == "Full Stack Software Engineer"
    first = candidate.positions[0]
    assert (first.title, first.company, first.is_current) == ("Senior Software Engineer", "TechCorp Inc", True)
    assert first.start == PartialDate(2021, 3, 1)
    assert "Reduced API response time by 40% through caching and database optimization" in first.highlights
    assert [school.name for school in candidate.schools] == [
        "Stanford University",
        "University of California, Berkeley",
    ]
    assert {"React", "PostgreSQL", "Terraform"} <= {skill.name for skill in candidate.skills}
    assert candidate.source.dropped == ("basics.image",)
    assert {"left out: volunteer", "left out: interests", "left out: references"} <= set(candidate.source.notes)


@needs_data
@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_schema_test_document_is_read_and_null_is_absence(document: Any) -> None:
    candidate = parse_candidate(document)
    assert isinstance(candidate, Candidate)
    assert "None" not in candidate.model_dump_json()
    assert candidate.source.format == "json-resume"


@needs_data
def test_every_fake_person_has_a_name_a_position_and_no_courtesy_title() -> None:
    people = read_candidates(DATA / "fake_people/people.jsonl")
    rows: list[dict[str, str]] = [
        json.loads(line) for line in (DATA / "fake_people/people.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(people) == len(rows) == 1000
    for person, row in zip(people, rows, strict=True):
        assert person.given_name == row["given"].strip()
        assert person.name == f"{row['given'].strip()} {row['family'].strip()}"
        position = person.positions[0]
        assert (position.title, position.company, position.is_current) == (
            row["occupation"].strip() or None,
            row["company"].strip() or None,
            True,
        )
        assert {"title", "gender", "name_set"} <= set(person.source.dropped)


def test_a_group_of_skills_gives_its_keywords_without_its_level() -> None:
    candidate = parse_candidate({"skills": [{"name": "Languages", "level": "Expert", "keywords": ["Go", "SQL"]}]})
    assert [(skill.name, skill.level) for skill in candidate.skills] == [("Go", None), ("SQL", None)]
    candidate = parse_candidate({"skills": [{"name": "Triage", "level": "Expert"}, "Coaching"], "work": []})
    assert [(skill.name, skill.level) for skill in candidate.skills] == [("Triage", "Expert"), ("Coaching", None)]


@pytest.mark.parametrize("end", ["Present", "heute", "aujourd'hui", "", None])
def test_an_end_that_says_present_or_nothing_is_current(end: str | None) -> None:
    candidate = parse_candidate({"work": [{"name": "Kassavik", "startDate": "2021-03", "endDate": end}]})
    assert candidate.positions[0].is_current
    assert candidate.positions[0].end is None
    assert not candidate.source.notes


@pytest.mark.parametrize("end", ["2013-12-021", "soon", "31.02.2020", "03/04/2021", "0000", "9999-99"])
def test_a_malformed_date_is_noted_and_absent_and_the_position_is_not_current(end: str) -> None:
    candidate = parse_candidate({"work": [{"name": "Kassavik", "startDate": "2011", "endDate": end}]})
    assert candidate.positions[0].end is None
    assert not candidate.positions[0].is_current
    assert candidate.source.notes[0].startswith("work[0].endDate: ")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021", PartialDate(2021)),
        ("2021-03", PartialDate(2021, 3)),
        ("03/2021", PartialDate(2021, 3)),
        ("Mar 2021", PartialDate(2021, 3)),
        ("März 2021", PartialDate(2021, 3)),
        ("4 de março de 2021", PartialDate(2021, 3, 4)),
        ("Mar 4, 2021", PartialDate(2021, 3, 4)),
        ("04.03.2021", PartialDate(2021, 3, 4)),
        ("25/12/2021", PartialDate(2021, 12, 25)),
        ("12/25/2021", PartialDate(2021, 12, 25)),
        ("2021-03-04T10:00:00Z", PartialDate(2021, 3, 4)),
        (2021, PartialDate(2021)),
    ],
)
def test_dates_are_read_in_many_spellings(text: object, date: PartialDate) -> None:
    assert parse_candidate({"work": [{"name": "Kassavik", "startDate": text}]}).positions[0].start == date


def test_a_span_that_ends_before_it_starts_has_no_dates() -> None:
    candidate = parse_candidate({"work": [{"name": "Kassavik", "startDate": "2020-09", "endDate": "2020-03"}]})
    position = candidate.positions[0]
    assert (position.start, position.end, position.is_current) == (None, None, False)
    assert "ends before it starts" in candidate.source.notes[0]


def test_positions_come_newest_first_and_current_ones_before() -> None:
    work = [
        {"name": "A", "startDate": "2010", "endDate": "2012"},
        {"name": "B", "startDate": "2009"},
        {"name": "C"},
        {"name": "D", "startDate": "2015", "endDate": "2016"},
    ]
    assert [position.company for position in parse_candidate({"work": work}).positions] == ["B", "D", "A", "C"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"basics": []}, "basics"),
        ({"basics": {"name": ["Ada"]}}, "basics.name"),
        ({"basics": {"name": True}}, "basics.name"),
        ({"work": {"name": "A", "highlights": {"a": 1}}}, "work.highlights"),
        ({"work": [{"name": "A"}, 3]}, "work[1]"),
        ({"work": [{"name": "A", "startDate": {"year": 2020}}]}, "work[0].startDate"),
    ],
)
def test_a_value_of_another_type_is_one_error_with_its_field(document: Any, field: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_candidate(document)
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize("document", ["2013-12-02", 3, None, [], {}, ["a"]])
def test_what_is_no_profile_is_refused(document: Any) -> None:
    with pytest.raises(InputError):
        parse_candidate(document)


def test_harmless_mistakes_of_type_are_read() -> None:
    candidate = parse_candidate(
        {"basics": {"name": 42, "summary": float("nan")}, "work": [{"name": "A", "highlights": "Built it"}]}
    )
    assert candidate.name == "42"
    assert candidate.summary is None
    assert candidate.positions[0].highlights == ("Built it",)


def test_markup_and_invisible_characters_are_gone() -> None:
    name = "A\u200bda\u202e \x00Lo\ud800velace"
    candidate = parse_candidate({"basics": {"name": name, "summary": "<p>Builds&nbsp;<b>engines</b></p><p>In C</p>"}})
    assert candidate.name == "Ada Lovelace"
    assert candidate.summary == "Builds engines\n\nIn C"
