"""Profiles and jobs as they come in a request: whatever the format, read through `sources`, so that D-12 holds.

A document that cannot be read is told by field, and no value of it is repeated: it is somebody's profile. What the
reader noted (`source`) is shown, and passed over where it comes back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from overture.errors import InputError
from overture.jobs import Job
from overture.people import Candidate
from overture.sources import parse_candidate, parse_job

Read = TypeVar("Read", Candidate, Job)
_QUOTED: Final = re.compile(r"""(['"]).*\1""", re.DOTALL)
_HELD: Final = re.compile(r"^holds .*|.* does not fit", re.DOTALL)
_REMEMBERED: Final = 256
LONGEST_KEY: Final = 200


class Wrapped(BaseModel):
    """A document of another format: JSON Resume, schema.org/JobPosting, an answer of a job board, a row of a table."""

    model_config = ConfigDict(extra="forbid")

    format: str = Field(default="auto", pattern="^auto$", description="Recognised by what the document holds.")
    document: dict[str, Any] | list[Any] = Field(description="The document as it is.")


class _ShownAs:
    """A JSON object that is read later; OpenAPI shows our own model and the wrapped form."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        shown = handler.generate_schema(self._model | Wrapped)
        return core_schema.json_or_python_schema(shown, core_schema.dict_schema(core_schema.str_schema()))


CandidateDocument = Annotated[dict[str, Any], _ShownAs(Candidate)]
"""A profile in our own format, or `{"document": ...}` in any other that `overture.sources` reads."""
JobDocument = Annotated[dict[str, Any], _ShownAs(Job)]
"""A job in our own format, or `{"document": ...}` in any other that `overture.sources` reads."""


def read_profile(document: Mapping[str, Any], *, field: str = "candidate") -> Candidate:
    """The candidate of a document, without protected attributes (D-12).

    Raises:
        InputError: it is no profile, or a field cannot be used; `field` is where it stands in the request.
    """
    return _read(parse_candidate, document, field)


def read_opening(document: Mapping[str, Any], *, field: str = "job") -> Job:
    """The job of a document; the same document is the same object, so that what many drafts share is made once.

    Raises:
        InputError: it is no job, or a field cannot be used; `field` is where it stands in the request.
    """
    return _jobs.get(document, lambda: _read(parse_job, document, field))


def key_of(profile: Candidate) -> str:
    """The id by which a candidate is known: their own, else one of the content, so that the same is the same (F-2).

    Raises:
        InputError: their own is no id.
    """
    if profile.id:
        return check_key(profile.id, field="candidate.id")
    return hashlib.sha256(profile.model_dump_json(exclude={"source"}).encode()).hexdigest()[:32]


def check_key(key: str, *, field: str) -> str:
    """The same id.

    Raises:
        InputError: it is empty or too long, begins or ends with a blank, or holds a character that no database keeps.
    """
    if not 1 <= len(key) <= LONGEST_KEY or key != key.strip() or "\0" in key:
        raise InputError("is no id", field=field, expected=f"1 to {LONGEST_KEY} characters, no blank around them")
    return key


def _read(parse: Callable[[Any], Read], document: Mapping[str, Any], field: str) -> Read:
    wrapped = set(document) <= {"format", "document"} and "document" in document
    if wrapped and document.get("format", "auto") != "auto":
        raise InputError("is not known", field=f"{field}.format", expected="'auto'")
    given = document["document"] if wrapped else {name: document[name] for name in document if name != "source"}
    try:
        return parse(given)
    except InputError as error:
        place = ".".join(part for part in (field, "document" if wrapped else "", error.field) if part)
        raise InputError(
            _HELD.sub("cannot be used", _QUOTED.sub("the value", error.problem)), field=place,
            expected=error.expected if "known field" in error.problem else _QUOTED.sub("the value", error.expected),
        ) from None  # fmt: skip


class _Remembered(Generic[Read]):
    """What was read of the last documents, by their content."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: OrderedDict[bytes, Read] = OrderedDict()

    def get(self, document: Mapping[str, Any], read: Callable[[], Read]) -> Read:
        try:
            key = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()
        except RecursionError:
            return read()  # which says that it is nested too deeply
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        found = read()
        with self._lock:
            self._read[key] = found
            if len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return found


_jobs: Final = _Remembered[Job]()
