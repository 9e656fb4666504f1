"""Files as they come: encodings, sizes, broken ones, our own format, and a member's export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overture import CompanyInterest, InputError, PartialDate, PastApplication, Place
from overture.sources import (
    parse_candidate,
    parse_job,
    read_candidate,
    read_candidates,
    read_company,
    read_job,
    read_jobs,
    read_project,
    read_recruiter,
)

READERS = [read_candidate, read_candidates, read_job, read_jobs, read_project, read_company, read_recruiter]
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "ada.json"
    file.write_bytes(json.dumps({"basics": {"name": "Zoë Müller"}}, ensure_ascii=False).encode(encoding))
    candidate = read_candidate(file)
    assert candidate.name == "Zoë Müller"
    assert bool(candidate.source.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"basics": {"name": "Ada",}}', "line 1, column 27"),
        (b'{\n "basics": \n}', "line 3, column 1"),
        (b'{"a": 1}\n{"b": \n', "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested too deeply"),
        (b'{"a": ' + b"9" * 6000 + b"}", "too many digits"),
        (b"%PDF-1.7 ...", "a PDF is not read"),
        (b"\xd0\xcf\x11\xe0old", "Word"),
        (b"PK\x03\x04broken", "zip"),
        (b"\x00\x01\x02\x03\xff", "not text"),
        (b"\xff\xfea", "not text"),
        (b"Dear sir or madam,\nI apply.", "no format|plain text"),
        (b"name: Ada\n  broken: [", "no format that is read"),
        (b"a: &x [1]\nb: *x\n", "aliases"),
        (b"- " * 200 + b"a", "nested too deeply"),
        (b"just words", "plain text"),
        (b"true", "plain text"),
    ],
)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_broken_file_is_one_error_that_names_it(
    tmp_path: Path, reader: Callable[[Path], object], content: bytes, words: str
) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        reader(file)
    assert caught.value.path.startswith(str(file))
    assert caught.value.expected
    assert "\n" not in str(caught.value)


def test_broken_yaml_says_where(tmp_path: Path) -> None:
    file = tmp_path / "ada.yaml"
    file.write_text("name: Ada\nskills: [a\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"not valid YAML at line 3, column 1"):
        read_candidate(file)


def test_missing_and_too_large_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_candidate(tmp_path / "nobody.json")
    large = tmp_path / "large.json"
    with large.open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    with pytest.raises(InputError, match=r"too large.*20 MB"):
        read_job(large)
    document = tmp_path / "cv.docx"
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(InputError, match="Word file"):
        read_candidate(document)


def test_duplicate_keys_nan_and_control_characters_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "ada.json"
    file.write_text('{"basics": {"name": "A", "name": "B\tC", "phone": NaN, "summary": Infinity}}', encoding="utf-8")
    candidate = read_candidate(file)
    assert (candidate.name, candidate.contacts.phones, candidate.summary) == ("B C", (), None)


@pytest.mark.timeout(20)
def test_hostile_sizes_cost_little_and_are_noted(tmp_path: Path) -> None:
    job = parse_job({"job_title": "Nurse", "team": "a " * 5_000, "description": "<div>" * 20_000 + "Run the ward"})
    assert (job.team, job.description) == (None, "Run the ward")
    assert "10,000 characters long" in job.source.notes[0]
    assert parse_job({"job_title": "Nurse", "description": "a " * 1_000_000}).description is None
    page = tmp_path / "page.html"
    page.write_text("<div>" * 200_000, encoding="utf-8")
    with pytest.raises(InputError, match="nested too deeply"):
        read_job(page)


def test_several_candidates_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('[{"basics": {"name": "Ada"}}, {"given": "Bo", "family": "Ek", "occupation": "Cook"}]', "utf-8")
    assert [person.name for person in read_candidates(file)] == ["Ada", "Bo Ek"]
    assert read_candidate(file, pick="bo ek").positions[0].title == "Cook"
    assert "the first of 2" in read_candidate(file).source.notes[-1]
    file.write_text('{"basics": {"name": "Ada"}}\n{"basics": []}\n', "utf-8")
    with pytest.raises(InputError) as caught:
        read_candidates(file)
    assert (caught.value.path, caught.value.field) == (f"{file}, line 2", "basics")


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("name: Ada\nheadlin: Nurse", "headlin", "'headline', perhaps"),
        ("name: Ada\npositions: [{title: A, compny: B}]", "positions[0].compny", "'company', perhaps"),
        ("name: Ada\nshoe_size: 4", "shoe_size", "one of certificates"),
        ("name: Ada\nsource: {path: x}", "source", "without it"),
        ("name: Ada\nskills: [{level: high}]", "skills[0].name", "a value"),
        ("name: Ada\npositions: [{start: soon}]", "positions[0].start", "2021-03"),
        ("name: Ada\nlocation: {}", "location", "locality"),
        ("name: Ada\nskills: many", "skills", "a list"),
        ("- 1\n- 2", "", "JSON Resume"),
    ],
)
def test_own_format_is_strict_and_says_what_was_meant(tmp_path: Path, text: str, field: str, words: str) -> None:
    file = tmp_path / "ada.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_candidate(file)
    assert caught.value.field == field
    assert words in caught.value.expected


def test_yaml_values_stay_what_they_were_written_as(tmp_path: Path) -> None:
    text = (
        "name: NO\npositions:\n- {title: '3.10', start: 2021-03, current: true}\nskills: [{name: 012}, {name: 1.10}]\n"
    )
    file = tmp_path / "ada.yaml"
    file.write_text(text + "open_to_work: yes\n", encoding="utf-8")
    candidate = read_candidate(file)
    assert candidate.name == "NO"
    assert [skill.name for skill in candidate.skills] == ["012", "1.10"]
    assert candidate.positions[0].start == PartialDate(2021, 3)
    assert candidate.open_to_work is True


def test_own_format_round_trips_through_json(tmp_path: Path) -> None:
    file = tmp_path / "again.json"
    candidate = read_candidate(EXAMPLES / "candidate-nurse.yaml")
    file.write_text(candidate.model_dump_json(exclude={"source"}, exclude_defaults=True), encoding="utf-8")
    assert read_candidate(file).model_dump(exclude={"source"}) == candidate.model_dump(exclude={"source"})
    job = read_job(EXAMPLES / "job-nurse.yaml")
    file.write_text(job.model_dump_json(exclude={"source"}, exclude_defaults=True), encoding="utf-8")
    assert read_job(file).model_dump(exclude={"source"}) == job.model_dump(exclude={"source"})


def test_a_job_is_no_profile_and_a_profile_no_job() -> None:
    with pytest.raises(InputError):
        parse_candidate({"@type": "JobPosting", "title": "Nurse"})
    with pytest.raises(InputError):
        parse_job({"basics": {"name": "Ada"}})


EXPORT: dict[str, str] = {
    "Profile.csv": "\ufeffFirst Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,"
    "Geo Location,Twitter Handles,Websites,Instant Messengers\n"
    'Ada,Berg,Lund,"Street 1","Mar 4, 1990",Nurse | she/her,"Nurse in Leeds. Born 1990.",Health,LS1,'
    '"Leeds, England, United Kingdom",[ada],[PORTFOLIO:https://example.org],\n',
    "Positions.csv": "TITLE,Company Name,Description,Location,Started On,Finished On\n"
    'Nurse,Old Ward,,,2015,Dec 2019\nStaff Nurse,St Bride,"Ran triage\nLed a team",Leeds,Jan 2020,\n',
    "Education.csv": "School Name;Start Date;End Date;Notes;Degree Name;Activities\nLeeds;2011;Sep 2014;;BSc;Chess\n",
    "Skills.csv": '"Name"\n"Triage"\n"Care"\n"Triage"\n',
    "Email Addresses.csv": "Email Address,Confirmed,Primary,Updated On\nb@x.example,Yes,No,1\na@x.example,Yes,Yes,1\n",
    "PhoneNumbers.csv": "Extension,Number,Type\n,+44 1,Mobile\n",
    "Languages.csv": "Name,Proficiency\nEnglish,NATIVE_OR_BILINGUAL\n",
    "Certifications.csv": "Name,Url,Authority,Started On,Finished On,License Number\nALS,,RCUK,,,\n",
    "Projects.csv": "Title,Description,Url,Started On,Finished On\nHandover,A new bay,,,\n",
    "Company Follows.csv": "Organization,Followed On\nCalder Vale,Tue Mar 03 10:00:00 UTC 2020\n",
    "Jobs/Job Applications.csv": 'Notes:\n"A paragraph, quoted"\n\nApplication Date,Contact Email,Contact Phone Number,'
    "Company Name,Job Title,Job Url,Resume Name,Question And Answers\n"
    '"1/27/24, 4:05 PM",e,p,Calder Vale,Flow Lead,u,r,q\n',
    "Jobs/Job Seeker Preferences.csv": "Locations,Open To Recruiters\nLeeds,Yes\n",
    "Connections.csv": 'Notes:\n"Somebody else"\n\nFirst Name,Last Name\nZoe,Secret\n',
    "messages.csv": '"CONVERSATION ID","CONTENT"\n"1","private"\n',
}


def write_export(folder: Path, files: dict[str, str] = EXPORT) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_members_export_is_read_by_column_names(tmp_path: Path) -> None:
    candidate = read_candidate(write_export(tmp_path / "export"))
    assert (candidate.name, candidate.given_name, candidate.headline) == ("Ada Berg", "Ada", "Nurse")
    assert candidate.summary == "Nurse in Leeds."
    assert [(p.title, p.company, p.is_current) for p in candidate.positions] == [
        ("Staff Nurse", "St Bride", True),
        ("Nurse", "Old Ward", False),
    ]
    assert candidate.positions[0].description == "Ran triage\nLed a team"
    assert candidate.positions[1].end == PartialDate(2019, 12)
    assert (candidate.schools[0].name, candidate.schools[0].degree) == ("Leeds", "BSc")
    assert [skill.name for skill in candidate.skills] == ["Triage", "Care"]
    assert candidate.contacts.emails == ("a@x.example", "b@x.example")
    assert candidate.contacts.urls == ("https://example.org",)
    assert candidate.languages[0].fluency == "Native or bilingual"
    assert candidate.certificates == ("ALS",)
    assert candidate.projects[0].name == "Handover"
    assert candidate.location == Place(locality="Leeds", region="England", country="United Kingdom")
    assert candidate.open_to_work is True
    assert candidate.interests == (
        CompanyInterest(kind="follows", company="Calder Vale", date=PartialDate(2020, 3, 3)),
    )
    assert candidate.past_applications == (
        PastApplication(title="Flow Lead", company="Calder Vale", date=PartialDate(2024, 1, 27)),
    )
    assert set(candidate.source.dropped) == {
        "Profile.Maiden Name", "Profile.Birth Date", "Profile.Headline: pronouns", "Profile.Summary: birth date",
    }  # fmt: skip
    text = candidate.model_dump_json()
    assert not any(word in text for word in ("Lund", "1990", "Secret", "private", "she/her"))


def test_a_zipped_export_is_the_same_candidate(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export")
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in EXPORT:
            archive.write(folder / name, f"Complete_Export/{name}")
    assert read_candidate(file).model_dump(exclude={"source"}) == read_candidate(folder).model_dump(exclude={"source"})


def test_every_known_column_of_the_shared_list_may_be_there(shared_data: Path, tmp_path: Path) -> None:
    columns: dict[str, list[str]] = json.loads(
        (shared_data / "profiles" / "linkedin_export" / "columns.json").read_text(encoding="utf-8")
    )
    files = {
        name: ",".join(columns[name][::-1]) + "\n" + ",".join(f"<{title}>" for title in columns[name][::-1]) + "\n"
        for name in columns
        if name.endswith(".csv")
    }
    candidate = read_candidate(write_export(tmp_path / "export", files))
    assert candidate.name == "<First Name> <Last Name>"
    assert candidate.positions[0].title == "<Title>"
    assert {"Profile.Maiden Name", "Profile.Birth Date"} <= set(candidate.source.dropped)
    assert not any(word in candidate.model_dump_json(exclude={"source"}) for word in ("Maiden", "Birth"))


@pytest.mark.parametrize(
    "files", [{}, {"Connections.csv": "First Name\nZoe\n"}, {"notes.txt": "hello"}], ids=["empty", "others", "no-csv"]
)
def test_a_folder_without_a_profile_is_one_error(tmp_path: Path, files: dict[str, str]) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write_export(folder, files)
    with pytest.raises(InputError, match="no profile in it"):
        read_candidate(folder)
    with pytest.raises(InputError, match="no job"):
        read_job(folder)


def test_a_profile_without_its_header_is_noted_not_guessed(tmp_path: Path) -> None:
    files = {"Profile.csv": "First Name,Last Name\nAda,Berg\n", "Positions.csv": "Staff Nurse,St Bride\n"}
    candidate = read_candidate(write_export(tmp_path / "export", files))
    assert candidate.positions == ()
    assert "Positions.csv: no header line" in candidate.source.notes[0]


def test_a_single_csv_asks_for_the_whole_export(tmp_path: Path) -> None:
    file = tmp_path / "Profile.csv"
    file.write_text(EXPORT["Profile.csv"], encoding="utf-8")
    with pytest.raises(InputError, match="whole export"):
        read_candidate(file)


OF_FEEDBACK = {"corrections.yaml", "feedback.py"}


@pytest.mark.parametrize(
    "file", sorted(file for file in EXAMPLES.iterdir() if file.name not in OF_FEEDBACK), ids=lambda file: file.name
)
def test_every_example_is_read_without_a_note(file: Path) -> None:
    readers: dict[str, Any] = {
        "candidate": read_candidate,
        "job": read_job,
        "company": read_company,
        "recruiter": read_recruiter,
        "project": read_project,
    }
    value = readers[file.stem.split("-")[0]](file)
    assert value.source.path == str(file)
    assert set(value.source.notes) <= {"left out: interests"}


def test_the_examples_of_the_demo_fit_together() -> None:
    candidate, job = read_candidate(EXAMPLES / "candidate-backend.json"), read_job(EXAMPLES / "job-backend.html")
    assert candidate.source.dropped == ("basics.image",)
    assert len(candidate.positions[0].highlights) >= 3
    assert job.company == read_company(EXAMPLES / "company.yaml").name
    assert 5 <= len(job.responsibilities) <= 8
    assert len(set(job.skills) & {skill.name for skill in candidate.skills}) >= 3
    assert job.salary is not None
    assert (job.salary.currency, job.salary.period) == ("SEK", "month")
    team = read_recruiter(EXAMPLES / "recruiter.yaml").team
    assert team is not None
    assert team.name in (job.title or "")
