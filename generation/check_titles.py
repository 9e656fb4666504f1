"""Job titles: as facts give them, no rank added (D-10)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .check_input import CheckInput, Hit
from .draft import Finding
from .facts import FactKind
from .lexicon import categories_of, same_heads, titles, words_of
from .name_words import is_name_like
from .stems import STEMS

_RANKS = frozenset(
    """junior jr senior sr staff principal chief deputy vice executive trainee graduate intern apprentice
    interim acting distinguished director vp svp evp assistant associate managing""".split()
)
_SAME_RANK = {"jr": "junior", "sr": "senior", "senior": "sr"}
_ROLE_AHEAD = frozenset(
    """join hire hiring role step next become becoming would looking ll apply open need needs seeking
    recruiting appoint appointing search position want find""".split()
)
_LINKS = frozenset(("of", "for", "in", "and", "to", "the"))
EVERYDAY_HEADS = frozenset(
    """lead head leader partner fellow host server mentor coach guard driver planner owner founder student mason
    cook vet sister agent assistant associate captain chief officer executive principal representative trainer
    picker buyer writer author moderator member intern graduate artist model minister mayor""".split()
)
_SUBJECTS = frozenset("i we you".split())
_WRITING = frozenset("am m are re write contact was would should".split())
_WILL = frozenset("would d will ll could can may".split())
_TRADES = ("ologist", "ician", "grapher", "onomist", "iatrist", "smith", "monger", "wright")
_LONGEST = 8
_SHORTEST_TRADE = 5
_FAR = 40
_ARTICLES = frozenset(("a", "an", "as"))
_OWN_KINDS: frozenset[FactKind] = frozenset(("position", "title_experience", "application", "achievement"))


def check_titles(given: CheckInput) -> Iterable[Finding]:
    """No title that no fact gives, no rank added, and the candidate's own title where the candidate is given one."""
    heads = given.hits("title")
    if not heads:
        return
    yield from _added_ranks(given)
    for start, end, hit in given.once(read_titles):
        words = [word for word in given.words[start:end] if word not in _LINKS]
        if not (_is_given(given, words, hit.payload) if len(words) > 1 else _is_head_known(given, hit.payload, start)):
            yield given.finding("unsupported_title", start, end, f"No fact gives the title {given.said(start, end)!r}.")
        elif _is_said_of_candidate(given, start, end):
            own = given.once(_own_titles)
            if own and not any(fits_title(words, hit.payload, title) for title in own):
                yield given.finding("unsupported_title", start, end, "No fact gives the candidate this title.")


def read_titles(given: CheckInput) -> list[tuple[int, int, Hit]]:
    """Every title that is meant as one: its words, and its head."""
    leads_in = _leads_in()
    found: list[tuple[int, int, Hit]] = []
    done = 0
    for hit in given.hits("title"):
        if hit.start < done or not (given.is_capital(hit.start) or given.word(hit.start - 1) in leads_in):
            continue
        start, end = _whole_title(given, hit.start, hit.end)
        done = end
        if _is_title(given, start, hit.start, end):
            found.append((start, end, hit))
    return found


@cache
def _leads_in() -> frozenset[str]:
    return titles("modifiers") | titles("seniority") | _ARTICLES


def _added_ranks(given: CheckInput) -> Iterable[Finding]:
    """A rank before a title whose head no list has: `Principal Customs Declarant`."""
    for i in given.capitals:
        if (
            given.words[i] in _RANKS | {"lead", "head"}
            and given.is_capital(i)
            and given.is_capital(i + 1)
            and given.gap(i + 1) == " "
        ):
            end = given.name_end(i + 1)
            rest = given.words[i + 1 : end]
            if _names_a_worker(given, i, rest):
                yield given.finding("unsupported_title", i, end, f"No fact gives the title {given.said(i, end)!r}.")
                continue
            is_title = any(rest[0] in _words(fact.attributes.get("title", "")) for fact in given.facts.personal.facts)
            if is_title and not given.in_heading(i) and not given.facts.has_stems([given.words[i], rest[0]]):
                yield given.finding("unsupported_title", i, end, f"No fact gives the title {given.said(i, end)!r}.")


