"""A second message by rule: one fact that the first did not give, a way out, no reproach, and shorter (D-1, D-15)."""

from __future__ import annotations

from collections.abc import Iterator

from .assembly import after_greeting, assemble
from .facts import MessageContext
from .lexicon import grammar_words, words_of
from .opening import Opening
from .phrasing import Phrasing
from .plan import phrasing_of
from .reasons import employer_units, fit_units
from .role import Role, read_role, role_units, spoken_title
from .unit import Unit
from .writers import FirstMessage, WriterOutput

_RE = "Re: "
_SAID_SHARE = 0.6
"""A sentence of whose telling words the first message has so many was said there."""
_LONGEST_FACT = 170
_COLON = " :\u00a0"


def write_follow_up(context: MessageContext, first: FirstMessage) -> WriterOutput:
    """The richest of the second messages that are shorter than the first."""
    subject = first.subject if first.subject.startswith(_RE) else f"{_RE}{first.subject}"
    bodies = list(_bodies(context, first))
    fitting = (body for body in bodies if len(assemble(context, WriterOutput(subject, body)).body) < first.longest)
    return WriterOutput(subject[:200], next(fitting, bodies[-1]))


def _bodies(context: MessageContext, first: FirstMessage) -> Iterator[str]:
    """Second messages, from the richest to the shortest."""
    phrasing = phrasing_of(context)
    role = read_role(context)
    way_out = phrasing.say("way_out") or ""
    for unit in _unsaid(context, role, phrasing, first):
        yield f"{_one_more(unit.text, phrasing)} {way_out}"
    title = spoken_title(role.title)
    if title and (still_open := phrasing.say("nothing_new", role=title)) and not role.inferred:
        yield f"{still_open} {way_out}"
    yield way_out
    yield phrasing.shortest("way_out")


def _one_more(fact: str, phrasing: Phrasing) -> str:
    """The fact behind our words for it; a sentence of its own where it has a colon, or would keep its capital."""
    if ":" not in fact and phrasing.pack.own_first_words:
        return phrasing.say("one_more", fact=after_greeting(fact, phrasing.pack)) or fact
    lead = phrasing.say("one_more", fact="") or ""
    return f"{lead.rstrip(_COLON)}. {fact}"


def _unsaid(context: MessageContext, role: Role, phrasing: Phrasing, first: FirstMessage) -> list[Unit]:
    """What the first message did not tell: of role and employer, then of the fit, the weightiest first."""
    said = set(words_of(f"{first.subject} {first.body}"))
    about_job = [*role_units(context, role, phrasing)[1:], *employer_units(context, role, phrasing)]
    about_person = fit_units(context, role, Opening(), phrasing)
    return [
        unit
        for units in (about_job, about_person)
        for unit in sorted(units, key=lambda unit: -unit.weight)
        if len(unit.text) <= _LONGEST_FACT and _is_fresh(unit.text, said)
    ]


def _is_fresh(text: str, said: set[str]) -> bool:
    telling = {word for word in words_of(text) if word not in grammar_words()}
    return len(telling & said) < _SAID_SHARE * len(telling)
