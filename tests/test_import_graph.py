"""Imports point one way, rooms are flat, files stay small (see docs/index.md, "The house")."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE_DIR: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "setuptools"
]["package-dir"]
ROOMS = {folder: package for package, folder in PACKAGE_DIR.items()}
LONGEST = 500

# core <- sources, prompts <- generation <- messaging
# core <- classification <- messaging
# generation <- bulk <- cli
# generation, classification <- feedback <- eval <- cli        nothing imports eval but cli
# feedback, messaging <- studio <- cli
# messaging <- eval, whose suite `policy` replays its rules
BELOW: dict[str, frozenset[str]] = {"core": frozenset()}
BELOW["sources"] = BELOW["prompts"] = frozenset({"core"})
BELOW["classification"] = frozenset({"core", "sources", "prompts"})
BELOW["generation"] = BELOW["sources"] | {"sources", "prompts"}
BELOW["bulk"] = BELOW["generation"] | {"generation"}
BELOW["messaging"] = BELOW["generation"] | {"generation", "classification"}
BELOW["feedback"] = BELOW["generation"] | {"generation", "classification"}
BELOW["eval"] = BELOW["feedback"] | {"feedback", "messaging"}
BELOW["studio"] = BELOW["feedback"] | {"feedback", "messaging"}
BELOW["cli"] = BELOW["eval"] | {"eval", "bulk", "studio"}


def room_of(module: str) -> str | None:
    """The room that an absolute module name lies in; None for other people's modules."""
    top, _, rest = module.partition(".")
    if top != "overture":
        return None
    name = rest.partition(".")[0]
    return name if f"overture.{name}" in PACKAGE_DIR else "core"


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports of a module, those for type checkers only left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for alternative in node.orelse:
                yield from imports(alternative)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            yield from imports(node)


def wrong_arrows(room: str, source: str, *, lazy_face: bool = False) -> list[str]:
    """What a module of `room` imports and may not; `lazy_face` is core's `__init__`, which may name rooms for types."""
    tree = ast.parse(source)
    nodes = imports(tree) if lazy_face else (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    wrong: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif node.level:
            targets = [] if node.level == 1 else [f"{'.' * node.level}{node.module or ''}"]
        elif node.module == "overture":  # the lazy face can hand out any room's names
            targets = [
                f"overture.{alias.name}" if f"overture.{alias.name}" in PACKAGE_DIR else "the face"
                for alias in node.names
            ]
        else:
            targets = [node.module or ""]
        for target in targets:
            arrow = room_of(target)
            bare = target.partition(".")[0] in BELOW  # `generation.x` would be a second copy of `overture.generation.x`
            if (
                bare
                or target.startswith((".", "the face"))
                or (arrow is not None and arrow not in BELOW[room] | {room})
            ):
                wrong.append(f"line {node.lineno}: {room} -> {target}")
    return wrong


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).glob("*.py"))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_point_one_way(room: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): arrows
        for path in modules(room)
        if (arrows := wrong_arrows(room, path.read_text(encoding="utf-8"), lazy_face=path == ROOT / "core/__init__.py"))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("room", "line", "fine"),
    [
        ("core", "from overture.sources import read_job", False),
        ("core", "from .jobs import Job", True),
        ("sources", "from overture.generation.skills import match", False),
        ("sources", "def f():\n    import overture.generation", False),
        ("sources", "from overture.jobs import Job", True),
        ("prompts", "from overture import Drafter", False),
        ("prompts", "from ..sources import read_job", False),
        ("generation", "from overture.prompts import load_prompt", True),
        ("generation", "from overture.cli import main", False),
        ("cli", "from overture.generation.draft import Draft", True),
        ("generation", "import json", True),
        ("generation", "from generation.draft import Draft", False),
        ("cli", "import generation", False),
    ],
)
def test_the_walk_sees_a_wrong_arrow(room: str, line: str, *, fine: bool) -> None:
    assert (wrong_arrows(room, line) == []) is fine


def test_only_the_face_of_core_may_name_rooms_and_only_for_types() -> None:
    for_types = "if TYPE_CHECKING:\n    from overture.sources import read_job"
    assert wrong_arrows("core", for_types, lazy_face=True) == []
    assert wrong_arrows("core", for_types) != []
    assert wrong_arrows("core", "from overture.sources import read_job", lazy_face=True) != []


def test_rooms_are_imported_as_parts_of_overture() -> None:
    """`import generation` would load a second copy of every module."""
    bare: list[str] = []
    for path in [path for folder in [*ROOMS, "tests", "benchmarks", ".ci"] for path in (ROOT / folder).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            bare += [f"{path.relative_to(ROOT)}:{node.lineno}" for name in names if name.partition(".")[0] in ROOMS]
    assert not bare


def test_rooms_are_flat() -> None:
    assert set(ROOMS) <= set(BELOW), "a new room needs its place in the graph"
    nested = [str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).glob("*/**/*.py")]
    nested = [path for path in nested if Path(path).parts[1] != "migrations"]  # scripts that Alembic runs
    assert not nested


def test_no_file_is_too_long_to_read() -> None:
    folders = [*ROOMS, "tests", "benchmarks", ".ci"]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
