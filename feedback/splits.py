"""Who is for training and who for evaluation: settled for good by a salted hash of the candidate (F-2)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from overture.errors import ConfigurationError

from .erasure_rows import digest_of_person
from .eval_cases import Split

EVAL_SHARE: Final = 0.2
_SHORTEST_SALT: Final = 8
_RANGE: Final = 1 << 64


class Salt:
    """What a set's hashes are made with; whoever has it can tell whether a known candidate is in a set.

    Raises:
        ConfigurationError: it has less than eight characters.
    """

    def __init__(self, salt: str) -> None:
        if len(salt) < _SHORTEST_SALT:
            raise ConfigurationError(
                f"F-2: a salt has at least {_SHORTEST_SALT} characters; keep it, and keep it secret"
            )
        self.text = salt
        self._key = salt.encode()

    @property
    def id(self) -> str:
        """SHA-256 of the salt, to tell it from another."""
        return hashlib.sha256(b"overture salt\0" + self._key).hexdigest()

    def of_person(self, id: str) -> str:  # noqa: A002 - the field's name
        """What stands in a set for a candidate or a seat."""
        return self.of_digest(digest_of_person(id))

    def of_digest(self, digest: str) -> str:
        """The same from the digest of the id, which is all that is left of somebody who was erased (F-3)."""
        return self._mac("person", digest)[:32]

    def of_event(self, id: str) -> str:  # noqa: A002 - the field's name
        """What stands in a lineage for an event."""
        return self._mac("event", id)[:32]

    def of_subject(self, kind: str, id: str) -> str:  # noqa: A002 - the field's name
        """What stands in a set's index for a draft or a reply."""
        return self._mac(kind, id)[:32]

    def split_of(self, candidate: str, *, eval_share: float = EVAL_SHARE) -> Split:
        """The side of a candidate: it depends on the salt and on nothing else, so that no later data moves anybody."""
        number = int(self._mac("split", digest_of_person(candidate))[:16], 16)
        return "eval" if number < eval_share * _RANGE else "train"

    def __repr__(self) -> str:
        return f"<Salt {self.id[:8]}>"

    def _mac(self, purpose: str, value: str) -> str:
        return hmac.digest(self._key, f"{purpose}\0{value}".encode(), "sha256").hex()


def check_share(eval_share: float) -> None:
    """Raises ConfigurationError unless there is something on both sides."""
    if not 0 < eval_share < 1:
        raise ConfigurationError(f"F-2: {eval_share} is no share for evaluation; expected more than 0 and less than 1")
