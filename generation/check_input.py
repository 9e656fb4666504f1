"""One draft as the checks read it: cut into words once, walked once for all word lists, beside its indexed facts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from overture.prompts import RenderedPrompt

from .assembly import Assembled
from .check_facts import FactIndex, FactTerms
from .check_words import check_words
from .choices import Language
from .draft import Finding, FindingCode, Severity
from .facts import MessageContext
from .identity_cache import IdentityCache
from .lexicon import TOKEN, Category, Entry, index, words_of
from .sentences import split_sentences
from .stems import STEMS

T = TypeVar("T")
_GAP = "\n\n"
_DIGIT = re.compile("[0-9]")
_LONGEST_HEADING = 90
_LONGEST_NAME = 10
_OPENERS = frozenset('.!?\n:;•*·▪–—"“‘…|>')
_NO_WORDS: frozenset[str] = frozenset()
_shared_terms: IdentityCache[FactTerms] = IdentityCache()


class Hit(NamedTuple):
    """A phrase of a word list in the draft, as the half-open span of its words."""

    start: int
    end: int
    payload: str


class CheckInput:
    """Subject and body as one text of words, `words` in lower case, without custom content, greeting and signature.

    Spans are of words unless a name says characters; `finding` turns them back into subject or body.
    """

    def __init__(
        self,
        context: MessageContext,
        assembled: Assembled,
        *,
        custom_content: str | None = None,
        prompt: RenderedPrompt | None = None,
    ) -> None:
        self.context, self.assembled = context, assembled
        self.language: Language = context.personalization.language
        self.custom_content, self.prompt = custom_content, prompt
        self.body_at = len(assembled.subject) + len(_GAP)
        self.text = text = f"{assembled.subject}{_GAP}{_writers_part(assembled)}"
        parts = TOKEN.split(text)
        ends = list(accumulate(map(len, parts)))
        self._starts, self._ends = ends[0::2], ends[1::2]
        self.raw = parts[1::2]
        self.gaps = parts[0::2]
        self.words = list(map(str.lower, self.raw))
        self.vocabulary = frozenset(self.words)
        self.signs = frozenset("".join(frozenset(self.gaps)))
        self.has_digits = _DIGIT.search(text) is not None
        self.facts = index_facts(context)
        self._hits = self._find_hits()
        self._made: dict[Callable[[CheckInput], Any], Any] = {}
        self._headings: dict[int, bool] = {}
        self._name_ends: dict[int, int] = {}
        self._sentence_words: dict[int, frozenset[str]] = {}
        self._sentences: list[tuple[int, int]] = []
        self._first_words: list[int] = []

    def once(self, make: Callable[[CheckInput], T]) -> T:
        """What a pure function makes of this draft, made on first use."""
        try:
            found: T = self._made[make]
        except KeyError:
            found = self._made[make] = make(self)
        return found

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The sentences of `text` as spans of characters; the subject is the first."""
        return self.once(_spans)

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """The sentences of `text` as spans of words."""
        if not self._sentences:
            self._sentences = _sentences(self)
            self._first_words = [start for start, _ in self._sentences]
        return self._sentences

    @property
    def capitals(self) -> list[int]:
        """The words with a capital letter that they do not owe to the start of a sentence."""
        return self.once(_capitals)

    def _find_hits(self) -> dict[Category, list[Hit]]:
        found: dict[Category, list[Hit]] = {}
        words, look_up, last = self.words, index(self.language), len(self.words) - 1
        anchors = look_up.keys() & self.vocabulary
        for i, word in enumerate(words):
            if word not in anchors:
                continue
            alone, after, before, rest, _ = look_up[word]
            for entry in alone:
                found.setdefault(entry.category, []).append(Hit(i, i + 1, entry.payload))
            if after and i < last and (entries := after.get(words[i + 1])):
                self._try(entries, i, found)
            if before and i and (entries := before.get(words[i - 1])):
                self._try(entries, i, found)
            if rest:
                self._try(rest, i, found)
        return found

    def _try(self, entries: Iterable[Entry], i: int, found: dict[Category, list[Hit]]) -> None:
        words, total = self.words, len(self.words)
        for offset, slots, size, category, payload in entries:
            start = i - offset
            if start < 0 or start + size > total:
                continue
            for place, slot in enumerate(slots, start):
                if words[place] not in slot and "*" not in slot:
                    break
            else:
                if self._hangs_together(start, start + size):
                    found.setdefault(category, []).append(Hit(start, start + size, payload))

    def _hangs_together(self, start: int, end: int) -> bool:
        return all(gap == " " or (len(gap) <= 3 and _ENDING.isdisjoint(gap)) for gap in self.gaps[start + 1 : end])

    def hits(self, category: Category) -> list[Hit]:
        """The phrases of a list in the draft, in order, the longest where they overlap."""
        found = self._hits.get(category)
        if found is None:
            return []
        if len(found) == 1:
            return found
        kept: list[Hit] = []
        for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
            elif hit.end - hit.start > kept[-1].end - kept[-1].start:
                kept[-1] = hit
        return kept

    @property
    def stems(self) -> list[str]:
        """The stem of each word, empty where a word says nothing."""
        return self.once(_stems)

    @property
    def categories(self) -> frozenset[Category]:
        """The word lists of which some phrase is in the draft."""
        return frozenset(self._hits)

    def word(self, i: int) -> str:
        """The word at `i` in lower case, or an empty string outside the text."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def gap(self, i: int) -> str:
        """What stands before the word at `i`."""
        return self.gaps[i] if 0 <= i < len(self.gaps) else "\n"

    def is_capital(self, i: int) -> bool:
        """Whether the word at `i` begins with a capital letter."""
        return 0 <= i < len(self.raw) and self.raw[i][0].isupper()

    def is_acronym(self, i: int) -> bool:
        """Whether the word at `i` is all capitals and longer than one letter."""
        return 0 <= i < len(self.raw) and len(self.raw[i]) > 1 and self.raw[i].isupper()

    def starts_sentence(self, i: int) -> bool:
        """Whether the word at `i` may owe its capital to its place: first in a sentence, line, bullet or quotation."""
        gap = self.gaps[i]
        return i == 0 or (gap != " " and not _OPENERS.isdisjoint(gap))

    def in_heading(self, i: int) -> bool:
        """Whether the word stands in a line written In Title Case, no sentence, where capitals tell nothing."""
        begin = self.text.rfind("\n", 0, self._starts[i]) + 1
        if begin not in self._headings:
            end = self.text.find("\n", begin)
            line = self.text[begin : end if end >= 0 else len(self.text)]
            if len(line) > _LONGEST_HEADING or line.rstrip().endswith("."):
                self._headings[begin] = False
                return False
            long = [
                word for word in line.split() if len(word.strip(".,:!?*#")) > 3 and word.lstrip('*#("“')[:1].isalpha()
            ]
            upper = sum(1 for word in long if word.lstrip('*#("“')[:1].isupper())
            self._headings[begin] = len(long) >= 3 and upper >= 0.75 * len(long)
        return self._headings[begin]

    def name_end(self, start: int) -> int:
        """The end of the run of capitalised words that begins at `start`: `Calder Vale NHS Trust`, `Frei & Baumann`."""
        end = self._name_ends.get(start)
        if end is None:
            end = self._name_ends[start] = self._find_name_end(start)
        return end

    def _find_name_end(self, start: int) -> int:
        i, raw, gaps, last = start + 1, self.raw, self.gaps, min(len(self.raw) - 1, start + _LONGEST_NAME)
        while i <= last:
            gap = gaps[i]
            if gap not in _WITHIN_NAME or (gap == ". " and len(raw[i - 1]) > 2):
                break
            if raw[i] == "I" and gap == " ":
                break  # "at Bruk & Form I"
            if raw[i][0].isupper() or (gap == " " and len(raw[i]) <= 2 and raw[i][0].isdigit()):
                i += 1
            elif (
                self.words[i] in _NAME_LINKS
                and i < last
                and gaps[i + 1] == " "
                and raw[i + 1][0].isupper()
                and raw[i + 1] != "I"
            ):
                i += 2
            else:
                break
        return i

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The span of characters from the word at `start` to before the word at `end`."""
        return self._starts[start], self._ends[end - 1]

    def said(self, start: int, end: int) -> str:
        """The text of some words as written."""
        return self.text[self._starts[start] : self._ends[end - 1]]

    def word_at(self, character: int) -> int:
        """The index of the word that stands at, or next after, a character."""
        return bisect_right(self._ends, character)

    def words_before(self, character: int) -> int:
        """How many words begin before a character."""
        return bisect_left(self._starts, character)

    def sentence_of(self, i: int) -> tuple[int, int]:
        """The words of the sentence that the word at `i` stands in."""
        sentences = self._sentences or self.sentences
        if not sentences:
            return 0, len(self.words)
        at = bisect_right(self._first_words, i) - 1
        return sentences[at if at > 0 else 0]

    def asks(self, begin: int, end: int) -> bool:
        """Whether a question mark stands right behind some words."""
        return self.text.startswith("?", self.characters(begin, end)[1])

    def sentence_words(self, i: int) -> frozenset[str]:
        """The words (lower case) of the sentence that the word at `i` stands in."""
        start, end = self.sentence_of(i)
        words = self._sentence_words.get(start)
        if words is None:
            words = self._sentence_words[start] = frozenset(self.words[start:end])
        return words

    def finding(
        self, code: FindingCode, start: int, end: int, advice: str, *, severity: Severity = "blocking"
    ) -> Finding:
        """A finding about some words."""
        begin, stop = self.characters(start, end)
        return self.finding_at(code, begin, stop, advice, severity=severity)

    def finding_at(
        self, code: FindingCode, start: int, end: int, advice: str, *, severity: Severity = "blocking"
    ) -> Finding:
        """A finding about some characters of `text`."""
        in_subject = start < self.body_at - len(_GAP)
        shift = 0 if in_subject else self.body_at
        return Finding(
            code=code, severity=severity, field="subject" if in_subject else "body", start=max(0, start - shift),
            end=max(0, end - shift), text=self.text[start:end], advice=advice,
        )  # fmt: skip


