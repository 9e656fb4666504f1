"""Relations: who did what, how much of it, and where; what a check of names cannot see (D-10, D-11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .check_employment import check_employment
from .check_holders import check_holders
from .check_input import CheckInput
from .check_negations import check_negations
from .check_present import check_present
from .check_reports import check_reports
from .check_turns import check_turns
from .deeds import Deed, rank_of, rank_of_text, read_deeds
from .draft import Finding, Severity
from .relation_words import FIRM, HELP, KEEP, LEAD, MAKE, PERSON, RUN, deed_words
from .stems import STEMS
from .told_facts import Named, Told, covers, places_of, read_companies, stems_in, text_words, told, without_names

_DONE = frozenset(("achievement", "side_project"))
_SHARED_KINDS = frozenset(
    ("responsibility", "requirement", "company_description", "culture", "value", "benefit", "team", "skill", "title")
)
_ELSEWHERE = frozenset("before after since leaving left until till from than unlike beyond via joined joining".split())
_NEAR = 6
_LEAD_IN = 3
_BETWEEN = frozenset(
    "ve have has also own team colleagues people staff company department group crew engineers recently just".split()
)
_OTHERS = frozenset("that which who what where so because team role job like as need needs close".split())
_OTHER_WORDS = frozenset("something that it which".split())
_AT = frozenset("at for with in during".split())
_WISHED = frozenset(
    "would want wants need needs like hope hopes will d ll could can should shall must similar same".split()
)


def check_relations(given: CheckInput) -> Iterable[Finding]:
    """No deed made larger, put at another employer or to another person, turned round, or told against its `no`."""
    if given.context.personalization.language != "en":
        return
    for check in _CHECKS:
        yield from check(given)


def _check_inflated(given: CheckInput) -> Iterable[Finding]:
    """`You led the migration` where the fact says `Helped to migrate`."""
    table = deed_words()
    if table.strong.isdisjoint(given.vocabulary) and not _has_weak(given):
        return
    for deed in given.once(read_deeds):
        if deed.is_ahead or deed.verb >= deed.last:
            continue
        yield from _founded(given, deed)
        verb = given.words[deed.verb]
        stems = without_names(given, stems_in(given, deed.first, deed.last))
        found = told(given, given.facts.personal, stems, _DONE)
        if not found and _OTHER_WORDS.isdisjoint(given.words[deed.first : deed.at]):
            continue
        if not found:  # "the S&OP meetings, with three factories, are something you introduced"
            stems = without_names(given, stems_in(given, *given.sentence_of(deed.at)))
            found = [each for each in told(given, given.facts.personal, stems, _DONE) if each.is_clear]
        if not found:
            continue
        rank = rank_of(given, deed)
        best = [each for each in found if len(each.shared) == len(found[0].shared)]
        ranks = [rank_of_text(text_words(each.fact.attributes.get("text", ""))) for each in best]
        if not all(ranks) or rank == HELP:
            continue
        own = max(ranks)
        close = found[0].is_clear or covers(found[0].shared, stems)
        said = given.said(deed.at, deed.verb + 1)
        if own == HELP and (rank or _is_verb_of(verb, best)) and close:
            yield _inflated(given, deed, said, is_sure=True)
        elif (own == KEEP and rank in {MAKE, LEAD}) or (own == RUN and rank == MAKE):
            yield _inflated(given, deed, said, is_sure=close and own == KEEP)
        elif own == MAKE and rank == LEAD:
            yield _inflated(given, deed, said, is_sure=False)


def _has_weak(given: CheckInput) -> bool:
    """Whether some fact tells a deed as less than done alone, by the word it begins with."""
    weak = deed_words().weak
    return any(
        fact.kind in _DONE and fact.attributes.get("text", "").partition(" ")[0].lower() in weak
        for fact in given.facts.personal.facts
    )


def _inflated(given: CheckInput, deed: Deed, said: str, *, is_sure: bool) -> Finding:
    advice = f"The fact claims less than {said!r}: say it as strongly as the fact does."
    severity: Severity = "blocking" if is_sure else "advisory"
    return given.finding("changed_relation", deed.at, deed.verb + 1, advice, severity=severity)


def _is_verb_of(verb: str, facts: list[Told]) -> bool:
    """Whether the verb names the deed that the fact only helped with: `rolled` of `the rollout`."""
    stem = STEMS[verb]
    return bool(stem) and any(
        word == stem or (len(stem) > 3 and word.startswith(stem))
        for each in facts
        for word in map(STEMS.__getitem__, text_words(each.fact.attributes.get("text", "")))
    )


def _founded(given: CheckInput, deed: Deed) -> Iterable[Finding]:
    """`You founded Zaplata`, of an employer whose position says no such thing."""
    table = deed_words()
    if given.words[deed.verb] not in table.founding:
        return
    for named in given.once(read_companies):
        near = named.start - deed.verb
        if 1 <= near <= 2 and not any(_is_founder(fact.text) for fact in named.own):
            yield _inflated(given, deed, given.said(deed.at, named.end), is_sure=True)


def _is_founder(text: str) -> bool:
    return not deed_words().founders.isdisjoint(text_words(text))


def _check_places(given: CheckInput) -> Iterable[Finding]:
    """`At Zaplata you built X`, where X was built at Paytrail."""
    named = given.once(read_companies)
    if not named:
        return
    homes = {fact.attributes.get("company") for fact in given.facts.personal.facts if fact.kind == "achievement"}
    for first, last in sorted({given.sentence_of(each.start) for each in named}):
        here = [each for each in named if first <= each.start < last]
        if PERSON.isdisjoint(given.words[first:last]):
            continue
        if all(each.name in homes for each in here if each.own) and (
            len(homes) == 1 or not any(each.own for each in here)
        ):  # told of the only home of deeds, or of none
            here = [each for each in here if not each.own and _is_told_of(given, each)]
            if not here:
                continue
        found = told(given, given.facts.personal, stems_in(given, first, last), _DONE)
        if not found or not found[0].is_clear:
            continue
        best = [each for each in found if len(each.shared) == len(found[0].shared)]
        own = {each.fact.attributes.get("company", "") for each in best}
        if "" in own or any(each.name in own for each in named if first <= each.start < last):
            continue
        for each in here:
            if given.word(each.start - 1) not in _ELSEWHERE and _is_told_of(given, each):
                advice = f"The fact puts this at {min(own)}, not at {each.name}."
                yield given.finding("changed_relation", each.start, each.end, advice)


def _is_told_of(given: CheckInput, named: Named) -> bool:
    """Whether the deed is put at this company: any employer of the candidate's, or `at` the hiring one, and done."""
    if named.own:
        return True
    if given.word(named.start - 1) not in _AT:
        return False
    start, end = given.sentence_of(named.start)
    near = given.words[max(start, named.start - _NEAR) : named.start]
    if "you" not in near and not FIRM.isdisjoint(near):
        return False
    for deed in given.once(read_deeds):
        if start <= deed.at < end and not deed.is_ahead:
            if deed.first - 1 <= named.end and named.start <= deed.last:
                return True
            between = given.words[deed.at + 1 : named.start]
            if between and FIRM.isdisjoint(between) and _OTHERS.isdisjoint(between) and "you" not in between:
                return True
    return False


