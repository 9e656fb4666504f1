"""Candidates made by code from the parts of our own contexts: many for one job, each of them somebody else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from overture.dates import PartialDate
from overture.people import Candidate, Position, School, Skill

from .contexts import EvalContext
from .own_data import own_yaml

_FIRST_YEAR, _LAST_YEAR = 2014, 2024


def variants(contexts: Sequence[EvalContext], count: int, *, seed: int = 7) -> Iterator[Candidate]:
    """`count` profiles put together from the candidates of some contexts, sparse to rich, the same for the same seed.

    Titles, employers, lines, skills and schools are drawn apart, so that a profile is nobody's; all of them should
    be of one trade and language.
    """
    chance = random.Random(seed)  # noqa: S311 - seeded data, no secret
    people = [context.inputs.candidate for context in contexts]
    positions = [position for person in people for position in person.positions]
    titles = sorted({position.title for position in positions if position.title})
    employers = sorted({position.company for position in positions if position.company})
    lines = sorted({line for position in positions for line in position.highlights})
    skills = sorted({skill.name for person in people for skill in person.skills})
    schools = [school for person in people for school in person.schools]
    names = [row[reads] for row in own_yaml("fair_names.yaml")["names"] for reads in ("she", "he")]
    for number in range(count):
        since = chance.randint(_FIRST_YEAR, _LAST_YEAR)
        own = chance.sample(lines, k=min(len(lines), chance.choice((0, 1, 2, 2, 3))))
        title, employer = chance.choice(titles), chance.choice(employers)
        start = PartialDate(since, chance.randint(1, 12))
        now = Position(title=title, company=employer, start=start, highlights=tuple(own))
        yield Candidate(
            id=f"variant-{number}",
            name=names[number % len(names)],
            positions=(now, *_earlier(chance, titles, employers, since)),
            skills=tuple(Skill(name=name) for name in chance.sample(skills, k=min(len(skills), chance.randint(0, 5)))),
            schools=_school(chance, schools),
            open_to_work=chance.random() < 0.4 or None,
        )


def _earlier(chance: random.Random, titles: list[str], employers: list[str], until: int) -> tuple[Position, ...]:
    if chance.random() < 0.5:
        return ()
    start = PartialDate(until - chance.randint(1, 5))
    return (
        Position(title=chance.choice(titles), company=chance.choice(employers), start=start, end=PartialDate(until)),
    )


def _school(chance: random.Random, schools: list[School]) -> tuple[School, ...]:
    return (chance.choice(schools),) if schools and chance.random() < 0.6 else ()
