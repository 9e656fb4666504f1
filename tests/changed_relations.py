"""One changed relation planted in a good draft, by kind: names and numbers stay those of the facts (D-10, D-11)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from corpus_drafts import TODAY, GoodDraft

from overture.generation.assembly import Assembled, assemble
from overture.generation.context import build_context
from overture.generation.facts import Fact, MessageContext

_PAST = re.compile(r"(?:[A-Z][a-z]+ed|Cut|Built|Led|Wrote|Taught|Brought|Took|Ran|Grew|Won|Set up|Drew|Made) ")
_UP_DOWN = (
    ("cut", "raised"), ("reduced", "increased"), ("lowered", "raised"), ("raised", "lowered"), ("increased", "reduced"),
    ("grew", "shrank"), ("shortened", "lengthened"), ("rose", "fell"), ("fell", "rose"), ("brought down", "pushed up"),
)  # fmt: skip
_CARE = re.compile(r"(Lead|Manage|Mentor|Coach|Supervise|Train) (?:a team of |a shift of )?(.+)")
_HAVE = re.compile(r"(?:A|An|Experience|Knowledge|Registration|Fluent|Fluency|\d+|[A-Z][a-z]+ years) ?.*")
_COUNT = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)\b")
_PAIR = re.compile(r"\bfrom ([£$€]?\d[\w.,%-]*) to ([£$€]?\d[\w.,%-]*\w%?)")
_TERMS = {"remote": "remotely", "hybrid": "hybrid", "part-time": "part-time"}


@dataclass(frozen=True, slots=True)
class ChangedRelation:
    """A draft with one changed relation; `said` is what was planted."""

    kind: str
    draft: GoodDraft
    said: str
    context: MessageContext
    assembled: Assembled


def change_relations(draft: GoodDraft) -> Iterator[ChangedRelation]:
    """One changed relation of every kind that this draft has room for; the same ones each time."""
    for kind, planter in CHANGES.items():
        chance = random.Random(f"{draft.id}:{kind}")
        for planted in planter(draft, kind, chance):
            yield planted
            break


def _inserted(draft: GoodDraft, kind: str, sentence: str, chance: random.Random) -> ChangedRelation:
    paragraphs = draft.output.body.split("\n\n")
    at = chance.randrange(max(1, len(paragraphs) - 1))
    joint = "\n" if "\n" in paragraphs[at] else " "
    paragraphs[at] = f"{paragraphs[at]}{joint}{sentence}"
    return _changed(draft, kind, sentence, "\n\n".join(paragraphs))


def _changed(draft: GoodDraft, kind: str, said: str, body: str) -> ChangedRelation:
    assembled = assemble(draft.context, replace(draft.output, body=body), custom_content=draft.custom_content)
    return ChangedRelation(kind, draft, said, draft.context, assembled)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _said(draft: GoodDraft, *kinds: str) -> list[str]:
    return [fact.attributes["said"].rstrip(".") for fact in draft.context.facts if fact.kind in kinds]


def _deeds(draft: GoodDraft, chance: random.Random) -> list[tuple[Fact, str]]:
    """The achievements that read as a sentence after `you`, in any order."""
    facts = [fact for fact in draft.context.of_kind("achievement") if fact.attributes["company"]]
    texts = [(fact, fact.attributes["text"]) for fact in facts]
    found = [(fact, _lower(text)) for fact, text in texts if _PAST.match(text) and len(text) < 110]
    chance.shuffle(found)
    return found


def _employers(draft: GoodDraft, *, is_current: bool | None = None) -> list[str]:
    """The companies of the candidate's positions, the present ones first."""
    facts = [fact for fact in draft.context.of_kind("position") if fact.attributes["company"]]
    facts = [fact for fact in facts if is_current in {None, bool(fact.attributes["current"])}]
    return [fact.attributes["company"] for fact in sorted(facts, key=lambda fact: not fact.attributes["current"])]


def _hirer(draft: GoodDraft) -> str | None:
    return next((fact.attributes["name"] for fact in draft.context.of_kind("company")), None)


Found = Iterator[ChangedRelation]


