"""The role in an offline message: what it is, where, on which terms, what one does in it, what it pays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .facts import Fact, FactKind, MessageContext
from .grammar import Grammar, Terms
from .identity_cache import IdentityCache
from .language_of import is_in
from .language_pack import language_pack
from .moves import Move
from .phrasing import Phrasing
from .unit import Unit

_MOST_DUTIES = {"short": 1, "medium": 2, "long": 3}
_FIRST_DUTIES = 5
"""A post begins with what matters; among so many the choice is free."""
_SHORT_STATE = 4
_LONGEST_DUTY = {"short": 80, "medium": 105, "long": 120}


@dataclass(frozen=True, slots=True)
class Role:
    """The opportunity as the offline writer speaks of it; empty where the facts say nothing."""

    title: str
    company: str
    terms: Terms
    pay: str
    duties: tuple[str, ...]
    inferred: bool
    held_now: bool
    """Whether an inferred role is the candidate's present one."""
    in_house: bool
    """Whether the recruiter can say "we": the hiring company is known and is their own."""

    @property
    def city(self) -> str:
        """The place, where there is just one."""
        return self.terms.places[0] if len(self.terms.places) == 1 else ""


_PARTS = re.compile(r"(?:,|;|:|\s[-–—|])\s+")
_ASIDE = re.compile(r"(?<=\w)\s*\([^)]*\)")
_NAMES_A_JOB = re.compile(
    r"(?:er|or|ist|ant|ent|ian|yst|ect|ive|ary|nurse|chef|clerk|counsel|lead|head)s?$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def spoken_title(title: str) -> str:
    """A title as one says it, without what stands behind a comma, a dash or in brackets.

    >>> spoken_title("Customer Data Scientist - Experimentation"), spoken_title("AI Engineer, Graduate 2026 (m/f/d)")
    ('Customer Data Scientist', 'AI Engineer')
    """
    parts = [part for part in _PARTS.split(_ASIDE.sub("", title).strip()) if part]
    return next(filter(_NAMES_A_JOB.search, parts[:2]), parts[0]) if parts else title


_roles: IdentityCache[Role] = IdentityCache()


def read_role(context: MessageContext) -> Role:
    """The opportunity's facts under one roof; read once for all candidates of an opportunity."""
    if context.opportunity_source == "inferred":
        return _read_role(context, inferred=True)
    return _roles.get((context.shared, context.personalization), lambda: _read_role(context, inferred=False))


def role_units(context: MessageContext, role: Role, phrasing: Phrasing) -> list[Unit]:
    """The sentences about the role, in paragraph 2."""
    if role.inferred:
        move: Move = "role_inferred" if role.title else "role_inferred_untitled"
        return [Unit(phrasing.say(move, role=spoken_title(role.title), you_do=you_do(role, phrasing)) or "", 100, 2)]
    grammar = phrasing.grammar
    title = spoken_title(role.title) if role.title else phrasing.part("untitled")
    statement = phrasing.say(
        ("role_ours" if role.in_house else "role_client") if role.company else "role_open",
        company=role.company,
        role=title,
        a_role=grammar.noun(title) if role.title else title,
        place=grammar.place(role.terms),
        terms=grammar.terms(_unsaid(role)),
    )
    units = [Unit(statement or "", 100, 2)]
    length = context.personalization.length
    duties = _some([duty for duty in role.duties if len(duty) <= _LONGEST_DUTY[length]], _MOST_DUTIES[length], phrasing)
    if duties:
        first, more = grammar.duties(duties)
        units.append(Unit(phrasing.say("duties", duties=first) or "", 70, 2))
        if more:
            units.append(Unit(phrasing.say("duties_more", duty=more) or "", 48, 2))
    if role.pay:
        units.append(Unit(phrasing.say("pay", pay=role.pay) or "", 78, 2))
    return units


def you_do(role: Role, phrasing: Phrasing) -> str:
    """What an inferred role is close to: "what you do now", or what they did where no position is current."""
    return phrasing.part("you_do_now" if role.held_now else "you_did")


def _read_role(context: MessageContext, *, inferred: bool) -> Role:
    def first(kind: FactKind, attribute: str = "said") -> str:
        return next((fact.attributes[attribute] for fact in context.facts if fact.kind == kind), "")

    company = first("company", "name")
    in_house = bool(company) and not first("recruiter", "company")
    grammar, said = _own_words(context, "responsibility")
    clauses = (grammar.duty(line, longest=max(_LONGEST_DUTY.values()), in_house=in_house) for line in said)
    return Role(
        title=first("title", "title"),
        company=company,
        terms=Terms(
            places=tuple(dict.fromkeys(map(_short_place, context.of_kind("location")))),
            is_remote=first("workplace_type", "value") == "remote",
            workplace=first("workplace_type"),
            employment=first("employment_type"),
            level=first("seniority"),
        ),
        pay=first("salary", "amount"),
        duties=tuple(clause for clause in clauses if clause),
        inferred=inferred,
        held_now=bool(first("title", "held_now")),
        in_house=in_house,
    )


def _short_place(location: Fact) -> str:
    """The town, with a state that is written in a few letters: `Chicago, IL`, but `Toronto`."""
    town, state = location.attributes["locality"], location.attributes["region"]
    return f"{town}, {state}" if town and 0 < len(state) <= _SHORT_STATE else town or location.attributes["place"]


def _some(duties: list[str], number: int, phrasing: Phrasing) -> list[str]:
    """A few of the first duties in their order, not the same ones for everybody."""
    start = phrasing.draw("duties_from", min(len(duties), _FIRST_DUTIES) - number + 1)
    return duties[start : start + number]


def _unsaid(role: Role) -> Terms:
    """The terms, without a level that the title says."""
    return role.terms._replace(level="") if role.terms.level in role.title.lower() else role.terms


def _own_words(context: MessageContext, kind: FactKind) -> tuple[Grammar, tuple[str, ...]]:
    """What the facts of a kind say, where it is in the language of the message."""
    language = context.personalization.language
    said = tuple(fact.attributes["said"] for fact in context.of_kind(kind))
    return language_pack(language).grammar, said if is_in(said, language) else ()
