"""Make `.typing/overture/` anew: links that let type checkers and pytest follow setuptools' package map."""

import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / ".typing" / "overture"
PACKAGE_DIR = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]

wanted = {package.split(".")[1]: ROOT / folder for package, folder in PACKAGE_DIR.items() if "." in package}
wanted |= {module.name: module for module in (ROOT / "core").iterdir() if module.suffix in {".py", ".typed"}}
present = {link.name: link.readlink() for link in HOUSE.iterdir() if link.is_symlink()} if HOUSE.is_dir() else {}
if present != wanted:  # links that are right are left alone: a test run may be reading through them
    shutil.rmtree(HOUSE.parent, ignore_errors=True)
    HOUSE.mkdir(parents=True)
    for name, target in wanted.items():
        (HOUSE / name).symlink_to(target, target_is_directory=target.is_dir())
