"""Errors planted in who did what, and in which direction: every word is in a fact, the relation is wrong (D-10)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from corpus_drafts import GoodDraft
from planting import Planted, Planter, rebuilt, with_sentence

from overture.generation.assembly import assemble
from overture.generation.draft import FindingCode
from overture.generation.facts import Fact

_PAST = re.compile(r"(?:[A-Z][a-z]+ed|Built|Led|Cut|Won|Wrote|Grew|Ran|Set up|Brought|Took|Halved)\b")
_DUTY = re.compile(r"(?:Lead|Manage|Build|Run|Own|Supervise|Design|Train|Teach|Audit|Write|Mentor|Coach)\b")
_FROM_TO = re.compile(r"\bfrom ([^\s,;.]+(?: (?:days|minutes|hours))?) to (?:just )?([^\s,;.]+(?:\.\d+%?)?)")
_SHORT, _STEM, _NEWS = 3, 5, 2
_CODES: set[FindingCode] = {"changed_relation", "swapped_role", "unsupported_employer"}


def _of_hirer(draft: GoodDraft, chance: random.Random) -> Iterator[Planted]:
    """What the candidate did elsewhere, said of us."""
    hirer = next((fact.attributes["name"] for fact in draft.context.of_kind("company")), None)
    for deed in _deeds(draft):
        said = [f"Last year our team {deed}.", f"We {deed}.", f"My colleagues {deed}."]
        if hirer:
            said.append(f"{hirer} {deed}.")
        sentence = chance.choice(said)
        yield _added(draft, "wrong doer", sentence, chance)


def _at_hirer(draft: GoodDraft, chance: random.Random) -> Iterator[Planted]:
    """What the candidate did at one employer, placed at the hiring company."""
    back = any(fact.attributes.get("back") for fact in draft.context.of_kind("position"))
    hirer = next((fact.attributes["name"] for fact in draft.context.of_kind("company")), None)
    for deed in _deeds(draft) if hirer and not back else ():
        sentence = chance.choice(
            (f"At {hirer} you {deed}.", f"You {deed} at {hirer}.", f"While at {hirer}, you {deed}.")
        )
        yield _added(draft, "wrong employer of a deed", sentence, chance)


def _duty_done(draft: GoodDraft, chance: random.Random) -> Iterator[Planted]:
    """What the role would do, said of what the candidate does already."""
    duties = [fact.attributes["said"] for fact in draft.context.of_kind("responsibility")]
    for duty in duties:
        if _DUTY.match(duty) and not _is_done(draft, duty):
            own = duty[0].lower() + duty[1:]
            sentence = chance.choice(
                (f"You already {own}.", f"Today you {own}.", f"I saw on your profile that you {own}.")
            )
            yield _added(draft, "duty said as done", sentence, chance)


def _is_done(draft: GoodDraft, duty: str) -> bool:
    """Whether the candidate's facts say nearly as much, so that the sentence would be no error."""
    known = " ".join(fact.text for fact in draft.context.personal).lower()
    told = [word for word in re.findall(r"\w+", duty.lower())[1:] if len(word) > _SHORT]
    return sum(word[:_STEM] not in known for word in told) < _NEWS


def _turned(draft: GoodDraft, chance: random.Random) -> Iterator[Planted]:
    """From the second figure to the first."""
    for match in _FROM_TO.finditer(draft.output.body):
        before, after = match.groups()
        if re.match(r"\W?\d", before) and re.match(r"\W?\d", after):
            start, end = match.span()
            turned = f"from {after} to {before}"
            body = f"{draft.output.body[:start]}{turned}{draft.output.body[end:]}"
            yield rebuilt(draft, "turned figures", turned, {*_CODES, "unsupported_number"}, body=body)


def _overdone(draft: GoodDraft, chance: random.Random) -> Iterator[Planted]:
    """The draft says that they did it; the fact now says that they helped, or that a team did it."""
    for fact in draft.context.of_kind("achievement"):
        text = fact.attributes["text"]
        verb = text.split(" ", 1)[0].lower()
        if not _PAST.match(text) or not re.search(rf"\byou(?:'ve| have)? {verb}\b", draft.output.body, re.IGNORECASE):
            continue
        deed = text[0].lower() + text[1:]
        said = chance.choice(
            (f"Member of the team that {deed}", f"Assisted the manager who {deed}", f"Supported a colleague who {deed}")
        )
        changed = tuple(_retold(other, fact, said) for other in draft.context.personal)
        context = replace(draft.context, personal=changed)
        assembled = assemble(context, draft.output, custom_content=draft.custom_content)
        yield Planted(
            "overdone deed", draft.id, f"fact: {said}", context, assembled, frozenset(_CODES), draft.custom_content
        )


def _retold(fact: Fact, changed: Fact, said: str) -> Fact:
    if fact is not changed:
        return fact
    text = fact.text.replace(fact.attributes["text"], said)
    return replace(fact, text=text, attributes={**fact.attributes, "text": said})


def _added(draft: GoodDraft, kind: str, sentence: str, chance: random.Random) -> Planted:
    return rebuilt(draft, kind, sentence, _CODES, body=with_sentence(draft, sentence, chance))


def _deeds(draft: GoodDraft) -> list[str]:
    texts = [fact.attributes["text"] for fact in draft.context.of_kind("achievement")]
    return [text[0].lower() + text[1:] for text in texts if _PAST.match(text)]


RELATION_PLANTERS: dict[str, Planter] = {
    "wrong doer": lambda draft, chance: next(_of_hirer(draft, chance), None),
    "wrong employer of a deed": lambda draft, chance: next(_at_hirer(draft, chance), None),
    "duty said as done": lambda draft, chance: next(_duty_done(draft, chance), None),
    "turned figures": lambda draft, chance: next(_turned(draft, chance), None),
    "overdone deed": lambda draft, chance: next(_overdone(draft, chance), None),
}
