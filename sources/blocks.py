"""HTML or plain text as a sequence of headings, list items and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .clean import is_html, one_line, plain, unescaped
from .shapes import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

BlockKind = Literal["heading", "item", "text"]
RUN_IN = 8
"""The level of a heading that stands on the line of its text ("Note: ..."); h1-h6 are 1-6, a bold line is 7."""
LABEL = 9
"""The level of a line that ends with a colon and opens a list, or stands in one."""

_SKIPPED = words("script style noscript template head iframe svg button form -comment")
_BLOCKS = words(
    "p div ul ol li h1 h2 h3 h4 h5 h6 section article main header footer table tr td th dl dt dd blockquote",
    "pre hr body html figure aside nav address",
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"strong", "b"})
_BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[•·◦▪●○‣∙*–—-]|\d{1,2}[.)])\s+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_MARKDOWN_BOLD = re.compile(r"^(?:\*\*|__)(.+?)(?:\*\*|__):?$")
_MOST_NESTED = 200
_DEEPEST_PARSED = 1_000
_ANY_TAG = re.compile(r"<[^<>]*>")
_NESTING_TAG = re.compile(
    r"<(/?)(?:div|span|ul|ol|table|section|article|blockquote|b|strong|i|em|u|font|a|dl)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item or heading; `level` tells how deep a heading is, 0 for the rest.

    `tight` says that it followed on the next line, without an empty one.
    """

    kind: BlockKind
    text: str
    level: int = 0
    tight: bool = False


@dataclass(slots=True)
class _Line:
    """A line being gathered: its pieces with their weight, and the element it stands in."""

    pieces: list[tuple[str, bool]]
    level: int
    item: bool
    tight: bool

    def blocks(self) -> Iterator[Block]:
        text = one_line("".join(piece for piece, _ in self.pieces))
        if not text:
            return
        solid = [(piece, bold) for piece, bold in self.pieces if piece.strip(" \xa0\n\t")]
        bold_only = all(bold for _, bold in solid)
        label: str | None
        if self.level:
            yield Block("heading", text, self.level)
        elif self.item:
            is_label = bold_only and text.endswith(":") and len(text) <= 60
            yield Block("heading", text, LABEL) if is_label else Block("item", text, tight=self.tight)
        elif bold_only and _may_head(text):
            yield Block("heading", text, 7)
        else:
            label = _run_in(solid)
            if label and len(label) < len(text):
                yield Block("heading", label, RUN_IN)
                yield Block("text", text[len(label) :].strip(), RUN_IN)
            else:
                yield from _from_line(text, tight=self.tight)


def read_blocks(source: str) -> list[Block]:
    """The blocks of HTML, of HTML escaped as text, or of plain text with bullets and headings."""
    source = unescaped(source) if not is_html(source) else source
    return _with_plain_headings(_html_blocks(source) if is_html(source) else _text_blocks(source))


def html_to_text(source: str) -> str:
    """HTML as readable text: paragraphs apart by an empty line, list items as `- item`, entities resolved.

    Scripts, styles and invisible characters are gone. Text that is not HTML comes back as it was, cleaned.
    """
    source = unescaped(source)
    return blocks_to_text(_html_blocks(source)) if is_html(source) else plain(source)


