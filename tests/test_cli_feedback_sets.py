"""`overture feedback build-set` and `export` (F-2, F-6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")
pytest.importorskip("datasketch")
pytest.importorskip("pyarrow")

from eval_sets import SALT, judged, store_of

from overture.cli import run


def overture(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    capsys.readouterr()
    code = run(["feedback", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a store with twelve thumbs."""
    store_of(tmp_path / "o.db", [judged(n, "up" if n % 3 else "down") for n in range(12)]).close()
    return f"sqlite:///{tmp_path / 'o.db'}"


def test_f2_a_set_is_built_told_and_built_upon(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path
) -> None:
    code, out, _ = overture(capsys, "build-set", tmp_path / "set", "--salt", SALT, "--database-url", database)
    assert code == 0
    assert "12 cases" in out
    assert "draft/train/up" in out
    assert SALT not in out
    code, out, _ = overture(capsys, "build-set", tmp_path / "set", "--salt", SALT, "--database-url", database, "--json")
    assert (code, json.loads(out)["cases"]) == (0, 12)


def test_f6_an_export_is_written_and_told(capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path) -> None:
    overture(capsys, "build-set", tmp_path / "set", "--salt", SALT, "--database-url", database)
    out_file = tmp_path / "pairs.jsonl"
    code, out, _ = overture(
        capsys, "export", tmp_path / "set", "--form", "paired", "--out", out_file, "--split", "both"
    )
    assert code == 0
    rows = out_file.read_text("utf-8").splitlines()
    assert out.startswith(f"{len(rows)} rows of 12 cases")
    code, out, _ = overture(
        capsys, "export", tmp_path / "set", "--form", "openai", "--out", tmp_path / "o.parquet", "--json"
    )
    assert (code, json.loads(out)["form"]) == (0, "openai")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build-set", "{tmp}/set", "--salt", "short", "--database-url", "{db}"], "F-2"),
        (["build-set", "{tmp}/set", "--salt", SALT, "--eval-share", "2", "--database-url", "{db}"], "F-2"),
        (["build-set", "{tmp}/set", "--salt", SALT, "--database-url", "sqlite:///{tmp}/none.db"], "no feedback"),
        (["export", "{tmp}/set", "--form", "paired", "--out", "{tmp}/x.jsonl"], "no evaluation set"),
        (["export", "{tmp}/set", "--form", "sharegpt", "--out", "{tmp}/x.jsonl"], "--form"),
    ],
)
def test_f2_a_mistake_is_told_and_ends_with_two(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path, arguments: list[str], told: str
) -> None:
    code, out, err = overture(capsys, *(each.format(tmp=tmp_path, db=database) for each in arguments))
    assert (code, out) == (2, "")
    assert told in err