_ENDING = frozenset(",;:!?()\n•")
_WITHIN_NAME = frozenset({" ", "-", "&", " & ", "'", "’", ". ", ".", " + ", "/", "–"})
_NAME_LINKS = frozenset("of de la del des der den van von di da do dos du the and und y for".split())


def _spans(given: CheckInput) -> tuple[tuple[int, int], ...]:
    return split_sentences(given.text, breaks=(given.body_at,))


def _sentences(given: CheckInput) -> list[tuple[int, int]]:
    return [(given.word_at(start), given.words_before(end)) for start, end in given.spans]


def _stems(given: CheckInput) -> list[str]:
    if given.language != "en":
        grammar = check_words(given.language).grammar
        return ["" if word in grammar else STEMS[word] for word in given.words]
    return list(map(STEMS.__getitem__, given.words))


def _capitals(given: CheckInput) -> list[int]:
    gaps = given.gaps
    upper = [i for i, word in enumerate(given.raw) if word[0].isupper()]
    return [i for i in upper if gaps[i] == " " or not given.starts_sentence(i)]


def index_facts(context: MessageContext) -> FactIndex:
    """The facts of a context, the shared ones indexed once for all candidates of an opportunity."""
    own = [
        name
        for name in (context.recruiter_name, context.recruiter_title, context.recruiter_company, context.salutation)
        if name
    ]
    return FactIndex(
        _shared_terms.get((context.shared,), lambda: FactTerms(context.shared)),
        FactTerms(context.personal),
        frozenset(words_of(" ".join(own))) if own else _NO_WORDS,
    )


def _writers_part(assembled: Assembled) -> str:
    """The body with everything that code put in replaced by spaces, so that places stay as they are."""
    body = assembled.body
    start, end = assembled.message
    start, end = max(0, min(start, len(body))), max(0, min(end, len(body)))
    text = " " * start + body[start:end] + " " * (len(body) - end)
    if assembled.custom:
        begin, stop = assembled.custom
        blank = "\n" + " " * (stop - begin - 2) + "\n"  # a break on either side, so that nothing is read across it
        text = f"{text[:begin]}{blank[: max(0, stop - begin)]}{text[stop:]}"
    return text[: len(body)]
