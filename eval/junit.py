"""`junit.xml`: a run as CI systems show test results; a crash is an error, a metric that is not passed a failure."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from .journal import Ending
from .run_record import SuiteRecord

JUNIT: Final = "junit.xml"
_PLAIN: Final = re.compile(r"[\w .,:;/@-]*", re.ASCII)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, suites: Iterable[SuiteRecord], endings: Callable[[str], Iterable[Ending]]) -> None:
    """Write the file, in its place only when it is whole; `endings` gives those of a suite, by its name."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="overture eval">\n')
        for suite in suites:
            name = _quoted(suite.name)
            file.write(
                f'<testsuite name={name} tests="{suite.n}" failures="{suite.missed}" errors="{suite.failed}" '
                f'time="{suite.seconds:.3f}">\n'
            )
            file.writelines(
                f'<testcase classname={name} name={_quoted(ending.case)} time="{ending.seconds:.3f}">'
                f"{_problem(ending)}</testcase>\n"
                for ending in endings(suite.name)
            )
            file.write("</testsuite>\n")
        file.write("</testsuites>\n")
    os.replace(new, path)


def _problem(ending: Ending) -> str:
    if ending.error:
        return f"<error message={_quoted(ending.error)}/>"
    return f"<failure message={_quoted(ending.missed)}/>" if ending.missed else ""


def _quoted(value: str) -> str:
    return f'"{value}"' if _PLAIN.fullmatch(value) else quoteattr(_NOT_XML.sub("\ufffd", value))
