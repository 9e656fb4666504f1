"""What an opportunity needs, read once and held against every candidate."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .opportunity import Opportunity
from .skills import skill_key, skills_in
from .titles import is_software, topic_of
from .words import stems

_LEGAL_FORM = re.compile(
    r"[\s,]+(?:inc|llc|ltd|limited|plc|gmbh|ag|se|sa|s\.a|bv|b\.v|nv|ab|oy|as|aps|corp|corporation|co|company|group|kg)\.?$",
    re.IGNORECASE,
)
_COMPUTING = stems("computer science computing informatics software information technology")
_SAYS_LITTLE = stems(
    "improve lead manage develop build create deliver drive support implement collaborate process system business"
    " result performance score technology technical product customer client platform team project solution quality"
    " strong experience knowledge ability skill excellent include relevant help ensure multiple understanding proven"
    " track record preferred required minimum environment based full high responsible best various"
    " different new large growth opportunity success successful value impact real world people"
)
_EARLY = frozenset({"intern", "entry"})


@dataclass(frozen=True, slots=True)
class Needs:
    """The opportunity as relevance is counted: its title, skills in order of priority, and topic stems."""

    title: str
    company: str
    skills: tuple[str, ...]
    skills_source: str
    terms: frozenset[str]
    key_terms: frozenset[str]
    """The stems of the title's topic and of the skills: one of them is enough to be relevant."""
    skill_names: re.Pattern[str] | None
    text: str
    is_early_career: bool

    def overlap(self, text: str) -> frozenset[str]:
        """The topic stems that a text shares with the opportunity."""
        return stems(text) & self.terms

    def names_a_skill(self, text: str) -> bool:
        """Whether a text names one of the wanted skills as the opportunity spells it."""
        return self.skill_names is not None and self.skill_names.search(text) is not None

    def is_hiring_company(self, name: str) -> bool:
        """Whether a name is the hiring company's, legal form aside."""
        return bool(self.company) and company_key(name) == company_key(self.company)

    def mentions(self, skill: str) -> bool:
        """Whether the opportunity's text names a skill word for word."""
        lowered = skill.lower()
        at = self.text.find(lowered) if len(lowered) > 2 else -1
        if at < 0:
            return False
        end = at + len(lowered)
        return not (self.text[at - 1 : at].isalnum() or self.text[end : end + 1].isalnum())


def read_needs(opportunity: Opportunity, *, company: str | None = None) -> Needs:
    """What an opportunity asks for; skills that it does not list are taken from its requirements and duties."""
    told = (*opportunity.requirements, *opportunity.responsibilities)
    skills, source = opportunity.skills, opportunity.provenance.get("skills", "")
    if not skills:
        skills = skills_in((*((opportunity.title,) if opportunity.title else ()), *told))
        source = opportunity.provenance.get("requirements") or opportunity.provenance.get("responsibilities", "")
    by_key = {skill_key(skill): skill for skill in reversed(skills)}
    skills = tuple(skill for skill in skills if by_key[skill_key(skill)] is skill)
    text = " ".join((opportunity.title or "", *skills, *told, opportunity.industry or ""))
    return Needs(
        title=opportunity.title or "",
        company=opportunity.company or company or "",
        skills=skills,
        skills_source=source,
        terms=(stems(text) - _SAYS_LITTLE) | (_COMPUTING if is_software(opportunity.title or "") else frozenset[str]()),
        key_terms=topic_of(opportunity.title or "") | stems(" ".join(skills)),
        skill_names=re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, skills))})(?!\w)") if skills else None,
        text=text.lower(),
        is_early_career=opportunity.seniority in _EARLY or "graduate" in (opportunity.title or "").lower(),
    )


def company_key(name: str) -> str:
    """A company's name without legal form and case."""
    return _LEGAL_FORM.sub("", name.strip()).casefold()
