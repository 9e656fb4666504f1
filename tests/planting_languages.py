# the planted sentences are data, one row as long as it is
"""One error planted in a good draft of another language, by kind: what the checks must find (D-10, D-11).

The sentences are in `data/planted_languages.yaml`, written without a look at the word lists of the checks; values that
all languages share are drawn from the lists of `planting`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml
from corpus_languages import LocalDraft, context_of, local_drafts
from planting import EMPLOYERS, NAMES, SCHOOLS, SKILLS, TOWNS

from overture.generation.assembly import Assembled, assemble
from overture.generation.checks import check_draft
from overture.generation.choices import Language
from overture.generation.draft import Finding, FindingCode
from overture.generation.facts import MessageContext
from overture.generation.writers import WriterOutput

FILE = Path(__file__).parent / "data" / "planted_languages.yaml"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DIGITS = re.compile(
    r"(?<![\w.,£$€'])(?<!\d[ \u00a0\u202f])\d{1,3}(?![\w]|[.,:'’ \u00a0\u202f]?\d|[.)] |[ \u00a0]?(?:€|%|Min|min))"
)
_FROM_HOME = re.compile(r"(?i)zu Hause|homeoffice|home office|distance|remot|thuis|télétravail|teletraba|smart working")
_REPLACED = 0.6
_TALK = re.compile(r"(?i)minut|\buhr\b|\bheures?\b|\bhoras?\b|\bore\b|\buur\b")


@dataclass(frozen=True, slots=True)
class PlantedLocally:
    """A draft with one error: `said` is the error, `codes` are the findings that name it rightly."""

    kind: str
    draft: str
    language: Language
    said: str
    context: MessageContext
    assembled: Assembled
    codes: frozenset[FindingCode]
    custom_content: str | None = None


@cache
def sentences(language: Language) -> dict[str, tuple[str, ...]]:
    """The sentences to plant, by kind; braces are filled with values of `planting`."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {kind: tuple(said) for kind, said in found[language].items()}


def plant_locally(draft: LocalDraft) -> Iterator[PlantedLocally]:
    """One error of every kind that this draft has room for; the same errors each time."""
    for kind, plant in PLANTERS.items():
        chance = random.Random(f"{draft.id}:{kind}")
        if planted := plant(draft, chance, kind):
            yield planted


def _rebuilt(
    draft: LocalDraft,
    kind: str,
    said: str,
    codes: set[FindingCode],
    body: str,
    *,
    context: MessageContext | None = None,
) -> PlantedLocally:
    output = replace(draft.output, body=body)
    used = context or draft.context
    assembled = assemble(used, output, custom_content=draft.custom_content)
    return PlantedLocally(
        kind, draft.id, draft.language, said, draft.context, assembled, frozenset(codes), draft.custom_content
    )


def _with(draft: LocalDraft, sentence: str, chance: random.Random) -> str:
    """The body with one more sentence at the end of one of its paragraphs."""
    paragraphs = draft.output.body.split("\n\n")
    at = chance.randrange(max(1, len(paragraphs) - 1))
    joint = "\n" if "\n" in paragraphs[at] else " "
    paragraphs[at] = f"{paragraphs[at]}{joint}{sentence}"
    return "\n\n".join(paragraphs)


def _facts(draft: LocalDraft) -> str:
    return "\n".join(f"{fact.text} {' '.join(fact.names)}" for fact in draft.context.facts)


def _unused(draft: LocalDraft, values: tuple[str, ...], chance: random.Random) -> str:
    known = f"{_facts(draft)} {draft.output.body}".lower()
    return chance.choice([value for value in values if value.lower() not in known])


_TOOLS = tuple(name for name in SKILLS if name[0].isupper())
_SCHOOLS = tuple(name.removeprefix("the ") for name in SCHOOLS)
CODES: dict[str, tuple[FindingCode, ...]] = {
    "other employer": ("unsupported_employer", "unsupported_name", "unsupported_school", "unsupported_place"),
    "added skill": ("unsupported_skill", "unsupported_name", "unsupported_employer"),
    "invented salary": ("unsupported_salary", "unsupported_number"),
    "wrong school": ("unsupported_school", "unsupported_employer", "unsupported_name"),
    "other place": ("unsupported_place", "unsupported_name"),
    "swapped role": ("swapped_role",),
    "placeholder": ("placeholder", "prompt_echo"),
    "protected attribute": ("protected_attribute",),
    "invented benefit": ("unsupported_benefit",),
    "wrong language": ("wrong_language",),
    "injected order": ("injected_order",),
}
"""The findings that name an error rightly; a name is an employer to one check and a tool to another."""


def _is_true(draft: LocalDraft, kind: str, sentence: str) -> bool:
    """Whether the draft's facts say what the sentence was meant to invent."""
    if kind == "invented salary" and draft.context.of_kind("salary"):
        return not any(map(str.isdigit, sentence))
    terms = {fact.attributes.get("value") for fact in draft.context.of_kind("workplace_type")}
    return (
        kind == "invented benefit" and bool(_FROM_HOME.search(sentence)) and not terms.isdisjoint(("remote", "hybrid"))
    )


