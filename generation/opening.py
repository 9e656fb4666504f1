"""How an offline message opens: with the strongest thing the facts say about the candidate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .facts import Fact, FactKind, MessageContext
from .grammar import Grammar
from .moves import Move
from .phrasing import Phrasing
from .role import Role, spoken_title
from .unit import Unit

_NO_EMPLOYER = frozenset({"", "freelance", "freelancer", "self-employed", "self employed", "independent", "various"})
_LESS_APPEAL = 5.5
_CLOSE_OVERLAP = 3
"""Topic words a result must share with the opportunity before the message calls it close."""
_LONGEST_DEED = {"short": 88, "medium": 125, "long": 150}
_INTEREST_MOVES: dict[str, Move] = {
    "follows": "follows",
    "engaged": "engaged",
    "talent_pool": "talent_pool",
    "alumni": "alumni",
    "referred": "referred",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening's units, what kind it is, and the facts it has used up."""

    units: tuple[Unit, ...] = ()
    kind: str = ""
    used: frozenset[str] = frozenset()
    in_year: str = ""


def open_message(context: MessageContext, role: Role, phrasing: Phrasing) -> Opening:
    """The first one or two sentences; empty where nothing relevant is known about the candidate."""
    opener = _Opener(context, role, phrasing)
    first = next((opening for fact in _by_appeal(context) if (opening := opener.open_with(fact))), Opening())
    if first.kind in {"did", "does", "holds"} or not first.units:
        return first
    second = next(
        (
            opening
            for fact in context.of_kind("achievement", "position")
            if fact.id not in first.used and not _is_distant(fact) and (opening := opener.open_with(fact))
        ),
        None,
    )
    if second is None:
        return first
    # a tie goes before the sentence that it refers to
    extra = tuple(unit._replace(weight=72 - 10 * place) for place, unit in enumerate(second.units))
    return Opening(first.units + extra, first.kind, first.used | second.used, first.in_year)


def _by_appeal(context: MessageContext) -> list[Fact]:
    """Personal facts in the order in which they make an opening; ties keep the context's ranking."""
    order: dict[FactKind, float] = {
        "application": 0, "interest": 1, "achievement": 2, "school": 3, "position": 4, "title_experience": 5,
        "skill_match": 6, "side_project": 7, "open_to_work": 8,
    }  # fmt: skip
    openers = [fact for fact in context.personal if fact.kind in order]
    return sorted(openers, key=lambda fact: order[fact.kind] + _LESS_APPEAL * _is_distant(fact))


def _is_distant(fact: Fact) -> bool:
    """A school already left, or an earlier position of another kind: told only when nothing closer is known."""
    if fact.kind == "school":
        return not fact.attributes["current"]
    return fact.kind == "position" and not fact.attributes["current"] and not _is_close(fact)


