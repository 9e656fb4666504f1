"""How the sections of job posts are headed, in seven languages: a table, so that a phrase is added without code.

A phrase matches whole words of a heading, whatever its case, accents and quotes; `^` ties it to the heading's start,
`$` to its end. The longest matching phrase decides; `sections` reads the table.
"""

from __future__ import annotations

from typing import Literal

SectionKind = Literal[
    "responsibilities", "requirements", "nice_to_have", "benefits", "role", "company", "pay", "process", "legal"
]

HEADINGS: dict[SectionKind, tuple[str, ...]] = {
    "responsibilities": (
        # English
        "responsibilities", "responsibility", "accountabilities", "duties", "what you'll do", "what you will do",
        "what you'll be doing", "what you will be doing", "what will you do", "what will you be doing",
        "what you'll own", "what you will own", "what you'll work on", "what you will work on", "things you'll do",
        "what you'll accomplish", "what you do", "what you would do", "what you'd do", "how you'll contribute",
        "how you will contribute", "how you'll make an impact", "how you will make an impact", "how you'll spend",
        "you will$", "you'll$", "you will be$", "you get to", "you'll get to", "you will get to", "your tasks",
        "^tasks", "your duties", "your role$", "your impact", "impact you'll have", "impact you will have",
        "your contribution", "your mission", "your day", "day to day", "day-to-day", "typical day", "a day in the life",
        "essential functions", "job functions", "key functions", "scope of work", "what the job involves",
        "what the role involves", "what's the job", "what you'll be responsible for", "you will be responsible for",
        "the role involves", "main activities", "key activities", "key deliverables", "your challenge", "the work$",
        # German
        "aufgaben", "deine aufgaben", "ihre aufgaben", "aufgabengebiet", "tätigkeiten", "tätigkeit", "das machst du",
        "was du machst", "was du tust", "das erwartet dich", "das erwartet sie", "was dich erwartet",
        "was sie erwartet", "dein beitrag", "deine rolle", "ihre rolle", "verantwortlichkeiten",
        "deine verantwortung", "das bewegst du", "wobei du uns unterstützt", "dein job$", "deine mission",
        # French
        "missions", "vos missions", "tes missions", "votre mission", "ta mission", "responsabilités", "tâches",
        "vos responsabilités", "activités principales", "ce que vous ferez", "ce que tu feras", "votre rôle",
        "ton rôle", "le poste consiste", "au quotidien",
        # Spanish
        "responsabilidades", "funciones", "tus funciones", "tareas", "qué harás", "lo que harás", "tu misión",
        "qué vas a hacer", "tu día a día", "tu rol",
        # Portuguese
        "atividades", "atribuições", "tarefas", "o que você vai fazer", "o que vais fazer", "o que irás fazer",
        "funções", "suas responsabilidades", "principais responsabilidades", "seu dia a dia", "o teu dia a dia",
        # Italian
        "responsabilità", "mansioni", "attività", "compiti", "cosa farai", "di cosa ti occuperai", "il tuo ruolo",
        "attività principali",
        # Dutch
        "taken", "jouw taken", "taken en verantwoordelijkheden", "verantwoordelijkheden", "werkzaamheden",
        "wat ga je doen", "wat je gaat doen", "dit ga je doen", "wat doe je", "jouw rol", "je rol",
    ),
    "requirements": (
        "requirements", "requirement", "qualifications", "what you'll bring", "what you will bring", "what you bring",
        "what you'll need", "what you will need", "what you need", "what you have", "what you'll have",
        "what we need", "who you are", "about you", "^you have$", "if you have$", "you need to have", "you bring",
        "your background", "your profile", "your skills", "your experience", "your qualifications", "your expertise",
        "skills and experience", "experience and skills", "skills & experience", "knowledge, skills",
        "skills and qualifications", "skills & qualifications", "^skills$", "^experience$", "key skills",
        "required skills", "technical skills", "must have", "must haves", "must-have", "must-haves", "what we expect",
        "what we're looking for", "what we are looking for", "what we look for", "who we're looking for",
        "who we are looking for", "who we look for", "we're looking for", "we are looking for", "we look for",
        "we'd love to hear from you if", "at a minimum", "minimum qualifications", "basic qualifications",
        "great addition", "great fit if", "good fit if", "right for you if", "might be a fit", "fit for this role",
        "essential criteria", "^essential$", "^baseline$", "person specification", "education and experience",
        "education & experience", "to be successful", "to succeed", "succeed in this role", "ideal candidate",
        "you should have", "you must have", "competencies", "candidate profile", "eligibility", "you'll thrive",
        "what makes you", "we expect from you", "licenses and certifications",
        # German
        "anforderungen", "profil", "dein profil", "ihr profil", "qualifikation", "qualifikationen",
        "das bringst du mit",
        "das bringen sie mit", "was du mitbringst", "was sie mitbringen", "du bringst mit", "sie bringen mit",
        "voraussetzungen", "kenntnisse", "wir erwarten", "wir suchen", "damit überzeugst du", "das solltest du",
        # French
        "profil", "votre profil", "ton profil", "profil recherché", "compétences", "compétences requises",
        "exigences", "qualifications requises", "ce que nous recherchons", "vous avez", "formation et expérience",
        "pré-requis", "prérequis",
        # Spanish
        "requisitos", "perfil", "tu perfil", "requerimientos", "qué buscamos", "lo que buscamos", "buscamos",
        "conocimientos", "experiencia requerida", "qué necesitas",
        # Portuguese
        "requisitos", "qualificações", "perfil", "o que procuramos", "o que buscamos", "o que esperamos",
        "o que precisas", "o que você precisa", "competências", "pré-requisitos",
        # Italian
        "requisiti", "profilo", "competenze", "cosa cerchiamo", "chi cerchiamo", "il tuo profilo", "conoscenze",
        # Dutch
        "vereisten", "functie-eisen", "functie eisen", "profiel", "jouw profiel", "wat vragen we", "wat wij vragen",
        "wie ben jij", "wat breng je mee", "wat jij meebrengt", "dit breng je mee", "dit neem je mee",
    ),
    "nice_to_have": (
        "nice to have", "nice to haves", "nice-to-have", "nice-to-haves", "good to have", "bonus points", "a bonus",
        "bonus if", "bonus skills", "^bonus$", "a plus", "plus if", "plus points", "^pluses$", "^plus$", "preferred",
        "preferred qualifications", "preferred skills", "preferred requirements", "extra credit", "desirable",
        "desired", "desired skills", "desired qualifications", "ideally", "would be great", "even better",
        "brownie points", "stand out", "sets you apart", "set you apart", "great if you", "nice if you",
        "we'd be thrilled", "extra points", "additional qualifications",
        "von vorteil", "wünschenswert", "idealerweise", "pluspunkte", "das wäre ein plus", "nice-to-have",
        "serait un plus", "sont un plus", "un plus", "atouts", "souhaité", "souhaitées", "apprécié", "idéalement",
        "deseable", "deseables", "se valora", "se valorará", "valorable", "sería un plus", "es un plus",
        "diferenciais", "diferencial", "desejável", "desejáveis", "valorizamos", "é um plus", "será um plus",
        "gradito", "graditi", "costituisce un plus", "preferenziale", "preferenziali", "titolo preferenziale",
        "een pré", "pluspunten", "is een plus", "mooi meegenomen", "wenselijk",
    ),
    "benefits": (
        "benefits", "perks", "what we offer", "we offer", "what we can offer", "what you can expect", "in it for you",
        "what you'll get", "what you will get", "what you get", "our offer", "why join", "why work", "why you'll love",
        "why you should join", "reasons to join", "benefits package", "rewards", "compensation and benefits",
        "compensation & benefits", "benefits and compensation", "total rewards", "we provide", "you'll enjoy",
        "we take care of you", "how we take care",
        "wir bieten", "das bieten wir", "was wir bieten", "was wir dir bieten", "was wir ihnen bieten", "unser angebot",
        "benefits", "deine vorteile", "ihre vorteile", "deine benefits", "darauf kannst du dich freuen",
        "avantages", "nous offrons", "ce que nous offrons", "nous vous offrons", "on t'offre", "vos avantages",
        "pourquoi nous rejoindre", "ce que nous proposons",
        "beneficios", "qué ofrecemos", "ofrecemos", "te ofrecemos", "lo que ofrecemos", "ventajas",
        "benefícios", "o que oferecemos", "oferecemos", "vantagens",
        "cosa offriamo", "offriamo", "benefit", "vantaggi", "ti offriamo",
        "wat bieden wij", "wij bieden", "wat wij bieden", "wat we bieden", "dit bieden wij", "ons aanbod",
        "arbeidsvoorwaarden", "wat krijg je", "voordelen",
    ),
    "role": (
        "about the role", "about this role", "the role", "role overview", "role summary", "about the job",
        "job description", "job summary", "job purpose", "position summary", "position overview", "about the position",
        "about the team", "about your team", "the team", "the opportunity", "the position", "the job", "overview",
        "summary", "about the opportunity", "about this position", "about this job", "purpose of the role",
        "über die stelle", "die stelle", "stellenbeschreibung", "dein team", "das team", "einleitung",
        "le poste", "description du poste", "à propos du poste", "l'équipe", "votre équipe",
        "descripción del puesto", "el puesto", "sobre el puesto", "el equipo",
        "descrição da vaga", "sobre a vaga", "a vaga", "a equipa", "a equipe",
        "descrizione della posizione", "la posizione", "il team", "il ruolo",
        "functieomschrijving", "over de functie", "de functie", "het team", "jouw team",
    ),
    "company": (
        "about us", "more about us", "about our company", "about the company", "who we are", "what we do",
        "company overview", "company description", "our company", "our story", "our mission", "our vision",
        "our values", "our culture", "our client", "the company", "life at", "the organisation", "the organization",
        "why us", "meet the company", "our tech stack",
        "über uns", "wer wir sind", "unser unternehmen", "das sind wir", "das unternehmen", "unsere werte",
        "qui sommes-nous", "qui sommes nous", "à propos de nous", "notre entreprise", "l'entreprise", "nos valeurs",
        "quiénes somos", "sobre nosotros", "la empresa", "nuestra empresa", "acerca de nosotros",
        "sobre nós", "quem somos", "a empresa", "nossa empresa",
        "chi siamo", "l'azienda", "la nostra azienda",
        "over ons", "wie zijn wij", "wie we zijn", "ons bedrijf", "het bedrijf",
    ),
    "pay": (
        "salary", "salary range", "pay", "pay range", "pay transparency", "base pay", "compensation",
        "compensation range", "about the package", "remuneration", "wage", "wages", "hourly rate",
        "gehalt", "vergütung", "rémunération", "salaire", "salario", "retribución", "salário", "remuneração",
        "retribuzione", "stipendio", "ral", "salaris",
    ),
    "process": (
        "the process", "how to apply", "hiring process", "interview process", "application process",
        "selection process", "recruitment process", "next steps", "what happens next", "our process", "apply now",
        "interested", "contact", "contact us", "to apply", "application deadline", "closing date",
        "bewerbung", "so bewirbst du dich", "bewerbungsprozess", "kontakt", "haben wir dein interesse geweckt",
        "interesse geweckt", "interessiert", "ansprechpartner",
        "comment postuler", "processus de recrutement", "candidature", "pour postuler",
        "cómo aplicar", "proceso de selección", "cómo postular", "inscríbete",
        "processo seletivo", "processo de seleção", "como candidatar", "candidatura",
        "come candidarsi", "processo di selezione", "candidati",
        "sollicitatieprocedure", "solliciteren", "hoe solliciteer je", "interesse", "solliciteer",
    ),
    "legal": (
        "equal opportunity", "equal employment", "eeo", "eoe", "diversity", "inclusion", "dei", "belonging",
        "commitment to",
        "privacy", "gdpr", "ccpa", "accommodation", "accommodations", "accessibility", "disclaimer", "note", "notice",
        "please note", "important notice", "e-verify", "fraud", "legal", "background check", "agencies",
        "data protection", "use of ai",
        "datenschutz", "hinweis", "chancengleichheit", "vielfalt", "schwerbehinderte",
        "diversité", "égalité des chances", "confidentialité", "mentions légales",
        "diversidad", "igualdad de oportunidades", "privacidad", "diversidade", "igualdade de oportunidades",
        "privacidade", "diversità", "pari opportunità", "diversiteit", "gelijke kansen", "privacyverklaring",
    ),
}  # fmt: skip

BOILERPLATE: tuple[str, ...] = (
    "equal opportunity employer", "equal employment opportunity", "equal-opportunity", "does not discriminate",
    "do not discriminate", "without regard to race", "regardless of race", "regardless of age", "regardless of gender",
    "all qualified applicants", "qualified applicants will receive", "reasonable accommodation", "protected veteran",
    "veteran status", "sexual orientation", "processes your personal data", "process your personal data",
    "privacy notice", "privacy policy", "applicant privacy", "recruitment fraud", "fraudulently representing",
    "no agencies", "unsolicited resumes", "unsolicited cv", "background check", "e-verify", "connect with us and learn",
    "encourage applications from", "we celebrate diversity", "committed to diversity", "diverse backgrounds",
    "chancengleichheit", "unabhängig von geschlecht", "schwerbehinderte menschen", "schwerbehinderung",
    "datenschutzerklärung", "égalité des chances", "situation de handicap", "sans distinction",
    "igualdad de oportunidades", "sin distinción", "independentemente de", "igualdade de oportunidades",
    "pari opportunità", "categorie protette", "gelijke kansen", "ongeacht",
)  # fmt: skip
"""What gives away a paragraph that says nothing of the role: equality statements, privacy, warnings."""
