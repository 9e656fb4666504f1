"""What loads when: proved in a fresh interpreter with an import blocker, never by a stopwatch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
HEAVY = [
    *("aiohttp", "httpx", "httpx2", "langchain", "langchain_core", "langchain_openai", "openai", "opentelemetry"),
    "tiktoken",
    *("numpy", "onnxruntime", "py3langid", "safetensors", "sklearn", "tokenizers", "torch", "transformers"),
]
STORING = ["alembic", "altair", "dbos", "psycopg", "pyarrow", "sqlalchemy", "tzdata", "vl_convert"]
BLOCKER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise AssertionError(f"{name} was imported")

sys.meta_path.insert(0, Blocker())
"""


def run_without(names: list[str], code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter where importing any of `names` is an error."""
    script = f"BLOCKED = {names!r}\n{BLOCKER}{code}"
    return subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )


def test_import_overture_loads_nothing_but_the_standard_library() -> None:
    third_party = [*HEAVY, "pydantic", "pydantic_core", "typing_extensions", "jinja2", "yaml", "babel", "rapidfuzz"]
    done = run_without(third_party, "import overture; print(overture.__all__[0])")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_every_public_name_loads_without_a_provider() -> None:
    code = "import overture\nfor name in overture.__all__: getattr(overture, name)"
    done = run_without(HEAVY, code)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_d15_an_offline_draft_needs_no_provider_and_nothing_heavy() -> None:
    code = f"""
from overture import Drafter, read_candidate, read_job
draft = Drafter().draft(
    read_candidate({str(EXAMPLES / "candidate-backend.json")!r}), job=read_job({str(EXAMPLES / "job-backend.html")!r})
)
print(draft.writer, draft.is_good, len(draft.body) > 100)
"""
    done = run_without(HEAVY, code)
    assert (done.returncode, done.stdout) == (0, "offline True True\n"), done.stderr


def test_the_help_of_the_command_loads_no_part_of_the_library() -> None:
    blocked = [*HEAVY, *STORING, "pydantic", "jinja2", "yaml", "rich"]
    done = run_without(blocked, "from overture.cli import run; raise SystemExit(run(['--help']))")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert all(noun in done.stdout for noun in ("draft", "classify", "outreach", "credits", "health", "insights"))


@pytest.mark.parametrize("name", ["openai", "numpy"])
def test_the_blocker_blocks(name: str) -> None:
    done = run_without(HEAVY, f"import {name}")
    assert f"{name} was imported" in done.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    import overture

    with pytest.raises(AttributeError, match="no attribute 'Dratfer'"):
        _ = overture.Dratfer
    assert "Drafter" in dir(overture)
