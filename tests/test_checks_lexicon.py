"""The word lists are whole: every line can be read, every name found, and nothing stands in them twice (D-11)."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.generation.lexicon import (
    LANGUAGES,
    areas,
    categories_of,
    common_words,
    grammar_words,
    index,
    places,
    readings,
    rule,
    same_heads,
    skills,
    titles,
    words_of,
)

Tree: TypeAlias = "str | list[Tree]"
DATA = files("overture.generation") / "data"


def test_every_phrase_is_made_of_whole_words() -> None:
    for name, lines in json.loads((DATA / "phrases.json").read_text(encoding="utf-8")).items():
        for line in lines:
            for slots in readings(line):
                for slot in slots:
                    assert all(word == "*" or words_of(word) == (word,) for word in slot), (name, line)
                assert not slots or any("*" not in slot for slot in slots), (name, line)


def test_skills_have_one_home_each() -> None:
    table: dict[str, list[str]] = json.loads((DATA / "skill_aliases.json").read_text(encoding="utf-8"))
    spellings = [form.casefold() for name, aliases in table.items() for form in (name, *aliases)]
    assert len(table) >= 700
    assert len(spellings) == len(set(spellings))
    assert [name.casefold() for name in table] == sorted(name.casefold() for name in table)


@pytest.mark.parametrize(
    "name", ["Kubernetes", "C++", "Forklift", "Wound care", "IFRS", "TIG welding", "Figma", "HACCP"]
)
def test_skills_of_all_trades_are_known(name: str) -> None:
    assert words_of(name) in skills()[name].spellings


def test_rules_name_skills_that_exist() -> None:
    known = {form.casefold() for name, skill in skills().items() for form in (name, *map(" ".join, skill.spellings))}
    table: dict[str, list[str]] = json.loads((DATA / "skill_aliases.json").read_text(encoding="utf-8"))
    known |= {alias.casefold() for aliases in table.values() for alias in aliases}
    assert rule("soft") <= known


def test_places_lie_in_countries() -> None:
    assert {"GB", "CA"} <= places()["halifax"]
    assert places()["netherlands"] == {"NL"}
    assert {"england", "texas", "germany"} <= areas()
    assert "leeds" not in areas()
    assert sum(1 for name in places() if name not in areas()) >= 600


@pytest.mark.parametrize(
    ("word", "category"),
    [("kubernetes", "skill"), ("zalando", "company"), ("insead", "school"), ("leeds", "place"), ("nurse", "title")],
)
def test_a_name_is_found_by_its_word(word: str, category: str) -> None:
    assert category in categories_of(word)


def test_titles_and_languages_are_there() -> None:
    assert {"engineer", "nurse", "teacher", "welder", "chef"} <= titles("heads")
    assert "developer" in same_heads()["engineer"]
    assert {language for languages in grammar_words().values() for language in languages} == set(LANGUAGES)
    assert len(common_words()) > 1000
    assert len(index()) > 4000


def test_no_common_word_stands_twice() -> None:
    listed = [word for line in (DATA / "common_words.txt").read_text().splitlines()[1:] for word in line.split()]
    assert all(one < other for one, other in pairwise(listed))


@given(st.recursive(st.sampled_from("abc"), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=6))
def test_readings_are_every_choice_of_a_phrase(tree: Tree) -> None:
    """Lists at even depth are sequences, at odd depth choices; the slots multiplied out are all sentences."""

    def written(node: Tree, *, choice: bool) -> str:
        if isinstance(node, str):
            return node
        parts = [written(part, choice=not choice) for part in node]
        return f"({'|'.join(parts)})" if choice else " ".join(parts)

    def said(node: Tree, *, choice: bool) -> set[str]:
        if isinstance(node, str):
            return {node}
        parts = [said(part, choice=not choice) for part in node]
        if choice:
            return set[str]().union(*parts)
        found = {""}
        for part in parts:
            found = {f"{before} {after}".strip() for before in found for after in part}
        return found

    multiplied: set[str] = set()
    for slots in readings(written(tree, choice=False)):
        found = {""}
        for slot in slots:
            found = {f"{before} {word}".strip() for before in found for word in slot}
        multiplied |= found
    assert multiplied == said(tree, choice=False)