def _check_firm(given: CheckInput) -> Iterable[Finding]:
    """`We cut falls from 31 to 12`, where the candidate did."""
    personal, shared = given.facts.personal, given.facts.shared
    hiring = [each for each in given.once(read_companies) if each.is_hiring and not each.own]
    speakers = {i: i + 1 for i in places_of(given, FIRM)} | {each.start: each.end for each in hiring}
    for speaker, after in sorted(speakers.items()):
        first, last = given.sentence_of(speaker)
        if speaker - first > _LEAD_IN and given.gap(speaker) != ", ":
            continue
        while given.word(after) in _BETWEEN:
            after += 1
        deed = given.stems[after] if after < last else ""
        if not deed or deed not in personal.postings:
            continue
        words = given.sentence_words(speaker)
        if not PERSON.isdisjoint(words) or not _WISHED.isdisjoint(words):
            continue
        if any(each.own and first <= each.start < last for each in given.once(read_companies)):
            continue
        stems = stems_in(given, first, last)
        found = told(given, personal, stems, _DONE)
        if not found or not found[0].is_clear or found[0].number not in personal.postings[deed]:
            continue
        ours = told(given, shared, found[0].shared, _SHARED_KINDS)
        unshared = {stem for stem in found[0].shared if stem not in shared.postings}
        number = any(stem[0].isdigit() for stem in unshared)
        if (ours and ours[0].shared >= found[0].shared) or not unshared:
            continue
        if number or len(unshared) > 1:
            end = min(last, speaker + 2)
            yield given.finding("changed_relation", speaker, end, "The fact is the candidate's, not the employer's.")


_CHECKS: tuple[Callable[[CheckInput], Iterable[Finding]], ...] = (
    _check_inflated,
    _check_places,
    _check_firm,
    check_holders,
    check_present,
    check_employment,
    check_turns,
    check_negations,
    check_reports,
)
