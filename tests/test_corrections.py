"""From seats' last words to rows that a model may learn from: seats that click at random are found (F-4, C-2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

import numpy as np
import pytest
from feedback_people import NOON, reply_of
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.labels import Intent, Label
from overture.feedback.corrections import Corrections, standing_words, weigh_corrections
from overture.feedback.corrections_seats import Opinion, Profile, SeatReliability, profile_of
from overture.feedback.receipts import ReplyState

Says = Callable[[Label, Opinion, Random], Label | None]


def said(
    number: int, label: Label | None, *, seat: str = "s1", intent: Intent | None = None, event: int = 0
) -> ReplyState:
    """What a seat says of reply `number`."""
    return ReplyState(
        reply=reply_of(number), seat=seat, contract="acme", label=label, intent=intent, at=NOON, number=event or number
    )


def other(label: Label) -> Label:
    return "decline" if label == "accept" else "accept"


def champion_of(count: int, random: Random) -> tuple[list[Label], list[Opinion]]:
    """True labels, and the opinions of a champion that is as often right as it is sure."""
    truth: list[Label] = [random.choice(("accept", "decline")) for _ in range(count)]
    opinions: list[Opinion] = []
    for label in truth:
        confidence = min(0.999, 0.5 + 0.5 * random.betavariate(3, 0.7))
        opinions.append(Opinion(label if random.random() < confidence else other(label), confidence))
    return truth, opinions


@cache
def a_profile() -> Profile:
    truth, opinions = champion_of(800, Random(99))
    right = np.array([opinion.label == label for opinion, label in zip(opinions, truth, strict=True)])
    return profile_of(np.array([opinion.confidence for opinion in opinions]), right)


def weighed(*seats: tuple[str, Says], count: int = 120, seed: int = 5) -> tuple[Corrections, list[Label]]:
    """Every seat on replies of its own; gives the rows and the true labels by number."""
    random = Random(seed)
    truth, opinions = champion_of(count * len(seats), random)
    states: list[ReplyState] = []
    for place, (seat, says) in enumerate(seats):
        for number in range(place * count, (place + 1) * count):
            label = says(truth[number], opinions[number], random)
            if label is not None:
                states.append(said(number, label, seat=seat, event=number + 1))
    by_reply = {f"r{number}": opinion for number, opinion in enumerate(opinions)}
    return weigh_corrections(standing_words(states), by_reply, a_profile()), truth


def labels_all(truth: Label, _: Opinion, __: Random) -> Label:
    return truth


def corrects_mistakes(truth: Label, opinion: Opinion, _: Random) -> Label | None:
    return truth if truth != opinion.label else None


def one_in_five_wrong(truth: Label, _: Opinion, random: Random) -> Label:
    return other(truth) if random.random() < 0.2 else truth


def clicks(_: Label, __: Opinion, random: Random) -> Label:
    return random.choice(("accept", "decline"))


def flips(truth: Label, _: Opinion, __: Random) -> Label:
    return other(truth)


def seat_of(corrections: Corrections, name: str) -> SeatReliability:
    return next(seat for seat in corrections.seats if seat.seat == name)


@pytest.mark.parametrize("seed", range(5))
def test_f4_honest_seats_are_used_and_careless_ones_left_out_with_the_reason(seed: int) -> None:
    corrections, _ = weighed(
        ("all", labels_all), ("mistakes", corrects_mistakes), ("random", clicks), ("flips", flips), seed=seed
    )
    assert {seat.seat: seat.is_used for seat in corrections.seats} == {
        "all": True, "mistakes": True, "random": False, "flips": False,
    }  # fmt: skip
    assert "left out: of its" in seat_of(corrections, "flips").reason
    assert seat_of(corrections, "flips").reliability < 0.3 < 0.6 < seat_of(corrections, "mistakes").reliability
    assert {row.votes[0][0] for row in corrections.rows} == {"all", "mistakes"}
    assert corrections.left_out >= 240


@pytest.mark.parametrize("seed", range(5))
def test_f4_of_a_seat_with_one_in_five_wrong_the_wrong_ones_count_least(seed: int) -> None:
    corrections, truth = weighed(("all", labels_all), ("fifth", one_in_five_wrong), seed=seed)
    rows = [row for row in corrections.rows if row.votes[0][0] == "fifth"]
    wrong = sum(row.weight for row in rows if row.label != truth[row.votes[0][1] - 1])
    whole = sum(row.weight for row in rows)
    assert wrong <= 0.14 * max(whole, 1)  # it was 20 % of what it said


def test_f4_a_trusted_seat_is_believed_whatever_it_says() -> None:
    states = [said(number, "decline", seat="boss") for number in range(40)]
    opinions = {f"r{number}": Opinion("accept", 0.99) for number in range(40)}
    doubted = weigh_corrections(standing_words(states), opinions, a_profile())
    trusted = weigh_corrections(standing_words(states), opinions, a_profile(), trusted=["boss"])
    assert (len(doubted.rows), len(trusted.rows)) == (0, 40)
    assert all(row.weight > 0.9 for row in trusted.rows)
    assert trusted.seats[0].reason == "trusted by the caller"


def test_f4_seats_that_agree_carry_each_other_and_seats_that_do_not_cancel_out() -> None:
    opinions = {"r1": Opinion("accept", 0.7), "r2": Opinion("accept", 0.7), "r3": Opinion("accept", 0.7)}
    states = [
        said(1, "decline", seat="a"), said(1, "decline", seat="b"), said(2, "decline", seat="a"),
        said(3, "decline", seat="a"), said(3, "accept", seat="b"), said(3, "accept", seat="c"),
    ]  # fmt: skip
    found = weigh_corrections(standing_words(states), opinions, a_profile())
    weights = {row.reply.id: (row.label, row.weight) for row in found.rows}
    assert weights["r1"][1] > weights["r2"][1]
    assert weights["r3"][0] == "accept" if "r3" in weights else found.left_out == 1


def test_c2_a_word_that_was_taken_back_counts_for_nothing() -> None:
    words = standing_words([said(1, None), said(2, "accept"), said(3, "decline", event=9), said(3, None, seat="s2")])
    assert list(words) == ["r2", "r3"]
    assert [state.seat for state in words["r3"]] == ["s1"]


def test_c2_an_intent_of_another_label_is_not_taken() -> None:
    opinions = {"r1": Opinion("accept", 0.6), "r2": Opinion("accept", 0.6)}
    states = [said(1, "decline", intent="not_now"), said(2, "decline", intent="meeting")]
    rows = weigh_corrections(standing_words(states), opinions, a_profile()).rows
    assert [row.intent for row in rows] == ["not_now", None]


def test_f4_a_champion_without_a_mistake_says_nothing_of_contradictions() -> None:
    profile = profile_of(np.linspace(0.5, 1.0, 50), np.ones(50, bool))
    assert profile.ratio(0.55) == pytest.approx(1.0)
    assert profile.ratio(0.99) == pytest.approx(1.0)


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from("abc"), st.sampled_from(("accept", "decline", None))),
        max_size=25,
        unique_by=lambda each: each[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_f4_rows_do_not_depend_on_the_order_and_weigh_between_0_and_1(
    votes: list[tuple[int, str, Label | None]], random: Random
) -> None:
    opinions = {f"r{number}": Opinion("accept", 0.5 + number / 20) for number in range(9)}
    states = [said(number, label, seat=seat) for number, seat, label in votes]
    first = weigh_corrections(standing_words(states), opinions, a_profile())
    random.shuffle(states)
    again = weigh_corrections(standing_words(states), opinions, a_profile())
    assert [row.model_dump() for row in first.rows] == [row.model_dump() for row in again.rows]
    assert all(0 < row.weight <= 1 for row in first.rows)
    assert len(first.rows) + first.left_out == len({reply for reply, _, label in votes if label})
