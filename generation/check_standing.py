"""What the candidate is said to be, hold and have done before: a post, a lead, a certificate, an application (D-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .check_facts import FactTerms
from .check_holders import read_role_skills
from .check_input import CheckInput, Hit
from .check_titles import EVERYDAY_HEADS, fits_title
from .deeds import Deed, read_deeds
from .draft import Finding
from .numbers import read_words
from .relation_words import ASKED
from .stems import STEMS
from .told_facts import find_places, text_words

_BEING = frozenset("been are re were".split())
_STILL = frozenset("now already still currently also long always effectively in".split())
_ARTICLES = frozenset("a an the its their our".split())
_ENDS_POST = frozenset(
    "at for with since in there here by on who that and or until from when to after before you we i your our".split()
)
_HIGHER = frozenset("head lead master sous chief deputy senior principal managing executive staff vice".split())
_LONGEST_POST = 6
_AS_ITS = frozenset("its their".split())
_YEARS = frozenset("years decade decades".split())
_PLACED = frozenset("at for with".split())
_LED = frozenset("headed supervised managed directed chaired ran led oversaw".split())
_LEADING = frozenset(
    map(
        STEMS.__getitem__,
        """lead led leads leading leader head headed manage manager managing management supervise supervisor direct
        director run ran running chief foreman forewoman own owner founder chair oversee oversaw executive treasurer
        captain principal president charge train trained coach coordinate coordinator organise organised built set
        partner matron chef teacher instructor pilot master superintendent administrator started opened launched
        mentored mentor conducted team crew shift freelance""".split(),
    )
) - {""}
_NOT_LED = frozenset("to by into through over out that it this this in at from with away".split())
_PAPERS = frozenset("licence license certificate certification diploma accreditation".split())
_PAPER_STEMS = frozenset(map(STEMS.__getitem__, _PAPERS)) - {""}
_HOLD = frozenset("have ve hold held got earned gained bring carry passed".split())
_JOINED = frozenset("a an your the with of and as well along plus also".split())
_KNOWING = frozenset("know use used have ve speak write work worked bring master got cover".split())
_APPLIED = frozenset("applied".split())
_TO_FIRM = frozenset("to here before with".split())
_US = frozenset("us here".split())
_WORKED_WITH = frozenset(("worked", "were"))
_ARE = frozenset(("are", "is"))
_IN_LIST = frozenset("on among in".split())
_LIST = frozenset("list profile cv resume skills repertoire toolbox".split())
_AS_YOU = (("have", "done"), ("ve", "done"), ("did",), ("do",), ("already", "do"), ("have", "already", "done"))
_NO_POST = "No fact gives the candidate this title."
_NO_LEAD = "No fact says that the candidate led anything: say what the fact says."
_NO_PAPER = "No fact gives the candidate this."


def check_standing(given: CheckInput) -> Iterable[Finding]:
    """No post, lead, certificate or application of the candidate's that no fact gives."""
    if "you" not in given.vocabulary and "your" not in given.vocabulary:
        return
    deeds = [deed for deed in given.once(read_deeds) if not deed.is_ahead and given.words[deed.at] == "you"]
    for check in _CHECKS:
        yield from check(given, deeds)