def _inflated(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    """The fact now says that the candidate helped; the draft says that they did it."""
    item = draft.item
    for fact, deed in _deeds(draft, chance):
        text = fact.attributes["text"]
        weaker = (
            chance.choice(("Assisted the team that", "Member of the team that", "Helped colleagues who")) + f" {deed}"
        )
        positions = tuple(
            position.model_copy(
                update={"highlights": tuple(weaker if line == text else line for line in position.highlights)}
            )
            for position in item.candidate.positions
        )
        context = build_context(
            item.candidate.model_copy(update={"positions": positions}), job=item.job, project=item.project,
            company=item.company, team=item.team, recruiter=item.recruiter, personalization=item.personalization,
            today=TODAY,
        )  # fmt: skip
        if any(each.attributes.get("text") == weaker for each in context.of_kind("achievement")):
            yield replace(_inserted(draft, kind, f"You {deed}.", chance), context=context)


def _elsewhere(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    for fact, deed in _deeds(draft, chance):
        others = [name for name in (*_employers(draft), _hirer(draft)) if name and name != fact.attributes["company"]]
        if others:
            forms = [f"At {others[0]} you {deed}."] + ([f"You {deed} at {others[0]}."] if len(deed) < 70 else [])
            yield _inserted(draft, kind, chance.choice(forms), chance)


def _skill(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    own = " ".join(f"{fact.text} {' '.join(fact.names)}" for fact in draft.context.personal).lower()
    for fact in draft.context.shared:
        skill = fact.attributes.get("skill", "")
        words = skill.lower().split() + re.findall(r"\w{3,}", skill.lower())
        known = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", own) for word in words)
        if skill and not known:
            forms = (
                f"Your {skill} experience would help.", f"You know {skill}.", f"You list {skill} on your profile.",
                f"You've worked with {skill} before.", f"Your background in {skill} is what we need.",
                f"You bring {skill}.",
            )  # fmt: skip
            yield _inserted(draft, kind, chance.choice(forms), chance)


def _requirement(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    own = set(re.findall(r"\w{4,}", " ".join(fact.text for fact in draft.context.personal).lower()))
    for said in _said(draft, "requirement"):
        words = set(re.findall(r"\w{4,}", said.lower()))
        if _HAVE.fullmatch(said) and len(words) > 1 and len(words & own) * 2 < len(words):
            yield _inserted(draft, kind, f"You have {_lower(said)}.", chance)


def _duty(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    employers = _employers(draft)
    tasks = [said for said in _said(draft, "responsibility") if _COUNT.search(said)]
    if tasks and employers:
        yield _inserted(draft, kind, f"At {employers[0]} you already {_lower(chance.choice(tasks))}.", chance)


def _hires(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    others = [name for name in _employers(draft) if name not in {_hirer(draft), draft.context.recruiter_company}]
    for own in others:
        forms = (
            f"{own} is hiring for this role.", f"{own} is looking for somebody like you.", f"I recruit for {own}.",
            f"We at {own} would like to meet you.", f"{own} needs a new colleague.", f"Would you like to join {own}?",
        )  # fmt: skip
        yield _inserted(draft, kind, chance.choice(forms), chance)


def _turned(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    body = draft.output.body
    own = " ".join(fact.text for fact in draft.context.personal)
    for pair in _PAIR.finditer(body):
        if pair[1] != pair[2] and pair[1] in own and pair[2] in own:
            said = f"from {pair[2]} to {pair[1]}"
            yield _changed(draft, kind, said, f"{body[: pair.start()]}{said}{body[pair.end() :]}")
    for fact, deed in _deeds(draft, chance):
        if match := re.search(r"\bfrom (\S*\d\S*) (.*?)to (\S*\d\S*)", deed):
            said = f"{deed[: match.start()]}from {match[3].rstrip(',;')} {match[2]}to {match[1]}{deed[match.end() :]}"
            yield _inserted(draft, kind, f"At {fact.attributes['company']} you {said}.", chance)


def _direction(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    for fact, deed in _deeds(draft, chance):
        for word, other in _UP_DOWN:
            if re.match(rf"{word}\b", deed) and not re.search(r"\bfrom\b.*\bto\b", deed):
                sentence = f"At {fact.attributes['company']} you {other}{deed[len(word) :]}."
                yield _inserted(draft, kind, sentence, chance)


def _negation(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    said = _said(draft, "benefit", "culture")
    for line in said:
        if match := re.fullmatch(r"No ([^,;()]{4,40})", line):
            yield _inserted(draft, kind, f"There are {match[1]}.", chance)
    for line in said:
        if len(line.split()) in {2, 3} and not line.lower().startswith(("no ", "every ", "£", "$")):
            thing = re.sub(r"^(?:A|An|The) ", "", line)
            yield _inserted(draft, kind, f"There is no {_lower(thing)}.", chance)


def _tense(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    past = {
        fact.attributes["company"]: fact.attributes["until"] for fact in draft.context.of_kind("position")
        if not fact.attributes["current"]
    }  # fmt: skip
    present = _employers(draft, is_current=True)
    for name, until in past.items():
        if name and until and name not in present:
            forms = (f"You work at {name} now.", f"You are at {name} at present.", f"You currently work for {name}.")
            yield _inserted(draft, kind, chance.choice(forms), chance)
    for name in present:
        if name not in past:
            yield _inserted(draft, kind, chance.choice((f"You left {name}.", f"You used to work at {name}.")), chance)


def _employed(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    hirer = _hirer(draft)
    if hirer and hirer not in _employers(draft) and not draft.context.of_kind("interest", "application"):
        forms = (f"You work at {hirer}.", f"Your years at {hirer} show.", f"You have been at {hirer} for a while.")
        yield _inserted(draft, kind, chance.choice(forms), chance)


def _report(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    for said in _said(draft, "responsibility"):
        match = _CARE.fullmatch(said)
        if match and len(said) < 60 and re.match(r"(?:\d+|a |an |[a-z]+ [a-z]+s\b)", match[2]):
            whom = match[2]
            forms = (f"You would report to {whom}.", f"{whom[0].upper()}{whom[1:]} would {match[1].lower()} you.")
            yield _inserted(draft, kind, chance.choice(forms), chance)


def _terms(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    if draft.context.opportunity_source != "inferred":
        for said in _said(draft, "workplace_type", "employment_type"):
            if term := _TERMS.get(said):
                forms = (f"You work {term} now.", f"You already work {term}.")
                yield _inserted(draft, kind, chance.choice(forms), chance)


def _firm(draft: GoodDraft, kind: str, chance: random.Random) -> Found:
    for _, deed in _deeds(draft, chance):
        yield _inserted(draft, kind, f"{chance.choice(('We', 'I', _hirer(draft) or 'We'))} {deed}.", chance)


CHANGES: dict[str, Callable[[GoodDraft, str, random.Random], Found]] = {
    "inflated deed": _inflated,
    "other employer": _elsewhere,
    "role's skill": _skill,
    "requirement as fact": _requirement,
    "role's work": _duty,
    "own employer hires": _hires,
    "turned numbers": _turned,
    "turned direction": _direction,
    "negation": _negation,
    "past and present": _tense,
    "hiring company as employer": _employed,
    "turned report": _report,
    "role's terms": _terms,
    "company's deed": _firm,
}
