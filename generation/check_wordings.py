"""Wordings of a draft in another language: swapped roles, protected attributes, terms, pay, style (D-10, D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput, Hit
from .check_words import check_words
from .draft import Finding
from .lexicon import Category
from .quotations import is_quoted
from .sentence_facts import sentence_facts
from .stems import STEMS

_GIVES = {
    "de": frozenset("spendieren schenken bezahlen zahlen finanzieren erstatten sponsern spendiert schenkt".split()),
    "fr": frozenset("offrons payons finançons remboursons fournissons offrirons paierons rembourserons".split()),
    "es": frozenset("regalamos pagamos financiamos reembolsamos pagaremos ofrecemos".split()),
    "pt": frozenset("pagamos financiamos reembolsamos pagaremos oferecemos".split()),
    "it": frozenset("paghiamo finanziamo rimborsiamo pagheremo regaliamo".split()),
    "nl": frozenset("betalen vergoeden schenken financieren trakteren".split()),
}
"""Verbs by which a company says what it gives."""
_WE = frozenset("wir nous wij we".split()) | _GIVES["es"] | _GIVES["pt"] | _GIVES["it"]
_DAYS = frozenset(
    "tag tage monat monate jahr jahre woche wochen mois jours semaine année mese mesi dagen maand".split()
)
_NEAR = 6
_COMPOUNDING = frozenset(("de", "nl"))
_SHORTEST_PART = 5
_EXCLAIMING = re.compile(r"!{2,}|![^!]{1,200}!")


def check_wordings(given: CheckInput) -> Iterable[Finding]:
    """What blocks a draft by its wording: who speaks, what is promised, what must not be mentioned."""
    for hit in _own_hits(given, "swapped_role"):
        advice = "The recruiter writes to the candidate: offer the role, do not apply for it."
        yield given.finding("swapped_role", hit.start, hit.end, advice)
    for hit in _own_hits(given, "protected"):
        if hit.end - hit.start == 1 and given.facts.knows(given.words[hit.start]):
            continue  # the work is with families, or for a union
        yield given.finding("protected_attribute", hit.start, hit.end, "Say nothing about the person but their work.")
    yield from _pay(given)
    yield from _benefits(given)
    yield from _offered(given)
    yield from _terms(given)
    if given.context.opportunity_source == "inferred":
        yield from _promises(given)


def _own_hits(given: CheckInput, category: Category) -> Iterable[Hit]:
    """The phrases of a list that neither a quotation nor a fact has."""
    for hit in given.hits(category):
        if not is_quoted(given, hit.start) and not given.facts.has_phrase(given.words[hit.start : hit.end]):
            yield hit


def _pay(given: CheckInput) -> Iterable[Finding]:
    words = check_words(given.language)
    has_salary = bool(given.facts.of_kind("salary"))
    for hit in _own_hits(given, "pay_hint"):
        if given.word(hit.start - 1) in words.negations:
            continue
        if not has_salary:
            advice = "No salary is given: say nothing about pay."
            yield given.finding("unsupported_salary", hit.start, hit.end, advice)
        elif not words.pay_praise.isdisjoint(given.words[hit.start : hit.end]):
            advice = "Say what it pays, as the fact does, and no more."
            yield given.finding("unsupported_salary", hit.start, hit.end, advice)


def _benefits(given: CheckInput) -> Iterable[Finding]:
    negations = check_words(given.language).negations
    for hit in _own_hits(given, "benefit"):
        if given.word(hit.start - 1) not in negations and not _is_given(given, hit):
            advice = f"No fact promises {given.said(hit.start, hit.end)!r}."
            yield given.finding("unsupported_benefit", hit.start, hit.end, advice)


def _is_given(given: CheckInput, hit: Hit) -> bool:
    """Whether facts have every word that counts, as it is or in English."""
    words = check_words(given.language)
    said = given.words[hit.start : hit.end]
    table = words.english
    listed = [word for word in said if word in table]
    if listed:
        return all(
            given.facts.knows(word) or any(map(given.facts.knows, table[word])) or _has_part(given, word)
            for word in listed
        )
    content = [word for word in said if STEMS[word] and word not in words.grammar and not word.isdecimal()]
    return bool(content) and given.facts.knows_all(content)


def _offered(given: CheckInput) -> Iterable[Finding]:
    """`Das Mittagessen spendieren wir`, whatever the thing is: what the company gives, and no fact has."""
    verbs = _GIVES.get(given.language)
    if verbs is None or verbs.isdisjoint(given.vocabulary):
        return
    grammar = check_words(given.language).grammar
    negations = check_words(given.language).negations
    for i, word in enumerate(given.words):
        if word not in verbs or "?" in given.text[given.characters(*given.sentence_of(i))[1] :][:2]:
            continue
        begin, end = given.sentence_of(i)
        said = range(max(begin, i - _NEAR), min(end, i + _NEAR))
        if not negations.isdisjoint(given.words[begin:end]) or not any(given.words[at] in _WE for at in said):
            continue
        things = [
            given.words[at]
            for at in said
            if at != i and len(given.words[at]) > 3 and given.words[at] not in grammar and given.words[at] not in _DAYS
            and (given.language != "de" or given.is_capital(at))
        ]  # fmt: skip
        if things and not any(given.facts.knows(each) or _has_part(given, each) for each in things):
            yield given.finding("unsupported_benefit", i, i + 1, "No fact says that the company gives this.")


def _has_part(given: CheckInput, word: str) -> bool:
    """Whether a fact has the first or last part of a compound: `30 Tage Urlaub` for `30 Urlaubstage`."""
    if given.language not in _COMPOUNDING or len(word) < 2 * _SHORTEST_PART:
        return False
    return any(
        len(known) >= _SHORTEST_PART and (word.startswith(known) or word.endswith(known))
        for known in given.facts.shared.words
    )


def _terms(given: CheckInput) -> Iterable[Finding]:
    """The place of work and the terms of employment, against the facts that give them."""
    words = check_words(given.language)
    places = {fact.attributes.get("value") for fact in given.facts.of_kind("workplace_type")}
    for hit in _own_hits(given, "workplace"):
        said = given.words[max(0, hit.start - 1) : hit.end]
        if said[0] in words.negations:
            continue
        allowed = {"hybrid"} if not words.hybrid.isdisjoint(said) else {"remote", "hybrid"}
        if not words.fully.isdisjoint(said) and words.hybrid.isdisjoint(said):
            allowed = {"remote"}
        known = not places.isdisjoint(allowed) or any(
            given.facts.knows(word) or (word in words.english and any(map(given.facts.knows, words.english[word])))
            for word in said
            if word in words.english or word in words.hybrid
        )
        if not known or (places and places.isdisjoint(allowed) and allowed != {"remote", "hybrid"}):
            advice = "No fact says where the work is done from; leave it out."
            yield given.finding("unsupported_benefit", hit.start, hit.end, advice)
    if places == {"remote"}:
        for hit in _own_hits(given, "onsite"):
            yield given.finding("unsupported_benefit", hit.start, hit.end, "The facts say remote.")
    terms = {fact.attributes.get("value", "") for fact in given.facts.of_kind("employment_type")}
    for hit in _own_hits(given, "employment") if terms else ():
        value = words.employment.get(" ".join(given.words[hit.start : hit.end]))
        if value and value not in terms:
            advice = f"The facts say {', '.join(sorted(terms)).replace('_', ' ')}."
            yield given.finding("unsupported_benefit", hit.start, hit.end, advice)


def _promises(given: CheckInput) -> Iterable[Finding]:
    unsure = check_words(given.language).unsure
    advice = "There is no job post: say that the role is only close to what they do now, and promise nothing."
    categories: tuple[Category, ...] = ("inferred_promise", "employment", "workplace")
    for category in categories:
        for hit in _own_hits(given, category):
            end = given.characters(*given.sentence_of(hit.start))[1]
            if "?" not in given.text[end : end + 2] and unsure.isdisjoint(given.sentence_words(hit.start)):
                yield given.finding("overclaimed_inference", hit.start, hit.end, advice)


def check_local_style(given: CheckInput) -> Iterable[Finding]:
    """What a good recruiter would change, none of it a reason to refuse the draft."""
    for hit in _own_hits(given, "stock_opener"):
        advice = "Begin with something that is about this person."
        yield given.finding("stock_opener", hit.start, hit.end, advice, severity="advisory")
    for hit in _own_hits(given, "spam"):
        yield given.finding("spam_wording", hit.start, hit.end, "Say it without pressure.", severity="advisory")
    for hit in _own_hits(given, "gender_coded"):
        advice = "Use a word that speaks to everybody."
        yield given.finding("gender_coded", hit.start, hit.end, advice, severity="advisory")
    if "!" in "".join(given.signs):
        for match in _EXCLAIMING.finditer(given.text):
            advice = "One exclamation mark is enough."
            yield given.finding_at("spam_wording", *match.span(), advice, severity="advisory")
    if given.text.count("?", given.body_at) > 1:
        second = given.text.index("?", given.text.index("?", given.body_at) + 1)
        yield given.finding_at("several_questions", second, second + 1, "Ask one question only.", severity="advisory")
    praise = [*_own_hits(given, "praise")]
    if praise:
        facts = given.once(sentence_facts)
        bare = {span for span, found in zip(given.sentences, facts, strict=True) if not found}
        for hit in praise:
            if given.sentence_of(hit.start) in bare:
                advice = "Say what was good, or leave the praise out."
                yield given.finding("praise_without_fact", hit.start, hit.end, advice, severity="advisory")
