"""The words by which relations are told: who speaks, how strong a part a verb claims, which way things went (D-10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

HELP, KEEP, RUN, MAKE, LEAD = 1, 2, 3, 4, 5
RANKS = {"help": HELP, "keep": KEEP, "run": RUN, "make": MAKE, "lead": LEAD}
PERSON = frozenset("you your yours yourself".split())
FIRM = frozenset("we our ours us i my".split())
SPEAKERS = frozenset(("you", "having"))
YOUR_OR_AS = frozenset(("your", "as"))
ABSENT = frozenset("no without never zero non".split())
NEEDED = frozenset("needed required necessary asked essential expected not".split())
ASKED = frozenset(
    "would d ll will could can might want wants need needs ask asks asked require requires required if here".split()
)
"""Words by which a sentence offers, asks or supposes, and so claims nothing."""
REPORTS = frozenset("report reports reporting reported answer answers".split())


class DeedWords(NamedTuple):
    rank_of: dict[str, int]
    phrases: dict[str, list[tuple[tuple[str, ...], int]]]
    helped: frozenset[str]
    people: frozenset[str]
    founding: frozenset[str]
    founders: frozenset[str]
    up: frozenset[str]
    down: frozenset[str]
    care: dict[str, str]
    weak: frozenset[str]
    """First words of a fact that tells less than a deed of one's own."""
    strong: frozenset[str]
    """Words that claim the most: to lead, to found."""


@cache
def deed_words() -> DeedWords:
    """The table of `data/deeds.json`, every verb in all its forms."""
    raw: dict[str, Any] = json.loads(
        files("overture.generation").joinpath("data/deeds.json").read_text(encoding="utf-8")
    )
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for name, lines in raw["phrases"].items():
        for line in lines:
            words = tuple(line.split())
            phrases.setdefault(words[0], []).append((words, RANKS[name]))
    ranks = {
        form: RANKS[name] for name, verbs in raw["ranks"].items() for verb in verbs.split() for form in _forms(verb)
    }
    helped, people, founding, founders, up, down = (
        frozenset(_words(raw[name])) for name in ("helped", "people", "founding", "founders", "up", "down")
    )
    begun = {words[0] for lines in phrases.values() for words, rank in lines if rank == HELP}
    return DeedWords(
        ranks, phrases, helped, people, founding, founders, up, down,
        {form: verb.partition(":")[0] for verb in raw["care"].split() for form in _forms(verb)},
        helped | begun | {word for word, rank in ranks.items() if rank <= RUN},
        founding | {word for word, rank in ranks.items() if rank == LEAD} | {"leadership", "leader", "helm"},
    )  # fmt: skip


def _words(value: str | list[str]) -> Iterable[str]:
    return value.split() if isinstance(value, str) else value


def _forms(verb: str) -> Iterator[str]:
    base, *irregular = verb.split(":")
    stem = base[:-1] if base.endswith("e") else base
    yield from (base, *irregular)
    if not irregular:
        yield f"{stem[:-1]}ied" if stem.endswith("y") and stem[-2] not in "aeiou" else f"{stem}ed"
    yield (
        f"{base[:-1]}ies"
        if base.endswith("y") and base[-2] not in "aeiou"
        else (f"{base}es" if base.endswith(("s", "x", "ch", "sh")) else f"{base}s")
    )
    yield f"{stem}ing"


@cache
def watched() -> frozenset[str]:
    """Every word above that the checks of relations look for in a draft."""
    table = deed_words()
    return SPEAKERS | FIRM | YOUR_OR_AS | ABSENT | NEEDED | REPORTS | table.up | table.down | table.care.keys()
