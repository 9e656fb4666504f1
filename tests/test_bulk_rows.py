"""By what a row of the input is known again, and that each profile is read once."""

from __future__ import annotations

import json
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

from bulk_people import person

from overture.bulk.candidate_rows import CandidateRow, read_rows
from overture.bulk.chunk_rows import read_chunk, write_chunk


def row_of(path: Path) -> CandidateRow:
    """The one row of a file or an export."""
    (row,) = read_rows([path])
    return row


def zipped(path: Path, headline: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Profile.csv"), f"First Name,Last Name,Headline\nAda,Byron,{headline}\n")
    return path


def test_a_data_export_that_has_changed_is_another_row_and_one_that_was_moved_is_not(tmp_path: Path) -> None:
    export, moved = tmp_path / "export.zip", tmp_path / "moved.zip"
    engineer = row_of(zipped(export, "Engineer"))
    assert engineer.candidate().headline == "Engineer"
    shutil.copy(export, moved)
    assert row_of(moved).digest == engineer.digest
    assert row_of(zipped(export, "Architect")).digest != engineer.digest


def test_an_export_in_a_folder_is_known_by_the_names_and_contents_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    folder.mkdir()
    profile = folder / "Profile.csv"
    seen = set[str]()
    for headline in ("Engineer", "Architect"):
        profile.write_text(f"First Name,Last Name,Headline\nAda,Byron,{headline}\n", encoding="utf-8")
        seen.add(row_of(folder).digest)
    (folder / "Skills.csv").write_text("Name\nGo\n", encoding="utf-8")
    seen.add(row_of(folder).digest)
    (folder / "Skills.csv").rename(folder / "Courses.csv")
    seen.add(row_of(folder).digest)
    assert len(seen) == 4
    moved = folder.rename(tmp_path / "ada again")
    assert row_of(moved).digest in seen


def test_a_profile_that_was_read_need_not_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(person(1)), encoding="utf-8")
    row = row_of(path)
    path.unlink()
    assert row.candidate().id == "p1"


def test_a_decimal_number_travels_with_its_row(tmp_path: Path) -> None:
    row = CandidateRow(number=0, file="list.json", line=1, digest="d", data={"name": "Ada", "score": Decimal("1.5")})
    assert read_chunk(write_chunk([row]))[0].data == {"name": "Ada", "score": 1.5}
