"""From profile and opportunity to the numbered facts one message may rest on, and nothing else (D-2 to D-6, D-12)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter

from .facts import Fact, MessageContext, Withheld
from .identity_cache import IdentityCache
from .needs import Needs, read_needs
from .opportunity import Opportunity, resolve_opportunity
from .personalization import Personalization
from .screening import name_as_given, orders_among, reads_like_an_order
from .shared_facts import background_facts, opportunity_facts
from .signals import FitSignal, find_fit_signals, profile_texts

MOST_PERSONAL_FACTS = 16
_LONGEST_NAME = 8
"""Words of a person's name; what is longer is a text in its place, and the greeting does without (D-13)."""
_EVERYTHING = Personalization()
_MOST_OF_A_KIND = {"skill_match": 6, "achievement": 5, "position": 4, "school": 2, "side_project": 2, "interest": 1,
                   "application": 1}  # fmt: skip
_PROSE = frozenset(
    {
        "responsibility",
        "requirement",
        "benefit",
        "achievement",
        "side_project",
        "company_description",
        "culture",
        "value",
        "team",
    }
)


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for every candidate of one opportunity."""

    opportunity: Opportunity | None
    company_name: str | None
    needs: Needs | None
    facts: tuple[Fact, ...]
    withheld: tuple[Withheld, ...]
    suspicious: tuple[str, ...]
    digest: bytes


_common_parts: IdentityCache[_Common] = IdentityCache()


def build_context(
    candidate: Candidate,
    *,
    today: date,
    job: Job | None = None,
    project: Project | None = None,
    company: Company | None = None,
    team: Team | None = None,
    recruiter: Recruiter | None = None,
    personalization: Personalization | None = None,
) -> MessageContext:
    """Number the facts that a message about this opportunity to this candidate may use.

    An element that is off leaves no fact, and no text in which its value occurs (D-6). The candidate's name and
    contacts are kept apart from the facts (D-12). `today` dates the durations.

    Raises:
        ConfigurationError: there is nothing to write about (D-2).
    """
    choice = personalization or _EVERYTHING
    parts = (job, project, company, team, recruiter, choice)
    common = _common_parts.get(parts, lambda: _common(job, project, company, team, recruiter, choice))
    opportunity, shared, needs = common.opportunity, common.facts, common.needs
    personal: list[Fact] = []
    inferred_withheld: tuple[Withheld, ...] = ()
    if opportunity is None or needs is None:
        opportunity = resolve_opportunity(candidate)
        needs = read_needs(opportunity, company=common.company_name)
        inferred, inferred_withheld, _ = _switch(
            opportunity_facts(opportunity, needs, language=choice.language), choice
        )
        personal += inferred
    orders = orders_among(profile_texts(candidate))
    signals = find_fit_signals(candidate, needs=needs, today=today, orders=orders, language=choice.language)
    chosen, withheld = _choose(signals, choice)
    own_names = _own_names(candidate)
    chosen = [s for s in chosen if not any(name in s.text for name in own_names)] if own_names else chosen
    withheld = (*common.withheld, *inferred_withheld, *withheld)
    personal += _numbered(chosen[:MOST_PERSONAL_FACTS])
    if withheld:
        personal = list(_without_values(personal, withheld))
        shared = tuple(_without_values(shared, tuple(w for w in withheld if w not in common.withheld))) or shared
    return MessageContext(
        shared=shared,
        personal=tuple(personal),
        opportunity_source=opportunity.source,
        personalization=choice,
        salutation=_salutation(candidate, choice),
        recruiter_name=recruiter.name if recruiter and choice.is_on("recruiter_name") else None,
        recruiter_title=recruiter.title if recruiter and choice.is_on("recruiter_title") else None,
        recruiter_company=_signing_company(recruiter, common.company_name, choice),
        withheld=withheld,
        private_names=own_names + candidate.contacts.emails + candidate.contacts.phones + candidate.contacts.urls,
        suspicious=common.suspicious + tuple(sorted(orders)),
        opportunity_fields=opportunity.provenance,
        warnings=opportunity.warnings,
        today=today,
        seed=_seed(needs, signals),
        fingerprint=_fingerprint(common.digest, personal),
    )


def _common(
    job: Job | None,
    project: Project | None,
    company: Company | None,
    team: Team | None,
    recruiter: Recruiter | None,
    choice: Personalization,
) -> _Common:
    opportunity = resolve_opportunity(None, job=job, project=project) if job or project else None
    hiring = (opportunity.company if opportunity else None) or (name_as_given(company.name) if company else None)
    hiring = hiring or (recruiter.company if recruiter and opportunity is None else None)
    needs = read_needs(opportunity, company=hiring) if opportunity else None
    all_facts = [
        *(opportunity_facts(opportunity, needs, language=choice.language) if opportunity and needs else ()),
        *background_facts(
            hiring, company=company, team=team or (recruiter.team if recruiter else None), recruiter=recruiter,
            team_name=opportunity.team if opportunity else None,
        ),
    ]  # fmt: skip
    on, withheld, suspicious = _switch(all_facts, choice)
    digest = hashlib.sha256(choice.model_dump_json().encode() + repr(sorted(choice.off)).encode())
    for fact in on:
        digest.update(f"{fact.kind}\0{fact.text}\0".encode())
    return _Common(opportunity, hiring, needs, tuple(on), withheld, suspicious, digest.digest())


def _switch(facts: Iterable[Fact], choice: Personalization) -> tuple[list[Fact], tuple[Withheld, ...], tuple[str, ...]]:
    """Keep what is on and harmless; give back what is withheld and what reads like an order."""
    on: list[Fact] = []
    off: list[Withheld] = []
    suspicious: list[str] = []
    for fact in facts:
        if reads_like_an_order(fact.text):
            suspicious.append(fact.text)
        elif choice.is_on(fact.element):
            on.append(fact)
        else:
            off.append(Withheld(fact.element, _values_of(fact)))
    return list(_without_values(on, tuple(off))) if off else on, tuple(off), tuple(suspicious)


def _choose(signals: Iterable[FitSignal], choice: Personalization) -> tuple[list[FitSignal], tuple[Withheld, ...]]:
    chosen: list[FitSignal] = []
    off: list[Withheld] = []
    count: dict[str, int] = {}
    for signal in signals:
        if not choice.is_on(signal.element):
            off.append(Withheld(signal.element, signal.names or (signal.text,)))
            continue
        count[signal.kind] = count.get(signal.kind, 0) + 1
        if signal.left_out is None and count[signal.kind] <= _MOST_OF_A_KIND.get(signal.kind, MOST_PERSONAL_FACTS):
            chosen.append(signal)
    return chosen, tuple(off)


def _numbered(signals: Iterable[FitSignal]) -> Iterable[Fact]:
    return (
        Fact(f"C{i}", s.kind, s.element, s.text, s.sources, s.names, s.attributes) for i, s in enumerate(signals, 1)
    )


def _values_of(fact: Fact) -> tuple[str, ...]:
    if fact.names:
        return fact.names
    if "amount" in fact.attributes:
        return tuple(filter(None, (fact.attributes["amount"], fact.attributes["minimum"], fact.attributes["maximum"])))
    return (fact.attributes.get("said") or fact.text,)


def _without_values(facts: Iterable[Fact], off: Iterable[Withheld]) -> Iterable[Fact]:
    """Drop prose in which the value of an element that is off occurs, and forget where an achievement was made."""
    values = sorted({value for withheld in off for value in withheld.values if len(value) > 1}, key=len, reverse=True)
    if not values:
        return tuple(facts)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, values))})(?!\w)", re.IGNORECASE)
    kept: list[Fact] = []
    for fact in facts:
        if fact.kind == "achievement" and pattern.search(fact.attributes["company"]):
            fact = replace(fact, text=fact.attributes["text"], names=(), attributes={**fact.attributes, "company": ""})
        if fact.kind not in _PROSE or not pattern.search(fact.text):
            kept.append(fact)
    return tuple(kept)


def _salutation(candidate: Candidate, choice: Personalization) -> str | None:
    """The name as given; where a language is formal by surnames, the whole of it, since no Mr or Ms is guessed."""
    if choice.tone == "professional" and choice.language != "en" and not candidate.preferred_name:
        return name_as_given(candidate.name or candidate.salutation, most_words=_LONGEST_NAME)
    return name_as_given(candidate.salutation, most_words=_LONGEST_NAME)


def _own_names(candidate: Candidate) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((candidate.name, candidate.preferred_name)) if name and " " in name)


def _signing_company(recruiter: Recruiter | None, hiring: str | None, choice: Personalization) -> str | None:
    if recruiter is None or not choice.is_on("recruiter_name"):
        return None
    name = recruiter.company or hiring
    return name if name != hiring or choice.is_on("company_name") else None


def _seed(needs: Needs, signals: Iterable[FitSignal]) -> str:
    digest = hashlib.sha256(f"{needs.title}\0{needs.company}".encode())
    for signal in signals:
        said = "\0".join(signal.names) if signal.kind == "position" else signal.text  # dates are said by language
        digest.update(f"{signal.kind}\0{said}\0".encode())
    return digest.hexdigest()


def _fingerprint(common: bytes, personal: Iterable[Fact]) -> str:
    digest = hashlib.sha256(common)
    for fact in personal:
        digest.update(f"{fact.kind}\0{fact.text}\0".encode())
    return digest.hexdigest()
