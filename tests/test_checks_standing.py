"""What the candidate is said to be, hold and have done, how many and how often: as the facts have it (D-10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from overture.generation.assembly import assemble
from overture.generation.checks import check_draft
from overture.generation.context import build_context
from overture.generation.draft_input import DraftInput
from overture.generation.facts import MessageContext
from overture.generation.writers import WriterOutput

_TODAY = date(2026, 11, 22)


def _context(**changes: Any) -> MessageContext:
    candidate = {
        "name": "Ilse Brandt",
        "positions": [
            {
                "title": "Chef de Partie",
                "company": "Gasthof Linde",
                "start": "2018-02",
                "highlights": ["Cooked for 90 guests on the night shift", "Planned a weekly menu for 40 pupils"],
            }
        ],
        "skills": [{"name": "Menu planning"}, {"name": "Butchery"}],
    }
    job = {
        "title": "Sous-Chef",
        "company": "Hotel Adler",
        "responsibilities": ["Lead nine cooks in three kitchens", "Hold a monthly tasting", "Cook on the night shift"],
        "skills": ["Menu planning", "Butchery", "Pastry"],
        "benefits": ["A staff flat", "Seven days on and seven off", "A quiet room every Tuesday"],
        "locations": [{"locality": "New York", "country": "US"}],
    }
    given = DraftInput.model_validate(
        {"candidate": candidate, "job": job, "recruiter": {"name": "Uwe Kern"}, "team": {"name": "Kitchen", "size": 12}}
        | changes
    )
    return build_context(
        given.candidate, job=given.job, team=given.team, recruiter=given.recruiter, today=_TODAY
    )  # fmt: skip


def _blocks(text: str, **changes: Any) -> list[str]:
    context = _context(**changes)
    found = check_draft(context, assemble(context, WriterOutput(subject="A note", body=text)))
    return [finding.code for finding in found if finding.severity == "blocking"]


_FALSE = (
    # a post
    "You've been sous-chef at Gasthof Linde for eight years.",
    "You have been head chef there since 2018.",
    "You were a manager at Gasthof Linde.",
    "After eight years as a master baker you know what dough wants.",
    "You have cooked at Gasthof Linde since 2018, most recently as its manager.",
    # a lead
    "You headed the kitchen at Gasthof Linde.",
    # a paper
    "You know butchery, and you hold a sommelier's diploma.",
    "You have both, along with a forklift licence.",
    # dealings
    "You applied to us last year.",
    "You worked for us in 2023.",
    # all of them
    "Menu planning, butchery and pastry matter here. You know all three.",
    # a list
    "Butchery and beekeeping are on your list of skills.",
    # as before
    "You would hold the monthly tasting, as you have done at Gasthof Linde.",
    # counts
    "You'd lead three cooks in nine kitchens.",
    "You'd lead all five cooks.",
    "You would join a team of eight.",
    # often
    "You would hold a tasting twice a month.",
    "You would hold a tasting every week.",
    "The room is quiet every Tuesday and Friday.",
    "It is two weeks on, two weeks off.",
    # opposites
    "You would cook on the day shift.",
    # places
    "The kitchen is in New Jersey.",
    "We have kitchens in New York and Bali.",
    "You will have heard of the Paris Opera.",
    # benefits
    "A staff flat and a car are part of the deal.",
    "We pay for the staff flat and a sauna.",
    "The hotel puts a horse at your disposal.",
    "Meals included.",
    "You can live here for free.",
    "It is temporary and becomes permanent in spring.",
    # numbers
    "You cooked for fifty thousand guests.",
    "That took you half a year.",
)
_TRUE = (
    "You've been chef de partie at Gasthof Linde for more than eight years.",
    "You have been a chef there since 2018.",
    "You've been cooking at Gasthof Linde since 2018.",
    "You've been busy at Gasthof Linde.",
    "You would be head of nobody and lead nine cooks.",
    "As sous-chef you would lead nine cooks.",
    "You managed to cook for 90 guests at Gasthof Linde.",
    "Tell me how you managed that at Gasthof Linde.",
    "If you hold a certificate, so much the better.",
    "Do you have a diploma?",
    "Have you applied to us before?",
    "If you worked for us, you would see it.",
    "Menu planning and butchery matter here, and you know both.",
    "Menu planning and butchery are on your list of skills.",
    "You'd lead nine cooks in three kitchens.",
    "You'd lead nine experienced cooks.",
    "I have two questions for the other cooks.",
    "You would join a team of twelve.",
    "You would hold a tasting every month.",
    "You would hold a tasting once a month.",
    "The room is quiet every Tuesday.",
    "Would Thursday or Friday suit you for a call?",
    "It is a week on, a week off.",
    "You would cook on the night shift.",
    "You would cook on the night shift, never on the day shift.",
    "The kitchens are in New York City.",
    "A staff flat is part of the deal.",
    "The hotel puts a staff flat at your disposal.",
    "You have been there for less than nine years.",
    "I have two better arguments for a call.",
    "Let me suggest two dates.",
    "The job comes in two halves.",
)


@pytest.mark.parametrize("text", _FALSE)
def test_d_10_blocks_a_statement_that_no_fact_makes(text: str) -> None:
    assert _blocks(text)


@pytest.mark.parametrize("text", _TRUE)
def test_d_10_lets_pass_what_the_facts_say(text: str) -> None:
    assert not _blocks(text)


@pytest.mark.parametrize(
    "text",
    [
        "You ran the print room at Kotetsi.",
        "You've supervised the operators at Kotetsi.",
        "You headed sales at Kotetsi.",
        "You managed the buying at Kotetsi.",
        "You led a shift at Kotetsi.",
    ],
)
def test_d_10_a_lead_that_no_fact_tells_is_blocked(text: str) -> None:
    operator = {"title": "Press Operator", "company": "Kotetsi", "start": "2018-02"}
    overseer = {"title": "Print Room Manager", "company": "Kotetsi", "start": "2018-02"}
    assert _blocks(text, candidate={"name": "Ilse Brandt", "positions": [operator]})
    assert not _blocks(text, candidate={"name": "Ilse Brandt", "positions": [overseer]})


def test_d_10_a_town_is_no_short_form_of_an_employer() -> None:
    candidate = {
        "name": "Ilse Brandt",
        "positions": [{"title": "Plumber", "company": "Lagos Pipeworks", "start": "2018-02"}],
    }
    job = {"title": "Foreman", "company": "Island Estates", "locations": [{"locality": "Lagos", "country": "NG"}]}
    assert not _blocks("Island Estates in Lagos wants a foreman.", candidate=candidate, job=job)
    assert _blocks("Lagos Pipeworks wants a foreman.", candidate=candidate, job=job)


def test_d_10_an_application_is_as_long_ago_as_its_fact_says() -> None:
    candidate = {
        "name": "Ilse Brandt",
        "positions": [{"title": "Cook", "company": "Gasthof Linde", "start": "2018-02"}],
        "past_applications": [{"title": "Cook", "company": "Hotel Adler", "date": "2024-03"}],
    }
    assert not _blocks("Two years ago you applied to us as a cook.", candidate=candidate)
    assert _blocks("Six years ago you applied to us as a cook.", candidate=candidate)


def test_d_10_a_share_of_the_sentence_before_is_one_still() -> None:
    candidate = {
        "name": "Ilse Brandt",
        "positions": [
            {
                "title": "Cook",
                "company": "Gasthof Linde",
                "start": "2018-02",
                "highlights": ["Raised the share of repeat guests from 30 to 55 percent by menu planning"],
            }
        ],
        "skills": [{"name": "Menu planning"}],
    }
    assert not _blocks("30 percent of the guests came back. Now it is 55.", candidate=candidate)
    assert _blocks("30 percent of the guests came back. Now it is 75.", candidate=candidate)
