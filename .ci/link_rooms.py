"""Make `.typing/overture/` anew: links that let type checkers and pytest follow setuptools' package map."""

import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE_DIR = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]

shutil.rmtree(ROOT / ".typing", ignore_errors=True)
(ROOT / ".typing" / "overture").mkdir(parents=True)
for package, folder in PACKAGE_DIR.items():
    if package == "overture":
        for module in (ROOT / folder).iterdir():
            if module.suffix in {".py", ".typed"}:
                (ROOT / ".typing" / "overture" / module.name).symlink_to(module)
    else:
        (ROOT / ".typing" / Path(*package.split("."))).symlink_to(ROOT / folder, target_is_directory=True)