Planter = Callable[[LocalDraft, random.Random, str], PlantedLocally | None]


def _adding(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    if kind == "wrong language":
        said = [each for language, each in _foreign() if language != draft.language]
    else:
        told = sentences(draft.language)[kind.replace(" ", "_")]
        said = [each for each in told if not _is_true(draft, kind, each)]
    sentence = chance.choice(said)
    return _rebuilt(draft, kind, sentence, set(CODES[kind]), _with(draft, sentence, chance))


def _foreign() -> Iterator[tuple[str, str]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for language, kinds in found.items():
        for sentence in kinds["wrong_language"]:
            yield language, sentence


def _filled(values: tuple[str, ...]) -> Planter:
    """A sentence with a name in it, or the name in place of the one that the draft has."""

    def plant(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
        other = _unused(draft, values, chance)
        body = draft.output.body
        own = _own_value(draft, kind)
        if own and chance.random() < _REPLACED:
            return _rebuilt(draft, kind, f"{own} -> {other}", set(CODES[kind]), body.replace(own, other))
        sentence = chance.choice(sentences(draft.language)[kind.replace(" ", "_")]).replace("{x}", other)
        return _rebuilt(draft, kind, sentence, set(CODES[kind]), _with(draft, sentence, chance))

    return plant


def _own_value(draft: LocalDraft, kind: str) -> str | None:
    body = draft.output.body
    if kind == "other employer":
        own = [fact.attributes.get("company", "") for fact in draft.context.personal if fact.kind == "position"]
    elif kind == "other place":
        own = [fact.attributes.get("locality", "") for fact in draft.context.of_kind("location")]
    elif kind == "added skill":
        own = [name for fact in draft.context.of_kind("skill_match", "skill") for name in fact.names]
    else:
        own = []
    # a name inside another name ("Kinderhaus Mainz") would leave no sense behind
    everything = [name for fact in draft.context.facts for name in fact.names]
    return next(
        (
            name
            for name in own
            if name
            and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body)
            and not any(name in other and name != other and other in body for other in everything)
        ),
        None,
    )


def _number(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    codes: set[FindingCode] = {"unsupported_number", "unsupported_date", "unsupported_salary", "unsupported_benefit"}
    body = draft.output.body
    known = set(re.findall(r"\d+", _facts(draft)))
    places = [m for m in _DIGITS.finditer(body) if not _TALK.search(body[m.end() : m.end() + 12])]
    if not places:
        sentence = chance.choice(sentences(draft.language)["changed_number"])
        return _rebuilt(draft, kind, sentence, codes, _with(draft, sentence, chance))
    match = chance.choice(places)
    new = next(str(value) for value in range(int(match[0]) + chance.randint(3, 9), 2000) if str(value) not in known)
    changed = f"{body[: match.start()]}{new}{body[match.end() :]}"
    return _rebuilt(draft, kind, f"{match[0]} -> {new}", codes, changed)


def _date(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    known = set(_YEAR.findall(_facts(draft)))
    other = chance.choice([str(year) for year in range(2003, 2026) if str(year) not in known])
    body = draft.output.body
    if match := _YEAR.search(body):
        changed = f"{body[: match.start()]}{other}{body[match.end() :]}"
        return _rebuilt(draft, kind, f"{match[0]} -> {other}", {"unsupported_date"}, changed)
    sentence = chance.choice(sentences(draft.language)["changed_date"]).replace("{x}", other)
    return _rebuilt(draft, kind, sentence, {"unsupported_date"}, _with(draft, sentence, chance))


def _title(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    titles = [fact.attributes["title"] for fact in draft.context.of_kind("position") if fact.attributes.get("title")]
    if not titles:
        return None
    everything = f"{_facts(draft)} {draft.output.body}".lower()
    ranks = [rank for rank in sentences(draft.language)["ranks"] if rank.lower().split()[0] not in everything]
    rank = chance.choice(ranks)
    sentence = chance.choice(sentences(draft.language)["inflated_title"]).replace("{x}", f"{rank} {titles[0]}")
    return _rebuilt(draft, kind, sentence, {"unsupported_title"}, _with(draft, sentence, chance))


def _name(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    codes: set[FindingCode] = {"wrong_name", "unsupported_name"}
    other = _unused(draft, NAMES, chance)
    form = chance.randrange(4)
    if form == 0 and draft.context.salutation:
        context = replace(draft.context, salutation=other)
        return _rebuilt(draft, kind, f"greets {other}", codes, draft.output.body, context=context)
    if form == 1 and draft.context.recruiter_name:
        context = replace(draft.context, recruiter_name=f"{other} Lindqvist-Marsh")
        return _rebuilt(draft, kind, f"signs {other}", codes, draft.output.body, context=context)
    told = sentences(draft.language)
    if form == 2:
        greeting = chance.choice(told["greeting"]).replace("{x}", other)
        return _rebuilt(draft, kind, greeting, codes, f"{greeting}\n\n{draft.output.body}")
    sentence = chance.choice(told["wrong_name"]).replace("{x}", other)
    return _rebuilt(draft, kind, sentence, codes, _with(draft, sentence, chance))


def _deselected(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally | None:
    """The same message, after the recruiter has switched off an element that it uses."""
    text = f"{draft.output.subject}\n{draft.output.body}".lower()
    used = [
        (fact.element, name)
        for fact in draft.context.facts
        if fact.element in {"company_name", "past_positions", "location", "past_schools", "skills", "team"}
        for name in fact.names
        if len(name) > 3 and name.lower() in text
    ]
    if not used:
        return None
    element, value = chance.choice(used)
    off = {element, "skill_match"} if element == "skills" else {element}
    context = context_of(draft.item, draft.item.personalization.switch(off=off))
    if value.lower() in "\n".join(f"{fact.text} {' '.join(fact.names)}" for fact in context.facts).lower():
        return None  # another fact that is on says it
    assembled = assemble(context, draft.output, custom_content=draft.custom_content)
    codes: frozenset[FindingCode] = frozenset({"deselected_element"})
    said = f"{element}: {value}"
    return PlantedLocally(kind, draft.id, draft.language, said, context, assembled, codes, draft.custom_content)


def _custom(draft: LocalDraft, chance: random.Random, kind: str) -> PlantedLocally:
    own = draft.custom_content or sentences(draft.language)["custom_content"][0]
    assembled = assemble(draft.context, WriterOutput(draft.output.subject, draft.output.body), custom_content=own)
    if assembled.custom is None:
        raise ValueError(f"{draft.id} has no place for custom content")
    start, end = assembled.custom
    altered = chance.choice((own.replace(" ", "  ", 1), own[:-1], own.replace("e", "3", 1), own.swapcase()))
    shift = len(altered) - len(own)
    first, last = assembled.message
    wrong = replace(
        assembled, body=f"{assembled.body[:start]}{altered}{assembled.body[end:]}", custom=(start, end + shift),
        message=(first, last + shift if last > start else last),
    )  # fmt: skip
    codes: frozenset[FindingCode] = frozenset({"custom_content_altered"})
    return PlantedLocally(kind, draft.id, draft.language, altered, draft.context, wrong, codes, own)


PLANTERS: dict[str, Planter] = {
    "other employer": _filled(EMPLOYERS),
    "changed number": _number,
    "added skill": _filled(_TOOLS),
    "invented salary": _adding,
    "wrong school": _filled(_SCHOOLS),
    "changed date": _date,
    "other place": _filled(TOWNS),
    "inflated title": _title,
    "swapped role": _adding,
    "placeholder": _adding,
    "wrong name": _name,
    "protected attribute": _adding,
    "deselected element": _deselected,
    "invented benefit": _adding,
    "wrong language": _adding,
    "injected order": _adding,
    "custom content altered": _custom,
}


RESERVED = FILE.with_name("reserved_languages.yaml")
_DRAFTS_A_SENTENCE = 3


def plant_reserved(drafts: tuple[LocalDraft, ...]) -> Iterator[PlantedLocally]:
    """Every reserved sentence in three drafts, filled with a name that no fact of the draft has."""
    language = drafts[0].language
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(RESERVED.read_text(encoding="utf-8"))
    fill = {"other_employer": EMPLOYERS, "added_skill": _TOOLS, "wrong_school": _SCHOOLS, "other_place": TOWNS}
    place = 0
    for kind, said in found[language].items():
        for sentence in said:
            for _ in range(_DRAFTS_A_SENTENCE):
                place = (place + 7) % len(drafts)
                draft = drafts[place]
                chance = random.Random(f"{draft.id}:{sentence}")
                name = kind.replace("_", " ")
                if _is_true(draft, name, sentence):
                    continue
                full = sentence.replace("{x}", _unused(draft, fill[kind], chance)) if kind in fill else sentence
                yield _rebuilt(draft, name, full, set(CODES[name]), _with(draft, full, chance))


@dataclass(frozen=True, slots=True)
class LocalCounts:
    """What was planted and found by kind, what was missed, and the blocking findings on good drafts."""

    planted: Counter[str]
    found: Counter[str]
    missed: tuple[PlantedLocally, ...]
    drafts: int
    alarms: tuple[tuple[str, Finding], ...]


def count_locally(language: Language, *, reserved: bool = False) -> LocalCounts:
    """Plant every error in every good draft of a language (or the reserved sentences) and check the drafts."""
    drafts = local_drafts(language)
    alarms = tuple(
        (draft.id, finding)
        for draft in drafts
        for finding in check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
        if finding.severity == "blocking"
    )
    planted, found, missed = Counter[str](), Counter[str](), list[PlantedLocally]()
    errors = plant_reserved(drafts) if reserved else (error for draft in drafts for error in plant_locally(draft))
    for error in errors:
        findings = check_draft(error.context, error.assembled, custom_content=error.custom_content)
        planted[error.kind] += 1
        if any(finding.code in error.codes and finding.severity == "blocking" for finding in findings):
            found[error.kind] += 1
        else:
            missed.append(error)
    return LocalCounts(planted, found, tuple(missed), len(drafts), alarms)
