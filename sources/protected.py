# ruff: noqa: E501 - the tables hold one regular expression a line
"""Attributes that are never read (D-12), by the names that fields have and the ways that people state them.

Tables, so that a spelling or a language is added without code.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .shapes import words

FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "age": (
        "age", "ages", "age group", "age range", "alter", "âge", "edad", "idade", "età", "leeftijd", "wiek", "ålder",
        "alder", "ikä", "возраст", "年龄", "年齢",
    ),
    "birth date": (
        "birth date", "date of birth", "dob", "birthday", "birth day", "born", "born on", "birth", "birth year",
        "year of birth", "month of birth", "birth month", "birth place", "place of birth", "birth country",
        "country of birth", "birth name", "geburtsdatum", "geburtstag", "geburtsort", "geburtsjahr", "geburtsland",
        "geboren", "date de naissance", "lieu de naissance", "naissance", "année de naissance", "fecha de nacimiento",
        "lugar de nacimiento", "nacimiento", "data de nascimento", "local de nascimento", "nascimento",
        "data di nascita", "luogo di nascita", "nascita", "geboortedatum", "geboorteplaats", "data urodzenia",
        "födelsedatum", "fødselsdato", "syntymäaika", "дата рождения", "出生日期", "生年月日",
    ),
    "gender": (
        "gender", "gender identity", "gender pronoun", "gender pronouns", "sex", "sexe", "geschlecht", "genre",
        "género", "sexo", "gênero", "genere", "sesso", "geslacht", "płeć", "kön", "køn", "kjønn", "sukupuoli", "пол",
        "性别", "性別",
        "sexual orientation", "orientation sexuelle", "sexuelle orientierung", "orientación sexual", "lgbtq", "lgbt",
        "transgender",
    ),
    "pronouns": ("pronoun", "pronouns", "preferred pronouns", "pronomen", "pronoms", "pronombres", "pronomes", "pronomi",
                 "voornaamwoorden"),
    "honorific": (
        "honorific", "honorific prefix", "salutation title", "name prefix", "courtesy title", "form of address",
        "anrede", "civilité", "tratamiento", "tratamento", "trattamento", "aanhef", "name title",
    ),
    "marital status": (
        "marital status", "marital", "married", "civil status", "relationship status", "familienstand", "spouse",
        "spouse name", "situation familiale", "état civil", "situation matrimoniale", "estado civil", "stato civile",
        "burgerlijke staat", "stan cywilny", "civilstånd", "sivilstatus", "семейное положение", "婚姻状况", "children",
        "number of children", "kids", "kinder", "enfants", "hijos", "filhos", "figli", "kinderen", "dependents",
        "dependants", "family status", "parental status", "pregnant", "pregnancy",
    ),
    "nationality": (
        "nationality", "nationalities", "citizenship", "citizenships", "citizen", "nationalität",
        "staatsangehörigkeit", "staatsbürgerschaft", "nationalité", "citoyenneté", "nacionalidad", "ciudadanía",
        "nacionalidade", "cidadania", "nazionalità", "cittadinanza", "nationaliteit", "staatsburgerschap",
        "narodowość", "obywatelstwo", "nationalitet", "kansalaisuus", "гражданство", "国籍", "immigration status",
        "visa status", "national origin", "country of origin", "passport", "passport number", "mother tongue country",
    ),
    "ethnicity": (
        "ethnicity", "ethnicities", "ethnic group", "ethnic origin", "race", "races", "skin color", "skin colour",
        "ethnie", "ethnizität", "origine ethnique", "etnia", "origen étnico", "raza", "raça", "razza", "etniciteit",
        "caste", "tribe", "name set", "ancestry",
    ),
    "religion": (
        "religion", "religions", "religious affiliation", "faith", "denomination", "konfession", "religión",
        "religião", "religione", "godsdienst", "religie", "wyznanie", "religiositet", "uskonto", "вероисповедание",
        "宗教", "church", "belief", "beliefs",
    ),
    "disability": (
        "disability", "disabilities", "disabled", "disability status", "behinderung", "schwerbehinderung",
        "grad der behinderung", "handicap", "discapacidad", "deficiência", "disabilità", "handicap status", "beperking",
        "niepełnosprawność", "funktionsnedsättning",
    ),
    "health": (
        "health", "health status", "medical", "medical history", "medical conditions", "gesundheit",
        "gesundheitszustand", "santé", "salud", "saúde", "salute", "gezondheid", "blood type", "blood group", "height",
        "weight", "body height", "body weight", "größe", "gewicht", "taille", "poids",
    ),
    "photo": (
        "photo", "photos", "photo url", "photograph", "picture", "pictures", "profile picture", "profile photo",
        "image", "image url", "profile image", "avatar", "avatar url", "headshot", "portrait", "foto", "bild",
        "lichtbild", "bewerbungsfoto", "photographie", "imagen", "fotografía", "imagem", "fotografia", "immagine",
        "afbeelding", "pasfoto", "zdjęcie", "kuva", "фото", "照片", "写真", "thumbnail", "thumbnail url",
    ),
    "union membership": (
        "union", "union membership", "trade union", "labor union", "labour union", "gewerkschaft", "syndicat",
        "sindicato", "sindacato", "vakbond", "works council",
    ),
    "political membership": (
        "politics", "political party", "political views", "political affiliation", "party membership", "partei",
        "parteizugehörigkeit", "parti politique", "partido", "partido político", "partito", "politieke partij",
        "political opinion",
    ),
    "maiden name": (
        "maiden name", "geburtsname", "mädchenname", "nom de jeune fille", "nom de naissance", "apellido de soltera",
        "nome de solteira", "cognome da nubile", "meisjesnaam", "former name", "previous name", "family name at birth",
    ),
    "demographics": (
        "demographic", "demographics", "demographic data", "demographic information", "demographic questions", "eeo",
        "eeoc", "eeo data", "diversity", "diversity data", "diversity survey", "veteran", "veteran status",
        "military status", "criminal record", "genetic information",
    ),
}  # fmt: skip

_ANY_TOKEN = words(
    "gender genders pronoun pronouns ethnicity ethnic nationality nationalities citizenship religion",
    "religious disability disabled disabilities marital birthdate birthday birthplace dob demographic",
    "demographics geschlecht nationalitat geburtsdatum staatsangehorigkeit nationalite genero nacionalidad",
    "nacionalidade photo avatar headshot portrait veteran",
)
"""Words that make a field protected wherever they stand in its name: `candidate_gender`, `isDisabled`."""

_NUMBER_WORD = r"(?:\d+|one|two|three|four|five|six|seven|a|an)"
_PRONOUN = r"(?:she|he|they|her|hers|him|his|them|theirs|ze|hir|xe|xem|sie|er|elle|il|iel|ella|él|elle|ela|ele)"
STATEMENTS: dict[str, tuple[str, ...]] = {
    "age": (
        r"^(?:age|alter|âge|edad|idade|età|leeftijd)\s*[:=]?\s*\d{2}\b",
        r"\b(?:I am|I'm|aged)\s+(?:a\s+)?\d{2}(?:[\s-]+years?[\s-]+old)?(?=[,.;]|\s+and\b|$)(?<!%)",
        r"\b[1-9]\d[\s-]+(?:years[\s-]+old|jahre alt|años de edad|anos de idade|anni d'età|jaar oud)\b",
        r"^[1-9]\d (?:years|ans|años|anos|anni|jahre|jaar)$", r"\b(?:ich bin|ik ben) \d{2}\b(?! (?:jahre?|jaar) (?!alt|oud))",
        r"\bj['’]ai \d{2} ans\b(?! d['’e])", r"\b(?:tengo|tenho) \d{2} (?:años|anos)\b(?! de exp)", r"\bho \d{2} anni\b(?! di esp)",
    ),
    "birth date": (
        r"^(?:date of birth|birth ?date|d\.?o\.?b\.?|birthday|geburtsdatum|geburtstag|geburtsort|date de naissance|fecha de nacimiento|data de nascimento|data di nascita|geboortedatum)\b",
        r"\b(?:born|geboren|née?s?|nacid[oa]|nascid[oa]|nat[oa])\b(?:\s+(?:on|in|am|im|le|en|el|em|il|op|a))?[\s:]*(?:the\s+)?(?:\d{1,2}[./ -]\s?){0,2}(?:[A-Za-zÀ-ÿ]+\.?,?\s+)?(?:19|20)\d{2}\b",
        r"\b(?:born|geboren)(?: and raised)? (?:on|in|am) (?-i:[A-ZÀ-Þ])",
    ),
    "gender": (
        r"^(?:gender|sex|geschlecht|sexe|género|sexo|gênero|genere|sesso|geslacht)\s*[:=]\s*\S",
        r"^(?:male|female|non-binary|nonbinary|männlich|weiblich|divers|homme|femme)[.]?$",
        r"\b(?:I am|I'm|as) an? (?:proud )?(?:woman|man|female|male|non-?binary|trans(?:gender)?|gay|lesbian|bisexual|queer)\b",
        r"\b(?:openly|proudly) (?:gay|lesbian|bisexual|queer|trans)\b",
    ),
    "pronouns": (
        r"^(?:my )?(?:preferred )?(?:pronouns?|pronomen|pronoms?|pronombres|pronomes|pronomi)\s*(?:[:=]|are|is)",
        rf"(?:^|[\s(\[|]){_PRONOUN}\s*/\s*{_PRONOUN}(?:\s*/\s*{_PRONOUN})?(?=$|[\s)\]|,.;])",
    ),
    "marital status": (
        r"^(?:marital status|civil status|family status|familienstand|situation familiale|état civil|estado civil|stato civile|burgerlijke staat)\b",
        r"^(?:(?:happily )?married|single|divorced|widowed|engaged|verheiratet|ledig|geschieden|verwitwet|marié(?:e)?|célibataire|divorcé(?:e)?|casad[oa]|solter[oa]|solteir[oa]|divorciad[oa]|sposat[oa]|celibe|nubile|gehuwd|getrouwd|ongehuwd)\b(?=[,.;]|$| (?:with|mit|avec|con|com|und|and|to)\b)",
        r"\b(?:I am|I'm|ich bin) (?:happily )?(?:married|divorced|widowed|verheiratet|ledig)\b",
        rf"\b(?:(?:(?:proud|single|busy) )*(?:father|mother|mom|mum|dad|parent)) (?:of|to) {_NUMBER_WORD}\b",
        rf"\b(?:I have|we have|with|mit|habe) {_NUMBER_WORD} (?:\w+ )?(?:children|kids|sons?|daughters?|kinder)\b(?!['’])",
        r"^(?:\d+|one|two|three|four|zwei|drei|deux|trois|dos|tres) (?:children|kids|kinder|enfants|hijos|filhos|figli|kinderen)[.]?$",
    ),
    "nationality": (
        r"^(?:nationality|nationalities|citizenship|nationalität|staatsangehörigkeit|staatsbürgerschaft|nationalité|nacionalidad|nacionalidade|nazionalità|cittadinanza|nationaliteit)\b\s*[:=-]",
        r"\b(?:I am|I'm|as) an? (?:[A-Z][a-z]+|US|U\.S\.|EU|UK) (?:citizen|national)\b",
        r"^(?:dual )?(?:[A-Z][A-Za-z.-]+(?:[ /-][A-Z][A-Za-z.-]+)?) (?:citizen|national|citizenship|passport holder)[.]?$",
        r"\b(?:citizen of|dual citizenship|dual national|passport holder)\b",
    ),
    "ethnicity": (
        r"^(?:ethnicity|ethnic (?:origin|group)|race|ethnie|etnia|origine ethnique)\s*[:=]",
        r"\b(?:I am|I'm) (?:an? )?(?:black|white|asian|hispanic|latin[oax]|caucasian|indigenous|jewish|roma|african[- ]american)\b",
    ),
    "religion": (
        r"^(?:religion|faith|konfession|denomination|religión|religião|religione|religie|godsdienst)\s*[:=]",
        r"\b(?:I am|I'm|as) an? (?:\w+ )?(?:christian|muslim|jew|hindu|buddhist|sikh|atheist|catholic|protestant|mormon)\b",
        r"\b(?:devout|practi[sc]ing|observant|born-again) (?:christian|muslim|jew|hindu|buddhist|sikh|catholic|protestant)\b",
    ),
    "disability": (
        r"^(?:disability|disabilities|behinderung|schwerbehinderung|gdb|handicap|discapacidad|deficiência|disabilità)\s*[:=]",
        r"\b(?:I am|I'm) (?:\w+ )?(?:disabled|deaf|blind|autistic|dyslexic|neurodivergent|wheelchair[- ]bound)\b",
        r"\b(?:I am|I'm) (?:an? |in an? )?(?:wheelchair|wheelchair[- ]user)\b", r"\bI (?:use|have) (?:a wheelchair|adhd|autism|dyslexia|a disability)\b",
        r"\b(?:schwerbehindert|grad der behinderung|GdB \d+)\b", r"^(?:wheelchair user|registered disabled)\b",
    ),
    "health": (
        r"^(?:health|medical conditions?|gesundheitszustand|gesundheit|état de santé|blood (?:type|group)|height|weight|größe|gewicht)\s*[:=]",
        r"\b(?:I was|I am|I'm|been) diagnosed with\b", r"\b(?:cancer|stroke|transplant) survivor\b",
        r"\bI (?:suffer|suffered|am recovering|recovered) from (?!a lack|the)\b", r"\b(?:I am|I'm|currently) pregnant\b",
    ),
    "union membership": (
        r"^(?:union|trade union|union membership|gewerkschaft|syndicat|sindicato|sindacato|vakbond)\s*[:=]",
        r"\b(?:member|membre|mitglied|miembro|membro|lid) (?:of|der|du|del|do|van) (?:the |a )?(?:\w+ )?(?:(?:trade |labou?r )?union|gewerkschaft|syndicat|sindicato|sindacato|vakbond)\b",
        r"\b(?:trade |labou?r )?union member\b", r"\bIG Metall\b", r"\bver\.di\b",
    ),
    "political membership": (
        r"^(?:politics|political (?:party|views|affiliation)|partei|parteizugehörigkeit)\s*[:=]",
        r"\b(?:member|mitglied|membre|miembro|membro) (?:of|der|du|del|do) (?:the )?(?:[A-Z]\w+ ){1,3}(?:party|partei|parti|partido|partito)\b",
        r"\bparty member\b", r"\bmember of the (?:democratic|republican|labour|conservative|green|liberal) ",
    ),
    "maiden name": (r"^(?:maiden name|geburtsname|mädchenname|nom de jeune fille)\s*[:=]", r"\bnée [A-ZÀ-Þ]"),
}  # fmt: skip

_HONORIFIC = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|mx|herr|frau|mme|mlle|monsieur|madame|mademoiselle|señora|señorita|srta|senhora?|sig\.ra|signora?|"
    r"dhr|mevr|mevrouw|meneer|sir|madam)\.?|(?:sr|sra|sig)\.)\s+(?=\S)",
    re.IGNORECASE,
)
_HONORIFIC_ALONE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|herr|frau|mme|mlle|m|sr|sra|srta|sig|sig\.ra|dhr|mevr|sir|madam)\.?", re.IGNORECASE
)
_NAME_TAIL = re.compile(rf"\s*[(\[|,–—-]\s*{_PRONOUN}(?:\s*/\s*{_PRONOUN})+\s*[)\]]?\s*$", re.IGNORECASE)
_PIECE = re.compile(r"\n|(?:[^\n.!?;|•·]|[.!?](?![\s]|$)|;(?!\s))+[.!?;|•·]*[ \t]*|[.!?;|•·]+[ \t]*")
"""A sentence, a line, or what stands between bars, bullets and semicolons."""
_LONGEST_NAME = 64
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def protected_field(name: str) -> str | None:
    """The protected attribute that a field of this name holds, or None (D-12)."""
    # every row of a file has the same names; what is too long for one is not remembered
    return _protected_field(name) if len(name) <= _LONGEST_NAME else _protected_field.__wrapped__(name)


@lru_cache(maxsize=4_096)
def _protected_field(name: str) -> str | None:
    tokens = _tokens(name)
    known = _names().get("".join(tokens))
    if known:
        return known
    found = next((token for token in tokens if token in _ANY_TOKEN), None)
    return _names().get(found, found) if found else None


def is_honorific(text: str) -> bool:
    """Whether the text is nothing but Mr, Ms, Frau and the like."""
    return _HONORIFIC_ALONE.fullmatch(text.strip()) is not None


def without_honorific(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without Mr, Ms and pronouns, and what was taken off."""
    taken: list[str] = []
    bare = _NAME_TAIL.sub("", name)
    if bare != name:
        taken.append("pronouns")
    shorter = _HONORIFIC.sub("", bare)
    if shorter != bare:
        taken.append("honorific")
    return shorter.strip(), tuple(taken)


def without_statements(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the sentences and lines that state a protected attribute, and which ones those were (D-12).

    Only statements about the person go ("Married, two children"); work with such subjects stays ("taught disabled
    children", "negotiated with the union").
    """
    found: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        kept: list[str] = []
        for piece in _PIECE.findall(line):
            said = piece.strip(" \t|;•·.,")
            kinds = [kind for kind, pattern in _statements().items() if pattern.search(said)]
            found += kinds
            kept += [] if kinds else [piece]
        rest = "".join(kept)
        if rest.strip(" |•·;.") or not line.strip():
            lines.append(rest if rest == line else rest.strip(" |•·"))
    return ("\n".join(lines).strip(), tuple(dict.fromkeys(found))) if found else (text, ())


def _tokens(name: str) -> list[str]:
    spaced = _CAMEL.sub(" ", name)
    folded = "".join(ch for ch in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(ch))
    return re.findall(r"[^\W_]+", folded)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    table: dict[str, str] = {}
    for kind, names in FIELD_NAMES.items():
        for name in names:
            for spelling in (name, name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")):
                table["".join(_tokens(spelling))] = kind
    return table


@lru_cache(maxsize=1)
def _statements() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in STATEMENTS.items()}
