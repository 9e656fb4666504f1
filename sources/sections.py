"""Finds responsibilities, requirements and benefits in a real post, by the headings of its sections."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .blocks import LABEL, RUN_IN, Block, blocks_to_text, read_blocks
from .headings import BOILERPLATE, HEADINGS, SectionKind
from .shapes import words

NICE_PREFIX = "Nice to have: "
"""What a wish, as against a requirement, starts with in `Job.requirements`; wishes come after all requirements."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|&")
_ABOUT = re.compile(r"^(?:about|more about|a little more about|über|à propos de|sobre|acerca de|over) (.+)$")
_ROLE_WORDS = words(
    "role job position team opportunity you work stelle rolle poste équipe puesto equipo vaga functie",
)
_MONEY = re.compile(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\b)\s?\d|\d[\d.,]*\s?[kK]?\s?(?:[€£]|USD|EUR|GBP|CHF\b)")
_SENTENCE_END = re.compile(r"(?<![A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<=[.!?])\s+(?=[A-ZÀ-Þ0-9])")
_MOST_WORDS = 14
"""A longer line is a sentence, not a heading."""
_COMPANY_VERBS = "are|have|were|[a-z]+s"


@dataclass(slots=True)
class Section:
    """A run of blocks under one heading; `kind` is None where the heading is not in the table."""

    kind: SectionKind | None
    level: int
    blocks: list[Block] = field(default_factory=list[Block])
    heading: Block | None = None


@dataclass(frozen=True, slots=True)
class PostText:
    """What a post's text says, by kind; `description` is the role's own text, without the rest."""

    description: str | None = None
    responsibilities: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a post: its HTML or text, what its untitled part is about, whether its prose describes the role."""

    text: str
    kind: SectionKind | None = None
    heading: str | None = None
    describes: bool = True


def read_post(parts: Iterable[Part], *, company: str | None = None) -> PostText:
    """Sort a post's text by its headings: prose of the role, duties, requirements, wishes, benefits.

    What is about the employer, the pay, the way to apply, equality or privacy is in none of them.
    """
    sections: list[Section] = []
    prose: list[Section] = []
    for part in parts:
        for section in _sections(part):
            sections.append(section)
            if part.describes:
                prose.append(section)
    return PostText(
        description=_description(prose, sections, company),
        responsibilities=_lines(sections, "responsibilities"),
        requirements=_lines(sections, "requirements"),
        nice_to_have=_lines(sections, "nice_to_have"),
        benefits=tuple(line for line in _lines(sections, "benefits") if not _MONEY.search(line)),
    )


def section_kind(heading: str) -> SectionKind | None:
    """What a heading announces, or None; the longest phrase of the table decides."""
    words = _words(heading)
    if not words or len(words) > _MOST_WORDS:
        return None
    joined = " ".join(words)
    best: tuple[int, SectionKind] | None = None
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            kind = _phrases().get(" ".join(words[start : start + length]))
            if kind is None or not kind[1] <= {
                "^" if start == 0 else "",
                "$" if start + length == len(words) else "",
                "",
            }:
                continue
            if best is None or (kind[0] == "nice_to_have" and best[1] == "requirements"):
                best = (length, kind[0])  # "A plus if you have" is no requirement
    if found := _ABOUT.match(joined):
        rest = set(found[1].split())
        if not rest & _ROLE_WORDS and (best is None or best[1] != "legal"):
            return "company"
    return best[1] if best else None


def split_lines(text: str) -> tuple[str, ...]:
    """Text that a field holds as a list: its list items, else its lines, else its sentences."""
    blocks = [block for block in read_blocks(text) if block.kind != "heading"]
    items = [block.text for block in blocks if block.kind == "item"]
    if items:
        return _clean_items(items)
    if len(blocks) > 1:
        return _clean_items(block.text for block in blocks)
    return _clean_items(sentence for block in blocks for sentence in sentences(block.text))


def sentences(text: str) -> list[str]:
    """The sentences of a line of prose."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


