"""What the checks find and let pass: one planted error a kind in each of 200 good drafts, and alarms on the good ones.

python benchmarks/planted_errors.py              the tables
python benchmarks/planted_errors.py --misses     with an example or more of what was missed, by kind
python benchmarks/planted_errors.py --page       the tables put into docs/checks.md
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict

from bench import ROOT

from overture.classification.metrics import rate

sys.path.append(str(ROOT / "tests"))
from corpus_drafts import good_drafts
from planted import Alarms, Found, count_alarms, count_found, plant_all

PAGE = ROOT / "docs" / "checks.md"
_MARKED = re.compile(r"(<!-- planted -->\n).*?(<!-- end -->)", re.DOTALL)
_EXAMPLES = 8


def found_rows(counts: Found) -> list[tuple[str, str, str, str, str]]:
    """A row a kind, the weakest first, then all together: kind, planted, found, share, 95 % interval (Wilson)."""
    kinds = sorted(counts.planted, key=lambda kind: (counts.found[kind] / counts.planted[kind], kind))
    rows = [(kind, counts.found[kind], counts.planted[kind]) for kind in kinds]
    rows.append(("all", counts.found.total(), counts.planted.total()))
    return [(kind, str(planted), str(found), *_share(found, planted)) for kind, found, planted in rows]


def alarm_rows(alarms: Alarms) -> list[tuple[str, str, str, str, str, str]]:
    """A row a style, then all together: style, good drafts, blocked, share, interval, with an advisory finding."""
    rows = [(style, alarms.blocked[style], n, alarms.advised[style]) for style, n in sorted(alarms.drafts.items())]
    rows.append(("all", alarms.blocked.total(), alarms.drafts.total(), alarms.advised.total()))
    return [(style, str(n), str(bad), *_share(bad, n), f"{said / n:.0%}") for style, bad, n, said in rows]


def _share(part: int, n: int) -> tuple[str, str]:
    found = rate(part, n)
    return f"{found.value:.1%}", f"{found.low:.1%} to {found.high:.1%}"


_FOUND_HEAD = ("planted error", "planted", "found", "share", "95 % interval")
_ALARM_HEAD = ("style", "good drafts", "blocked", "share", "95 % interval", "with advice")


def text(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """The rows in columns."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = ["  ".join((row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))))
             for row in (head, *rows)]  # fmt: skip
    return "\n".join(lines)


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """The rows as a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def print_misses(counts: Found, alarms: Alarms) -> None:
    """The first few that were missed, by kind, and every false alarm."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for error in counts.missed:
        by_kind[error.kind].append(f"{error.draft}: {error.said}")
    for kind, missed in by_kind.items():
        print(f"\nmissed: {kind}", *missed[:_EXAMPLES], sep="\n  ")
    for draft, finding in alarms.raised:
        print(f"\nfalse alarm: {draft.id}: {finding.code} {finding.text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--misses", action="store_true", help="examples of what was missed")
    parser.add_argument("--page", action="store_true", help="put the tables into docs/checks.md")
    chosen = parser.parse_args()
    drafts = good_drafts()
    counts = count_found(error for draft in drafts for error in plant_all(draft))
    alarms = count_alarms(drafts)
    found, raised = [*found_rows(counts)], [*alarm_rows(alarms)]
    print(text(_FOUND_HEAD, [*found]))
    print()
    print(text(_ALARM_HEAD, [*raised]))
    if chosen.misses:
        print_misses(counts, alarms)
    if chosen.page:
        tables = f"{markdown(_FOUND_HEAD, [*found])}\n\n{markdown(_ALARM_HEAD, [*raised])}\n"
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_MARKED.sub(lambda match: match[1] + tables + match[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