def _posts(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You've been head chef at X`, `after ten years as a master mason`, `most recently as its foreman`."""
    hits = given.hits("title")
    if not hits:
        return
    own = given.once(_held_titles)
    if not own:
        return
    starts: set[int] = set()
    for deed in deeds:
        at = next((i for i in range(deed.at + 1, min(deed.at + 5, deed.last)) if given.words[i] in _BEING), 0)
        if at:
            starts.add(at + 1)
    for at in find_places(given, frozenset(("as",))):
        before, after = given.word(at - 1), given.word(at + 1)
        if before in _YEARS or (after in _AS_ITS and not _is_ahead(given, at)):
            starts.add(at + 1)
    for start in sorted(starts):
        if post := _post_at(given, start, hits):
            first, hit = post
            words = given.words[first : hit.end]
            if not _is_own(given, words, hit, own):
                yield given.finding("unsupported_title", first, hit.end, _NO_POST)


def _held_titles(given: CheckInput) -> list[frozenset[str]]:
    """The titles of the posts that the candidate has held; `title_experience` names the role's."""
    held = [fact for fact in given.facts.personal.facts if fact.kind == "position"]
    return [frozenset(text_words(title)) for fact in held if (title := fact.attributes.get("title"))]


def _is_ahead(given: CheckInput, at: int) -> bool:
    begin, _ = given.sentence_of(at)
    return not ASKED.isdisjoint(given.words[begin:at])


def _post_at(given: CheckInput, start: int, hits: list[Hit]) -> tuple[int, Hit] | None:
    """The title that the words from `start` name, without articles and what is told of it."""
    while given.word(start) in _STILL and given.gap(start) == " ":
        start += 1
    if given.word(start) in _ARTICLES:
        start += 1
    end = start
    limit = min(start + _LONGEST_POST, given.sentence_of(start)[1]) if start < len(given.words) else start
    while end < limit and given.words[end] not in _ENDS_POST and (end == start or given.gap(end) in {" ", "-", "/"}):
        end += 1
    inside = [hit for hit in hits if start <= hit.start and hit.end <= end]
    if not inside:
        return None
    hit = inside[-1]
    if given.words[hit.start] in EVERYDAY_HEADS and not (
        given.word(hit.end) in _PLACED and given.is_capital(hit.end + 1)
    ):
        return None
    return (start, hit) if hit.end == end else None


def _is_own(given: CheckInput, words: list[str], hit: Hit, own: list[frozenset[str]]) -> bool:
    """Whether the candidate holds such a post: its head, and every rank that is put before it."""
    head = given.words[hit.start : hit.end]
    told = [word for word in words if word in _HIGHER or word in head]
    if any(fits_title(told, hit.payload, title) and all(w in title for w in told if w == "sous") for title in own):
        return True
    ranks = [word for word in words if word in _HIGHER]
    if any(fits_title(words, hit.payload, title) for title in own) and not ranks:
        return True
    stems = [stem for word in told if (stem := STEMS[word])]
    return bool(stems) and all(stem in given.facts.personal.postings for stem in stems)


def _leads(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You ran the print room`, of somebody of whom no fact tells a lead of any kind."""
    for deed in deeds:
        verb = given.word(deed.verb)
        if verb not in _LED or given.word(deed.verb + 1) in _NOT_LED or given.gap(deed.verb + 1) != " ":
            continue
        personal = given.facts.personal
        if deed.verb + 1 < deed.last and STEMS[verb] not in personal.postings and not _has_lead(personal):
            yield given.finding("changed_relation", deed.at, deed.verb + 1, _NO_LEAD)


def _has_lead(part: FactTerms) -> bool:
    return not _LEADING.isdisjoint(part.postings)


def _papers(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You hold an auditor's certificate`, `you have both, along with a plumbing licence`."""
    for i in find_places(given, _PAPERS):
        begin, end = given.sentence_of(i)
        holder = next((d for d in deeds if begin <= d.at < i and not _HOLD.isdisjoint(given.words[d.at : i])), None)
        if holder is None or not ASKED.isdisjoint(given.words[begin:i]) or given.asks(begin, end):
            continue
        before = [
            word
            for word in given.words[max(holder.at, i - 4) : i]
            if word not in _JOINED and len(word) > 1 and STEMS[word]
        ]
        personal = given.facts.personal.postings
        if any(stem in personal for stem in _PAPER_STEMS) or (before and STEMS[before[-1]] in personal):
            continue
        yield given.finding("unsupported_skill", i, i + 1, _NO_PAPER)


def _all_of_them(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You already use all three`, where one of the three is only asked for."""
    if given.vocabulary.isdisjoint({"all", "both"}):
        return
    lacking = given.once(read_role_skills)
    if not lacking:
        return
    for deed in deeds:
        verbs = given.words[deed.at + 1 : deed.verb + 1]
        if _KNOWING.isdisjoint(verbs):
            continue
        for i in range(deed.at + 1, min(deed.last, deed.verb + 4)):
            count = _count_at(given, i)
            if not count:
                continue
            named = [hit.start for hit in given.hits("skill") if hit.end <= deed.at]
            known = sorted({*named, *(first for first, last in lacking if last <= deed.at)})[-count:]
            bad = next((span for span in lacking if span[0] in known), None)
            if len(known) == count and bad and given.sentence_of(bad[0])[1] >= given.sentence_of(deed.at)[0] - 1:
                yield given.finding("changed_relation", deed.at, i + 1, "No fact gives the candidate all of them.")
            break


def _count_at(given: CheckInput, i: int) -> int:
    word = given.words[i]
    if word == "both":
        return 2
    if word == "all" and (number := read_words(given.words, i + 1)):
        return int(number.values[0])
    return 0


def _applications(given: CheckInput, deeds: list[Deed]) -> Iterator[Finding]:
    """`You applied to us last year`, `you worked for us`, of somebody who never did."""
    for deed in deeds:
        verb, after = given.word(deed.verb), given.word(deed.verb + 1)
        begin, end = given.sentence_of(deed.at)
        if given.asks(begin, end):
            continue
        if verb in _APPLIED and after in _TO_FIRM and not given.facts.of_kind("application"):
            if not any("appli" in stem for stem in given.facts.personal.postings):
                yield given.finding("changed_relation", deed.at, deed.verb + 1, "No fact tells of an application.")
        elif (
            verb in _WORKED_WITH
            and after in _PLACED | {"here"}
            and (after == "here" or given.word(deed.verb + 2) in _US)
            and not _knows_the_firm(given)
        ):
            yield given.finding("changed_relation", deed.at, deed.verb + 2, "No fact says that they worked here.")


def _knows_the_firm(given: CheckInput) -> bool:
    hiring = {name for fact in given.facts.of_kind("company") for name in fact.names}
    return any(
        fact.kind in {"interest"} or fact.attributes.get("back") or fact.attributes.get("company") in hiring
        for fact in given.facts.personal.facts
        if fact.kind != "application"
    )


def _on_the_list(given: CheckInput, _deeds: list[Deed]) -> Iterator[Finding]:
    """`X and body painting are on your list of skills`, where only X is."""
    for i in find_places(given, frozenset(("your",))):
        if given.word(i + 1) not in _LIST or given.word(i - 1) not in _IN_LIST or given.word(i - 2) not in _ARE:
            continue
        begin, _ = given.sentence_of(i)
        first = i - 2
        while first > begin and given.gap(first) == " ":
            first -= 1
        joint = next((at for at in range(i - 3, first, -1) if given.words[at] in {"and", "plus"}), 0)
        if not joint:
            continue
        personal = given.facts.personal.postings
        for low, high in ((first, joint), (joint + 1, i - 2)):
            stems = [stem for stem in given.stems[low:high] if stem]
            if stems and not any(stem in personal for stem in stems):
                yield given.finding("unsupported_skill", low, high, "No fact gives the candidate this skill.")


def _as_before(given: CheckInput, _deeds: list[Deed]) -> Iterator[Finding]:
    """`You would plan the repairs, as you have done at X`, where only the role has such a task."""
    for i in find_places(given, frozenset(("as", "like"))):
        if given.word(i + 1) != "you" or not any(
            tuple(given.words[i + 2 : i + 2 + len(each)]) == each for each in _AS_YOU
        ):
            continue
        begin, _ = given.sentence_of(i)
        stems = {stem for stem in given.stems[begin:i] if stem}
        shared, personal = given.facts.shared.postings, given.facts.personal.postings
        if sum(stem in shared for stem in stems) > 1 and not any(stem in personal for stem in stems):
            yield given.finding("changed_relation", i, i + 3, "This is the role's work, not what the candidate does.")


_CHECKS: tuple[Callable[[CheckInput, list[Deed]], Iterator[Finding]], ...] = (
    _posts, _leads, _papers, _all_of_them, _applications, _on_the_list, _as_before,
)  # fmt: skip
