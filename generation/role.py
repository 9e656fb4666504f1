"""The role in an offline message: what it is, where, on which terms, what one does in it, what it pays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .clauses import duty
from .facts import Fact, FactKind, MessageContext
from .grammar_en import listed, with_article
from .identity_cache import IdentityCache
from .phrases_en import Move
from .phrasing import Phrasing
from .unit import Unit

_MOST_DUTIES = {"short": 1, "medium": 2, "long": 3}
_SHORT_STATE = 4
_SAID_LEVELS = {"entry level": "at entry level", "mid-level": "at mid level", "senior": "at senior level"}
_LONGEST_DUTY = {"short": 80, "medium": 105, "long": 120}


@dataclass(frozen=True, slots=True)
class Role:
    """The opportunity as the offline writer speaks of it; empty where the facts say nothing."""

    title: str
    company: str
    places: tuple[str, ...]
    workplace: str
    employment: str
    level: str
    pay: str
    duties: tuple[str, ...]
    inferred: bool
    you_do: str
    """What an inferred role is close to: "you do now", or "you did last" where no position is current."""
    in_house: bool
    """Whether the recruiter can say "we": the hiring company is known and is their own."""

    @property
    def city(self) -> str:
        """The place, where there is just one."""
        return self.places[0] if len(self.places) == 1 else ""


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
    return _roles.get((context.shared,), lambda: _read_role(context, inferred=False))


def role_units(context: MessageContext, role: Role, phrasing: Phrasing) -> list[Unit]:
    """The sentences about the role, in paragraph 2."""
    if role.inferred:
        move: Move = "role_inferred" if role.title else "role_inferred_untitled"
        return [Unit(phrasing.say(move, role=spoken_title(role.title), you_do=role.you_do) or "", 100, 2)]
    terms = _terms(role)
    statement = phrasing.say(
        "role",
        Who=_who(role, phrasing),
        a_role=with_article(spoken_title(role.title)) if role.title else "somebody for a role",
        place="" if not role.places or role.workplace == "remote" else f" in {listed(role.places, conjunction='or')}",
        terms=f", {terms}" if terms else "",
    )
    units = [Unit(statement or "", 100, 2)]
    length = context.personalization.length
    duties = [duty for duty in role.duties if len(duty) <= _LONGEST_DUTY[length]][: _MOST_DUTIES[length]]
    if any("," in duty for duty in duties[1:]):
        units.append(Unit(phrasing.say("duties", duties=duties[0]) or "", 70, 2))
        units.append(Unit(phrasing.say("duties_more", duty=duties[1]) or "", 48, 2))
    elif duties:
        head = [duties[0].partition(",")[0], *duties[1:]] if len(duties) > 1 else duties
        units.append(Unit(phrasing.say("duties", duties=listed(head, clauses=True)) or "", 70, 2))
    if role.pay:
        units.append(Unit(phrasing.say("pay", pay=role.pay) or "", 78, 2))
    return units


def _read_role(context: MessageContext, *, inferred: bool) -> Role:
    def first(kind: FactKind, attribute: str = "said") -> str:
        return next((fact.attributes[attribute] for fact in context.facts if fact.kind == kind), "")

    company = first("company", "name")
    in_house = bool(company) and not first("recruiter", "company")
    clauses = (
        duty(fact.attributes["said"], longest=max(_LONGEST_DUTY.values()), in_house=in_house)
        for fact in context.of_kind("responsibility")
    )
    return Role(
        title=first("title", "title"),
        company=company,
        places=tuple(dict.fromkeys(map(_short_place, context.of_kind("location")))),
        workplace=first("workplace_type"),
        employment=first("employment_type"),
        level=first("seniority"),
        pay=first("salary", "amount"),
        duties=tuple(clause.text for clause in clauses if clause),
        inferred=inferred,
        you_do="you do now" if first("title", "held_now") else "you have done so far",
        in_house=in_house,
    )


def _short_place(location: Fact) -> str:
    """The town, with a state that is written in a few letters: `Chicago, IL`, but `Toronto`."""
    town, state = location.attributes["locality"], location.attributes["region"]
    return f"{town}, {state}" if town and 0 < len(state) <= _SHORT_STATE else town or location.attributes["place"]


def _who(role: Role, phrasing: Phrasing) -> str:
    formal = phrasing.tone == "professional"
    if not role.in_house:
        return (f"For {role.company} " if role.company else "") + ("I am" if formal else "I'm")
    return f"{role.company} is" if formal or phrasing.draw(2) else f"At {role.company} we're"


def _terms(role: Role) -> str:
    said = [role.employment] if role.employment else []
    if role.workplace == "remote":
        said.append("remote" + (f" ({listed(role.places, conjunction='or')})" if role.places else ""))
    elif role.workplace:
        said.append(role.workplace)
    terms = listed(said)
    if role.level in _SAID_LEVELS and role.level not in role.title.lower():
        terms = ", ".join(filter(None, (terms, _SAID_LEVELS[role.level])))
    return terms
