"""One case of a suite: what the task gets, what is expected of it, and what it counts as a repeat of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from pydantic import JsonValue

_ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One input of a suite; all of it is JSON, so that its key says whether an answer to it is still good.

    `id` is unique in its suite. `cluster` names what repeats (the candidate, the writer of a reply): intervals are
    taken over clusters. `slices` are the parts that results are told apart by, such as `{"language": "de"}`.
    """

    id: str
    inputs: Mapping[str, JsonValue]
    expected: JsonValue = None
    cluster: str = ""
    slices: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not self.cluster:
            object.__setattr__(self, "cluster", self.id)

    @property
    def key(self) -> str:
        """SHA-256 of what the case asks and expects, as hex."""
        content = {"id": self.id, "inputs": dict(self.inputs), "expected": self.expected}
        return sha256(_ENCODE(content).encode()).hexdigest()
