"""Small changes that replies come with, done to training rows only: case, punctuation, slips, courtesies, outreach."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from .examples import Example

_CHANCE_LOWER = 0.08
_CHANCE_BARE = 0.08
_CHANCE_SLIP = 0.10
_CHANCE_ALONE = 0.25
_CHANCE_ASKED = 0.30
_CHANCE_COURTESY = 0.20
_LONG_ENOUGH = 12
_GREETINGS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Thanks!", "Thank you.", "Hi!", "Hello,", "Thanks for your message.", "Good morning."),
    "es": ("¡Gracias!", "Hola,", "Gracias por tu mensaje.", "Buenos días."),
    "fr": ("Merci !", "Bonjour,", "Merci pour votre message."),
    "de": ("Danke!", "Hallo,", "Guten Tag,", "Danke für Ihre Nachricht."),
    "pt": ("Obrigado!", "Obrigada!", "Olá,", "Bom dia.", "Obrigado pela mensagem."),
    "it": ("Grazie!", "Buongiorno,", "Grazie del messaggio."),
    "nl": ("Bedankt!", "Hallo,", "Goedemorgen,", "Dank voor uw bericht."),
    "hi": ("धन्यवाद!", "नमस्ते,", "Namaste,", "Thank you,"),
    "ja": ("ありがとうございます。", "お世話になっております。", "ご連絡ありがとうございます。"),
    "zh": ("谢谢！", "您好，", "谢谢您的来信。"),
}
_CLOSINGS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Thanks.", "Thank you.", "Thanks!", "Many thanks.", "Have a nice day.", "Best wishes.", "Bye.", "See you."),
    "es": ("Gracias.", "Muchas gracias.", "Un saludo.", "Que tenga un buen día."),
    "fr": ("Merci.", "Merci beaucoup.", "Bonne journée.", "Cordialement."),
    "de": ("Danke.", "Vielen Dank.", "Schönen Tag noch.", "Viele Grüße."),
    "pt": ("Obrigado.", "Obrigada.", "Muito obrigado.", "Um abraço.", "Bom dia."),
    "it": ("Grazie.", "Grazie mille.", "Buona giornata.", "Cordiali saluti."),
    "nl": ("Bedankt.", "Dank u wel.", "Fijne dag nog.", "Groeten."),
    "hi": ("धन्यवाद।", "शुक्रिया।", "Dhanyavaad.", "Thanks."),
    "ja": ("ありがとうございます。", "よろしくお願いいたします。", "失礼いたします。"),
    "zh": ("谢谢。", "非常感谢。", "祝好。"),
}
"""Said with a yes and with a no alike: what a reply means does not hang on them."""


def harm(example: Example, *, rng: random.Random, outreach: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """A reply and its outreach, changed in ways that keep the meaning.

    A neutral invitation is put before replies that carry none; an outreach that decides the sense always stays.
    """
    text, asked = example.text, example.outreach
    if rng.random() < _CHANCE_LOWER:
        text = text.lower()
    if rng.random() < _CHANCE_BARE:
        text = "".join(c for c in text if unicodedata.category(c) not in {"Po", "Ps", "Pe"} or c in "?!'@") or text
    if rng.random() < _CHANCE_SLIP and len(text) >= _LONG_ENOUGH:
        text = _slip(text, rng)
    if rng.random() < _CHANCE_COURTESY:
        text = _courteous(text, example.lang, rng)
    if asked and example.kind != "outreach" and rng.random() < _CHANCE_ALONE:
        asked = ""
    elif not asked and (neutral := outreach.get(example.lang)) and rng.random() < _CHANCE_ASKED:
        asked = rng.choice(neutral)
    return text, asked


def _courteous(text: str, language: str, rng: random.Random) -> str:
    space = "" if language in {"ja", "zh"} else " "
    is_before = rng.random() < 0.5
    said = (_GREETINGS if is_before else _CLOSINGS).get(language)
    if not said:
        return text
    if is_before:
        return f"{rng.choice(said)}{space}{text}"
    ends = text.rstrip().endswith((".", "!", "?", "。", "！", "？", "।", ")"))
    return f"{text}{'' if ends else '。' if not space else '.'}{space}{rng.choice(said)}"


def _slip(text: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(text) - 2)
    if not (text[at].isalpha() and text[at + 1].isalpha()):
        return text
    swapped = text[at + 1] + text[at]
    return text[:at] + rng.choice((swapped, text[at], text[at] * 2 + text[at + 1])) + text[at + 2 :]
