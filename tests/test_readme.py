"""README and docs say what is so: their Python runs and prints what they show, their commands too, their tables are
complete, their links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pages import PAGES, ROOT, fenced, outputs

from overture import Personalization, errors
from overture.generation.draft import FindingCode

LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_is_printed(page: Path) -> None:
    for output in outputs(page.read_text(encoding="utf-8")):
        assert output.is_right, f"`make docs` mends it\nshown:\n{output.shown}\nprinted:\n{output.printed}"


def test_the_readme_is_short_and_shows_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 150
    assert "make demo" in readme
    assert "make test" in readme
    assert any(output.shown for output in outputs(readme))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_names_every_extra_and_counts_the_elements() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(re.findall(r"'\.\[([a-z]+)\]'", readme)) == set(project["optional-dependencies"])
    assert f"{len(Personalization.elements())} elements" in readme


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
    shown = fenced((ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), "text")[0]
    assert [line.strip() for line in shown.splitlines()] == [line.strip() for line in tree.strip().splitlines()]


def test_a_wrong_output_is_noticed() -> None:
    page = "```python\nx = 1\nprint(x)\n```\n\n```text\n%s\n```\n\n```console\n$ overture --version\n%s\n```\n"
    assert [output.is_right for output in outputs(page % ("1", "overture ..."))] == [True, True]
    assert [output.is_right for output in outputs(page % ("2", "no such thing"))] == [False, False]
    assert [output.is_right for output in outputs("```python\nprint(1)\n```\n")] == [False]