def _sections(part: Part) -> list[Section]:
    heading_kind = section_kind(part.heading) if part.heading else None
    sections = [Section(heading_kind or part.kind, 0)]
    blocks = read_blocks(part.text)
    for position, block in enumerate(blocks):
        current = sections[-1]
        if block.kind != "heading":
            if block.level != RUN_IN and current.level == RUN_IN:
                # The text of a run-in heading is over with its line; lists after it still belong to it.
                if block.kind == "text":
                    outer = next(section for section in reversed(sections) if section.level != RUN_IN)
                    sections.append(current := Section(outer.kind, outer.level))
            elif block.kind == "text" and (kind := _bare_heading(block, blocks[position + 1 : position + 2])):
                sections.append(Section(kind, 7, heading=block))
                continue
            current.blocks.append(block)
            continue
        kind = section_kind(block.text)
        deeper = 0 < current.level <= 6 and block.level > current.level
        if kind is None and (block.level == LABEL or (current.kind is not None and deeper)):
            # A heading below a known one that says nothing new ("Backend" under "What you'll do").
            current.blocks += [block] if current.kind in {None, "role"} else []
        else:
            sections.append(Section(kind, block.level, heading=block))
    return sections


def _bare_heading(block: Block, after: Sequence[Block]) -> SectionKind | None:
    """A plain line such as "Responsibilities" before a list or paragraph, with no mark of a heading on it."""
    if len(block.text) > 60 or block.text.endswith((".", ",", ";", "!")) or not after:
        return None
    words = " ".join(_words(block.text))
    found = _phrases().get(words)
    return found[0] if found else None


def _lines(sections: Sequence[Section], kind: SectionKind) -> tuple[str, ...]:
    """The list items of the sections of a kind; where none has a list, their sentences."""
    mine = [section for section in sections if section.kind == kind]
    items = [block.text for section in mine for block in section.blocks if block.kind == "item"]
    inline = [
        sentence
        for section in mine
        if section.level == RUN_IN
        for block in section.blocks
        if block.kind == "text"
        for sentence in sentences(block.text)
    ]
    if not items and not inline:
        items = [
            sentence
            for section in mine
            for block in section.blocks
            if block.kind == "text" and not _is_boilerplate(block.text)
            for sentence in sentences(block.text)
        ]
    return _clean_items(items + inline)


def _description(prose: Sequence[Section], sections: Sequence[Section], company: str | None) -> str | None:
    listed = {
        section.kind
        for section in sections
        for block in section.blocks
        if block.kind == "item" or section.level == RUN_IN
    }
    kept: list[Block] = []
    for section in prose:
        if section.kind in {None, "role"}:
            blocks = section.blocks
            heading = [section.heading] if section.heading and section.kind is None and blocks else []
        elif (
            section.kind in {"responsibilities", "requirements"} and section.kind in listed and section.level != RUN_IN
        ):
            blocks, heading = [block for block in section.blocks if block.kind == "text" and len(block.text) > 80], []
        else:
            continue
        kept += heading
        kept += [block for block in blocks if not _is_boilerplate(block.text) and not _is_about(block, company)]
    return blocks_to_text(kept) or None


def _is_boilerplate(text: str) -> bool:
    lowered = text.casefold()
    return any(phrase in lowered for phrase in BOILERPLATE)


def _is_about(block: Block, company: str | None) -> bool:
    """Whether a paragraph tells of the employer: it opens with its name and a verb, and speaks to nobody."""
    if block.kind != "text" or not company:
        return False
    name = re.escape(company)
    opens = re.match(
        rf"(?:(?:at|bei|chez|en|na|bij) {name}\b|{name}(?:,[^,]+,)? (?:{_COMPANY_VERBS})\b)", block.text, re.IGNORECASE
    )
    return opens is not None and not re.search(r"\b(?:you|your|you'll|role|position)\b", block.text, re.IGNORECASE)


def _clean_items(items: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for item in items:
        text = item.strip().rstrip(";,").strip()
        if sum(ch.isalpha() for ch in text) >= 2 and not _is_boilerplate(text):
            kept.setdefault(text)
    return tuple(kept)


def _words(text: str) -> list[str]:
    text = text.casefold().replace("’", "'").replace("‘", "'").replace("`", "'")
    text = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    return _WORD.findall(text)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[SectionKind, frozenset[str]]]:
    """Each phrase as normalised words, with its kind and its anchors."""
    table: dict[str, tuple[SectionKind, frozenset[str]]] = {}
    for kind, phrases in HEADINGS.items():
        for phrase in phrases:
            anchors = frozenset(mark for mark in "^$" if mark in phrase)
            table.setdefault(" ".join(_words(phrase.strip("^$"))), (kind, anchors))
    return table
