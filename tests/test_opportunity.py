"""D-2: which opportunity a message is about, and where each field came from."""

from decimal import Decimal

import pytest
from people import BACKEND, LEDGER_JOB

from overture import Candidate, ConfigurationError, Job, Place, Position, Project, Salary
from overture.generation import resolve_opportunity


def test_d2_the_job_post_comes_first_and_each_field_names_its_source() -> None:
    found = resolve_opportunity(BACKEND, job=LEDGER_JOB, project=Project(title="Something else"))
    assert (found.source, found.title) == ("job", "Principal Engineer, Ledger")
    assert found.provenance["title"] == "job.title"


def test_d2_a_gap_in_the_post_is_filled_from_its_project() -> None:
    project = Project(
        title="Ledger hire", salary=Salary(minimum=Decimal(1), currency="EUR"), locations=(Place(country="PT"),)
    )
    found = resolve_opportunity(BACKEND, job=Job(title="Principal Engineer"), project=project)
    assert found.source == "job"
    assert found.provenance == {
        "title": "job.title",
        "locations": "project.locations",
        "salary": "project.salary",
    }


def test_d2_a_gap_is_never_filled_from_the_inferred_role() -> None:
    found = resolve_opportunity(BACKEND, job=Job(company="Norrsken Bank"))
    assert found.title is None
    assert "title" not in found.provenance


def test_d2_the_project_stands_in_for_a_missing_post() -> None:
    found = resolve_opportunity(BACKEND, project=Project(title="Ledger hire"))
    assert (found.source, found.provenance["title"]) == ("project", "project.title")


def test_d2_without_both_the_role_is_inferred_from_the_current_position_with_a_warning() -> None:
    former = Position(title="Clerk", company="Post", start="2010", end="2012")  # type: ignore[arg-type]  # pydantic reads text
    candidate = Candidate(positions=(former, BACKEND.positions[0]))
    found = resolve_opportunity(candidate)
    assert (found.source, found.title) == ("inferred", "Senior Backend Engineer")
    assert found.provenance == {"title": "candidate.positions[1].title"}
    assert (found.company, found.salary, found.locations) == (None, None, ())
    assert "inferred" in found.warnings[0]


def test_d2_with_nothing_to_infer_from_the_error_says_what_to_give() -> None:
    with pytest.raises(ConfigurationError, match=r"D-2: nothing to write about: give a job or a project"):
        resolve_opportunity(Candidate(name="Ines Okafor"))
