"""Whatever happens to a real document: a model whose every word is in the input, or one `InputError`."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from overture import InputError
from overture.sources import html_to_text, parse_candidate, parse_job, read_candidate, read_job

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared documents are not at {DATA}")

JUNK: list[Any] = [
    None, "", " ", 0, -1, 7, 1e308, float("nan"), True, False, [], {}, [[]], "N/A", "x" * 3000, ["a", None, 3],
    {"a": 1},
    "<b>bold</b> <script>x()</script>", "\ud800\x00\u202e", "2021-13-45", "present", "$1-2k", "&lt;p&gt;1 &amp; 2",
    {"@value": "text"}, {"name": {"name": "deep"}}, [{"name": "listed"}], "Born 1985. Likes Go.", "a,b;c|d", 10**30,
]  # fmt: skip
ENUMERATED = {"source", "workplace_type", "employment_type", "seniority", "currency", "period", "kind", "current",
              "open_to_work"}  # fmt: skip


def _load(pattern: str) -> list[Any]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(DATA.glob(pattern))]


def _rows(name: str, count: int) -> list[Any]:
    file = DATA / name
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()[:count]] if file.exists() else []


PROFILES = [*_load("profiles/jsonresume/resumes/*resume*.json"), *_rows("profiles/fake_people/people.jsonl", 20)]
POSTING: dict[str, Any] = {
    "@type": "JobPosting",
    "title": "Senior Nurse (m/w/d) - Leeds",
    "description": "<h3>Duties</h3><ul><li>Run it</li></ul>",
    "baseSalary": {"currency": "EUR", "value": {"minValue": 3, "maxValue": 4, "unitText": "HOUR"}},
    "jobLocation": [{"address": {"addressLocality": "Leeds", "addressCountry": "GB"}}],
    "hiringOrganization": {"name": "Calder"},
    "skills": "Care, Triage",
    "employmentType": ["FULL_TIME"],
}
POSTS = [
    POSTING,
    *_load("jobs/ats_fixtures/*.json"),
    *_load("profiles/jsonresume/resumes/sample.job.json"),
    *_rows("jobs/jsonresume_jobmatch/jobs.jsonl", 20),
    *_rows("jobs/nyc_jobs/jobs.jsonl", 5),
]


def inside(value: Any) -> list[tuple[Any, Any]]:
    """The keys or positions of a value, each with what it holds."""
    if isinstance(value, dict):
        return list(cast("dict[Any, Any]", value).items())
    return list(enumerate(cast("list[Any]", value))) if isinstance(value, list) else []


def paths(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a document."""
    yield place
    for step, inner in inside(value):
        yield from paths(inner, (*place, step))


@st.composite
def broken(draw: st.DrawFn, documents: list[Any]) -> Any:
    """A document with up to four values dropped, retyped, wrapped, renamed or replaced."""
    document: Any = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(0, 4))):
        places = [place for place in paths(document) if place]
        if not places:
            break
        *above, last = draw(st.sampled_from(places))
        parent = document
        for step in above:
            parent = parent[step]
        what = draw(st.sampled_from(["drop", "junk", "list", "object", "text"]))
        if what == "drop":
            del parent[last]
        elif what == "junk":
            parent[last] = copy.deepcopy(draw(st.sampled_from(JUNK)))
        elif what == "list":
            parent[last] = [parent[last]]
        elif what == "object":
            parent[last] = {"name": parent[last]}
        else:
            parent[last] = str(parent[last])
    return document


def squash(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def told(document: Any) -> str:
    """All that a document says, without markup, spaces and punctuation."""
    said: list[str] = []

    def walk(value: Any) -> None:
        for step, inner in inside(value):
            said.append(str(step) if isinstance(value, dict) else "")
            walk(inner)
        if value is not None and not isinstance(value, dict | list):
            text = str(value)
            for _ in range(3):
                text = html.unescape(text)
            said.append(re.sub(r"<[^<>]*>", "", text))
            said.append(re.sub(r"<[^<>]*>", " ", text))

    walk(document)
    return squash(" ".join(said))


def strings(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a dumped model with the name of its field."""
    for step, inner in inside(value):
        if step not in ENUMERATED:
            yield from strings(inner, field if isinstance(value, list) else str(step))
    if isinstance(value, str):
        yield field, value


def assert_nothing_is_invented(model: BaseModel, document: Any) -> None:
    haystack = told(document)
    for field, text in strings(model.model_dump(mode="json")):
        if field in {"minimum", "maximum"}:
            pieces = [text.replace(".", "").strip("0")[:4]]
        elif field == "date_posted" and "createdat" in haystack:
            continue  # Lever's milliseconds since 1970
        elif field in {"date_posted", "date", "start", "end"}:
            pieces = [text[:4]]
        else:
            bare = text.removeprefix("Nice to have: ").removesuffix(" months of experience")
            pieces = re.split(r"\s" if field in {"title", "name", "company"} else r"\n|(?<=[.!?;|,:])\s", bare)
        for piece in pieces:
            assert squash(piece) in haystack, (field, piece)


def outcome(read: Callable[[Any], BaseModel], given: Any) -> BaseModel | InputError:
    """What reading gives; any other exception goes through."""
    try:
        return read(given)
    except InputError as error:
        return error


def check(parse: Callable[[Any], BaseModel], document: Any) -> None:
    found = outcome(parse, document)
    if isinstance(found, InputError):
        assert found.problem
        assert "\n" not in str(found)
    else:
        assert_nothing_is_invented(found, document)


@pytest.mark.parametrize("document", PROFILES)
def test_d10_nothing_in_a_shared_profile_is_invented(document: Any) -> None:
    assert_nothing_is_invented(parse_candidate(document), document)


@pytest.mark.parametrize("document", POSTS)
def test_d10_nothing_in_a_shared_post_is_invented(document: Any) -> None:
    assert_nothing_is_invented(parse_job(document), document)


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(document=broken(PROFILES))
def test_d10_a_broken_profile_is_a_model_without_inventions_or_one_error(document: Any) -> None:
    check(parse_candidate, document)


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(document=broken(POSTS))
def test_d10_a_broken_post_is_a_model_without_inventions_or_one_error(document: Any) -> None:
    check(parse_job, document)


@pytest.mark.slow
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
@given(document=broken(PROFILES) | broken(POSTS))
def test_d10_broken_documents_at_length(document: Any) -> None:
    check(parse_candidate, document)
    check(parse_job, document)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    file=st.sampled_from(sorted(DATA.glob("profiles/jsonresume/resumes/*")) + sorted(DATA.glob("jobs/*/*[!l]"))),
    at=st.integers(0, 40_000),
    new=st.binary(max_size=4),
    cut=st.integers(0, 30),
)
def test_a_file_with_flipped_bytes_never_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, file: Path, at: int, new: bytes, cut: int
) -> None:
    raw = file.read_bytes()
    at %= len(raw) or 1
    copy_of_it = tmp_path_factory.getbasetemp() / "flipped"
    copy_of_it.write_bytes(raw[:at] + new + raw[at + cut :])
    for reader in (read_candidate, read_job):
        found = outcome(reader, copy_of_it)
        assert not isinstance(found, InputError) or str(copy_of_it) in str(found)


@given(st.text() | st.from_regex(r"(<(p|li|ul|b|h2|br|div)[^<>]{0,9}>|[a-z &;:\n]){0,60}", fullmatch=True))
def test_html_to_text_is_plain_and_settled(text: str) -> None:
    once = html_to_text(text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u200b\u202e]", once)
    assume("&" not in once and "<" not in once)  # text about markup may look like markup again
    assert html_to_text(once) == once
