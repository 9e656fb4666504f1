"""Personal data out of a case's texts: names, mails, phones, addresses and handles become slots, the same all over a
case (F-2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from .contact_patterns import find_contacts, kind_of_contact
from .name_positions import ORDINARY, PARTICLES, names_in

_MOST_NAMES: Final = 200
_MOST_WORDS: Final = 8
_SHORTEST_PART: Final = 2
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]")
_CJK_TITLES: Final = "さん|様|さま|氏|殿|くん|ちゃん|先生|女士|小姐|经理|經理|老师|老師|님|씨"
_GIVEN: Final = 2
"""The characters of most given names in Chinese and Japanese."""
_TOKEN: Final = re.compile(r"[^\s.,;:!?()\[\]{}<>\"/|*_~=+&„“”«»‹›、，。！？：；（）「」।…\u2010-\u2015-]+")
_BETWEEN: Final = re.compile(r"[\s\u2010\u2011-]{1,3}|\.\s?")
_ENDS_LINE: Final = re.compile(r"[ \t,!.]*(?:\n|\Z)")
_BREAK: Final = "\n\ue000\n"
"""Between texts; a line of its own, of a character that no script has."""
_ENDINGS: Final = frozenset("s'’")
_SLOT: Final = re.compile(r"\[(?:NAME|EMAIL|PHONE|URL|HANDLE)(?:_\d+)?\]")


class _Saying(NamedTuple):
    """A way in which somebody is named: their words, folded."""

    words: tuple[str, ...]
    person: str


class Pseudonyms:
    """The slots of one case: the same value gets the same slot in all its texts, another one the next number.

    A name and its parts ("Ines", "Ines Okafor") are one person. Takes time linear in the text.
    """

    def __init__(
        self, names: Iterable[str] = (), *, texts: Iterable[str] = (), given: frozenset[str] = frozenset()
    ) -> None:
        """`names` are known to be private, contacts among them; `texts` are looked through for names at their ends,
        where `given` are none: employers and titles that facts name."""
        self._slots: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._contacts: dict[str, str] = {}
        people: list[str] = []
        for name in dict.fromkeys(map(_normal, names)):
            if kind := kind_of_contact(name):
                self._contacts[name] = kind
            elif name:
                people.append(name)
        for text in texts:
            people += (name for name in names_in(_normal(text)) if name not in given)
        people = list(dict.fromkeys(people))[:_MOST_NAMES]
        people.sort(key=len, reverse=True)
        self._sayings: dict[str, list[_Saying]] = {}
        self._joined: list[str] = []
        for name in people:
            self._add(name)
        for sayings in self._sayings.values():
            sayings.sort(key=lambda saying: -len(saying.words))

    def clean(self, text: str) -> str:
        """The text in NFC, with slots."""
        text = _normal(text)
        for contact, kind in self._contacts.items():
            if contact in text:
                text = text.replace(contact, self._slot(kind, contact))
        text = find_contacts(text, self._slot)
        for name in self._joined:
            text = self._without_joined(text, name)
        return "".join(self._without_names(text)) if self._sayings else text

    def clean_all(self, texts: Sequence[str]) -> list[str]:
        """Many texts at once, which is faster."""
        cleaned = self.clean(_BREAK.join(texts)).split(_BREAK)
        return cleaned if len(cleaned) == len(texts) else [self.clean(text) for text in texts]

    def _add(self, name: str) -> None:
        if _is_joined(name):
            self._joined.append(name)
            return
        words = _words(name)[:_MOST_WORDS]
        if not words:
            return
        folded = tuple(map(_fold, words))
        first = self._sayings.get(folded[0], ())
        person = next((each.person for each in first if len(words) == 1), None) or name
        sayings = {folded, (folded[0], folded[-1])} if len(words) > 1 else set[tuple[str, ...]]()
        sayings |= {(_fold(word),) for word in words if _may_stand_alone(word)}
        for saying in sayings:
            there = self._sayings.setdefault(saying[0], [])
            if all(each.words != saying for each in there):
                there.append(_Saying(saying, person))

    def _without_names(self, text: str) -> Iterator[str]:
        tokens = list(_TOKEN.finditer(text))
        end = at = 0
        while at < len(tokens):
            found = self._name_at(text, tokens, at)
            if found is None:
                at += 1
                continue
            person, count, rest = found
            yield text[end : tokens[at].start()]
            yield self._slot("NAME", person)
            yield rest
            at += count
            end = tokens[at - 1].end()
        yield text[end:]

    def _name_at(self, text: str, tokens: list[re.Match[str]], at: int) -> tuple[str, int, str] | None:
        token = tokens[at][0]
        key = _fold(token)
        if key not in self._sayings and key[-1:] not in _ENDINGS:
            return None
        for stem, rest in _stems(key, token):
            for saying in self._sayings.get(stem, ()):
                count = len(saying.words)
                if count > 1:
                    tail = _follows(text, tokens, at, saying.words)
                    if tail is not None and not rest:
                        return saying.person, count, tail
                elif not token.islower() and (stem not in ORDINARY or _ENDS_LINE.match(text, tokens[at].end())):
                    return saying.person, 1, rest
        return None

    def _without_joined(self, text: str, name: str) -> str:
        """Names of scripts that put no blanks between words: whole, by the given name, or before a title."""
        if name in text:
            text = text.replace(name, self._slot("NAME", name))
        if len(name) > _GIVEN and name[-_GIVEN:] in text:
            text = text.replace(name[-_GIVEN:], self._slot("NAME", name))
        if name[0] in text:
            text = _before_title(name[:_GIVEN]).sub(lambda _: self._slot("NAME", name), text)
        return text

    def _slot(self, kind: str, value: str) -> str:
        key = f"{kind}\0{_fold(value)}"
        if key not in self._slots:
            count = self._count[kind] = self._count.get(kind, 0) + 1
            self._slots[key] = f"[{kind}]" if count == 1 else f"[{kind}_{count}]"
        return self._slots[key]


def without_slots(text: str) -> str:
    """The text with its slots taken out, for comparing texts."""
    return _SLOT.sub("", text)


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=16_384)
def _fold(value: str) -> str:
    """Without case and accents; an apostrophe is an apostrophe."""
    if value.isascii():
        return value.lower()
    plain = unicodedata.normalize("NFKD", value.casefold().replace("’", "'"))
    return "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f")


def _words(name: str) -> list[str]:
    return _TOKEN.findall(name)


def _is_joined(name: str) -> bool:
    return _CJK.search(name) is not None and not any(blank in name for blank in " \u3000·・") and len(name) > 1


def _may_stand_alone(word: str) -> bool:
    return len(word) >= _SHORTEST_PART and not word.islower() and word.casefold() not in PARTICLES


def _stems(key: str, token: str) -> Iterator[tuple[str, str]]:
    """A word, and without the endings of a genitive, with what is to be kept of them."""
    yield key, ""
    for ending in ("'s", "’s", "s", "'", "’"):
        if key.endswith(ending) and len(key) > len(ending) + 1:
            yield key[: -len(ending)], token[-len(ending) :]


def _follows(text: str, tokens: list[re.Match[str]], at: int, words: tuple[str, ...]) -> str | None:
    """What is to be kept behind the words of a name, if they all stand here."""
    if at + len(words) > len(tokens):
        return None
    for i in range(1, len(words)):
        before, here = tokens[at + i - 1], tokens[at + i]
        if not _BETWEEN.fullmatch(text, before.end(), here.start()):
            return None
        key = _fold(here[0])
        if i < len(words) - 1:
            if key != words[i]:
                return None
            continue
        return next((rest for stem, rest in _stems(key, here[0]) if stem == words[i]), None)
    return None


@lru_cache(maxsize=1_024)
def _before_title(name: str) -> re.Pattern[str]:
    whole, first = re.escape(name), re.escape(name[0])
    return re.compile(rf"(?:{whole}|(?<![\u3400-\u9fff々]){first})(?=\s?(?:{_CJK_TITLES}))")
