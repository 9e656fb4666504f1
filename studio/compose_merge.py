"""What a person wrote into one draft, carried over to the next: a three-way merge by sentences, and no word lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from pydantic import ConfigDict

from overture.base import Value
from overture.generation.sentences import split_sentences


class HandEdit(Value):
    """One change that a person made: sentences of the draft, and what they put there; empty where there is nothing."""

    model_config = ConfigDict(str_strip_whitespace=False)

    was: str
    now: str


class Merged(Value):
    """The new text with the edits that it could take, and those that it could not; the two are all that there were."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str
    kept: tuple[HandEdit, ...] = ()
    lost: tuple[HandEdit, ...] = ()


class _Token(NamedTuple):
    """A sentence, and the white space behind it."""

    said: str
    space: str


class _Change(NamedTuple):
    """Sentences `start:end` of the text before became sentences `first:last` of the edited one."""

    start: int
    end: int
    first: int
    last: int


def merge_edits(before: str, edited: str, after: str) -> Merged:
    """Put what was changed from `before` to `edited` into `after`, the draft that was made next (D-6).

    An edit is kept where the sentences that it changed stand in `after` as they were; what was added goes behind the
    sentence that it followed. Whatever has no such place is in `lost`. A sentence that was taken out is not lost if
    `after` has it no more.

    >>> merge_edits("Hi. It is hot. Bye.", "Hi. It is 30 degrees. Bye.", "Hello. It is hot. Bye.").text
    'Hello. It is 30 degrees. Bye.'
    """
    merge = _Merge(_tokens(before), _tokens(edited), _tokens(after))
    return Merged(text=merge.text(like=after), kept=tuple(merge.kept), lost=tuple(merge.lost))


class _Merge:
    """The new text while edits go into it; `-1` is the place before its first sentence."""

    def __init__(self, old: Sequence[_Token], own: Sequence[_Token], new: Sequence[_Token]) -> None:
        self.old, self.own, self.new = old, own, new
        self.kept: list[HandEdit] = []
        self.lost: list[HandEdit] = []
        self._where = _places(old, new)
        self._slots: dict[int, list[_Token]] = {-1: [], **{at: [token] for at, token in enumerate(new)}}
        matcher = SequenceMatcher(None, [token.said for token in old], [token.said for token in own], autojunk=False)
        for kind, start, end, first, last in matcher.get_opcodes():
            if kind == "equal":
                self._take_breaks(start, end, first)
                continue
            for change in _smaller(_Change(start, end, first, last)):
                edit = HandEdit(was=_text(old[change.start : change.end]), now=_text(own[change.first : change.last]))
                (self.kept if self._take(change) else self.lost).append(edit)

    def text(self, *, like: str) -> str:
        """The whole, with the white space of `like` around it."""
        tokens = [token for at in sorted(self._slots) for token in self._slots[at] if token.said]
        gaps = _gaps([token for at in sorted(self._slots) for token in self._slots[at]])
        inner = "".join(said + (gap or " ") for (said, _), gap in zip(tokens, gaps, strict=True)).strip()
        lead, tail = like[: len(like) - len(like.lstrip())], like[len(like.rstrip()) :]
        return lead + inner + tail if inner else ""

    def _take(self, change: _Change) -> bool:
        now = self.own[change.first : change.last]
        places = [self._where.get(at) for at in range(change.start, change.end)]
        found = [at for at in places if at is not None]
        if not now:
            for at in found:
                self._slots[at] = [_Token("", self._slots[at][-1].space)]
            return True
        if not places:
            return self._add(change, now)
        if len(found) == len(places) and found == list(range(found[0], found[0] + len(found))):
            for at in found[1:]:
                self._slots[at] = []
            old, new = self.old[change.end - 1], self.new[found[-1]]
            space = new.space if now[-1].space == old.space else now[-1].space
            self._slots[found[0]] = [*now[:-1], _Token(now[-1].said, space)]
            return True
        return _contains(self.new, now)  # the new draft may say it already

    def _add(self, change: _Change, now: Sequence[_Token]) -> bool:
        """Put sentences behind the one that they followed, or before the one that they stood before."""
        at = change.start
        if at == 0:
            self._slots[-1] += now
        elif at - 1 in self._where:
            anchor = self._where[at - 1]
            slot, old, new = self._slots[anchor], self.old[at - 1], self.new[anchor]
            last = now[-1] if new.space == old.space else _Token(now[-1].said, new.space)
            slot[-1:] = [_Token(slot[-1].said, self.own[change.first - 1].space), *now[:-1], last]
        elif at in self._where:
            self._slots[self._where[at] - 1] += now
        else:
            return _contains(self.new, now)
        return True

    def _take_breaks(self, start: int, end: int, first: int) -> None:
        """A paragraph that the person broke or joined between two sentences that they left as they were."""
        for step in range(end - start - 1):
            old, own, at = self.old[start + step], self.own[first + step], self._where.get(start + step)
            if own.space != old.space and at is not None and self.new[at].space == old.space:
                self._slots[at] = [_Token(old.said, own.space)]


def _tokens(text: str) -> list[_Token]:
    spans = split_sentences(text)
    following = [*(start for start, _ in spans[1:]), len(text)]
    return [_Token(text[start:end], text[end : following[at]]) for at, (start, end) in enumerate(spans)]


def _places(old: Sequence[_Token], new: Sequence[_Token]) -> Mapping[int, int]:
    """Which sentence of the new text each of the old one is; one that has moved counts where there is no other."""
    before, after = [token.said for token in old], [token.said for token in new]
    found: dict[int, int] = {}
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        found.update(zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True))
    counts_before, counts_after = Counter(before), Counter(after)
    for at, said in enumerate(before):
        if at not in found and counts_before[said] == counts_after[said] == 1:
            found[at] = after.index(said)
    return found


def _smaller(change: _Change) -> Iterator[_Change]:
    """A change as small as it can be told: sentence by sentence where as many stand there as before, or none."""
    start, end, first, last = change
    if end - start == last - first:
        yield from (
            _Change(start + step, start + step + 1, first + step, first + step + 1) for step in range(end - start)
        )
    elif first == last:
        yield from (_Change(at, at + 1, first, first) for at in range(start, end))
    else:
        yield change


def _gaps(tokens: Sequence[_Token]) -> list[str]:
    """The white space behind each sentence; where one was taken out, the wider of the two around it."""
    gaps: list[str] = []
    for said, space in tokens:
        if said:
            gaps.append(space)
        elif gaps:
            gaps[-1] = max(gaps[-1], space, key=lambda gap: gap.count("\n"))
    return gaps


def _contains(tokens: Sequence[_Token], wanted: Sequence[_Token]) -> bool:
    said, looked_for = [token.said for token in tokens], [token.said for token in wanted]
    return any(said[at : at + len(looked_for)] == looked_for for at in range(len(said)))


def _text(tokens: Sequence[_Token]) -> str:
    return "".join(said + space for said, space in tokens).strip()
