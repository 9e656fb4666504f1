"""How values are said in French."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "sur site", "hybrid": "hybride", "remote": "à distance"},
    employment={
        "full_time": "temps plein",
        "part_time": "temps partiel",
        "contract": "mission en freelance",
        "temporary": "contrat temporaire",
        "internship": "stage",
        "volunteer": "bénévolat",
        "apprenticeship": "apprentissage",
    },
    seniority={
        "intern": "stage",
        "entry": "premier poste",
        "mid": "niveau confirmé",
        "senior": "niveau senior",
        "staff": "niveau staff",
        "lead": "niveau lead",
        "manager": "encadrement",
        "director": "direction",
        "executive": "direction générale",
    },
    periods={"hour": "de l'heure", "day": "par jour", "week": "par semaine", "month": "par mois", "year": "par an"},
    pay_between="de {low} à {high}",
    pay_from="à partir de {low}",
    pay_up_to="jusqu'à {high}",
    numbers=(
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    ),
    one_year="un an",
    years="{count} ans",
    more_than="au moins {years}",
    conjunctions=("et", "ou"),
    in_year=" en {year}",
    for_title=" ({title})",
    team="l'équipe {name}",
    team_of="l'équipe {name} ({count} personnes)",
    quotes=("«\u00a0", "\u00a0»"),
    says={
        "open_to_work": frozenset("écoute disponible ouverture".split()),
        "interest": frozenset(
            """suis suivez suit intérêt contact échangé vivier recommandé recommandation connais connaissez
            travaillé""".split()
        ),
        "application": frozenset("postulé candidature candidaté".split()),
    },
    address=frozenset("tu te toi ton ta tes vous votre vos".split()),
)  # fmt: skip
