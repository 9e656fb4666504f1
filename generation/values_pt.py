"""How values are said in Portuguese, as in Brazil."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "presencial", "hybrid": "híbrido", "remote": "remoto"},
    employment={
        "full_time": "período integral",
        "part_time": "meio período",
        "contract": "prestação de serviços",
        "temporary": "contrato temporário",
        "internship": "estágio",
        "volunteer": "trabalho voluntário",
        "apprenticeship": "programa de aprendizagem",
    },
    seniority={
        "intern": "estágio",
        "entry": "nível júnior",
        "mid": "nível pleno",
        "senior": "nível sênior",
        "staff": "nível staff",
        "lead": "liderança de equipe",
        "manager": "gerência",
        "director": "diretoria",
        "executive": "alta direção",
    },
    periods={"hour": "por hora", "day": "por dia", "week": "por semana", "month": "por mês", "year": "por ano"},
    pay_between="entre {low} e {high}",
    pay_from="a partir de {low}",
    pay_up_to="até {high}",
    numbers=(
        "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze",
    ),
    one_year="um ano",
    years="{count} anos",
    more_than="mais de {years}",
    conjunctions=("e", "ou"),
    in_year=" em {year}",
    for_title=" ({title})",
    team="{name}",
    team_of="{name} ({count} integrantes)",
    quotes=("“", "”"),
    says={
        "open_to_work": frozenset("oportunidades propostas disponível disponibilidade".split()),
        "interest": frozenset(
            "segue seguir interesse contato contatos banco indicou indicação indicado conhece trabalhou".split()
        ),
        "application": frozenset("candidatou candidatura candidatar inscreveu inscrição processo".split()),
    },
    address=frozenset(
        "você vocês te ti contigo teu tua teus tuas seu sua seus suas lhe será terá fará poderá trabalhará".split()
    ),
)  # fmt: skip
