"""How values are said in Italian."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "in sede", "hybrid": "lavoro ibrido", "remote": "da remoto"},
    employment={
        "full_time": "tempo pieno",
        "part_time": "part-time",
        "contract": "collaborazione freelance",
        "temporary": "tempo determinato",
        "internship": "stage",
        "volunteer": "volontariato",
        "apprenticeship": "apprendistato",
    },
    seniority={
        "intern": "stage",
        "entry": "prima esperienza",
        "mid": "livello intermedio",
        "senior": "livello senior",
        "staff": "livello staff",
        "lead": "livello lead",
        "manager": "coordinamento",
        "director": "direzione",
        "executive": "direzione generale",
    },
    periods={
        "hour": "all'ora", "day": "al giorno", "week": "alla settimana", "month": "al mese", "year": "all'anno",
    },
    pay_between="da {low} a {high}",
    pay_from="a partire da {low}",
    pay_up_to="fino a {high}",
    numbers=(
        "zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici",
    ),
    one_year="un anno",
    years="{count} anni",
    more_than="più di {years}",
    conjunctions=("e", "o"),
    in_year=" nel {year}",
    for_title=" ({title})",
    team="team {name}",
    team_of="team {name} ({count} persone)",
    quotes=("“", "”"),
    says={
        "open_to_work": frozenset("disponibile disponibilità opportunità valuti valuta valutando".split()),
        "interest": frozenset(
            """segui segue seguendo interesse contatto contatti candidati pool segnalato consigliato conosci
            conosce lavorato""".split()
        ),
        "application": frozenset("candidatura candidature".split()),
    },
    address=frozenset("tu ti te tuo tua tuoi tue voi vi vostro vostra vostri vostre lei".split()),
)  # fmt: skip
