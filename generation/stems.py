"""Light stems, so that `mentored` and `mentoring` meet, and numbers in words meet their digits."""

from __future__ import annotations

import re

_MOST = 65_536
_DIGITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty"""
_IRREGULAR = {
    "built": "build",
    "led": "lead",
    "ran": "run",
    "brought": "bring",
    "grew": "grow",
    "grown": "grow",
    "wrote": "write",
    "written": "write",
    "taught": "teach",
    "sold": "sell",
    "drove": "driv",
    "driven": "driv",
    "took": "take",
    "taken": "take",
    "made": "make",
    "cut": "cut",
    "cutting": "cut",
    "kept": "keep",
    "held": "hold",
    "won": "win",
    "began": "begin",
    "children": "child",
    "people": "person",
    "women": "woman",
    "men": "man",
    "analyses": "analys",
    "analysis": "analys",
    "analytics": "analys",
    "analyst": "analyst",
    "media": "media",
    "data": "data",
    "staff": "staff",
    "setup": "set",
    "running": "run",
    "setting": "set",
    "getting": "get",
    "planning": "plan",
    "programme": "program",
    "programmes": "program",
    "labour": "labor",
    "centre": "center",
    "centres": "center",
    "colour": "color",
} | {word: str(value) for value, word in enumerate(_DIGITS.split())}
_STOP = frozenset(
    """a an the and or but if then else so as at by for from in into of off on onto out over per to up via with within
    without about above across after against along among around before behind below between beyond during through
    under until upon is am are was were be been being has have had having do does did doing done will would shall
    should can could may might must ought it its this that these those there here he she they them his her their
    theirs i me my mine we us our ours you your yours who whom whose which what when where why how not no nor yes
    all any both each every few more most much many other some such only own same than too very just also even still
    again ever never once now d ll m re s t ve don didn isn aren wasn doesn let
    get got gets go goes going gone come comes came make take give given gives want wants know like need needs
    thing things something anything lot lots way ways bit kind sort really quite well close back part whole
    role roles job jobs position positions title company task asks benefit culture value values level pay location
    workplace employment recruiter skill skills works work worked working has does opportunity team hiring applied one
    new good great best better year years month months day days week weeks time people person
    """.split()
)
_INFLECTION = re.compile(r"(?:ingly|edly|ings?|ied|ies|ed|es|(?<!s)s|ly)$")
_DERIVATION = re.compile(
    r"(?:isation|ization|ation|ator|ative|ate|ition|ment|ness|ise|ize|is|iz|er|or|ist|ion|ive|al|ity|y|e|i)$"
)


class _Stems(dict[str, str]):
    """A word (lower case) to its stem, or to the empty string where it says nothing; it remembers single words only."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST:
            self.clear()
        self[word] = found = _stem(word)
        return found


def _stem(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _STOP:
        return ""
    if word == "\n":
        return word
    if word[0].isdigit():
        return word
    if len(word) < 2 and word.isascii():
        return word if word in {"c", "r"} else ""
    stem = word
    if match := _INFLECTION.search(word, 3):
        stem = word[: match.start()] + ("y" if match[0] in {"ies", "ied"} else "")
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "sl":
            stem = stem[:-1]
    for _ in range(2):
        match = _DERIVATION.search(stem, 4)
        if match is None:
            break
        stem = stem[: match.start()]
    return stem


STEMS = _Stems()
