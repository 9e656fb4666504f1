"""A second message says something new, is shorter than the first and reproaches nobody (D-11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .assembled import Assembled
from .choices import Language
from .draft import Finding, FindingCode
from .lexicon import words_of
from .writers import FirstMessage

_RUN = 5
_REPEATED_SHARE = 0.35
_SHORTEST_REPEAT = 2
_SHORTER = "Stay under the {longest} characters of the first message."
# What says that somebody owes an answer, or that somebody counts, as words in a row.
_REPROACHES: dict[Language, tuple[str, ...]] = {
    "en": (
        "following up", "follow up on my", "just checking in", "checking in on", "circling back", "circle back",
        "bumping this", "bump this", "heard back from you", "heard from you", "hear back from you", "hear from you yet",
        "no reply", "not replied", "haven t replied", "have not replied", "didn t reply", "did not reply",
        "no response", "haven t responded", "did you see my", "did you get my", "did you get a chance",
        "in case you missed", "in case my last", "last attempt", "final attempt", "second attempt", "still waiting",
        "days ago", "weeks ago", "a week ago", "last week i", "disappointed", "any thoughts on my",
    ),
    "de": (
        "noch nichts von", "keine antwort", "keine rückmeldung", "nicht geantwortet", "nicht gemeldet", "nachhaken",
        "nachfassen", "erinnern", "erinnerung", "letzter versuch", "vor einer woche", "warte noch",
    ),
    "fr": (
        "sans réponse", "pas de réponse", "pas répondu", "pas eu de retour",
        "sans nouvelles", "relancer", "relance", "dernière tentative", "il y a une semaine", "j attends toujours",
    ),
    "es": (
        "sin respuesta", "no he recibido", "no has respondido", "no ha respondido", "no me has contestado",
        "dar seguimiento", "hacer seguimiento", "último intento", "hace una semana", "sigo esperando", "te recuerdo",
    ),
    "pt": (
        "sem resposta", "não recebi", "não respondeu", "não tive retorno", "dar seguimento", "fazer um follow up",
        "última tentativa", "há uma semana", "continuo aguardando", "ainda aguardo",
    ),
    "it": (
        "senza risposta", "nessuna risposta", "non ha risposto", "non hai risposto", "non ho ricevuto", "sollecito",
        "sollecitare", "ultimo tentativo", "una settimana fa", "ancora in attesa", "le ricordo", "ti ricordo",
    ),
    "nl": (
        "geen reactie", "niets gehoord", "niet gereageerd", "geen antwoord", "opvolgen", "herinnering",
        "laatste poging", "een week geleden", "wacht nog", "even checken of",
    ),
}  # fmt: skip


def check_follow_up(assembled: Assembled, first: FirstMessage, *, language: Language) -> tuple[Finding, ...]:
    """Blocking: longer than the first, its words again, a reproach."""
    return tuple(_findings(assembled, first, language))


def _findings(assembled: Assembled, first: FirstMessage, language: Language) -> Iterable[Finding]:
    start, end = assembled.message
    body = assembled.body
    if len(body) >= first.longest:
        yield _finding("longer_than_first", body, start, end, _SHORTER.format(longest=first.longest))
    text = body[start:end]
    words = words_of(text)
    joined = f" {' '.join(words)} "
    for phrase in _REPROACHES[language]:
        if f" {phrase} " in joined:
            advice = f"Leave out {phrase!r}: nobody owes an answer, and the days are not counted."
            yield _finding("reproach", body, start, end, advice)
            break
    runs = list(_runs(words))
    before = set(_runs(words_of(first.body)))
    repeated = sum(run in before for run in runs)
    if repeated >= _SHORTEST_REPEAT and repeated > _REPEATED_SHARE * len(runs):
        yield _finding("repeats_first", body, start, end, "Say something that the first message did not say.")


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (words[at : at + _RUN] for at in range(len(words) - _RUN + 1))


def _finding(code: FindingCode, body: str, start: int, end: int, advice: str) -> Finding:
    return Finding(
        code=code, severity="blocking", field="body", start=start, end=end, text=body[start:end][:60], advice=advice
    )
