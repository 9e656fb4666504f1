"""The checks on every draft: what blocks it, and what a good recruiter would change (D-10, D-11).

Each check is a pure function from a read draft to its findings, in a module of its own (`check_*.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from overture.prompts import RenderedPrompt

from .assembly import Assembled
from .check_addressee import check_addressee
from .check_benefits import check_benefits
from .check_counts import check_counts
from .check_dates import check_dates
from .check_durations import check_durations
from .check_echo import check_echo
from .check_elements import check_elements
from .check_employers import check_employers
from .check_entities import check_entities
from .check_form import check_custom_content, check_length, check_placeholders
from .check_frame import check_frame
from .check_inference import check_inference
from .check_input import CheckInput
from .check_invented import check_invented
from .check_language import check_language, check_mixed_address
from .check_mastery import check_mastery
from .check_names import check_names
from .check_numbers import check_numbers
from .check_opposites import check_opposites
from .check_orders import check_orders
from .check_places import check_places
from .check_protected import check_protected
from .check_relations import check_relations
from .check_roles import check_roles
from .check_salary import check_salary
from .check_schools import check_schools
from .check_skills import check_skills
from .check_standing import check_standing
from .check_style import check_style
from .check_titles import check_titles
from .check_values import check_values
from .check_wordings import check_local_style, check_wordings
from .choices import Language
from .draft import Finding
from .draft_reading import read_draft
from .facts import MessageContext

Check = Callable[[CheckInput], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    check_length,
    check_custom_content,
    check_placeholders,
    check_echo,
    check_orders,
    check_elements,
    check_language,
    check_protected,
    check_roles,
    check_relations,
    check_invented,
    check_addressee,
    check_inference,
    check_schools,
    check_employers,
    check_places,
    check_skills,
    check_mastery,
    check_titles,
    check_names,
    check_salary,
    check_benefits,
    check_dates,
    check_durations,
    check_numbers,
    check_counts,
    check_opposites,
    check_standing,
    check_style,
)


LOCAL_CHECKS: tuple[Check, ...] = (
    check_length,
    check_custom_content,
    check_placeholders,
    check_echo,
    check_orders,
    check_elements,
    check_language,
    check_wordings,
    check_invented,
    check_frame,
    check_entities,
    check_mastery,
    check_values,
    check_local_style,
    check_mixed_address,
)
"""The checks of a draft that is not English: they read word lists, not the grammar of one language."""


def checks_for(language: Language) -> tuple[Check, ...]:
    """The checks of a draft in this language."""
    return CHECKS if language == "en" else LOCAL_CHECKS


def check_draft(
    context: MessageContext,
    assembled: Assembled,
    *,
    custom_content: str | None = None,
    prompt: RenderedPrompt | None = None,
) -> tuple[Finding, ...]:
    """Everything found in a draft, blocking findings first, then by place.

    Custom content is exempt from all checks but the one that it stands there unaltered; greeting and signature are
    held against the context's names. `prompt` lets an echo of its instructions be found.
    """
    given = read_draft(context, assembled, custom_content=custom_content, prompt=prompt, keep=True)
    found = [finding for check in checks_for(given.language) for finding in check(given)]
    if len(found) > 1:
        found = _without_parts(found)
        found.sort(
            key=lambda finding: (
                finding.severity != "blocking",
                finding.field != "subject",
                finding.start,
                finding.code,
            )
        )
    return tuple(found)


def _without_parts(found: list[Finding]) -> list[Finding]:
    """Drop what is said already: doubles, and a place or number inside a name or amount that is itself a finding."""
    ordered = sorted(found, key=lambda each: (each.field, each.start, -each.end, _RANK.get(each.code, 0), each.code))
    kept: list[Finding] = []
    reach = {"subject": -1, "body": -1}
    for finding in ordered:
        if finding.code in _RANK:
            if finding.end <= reach[finding.field]:
                continue
            reach[finding.field] = finding.end
        elif kept and (kept[-1].code, kept[-1].start, kept[-1].end) == (finding.code, finding.start, finding.end):
            continue
        kept.append(finding)
    return kept


_RANK = {
    "unsupported_school": 0,
    "unsupported_employer": 1,
    "unsupported_salary": 2,
    "unsupported_skill": 3,
    "unsupported_place": 4,
    "unsupported_benefit": 5,
    "unsupported_date": 6,
    "unsupported_title": 7,
    "unsupported_number": 8,
    "unsupported_name": 9,
}
