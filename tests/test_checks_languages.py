"""The checks in German, French, Spanish, Portuguese, Italian and Dutch (D-10, D-11, D-12)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import get_args

import pytest
import yaml
from corpus_languages import context_of, local_drafts, local_items
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY
from planting_languages import FILE, PLANTERS, count_locally, plant_locally

from overture.generation import Personalization, build_context
from overture.generation.assembly import Assembled, assemble
from overture.generation.check_words import CheckWords, check_words, language_lists
from overture.generation.checks import CHECKS, check_draft, checks_for
from overture.generation.choices import Language, Length, Tone
from overture.generation.draft import Finding
from overture.generation.evidence import find_evidence
from overture.generation.facts import MessageContext
from overture.generation.language_pack import language_pack, value_words
from overture.generation.lexicon import LISTED, index, readings
from overture.generation.offline import write_offline
from overture.generation.output import without_frame
from overture.generation.writers import WriterOutput
from overture.jobs import Salary

LOCAL: tuple[Language, ...] = tuple(each for each in get_args(Language) if each != "en")
FOUND_AT_LEAST, OF_A_KIND_AT_LEAST, ALARMS_AT_MOST = 0.97, 0.9, 0.01
RESERVED_AT_LEAST = 0.3
"""What lists of wordings find of sentences they have never seen is far less, and is not hidden."""
HARMLESS = FILE.with_name("harmless_languages.yaml")
HARMLESS_BLOCKED_AT_MOST = 0.01


def _context(language: Language, *, tone: Tone = "friendly", **changes: object) -> MessageContext:
    job = LEDGER_JOB.model_copy(update=changes)
    choice = Personalization(language=language, tone=tone)
    return build_context(BACKEND, job=job, company=BANK, recruiter=ELIN, today=TODAY, personalization=choice)


def _findings(context: MessageContext, body: str, *, subject: str = "Norrsken Bank") -> tuple[Finding, ...]:
    return check_draft(context, assemble(context, WriterOutput(subject, body)))


def _blocking(context: MessageContext, body: str) -> set[str]:
    return {finding.code for finding in _findings(context, body) if finding.severity == "blocking"}


# -- good drafts -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", LOCAL)
def test_d11_offline_drafts_raise_no_blocking_finding(language: Language) -> None:
    raised: list[tuple[str, str, str, str]] = []
    for item in local_items(language):
        for tone in get_args(Tone):
            for length in get_args(Length):
                choice = item.personalization.model_copy(update={"tone": tone, "length": length})
                context = context_of(item, choice)
                found = check_draft(context, assemble(context, write_offline(context)))
                raised += [(item.id, tone, each.code, each.text) for each in found if each.severity == "blocking"]
    assert not raised


@pytest.mark.parametrize("language", LOCAL)
def test_d10_every_sentence_of_an_offline_draft_about_the_candidate_rests_on_facts(language: Language) -> None:
    address = value_words(language).address
    for tone in get_args(Tone):
        context = _context(language, tone=tone)
        for sentence in find_evidence(context, assemble(context, write_offline(context))):
            names = [name for fact in context.personal for name in fact.names if name in sentence.text]
            said = set(sentence.text.lower().split())
            if names and not address.isdisjoint(said):
                assert any(fact in context.personal for fact in sentence.facts), sentence.text


@pytest.mark.parametrize("language", LOCAL)
def test_d11_good_drafts_are_not_blocked(language: Language) -> None:
    assert len(local_drafts(language)) >= 20
    alarms = {
        (draft.id, finding.code, finding.text)
        for draft in local_drafts(language)
        for finding in check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
        if finding.severity == "blocking"
    }
    assert len({draft for draft, *_ in alarms}) <= ALARMS_AT_MOST * len(local_drafts(language)), alarms


@pytest.mark.slow
@pytest.mark.parametrize("language", LOCAL)
def test_d11_harmless_sentences_do_not_block_a_draft(language: Language) -> None:
    sentences: list[str] = yaml.safe_load(HARMLESS.read_text(encoding="utf-8"))[language]
    drafts, tried, blocked = local_drafts(language)[::3], 0, list[tuple[str, str, str]]()
    for draft in drafts:
        for sentence in sentences:
            head, _, tail = draft.output.body.partition("\n\n")
            output = replace(draft.output, body=f"{head} {sentence}\n\n{tail}")
            found = check_draft(draft.context, assemble(draft.context, output, custom_content=draft.custom_content))
            tried += 1
            blocked += [(sentence, each.code, each.text) for each in found if each.severity == "blocking"]
    assert len(blocked) <= HARMLESS_BLOCKED_AT_MOST * tried, blocked


# -- planted errors ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", LOCAL)
def test_d10_d11_planted_errors_are_found(language: Language) -> None:
    counts = count_locally(language)
    missed = [(error.kind, error.said) for error in counts.missed]
    assert counts.planted.keys() == PLANTERS.keys()
    assert counts.found.total() >= FOUND_AT_LEAST * counts.planted.total(), missed
    weak = [kind for kind, n in counts.planted.items() if counts.found[kind] < OF_A_KIND_AT_LEAST * n]
    assert not weak, missed


@pytest.mark.slow
@pytest.mark.parametrize("language", LOCAL)
def test_d10_d11_sentences_no_list_has_seen_are_found_in_part(language: Language) -> None:
    counts = count_locally(language, reserved=True)
    assert counts.found.total() >= RESERVED_AT_LEAST * counts.planted.total()


def test_planting_is_the_same_each_time_and_changes_something() -> None:
    for draft in local_drafts("de")[:4]:
        first = list(plant_locally(draft))
        assert first == list(plant_locally(draft))
        assert all((error.assembled, error.context) != (draft.assembled, draft.context) for error in first)


# -- language and address ----------------------------------------------------------------------------------------

_SENTENCES: dict[Language, str] = {
    "en": "We would be glad to hear from you, because the role is still open and the team is small.",
    "de": "Wir würden uns freuen, wenn Sie sich bei uns melden, denn die Stelle ist noch frei.",
    "fr": "Nous serions heureux de vous rencontrer pour parler de ce poste avec notre équipe.",
    "es": "Nos gustaría mucho hablar con usted sobre este puesto y su experiencia en la empresa.",
    "pt": "Gostaríamos muito de falar com você sobre esta vaga e a sua experiência na empresa.",
    "it": "Saremmo molto lieti di parlare con lei di questa posizione e della sua esperienza.",
    "nl": "We zouden graag met u willen praten over deze functie, want het is een mooie kans voor u.",
}


@pytest.mark.parametrize("wanted", LOCAL)
@pytest.mark.parametrize("other", get_args(Language))
def test_d11_a_sentence_in_another_language_is_found_in_every_direction(wanted: Language, other: Language) -> None:
    found = _findings(_context(wanted), f"{_SENTENCES[wanted]}\n\n{_SENTENCES[other]}")
    wrong = [finding.text for finding in found if finding.code == "wrong_language"]
    assert wrong == ([] if wanted == other else [_SENTENCES[other].removesuffix(".")])


def test_d11_a_line_quoted_from_a_fact_may_be_in_another_language() -> None:
    line = "Reduced the p99 of payment authorisation from 480 ms to 90 ms by moving hot paths to Go"
    context = _context("de")
    assert any(line in fact.text for fact in context.personal)
    assert "wrong_language" not in _blocking(context, f"In deinem Profil steht zu Zaplata: „{line}“.")
    assert "wrong_language" in _blocking(
        context, "In deinem Profil steht: „This is what we all would like to have here“."
    )


@pytest.mark.parametrize(
    ("language", "mixed", "formal", "informal"),
    [
        ("de", "Du arbeitest hier. Darf ich Ihnen schreiben?", "Darf ich Ihnen schreiben?", "Darf ich dir schreiben?"),
        ("fr", "Tu travailles ici. Puis-je vous écrire ?", "Puis-je vous écrire ?", "Je peux t'écrire ?"),
        ("es", "Tú trabajas aquí. ¿Puedo llamar a usted?", "¿Puedo llamar a usted?", "¿Te puedo llamar?"),
        ("it", "Tu lavori qui. Posso scrivere a Lei?", "Posso scrivere a Lei?", "Ti posso scrivere?"),
        ("nl", "Jij werkt hier. Mag ik u schrijven?", "Mag ik u schrijven?", "Mag ik jou schrijven?"),
    ],
)
def test_d11_formal_and_informal_address_in_one_message_is_advice(
    language: Language, mixed: str, formal: str, informal: str
) -> None:
    def codes(body: str) -> list[tuple[str, str]]:
        found = _findings(_context(language), body)
        return [(finding.code, finding.severity) for finding in found if finding.code == "mixed_address"]

    assert codes(mixed) == [("mixed_address", "advisory")]
    assert codes(formal) == codes(informal) == []


def test_d11_a_polite_pronoun_at_the_head_of_a_sentence_may_be_they() -> None:
    found = _findings(_context("de"), "Du kennst solche Teams. Sie arbeiten viel zusammen.")
    assert "mixed_address" not in {finding.code for finding in found}


# -- names and frames --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("de", "Sehr geehrter Herr Okafor,"), ("de", "Guten Tag Frau Okafor,"), ("fr", "Bonjour Madame Okafor,"),
        ("fr", "Cher Monsieur Okafor,"), ("es", "Estimada Sra. Okafor:"), ("es", "Hola, señor Okafor:"),
        ("pt", "Prezada Sra. Okafor,"), ("it", "Gentile Signora Okafor,"), ("it", "Buongiorno Signor Okafor,"),
        ("nl", "Geachte mevrouw Okafor,"), ("nl", "Geachte heer Okafor,"),
    ],
)  # fmt: skip
def test_d12_nobody_is_greeted_as_mr_or_ms(language: Language, greeting: str) -> None:
    assert "wrong_name" in _blocking(_context(language), f"{greeting}\n\n{_SENTENCES[language]}")


@pytest.mark.parametrize("language", LOCAL)
@pytest.mark.parametrize("tone", get_args(Tone))
def test_d12_the_greeting_and_closing_of_the_language_raise_nothing(language: Language, tone: Tone) -> None:
    context = _context(language, tone=tone)
    pack = language_pack(language)
    named, _ = pack.greetings[tone]
    body = f"{named.replace('{name}', context.salutation or '')}\n\n{_SENTENCES[language]}\n\n{pack.closing}\nElin Berg"
    assert not _blocking(context, body)
    greeted = replace(context, salutation="Beatrice")
    wrong = assemble(greeted, WriterOutput("Norrsken Bank", _SENTENCES[language]))
    assert "wrong_name" in {finding.code for finding in check_draft(context, wrong)}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("Guten Tag Robin Keller,\n\ndu arbeitest.\n\nViele Grüße\nElin", "Du arbeitest."),
        ("Sehr geehrte Frau Keller,\n\nSie arbeiten.\n\nMit freundlichen Grüßen\nElin Berg", "Sie arbeiten."),
        ("Bonjour Anne,\n\nVous travaillez.\n\nBien cordialement,\nElin", "Vous travaillez."),
        ("Hola, Ana:\n\nTrabajas.\n\nUn saludo,\nElin", "Trabajas."),
        ("Olá Ana,\n\nTrabalha.\n\nCom os melhores cumprimentos,\nElin", "Trabalha."),
        ("Gentile Anna Rossi,\n\nLavora.\n\nCordiali saluti,\nElin", "Lavora."),
        ("Beste Anna,\n\nJe werkt.\n\nMet vriendelijke groet,\nElin", "Je werkt."),
        ("Liebe zum Detail steht in deinem Profil.", "Liebe zum Detail steht in deinem Profil."),
    ],
)
def test_d12_a_greeting_and_a_sign_off_of_a_model_are_taken_off_in_every_language(body: str, kept: str) -> None:
    assert without_frame(body) == kept


# -- numbers, money and time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("de", "Das Gehalt: 840.000 bis 960.000 SEK im Jahr.", "Das Gehalt: 840.000 bis 990.000 SEK im Jahr."),
        ("fr", "Le salaire : 840 000 à 960 000 SEK par an.", "Le salaire : 840 000 à 990 000 SEK par an."),
        ("es", "El salario: 840.000 a 960.000 SEK al año.", "El salario: 840.000 a 990.000 SEK al año."),
        ("pt", "O salário: 840.000 a 960.000 SEK por ano.", "O salário: 840.000 a 990.000 SEK por ano."),
        ("it", "Lo stipendio: da 840.000 a 960.000 SEK all'anno.", "Lo stipendio: da 840.000 a 990.000 SEK all'anno."),
        ("nl", "Het salaris: 840.000 tot 960.000 SEK per jaar.", "Het salaris: 840.000 tot 990.000 SEK per jaar."),
    ],
)
def test_d10_pay_is_read_in_the_numbers_of_the_language(language: Language, right: str, wrong: str) -> None:
    assert not _blocking(_context(language), right)
    assert _blocking(_context(language), wrong) == {"unsupported_salary"}
    assert "unsupported_salary" in _blocking(_context(language, salary=None), right)


def test_d10_the_currency_and_the_period_of_pay_are_the_facts() -> None:
    context = _context("de", salary=Salary(minimum=Decimal(4000), currency="EUR", period="month"))
    assert not _blocking(context, "Das Gehalt beginnt bei 4.000 Euro im Monat.")
    assert _blocking(context, "Das Gehalt beginnt bei 4.000 Franken im Monat.") == {"unsupported_salary"}
    assert _blocking(context, "Das Gehalt beginnt bei 4.000 Euro in der Woche.") == {"unsupported_salary"}


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("de", "Du arbeitest seit März 2021 bei Zaplata.", "Du arbeitest seit März 2019 bei Zaplata."),
        ("de", "Du arbeitest seit fünf Jahren bei Zaplata.", "Du arbeitest seit elf Jahren bei Zaplata."),
        ("fr", "Tu es chez Zaplata depuis mars 2021.", "Tu es chez Zaplata depuis mai 2021."),
        ("es", "Trabajas en Zaplata desde marzo de 2021.", "Trabajas en Zaplata desde octubre de 2021."),
        ("pt", "Trabalha na Zaplata desde março de 2021.", "Trabalha na Zaplata desde outubro de 2021."),
        ("it", "Lavori presso Zaplata da marzo 2021.", "Lavori presso Zaplata da ottobre 2021."),
        ("nl", "Je werkt sinds maart 2021 bij Zaplata.", "Je werkt sinds oktober 2021 bij Zaplata."),
    ],
)
def test_d10_dates_and_spans_of_time_are_the_facts(language: Language, right: str, wrong: str) -> None:
    assert not _blocking(_context(language), right)
    assert "unsupported_date" in _blocking(_context(language), wrong)


def test_d10_numbers_of_a_talk_and_loose_counts_state_nothing() -> None:
    context = _context("de")
    assert not _blocking(
        context, "Hättest du am Dienstag um 17:30 Uhr 20 Minuten für ein Telefonat? Zwei Fragen hätte ich."
    )
    assert _blocking(context, "Du hast 27 Projekte geleitet.") == {"unsupported_number"}
    assert _blocking(context, "Die Kosten sind um 35 % gefallen.") == {"unsupported_number"}


# -- names of things ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence", "code"),
    [
        ("de", "Deine Zeit bei Siemens passt dazu.", "unsupported_employer"),
        ("de", "Deine Zeit bei der Brindlewick Logistics passt dazu.", "unsupported_employer"),
        ("fr", "Ton expérience chez Brindlewick compte ici.", "unsupported_employer"),
        ("it", "Il tuo lavoro presso Brindlewick conta qui.", "unsupported_employer"),
        ("nl", "Je tijd bij Brindlewick past hier.", "unsupported_employer"),
        ("de", "Du hast an der Universität Leeds studiert.", "unsupported_school"),
        ("fr", "Tu as étudié à l'université de Leeds.", "unsupported_school"),
        ("de", "Gearbeitet wird in Mailand.", "unsupported_place"),
        ("es", "Se trabaja en Londres.", "unsupported_place"),
        ("de", "Auch Kenntnisse in Terraform helfen.", "unsupported_skill"),
        ("pt", "A tua experiência com Terraform ajuda.", "unsupported_skill"),
        ("de", "Wir suchen für dich die Stelle als Chief Engineer.", "unsupported_title"),
        ("de", "Meine Kollegin Beatrice ruft dich an.", "unsupported_name"),
        ("nl", "Mijn collega Beatrice belt je.", "unsupported_name"),
    ],
)  # fmt: skip
def test_d10_a_name_that_no_fact_has_is_found(language: Language, sentence: str, code: str) -> None:
    assert code in _blocking(_context(language), sentence)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Bei Interesse genügt eine kurze Antwort, und bei Fragen melde dich."),
        ("de", "In Absprache mit dir lege ich den Termin fest."),
        ("de", "Die Stelle ist in Schweden."),
        ("de", "Bei Zaplata arbeitest du mit Postgres und k8s."),
        ("fr", "Le poste est en Suède."),
        ("es", "El puesto está en Estocolmo, en Suecia."),
        ("it", "Il posto è a Stoccolma."),
        ("pt", "A vaga fica em Estocolmo."),
    ],
)
def test_d10_what_facts_say_in_another_form_or_language_is_known(language: Language, sentence: str) -> None:
    assert not _blocking(_context(language), sentence)


def test_d6_a_german_genitive_of_what_is_switched_off_is_a_leak() -> None:
    on = _context("de")
    choice = on.personalization.switch(off={"past_positions"})
    off = build_context(BACKEND, job=LEDGER_JOB, recruiter=ELIN, today=TODAY, personalization=choice)
    assert "deselected_element" in _blocking(off, "Die Zahlungen Zaplatas kennst du gut.")


def test_d11_terms_that_facts_give_in_english_are_known_in_german() -> None:
    context = _context("de", benefits=("Company car", "28 days of holiday"), workplace_type="hybrid")
    assert not _blocking(context, "Dazu gibt es einen Firmenwagen und 28 Tage Urlaub. Gearbeitet wird hybrid.")
    assert _blocking(context, "Dazu gibt es eine Betriebsrente.") == {"unsupported_benefit"}
    assert _blocking(context, "Gearbeitet wird komplett von zu Hause.") == {"unsupported_benefit"}
    assert _blocking(context, "Die Stelle ist in Teilzeit zu besetzen.") == {"unsupported_benefit"}


# -- the lists ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LOCAL)
def test_every_language_has_every_list_and_every_set_of_words(language: Language) -> None:
    lists, words = language_lists(language), check_words(language)
    may_be_empty = {"at", "everyday", "ago", "until", "negations", "not_skills"}
    for category in LISTED:
        assert lists[category], category
        assert all(list(readings(line)) for line in lists[category])
    for name in CheckWords.__slots__:
        assert getattr(words, name) or name in may_be_empty, name
    assert len(words.grammar) >= 100
    assert set(words.employment.values()) <= {
        "full_time", "part_time", "contract", "temporary", "internship", "volunteer", "apprenticeship",
    }  # fmt: skip
    assert set(words.periods.values()) <= {"hour", "day", "week", "month", "year"}
    assert {value for value in words.numbers.values() if value <= 20} >= set(map(float, range(2, 21)))
    assert index(language).keys() >= {"kubernetes", "siemens", "stanford"}


def test_english_keeps_its_own_checks() -> None:
    assert checks_for("en") is CHECKS
    assert checks_for("de") != CHECKS


def test_d11_a_wrong_draft_stays_wrong_however_its_paragraphs_stand() -> None:
    draft = local_drafts("de")[0]
    parts = draft.output.body.split("\n\n")
    Random(4).shuffle(parts)
    shuffled = assemble(draft.context, replace(draft.output, body="\n\n".join([*parts, "Das Gehalt ist attraktiv."])))
    assert isinstance(shuffled, Assembled)
    assert "unsupported_salary" in {finding.code for finding in check_draft(draft.context, shuffled)}
