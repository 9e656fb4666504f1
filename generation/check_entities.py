"""Employers, schools, places, skills, ranks and people named in a draft in another language (D-10).

Known names are looked up in lists all languages share; unknown ones are told by the word before them, or, in languages
that write no nouns with capitals, by their capital alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .local_names import LocalNames
from .named_employers import named_employers
from .named_people import named_people, named_ranks, other_names
from .named_places import named_places
from .named_schools import named_schools
from .named_skills import named_skills


def check_entities(given: CheckInput) -> Iterable[Finding]:
    """No employer, school, place, skill, rank or person is named that no fact names."""
    names = LocalNames(given)
    yield from named_ranks(names)
    yield from named_schools(names)
    yield from named_employers(names)
    yield from named_places(names)
    yield from named_skills(names)
    yield from named_people(names)
    yield from other_names(names)
