"""Mails, phone numbers, addresses and handles in a text of any script, and what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_FEWEST_DIGITS, _MOST_DIGITS = 7, 20
_NETWORKS: Final = (
    "skype|telegram|whatsapp|wechat|weixin|signal|linkedin|github|gitlab|twitter|instagram|insta|discord|xing|facebook"
    "|line id|微信|推特"
)
_DOT: Final = r"(?:\.|\s?[\[({]\s?(?:dot|punkt|punto|point|ponto|punt)\s?[\])}]\s?)"
_EMAIL: Final = re.compile(
    r"(?:mailto:)?(?<![\w.+%-])[\w.+%'-]++(?:[@＠]|\s?[\[({]\s?(?:at|@|arroba|chez)\s?[\])}]\s?)"
    rf"[\w-]++(?:{_DOT}[\w-]++)+",
    re.IGNORECASE,
)
_EMAIL_SIGN: Final = re.compile(r"[@＠]|[\[({]\s?(?:at|arroba|chez)\s?[\])}]", re.IGNORECASE)
_REST: Final = r"[^\s<>\"'）)\]，。]++"
_WITH_SCHEME: Final = re.compile(rf"(?:https?|ftp)://{_REST}|(?<![\w.@-])www\.{_REST}", re.IGNORECASE)
# A name with a dot is an address where a path follows, or where no technology ends like it (Node.js, ASP.NET).
_BARE: Final = re.compile(
    rf"(?<![\w.@/-])(?:[\w-]++\.)++(?:(?!\d)\w{{2,12}}/{_REST}"
    r"|(?:com|org|info|biz|eu|de|fr|es|nl|co\.uk|com\.br|co\.jp|pl|se|ch)(?![\w/-]|\.\w))",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@/.])@[A-Za-z_][\w.]{1,38}+(?![\w/])")
_ACCOUNT: Final = re.compile(rf"(?<!\w)(?:{_NETWORKS})(?:\s?id)?\s?[:：]\s?(?!\[)@?[\w.+-]{{2,60}}+", re.IGNORECASE)
_PHONE: Final = re.compile(
    r"(?<![\w.,:$€£¥₹#/-])(?:[+＋]|\((?=\+?\d))?[\d(][\d \u00a0\u2009()./\u2010-\u2015-]{5,24}\d"
    r"(?:\s?(?:ext\.?|x|Durchwahl|poste)\s?\d{1,6})?(?![\w%€$£¥₹])",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d)(?:[ -]+\d.*)?")
_YEARS: Final = re.compile(r"\(?(?:19|20)\d\d\)?(?:\s*[/\u2010-\u2015 -]\s*(?:(?:19|20)\d\d|\d\d))*\)?")
_ROUND: Final = r"[1-9]\d{0,2}(?:[ .\u00a0\u2009]\d{3}){0,4}?[ .\u00a0\u2009]?\d00"
_AMOUNT: Final = re.compile(rf"{_ROUND}(?:[ \u00a0]?[-\u2010-\u2015/][ \u00a0]?{_ROUND})*")
_CURRENCY: Final = "€|\\$|£|¥|₹|EUR|USD|GBP|CHF|INR|JPY|CNY|RMB|BRL|SEK|PLN"
_MONEY_AFTER: Final = re.compile(rf"\s?(?:{_CURRENCY}|k\b|euros?|dollars?|円|元|万)")
_MONEY_BEFORE: Final = re.compile(rf"(?:{_CURRENCY}|Rs\.?)\s?$")

MakeSlot = Callable[[str, str], str]


def find_contacts(text: str, make_slot: MakeSlot) -> str:
    """The text with each contact replaced by what `make_slot` gives for its kind and value."""
    if _EMAIL_SIGN.search(text):
        text = _EMAIL.sub(lambda found: make_slot("EMAIL", found[0]), text)
        text = _HANDLE.sub(lambda found: make_slot("HANDLE", found[0]), text)
    lowered = text.lower()
    if "://" in lowered or "www." in lowered:
        text = _WITH_SCHEME.sub(lambda found: _address(found, make_slot), text)
    if "." in text:
        text = _BARE.sub(lambda found: _address(found, make_slot), text)
    if ":" in text or "：" in text:
        text = _ACCOUNT.sub(lambda found: make_slot("HANDLE", found[0]), text)
    return _PHONE.sub(lambda found: make_slot("PHONE", found[0]) if _is_phone(found) else found[0], text)


def kind_of_contact(value: str) -> str | None:
    """Which kind of contact a whole value is; None for a name."""
    value = value.strip()
    if _EMAIL.fullmatch(value):
        return "EMAIL"
    if _WITH_SCHEME.fullmatch(value) or _BARE.fullmatch(value):
        return "URL"
    if _HANDLE.fullmatch(value):
        return "HANDLE"
    return "PHONE" if sum(letter.isdigit() for letter in value) >= _FEWEST_DIGITS - 1 else None


def _address(found: re.Match[str], make_slot: MakeSlot) -> str:
    """An address without the full stop of its sentence."""
    said = found[0].rstrip(".,;:!?")
    return make_slot("URL", said) + found[0][len(said) :]


def _is_phone(found: re.Match[str]) -> bool:
    """No date, no span of years, no amount, and as many digits as a phone number has."""
    said = found[0].strip()
    digits = sum(letter.isdigit() for letter in said)
    if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return False
    if said[0] in "+＋":
        return True
    said = said.strip("()")
    if _DATE.fullmatch(said) or _YEARS.fullmatch(said) or _AMOUNT.fullmatch(said):
        return False
    text, start, end = found.string, found.start(), found.end()
    return not (_MONEY_AFTER.match(text, end) or _MONEY_BEFORE.search(text, max(0, start - 5), start))
