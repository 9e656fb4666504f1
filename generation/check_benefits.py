"""Benefits and the way of working: only those that a fact gives (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .stems import STEMS

_NOT_A_BENEFIT_BEFORE = {
    "equity": frozenset("private health social gender race brand pay racial home of diversity".split()),
    "bonus": frozenset("a added an real nice extra".split()),
}
_NOT_A_BENEFIT_AFTER = {
    "equity": frozenset(
        "research analyst analysts trading derivatives partner partners and markets capital fund funds desk".split()
    ),
    "remote": frozenset(
        "sensing monitoring areas communities control diagnostics server servers patient patients sites access".split()
    ),
    "hybrid": frozenset(
        "cloud vehicles vehicle cars car engines engine powertrain events app apps mobile search role".split()
    )
    - {"role"},
}
_SHARES = frozenset("share shares stock equity options option".split())
_MOVING = frozenset("pay paying fly flying put putting find finding rent get".split())
_MOVES = frozenset(
    "relocation relocating move moving removal removals flight flights accommodation housing flat cottage".split()
)
_GIVEN = frozenset("included provided covered reimbursed paid subsidised subsidized part thrown nothing".split())
_NOT_GIVEN = frozenset("to on from in at during until after before next tomorrow up as under with when".split())
_BEFORE_GIVEN = frozenset("also all fully always both even of course usually completely then you".split())
_COSTS = frozenset(("cost", "costs"))
_IS = frozenset("is are s re be been comes come was were get gets".split())
_FORMS = frozenset("scheme plan package policy programme program contribution contributions entitlement".split())
_PARTLY = frozenset(("part",))
_OF_THE = ["of", "the"]
_DEAL = frozenset("deal package offer bargain contract benefits perks".split())
_NO_THINGS = frozenset("everyone everybody person position job role post work time thing things call".split())
_WHO = frozenset("i we you they who he she".split())
_FAR = 8
_AND = frozenset(("and", "plus"))
_PUTS = frozenset(("put", "puts"))
_NEEDS_FOR = frozenset(("pay", "throw"))
_PAYS = _PUTS | _NEEDS_FOR | {"fund", "subsidise", "subsidize"}
_OBJECT_ENDS = frozenset("at so which that because if when while who where until once to from".split())
_TAKEN_OFF = frozenset("the a an its their your our that this each every of".split())
_SAME = {
    "holiday": "leave holiday holidays vacation days off annual",
    "holidays": "leave holiday holidays vacation days off annual",
    "leave": "leave holiday holidays vacation days off annual",
    "vacation": "leave holiday holidays vacation days off",
    "off": "leave holiday holidays vacation days off",
    "pto": "leave holiday holidays vacation off",
    "days": "leave holiday holidays vacation days off",
    "insurance": "insurance cover coverage insured",
    "cover": "insurance cover coverage insured",
    "coverage": "insurance cover coverage",
    "budget": "budget allowance stipend year fund",
    "allowance": "budget allowance stipend",
    "stipend": "budget allowance stipend",
    "medical": "medical health healthcare",
    "health": "medical health healthcare",
    "healthcare": "medical health healthcare",
    "learning": "learning training courses education development",
    "training": "learning training courses education development trained",
    "relocation": "relocation relocating move moving",
    "relocating": "relocation move moving",
    "moving": "relocation move moving",
    "lunch": "lunch lunches meals meal food",
    "lunches": "lunch lunches meals meal food",
    "meals": "lunch lunches meals meal food",
    "week": "week weeks",
    "working": "working work",
    "hours": "hours time",
    "parental": "parental maternity paternity",
    "bonus": "bonus bonuses",
    "bonuses": "bonus bonuses",
    "options": "options option stock shares equity",
    "stock": "stock shares share equity",
    "shares": "stock shares share equity",
    "equity": "stock shares share equity options",
    "pension": "pension retirement",
    "retirement": "pension retirement",
    "car": "car vehicle ute van",
    "van": "car vehicle ute van",
    "vehicle": "car vehicle ute van",
    "free": "free paid",
    "company": "company ute car",
    "support": "support help assistance cover package sponsorship",
    "help": "support help assistance package",
    "assistance": "support help assistance package",
    "sponsorship": "sponsorship sponsor sponsored support",
    "private": "private health medical",
    **dict.fromkeys(("covered", "included", "provided"), "covered paid included provided reimbursed free"),
    "flexible": "flexible flexi flexitime flex own",
    "flexitime": "flexible flexi flexitime",
}


def check_benefits(given: CheckInput) -> Iterable[Finding]:
    """No benefit, workplace or term of employment that no fact gives, and none against the one that is given."""
    for hit in given.hits("benefit"):
        if not _is_supported(given, hit.start, hit.end) and not _is_another_sense(given, hit.start, hit.end):
            advice = f"No fact promises {given.said(hit.start, hit.end)!r}."
            yield given.finding("unsupported_benefit", hit.start, hit.end, advice)
    yield from _offered(given)
    yield from _paid_for(given)
    for hit in given.hits("workplace"):
        if not _is_workplace_known(given, hit.start, hit.end):
            yield given.finding(
                "unsupported_benefit", hit.start, hit.end, "No fact says where the work is done from; leave it out."
            )
    kinds = {fact.text.partition(": ")[2].lower() for fact in given.facts.of_kind("workplace_type")}
    if kinds == {"remote"}:
        for hit in given.hits("onsite"):
            if not given.facts.has_phrase(given.words[hit.start : hit.end]):
                yield given.finding("unsupported_benefit", hit.start, hit.end, "The facts say remote.")
    terms = {fact.text.partition(": ")[2].lower().replace("-", " ") for fact in given.facts.of_kind("employment_type")}
    for hit in given.hits("employment"):
        said = " ".join(given.words[hit.start : hit.end])
        if (
            terms
            and said in {"full time", "part time", "temporary", "freelance", "fixed term", "internship"}
            and not given.facts.has_phrase(said.split())
        ):
            yield given.finding("unsupported_benefit", hit.start, hit.end, f"The facts say {', '.join(sorted(terms))}.")


def _offered(given: CheckInput) -> Iterable[Finding]:
    """`Accommodation is included`, `parking is free`, `a laptop is part of the deal`, whatever the thing is."""
    if _GIVEN.isdisjoint(given.vocabulary):
        return
    for i, word in enumerate(given.words):
        if word not in _GIVEN or given.word(i + 1) in _NOT_GIVEN:
            continue
        begin, end = given.sentence_of(i)
        at = i
        while at > begin and given.words[at - 1] in _BEFORE_GIVEN:
            at -= 1
        verbs = _COSTS if word == "nothing" else _IS
        if not (at > begin and given.words[at - 1] in verbs) or (
            word in _PARTLY and given.words[i + 1 : i + 3] != _OF_THE
        ):
            continue
        if word in _PARTLY and given.word(i + 3) not in _DEAL:
            continue
        first = at - 1
        while first > begin and given.gap(first) in {" ", "-", "’", "'"} and at - first <= _FAR:
            first -= 1
        said = given.words[first : at - 1]
        asks = "?" in given.text[given.characters(begin, end)[1] :][:2]
        if _WHO.isdisjoint(said) and not asks and _unknown_things(given, said):
            advice = f"No fact promises {given.said(first, i + 1)!r}."
            yield given.finding("unsupported_benefit", first, i + 1, advice)


def _unknown_things(given: CheckInput, said: list[str]) -> list[str]:
    """The words of the first of some things (`a flat and a car`) of which no fact has a word."""
    things: list[str] = []
    for word in (*said, "and"):
        if word not in _AND:
            things += [word] if STEMS[word] and word not in _NO_THINGS else []
            continue
        if things and not any(
            map(given.facts.knows, {each for thing in things for each in (thing, *_SAME.get(thing, "").split())})
        ):
            return things
        things = []
    return []


def _paid_for(given: CheckInput) -> Iterable[Finding]:
    """`We fund an MSc and a nursery place`, `the Trust puts a cottage at your disposal`."""
    if _PAYS.isdisjoint(given.vocabulary):
        return
    for i, word in enumerate(given.words):
        if word not in _PAYS:
            continue
        puts = word in _PUTS
        first = i + 1 + (given.word(i + 1) in {"for", "in", "you"})
        if not puts and (given.word(i - 1) != "we" or (word in _NEEDS_FOR and given.word(i + 1) not in {"for", "in"})):
            continue
        begin, end = given.sentence_of(i)
        last = first
        while last < end and given.words[last] not in _OBJECT_ENDS and (last == first or given.gap(last) in {" ", "-"}):
            last += 1
        if puts and given.words[last : last + 3] != ["at", "your", "disposal"]:
            continue
        said = given.words[first:last]
        if not _WHO.isdisjoint(said) or given.asks(begin, end):
            continue
        if _unknown_things(given, said):
            yield given.finding("unsupported_benefit", i, last, f"No fact promises {given.said(first, last)!r}.")


def _is_supported(given: CheckInput, start: int, end: int) -> bool:
    words = given.words[start:end]
    if given.facts.has_phrase(words):
        return True
    if words[0] in _MOVING and "you" in words:
        return not given.facts.shared.words.isdisjoint(_MOVES)
    content = [word for word in words if (STEMS[word] or word in _SAME) and not _is_count_known(given, word)]
    if len(plain := [word for word in content if word not in _FORMS]) > 0:
        content = plain  # "the pension scheme" is the pension
    if not content:
        return True
    if not _SHARES.isdisjoint(words) and given.facts.shared.words.isdisjoint(_SHARES):
        return False  # "market share" in a profile is no share of ours
    return all(
        any(
            map(
                given.facts.knows,
                {word, *_SAME.get(word, "").split()} - {"days", "week", "weeks", "year", "time", "company", "own"}
                or {word},
            )
        )
        for word in content
    )


def _is_count_known(given: CheckInput, word: str) -> bool:
    """Whether a number in digits is one that a fact has in words: `30 days` for `thirty days`."""
    return word.isdecimal() and float(word) in given.facts.shared.numbers


def _is_another_sense(given: CheckInput, start: int, end: int) -> bool:
    words = given.words[start:end]
    before, after = given.word(start - 1), given.word(end)
    if words[-1] == "move" and "your" not in words and after in {"to", "of", "from", "into", "onto", "off"}:
        return True  # "help with the move to streaming"
    if words == ["the", "holidays"] and before in {"before", "after", "over", "until", "since"}:
        return True  # a time of the year
    if len(words) == 1 and before in _NOT_A_BENEFIT_BEFORE.get(words[0], ()) and words[0] != "bonus":
        return True
    if (
        words == ["bonus"]
        and before in {"a", "added", "real", "nice"}
        and after in {"if", "but", "for", "rather", "not", "that"}
    ):
        return True
    if after in _NOT_A_BENEFIT_AFTER.get(words[0], ()) and len(words) == 1:
        return True
    if words[0] in {"flexible", "choose", "set", "pick"} and given.sentence_words(start) & {"call", "chat", "talk"}:
        return True
    if words[-1] == "off" and after in _TAKEN_OFF:
        return True  # "took five days off the close"
    if words[-1] == "off" and words[0].isdigit() is False and given.word(start - 1) in {"next", "your"}:
        return True
    return before in {"no", "without"} and given.gap(start) == " "


def _is_workplace_known(given: CheckInput, start: int, end: int) -> bool:
    words = given.words[start:end]
    if given.word(end) in _NOT_A_BENEFIT_AFTER["remote"] or (
        words == ["hybrid"] and given.word(end) in _NOT_A_BENEFIT_AFTER["hybrid"]
    ):
        return True
    if given.word(start - 1) in {"no", "not", "without", "non"} and given.gap(start) in {" ", "-"}:
        return True
    if len(words) > 1 and given.facts.has_phrase(words):
        return True
    key = {"remote", "remotely", "wfh", "home", "telework", "telecommuting", "anywhere"} & set(words)
    if "hybrid" in words:
        return (
            given.facts.knows("hybrid")
            or (given.facts.knows("home") and given.facts.knows("office"))
            or (given.facts.knows("remote") and given.facts.knows("office"))
        )
    if any(word.isdigit() for word in words) or not key:
        return (
            given.facts.has_stems([word for word in words if STEMS[word]])
            or given.facts.knows("hybrid")
            or given.facts.knows("remote")
        )
    if {"fully", "completely", "entirely", "100", "totally", "permanently"} & set(words):
        return given.facts.knows("remote")
    return (
        any(map(given.facts.shared.words.__contains__, key))
        or given.facts.knows("remote")
        or given.facts.knows("remotely")
        or (given.facts.knows("hybrid") and "home" in words)
        or (given.facts.has_phrase(("home",)) and "home" in words)
    )
