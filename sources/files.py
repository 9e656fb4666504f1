"""Bytes on disk as text or data: what kind of file it is, in which encoding, and one clear error if it is broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from overture.errors import InputError

from .shapes import is_list, is_record

MOST_BYTES = 20 * 1024 * 1024
MOST_YAML_BYTES = 2 * 1024 * 1024
MOST_NESTED = 100
FORMATS = (
    "JSON Resume, schema.org JobPosting (JSON-LD or an HTML page), a board answer (Greenhouse, Lever, Ashby, Workable, "
    "SmartRecruiters, Recruitee), a member's data export (folder or .zip), JSONL, or our own YAML or JSON"
)

FileKind = Literal["data", "lines", "html", "export"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as data.

    `data` is a Python value; for JSONL a list of (line number, value); for HTML its text; for an export None.
    """

    kind: FileKind
    path: Path
    data: Any = None
    notes: tuple[str, ...] = ()
    is_yaml: bool = False


def load(path: str | Path) -> Loaded:
    """Read a file by its content, whatever its name.

    Raises:
        InputError: it cannot be opened, is too large, is no text, or is not well formed (with line and column).
    """
    path = Path(path)
    if path.is_dir():
        return Loaded("export", path)
    raw = read_bytes(path)
    if raw.startswith(b"PK\x03\x04") and _is_export(path):
        return Loaded("export", path)
    _refuse_documents(raw, path)
    text, notes = decode(raw, path=str(path))
    start = text.lstrip()
    if not start:
        raise InputError("the file is empty", path=str(path), expected=FORMATS)
    if start.startswith("<"):
        return Loaded("html", path, text, notes)
    if start[0] in "{[":
        kind, data = _load_json(text, path)
        return Loaded(kind, path, data, notes)
    if path.suffix.casefold() == ".csv":
        raise InputError("a single CSV file", path=str(path), expected="the whole export: its folder or its .zip")
    return Loaded("data", path, _load_yaml(text, path), notes, is_yaml=True)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, up to the ceiling of 20 MB."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("the file is too large", path=str(path), expected=f"at most {MOST_BYTES // 2**20} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", path=str(path), expected="a file that exists") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path=str(path)) from None


def decode(raw: bytes, *, path: str) -> tuple[str, tuple[str, ...]]:
    """The bytes as text: UTF-8, UTF-16 or UTF-32 with a mark, else Latin-1 with a note.

    Raises:
        InputError: the bytes are no text.
    """
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        encodings = ("utf-32",)
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig",)
    for encoding in encodings:
        try:
            return raw.decode(encoding), ()
        except UnicodeDecodeError:
            continue
    if b"\x00" in raw[:4096] or encodings[0] != "utf-8-sig":
        raise InputError("the file is not text", path=path, expected=FORMATS)
    return raw.decode("cp1252", errors="replace"), ("the file is not UTF-8; read as Windows-1252 (Latin-1)",)


def check_depth(data: Any, *, path: str = "") -> None:
    """Refuse data that is nested too deeply to be a profile or a post."""
    level: list[Any] = [data] if is_record(data) or is_list(data) else []
    for _ in range(MOST_NESTED):
        level = [
            child
            for value in level
            for child in (value.values() if is_record(value) else value)
            if is_record(child) or is_list(child)
        ]
        if not level:
            return
    raise InputError("the data is nested too deeply", path=path, expected=f"at most {MOST_NESTED} levels")


def parse_json(text: str, *, path: str = "", what: str = "JSON") -> Any:
    """JSON text as data; `NaN` is None, a repeated key holds its last value, decimals are exact.

    Raises:
        InputError: the text is not JSON (with line and column), or is nested too deeply.
    """
    from decimal import Decimal

    try:
        data = json.loads(text, strict=False, parse_float=Decimal, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"not valid {what} at {where} ({error.msg})", path=path, expected="well-formed JSON") from None
    except RecursionError:
        raise InputError("the data is nested too deeply", path=path, expected=f"at most {MOST_NESTED} levels") from None
    except ValueError:
        raise InputError("a number has too many digits", path=path, expected="well-formed JSON") from None
    check_depth(data, path=path)
    return data


def _load_json(text: str, path: Path) -> tuple[FileKind, Any]:
    text = text.lstrip("\ufeff")
    try:
        return "data", parse_json(text, path=str(path))
    except InputError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not all(
            line.lstrip().startswith("{") and line.rstrip().endswith("}") for _, line in lines
        ):
            raise error from None
    return "lines", [(number, parse_json(line, path=f"{path}, line {number}")) for number, line in lines]


def _load_yaml(text: str, path: Path) -> Any:
    import yaml

    if len(text) > MOST_YAML_BYTES:
        raise InputError("the YAML is too large", path=str(path), expected=f"at most {MOST_YAML_BYTES // 2**20} MB")
    loader = _yaml_loader()
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError("YAML anchors and aliases are not read", path=str(path), expected="plain YAML")
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                depth += 1
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                depth -= 1
            if depth > MOST_NESTED:
                raise InputError(
                    "the data is nested too deeply", path=str(path), expected=f"at most {MOST_NESTED} levels"
                )
        data = yaml.load(text, Loader=loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        if path.suffix.casefold() not in {".yaml", ".yml"}:
            raise InputError("in no format that is read", path=str(path), expected=FORMATS) from None
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "characters that YAML does not allow"
        raise InputError(f"not valid YAML{where} ({problem})", path=str(path), expected="well-formed YAML") from None
    except (RecursionError, ValueError, TypeError):
        raise InputError("not valid YAML", path=str(path), expected="well-formed YAML") from None
    if not (is_record(data) or is_list(data)):
        raise InputError("plain text, without fields", path=str(path), expected=FORMATS)
    return data


@lru_cache(maxsize=1)
def _yaml_loader() -> Any:
    """The safe loader, but a scalar is a text unless it is null, true or false.

    YAML 1.1 turns `NO` into false, `3.10` into 3.1 and `012` into 10: values that the file never held.
    """
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc] # which base depends on the platform
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the attribute that PyYAML looks at

    import re

    Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
    )
    return Loader


def _refuse_documents(raw: bytes, path: Path) -> None:
    kinds = {b"%PDF": "a PDF", b"PK\x03\x04": "a Word file or another archive", b"\xd0\xcf\x11\xe0": "a Word file",
             b"{\\rtf": "an RTF file", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image"}  # fmt: skip
    for mark, kind in kinds.items():
        if raw.startswith(mark):
            raise InputError(f"{kind} is not read", path=str(path), expected=FORMATS)


def _is_export(path: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.casefold().endswith(".csv") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError("a broken .zip file", path=str(path), expected="an archive that opens") from None
