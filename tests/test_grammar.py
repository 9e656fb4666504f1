"""English around inserted values: articles, lists, numbers, cases, formal wording."""

import pytest

from overture.generation.grammar_en import (
    as_office,
    listed,
    lower_first,
    number,
    with_article,
    with_the,
    without_contractions,
    years,
)


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("Engineer", "an Engineer"),
        ("UX Designer", "a UX Designer"),
        ("SRE", "an SRE"),
        ("SAP Consultant", "a SAP Consultant"),
        ("Unix Administrator", "a Unix Administrator"),
        ("Underwriter", "an Underwriter"),
        ("HR Manager", "an HR Manager"),
        ("One-to-one Tutor", "a One-to-one Tutor"),
        ("Honorary Fellow", "an Honorary Fellow"),
        ("MRI Technician", "an MRI Technician"),
        ("User Researcher", "a User Researcher"),
        ("European Lead", "a European Lead"),
        ("8-bit Artist", "an 8-bit Artist"),
        ("(Senior) Accountant", "a (Senior) Accountant"),
        ("IT Manager", "an IT Manager"),
        ("QA Lead", "a QA Lead"),
        ("Urban Planner", "an Urban Planner"),
        ("University Lecturer", "a University Lecturer"),
        ("X-ray Nurse", "an X-ray Nurse"),
    ],
)
def test_the_article_follows_the_sound(noun: str, said: str) -> None:
    assert with_article(noun) == said


@pytest.mark.parametrize(("title", "said"), [("CEO", "CEO"), ("Head of Sales", "Head of Sales"), ("Nurse", "a Nurse")])
def test_an_office_that_one_person_holds_takes_no_article(title: str, said: str) -> None:
    assert as_office(title) == said


def test_lists() -> None:
    assert listed(["Go"]) == "Go"
    assert listed(["Go", "SQL", "Kafka"]) == "Go, SQL and Kafka"
    assert listed(["test and ship", "run it"]) == "test and ship, and run it"
    assert listed(["Spain", "Portugal"], conjunction="or") == "Spain or Portugal"


def test_numbers_and_durations_are_rounded_down() -> None:
    assert (number(3), number(12), number(13), number(4000)) == ("three", "twelve", "13", "4,000")
    assert (years(12), years(60), years(71)) == ("one year", "five years", "more than five years")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Private health cover", "private health cover"),
        ("BVG ticket", "BVG ticket"),
        ("Urban Sports membership", "Urban Sports membership"),
        ("5+ years of SQL", "5+ years of SQL"),
        ("MacBook of choice", "MacBook of choice"),
    ],
)
def test_a_name_keeps_its_capital_inside_a_sentence(text: str, said: str) -> None:
    assert lower_first(text) == said


def test_the_formal_form_has_no_contractions() -> None:
    assert without_contractions("I'd say you're right, and we'll see.") == "I would say you are right, and we will see."


def test_a_university_of_takes_the() -> None:
    assert with_the("University of Porto") == "the University of Porto"
    assert with_the("Leiden University") == "Leiden University"
