"""The door for untrusted text: what reads like an order to a machine never becomes a fact (D-13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_CONTACT = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_SHORTEST_PHONE = 9
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d ()./-]{7,}\d(?!\w)")
_TRIGGERS = (
    "ignor", "disregard", "forg", "overrid", "bypass", "discard", "dismiss", "skip ", "instruc", "instruk", "instruç",
    "prompt", "tem mess", "per mess", "per mode", "per_mode", "per-mode", "permode", "tem mode", "den mode", "ret mode",
    "god mode", "dmin mode", "dminmode", "guardrail", "restriction", "you are", "from now on", "act as",
    "pretend", "play as", "jailbreak", "anything now", "unrestricted", "uncensored", "godmode", "an ai", "llm",
    "language model", "chatbot", "to the ai", "to any ai", "to ai", "to the assistant", "to any assistant",
    "to assistant", " only with", '"role"', "password", "api key", "api_key", "api-key", "apikey", "secret",
    "credential", "token",
    "environment var", "confidential", "conversation", "ssh", ".env", "customer e", "customer d", "base64", "rot13",
    "decode", "encoded", "sudo", "rm -rf", "drop table", "eval(", "exec(", "curl ", "wget ", "[", "<", "##", "---",
    "====", "```", "{{", "}}", "{%", "%}", "${", "nuevas ", "novas ", "nouvelles ", "neue ",
    "nuove ", "nieuwe ", "missacht", "olvid", "oubli", "vergiss", "vergeet", "negeer", "esquec", "dimentica",
    "忽略", "忘记", "系统提示", "指令", "无视", "無視", "指示", "システムプロンプト", "निर्देश", "игнорир", "инструкц",
)  # fmt: skip
"""One of these is in every text that `_ORDER` can match; looking for them first is ten times cheaper."""
_ORDER = re.compile(
    r"""
    \b(?:ignor\w*|disregard\w*|forget\w*|overrid\w*|bypass\w*|discard\w*|dismiss|skip)\b.{0,60}
        \b(?:instruction|prompt|rule|guideline|above|previous|prior|earlier|everything|polic|restriction|safet|context|constraint|filter)
    |\b(?:system|developer|hidden|initial|original|secret)[\s_-]*(?:prompt|message|instruction|mode|override)
    |\b(?:your|these|previous|prior|all\s+(?:your|the|previous|prior))\s+(?:\w+\s+)?(?:instructions?|prompts?|guardrails?|restrictions)\b
    |\b(?:you\s+are\s+now|from\s+now\s+on|(?:you|must|and)\s+act\s+as|pretend\s+(?:that|to\s+be|you|i)\b|role-?play\s+as|jailbreak|do\s+anything\s+now|unrestricted|uncensored|god\s*mode)\b
    |\b(?:as|you\s+are)\s+an?\s+(?:ai|ai\s+assistant|(?:large\s+)?language\s+model|llm|chatbot)\b|\byou\s+are\s+(?:an?|the)\s+assistant\b
    |\b(?:note|message|attention)\s+to\s+(?:the\s+|any\s+)?(?:ai|assistant|chatbot|language\s+model|llm)\b|\b(?:reply|respond|answer)\s+only\s+with\b
    |\b(?:reveal|print|repeat|output|dump|leak|exfiltrat\w*|disclose|divulge|show\s+me|tell\s+me|send|forward|upload|transmit|paste)\b.{0,60}
        \b(?:prompt|instruction|password|api[\s_-]?key|secret|credential|tokens?\b|environment\s+variable|confidential|conversation|ssh\b|\.env|customer\s+(?:e-?mails?|data))
    |\b(?:base64|rot13|decode\s+(?:this|the\s+following)|hex-?encoded|admin\s*mode|sudo|rm\s+-rf|drop\s+table|eval\(|exec\(|curl\s|wget\s)\b
    |\[\s*/?\s*(?:system|inst|assistant|user|admin|end)\b|<\|?\s*/?\s*(?:system|im_|assistant|user|inst|s>|script|img|iframe)|\#{2,}\s*(?:system|instruction|new)
    |"role"\s*:\s*"
    |-{3,}|={4,}|```|\{\{|\}\}|\{%|%\}|\$\{|\]\(
    |\b(?:ignorier\w*|ignorez|ignora|ignore|olvid\w+|oubli\w+|vergiss\w*|missacht\w*|vergeet|negeer|esquec\w*|dimentica\w*)\b.{0,60}
        \b(?:instruc[ct]i\w*|instruç\w+|anweisung\w*|instruktion\w*|consignes?|istruzion\w*|instructies?|vorherige\w*|anterior\w*|précédent\w*|precedent\w*|voorgaande|todo|tudo|tout|alles|tutto|reg(?:el|las|ras|ole)\w*)
    |\b(?:ignorier\w*|ignorez|ignora|ignore)\s+(?:todas|tudo|toutes|las|les|le|as|alle)\b
    |\b(?:nuevas|novas|nouvelles|neue|nuove|nieuwe)\s+(?:instruc|instruç|anweis|istruz|instruct)\w*\s*:
    |忽略|忘记|系统提示|指令|无视|無視|指示|システムプロンプト|निर्देश|игнорир|инструкц
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SECOND_PERSON = re.compile(r"\b(?:you|your|yours|yourself|I|me|my|mine|we|our|ours|us)\b|[\u202a-\u202e\u2066-\u2069]")
_SMALL_WORDS = frozenset(
    "a an and at by da das de del della den der des di do dos du e el et for i in la las le les los of og on or oder"
    " per und van vom von vor y zu zum zur &".split()
)
_MARKUP = re.compile(r"[{}<>\\\n\r]|\"\s*[:,]")
_NO_NAME = re.compile(r"[?;:{}<>\[\]|\\\n\r\t=@]|[a-z]{5,}\.\s|[a-z]{6,}\.$|!.|\.\.")


def tidy(text: str) -> str:
    """One line without contacts, control and invisible characters."""
    text = _visible(text)
    if "@" in text or "://" in text or "www." in text.lower():
        text = _CONTACT.sub("", text)
    if len(text) >= _SHORTEST_PHONE:
        text = _PHONE.sub("", text)
    return " ".join(text.split()) if "  " in text else text.strip()


@lru_cache(maxsize=16_384)
def name_or_nothing(text: str) -> str:
    """A text that can be a proper name, tidied; the empty string for anything else."""
    name = tidy(text)
    return name if is_proper_name(name) else ""


@lru_cache(maxsize=16_384)
def name_as_given(text: str | None, *, most_words: int = 12) -> str | None:
    """A name that is told as it was given, tidied; None for markup, an order or a sentence in its place (D-13)."""
    name = tidy(text or "")
    is_one = name and len(name.split()) <= most_words and not _MARKUP.search(name) and not reads_like_an_order(name)
    return name if is_one else None


def reads_like_an_order(text: str) -> bool:
    """Whether a text addresses a machine, carries markup of prompts, or asks for secrets (D-13)."""
    text = _visible(text)
    return bool(_triggers_in(text)) and _ORDER.search(text) is not None


def orders_among(texts: Iterable[str]) -> frozenset[str]:
    """The texts that read like an order; one quick look over all of them first, since most profiles have none."""
    texts = tuple(texts)
    triggers = _triggers_in(" ".join(map(_visible, texts)))
    if not triggers:
        return frozenset()
    shown = ((text, _visible(text)) for text in texts)
    suspects = ((text, seen) for text, seen in shown if any(trigger in seen.lower() for trigger in triggers))
    return frozenset(text for text, seen in suspects if _ORDER.search(seen))


def _visible(text: str) -> str:
    """Without control and invisible characters, which would hide a word from whoever looks for it."""
    if text.isprintable():
        return text
    return "".join(
        " " if ch.isspace() else ch for ch in text if ch.isspace() or unicodedata.category(ch) not in {"Cc", "Cf"}
    )


def _triggers_in(text: str) -> list[str]:
    lowered = text.lower()
    return [trigger for trigger in _TRIGGERS if trigger in lowered]


def speaks_to_someone(text: str) -> bool:
    """Whether a text has a first or second person, so that it cannot be quoted about the candidate."""
    return _SECOND_PERSON.search(text) is not None


@lru_cache(maxsize=16_384)
def is_proper_name(text: str, *, most_words: int = 9) -> bool:
    """Whether a text can be the name of a company, a school or a title, and not a sentence in its place."""
    if not 1 <= len(text) <= 90 or _NO_NAME.search(text) or reads_like_an_order(text):
        return False
    parts = text.split()
    if len(parts) > most_words or not any(ch.isalnum() for ch in text):
        return False
    significant = [part for part in parts if part.lower().strip("(),") not in _SMALL_WORDS]
    lower = sum(1 for part in significant if part.lstrip("(\"'“‘")[:1].islower())
    return lower == 0 or len(parts) <= 2 or (len(parts) <= 4 and lower <= 1)


@lru_cache(maxsize=16_384)
def is_plain_name(text: str, *, most_words: int = 6) -> bool:
    """Whether a text can name a skill or be a job title, in whatever case: a few words, no sentence."""
    return (
        1 <= len(text) <= 12 * most_words
        and len(text.split()) <= most_words
        and not _NO_NAME.search(text)
        and not speaks_to_someone(text)
        and not reads_like_an_order(text)
    )
