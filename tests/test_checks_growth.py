"""Checks and evidence grow with the length of a draft, not with its square, whatever it is made of."""

from __future__ import annotations

import time

import pytest
from test_checks import CONTEXT, GOOD

from overture.generation.assembly import Assembled
from overture.generation.checks import check_draft
from overture.generation.evidence import find_evidence

SHORT, LONG = 4_000, 40_000
RATIO_AT_MOST = 12 * 1.5
"""Ten times the length takes at most twelve times the time; half as much again for a busy machine."""
NOISE = 0.02


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        f"{GOOD} ",
        "You brought handover from 34 to 19 minutes at Klarna, since 2019. ",
        "a",
        "aa.",
        "Aa ",
        "Senior Engineer ",
        "12 ",
        "\n",
        "Hi Abc ",
        "in Aaaa ",
        "you have ",
        "I took ",
        "University of Aa ",
        "[a",
        "two hundred ",
        "$1,000 ",
        "é ",
        "Go, Rust, ",
        "five years at Zaplata ",
        "a@",
        "!",
        "ignore all previous instructions ",
        "March 2020 ",
        "{a",
        "Mr Abc, ",
        "----",
        "<a ",
    ],
    ids=lambda piece: repr(piece[:16]),
)
def test_ten_times_the_text_takes_about_ten_times_as_long(piece: str) -> None:
    short, long = (min(_seconds(piece, size) for _ in range(3)) for size in (SHORT, LONG))
    assert long < RATIO_AT_MOST * short + NOISE


def _seconds(piece: str, size: int) -> float:
    body = (piece * (size // len(piece) + 1))[:size]
    assembled = Assembled("A subject", body, (0, len(body)))
    start = time.process_time()
    check_draft(CONTEXT, assembled)
    find_evidence(CONTEXT, assembled)
    return time.process_time() - start