def blocks_to_text(blocks: Iterable[Block]) -> str:
    """The blocks as text, as `html_to_text` gives it."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks:
        joined = block.tight or (before is not None and before.kind == block.kind == "item")
        if before is not None and before.level == RUN_IN and block.level == RUN_IN:
            lines[-1] += " " + block.text
        else:
            lines += [""] if lines and not joined else []
            lines.append(f"- {block.text}" if block.kind == "item" else block.text)
        before = block
    return "\n".join(lines)


def _html_blocks(source: str) -> list[Block]:
    if is_too_deep(source):
        return _text_blocks(_ANY_TAG.sub(" ", source))
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(source).body
    if body is None:
        return []
    lines: list[_Line] = []
    current = _Line([], 0, False, False)

    def start(level: int, item: bool, tight: bool = False) -> None:
        nonlocal current
        if any(piece.strip() for piece, _ in current.pieces):
            lines.append(current)
        elif tight and current.tight:
            tight = False  # two line breaks are a paragraph's end
        current = _Line([], level, item, tight)

    # An explicit stack, not recursion: the depth of a hostile page is not ours to choose.
    stack: list[tuple[LexborNode | str, int, bool, bool, int]] = [(body, 0, False, False, 0)]
    while stack:
        node, level, item, bold, depth = stack.pop()
        if isinstance(node, str):
            start(level, item)
            continue
        tag = node.tag or ""
        if tag == "-text":
            current.pieces.append((node.text_content or "", bold))
            continue
        if tag == "br":
            if item:
                current.pieces.append((" ", bold))
            else:
                start(level, item, tight=True)
            continue
        if tag in _SKIPPED or depth > _MOST_NESTED or _is_boilerplate(node):
            continue
        style = node.attributes.get("style") or ""
        inner_bold = (bold or tag in _BOLD or _BOLD_STYLE.search(style) is not None) and tag not in _HEADINGS
        inner_level, inner_item = _HEADINGS.get(tag, level), item or tag == "li"
        if tag in _BLOCKS:
            if tag in {"ul", "ol"}:
                inner_item = False
            # A paragraph that opens an item belongs to the item's line; a later one goes on from it.
            empty = not any(piece.strip() for piece, _ in current.pieces)
            opens_item = current.item and empty and tag in {"p", "div"}
            if not opens_item:
                start(inner_level, inner_item)
            stack.append(("end", level, False, False, 0))
        stack.extend(
            (child, inner_level, inner_item, inner_bold, depth + 1)
            for child in reversed(list(node.iter(include_text=True)))
        )
    start(0, item=False)
    return [block for line in lines for block in line.blocks()]


def is_too_deep(source: str) -> bool:
    """Whether elements stand inside each other without end: parsing takes the square of their depth."""
    depth = 0
    for found in _NESTING_TAG.finditer(source):
        depth += -1 if found[1] else 1
        if depth > _DEEPEST_PARSED:
            return True
    return False


def _is_boilerplate(node: LexborNode) -> bool:
    """Greenhouse marks the employer's standing introduction and end; they are not the role's own text."""
    classes = (node.attributes.get("class") or "").split() if node.tag == "div" else []
    return "content-intro" in classes or "content-conclusion" in classes


def _text_blocks(source: str) -> list[Block]:
    blocks: list[Block] = []
    tight = False
    for line in plain(source).split("\n"):
        if not line:
            tight = False
            continue
        blocks += _from_line(line, tight=tight)
        tight = True
    return blocks


def _from_line(line: str, *, tight: bool) -> Iterator[Block]:
    if found := _MARKDOWN_HEADING.match(line):
        yield Block("heading", found[2], len(found[1]))
    elif found := _MARKDOWN_BOLD.match(line):
        yield Block("heading", found[1], 7)
    elif found := _BULLET.match(line):
        yield Block("item", line[found.end() :], tight=tight)
    else:
        yield Block("text", line, tight=tight)


def _with_plain_headings(blocks: list[Block]) -> list[Block]:
    """Lines in capitals, and lines with a colon before a list, are headings too."""
    result: list[Block] = []
    for position, block in enumerate(blocks):
        after = blocks[position + 1] if position + 1 < len(blocks) else None
        if block.kind == "text" and block.level == 0 and len(block.text) <= 120:
            capitals = sum(ch.isalpha() for ch in block.text) >= 4 and block.text.isupper() and len(block.text) <= 60
            colon = block.text.endswith(":") and after is not None and after.kind == "item"
            if capitals or colon:
                block = Block("heading", block.text, 7 if capitals else LABEL)
        result.append(block)
    return result


def _may_head(text: str) -> bool:
    return len(text) <= 100 and not text.endswith((".", ",", ";"))


def _run_in(pieces: list[tuple[str, bool]]) -> str | None:
    """The bold words before a colon that open a paragraph."""
    bold = ""
    for text, is_bold in pieces:
        if not is_bold:
            if not one_line(bold).endswith(":") and text.lstrip().startswith(":") and bold:
                bold += ":"
            break
        bold += text
    label = one_line(bold)
    return label if label.endswith(":") and 3 < len(label) <= 80 else None
