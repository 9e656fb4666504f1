"""Lines of JSON as the bulk commands read them: numbered, in constant memory, with a bound on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from overture.errors import InputError

STDIN: Final = "-"
_CHUNK: Final = 64 * 1024


def numbered_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | InputError, int]]:
    """Number, content and bytes of each line that is not blank; one that is too long comes as its error."""
    from overture.classification.rows import MOST_LINE_BYTES

    number = 0
    while line := stream.readline(MOST_LINE_BYTES):
        number, size = number + 1, len(line)
        if size == MOST_LINE_BYTES and not line.endswith(b"\n"):
            while rest := stream.readline(_CHUNK):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield number, InputError("the line is too long", expected=f"at most {MOST_LINE_BYTES >> 20} MB"), size
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line, size
