"""Prove the installed wheel complete: every file of the tree is in it, every module imports, the demo runs, and a
command that needs an extra names it. Run in an environment with base dependencies only: `check_wheel.py ROOT`."""

import pkgutil
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import overture
from overture.errors import MissingExtraError

ROOT = Path(sys.argv[1])
PACKAGE_DIR = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]
COMMAND = Path(sys.executable).with_name("overture")
EXAMPLES = ROOT / "examples"
DEMO = (
    *("draft", "--candidate", EXAMPLES / "candidate-backend.json", "--job", EXAMPLES / "job-backend.html"),
    *("--company", EXAMPLES / "company.yaml", "--recruiter", EXAMPLES / "recruiter.yaml"),
)


NEEDY: dict[str, tuple[str | Path, ...]] = {
    "langchain": (*DEMO, "--model", "anthropic:any"),
    "classification": ("classify", "Yes please"),
    "messaging": ("outreach", "init"),
    "local": (*DEMO, "--model", "transformers:any"),
    "store": ("content", "list"),
    "bulk": ("draft-bulk", "--candidates", EXAMPLES / "candidate-backend.json", "--out", "anywhere.jsonl"),
    "eval": ("eval", "run", "contract", "--out", "anywhere"),
    "feedback": ("feedback", "stats"),
    "studio": ("studio", "--no-browser"),
    "train": ("classify", "train", "--out", "anywhere"),
}
EXTRA_PACKAGES = {
    *("numpy", "onnxruntime", "py3langid", "safetensors", "sklearn", "tokenizers", "torch"),
    *(
        "aiohttp",
        "alembic",
        "altair",
        "datasketch",
        "dbos",
        "fastapi",
        "psycopg",
        "pyarrow",
        "pydantic_evals",
        "ray",
        "scipy",
    ),
    *("sqlalchemy", "stamina", "starlette", "tzdata", "uvicorn", "vl_convert"),
}
ROOMS_OF_EXTRAS = {"bulk", "classification", "eval", "feedback", "messaging", "studio"}
STORING = {"alembic", "sqlalchemy"}  # what only the modules of the extra `store` may lack in other rooms


def overture_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own


def main() -> None:
    installed = Path(overture.__file__).parent
    assert "site-packages" in installed.parts, f"not the wheel: {installed}"
    assert find_spec("langchain") is None, "an extra is installed here, so nothing would be proved"

    files = [
        Path(*package.split(".")[1:]) / file.relative_to(ROOT / folder)
        for package, folder in PACKAGE_DIR.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    missing = [str(file) for file in files if not (installed / file).is_file()]
    assert not missing, f"in the tree, not in the wheel: {missing}"

    modules = [module.name for module in pkgutil.walk_packages(overture.__path__, "overture.")]
    waiting: dict[str, str] = {}
    for module in modules:
        try:
            import_module(module)
        except (ModuleNotFoundError, MissingExtraError) as error:  # of a room below, its face says which extra
            cause = error if isinstance(error, ModuleNotFoundError) else error.__cause__
            assert isinstance(cause, ModuleNotFoundError), module
            waiting[module] = str(cause.name).partition(".")[0]
    known = EXTRA_PACKAGES | {"pytest"}  # whoever uses the plugin has it
    strange = {module: needs for module, needs in waiting.items() if needs not in known}
    assert not strange, f"needs what no extra brings: {strange}"
    elsewhere = {m: needs for m, needs in waiting.items() if m.split(".")[1] not in ROOMS_OF_EXTRAS}
    assert set(elsewhere.values()) <= STORING, elsewhere

    demo = overture_command(*DEMO)
    assert demo.returncode == 0, demo.stderr
    assert demo.stdout.startswith("Subject: "), demo.stdout

    for extra, arguments in NEEDY.items():
        needy = overture_command(*arguments)
        assert needy.returncode == 2, (extra, needy.returncode, needy.stderr)
        assert f"overture[{extra}]" in needy.stderr, needy.stderr
        assert needy.stderr.count("\n") == 1, needy.stderr
    loaded = len(modules) - len(waiting)
    print(f"{len(files)} files, {loaded} modules imported, {len(waiting)} wait for an extra")
    print(f"demo of {len(demo.stdout)} characters:\n\n{demo.stdout}")


main()
