"""Who employs the candidate, now and before, and who is hiring (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .deeds import Deed, read_deeds
from .draft import Finding
from .told_facts import Named, read_companies

_HIRES = frozenset("hiring recruiting looking seeking searching appointing".split())
_NEEDS = frozenset("needs wants requires seeks hires recruits".split())
_OFFERS = frozenset("opening vacancy vacancies openings".split())
_IS = frozenset("is are s re currently now".split())
_RELATIVE = frozenset("what that who which where why how when whatever".split())
_WORKED = frozenset("work works worked working employed".split())
_AT = frozenset("at for with".split())
_FROM = frozenset("from for at with of".split())
_RECRUITS = frozenset("writing write recruit recruiting hire hiring working am m re are".split())
_TENURE = frozenset("years time work role job position career tenure colleagues days stint".split())
_NOW = frozenset("now today currently presently".split())
_CURRENT = frozenset("current present".split())
_FORMER = frozenset("former previous ex old erstwhile past last".split())
_PLACE = frozenset("employer employers role job position company post team workplace".split())
_AHEAD = frozenset("would d ll will could can might if".split())
_HIRES_IT = "This is the candidate's employer, not the one that is hiring."
_NOT_THERE = "No fact says that the candidate works or has worked there."
_FORMERLY = "The fact says that the candidate has left there."
_STILL = "The fact says that the candidate works there now."


def check_employment(given: CheckInput) -> Iterable[Finding]:
    """The employer of each position is told as it is: not as hiring, and present or past as the fact says."""
    for named in given.once(read_companies):
        if named.own and not named.is_hiring:
            if at := _hires(given, named):
                yield given.finding("changed_relation", *at, _HIRES_IT)
            elif _is_over(given, named):
                if at := _is_present(given, named):
                    yield given.finding("changed_relation", *at, _FORMERLY)
            elif all(fact.attributes.get("current") for fact in named.own) and (at := _is_past(given, named)):
                yield given.finding("changed_relation", *at, _STILL)
        elif named.is_hiring and not named.own and not _knows_it(given) and (at := _worked_there(given, named)):
            yield given.finding("changed_relation", *at, _NOT_THERE)


def _is_over(given: CheckInput, named: Named) -> bool:
    """Whether the candidate has left: its position says until when, or has no dates beside a present one elsewhere."""
    if any(fact.attributes.get("current") for fact in named.own):
        return False
    if any(fact.attributes.get("until") for fact in named.own):
        return True
    return not any(fact.kind == "position" for fact in named.own) and any(
        fact.kind == "position" and fact.attributes.get("current") for fact in given.facts.personal.facts
    )


def _knows_it(given: CheckInput) -> bool:
    return any(
        fact.kind in {"interest", "application"} or fact.attributes.get("back") for fact in given.facts.personal.facts
    )


def _hires(given: CheckInput, named: Named) -> tuple[int, int] | None:
    words, start, end = given.words, named.start, named.end
    after = end
    while given.word(after) in _IS and after < end + 3:
        after += 1
    before = given.word(start - 1)
    follows = given.gap(end) in {" ", "'", "’"} or (given.gap(end) == ". " and not given.is_capital(end))
    if follows and before not in _RELATIVE:
        if after > end and given.word(after) in _HIRES:
            return start, after + 1
        if given.word(end) in _NEEDS and given.word(end + 1) in {"a", "an", "its", "their", "the", "another", "you"}:
            return start, end + 1
        if given.word(end) in {"has", "have"} and not _OFFERS.isdisjoint(words[end + 1 : end + 4]):
            return start, end + 1
    if before in {"join", "joining"} and given.word(start - 2) in {"to", "you", "d", "ll", "of", "consider", "in"}:
        return start - 1, end
    if before in _FROM and given.gap(start) == " ":
        near = words[max(0, start - 4) : start - 1]
        if near[-1:] and near[-1] in _RECRUITS and not {"i", "we"}.isdisjoint(near):
            return start - 1, end
        if near[-1:] in (["we"], ["us"], ["here"]) or near[-2:] in (
            ["our", "team"],
            ["behalf", "of"],
            ["on", "behalf"],
        ):
            return start - 1, end
    return None


def _deed_near(given: CheckInput, named: Named) -> Deed | None:
    """The `you` whose clause holds the company's name after its verb."""
    for deed in given.once(read_deeds):
        if deed.at < named.start < deed.last and given.words[deed.at] == "you" and not deed.is_ahead:
            return deed
    return None


def _is_present(given: CheckInput, named: Named) -> tuple[int, int] | None:
    words, start, end = given.words, named.start, named.end
    if given.word(end) in _NOW and given.gap(end) == " ":
        return start, end + 1
    begin, _ = given.sentence_of(start)
    for i in range(max(begin, start - 4), start):
        if words[i] in _CURRENT and words[i - 1] == "your" and words[i + 1] in _PLACE:
            return i, end
    deed = _deed_near(given, named)
    if deed is None or given.word(start - 1) not in _AT:
        return None
    between = words[deed.at + 1 : start]
    if "were" in between or "had" in between or "until" in words[start : deed.last]:
        return None
    verb = given.word(deed.verb)
    is_now = verb in {"work", "working"} and between[:1] != ["worked"] and between[:1] not in (["have"], ["ve"])
    are_at = between in (["are", "at"], ["re", "at"], ["are", "with"], ["re", "with"], ["are", "now", "at"])
    been = len(between) <= 4 and "been" in between and between[-1] in _AT and between[-2] in {"been", "working"}
    if is_now or are_at or (been and "since" in words[start : deed.last]):
        return deed.at, end
    as_one = between[:1] in (["are"], ["re"]) and len(between) <= 7 and not {"former", "familiar"} & set(between)
    return (deed.at, end) if as_one and between[1:2] in (["a"], ["an"], ["the"]) else None


def _is_past(given: CheckInput, named: Named) -> tuple[int, int] | None:
    words, start, end = given.words, named.start, named.end
    begin, _ = given.sentence_of(start)
    for i in range(max(begin, start - 4), start):
        if words[i] in _FORMER and words[i - 1] == "your" and words[i + 1] in _PLACE:
            return i, end
    deed = _deed_near(given, named)
    if deed is None:
        return None
    between = words[deed.at + 1 : start]
    if between[-1:] == ["left"]:
        return deed.at, end
    return (deed.at, end) if between[:2] == ["used", "to"] and between[-1] in _AT else None


def _worked_there(given: CheckInput, named: Named) -> tuple[int, int] | None:
    words, start, end = given.words, named.start, named.end
    if given.word(start - 1) not in _AT:
        return None
    begin, last = given.sentence_of(start)
    if not _AHEAD.isdisjoint(words[begin:start] + words[end:last]) or given.asks(begin, last):
        return None
    if words[start - 2] in _TENURE and words[start - 3] == "your":
        return start - 3, end
    deed = _deed_near(given, named)
    if deed is None:
        return None
    if words[deed.at + 1 : start - 1] in (["have", "been"], ["ve", "been"], ["are"], ["re"], ["were"]):
        return deed.at, end
    return (deed.at, end) if words[deed.verb] in _WORKED and start - deed.verb <= 6 else None
