"""What the checks find and let pass in six languages: an error a kind in each of twenty good drafts, and false alarms.

python benchmarks/planted_languages.py                       all six languages
python benchmarks/planted_languages.py --language de         one of them
python benchmarks/planted_languages.py --reserved            the sentences that no word list has seen
python benchmarks/planted_languages.py --misses              with what was missed
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import get_args

from bench import ROOT

from overture.classification.metrics import rate
from overture.generation.choices import Language

sys.path.append(str(ROOT / "tests"))
from planting_languages import LocalCounts, count_locally

LANGUAGES: tuple[Language, ...] = tuple(each for each in get_args(Language) if each != "en")


def rows(counts: Mapping[str, LocalCounts]) -> list[list[str]]:
    """A row a kind with found of planted in each language, then the share over all and the false alarms."""
    kinds = list(dict.fromkeys(kind for each in counts.values() for kind in each.planted))
    table = [[kind, *(f"{each.found[kind]} of {each.planted[kind]}" for each in counts.values())] for kind in kinds]
    table.append(["all", *(f"{each.found.total() / each.planted.total():.1%}" for each in counts.values())])
    alarms = [len({draft for draft, _ in each.alarms}) for each in counts.values()]
    table.append(
        ["good drafts blocked", *(f"{n} of {each.drafts}" for n, each in zip(alarms, counts.values(), strict=True))]
    )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="a language; all without it")
    parser.add_argument("--reserved", action="store_true", help="plant the reserved sentences")
    parser.add_argument("--misses", action="store_true", help="print what was missed, and every false alarm")
    args = parser.parse_args()
    languages: tuple[Language, ...] = tuple(args.language or LANGUAGES)
    counts = {language: count_locally(language, reserved=args.reserved) for language in languages}
    table = [["planted error", *languages], *rows(counts)]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print(
            "  ".join((row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))))
        )
    found = rate(
        sum(each.found.total() for each in counts.values()), sum(each.planted.total() for each in counts.values())
    )
    print(f"\nfound over all: {found.value:.1%} ({found.low:.1%} to {found.high:.1%}, 95 % interval by Wilson)")
    if args.misses:
        for language, each in counts.items():
            print(
                *(f"missed, {language}: {error.kind}: {error.said} ({error.draft})" for error in each.missed), sep="\n"
            )
            print(
                *(f"false alarm, {language}: {draft}: {one.code} {one.text!r}" for draft, one in each.alarms), sep="\n"
            )


if __name__ == "__main__":
    main()
