"""Grounding: false statements refused and good drafts let pass, by Overture's checks and by what people write instead.

    python benchmarks/grounding.py [--drafts N]

Peers, each given the same facts and the same text without greeting and signature: `regex` refuses a number, or a word
with a capital inside a sentence ("I" left out), that stands in no fact; `fuzzy` refuses a sentence that no fact
resembles by so many points of 100 (rapidfuzz, token_set_ratio); `spacy` refuses a named entity that stands in no fact,
where spaCy and `en_core_web_sm` are installed.
False statements about facts are planted into the corpus that the checks were tuned on (tests/planting*.py). The
reserved drafts, and the false sentences put into them, were written apart from the checks (tests/fresh_drafts.py, batch
B), and the checks mended for them once: what they did at first sight is in docs/checks.md. All are English. A checker
that refuses everything finds everything: read both.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any, Final, NamedTuple

from bench import ROOT, Better, Report, percentile
from rapidfuzz import fuzz

from overture.generation import MessageContext
from overture.generation.assembled import Assembled
from overture.generation.assembly import assemble
from overture.generation.checks import check_draft

sys.path.append(str(ROOT / "tests"))
from corpus_drafts import good_drafts
from fresh_drafts import FreshDraft, fresh_drafts, fresh_faults
from planted import plant_all

OF_FACTS: Final = (
    "other employer", "changed number", "added skill", "invented salary", "wrong school", "changed date", "other place",
    "inflated title", "invented benefit", "invented duration", "wrong title", "invented team size", "wrong doer",
    "wrong employer of a deed", "duty said as done", "turned figures", "overdone deed",
)  # fmt: skip
LEAST_LIKE: Final = (40, 50, 60)
RUNS: Final = 5
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_CAPITAL: Final = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z][\w+#]*")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORTEST: Final = 25


class Text(NamedTuple):
    """What a checker sees."""

    context: MessageContext
    assembled: Assembled
    custom_content: str | None = None

    @property
    def written(self) -> str:
        """Subject and message, without what code puts in."""
        start, end = self.assembled.message
        return f"{self.assembled.subject}\n{self.assembled.body[start:end]}"

    @property
    def facts(self) -> str:
        """All facts as one text, with the names that code puts in."""
        given = self.context
        names = filter(None, (given.salutation, given.recruiter_name, given.recruiter_company))
        return "\n".join([*(fact.text for fact in given.facts), *names])


Refuses = Callable[[Text], bool]


def overture(text: Text) -> bool:
    """A blocking finding."""
    found = check_draft(text.context, text.assembled, custom_content=text.custom_content)
    return any(finding.severity == "blocking" for finding in found)


def regex(text: Text) -> bool:
    """A number or a capitalised word that no fact has."""
    facts = text.facts
    words = set(re.findall(r"[\w+#]+", facts))
    numbers = {number.strip(".,") for number in _NUMBER.findall(facts)}
    said = text.written
    return any(number.strip(".,") not in numbers for number in _NUMBER.findall(said)) or any(
        word not in words for word in _CAPITAL.findall(said)
    )


def fuzzy(text: Text, *, least: int) -> bool:
    """A sentence that no fact resembles by so much."""
    facts = [fact.text for fact in text.context.facts]
    return any(
        max((fuzz.token_set_ratio(sentence, fact) for fact in facts), default=0.0) < least
        for sentence in _SENTENCE.split(text.written)
        if len(sentence) >= _SHORTEST and not sentence.endswith("?")
    )


def spacy() -> Refuses | None:
    """A named entity that no fact has; None where the model is not installed."""
    try:
        model: Any = import_module("spacy").load("en_core_web_sm", disable=["parser", "lemmatizer"])
    except (ImportError, OSError):
        return None

    def refuses(text: Text) -> bool:
        facts = text.facts.lower()
        return any(entity.text.lower() not in facts for entity in model(text.written).ents)

    return refuses


def _text(draft: FreshDraft, sentence: str = "") -> Text:
    """A reserved draft, with a sentence at the end of its first paragraph."""
    first, gap, rest = draft.output.body.partition("\n\n")
    body = f"{first} {sentence}{gap}{rest}" if sentence else draft.output.body
    return Text(draft.context, assemble(draft.context, replace(draft.output, body=body)))


def measure(report: Report, name: str, refuses: Refuses, sets: Mapping[str, Sequence[Text]]) -> None:
    """How many of each set a checker refuses, and how long it takes once warm."""
    is_ours = name == "overture"
    for what, texts in sets.items():
        refused = sum(refuses(text) for text in texts)
        better: Better | None = "higher" if what.startswith("false") else "lower"
        share, note = 100 * refused / len(texts), f"{refused} of {len(texts)}"
        report.add(
            f"{what}, refused", [share], "%", note=note, better=better if is_ours else None, is_shown=not is_ours
        )
    runs = [[timed(refuses, text) for text in sets["good, corpus"]] for _ in range(RUNS)]
    for share in (50, 99):
        report.add(f"p{share}", [1e3 * percentile(took, share / 100) for took in runs], "ms")


def timed(refuses: Refuses, text: Text) -> float:
    """Seconds of one look."""
    start = time.perf_counter()
    refuses(text)
    return time.perf_counter() - start


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--drafts", type=int, default=0, metavar="N", help="of the corpus only the first N")
    chosen = asked.parse_args()
    corpus = [draft for draft in good_drafts() if draft.context.personalization.language == "en"]
    corpus = corpus[: chosen.drafts or None]
    false = [error for draft in corpus for error in plant_all(draft) if error.kind in OF_FACTS]
    sets = {
        "false, planted": [Text(each.context, each.assembled, each.custom_content) for each in false],
        "good, corpus": [Text(each.context, each.assembled, each.custom_content) for each in corpus],
        "false, reserved": [_text(fault.draft, fault.text) for fault in fresh_faults("B", "english")],
        "good, reserved": [_text(draft) for draft in fresh_drafts("B", "english")],
    }
    report = Report("grounding")
    peers: dict[str, Refuses | None] = {"overture": overture, "regex": regex}
    peers |= {f"fuzzy, {least}": partial(fuzzy, least=least) for least in LEAST_LIKE}
    peers["spacy"] = spacy()
    for name, refuses in peers.items():
        if refuses is None:
            print(f"\n{name}: not installed, and its model is in no package index here")
            continue
        report.heading(name)
        measure(report, name, refuses, sets)
    report.finish()


if __name__ == "__main__":
    main()
