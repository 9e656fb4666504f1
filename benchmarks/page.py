"""Put the figures that stand in benchmarks/results/ into docs/performance.md, with where they were measured."""

from __future__ import annotations

import json
import re
from typing import Any

from bench import RESULTS, ROOT, short

PAGE = ROOT / "docs" / "performance.md"
MARKED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(name: str) -> str:
    """The figures of one benchmark as a Markdown table."""
    record: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    lines = [
        f"{record['date'][:10]}, commit {record['commit']}: {record['cpu']}, {record['cores']} cores, "
        f"Python {record['python']}, pydantic {record['versions']['pydantic']}.",
        "",
        "| what | median | lowest to highest | runs | |",
        "|---|---|---|---|---|",
    ]
    for figure in record["figures"]:
        spread = f"{short(figure['low'])} to {short(figure['high'])}" if figure["n"] > 1 else ""
        value = f"{short(figure['median'])} {figure['unit']}".strip()
        lines.append(f"| {figure['name']} | {value} | {spread} | {figure['n']} | {figure['note']} |")
    return "\n".join(lines)


def measured(part: re.Match[str]) -> str:
    """A part of the page with its figures of now; as it is where there are none."""
    if not (RESULTS / f"{part[2]}.json").is_file():
        return part[0]
    return f"{part[1]}{table(part[2])}\n{part[3]}"


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(MARKED.sub(measured, page), encoding="utf-8")
    print(f"figures put into {PAGE.relative_to(ROOT)}")
