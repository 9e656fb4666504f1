"""How values are said in German."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "vor Ort", "hybrid": "hybrid", "remote": "remote"},
    employment={
        "full_time": "Vollzeit",
        "part_time": "Teilzeit",
        "contract": "freie Mitarbeit",
        "temporary": "befristet",
        "internship": "Praktikum",
        "volunteer": "Ehrenamt",
        "apprenticeship": "Ausbildung",
    },
    seniority={
        "intern": "Praktikum",
        "entry": "Berufseinstieg",
        "mid": "mit Berufserfahrung",
        "senior": "Senior-Level",
        "staff": "Staff-Level",
        "lead": "fachliche Leitung",
        "manager": "Führungsposition",
        "director": "Bereichsleitung",
        "executive": "Geschäftsleitung",
    },
    periods={"hour": "pro Stunde", "day": "pro Tag", "week": "pro Woche", "month": "im Monat", "year": "im Jahr"},
    pay_between="{low} bis {high}",
    pay_from="ab {low}",
    pay_up_to="bis zu {high}",
    numbers=(
        "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    ),
    one_year="ein Jahr",
    years="{count} Jahre",
    more_than="mehr als {years}",
    conjunctions=("und", "oder"),
    in_year=" {year}",
    for_title=" ({title})",
    team="Team {name}",
    team_of="Team {name} ({count} Personen)",
    quotes=("„", "“"),
    says={
        "open_to_work": frozenset("offen verfügbar".split()),
        "interest": frozenset(
            "folgst folgen interesse kontakt talentpool empfohlen empfehlung genannt kennst kennen gearbeitet".split()
        ),
        "application": frozenset("beworben bewerbung".split()),
    },
    address=frozenset("du dich dir dein deine deinem deinen deiner euch euer eure sie ihr ihre ihnen ihren".split()),
    keeps_capitals=True,
)  # fmt: skip
