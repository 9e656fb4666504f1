"""From a context to a prompt: which fact goes where, and nothing that must not reach a model (D-6, D-7, D-12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from overture.prompts import Prompt, RenderedPrompt, load_prompt

from .assembly import CUSTOM_SLOT
from .draft import Finding
from .facts import Fact, FactKind, MessageContext
from .identity_cache import IdentityCache
from .output import without_frame
from .personalization import LENGTH_LIMITS, Language, Length, Personalization
from .slots import has_slots, question_of
from .task import Revision
from .writers import WriterOutput

LANGUAGE_NAMES: dict[Language, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Brazilian Portuguese",
    "it": "Italian",
    "nl": "Dutch",
}
ADDRESSES: dict[tuple[Language, bool], str] = {
    ("de", True): 'Address the person with "Sie".',
    ("de", False): 'Address the person with "du".',
    ("fr", True): 'Address the person with "vous".',
    ("fr", False): 'Address the person with "tu".',
    ("es", True): 'Address the person with "usted".',
    ("es", False): 'Address the person with "tú".',
    ("pt", True): 'Address the person with "você", formally.',
    ("pt", False): 'Address the person with "você".',
    ("it", True): 'Address the person with "Lei".',
    ("it", False): 'Address the person with "tu".',
    ("nl", True): 'Address the person with "u".',
    ("nl", False): 'Address the person with "je".',
}
"""How a language speaks to the reader, formally or not; English makes no difference."""
# Greeting, closing and signature take about this much of the length that was chosen.
_FRAME = 100
_LONGEST_WISHED: dict[Length, int] = {"short": 300, "medium": 680, "long": 1500}
_FOLLOWUP_CHARACTERS = 250
# The strongest facts fill a message; more of them would only cost the prefix its share of the prompt.
_PERSON_CHARACTERS = 1000
_COMPANY: frozenset[FactKind] = frozenset({"company", "company_description", "culture", "value", "team"})
_RECRUITER: frozenset[FactKind] = frozenset({"recruiter", "recruiter_title"})
_ROLE: frozenset[FactKind] = frozenset(
    {"title", "responsibility", "requirement", "location", "salary", "workplace_type", "employment_type", "seniority",
     "skill", "benefit"}
)  # fmt: skip
_MOST_QUOTED = 160

_PERSONAL = frozenset(
    {"findings", "first_lines", "first_subject", "inferred_facts", "person_facts", "previous_lines", "previous_subject"}
)

Lines = tuple[tuple[str, str], ...]


def render_draft(
    context: MessageContext, *, has_custom_content: bool = False, prompt: Prompt | None = None
) -> RenderedPrompt:
    """The prompt of a first message.

    The shared part depends on the opportunity, the recruiter and the personalization only. `has_custom_content` asks
    the model to leave a place for text that it never sees (D-7). `prompt` stands in for the built-in one.

    Raises:
        PromptError: `prompt` declares a variable that a draft does not have.
    """
    return _render(prompt or load_prompt("draft"), context, {"has_custom_content": has_custom_content})


def render_redraft(
    context: MessageContext,
    *,
    previous: WriterOutput,
    findings: Sequence[Finding],
    has_custom_content: bool = False,
    prompt: Prompt | None = None,
) -> RenderedPrompt:
    """The prompt that has a message written again, with what was found in it.

    `previous` is the writer's own text, and each finding lies in it, not in what code put in (D-7, D-12); withheld
    values are blotted out (D-6).
    """
    blot = blotter(context)
    prompt = prompt or load_prompt("redraft")
    ours = {CUSTOM_SLOT, question_of(context)} if has_slots(prompt.header.output) else {CUSTOM_SLOT}
    lines = [line for line in _lines(previous.body) if line not in ours]
    extra = {
        "has_custom_content": has_custom_content,
        "previous_subject": blot(previous.subject),
        "previous_lines": tuple(map(blot, lines)),
        "findings": tuple((f.field, blot(f.text[:_MOST_QUOTED]), blot(f.advice)) for f in findings),
    }
    return _render(prompt, context, extra)


def render_revision(
    context: MessageContext, *, revision: Revision, has_custom_content: bool = False, prompt: Prompt | None = None
) -> RenderedPrompt:
    """The prompt that has a message changed as little as a new personalization allows (D-6).

    What is kept of it was cut to what still holds; withheld values are blotted out all the same.
    """
    blot = blotter(context)
    kept = revision.kept
    extra = {
        "has_custom_content": has_custom_content,
        "previous_subject": blot(kept.subject),
        "previous_lines": tuple(blot(line) for line in _lines(kept.body) if line != CUSTOM_SLOT),
        "findings": tuple(("message", "", change) for change in revision.changes),
        "revised": True,
    }
    return _render(prompt or load_prompt("redraft"), context, extra)


def render_followup(
    context: MessageContext,
    *,
    first_subject: str,
    first_body: str,
    findings: Sequence[Finding] = (),
    prompt: Prompt | None = None,
) -> RenderedPrompt:
    """The prompt of a second message to a candidate who has not answered; `findings` are those of an earlier try.

    `first_body` is the first message without custom content, which never goes to a provider (D-7); greeting and
    signature are taken off here, the candidate's name and contacts and withheld values blotted out (D-6, D-12).
    """
    blot = blotter(context)
    signers = (context.recruiter_name,) if context.recruiter_name else ()
    extra = {
        "first_subject": blot(first_subject),
        "first_lines": tuple(
            blot(line) for line in _lines(without_frame(first_body, signers=signers)) if line != CUSTOM_SLOT
        ),
        "findings": tuple((f.field, blot(f.text[:_MOST_QUOTED]), blot(f.advice)) for f in findings),
        "most_characters": _FOLLOWUP_CHARACTERS,
        "most_words": _words(_FOLLOWUP_CHARACTERS),
    }
    return _render(prompt or load_prompt("followup"), context, extra)


def _render(prompt: Prompt, context: MessageContext, extra: dict[str, Any]) -> RenderedPrompt:
    personal_facts = context.personal
    inferred = context.opportunity_source == "inferred"
    values: dict[str, Any] = {
        "opportunity_source": context.opportunity_source,
        "language": LANGUAGE_NAMES[context.personalization.language],
        "revised": False,
        "inferred_facts": _listed(f for f in personal_facts if f.kind in _ROLE) if inferred else (),
        "person_facts": _strongest(f for f in personal_facts if not inferred or f.kind not in _ROLE),
        **extra,
    }
    return prompt.join(_shared_part(prompt, context, values), prompt.render_personal(values))


_shared_parts: IdentityCache[str] = IdentityCache()


def _shared_part(prompt: Prompt, context: MessageContext, values: Mapping[str, Any]) -> str:
    choice = context.personalization

    def make() -> str:
        return prompt.render_shared({**_shared_values(context.shared, choice), **values})

    if prompt.shared_variables & _PERSONAL:
        return make()  # a prompt of the user's own may put them first; it loses the provider's cache, and ours
    inferred = context.opportunity_source == "inferred"
    custom = bool(values.get("has_custom_content"))
    return _shared_parts.get((prompt, choice, inferred, custom, *context.shared), make)


def _shared_values(shared: Iterable[Fact], choice: Personalization) -> dict[str, Any]:
    facts = tuple(shared)
    most = min(_LONGEST_WISHED[choice.length], LENGTH_LIMITS[choice.length] - _FRAME)
    return {
        "role_facts": _listed(fact for fact in facts if fact.kind in _ROLE),
        "company_facts": _listed(fact for fact in facts if fact.kind in _COMPANY),
        "recruiter_facts": tuple(_recruiter_lines(facts)),
        "tone": choice.tone,
        "language": LANGUAGE_NAMES[choice.language],
        "address": ADDRESSES.get((choice.language, choice.tone == "professional"), ""),
        "most_characters": most,
        "most_words": _words(most),
    }


def _listed(facts: Iterable[Fact]) -> Lines:
    return tuple((fact.id, fact.text) for fact in facts)


def _strongest(facts: Iterable[Fact]) -> Lines:
    """The first facts, up to a number of characters; the first one always."""
    lines: list[tuple[str, str]] = []
    left = _PERSON_CHARACTERS
    for fact in facts:
        left -= len(fact.text)
        if left < 0 and lines:
            break
        lines.append((fact.id, fact.text))
    return tuple(lines)


def _recruiter_lines(facts: Iterable[Fact]) -> Iterable[tuple[str, str]]:
    """What a model may say of the recruiter; the name is left to the signature, so that no model signs (D-12)."""
    for fact in facts:
        if fact.kind == "recruiter" and (employer := fact.attributes.get("company")):
            yield fact.id, f"Recruiter's employer: {employer}"
        elif fact.kind in _RECRUITER and fact.kind != "recruiter":
            yield fact.id, fact.text


def _words(characters: int) -> int:
    """About how many English words fit, in tens: models count words better than characters."""
    return characters // 60 * 10


def _lines(text: str) -> list[str]:
    return [line for line in (raw.strip() for raw in text.splitlines()) if line]


def blotter(context: MessageContext) -> Callable[[str], str]:
    """A function that blots the candidate's names and contacts and the withheld values out of a text (D-6, D-12)."""
    said = " ".join(fact.text for fact in context.facts).casefold()
    withheld = (value for each in context.withheld for value in each.values if value.casefold() not in said)
    secret = sorted({value for value in (*context.private_names, *withheld) if len(value) > 1}, key=len, reverse=True)
    if not secret:
        return str
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, secret))})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub("…", text)
