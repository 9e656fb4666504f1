"""D-4, D-6: what a user interface lists beside each switch."""

from __future__ import annotations

import pytest
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY

from overture import Candidate, Job, Personalization, Position
from overture.errors import ConfigurationError
from overture.generation import Drafter, DraftInput, ElementState

CHEF = Position(title="Pastry Chef", company="Blé", highlights=("Ran the pastry section of a hotel kitchen",))


def states(inputs: DraftInput) -> dict[str, ElementState]:
    return {state.name: state for state in Drafter(today=TODAY).elements(inputs)}


def of(candidate: Candidate = BACKEND, **changes: object) -> DraftInput:
    given = {"candidate": candidate, "job": LEDGER_JOB, "company": BANK, "recruiter": ELIN, **changes}
    return DraftInput.model_validate(given)


def test_d6_every_element_is_listed_in_order_with_label_and_description() -> None:
    listed = Drafter(today=TODAY).elements(of())
    assert [state.name for state in listed] == [element.name for element in Personalization.elements()]
    assert all(state.label and state.description for state in listed)


def test_d3_an_element_without_a_value_says_why() -> None:
    found = states(of(job=LEDGER_JOB.model_copy(update={"salary": None})))
    assert not found["salary"].available
    assert found["salary"].reason == "the opportunity does not give it"
    assert found["location"].available
    assert found["location"].facts == ("Location: Stockholm, Sweden",)


def test_d6_a_switched_off_element_still_shows_what_it_would_say() -> None:
    found = states(of(personalization=Personalization().switch(off=["salary"])))
    assert not found["salary"].on
    assert found["salary"].available
    assert found["salary"].facts


def test_d4_a_signal_that_is_not_relevant_is_shown_with_its_reason_and_field() -> None:
    found = states(of(BACKEND.model_copy(update={"positions": (*BACKEND.positions, CHEF)})))
    left_out = [each for each in found["achievements"].left_out if "pastry" in each.text]
    assert left_out[0].reason
    assert left_out[0].sources == ("positions[2].highlights[0]",)


def test_d4_where_nothing_relevant_is_left_the_reason_says_so() -> None:
    found = states(of(Candidate(name="Ana", positions=(CHEF,))))
    assert found["achievements"].reason == "what the profile gives is not relevant to this opportunity"


def test_d2_an_inferred_role_lists_its_elements_too() -> None:
    found = states(DraftInput(candidate=BACKEND))
    assert found["job_title"].facts == ("Title: Senior Backend Engineer",)
    with pytest.raises(ConfigurationError, match="D-2"):
        states(DraftInput(candidate=Candidate(name="Jo")))


def test_an_opportunity_without_title_is_listed() -> None:
    assert not states(DraftInput(candidate=BACKEND, job=Job(company="Norrsken Bank")))["job_title"].available
