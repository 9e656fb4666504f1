"""The words that sources use for workplace, employment, level and pay period, and what they mean: tables only.

A word that means two things, or none of ours ("Regular", "Other", "CDI"), is not listed: it is left absent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from overture.jobs import EmploymentType, PayPeriod, Seniority, WorkplaceType

T = TypeVar("T")

WORKPLACE: dict[str, WorkplaceType] = {
    "remote": "remote", "fully remote": "remote", "full remote": "remote", "100 remote": "remote", "full": "remote",
    "telecommute": "remote", "telecommuting": "remote", "work from home": "remote", "home office": "remote",
    "wfh": "remote", "homeoffice": "remote", "teletravail": "remote", "teletrabajo": "remote", "remoto": "remote",
    "remote only": "remote", "remote first": "remote", "anywhere": "remote", "a distance": "remote",
    "da remoto": "remote", "distributed": "remote",
    "hybrid": "hybrid", "hybrid remote": "hybrid", "partially remote": "hybrid", "hybride": "hybrid",
    "hibrido": "hybrid", "ibrido": "hybrid", "hybrid working": "hybrid", "teilweise home office": "hybrid",
    "on site": "on_site", "onsite": "on_site", "in office": "on_site", "in person": "on_site", "office": "on_site",
    "on premises": "on_site", "vor ort": "on_site", "sur site": "on_site", "presencial": "on_site",
    "in sede": "on_site", "op locatie": "on_site", "not remote": "on_site", "in the office": "on_site",
}  # fmt: skip

EMPLOYMENT: dict[str, EmploymentType] = {
    "full time": "full_time", "fulltime": "full_time", "full": "full_time", "permanent full time": "full_time",
    "fulltime permanent": "full_time", "full time permanent": "full_time", "full time employee": "full_time",
    "fulltime fixed term": "full_time", "vollzeit": "full_time", "temps plein": "full_time",
    "jornada completa": "full_time", "tiempo completo": "full_time", "tempo integral": "full_time",
    "tempo pieno": "full_time", "voltijd": "full_time", "full time regular": "full_time",
    "employee full time": "full_time",
    "part time": "part_time", "parttime": "part_time", "part": "part_time", "parttime permanent": "part_time",
    "part time permanent": "part_time", "parttime fixed term": "part_time", "teilzeit": "part_time",
    "temps partiel": "part_time", "media jornada": "part_time", "tiempo parcial": "part_time",
    "meio periodo": "part_time", "tempo parziale": "part_time", "deeltijd": "part_time",
    "contract": "contract", "contractor": "contract", "1099 contract": "contract", "freelance": "contract",
    "freelancer": "contract", "independent contractor": "contract", "independent contract": "contract",
    "consultant": "contract", "contract to hire": "contract", "freelancing": "contract", "1099": "contract",
    "temporary": "temporary", "temp": "temporary", "fixed term": "temporary", "seasonal": "temporary",
    "befristet": "temporary", "cdd": "temporary", "interim": "temporary", "zeitarbeit": "temporary",
    "temporal": "temporary", "temporario": "temporary", "tempo determinato": "temporary", "tijdelijk": "temporary",
    "intern": "internship", "internship": "internship", "praktikum": "internship", "stage": "internship",
    "stagiaire": "internship", "practicas": "internship", "estagio": "internship", "tirocinio": "internship",
    "trainee internship": "internship",
    "volunteer": "volunteer", "voluntary": "volunteer", "ehrenamt": "volunteer", "benevole": "volunteer",
    "voluntario": "volunteer", "vrijwilliger": "volunteer",
    "apprentice": "apprenticeship", "apprenticeship": "apprenticeship", "ausbildung": "apprenticeship",
    "alternance": "apprenticeship", "apprentissage": "apprenticeship", "apprendistato": "apprenticeship",
}  # fmt: skip

SENIORITY: dict[str, Seniority] = {
    "internship": "intern", "intern": "intern", "student": "intern",
    "entry": "entry", "entry level": "entry", "junior": "entry", "graduate": "entry", "jr": "entry",
    "berufseinsteiger": "entry", "debutant": "entry",
    "mid": "mid", "mid level": "mid", "middle": "mid", "intermediate": "mid", "midlevel": "mid",
    "senior": "senior", "sr": "senior", "senior level": "senior", "mid senior level": "senior",
    "staff": "staff", "principal": "staff",
    "lead": "lead", "team lead": "lead", "tech lead": "lead",
    "manager": "manager", "senior manager": "manager",
    "director": "director", "head": "director",
    "executive": "executive", "top level": "executive", "c level": "executive", "vp": "executive",
    "senior executive": "executive",
}  # fmt: skip

PERIODS: dict[str, PayPeriod] = {
    "hour": "hour", "hourly": "hour", "hr": "hour", "h": "hour", "per hour": "hour", "1 hour": "hour", "stunde": "hour",
    "heure": "hour", "hora": "hour", "ora": "hour", "uur": "hour", "hur": "hour", "per hour wage": "hour",
    "std": "hour",
    "per hour salary": "hour", "an hour": "hour", "hours": "hour",
    "day": "day", "daily": "day", "per day": "day", "1 day": "day", "tag": "day", "jour": "day", "dia": "day",
    "giorno": "day", "dag": "day", "d": "day", "a day": "day", "per day wage": "day", "days": "day",
    "week": "week", "weekly": "week", "per week": "week", "1 week": "week", "woche": "week", "semaine": "week",
    "semana": "week", "settimana": "week", "wk": "week", "a week": "week", "per week salary": "week", "weeks": "week",
    "month": "month", "monthly": "month", "per month": "month", "1 month": "month", "mo": "month", "monat": "month",
    "monatlich": "month", "mois": "month", "mes": "month", "mese": "month", "maand": "month", "mon": "month",
    "mensual": "month", "mensuel": "month", "mensal": "month", "per month salary": "month", "a month": "month",
    "months": "month",
    "year": "year", "yearly": "year", "annual": "year", "annually": "year", "annum": "year", "per annum": "year",
    "per year": "year", "1 year": "year", "yr": "year", "jahr": "year", "jahrlich": "year", "jahresgehalt": "year",
    "an": "year", "annee": "year", "ano": "year", "anno": "year", "jaar": "year", "ann": "year", "pa": "year",
    "p a": "year", "brut annuel": "year", "per year salary": "year", "a year": "year", "years": "year", "anual": "year",
    "annuel": "year",
}  # fmt: skip


def look_up(table: Mapping[str, T], value: str | None) -> T | None:
    """What a word means, whatever its case, accents, hyphens and camel case; None where the table does not say."""
    return table.get(_key(value)) if value else None


def agreed(table: Mapping[str, T], values: Iterable[str]) -> T | None:
    """What all the known words among the values mean; None where they contradict each other."""
    found = {meaning for value in values if (meaning := look_up(table, value)) is not None}
    return found.pop() if len(found) == 1 else None


def _key(value: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value)
    folded = "".join(ch for ch in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(ch))
    return " ".join(re.findall(r"[^\W_]+", folded))
