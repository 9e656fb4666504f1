"""Dealings that never were, claims about the company and parts made larger, as no fact has them (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput, Hit
from .choices import Language
from .deeds import read_deeds
from .draft import Finding
from .lexicon import Category
from .quotations import is_quoted
from .relation_words import ASKED
from .stems import STEMS

_MET = "No fact tells of a meeting, a talk or somebody who knows both: leave it out."
_FIRM = "No fact says this of the company: leave it out."
_LARGER = "No fact gives the candidate so large a part."
_REFERRED = frozenset(("referred",))
_SUPPOSED = frozenset(("if", "whether", "falls", "wenn", "si"))
_OPENED = frozenset(
    """role roles position positions post posts vacancy vacancies job jobs seat search place stelle stellen ausbildung
    poste postes recrutement offre vacante vacantes puesto puestos plaza plazas proceso posición búsqueda oferta vaga
    vagas posição processo posizione posizioni ruolo selezione ricerca vacature vacatures functie plek""".split()
)
_WHOLE = frozenset(
    """whole entire complete gesamte gesamten ganze ganzen komplette kompletten toute tout toutes tous ensemble totalité
    intégralité todo toda todos todas tutto tutta tutti tutte intero intera hele gehele volledige""".split()
)
_LED = frozenset(
    """led lead leading ran run running runs managed manage managing manages headed heading head oversaw oversee
    overseeing supervised supervise supervising directed directing""".split()
)
_LED_THINGS = frozenset(
    """team teams department departments shift shifts floor ward wards kitchen store shop office branch company group
    crew staff people colleagues division unit clinic school site lab laboratory studio practice restaurant depot
    warehouse business hospital operation operations bar bakery centre factory plant line desk section""".split()
)
_JOINED = frozenset("joined started moved left qualified graduated became switched".split())
_SEASONS = frozenset("spring summer autumn fall winter year month week january".split())
_RECENT = frozenset(("last", "this"))
_FAR = 7
_ARTICLES = frozenset("the a an its their your this that all".split())
_AS = frozenset("as als comme como come".split())
_LEADING: dict[Language, tuple[str, ...]] = {
    "en": tuple("lead led manag head direct supervis overs own found chief chair captain boss".split()),
    "de": tuple("leit führ chef verantwort meister vorarbeit gründ geschäft inhab".split()),
    "fr": tuple("encadr dirig direct chef respons gér manag pilot équipe anim fond".split()),
    "es": tuple("jef dirig direct respons encarg lider gest coordin fund".split()),
    "pt": tuple("chef diret dirig respons gest ger coorden lider fund".split()),
    "it": tuple("cap dirig dirett respons gest guid coordin titol fond".split()),
    "nl": tuple("hoofd leid chef manag baas direct stuur opricht eigen".split()),
}
"""Beginnings of words by which a fact says that somebody leads."""
_AHEAD: dict[Language, tuple[str, ...]] = {
    "de": ("würd", "werden", "wirst", "könnt"),
    "nl": ("zou", "zal", "zult", "wordt"),
}
_AHEAD_ENDINGS: dict[Language, tuple[str, ...]] = {
    "fr": ("riez", "rais", "rait", "rez", "ras"),
    "es": ("ría", "rías", "rá", "rás"),
    "pt": ("ria", "rias", "rá", "rás"),
    "it": ("resti", "rebbe", "rà", "rai"),
}


def check_invented(given: CheckInput) -> Iterable[Finding]:
    """No meeting or common acquaintance, no claim about the company and no larger part than facts give."""
    for hit in _own(given, "acquaintance"):
        if not _is_referred(given) and _SUPPOSED.isdisjoint(given.words[given.sentence_of(hit.start)[0] : hit.start]):
            yield given.finding("changed_relation", hit.start, hit.end, _MET)
    for hit in _own(given, "firm_claim"):
        near = given.words[max(0, hit.start - _FAR) : hit.end + 2 * _FAR]
        if not _is_firm_known(given, hit) and _OPENED.isdisjoint(near):
            yield given.finding("claim_without_fact", hit.start, hit.end, _FIRM)
    for hit in _own(given, "inflated"):
        if not _is_ahead(given, hit) and not _is_part_known(given, hit):
            yield given.finding("changed_relation", hit.start, hit.end, _LARGER)
    if given.language == "en":
        yield from _leads(given)
        yield from _joined(given)


def _leads(given: CheckInput) -> Iterable[Finding]:
    """`You've been running the night shift`, of somebody of whom no fact says that they lead."""
    if _LED.isdisjoint(given.vocabulary) or _leads_at_all(given):
        return
    for deed in given.once(read_deeds):
        if deed.is_ahead or deed.verb >= deed.last or given.words[deed.verb] not in _LED:
            continue
        if given.word(deed.verb + 1) not in _ARTICLES:
            continue  # "running purple team exercises"
        for i in range(deed.verb + 1, min(deed.last, deed.verb + _FAR)):
            if given.words[i] in _LED_THINGS:
                if STEMS[given.words[i]] not in given.facts.personal.postings:
                    yield given.finding("changed_relation", deed.at, i + 1, _LARGER)
                break


def _joined(given: CheckInput) -> Iterable[Finding]:
    """`You joined only last summer`, where no position is so young."""
    today = given.context.today
    if today is None or _RECENT.isdisjoint(given.vocabulary) or _JOINED.isdisjoint(given.vocabulary):
        return
    years = {value for value in given.facts.personal.numbers if 1900 <= value <= 2100}
    for deed in given.once(read_deeds):
        if deed.is_ahead or deed.verb >= deed.last or given.words[deed.verb] not in _JOINED:
            continue
        for i in range(deed.verb + 1, deed.last):
            is_recent = given.words[i] in {"last", "this"} and given.word(i + 1) in _SEASONS
            if is_recent and years and max(years) < today.year - 1:
                yield given.finding("unsupported_date", i, i + 2, "No fact is so recent.")


def _own(given: CheckInput, category: Category) -> Iterable[Hit]:
    """The phrases of a list that neither a quotation nor a fact has, and that no question asks."""
    for hit in given.hits(category):
        _, end = given.characters(*given.sentence_of(hit.start))
        if (
            "?" not in given.text[end : end + 2]
            and not is_quoted(given, hit.start)
            and not given.facts.has_phrase(given.words[hit.start : hit.end])
        ):
            yield hit


def _is_referred(given: CheckInput) -> bool:
    return any(not _REFERRED.isdisjoint(part.words) for part in given.facts.parts)


def _is_firm_known(given: CheckInput, hit: Hit) -> bool:
    content = [word for word in given.words[hit.start : hit.end] if STEMS[word]]
    return bool(content) and given.facts.knows_all(content)


def _is_part_known(given: CheckInput, hit: Hit) -> bool:
    """Whether facts of the candidate have what was led as a whole, or that they lead at all."""
    words, personal = given.words[hit.start : hit.end], given.facts.personal
    if not _WHOLE.isdisjoint(words):
        if given.word(hit.end) in _LED_THINGS:
            words = [*words, given.words[hit.end]]  # "the whole engineering department"
        stems = [stem for word in words if word not in _WHOLE and (stem := STEMS[word])]
        return bool(stems) and stems[-1] in personal.postings
    leading = (*_LEADING["en"], *_LEADING[given.language])
    return any(word.startswith(leading) for word in personal.words)


def _leads_at_all(given: CheckInput) -> bool:
    return any(word.startswith(_LEADING["en"]) for word in given.facts.personal.words)


def _is_ahead(given: CheckInput, hit: Hit) -> bool:
    """Whether the part is offered: `as head of the laboratory you would`; or is the writer's own."""
    begin, end = given.sentence_of(hit.start)
    if given.language == "en":
        if given.words[hit.start] in _AS:
            subject = next((i for i in range(hit.end, end) if given.words[i] in {"i", "we", "you"}), end)
            return given.word(subject) != "you" or given.word(subject + 1) in ASKED
        return not ASKED.isdisjoint(given.words[begin:end]) or not {"you", "your"} & given.sentence_words(hit.start)
    starts = _AHEAD.get(given.language, ())
    ends = _AHEAD_ENDINGS.get(given.language, ())
    return any(word.startswith(starts) if starts else word.endswith(ends) for word in given.words[begin:end])
