"""Near-duplicates: one stays, the same one whatever the order, and none is on both sides (F-2)."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from eval_sets import SALT, item_of
from hypothesis import given, settings
from hypothesis import strategies as st

from overture.feedback.near_duplicates import THRESHOLD, bands_of, likeness, place_of, shingles, signature_of
from overture.feedback.set_index import Item, SetIndex
from overture.feedback.splits import Salt

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split()


def text_of(seed: int, variant: int) -> str:
    """A text of sixty words; a variant differs from the next one in one word."""
    words: list[str] = Random(seed).choices(WORDS, k=60)
    for at in range(variant):
        words[at * 7 % 60] = f"other{at}"
    return " ".join(words)


def settled(index: SetIndex) -> list[dict[str, Any]]:
    index.settle(show=lambda _: None)
    return [json.loads(line) for line in index.lines()]


def index_in(folder: Path) -> SetIndex:
    folder.mkdir(exist_ok=True)
    return SetIndex(folder, salt=Salt(SALT), eval_share=0.2)


def take(index: SetIndex, *items: Item) -> None:
    index.begin()
    index.take(items)
    index.commit()


def test_likeness_is_that_of_the_shingles_f2() -> None:
    """Within what 64 permutations can tell: three standard errors."""
    for variant in range(0, 20, 2):
        a, b = text_of(1, 0), text_of(1, variant)
        truth = len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))
        estimate = likeness(signature_of(a), signature_of(b))
        assert abs(truth - estimate) < 3 * max(0.04, (truth * (1 - truth) / 64) ** 0.5)


def test_slots_and_case_make_no_difference_f2() -> None:
    assert signature_of("Hi [NAME], we met THERE once") == signature_of("Hi [NAME_2], we met there once")
    assert signature_of("") == signature_of("  ")
    assert signature_of("我对这个职位很感兴趣谢谢") != signature_of("我现在不想换工作谢谢你")


def test_the_earliest_stays_and_all_votes_count_with_it_f2(tmp_path: Path) -> None:
    with index_in(tmp_path) as index:
        take(index, item_of(3, text_of(1, 0), verdict="down"), item_of(7, text_of(1, 1)), item_of(9, text_of(1, 0)))
        take(index, item_of(11, text_of(2, 0)))
        cases = settled(index)
        assert [(case["number"], case["votes"], case["agreed"], case["verdict"]) for case in cases] == [
            (3, 3, 2, "up"), (11, 1, 1, "up"),
        ]  # fmt: skip


def test_where_votes_are_even_the_earliest_decides_f2(tmp_path: Path) -> None:
    with index_in(tmp_path) as index:
        take(index, item_of(3, text_of(1, 0), verdict="down"), item_of(4, text_of(1, 0), verdict="up"))
        assert [case["verdict"] for case in settled(index)] == ["down"]


def test_a_double_of_an_evaluation_case_leaves_training_and_gives_it_no_vote_f2(tmp_path: Path) -> None:
    """Also where the evaluation case comes a build later."""
    with index_in(tmp_path) as index:
        take(index, item_of(1, text_of(1, 0), verdict="down"), item_of(2, text_of(1, 1), verdict="down"))
        assert [(case["split"], case["votes"]) for case in settled(index)] == [("train", 2)]
        take(index, item_of(5, text_of(1, 0), split="eval"))
        assert [(case["split"], case["votes"], case["verdict"]) for case in settled(index)] == [("eval", 1, "up")]
        assert index.counts()[1:3] == (3, 1)
        take(index, item_of(5, text_of(1, 0), split="eval", verdict=""))
        assert [(case["split"], case["votes"]) for case in settled(index)] == [("train", 2)], "it was taken back"


def expected(items: list[Item]) -> set[tuple[str, int, int]]:
    """The rule by comparing everything with everything: side, number and votes of what stays."""
    stay: list[tuple[Item, bytes, list[Item]]] = []
    for item in sorted(items, key=lambda each: place_of(each.split, each.first)):
        signature = signature_of(item.judged.compared)
        for leader, other, members in stay:
            shares = set(bands_of("d", signature)) & set(bands_of("d", other))
            if shares and likeness(signature, other) >= THRESHOLD:
                members += [item] if item.split == leader.split else []
                break
        else:
            stay.append((item, signature, [item]))
    return {(leader.split, leader.first, len(members)) for leader, _, members in stay}


OPERATIONS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 1), st.integers(0, 5), st.sampled_from(["train", "eval"]),
              st.sampled_from(["up", "down", "", "settle"])),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(operations=OPERATIONS)
def test_what_stays_depends_on_what_is_there_and_not_on_how_it_came_f2(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[int, int, int, str, str]]
) -> None:
    """Votes come, change and go in any order with builds between; the end is as of a build from the beginning."""
    folder = tmp_path_factory.mktemp("order")
    there: dict[int, Item] = {}
    sides: dict[int, str] = {}
    texts: dict[int, str] = {}
    with index_in(folder / "grown") as index:
        for number, seed, variant, side, verdict in operations:
            if verdict == "settle":
                index.settle(show=lambda _: None)
                continue
            split = sides.setdefault(number, side)  # a draft and its candidate's side do not change
            text = texts.setdefault(number, text_of(seed, variant))
            item = item_of(number, text, split=split, verdict=verdict)
            take(index, item)
            there.pop(number, None)
            if verdict:
                there[number] = item
        grown = settled(index)
        counts = index.counts()
    with index_in(folder / "anew") as index:
        take(index, *there.values())
        assert settled(index) == grown
        assert index.counts() == counts
    assert {(case["split"], case["number"], case["votes"]) for case in grown} == expected(list(there.values()))
