"""Names that nobody gave, by where they stand: behind a greeting, below a closing, where somebody says who they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from overture.generation.letter_frames import CLOSING, GREETING_WORD

_WORD: Final = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁ][\w'’·-]{0,30}+\.?"
_PARTICLE: Final = r"(?:van|von|der|den|de|da|do|dos|das|du|del|della|di|la|le|el|al|bin|ben|zu|ten|ter|af|av|y|e)"
_FULL: Final = rf"(?:(?-i:{_WORD})(?:\s+(?:{_PARTICLE}\s+){{0,2}}(?-i:{_WORD})){{0,3}})"
_TITLE: Final = (
    r"(?:(?:dr|prof|mr|mrs|ms|miss|herrn?|frau|hr|fr|sr|sra|señora?|monsieur|madame|mme|m|signora?|sig|dott|dssa"
    r"|dhr|mevr|mw|meneer|mevrouw|ing|dipl)\.?\s+){0,3}"
)
_GREETED: Final = re.compile(rf"{GREETING_WORD},?\s+{_TITLE}({_FULL})(?=\s*(?:[,!.:;—–-]|\Z))", re.IGNORECASE)
_INTRODUCED: Final = re.compile(
    r"(?<!\w)(?:my name is|this is|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|me llamo|mi nombre es|soy"
    r"|mi chiamo|sono|meu nome é|me chamo|mijn naam is|ik heet|ik ben|nazywam się|jag heter|mit navn er)\s+"
    rf"({_FULL})(?=\s*(?:[,.!;)]|\n|\Z|(?:and|from|und|von|et|de|y|e|da|en|van|och|i)\s))",
    re.IGNORECASE,
)
_INTRODUCING: Final = frozenset(
    "name this heiße heisse appelle llamo nombre soy chiamo sono nome chamo naam heet ben nazywam heter navn".split()
)
_RELATED: Final = re.compile(
    r"(?<!\w)(?:(?:ex-)?colleague|co-?worker|friend|manager|boss|teammate|recruiter|contact|ask for|reach out to"
    r"|talk to|speak (?:to|with)|write to|in touch with|kolleg(?:e|in)|freund(?:in)?|chef(?:in)?|ansprechpartner(?:in)?"
    r"|collègue|amie?|compañer[oa]|colega|amig[oa]|collega|amic[oa]|vriend(?:in)?)"
    rf",?\s+{_TITLE}({_FULL})",
    re.IGNORECASE,
)
_RELATING: Final = frozenset(
    """colleague coworker worker friend manager boss teammate recruiter contact ask reach talk speak write touch kollege
    kollegin freund freundin chef chefin ansprechpartner ansprechpartnerin collègue ami amie compañero compañera colega
    amigo amiga collega amico amica vriend vriendin""".split()
)
_CLOSED: Final = re.compile(rf"{CLOSING}[ \t]*(?:[,.!–—-]+|\Z)\s*(.*)", re.IGNORECASE)
_ALONE: Final = re.compile(rf"({_FULL})\s*(?:[|,·•].*)?", re.IGNORECASE)
_SAID_WORD: Final = re.compile(r"\w+")
_HAN: Final = "\u3400-\u9fff々"
_KATA: Final = "\u30a1-\u30fa\u30fc・"
_TALL: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_IN_HAN: Final = (
    re.compile(
        rf"(?<![{_HAN}{_KATA}])([{_HAN}]{{1,6}}|[{_KATA}]{{2,16}})[\s\u3000]?(?=さん|様|さま|氏|殿|先生|女士|小姐)"
    ),
    re.compile(rf"(?:我叫|我是|名前は|私は|此致\s?)([{_HAN}]{{2,4}})(?=[，。,、.\n]|と申|です|\Z)"),
    re.compile(rf"\n([{_HAN}]{{1,4}}[ \u3000]?[{_HAN}]{{1,3}})\Z"),
)
_INDIC: Final = "\u0900-\u0963\u0970-\u097f"
_INDIC_LETTER: Final = re.compile(f"[{_INDIC}]")
_IN_HINDI: Final = (
    re.compile(
        rf"(?:नमस्ते|नमस्कार|प्रिय|श्री|श्रीमती|मेरा नाम)\s([{_INDIC}]{{2,20}}(?:\s[{_INDIC}]{{2,20}})??)"
        r"(?=\s?(?:[,!।\n]|जी|है|\Z))"
    ),
    re.compile(rf"(?:धन्यवाद|सादर|शुभकामनाएँ)[,।]?\s+([{_INDIC}]{{2,20}}(?:\s[{_INDIC}]{{2,20}}){{0,2}})\Z"),
)
_MOST_LOOKED_AT: Final = 20_000
_FIRST_LINES, _LAST_LINES = 3, 12
_BELOW_CLOSING: Final = 3
_LONGEST_NAME: Final = 60

PARTICLES: Final = frozenset(
    "van von der den de da do dos das du del della di la le el al bin ben zu ten ter af av".split()
)
ORDINARY: Final = frozenset(
    """will may mark grant hope grace joy rose art bill rob sue pat drew chase page long young best early wise rich
    king price cook baker mason dean faith summer june april august dawn sky major rein frank ernst klein gross lang
    stark winter sommer herbst weiß schwarz roth braun bon petit grand roy leroy bela rosa luz cruz santos campos
    franco leo max mia nova bento costa rocha reis""".split()
)
"""Names that are words as well: by themselves they are taken for a name only where one must stand."""
_NO_NAMES: Final = frozenset(
    """there all team everyone everybody folks hiring manager recruiter recruiting madam sir sirs hr talent people
    zusammen damen herren team tous toutes equipo todos todas equipe time tutti team allemaal iedereen colleagues
    again thanks thank you regards best kind cheers yes no ok okay sure sorry great good please sent the a an to for
    this that it not nothing i we he she they my your our and or but if how what when where why who which with from
    in on at of as is are was were am be been have has had do does did can could would should happy glad looking
    interested available currently unfortunately maybe perhaps hello hi hey dear morgen tag abend dag avond soir jour
    ich wir sie es das die der mein ihre ihr ja nein danke gern gerne leider kein keine merci oui non bonjour je nous
    vous c'est sí si gracias hola buenas por para como yo obrigado obrigada sim não olá eu grazie sì ciao buongiorno
    per come sono dank bedankt nee ik wij het een engineer developer manager director nurse senior junior lead head
    data software product sales marketing finance remote full part time monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november december""".split()
)


def names_in(text: str) -> Iterator[str]:
    """What stands where a name would stand; of a very long text, only the beginning and the end are looked at."""
    if len(text) > 2 * _MOST_LOOKED_AT:
        text = f"{text[:_MOST_LOOKED_AT]}\n{text[-_MOST_LOOKED_AT:]}"
    lines = [" ".join(line.split()) for line in text.splitlines()]
    said = [line for line in lines if line]
    whole = "\n".join(said)
    for line in said[:_FIRST_LINES]:
        if found := _GREETED.match(line):
            for name in _kept(found[1]):
                yield name
                yield from _with_surname(name, whole)
    yield from _signing(said[-_LAST_LINES:])
    by_itself = len(said) > 1 and not lines[len(lines) - 1 - lines[::-1].index(said[-1]) - 1]
    if by_itself and (alone := _ALONE.fullmatch(said[-1].strip("-–—~*_ "))):
        yield from _kept(alone[1])
    words = set(_SAID_WORD.findall(whole.lower()))
    for pattern, signs in ((_INTRODUCED, _INTRODUCING), (_RELATED, _RELATING)):
        if not words.isdisjoint(signs):
            for found in pattern.finditer(whole):
                yield from _kept(found[1])
    if whole.isascii():
        return
    for script, patterns in ((_TALL, _IN_HAN), (_INDIC_LETTER, _IN_HINDI)):
        if script.search(whole):
            for pattern in patterns:
                for found in pattern.finditer(whole):
                    yield from _kept(found[1])


def _with_surname(name: str, text: str) -> Iterator[str]:
    """The whole name of somebody who was greeted by the first one, where it stands further on."""
    at = text.find(f"{name} ")
    while at >= 0:
        found = _ALONE.match(text, at)
        if found and len(found[1]) > len(name):
            yield from _kept(found[1])
        at = text.find(f"{name} ", at + len(name))


def _signing(lines: Sequence[str]) -> Iterator[str]:
    """Names on a closing's line and below it, and behind a dash at the very end."""
    for at, line in enumerate(lines):
        closing = _CLOSED.fullmatch(line)
        if closing:
            for below in (closing[1], *lines[at + 1 : at + 1 + _BELOW_CLOSING]):
                if alone := _ALONE.fullmatch(below.strip("-–—~*_. ")):
                    yield from _kept(alone[1])
    if lines and lines[-1][:1] in {"-", "–", "—", "~"} and (alone := _ALONE.fullmatch(lines[-1].strip("-–—~ "))):
        yield from _kept(alone[1])


def _kept(said: str) -> Iterator[str]:
    """A name without the words of a sentence that were taken with it."""
    words = said.strip(" .,;:").split()
    while words and words[-1].casefold().strip(".,;:'’") in _NO_NAMES | PARTICLES:
        words.pop()
    if not words or words[0].casefold().strip(".,;:'’") in _NO_NAMES or len(said) > _LONGEST_NAME:
        return
    if any(word.casefold().strip(".,;:'’") in _NO_NAMES for word in words):
        return
    yield " ".join(words)
