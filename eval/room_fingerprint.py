"""What a room's code is: for suites that judge our own code, so that no answer of older code stands for it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Final

_READ: Final = (".py", ".json", ".txt", ".yaml")


@cache
def room_fingerprint(*packages: str) -> str:
    """SHA-256 over the code and data files of packages, such as `"overture.messaging"`, as hex."""
    digest = sha256()
    for package in packages:
        root = resources.files(package)
        folders = [("", root), *((name, root / name) for name in ("data",))]
        for name, folder in folders:
            if not folder.is_dir():
                continue
            for file in sorted(folder.iterdir(), key=lambda each: each.name):
                if file.is_file() and file.name.endswith(_READ):
                    digest.update(f"{package}/{name}/{file.name}\0".encode())
                    digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()