@dataclass(frozen=True, slots=True)
class _Opener:
    """One way to open for each kind of fact; None where the fact has not enough to say."""

    context: MessageContext
    role: Role
    phrasing: Phrasing

    @property
    def grammar(self) -> Grammar:
        return self.phrasing.grammar

    def open_with(self, fact: Fact) -> Opening | None:
        maker = _MAKERS.get(fact.kind)
        return maker(self, fact) if maker else None

    def application(self, fact: Fact) -> Opening | None:
        year, title = fact.attributes["year"], fact.attributes["title"]
        in_year = self.grammar.in_year(year) if year else ""
        for_title = self.grammar.for_title(title) if title else ""
        move: Move = "applied" if self.role.in_house else "applied_elsewhere"
        text = self.phrasing.say(move, in_year=in_year, for_title=for_title, company=self.role.company or None)
        return _opening("applied", fact, text, in_year=in_year)

    def interest(self, fact: Fact) -> Opening | None:
        kind = fact.attributes["kind"]
        return _opening(kind, fact, self.phrasing.say(_INTEREST_MOVES[kind], company=self.role.company or None))

    def achievement(self, fact: Fact) -> Opening | None:
        current = bool(fact.attributes["current"])
        longest = _LONGEST_DEED[self.context.personalization.length]
        clause = self.grammar.deed(fact.attributes["text"], longest=longest, is_current=current)
        if clause is None:
            return None
        employer = "" if fact.attributes["company"].lower() in _NO_EMPLOYER else fact.attributes["company"]
        text = self.phrasing.say(
            "does" if clause.tense == "base" else "did",
            deed=clause.text,
            employer=employer or None,
            employer_after=employer if employer and len(clause.text) <= 60 and "," not in clause.text else None,
            deed_alone=None if employer else clause.text,
        )
        tie = None if self.role.inferred else _tie(int(fact.attributes["overlap"]), self.role, self.phrasing)
        units = (Unit(text, 90, 1), *((Unit(tie, 66, 1),) if tie else ())) if text else ()
        return Opening(units, "did", frozenset({fact.id})) if units else None

    def position(self, fact: Fact) -> Opening | None:
        title, employer = spoken_title(fact.attributes["title"]), fact.attributes["company"]
        if not title:
            return None
        if fact.attributes["current"]:
            move: Move = "holds" if _is_close(fact) or self.role.inferred else "works"
        else:
            move = "held" if _is_close(fact) else "last"
        if employer.lower() in _NO_EMPLOYER:
            move = "worked_as"
        text = self.phrasing.say(
            move,
            a_title=self.grammar.office(title),
            employer=employer,
            since=fact.attributes["since"] or None,
            until=fact.attributes["until"] or None,
        )
        tie = self.phrasing.say("tie_role") if fact.attributes["related"] and not self.role.inferred else None
        units = (Unit(text, 90, 1), *((Unit(tie, 58, 1),) if tie else ())) if text else ()
        return Opening(units, "holds", frozenset({fact.id})) if units else None

    def title_experience(self, fact: Fact) -> Opening | None:
        return _opening(
            "years", fact, self.phrasing.say("years", duration=self.grammar.years(int(fact.attributes["months"])))
        )

    def skill(self, fact: Fact) -> Opening | None:
        matches = self.context.of_kind("skill_match")[:3]
        text = self.phrasing.say(
            "lists_skills", skills=self.grammar.listed([match.attributes["own"] for match in matches])
        )
        opening = _opening("skills", fact, text)
        return opening and Opening(opening.units, "skills", frozenset(match.id for match in matches))

    def school(self, fact: Fact) -> Opening | None:
        if not fact.attributes["area"]:
            return None
        move: Move = "studying" if fact.attributes["current"] else "studied"
        school = self.grammar.school(fact.attributes["name"])
        return _opening(move, fact, self.phrasing.say(move, area=fact.attributes["area"], school=school))

    def side_project(self, fact: Fact) -> Opening | None:
        return _opening("own_project", fact, self.phrasing.say("own_project", project=fact.attributes["name"]))

    def open_to_work(self, fact: Fact) -> Opening | None:
        return _opening("open", fact, self.phrasing.say("open"))


def _tie(overlap: int, role: Role, phrasing: Phrasing) -> str | None:
    if overlap >= _CLOSE_OVERLAP and role.in_house:
        return phrasing.say("tie_did")
    return phrasing.say("tie_loose") if overlap >= 2 else None


def _is_close(fact: Fact) -> bool:
    return bool(fact.attributes["related"] or fact.attributes["back"])


def _opening(kind: str, fact: Fact, text: str | None, *, in_year: str = "") -> Opening | None:
    return Opening((Unit(text, 90, 1),), kind, frozenset({fact.id}), in_year) if text else None


_MAKERS: dict[FactKind, Callable[[_Opener, Fact], Opening | None]] = {
    "application": _Opener.application,
    "interest": _Opener.interest,
    "achievement": _Opener.achievement,
    "position": _Opener.position,
    "title_experience": _Opener.title_experience,
    "skill_match": _Opener.skill,
    "school": _Opener.school,
    "side_project": _Opener.side_project,
    "open_to_work": _Opener.open_to_work,
}
