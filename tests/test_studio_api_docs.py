"""The lines of docs/http-api*.md run as they stand, with curl, against a studio on loopback."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from studio_app import Studio, studio
from studio_browser import serving

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE = "ran to the end"


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="curl or bash is not here"),
]


def test_the_curl_lines_of_the_page_run_in_their_order(tmp_path: Path) -> None:
    with studio(tmp_path) as desk, serving(desk.app) as url:
        shown = run_page("http-api.md", desk, url, tmp_path)
        for part in ('"decided_by":"model"', '"errors":[{"field":"text"', "event: draft", '"state":"drafted"'):
            assert part in shown
        assert desk.ann.get("/v1/feedback").json()["items"][0]["reply"] == "r-9"


def test_the_curl_lines_of_the_page_of_messages_run_in_their_order(tmp_path: Path) -> None:
    with studio(tmp_path) as desk, serving(desk.app) as url:
        shown = run_page("http-api-messages.md", desk, url, tmp_path)
        for part in ('"charged":2', '"ended_by":"S-6"', '"badge":"2 messages"', '"corrected":"accept"', "ovt_"):
            assert part in shown
        assert desk.ann.get("/v1/suppressions/c-quiet").status_code == 200


def run_page(page: str, desk: Studio, url: str, folder: Path) -> str:
    """What the lines of a page print, as Ann; all of them ran to their end."""
    blocks = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    assert len(blocks) >= 9
    script = "\n".join(["set -euo pipefail", *(f"{block}echo" for block in blocks), f"echo '{DONE}'"])
    key = desk.ann.headers["Authorization"].removeprefix("Bearer ")
    environment = {"URL": url, "KEY": key, "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)}
    ran = subprocess.run(  # noqa: S603 - our own page
        [str(shutil.which("bash")), "-c", script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.stdout.endswith(f"{DONE}\n"), ran.stdout[-600:] + ran.stderr
    return ran.stdout
