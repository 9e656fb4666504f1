"""The plainest wording of "do not write to me again": a reply that has it is no Accept, whatever else it says (C-7)."""

from __future__ import annotations

import re
from typing import Final

_FOR_GOOD: Final = re.compile(
    r"\b(?:do not|don['’]?t|never) (?:contact|write|call|ring|e-?mail|message|text)(?: to)? me"
    r" (?:again|any ?more|at all|ever)\b"
    r"|\bno (?:me|nos) (?:escrib|contact|llam)\w{1,4} (?:más|nunca)\b"
    r"|\bne (?:me|nous) (?:contact|écri|rappel)\w{1,4} plus\b"
    r"|\b(?:kontaktieren|schreiben) sie (?:mich|mir) (?:bitte )?(?:nicht|nie) (?:mehr|wieder)\b"
    r"|\bnão (?:me|nos) (?:contact|contat|escrev|lig)\w{1,3} mais\b"
    r"|\bnon (?:mi (?:contatt|scriv|chiam)\w{1,3}|(?:contattate|scrivete|chiamate)mi) (?:mai )?più\b"
    r"|\b(?:benader|bel|mail|schrijf|contacteer) (?:me|mij|ons) (?:alstublieft )?(?:niet|nooit) meer\b"
    r"|二度と(?:連絡|メール|電話)(?:を)?しないで|(?:请|請)?(?:不要|别|別)再(?:联系|聯繫|打扰|骚扰)我",
    re.IGNORECASE,
)


def asks_to_be_left_alone(text: str) -> bool:
    """Whether a reply asks in so many words, in one of nine languages, that nobody writes to them again."""
    return _FOR_GOOD.search(text) is not None