def _names_a_worker(given: CheckInput, rank: int, rest: list[str]) -> bool:
    """Whether a rank and an unknown name for people of a trade: `a Senior Glaciologist`."""
    last = rest[-1] if rest else ""
    return (
        last.endswith(_TRADES)
        and given.word(rank - 1) in _ARTICLES
        and not given.in_heading(rank)
        and not given.facts.knows(last)
        and not categories_of(last)
    )


def _whole_title(given: CheckInput, start: int, end: int) -> tuple[int, int]:
    """From the head of a title to all of it: `Senior Staff Nurse`, `Head of Group Controlling`."""
    modifiers, ranks = titles("modifiers"), titles("seniority")
    capital = given.is_capital(start) and not given.starts_sentence(start)
    first = max(0, start - _LONGEST)
    while start > first and given.gap(start) in {" ", "-", "/"}:
        before = start - 1
        if given.starts_sentence(before) and given.words[before] not in modifiers | ranks:
            break
        if (
            given.words[before] in ranks
            or given.words[before] in modifiers
            or (capital and given.is_capital(before) and is_name_like(given.words[before]))
        ):
            start = before
        else:
            break
    if (
        given.word(end) == "of"
        and given.is_capital(end + 1)
        and given.word(end - 1) in {"head", "director", "vp", "president", "chief", "manager", "dean", "lead"}
    ):
        beyond = min(given.name_end(end + 1), len(given.words))
        if not _is_company(given, given.words[end + 1 : beyond]):
            end = beyond
    return start, end


def _is_company(given: CheckInput, words: list[str]) -> bool:
    """Whether a fact names a company so: `Director of Baltspedycja` holds no more of a title than `Director`."""
    return any(
        set(words) <= _words(name) for fact in given.facts.of_kind("company", "recruiter") for name in fact.names
    )


def _is_title(given: CheckInput, start: int, head: int, end: int) -> bool:
    """Whether the words are a title and not a common noun: ranked, capitalised, or led in by `as a`, `hiring a`."""
    words = given.words[start:end]
    capital = given.is_capital(head) and not given.starts_sentence(head)
    if capital and given.in_heading(head):
        return end - start > 1 and not _RANKS.isdisjoint(given.words[start:end])
    if capital and (end - start > 1 or _stands_alone(given, head)):
        return True
    if end - start > 1 and given.words[start] in _RANKS and given.words[head] not in {"fellow"}:
        return not (
            given.words[start] in {"senior", "executive", "junior"}
            and words[-1].endswith("s")
            and end - start == 2
            and given.words[head].rstrip("s")
            in {"leader", "manager", "executive", "colleague", "doctor", "partner", "officer"}
        )
    if given.word(start - 1) == "as" and end - start > 1 and given.words[head] not in EVERYDAY_HEADS:
        return True  # "as head chef you decide"
    lead = given.words[max(0, start - 3) : start]
    article = given.word(start - 1) in {"a", "an"}
    if article and (
        given.word(start - 2)
        in {"as", "hiring", "recruiting", "appointing", "are", "re", "were", "become", "becoming", "seeking"}
        or (lead[-2:-1] == ["for"] and given.word(start - 3) == "looking")
    ):
        return given.words[head] not in EVERYDAY_HEADS or end - start > 1
    return (
        article
        and given.word(end) in {"role", "position", "job", "post", "vacancy", "opening"}
        and given.words[head] not in EVERYDAY_HEADS
    )


