"""Pay: said as the salary fact says it; without one, silence (D-10)."""

from __future__ import annotations

from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .facts import Fact, FactKind
from .mentions import Mention, is_known, is_year, read_mentions
from .numbers import ANY_CURRENCY, Number, find_digits, is_said

_PAY_WORDS = frozenset(
    """salary salaries pay pays paid paying compensation remuneration package wage wages earn earns earning income
    ote rate payroll bonus stipend annually hourly""".split()
)
_PERIODS = {
    "hour": "hour", "hourly": "hour", "hr": "hour", "day": "day", "daily": "day", "week": "week", "weekly": "week",
    "month": "month", "monthly": "month", "year": "year", "annum": "year", "annual": "year",
    "annually": "year", "yearly": "year",
}  # fmt: skip
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "CLP", "COP", "ARS"))


def check_salary(given: CheckInput) -> Iterable[Finding]:
    """No amount, currency, period or hint of pay that the salary fact does not give."""
    salaries = given.facts.of_kind("salary")
    for mention in given.once(read_mentions):
        if mention.number.currency is not None:
            yield from _amount(given, mention, salaries)
        elif mention.number.values[0] >= 1000 and _is_bare_pay(given, mention) and not is_known(given, mention):
            yield given.finding_at("unsupported_salary", mention.start, mention.end, "No fact gives this pay.")
    for hit in given.hits("pay_hint"):
        words = given.words[hit.start : hit.end]
        if given.facts.has_phrase(words) or _is_another_sense(given, hit.start, hit.end):
            continue
        if not salaries:
            yield given.finding("unsupported_salary", hit.start, hit.end, "No salary is given: say nothing about pay.")
        elif _is_praise_of_pay(words):
            yield given.finding(
                "unsupported_salary", hit.start, hit.end, "Say what it pays, as the fact does, and no more."
            )


def _amount(given: CheckInput, mention: Mention, salaries: list[Fact]) -> Iterable[Finding]:
    number = mention.number
    about_pay = _is_about_pay(given, mention)
    said = given.text[mention.start : mention.end]
    if not is_known(given, mention, about="about" in given.words[max(0, mention.first - 2) : mention.first]):
        yield given.finding_at("unsupported_salary", mention.start, mention.end, f"No fact gives {said!r}.")
        return
    if about_pay and not salaries and not _is_of_another_fact(given, mention):
        yield given.finding_at(
            "unsupported_salary", mention.start, mention.end, "No salary is given: say nothing about pay."
        )
        return
    for salary in salaries:
        if not _is_of(number, salary):
            continue
        currency = salary.attributes.get("currency", "")
        if not _may_be(number.currency or "", currency):
            yield given.finding_at("unsupported_salary", mention.start, mention.end, f"The salary is in {currency}.")
        period = salary.attributes.get("period", "")
        told = _period_after(given, mention.last)
        if told and period and told != period:
            yield given.finding("unsupported_salary", mention.first, mention.last, f"The salary is per {period}.")


def _is_of_another_fact(given: CheckInput, mention: Mention) -> bool:
    """Whether a benefit gives the amount, or an achievement and no word here is of pay: `saving £700k a year`."""
    kinds: tuple[FactKind, ...] = ("benefit",)
    if _PAY_WORDS.isdisjoint(given.sentence_words(mention.first)):
        kinds = ("benefit", "achievement")
    texts = [fact.text for fact in given.facts.of_kind(*kinds)]
    return any(is_said(mention.number, set(found.values)) for text in texts for found in find_digits(text))


def _may_be(said: str, currency: str) -> bool:
    return not currency or said in {currency, ANY_CURRENCY} or (said == "" and currency in _DOLLARS)


def _is_of(number: Number, salary: Fact) -> bool:
    amounts = {float(salary.attributes[key]) for key in ("minimum", "maximum") if salary.attributes.get(key)}
    return is_said(number, amounts)


def _period_after(given: CheckInput, at: int) -> str | None:
    for i in range(at, min(at + 3, len(given.words))):
        if given.words[i] in {"to", "and"} or given.words[i][0].isdigit():
            return None
        if given.words[i] in _PERIODS and (
            given.word(i - 1) in {"a", "an", "per", "each", "every", "the"} or given.words[i].endswith("ly")
        ):
            return _PERIODS[given.words[i]]
    return None


def _is_about_pay(given: CheckInput, mention: Mention) -> bool:
    return (
        not _PAY_WORDS.isdisjoint(given.sentence_words(mention.first)) or _period_after(given, mention.last) is not None
    )


def _is_bare_pay(given: CheckInput, mention: Mention) -> bool:
    """`90k` or `55,000 a year` without a currency."""
    value = mention.number.values[0]
    if value < 1000 or mention.number.is_percent or is_year(given, mention):
        return False
    near = set(given.words[max(0, mention.first - 6) : mention.last + 5])
    return not _PAY_WORDS.isdisjoint(near) and "payroll" not in near


def _is_praise_of_pay(words: list[str]) -> bool:
    return not {
        "well",
        "excellent",
        "great",
        "good",
        "strong",
        "better",
        "more",
        "competitive",
        "generous",
        "attractive",
        "lucrative",
        "handsome",
        "figure",
        "figures",
        "uncapped",
        "raise",
    }.isdisjoint(words)


def _is_another_sense(given: CheckInput, start: int, end: int) -> bool:
    """`pay well over`, `your salary expectations`, `high rates of ...`; and pay that is the work, as in payroll."""
    before, after = given.word(start - 1), given.word(end)
    words = given.words[start:end]
    if "salary" in words and after in {"expectations", "expectation"}:
        return True
    if words[-1] == "package" and after in {"of", "manager", "managers"} and not {"salary", "pay"} & set(words):
        return True
    if (
        words[0] in {"salary", "pay"}
        and words[-1] in {"range", "band", "of", "from", "between"}
        and before in {"your", "what", "which", "no", "the", "share"}
    ):
        return (
            not any(
                number.number.values[0] >= 100 for number in given.once(read_mentions) if end <= number.first <= end + 4
            )
            and before != "the"
        )
    if (words[0] == "great" and words[-1] == "money") or (words[-1] == "money" and before in {"saved", "save", "of"}):
        return True
    if (
        words[0] in {"pay", "paid", "pays", "paying"}
        and before in {"to", "not", "you", "will"}
        and given.word(start + 1) == "well"
        and after == "over"
    ):
        return True
    return before in {"no", "without"} or given.sentence_words(start) & {"hint", "guess"} != frozenset()
