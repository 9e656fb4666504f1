"""Job titles without what is not title: gender marks, requisition numbers, places said elsewhere, terms of work."""

from __future__ import annotations

import re
from collections.abc import Iterable

from overture.jobs import EmploymentType, Place, Seniority, WorkplaceType

from .places import country_code
from .shapes import words
from .terms import EMPLOYMENT, WORKPLACE, agreed, look_up

_GENDER_MARK = re.compile(
    r"\s*[(\[]\s*(?:(?:m|w|f|d|x|h|v|i|gn|div|all|m/w|a|\*)(?:\s*[/|,]\s*(?:m|w|f|d|x|h|v|i|gn|div|a|nb|\*))+|gn|"
    r"all genders?|alle geschlechter|mensch|h/f|any gender)\s*[)\]]|"
    r"\s+(?:m/w/d|w/m/d|m/f/d|f/m/d|m/f/x|h/f|f/h|m/v/x)(?=\s|$)",
    re.IGNORECASE,
)
_REQUISITION = re.compile(
    r"\s*[(\[#-]*\s*\b(?:(?:req|requisition|job|ref|reference|posting|id|jr|vacancy)(?:\s*(?:id|no|number|nr))?\.?\s*[:#-]?\s*#?\s*[A-Z]{0,4}-?\d{3,}[A-Z]?|"
    r"[RJ]{1,2}-?\d{4,})\b\s*[)\]]*|\s*#\d{3,}\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]{1,60})[)\]]\s*")
_SEPARATOR = re.compile(r"\s+[-–—|@]\s*|[-–—|@]\s+|,\s+")
_GENERIC_PLACE = words(
    "region area greater metro remote hybrid onsite office based and or only in the de eu",
)
_OPTIONAL_LEVEL = re.compile(r"^\s*\(\s*(?:senior|sr|junior|jr|lead|mid)\.?\s*\)", re.IGNORECASE)

_ENGINEERS = (
    r"(?:engineers?|developers?|scientists?|designers?|researchers?|architects?|advocates?|swe|sre|programmers?|"
    r"product managers?|technologists?)"
)
_LEVELS: tuple[tuple[Seniority, str], ...] = (
    (
        "intern",
        r"\b(?:intern|interns|internship|praktikant|praktikantin|praktikum|stagiaire|tirocinante|estagiári[oa])\b",
    ),
    (
        "entry",
        r"\b(?:junior|jr\.?|entry[ -]level|new grad(?:uate)?|university graduate|recent graduate|graduate "
        r"(?:software|mechanical|civil|electrical|data|trainee|engineer|developer)|berufseinsteiger)\b",
    ),
    ("mid", r"\b(?:mid[ -]?level|mid(?=[ -]senior)|intermediate)\b"),
    ("senior", r"\b(?:senior|sr\b\.?)(?! (?:living|care|citizens?|services|center|centre|housing|home))"),
    (
        "staff",
        rf"\bstaff(?=(?: [\w&/+#.-]+){{0,3}} {_ENGINEERS}\b)|"
        r"(?<!assistant )(?<!vice )(?<!deputy )\bprincipal(?= [a-z])",
    ),
    (
        "lead",
        r"\b(?:(?:tech(?:nical)?|team|engineering|squad|shift) lead|"
        r"lead (?!generation|gen\b|time|abatement|qualification|poison)(?=[a-z])|teamleit(?:er|ung))",
    ),
    (
        "director",
        r"\bhead of\b|(?<!assistant )(?<!deputy )(?<!associate )(?<!art )(?<!casting )(?<!funeral )(?<!music )"
        r"(?<!stage )(?<!medical )(?<!managing )(?<!executive )\bdirector\b",
    ),
    (
        "executive",
        r"\b(?:vp|svp|evp|vice president|managing director|executive director|"
        r"c[etfopmi]o|ciso|chief (?:[\w&]+ ){1,3}officer)\b",
    ),
)
_LEVEL_PATTERNS: tuple[tuple[Seniority, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern, re.IGNORECASE)) for level, pattern in _LEVELS
)

_ACRONYMS = words(
    "IT HR QA UX UI AI ML BI PR CNA LPN RN EMT ICU NYC USA UK EU SQL ERP CRM SAP LAN WAN GIS HVAC CAD EEO IS",
    "DB DBA OMB DOC DOT ACS HDA HA CCRB DCAS NYPD FDNY OCME MIS QC PMO CPA CFO CEO CTO COO CIO ADA ESL PC TV",
    "VP II III IV VI VII NM PT MA OATH HRA DOE DEP DSS MHSS NCA EMS",
)
_SMALL = words("of and the for to in at on by with a an or")