def _stands_alone(given: CheckInput, head: int) -> bool:
    """Whether one word with a capital is a title: `as Copywriter at`; no part of a longer name, no `CTO`."""
    word, before = given.words[head], head - 1
    if word in EVERYDAY_HEADS or given.is_acronym(head) or given.raw[head].removesuffix("s").isupper():
        return False
    runs_on = given.gap(head + 1) in {" ", " & ", "-"} and given.is_capital(head + 1)
    return not runs_on and not (given.gap(head) in {" ", " & ", "-"} and given.is_capital(before))


def _own_titles(given: CheckInput) -> list[frozenset[str]]:
    """The titles that facts give the candidate, as words."""
    facts = [fact for fact in given.facts.personal.facts if fact.kind in _OWN_KINDS]
    return [_words(title) for fact in facts if (title := fact.attributes.get("title"))]


def _all_titles(given: CheckInput) -> list[frozenset[str]]:
    """Every fact as words, for titles put together from one fact."""
    facts = [fact for part in given.facts.parts for fact in part.facts]
    found = [_words(f"{fact.text} {fact.attributes.get('title', '')}") for fact in facts]
    return [*found, _words(given.context.recruiter_title)] if given.context.recruiter_title else found


def _words(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def _is_given(given: CheckInput, words: list[str], head: str) -> bool:
    if given.facts.has_phrase(words):
        return True
    return any(fits_title(words, head, title) for title in given.once(_all_titles))


def fits_title(words: list[str], head: str, title: frozenset[str]) -> bool:
    """Whether one fact has every rank of a title, its head or a word used for it, and the rest in some form."""
    stems = {STEMS[word] for word in title}
    for word in words:
        if word in title or ((stem := STEMS[word]) and stem in stems):
            continue
        if word in _RANKS and _SAME_RANK.get(word) in title:
            continue
        if word.rstrip("s") == head or word == head:
            if same_heads().get(head, frozenset()) & title or any(
                head in each or each.removesuffix("s") == head or _is_of_trade(head, each) for each in title
            ):
                continue
            return False
        if word in _RANKS:
            return False
        if word in {"lead", "leading", "head"}:
            if title.isdisjoint({"lead", "leading", "leader", "head"}):
                return False
            continue
        if word in {"team", "role"} or not STEMS[word]:
            continue
        return False
    return True


def _is_of_trade(head: str, word: str) -> bool:
    """Whether a title has the work of which the head is the name: `planner` for `Planning Officer`."""
    return len(head) > _SHORTEST_TRADE and head.endswith(("er", "or")) and word == f"{head[:-2]}ing"


def _is_head_known(given: CheckInput, head: str, at: int) -> bool:
    if given.facts.knows(given.words[at]) or given.facts.knows(head):
        return True
    return any(map(given.facts.knows, same_heads().get(head, frozenset())))


def _is_said_of_candidate(given: CheckInput, start: int, end: int) -> bool:
    """`as a Senior Data Analyst at Kaufring`, `you're a Staff Nurse`; not what they would join as."""
    before = given.words[max(0, start - 4) : start]
    sentence = given.sentence_words(start)
    if sentence.isdisjoint({"you", "your", "yours"}):
        return False
    if not before or before[-1] not in {"a", "an", "as", "the"} | {"your"}:
        return False
    said = (
        before[-2:]
        in (["as", "a"], ["as", "an"], ["are", "a"], ["re", "a"], ["are", "an"], ["re", "an"], ["were", "a"])
        or before[-1] == "as"
    )
    begin, last = given.sentence_of(start)
    if given.word(begin) in {"i", "we"} and given.word(begin + 1) in _WRITING:
        return False  # "I am writing to you as Finance Director"
    subject = next((i for i in range(end, min(last, end + _FAR)) if given.words[i] in _SUBJECTS), last)
    if given.word(subject) in {"i", "we"} or (given.word(subject) == "you" and given.word(subject + 1) in _WILL):
        return False  # "as Head of Department I write to you", "as Art Director you would lead"
    return (
        said
        and _ROLE_AHEAD.isdisjoint(given.words[max(begin, start - _FAR) : start])
        and not (end - start == 1 and not given.is_capital(start))
    )
