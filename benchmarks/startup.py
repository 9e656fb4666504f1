"""How long it takes to start: `import overture`, the first public name, `overture --help`, and a whole demo."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from bench import ROOT, Report, interleaved

RUNS = 11
COMMAND = str(Path(sys.executable).with_name("overture"))
EXAMPLES = ROOT / "examples"
PROCESSES: dict[str, list[str]] = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import overture": [sys.executable, "-c", "import overture"],
    "import pydantic.BaseModel": [sys.executable, "-c", "from pydantic import BaseModel"],
    "from overture import Candidate": [sys.executable, "-c", "from overture import Candidate"],
    "from overture import Drafter": [sys.executable, "-c", "from overture import Drafter"],
    "overture --help": [COMMAND, "--help"],
    "overture draft (the demo)": [
        *(COMMAND, "draft", "--candidate", str(EXAMPLES / "candidate-backend.json")),
        *("--job", str(EXAMPLES / "job-backend.html"), "--company", str(EXAMPLES / "company.yaml")),
        *("--recruiter", str(EXAMPLES / "recruiter.yaml")),
    ],
}


def main() -> None:
    report = Report("startup")
    report.heading("A fresh process each time")
    run = partial(subprocess.run, check=True, capture_output=True)
    times = interleaved({name: partial(run, command) for name, command in PROCESSES.items()}, runs=RUNS)
    for name, values in times.items():
        report.add(name, [value * 1000 for value in values], "ms")
    floor = times["python -c pass"]
    report.heading("Above an empty interpreter, run by run")
    for name in ("import overture", "import pydantic.BaseModel", "overture --help"):
        report.add(f"{name}, alone", [(a - b) * 1000 for a, b in zip(times[name], floor, strict=True)], "ms")
    report.finish()


if __name__ == "__main__":
    main()