def clean_title(title: str, places: Iterable[Place] = (), codes: Iterable[str | None] = ()) -> str:
    """The title without gender marks, requisition numbers, bracketed terms of work and a place that is said elsewhere.

    >>> clean_title("(1099 Contract) Project Manager (f/m/d) - Berlin, Germany", [Place(locality="Berlin")])
    'Project Manager'
    """
    known = tuple(places)
    text = _GENDER_MARK.sub(" ", _REQUISITION.sub(" ", title))
    text = re.sub(r"\s*[(\[][^()\[\]]*$", "", text) or text  # a bracket that was cut off before its end
    for code in filter(None, codes):  # the post's own numbers, whatever they look like
        text = re.sub(
            rf"\s*[(\[]\s*{re.escape(code)}\s*[)\]]|^\s*{re.escape(code)}\b\W+|\W+\b{re.escape(code)}\s*$", " ", text
        )
    for found in list(_BRACKETED.finditer(text)):
        if _is_terms(found[1]) or _is_place(found[1], known):
            text = text.replace(found[0], " ", 1)
    text = " ".join(text.split()).strip(" -–—|,")
    shorter = _without_tail(text, known)
    while shorter != text:
        text, shorter = shorter, _without_tail(shorter, known)
    return text or " ".join(title.split())


def title_terms(title: str) -> tuple[WorkplaceType | None, EmploymentType | None]:
    """The workplace and the employment that a title names in brackets or after a dash."""
    pieces = [found[1] for found in _BRACKETED.finditer(title)] + re.split(r"\s[-–—|]\s", title)[1:]
    return agreed(WORKPLACE, pieces), agreed(EMPLOYMENT, pieces)


def title_seniority(title: str) -> Seniority | None:
    """The level that a title states without doubt, else None.

    "Manager" is a job, not a level; "(Senior) Accountant" leaves it open; "Senior/Staff Engineer" names two;
    "Multiple roles" is no title.
    """
    if re.match(r"(?:multiple|various|several)\b", title, re.IGNORECASE):
        return None
    text = _OPTIONAL_LEVEL.sub("", title)
    found: list[tuple[Seniority, re.Pattern[str]]] = [each for each in _LEVEL_PATTERNS if each[1].search(text)]
    if found and found[0][0] == "intern":
        return "intern" if all(level in {"intern", "entry"} for level, _ in found) else None
    if len(found) != 1 or ";" in text:
        return None
    level, pattern = found[0]
    parts = re.split(r"\s/\s", text)
    # "Senior Backend / Platform Engineer" is senior; "Founding CTO / Systems Engineer" is two jobs.
    said = [pattern.search(part) is not None for part in parts]
    return level if all(said) or (said[0] and level in {"entry", "mid", "senior", "lead"}) else None


def title_case(title: str) -> str:
    """A title in capitals as a title: "PUBLIC HEALTH NURSE" is "Public Health Nurse"; "IT", "HR" and such stay."""

    def word(found: re.Match[str]) -> str:
        text = found[0]
        bracketed = (
            found.start() > 0 and title[found.start() - 1] == "(" and title[found.end() : found.end() + 1] == ")"
        )
        if text in _ACRONYMS or (bracketed and len(text) <= 4):
            return text
        if text.casefold() in _SMALL and found.start() > 0 and found.end() < len(title):
            return text.lower()
        return text[0] + text[1:].lower()

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", word, title)


def _without_tail(text: str, places: tuple[Place, ...]) -> str:
    for found in _SEPARATOR.finditer(text):
        tail = text[found.end() :]
        slogan = tail.endswith((".", "!")) and " " in tail and not tail.endswith("Inc.")
        if found.start() > 0 and tail and (slogan or _is_terms(tail) or _is_place(tail, places)):
            return text[: found.start()].strip(" -–—|,")
    return text


def _is_terms(text: str) -> bool:
    """Whether the text says nothing but where or how one works."""
    words = [piece for piece in re.split(r"\s*[,/|&+]\s*|\s+(?:or|and)\s+", text) if piece]
    urgent = {"urgent", "new", "hiring", "immediate start", "apply now"}
    return bool(words) and all(
        look_up(WORKPLACE, piece) or look_up(EMPLOYMENT, piece) or piece.casefold() in urgent for piece in words
    )


def _is_place(text: str, places: tuple[Place, ...]) -> bool:
    """Whether the text repeats the job's place, alone or with its region."""
    names = {name.casefold() for place in places for name in (place.locality, place.region, place.country) if name}
    pieces = [piece.strip().casefold() for piece in re.split(r"[,/|()]|\s[-–]\s", text) if piece.strip()]
    if not pieces or not names:
        return False
    codes = {country_code(place.country) for place in places} - {None}
    # A code of two or three letters may be a word of the trade ("IT"), so only a country's name counts.
    named = [piece in names or (len(piece) > 3 and country_code(piece) in codes) for piece in pieces]
    beside = [
        set(piece.split()) <= _GENERIC_PLACE or (not codes and country_code(piece) is not None) for piece in pieces
    ]
    if all(one or other for one, other in zip(named, beside, strict=True)):
        return any(named)
    return named[0] and named[-1] and len(pieces) > 1
