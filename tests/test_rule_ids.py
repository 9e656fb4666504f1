"""Every rule that a room follows can be found by its id: in the code, in a test, and in the docs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MESSAGING = [
    *(f"S-{number}" for number in range(1, 12)),
    *(f"CR-{number}" for number in range(1, 9)),
    *(f"H-{number}" for number in range(1, 6)),
    *(f"C-{number}" for number in (1, 2, 5, 7, 8, 9, 10)),
    *(f"I-{number}" for number in range(1, 4)),
]
DRAFTING = [f"D-{number}" for number in (1, 2, 4, 6, 7, 9, 10, 11, 12, 13, 14, 15)]
FEEDBACK = ["D-8", *(f"F-{number}" for number in range(1, 7))]
RULES = [
    *(("generation", rule) for rule in DRAFTING),
    *(("messaging", rule) for rule in MESSAGING),
    *(("feedback", rule) for rule in FEEDBACK),
]


@cache
def text_of(*places: str) -> str:
    files = [file for place in places for file in sorted(ROOT.glob(place))]
    assert files, places
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def cited_in(*places: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]+-\d+\b", text_of(*places)))


@pytest.mark.parametrize(("room", "rule"), RULES)
def test_every_rule_is_cited_where_the_code_follows_it(room: str, rule: str) -> None:
    assert rule in cited_in(f"{room}/*.py")


@pytest.mark.parametrize(("room", "rule"), RULES)
def test_every_rule_has_a_test_with_its_id_in_the_name(room: str, rule: str) -> None:
    names = re.findall(r"^(?:async )?def test_(\w+)", text_of("tests/test_*.py"), re.MULTILINE)
    assert rule.lower().replace("-", "") in {word for name in names for word in name.split("_")}


@pytest.mark.parametrize(("room", "rule"), RULES)
def test_every_rule_is_told_in_the_docs(room: str, rule: str) -> None:
    assert rule in cited_in(f"docs/{'messaging' if room == 'messaging' else '*'}.md")


def test_every_rule_a_refusal_or_an_entry_can_name_is_one_of_them() -> None:
    cited = set(re.findall(r"rule=\"([A-Z]+-\d+)\"", text_of("messaging/*.py")))
    assert cited
    assert cited <= set(MESSAGING)
