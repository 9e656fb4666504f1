"""How soon Compose paints first, and how heavy its first load is, in Debian's chromium: the studio's pages, warm.

python benchmarks/studio_paint.py [--loads N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import ROOT, Report

sys.path.append(str(ROOT / "tests"))
from studio_browser import browsing

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--loads", type=int, default=11, metavar="N")
    chosen = asked.parse_args()
    report = Report("studio_paint")
    with tempfile.TemporaryDirectory() as folder, browsing(Path(folder)) as made:
        page = made.page
        weights: dict[str, int] = {}
        page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
        page.goto("/compose", wait_until="networkidle")
        report.add("weight of the first load", [sum(weights.values()) / 1000], "kB", note="wanted: under 150")
        paints: list[float] = []
        for _ in range(chosen.loads):
            page.goto("/compose", wait_until="networkidle")
            paints.append(float(page.wait_for_function(_PAINT).json_value()))
        report.add("first contentful paint of Compose", paints, "ms", note="wanted: under 300")
    report.finish()


if __name__ == "__main__":
    main()
