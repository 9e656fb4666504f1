"""Personal data out of texts: what is found, what is left alone, and how long it takes (F-2)."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import pytest

from overture.feedback.pseudonyms import Pseudonyms, without_slots

LOCALES = (
    "en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "pt_BR", "it_IT", "nl_NL", "sv_SE", "pl_PL", "tr_TR", "hi_IN", "ja_JP",
    "zh_CN",
)  # fmt: skip
FRAMES: dict[str, tuple[str, str, str]] = {
    "en": ("Hi {a},", "Best regards,\n{b}", "You can reach {a} at {contact}."),
    "de": ("Hallo {a},", "Viele Grüße\n{b}", "Erreichen kann man {a} unter {contact}."),
    "fr": ("Bonjour {a},", "Cordialement,\n{b}", "On peut joindre {a} par {contact}."),
    "es": ("Hola {a},", "Un saludo,\n{b}", "Se puede contactar con {a} en {contact}."),
    "pt": ("Olá {a},", "Abraços,\n{b}", "Fale com {a} por {contact}."),
    "it": ("Buongiorno {a},", "Cordiali saluti\n{b}", "Si può scrivere a {a}: {contact}."),
    "nl": ("Hallo {a},", "Met vriendelijke groet,\n{b}", "{a} is te bereiken via {contact}."),
    "ja": ("{a}様", "よろしくお願いします。\n\n{b}", "{a}さんの連絡先は {contact} です。"),
    "zh": ("{a}先生，您好！", "谢谢\n\n{b}", "{a}的联系方式：{contact} 。"),
    "hi": ("नमस्ते {a},", "धन्यवाद,\n{b}", "{a} से {contact} पर संपर्क करें।"),
}
PLAIN = {
    "ja": "御社の求人にとても興味があります。給与は年収 800万円 を希望します。",
    "zh": "我对这个职位很感兴趣，2019 - 2024 我做了五年后端开发，期望薪资 30000 元。",
    "hi": "मुझे यह पद पसंद है। मेरे पास 12 साल का अनुभव है, वेतन 18 00 000 INR हो।",
    "": "The role pays €85,000 - €95,000 (60 000 - 80 000 before 2024-05-06), I did Node.js, C# and ASP.NET 4.8 from "
    "2019 - 2024 for 24 people at 99.95 % on 3.11.7.",
}


class Told(NamedTuple):
    """A text with the personal data in it, each by its kind."""

    text: str
    names: tuple[str, ...]
    contacts: dict[str, str]


def texts_in(locale: str, count: int) -> list[Told]:
    """Letters with a greeting, a signature, and a sentence with a contact, made by faker."""
    faker: Any = pytest.importorskip("faker", reason="it is in the dependency group `dev`").Faker(locale)
    faker.seed_instance(20261122)
    random = Random(7)
    language = locale[:2]
    greeting, closing, contact = FRAMES.get(language, FRAMES["en"])
    plain = PLAIN.get(language, PLAIN[""])
    kinds: dict[str, Callable[[], str]] = {
        "EMAIL": faker.email, "PHONE": faker.phone_number, "URL": faker.url,
        "HANDLE": lambda: "@" + faker.user_name().replace("-", "_"),
    }  # fmt: skip
    told: list[Told] = []
    for _ in range(count):
        reader = f"{faker.first_name()} {faker.last_name()}" if language not in {"ja", "zh"} else faker.name()
        writer = f"{faker.first_name()} {faker.last_name()}" if language not in {"ja", "zh"} else faker.name()
        reader, writer = (name.replace(" ", "") if language in {"ja", "zh"} else name for name in (reader, writer))
        kind = random.choice(list(kinds))
        value = kinds[kind]()
        first = reader if language in {"ja", "zh"} else reader.split()[0]
        lines = (greeting.format(a=first), plain, contact.format(a=reader, contact=value), closing.format(b=writer))
        told.append(Told("\n\n".join(lines), (reader, writer), {kind: value}))
    return told


def parts(names: tuple[str, ...]) -> set[str]:
    """The words of names, as they must not be found."""
    return {word for name in names for word in name.split() if len(word) > 1 and not word.islower()}


def left_of(names: tuple[str, ...], text: str) -> int:
    words = set("".join(letter if letter.isalnum() or letter in "'’" else " " for letter in text).split())
    joined = any("\u3040" <= letter <= "\u9fff" for name in names for letter in name)
    return sum(part in text if joined else part in words for part in parts(names))


class Measured(NamedTuple):
    """Shares found: of names that were known, of names that nobody gave, of contacts; and of what was replaced, the
    share that was personal data."""

    known: float
    unknown: float
    contacts: float
    precision: float


def measure(locale: str, count: int = 150) -> Measured:
    """Each kind by itself; precision over all slots against those that had to be set."""
    names = known_left = unknown_left = contacts_left = slots = right = 0
    for told in texts_in(locale, count):
        names += len(parts(told.names))
        known = Pseudonyms(told.names, texts=[told.text]).clean(told.text)
        known_left += left_of(told.names, known)
        alone = Pseudonyms(texts=[told.text]).clean(told.text)
        unknown_left += left_of(told.names, alone)
        contacts_left += sum(value in known for value in told.contacts.values())
        plain = PLAIN.get(locale[:2], PLAIN[""])
        slots += 4  # greeting, name and contact in the sentence, signature
        right += 4
        slots += sum(word not in known for word in plain.split())
    return Measured(1 - known_left / names, 1 - unknown_left / names, 1 - contacts_left / count, right / slots)


@pytest.mark.parametrize("locale", LOCALES)
def test_recall_and_precision_on_texts_made_by_faker_f2(locale: str, record_property: Callable[..., None]) -> None:
    """Prints what docs/evaluation-sets.md says; the bounds are what every locale reaches."""
    found = measure(locale)
    print(f"{locale}: known {found.known:.3f}, unknown {found.unknown:.3f}, contacts {found.contacts:.3f}, "  # noqa: T201 - the figures of the docs
          f"precision {found.precision:.3f}")  # fmt: skip
    record_property("recall", found._asdict())
    assert found.known >= 0.99
    assert found.unknown >= 0.9
    assert found.contacts >= 0.97
    assert found.precision >= 0.97


def test_the_same_value_gets_the_same_slot_and_parts_of_a_name_are_one_person_f2() -> None:
    slots = Pseudonyms(["Ines Okafor", "Elin Berg"])
    assert slots.clean("Ines Okafor, Ines, OKAFOR and INES's; Elin; a@b.de") == (
        "[NAME], [NAME], [NAME] and [NAME]'s; [NAME_2]; [EMAIL]"
    )
    assert slots.clean("a@b.de c@d.de Berg ines") == "[EMAIL] [EMAIL_2] [NAME_2] ines"
    assert without_slots("[NAME_2] met [EMAIL]") == " met "


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Für Jörg Müllers Chef, JOERG bleibt.", ["Jörg Müller"], "Für [NAME]s Chef, JOERG bleibt."),
        ("Chloe and Chloé Moreau", ["Chloé Moreau"], "[NAME] and [NAME]"),
        ("Anne-Marie, Anne and Marie", ["Anne-Marie Klein"], "[NAME]-[NAME], [NAME] and [NAME]"),
        ("Will you meet Will Page, page 3?", ["Will Page"], "Will you meet [NAME], page 3?"),
        ("佐藤さん、愛子です。佐藤愛子", ["佐藤愛子"], "[NAME]さん、[NAME]です。[NAME]"),
        ("王先生，小明，王小明，王国", ["王小明"], "[NAME]先生，[NAME]，[NAME]，王国"),
        ("प्रिया रमन और प्रिया", ["प्रिया रमन"], "[NAME] और [NAME]"),
        ("Van der Berg and the van", ["Piet van der Berg"], "Van der [NAME] and the van"),
        ("mail ines (at) gmx dot de", [], "mail ines (at) gmx dot de"),
        ("mail ines (at) gmx.de or ines[at]gmx[dot]de", [], "mail [EMAIL] or [EMAIL_2]"),
        ("+49 (0)151/234 567-89, 030 1234567, (555) 123-4567 x12", [], "[PHONE], [PHONE_2], [PHONE_3]"),
        ("१२३४५ ६७८९०", [], "[PHONE]"),
        ("github.com/ines, www.x.org/a. Skype: ines.o, @ines_o", [], "[URL_2], [URL]. [HANDLE_2], [HANDLE]"),
        ("Node.js, ASP.NET, Socket.io, e.g. 3.11.7 and a.m.", [], "Node.js, ASP.NET, Socket.io, e.g. 3.11.7 and a.m."),
        ("85 000 - 95 000, $120 000, 2019-2024, 06.05.2024", [], "85 000 - 95 000, $120 000, 2019-2024, 06.05.2024"),
    ],
)  # fmt: skip
def test_ways_of_saying_who_one_is_f2(text: str, names: list[str], expected: str) -> None:
    assert Pseudonyms(names).clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hi Elin,\nno thanks.", "Dear Dr. Elin Berg\n\nNo.", "Hallo Elin!\nNein.", "No.\n\nBest,\nElin Berg",
        "No.\n- Elin", "Thanks, Elin", "My name is Elin Berg and I pass.", "Ich heiße Elin. Nein.",
        "Ask my colleague Elin Berg.",
        "Not me.\n\nElin Berg | Norrsken", "Je m'appelle Elin, non merci.", "私はサトウです。\n佐藤様",
    ],
)  # fmt: skip
def test_names_that_nobody_gave_are_found_where_they_stand_f2(text: str) -> None:
    cleaned = Pseudonyms(texts=[text]).clean(text)
    assert "[NAME]" in cleaned
    assert "Elin" not in cleaned
    assert "Berg" not in cleaned


@pytest.mark.parametrize(
    "text",
    ["Hi there,\nno.", "Hi team,\nno.", "Hallo zusammen,\nnein.", "Thanks,\nbut no.", "No.\n\nThanks",
     "Not now.\n\nSorry", "I am a Data Engineer.\n\nKind regards"],
)  # fmt: skip
def test_words_where_a_name_could_stand_are_left_alone_f2(text: str) -> None:
    assert Pseudonyms(texts=[text]).clean(text) == text


def test_names_of_facts_are_no_names_of_people_f2() -> None:
    text = "Join us.\n\nNorrsken Bank"
    assert Pseudonyms(texts=[text], given=frozenset({"Norrsken Bank"})).clean(text) == text


UNITS = {
    "letters": "a", "words": "a ", "dots": "A.", "digits": "1 ", "greetings": "Hi A\n", "ats": "@", "mails": "a@",
    "hosts": "x.y", "lines": "\n", "names": "Aa Bb ", "closings": "Thanks\n", "brackets": "(1", "han": "王",
    "blanks": " ", "known": "Ines ", "dears": "Dear ", "links": "http://", "devanagari": "श्री ", "half": "Ines\n\n",
}  # fmt: skip


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_time_grows_with_the_length_of_the_text_f2(unit: str) -> None:
    """100 kB cost at most 16 times what 12.5 kB cost (8 would be exact), whatever they consist of."""

    def cost(length: int) -> float:
        text = (unit * length)[:length]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            Pseudonyms(["Ines Okafor", "王小明"], texts=[text]).clean(text)
            best = min(best, time.process_time() - start)
        return best

    cost(1_000)
    assert cost(100_000) < 16 * cost(12_500) + 0.1
