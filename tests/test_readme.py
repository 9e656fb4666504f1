"""README and docs say what is so: their Python runs and prints what they show, their commands too, their tables are
complete, their links lead somewhere."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from overture import Personalization, errors
from overture.cli import run
from overture.generation.draft import FindingCode

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


class Block(NamedTuple):
    """A fenced block: its language, its text, and the text of a ```text block right below it."""

    language: str
    text: str
    shown: str | None


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    found = list(BLOCK.finditer(page))
    for match, after in zip(found, [*found[1:], None], strict=True):
        below = after and after[1] == "text" and not page[match.end() : after.start()].strip()
        yield Block(match[1], match[2], after[2] if after and below else None)


def check_output(shown: str, printed: str) -> None:
    """A line of three dots stands for anything, as in a doctest."""
    fine = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
    assert fine, f"shown:\n{shown}\nprinted:\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run_and_print_what_is_shown(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language != "python":
            continue
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(block.text, str(page), "exec"), names)  # noqa: S102 - our own documentation
        check_output(block.shown or "", printed.getvalue())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_is_shown(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language != "console":
            continue
        for session in block.text.removeprefix("$ ").split("\n$ "):
            command, _, shown = session.replace("\\\n", " ").partition("\n")
            program, *arguments = shlex.split(command)
            assert program == "overture", f"only our own command is shown as a session: {command}"
            run(arguments)
            printed = capsys.readouterr()
            check_output(shown, printed.out + printed.err)


def test_the_readme_is_short_and_shows_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 150
    assert "make demo" in readme
    assert "make test" in readme
    assert any(block.language == "python" and block.shown for block in blocks(readme))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_d6_the_table_of_elements_is_complete() -> None:
    table = [(row[0].strip("`"), row[1], row[2]) for row in rows("drafting.md", "Elements")]
    assert table == [(element.name, element.group, element.description) for element in Personalization.elements()]


def test_d11_the_table_of_findings_is_complete() -> None:
    assert [row[0].strip("`") for row in rows("drafting.md", "Findings")] == list(get_args(FindingCode))


def test_the_tree_of_errors_is_the_one_in_the_code() -> None:
    tree = (errors.__doc__ or "").partition("\n\n")[2]
    shown = next(block.text for block in blocks((ROOT / "docs" / "errors.md").read_text(encoding="utf-8")))
    assert [line.strip() for line in shown.splitlines()] == [line.strip() for line in tree.strip().splitlines()]


def test_a_wrong_output_is_noticed() -> None:
    with pytest.raises(AssertionError):
        check_output("one\n", "two\n")
    check_output("one\n...\nthree\n", "one\ntwo\nthree\n")
    assert [block.shown for block in blocks("```python\nprint(1)\n```\n\n```text\n1\n```\n")] == ["1\n", None]
