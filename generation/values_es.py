"""How values are said in Spanish."""

from __future__ import annotations

from .value_words import ValueWords

VALUES = ValueWords(
    workplaces={"on_site": "presencial", "hybrid": "híbrido", "remote": "remoto"},
    employment={
        "full_time": "jornada completa",
        "part_time": "jornada parcial",
        "contract": "freelance",
        "temporary": "contrato temporal",
        "internship": "prácticas",
        "volunteer": "voluntariado",
        "apprenticeship": "contrato de formación",
    },
    seniority={
        "intern": "prácticas",
        "entry": "nivel inicial",
        "mid": "nivel intermedio",
        "senior": "nivel sénior",
        "staff": "nivel staff",
        "lead": "liderazgo de equipo",
        "manager": "mando intermedio",
        "director": "dirección",
        "executive": "alta dirección",
    },
    periods={"hour": "por hora", "day": "al día", "week": "a la semana", "month": "al mes", "year": "al año"},
    pay_between="entre {low} y {high}",
    pay_from="desde {low}",
    pay_up_to="hasta {high}",
    numbers=(
        "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
    ),
    one_year="un año",
    years="{count} años",
    more_than="más de {years}",
    conjunctions=("y", "o"),
    in_year=" en {year}",
    for_title=" ({title})",
    team="{name}",
    team_of="{name} ({count} personas)",
    quotes=("«", "»"),
    says={
        "open_to_work": frozenset("oportunidades propuestas ofertas cambio disponible disponibilidad".split()),
        "interest": frozenset(
            """sigues sigue seguir interés contacto bolsa recomendó recomendado recomendación referencia conoces conoce
            trabajaste trabajó""".split()
        ),
        "application": frozenset(
            "candidatura candidaturas postulaste postuló postulación presentaste presentó solicitud".split()
        ),
    },
    address=frozenset(
        """tú tu tus te ti contigo tuyo tuya usted ustedes vosotros vosotras os vuestro vuestra vuestros vuestras
        serás tendrás harás podrás trabajarás liderarás formarás participarás gestionarás desarrollarás colaborarás
        ayudarás diseñarás coordinarás supervisarás darás llevarás estarás""".split()
    ),
)  # fmt: skip
