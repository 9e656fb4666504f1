"""Sentences around inserted values: articles, lists, numbers, cases, dates, pay, formal wording."""

from decimal import Decimal
from typing import Literal

import pytest

from overture import PartialDate, Salary
from overture.generation.choices import Language
from overture.generation.grammar import Grammar
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
from overture.generation.language_pack import language_pack
from overture.generation.phrasing import Phrasing
from overture.generation.wording import month_year, pay


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


def plain(language: Language) -> Grammar:
    return language_pack(language).grammar


@pytest.mark.parametrize(
    ("items", "conjunction", "listed"),
    [
        (("diseño", "ingeniería"), "and", "diseño e ingeniería"),
        (("ISO 9001", "IATF"), "and", "ISO 9001 e IATF"),
        (("nieve", "hielo"), "and", "nieve y hielo"),
        (("Go", "Yarn"), "and", "Go y Yarn"),
        (("Oslo", "Oviedo"), "or", "Oslo u Oviedo"),
        (("Lugo", "Huesca", "Vigo"), "or", "Lugo, Huesca o Vigo"),
    ],
)
def test_spanish_joins_words_by_their_sound(
    items: tuple[str, ...], conjunction: Literal["and", "or"], listed: str
) -> None:
    assert plain("es").listed(items, conjunction=conjunction) == listed


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "März 2021"), ("fr", "mars 2021"), ("es", "marzo de 2021"), ("pt", "março de 2021"), ("it", "marzo 2021"),
     ("nl", "maart 2021"), ("en", "March 2021")],
)  # fmt: skip
def test_a_month_is_said_in_the_language(language: Language, said: str) -> None:
    assert month_year(PartialDate(2021, 3), language=language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "£47,810 to £54,710 a year"), ("de", "47.810 £ bis 54.710 £ im Jahr"),
     ("fr", "de 47\u00a0810\u00a0£ à 54\u00a0710\u00a0£ par an"), ("nl", "£ 47.810 tot £ 54.710 per jaar")],
)  # fmt: skip
def test_pay_is_said_in_the_language(language: Language, said: str) -> None:
    salary = Salary(minimum=Decimal(47_810), maximum=Decimal(54_710), currency="GBP", period="year")
    assert pay(salary, language=language) == said


def test_a_team_of_one_has_no_size() -> None:
    assert plain("de").team("Ledger", 1) == "Team Ledger"
    assert plain("de").team("Ledger", 9) == "Team Ledger (neun Personen)"


def test_a_name_that_ends_in_a_stop_ends_its_sentence() -> None:
    said = Phrasing(tone="friendly", seed="0" * 64).say("duties", duties="work for Acme Inc.")
    assert said is not None
    assert said.endswith("Acme Inc.")
