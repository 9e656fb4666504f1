"""D-12: protected attributes stop at the door, whatever the format, and are listed in `source.dropped`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from overture.sources import parse_candidate, read_candidate, read_recruiter

FIELDS = [
    "age", "Alter", "birthDate", "date_of_birth", "DOB", "Geburtsdatum", "date de naissance", "fechaDeNacimiento",
    "gender", "Geschlecht", "género", "sexe", "pronouns", "preferredPronouns", "marital_status", "Familienstand",
    "état civil", "nationality", "nationalité", "Staatsangehörigkeit", "staatsangehoerigkeit", "citizenship",
    "ethnicity", "race", "religion", "Konfession", "disability", "isDisabled", "Schwerbehinderung", "health", "photo",
    "imageUrl", "Bewerbungsfoto", "unionMembership", "Gewerkschaft", "political_party", "maidenName", "Geburtsname",
    "demographics", "veteranStatus", "candidate_gender", "sexual orientation", "salutationTitle", "Anrede",
]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_d12_a_protected_field_is_dropped_and_listed_in_every_format(field: str) -> None:
    resume = parse_candidate({"basics": {"name": "Ada Berg", field: "secret-value"}})
    own = parse_candidate({"name": "Ada Berg", "positions": [{"title": "Nurse", field: "secret-value"}]})
    row = parse_candidate({"given": "Ada", "family": "Berg", "occupation": "Nurse", field: "secret-value"})
    assert resume.source.dropped == (f"basics.{field}",)
    assert own.source.dropped == (f"positions[0].{field}",)
    assert row.source.dropped == (field,)
    for candidate in (resume, own, row):
        assert "secret-value" not in candidate.model_dump_json()


@pytest.mark.parametrize("field", ["label", "languages", "page", "percentage", "package", "image_processing_skills"])
def test_d12_names_that_only_look_alike_are_not_listed(field: str) -> None:
    assert parse_candidate({"basics": {"name": "Ada", field: "kept"}}).source.dropped == ()


def test_d12_an_empty_protected_field_is_not_listed() -> None:
    assert parse_candidate({"basics": {"name": "Ada", "image": ""}}).source.dropped == ()


@pytest.mark.parametrize(
    ("statement", "attribute"),
    [
        ("Born 1985.", "birth date"),
        ("Born in Leeds in March 1985.", "birth date"),
        ("Geboren am 12.03.1985 in Kassel.", "birth date"),
        ("Née en 1985.", "birth date"),
        ("Date of birth: 3 May 1985", "birth date"),
        ("I am 45 years old.", "age"),
        ("Age: 45", "age"),
        ("Tengo 45 años.", "age"),
        ("Married, two children", "marital status"),
        ("Verheiratet, 2 Kinder", "marital status"),
        ("Proud father of three.", "marital status"),
        ("Nationality: Dutch", "nationality"),
        ("Staatsangehörigkeit: deutsch", "nationality"),
        ("Swiss citizen", "nationality"),
        ("Pronouns: she/her", "pronouns"),
        ("they/them", "pronouns"),
        ("Gender: female", "gender"),
        ("Religion: Catholic", "religion"),
        ("I am a practising Muslim.", "religion"),
        ("Wheelchair user", "disability"),
        ("I was diagnosed with epilepsy in 2010.", "health"),
        ("Member of the Green Party.", "political membership"),
        ("Trade union member.", "union membership"),
        ("Ethnicity: Roma", "ethnicity"),
    ],
)
def test_d12_a_statement_in_free_text_is_taken_out_and_listed(statement: str, attribute: str) -> None:
    text = f"Runs a ward.\n{statement}\nTeaches triage."
    candidate = parse_candidate({"basics": {"summary": text}, "work": [{"name": "A", "highlights": [statement]}]})
    assert candidate.summary == "Runs a ward.\nTeaches triage."
    assert candidate.positions[0].highlights == ()
    assert f"basics.summary: {attribute}" in candidate.source.dropped
    assert f"work[0].highlights[0]: {attribute}" in candidate.source.dropped


@pytest.mark.parametrize(
    "text",
    [
        "Taught disabled children to read. Negotiated pay with the trade union.",
        "Built a single page application for a marriage registry.",
        "Grew revenue 28% over 30 years. Replaced a 45 year old codebase.",
        "Cut costs by 12 percent and wait times from 34 to 19 minutes.",
        "Women's health nurse in a hospital with two children's wards.",
        "Wrote the age verification and the nationality filter of a search engine.",
        "I'm 10 years into my career and have 20 years of experience.",
        "Tengo 20 años de experiencia. J'ai 20 ans d'expérience.",
        "Led the political desk, and the religion pages, of a newspaper.",
        "Richard hails from Tulsa. He has earned degrees from the University of Oklahoma and Stanford.",
        "Moved a service born in 2 weeks of hacking to production",
    ],
)
def test_d12_work_with_such_subjects_stays(text: str) -> None:
    candidate = parse_candidate({"basics": {"summary": text}})
    assert candidate.summary == text
    assert candidate.source.dropped == ()


@pytest.mark.parametrize(
    ("given", "name", "dropped"),
    [
        ("Mrs. Ada Berg", "Ada Berg", ("basics.name: honorific",)),
        ("Frau Robin Keller", "Robin Keller", ("basics.name: honorific",)),
        ("Ada Berg (she/her)", "Ada Berg", ("basics.name: pronouns",)),
        ("Pan Wei", "Pan Wei", ()),
        ("M. Night", "M. Night", ()),
    ],
)
def test_d12_a_name_carries_no_courtesy_and_no_pronoun(given: str, name: str, dropped: tuple[str, ...]) -> None:
    candidate = parse_candidate({"basics": {"name": given}})
    assert candidate.name == name
    assert candidate.source.dropped == dropped


def test_d12_own_yaml_of_candidate_and_recruiter(tmp_path: Path) -> None:
    file = tmp_path / "candidate.yaml"
    file.write_text("name: Ada Berg\nsummary: 'Nurse. Born 1985.'\ngender: female\n", encoding="utf-8")
    candidate = read_candidate(file)
    assert candidate.summary == "Nurse."
    assert set(candidate.source.dropped) == {"gender", "summary: birth date"}
    file.write_text("name: Elin Berg\npronouns: she/her\n", encoding="utf-8")
    assert read_recruiter(file).source.dropped == ("pronouns",)


def test_volunteering_interests_and_references_are_left_out_with_a_note() -> None:
    document: dict[str, Any] = {
        "basics": {"name": "Ada"},
        "volunteer": [{"organization": "A Parish"}],
        "interests": [{"name": "A Party"}],
        "references": [{"name": "Somebody Else"}],
    }
    candidate = parse_candidate(document)
    assert set(candidate.source.notes) == {"left out: volunteer", "left out: interests", "left out: references"}
    assert candidate.source.dropped == ()
    text = json.dumps(candidate.model_dump(mode="json", exclude={"source"}))
    assert not any(word in text for word in ("Parish", "Party", "Somebody"))
