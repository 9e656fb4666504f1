"""A seat's shelf: its lists read what they show and no more, and are searched by name or title."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")

from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Connection, Table, update
from studio_app import ANN, BEN, Studio, studio

from overture.people import Candidate
from overture.studio.shelf import (
    KeptCandidate,
    KeptDraft,
    KeptJob,
    ListedCandidate,
    ListedDraft,
    ListedJob,
    find,
    kept_candidate,
    page,
    put,
)
from overture.studio.tables import candidates, drafts, jobs

NAMES = ("Ada Lovelace", "ada byron", "100% Ada", "Grace_Hopper", "GraceXHopper")


def shelve(connection: Connection, desk: Studio, seat: str, *names: str) -> None:
    """Candidates of these names, each newer than the one before."""
    for name in names:
        desk.clock.wait(minutes=1)
        put(connection, seat, kept_candidate(f"{seat} {name}", Candidate(name=name), now=desk.clock()))


def test_a_list_reads_no_profile_opportunity_or_draft(tmp_path: Path, empty_url: str) -> None:
    """What stands there may be of a shape that this release cannot read: a list does not look at it."""
    listed: tuple[tuple[type[ListedCandidate | ListedJob | ListedDraft], type, Table, str], ...] = (
        (ListedCandidate, KeptCandidate, candidates, "profile"),
        (ListedJob, KeptJob, jobs, "opportunity"),
        (ListedDraft, KeptDraft, drafts, "kept"),
    )
    with studio(tmp_path, url=empty_url) as desk:
        desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"})
        with desk.services.store.write() as connection:
            whole = [[each.id for each in page(connection, kind, ANN)] for kind, _, _, _ in listed]
            for _, _, table, column in listed:
                connection.execute(update(table).values({column: [{"of": "another release"}]}))
        with desk.services.store.read() as connection:
            for (kind, kept, _, _), before in zip(listed, whole, strict=True):
                assert [each.id for each in page(connection, kind, ANN)] == before != []
                with pytest.raises(ValidationError):
                    page(connection, kept, ANN)
        for path in ("/v1/candidates", "/v1/jobs", "/v1/drafts"):
            assert desk.ann.get(path).status_code == 200


def test_a_search_takes_letters_of_either_case_as_they_stand_and_of_one_seat(tmp_path: Path, empty_url: str) -> None:
    with studio(tmp_path, url=empty_url) as desk, desk.services.store.write() as connection:
        shelve(connection, desk, ANN, *NAMES)
        shelve(connection, desk, BEN, "Ada of Ben")

        def found(search: str) -> list[str]:
            return [each.name for each in page(connection, ListedCandidate, ANN, search=search)]

        assert found("ADA") == ["100% Ada", "ada byron", "Ada Lovelace"], "newest first"
        assert found("0% a") == ["100% Ada"]
        assert found("grace_") == ["Grace_Hopper"], "no sign stands for another"
        assert found("nobody") == []
        assert len(found("")) == len(NAMES) + 2


def test_a_search_goes_on_behind_a_place(tmp_path: Path) -> None:
    with studio(tmp_path) as desk, desk.services.store.write() as connection:
        shelve(connection, desk, ANN, *NAMES)
        (first,) = page(connection, ListedCandidate, ANN, search="ada", limit=1)
        rest = page(connection, ListedCandidate, ANN, search="ada", after=(first.created_at, first.id))
    assert [first.name, *(each.name for each in rest)] == ["100% Ada", "ada byron", "Ada Lovelace"]


def test_opportunities_are_found_by_their_title(tmp_path: Path) -> None:
    with studio(tmp_path) as desk, desk.services.store.read() as connection:
        assert [each.id for each in page(connection, ListedJob, ANN, search="principal")] == ["ann-job"]
        assert page(connection, ListedJob, ANN, search="baker") == []


def test_what_a_seat_does_not_have_is_not_found(tmp_path: Path) -> None:
    with studio(tmp_path) as desk, desk.services.store.write() as connection:
        assert find(connection, KeptCandidate, ANN, "ann-rich", lock=True) is not None
        assert find(connection, KeptCandidate, ANN, "ben-rich", lock=True) is None


def test_a_job_that_stays_is_the_same_object_for_the_next_candidate_until_it_changes(tmp_path: Path) -> None:
    def look(desk: Studio, seat: str) -> KeptJob | None:
        with desk.services.store.read() as connection:
            return find(connection, KeptJob, seat, "ann-job")

    with studio(tmp_path) as desk:
        first, again = look(desk, ANN), look(desk, ANN)
        assert first is not None
        assert again is not None
        assert first.opportunity is again.opportunity
        assert look(desk, BEN) is None
        assert desk.ann.put("/v1/jobs/ann-job", json={"job": {"title": "Another"}}).status_code == 200
        changed = look(desk, ANN)
        assert changed is not None
        assert changed.opportunity.job is not None
        assert changed.opportunity.job.title == "Another"
