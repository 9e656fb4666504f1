"""How values are said in Dutch."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "op locatie", "hybrid": "hybride", "remote": "op afstand"},
    employment={
        "full_time": "fulltime",
        "part_time": "parttime",
        "contract": "freelance",
        "temporary": "tijdelijk",
        "internship": "stage",
        "volunteer": "vrijwilligerswerk",
        "apprenticeship": "leerwerktraject",
    },
    seniority={
        "intern": "stage",
        "entry": "startersniveau",
        "mid": "medior",
        "senior": "senior",
        "staff": "staff-niveau",
        "lead": "vakinhoudelijke leiding",
        "manager": "leidinggevend",
        "director": "directieniveau",
        "executive": "hoogste directie",
    },
    periods={"hour": "per uur", "day": "per dag", "week": "per week", "month": "per maand", "year": "per jaar"},
    pay_between="{low} tot {high}",
    pay_from="vanaf {low}",
    pay_up_to="tot {high}",
    numbers=(
        "nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf",
    ),
    one_year="één jaar",
    years="{count} jaar",
    more_than="meer dan {years}",
    conjunctions=("en", "of"),
    in_year=" in {year}",
    for_title=" ({title})",
    team="{name}",
    team_of="{name} ({count} mensen)",
    quotes=("‘", "’"),
    says={
        "open_to_work": frozenset("openstaat openstaan opensta open beschikbaar".split()),
        "interest": frozenset(
            "volgt volgen interesse belangstelling contact talentpool gewezen aanbevolen kent kennen gewerkt".split()
        ),
        "application": frozenset("gesolliciteerd sollicitatie solliciteerde".split()),
    },
    address=frozenset("je jij jou jouw jullie u uw".split()),
)  # fmt: skip
