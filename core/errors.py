"""Every error that Overture raises on purpose, in one tree.

OvertureError
├── UserError                 the caller can mend it; the command line exits with 2
│   ├── InputError            a file or value that cannot be read: names file, field, what was expected
│   ├── ConfigurationError    a setting that is missing, unknown or contradicts another
│   │   └── MissingExtraError an optional dependency is not installed: names the extra
│   └── PromptError           a prompt file whose header, variables or delimiters are wrong
└── RunError                  the input was fine, the run was not; carries what was spent
    ├── BudgetExceededError   the ceiling on requests, tokens or price was reached
    ├── TransportError        a message was not taken; the same one may be tried again
    ├── UndeliverableError    a message was refused for good; trying again would never work
    └── WriterError           a model gave no usable answer
        ├── WriterTimeoutError      no answer in time
        ├── WriterUnavailableError  connection, rate limit or server error, after the retries
        ├── WriterRefusalError      the model declined to write
        └── WriterOutputError       an answer that is empty, cut off or not in the asked form
"""

from __future__ import annotations

from typing import Any


class OvertureError(Exception):
    """Root of all errors raised by Overture."""


class UserError(OvertureError):
    """A mistake that the caller can mend."""


class InputError(UserError):
    """A file or value cannot be read; the message names the file, the field and what to do.

    Every part is kept as an attribute, so that a service can show them apart.
    """

    def __init__(self, problem: str, *, path: str = "", field: str = "", expected: str = "") -> None:
        self.problem, self.path, self.field, self.expected = problem, path, field, expected
        where = ": ".join(part for part in (path, field) if part)
        message = f"{where}: {problem}" if where else problem
        super().__init__(f"{message}; expected {expected}" if expected else message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_input_error, (self.problem, self.path, self.field, self.expected)

    def at(self, path: str) -> InputError:
        """The same error with the file's name on it."""
        return InputError(self.problem, path=path, field=self.field, expected=self.expected)


def _rebuild_input_error(problem: str, path: str, field: str, expected: str) -> InputError:
    return InputError(problem, path=path, field=field, expected=expected)


class ConfigurationError(UserError):
    """A setting is missing, unknown, or contradicts another."""


class MissingExtraError(ConfigurationError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, *, needed_for: str) -> None:
        self.extra, self.needed_for = extra, needed_for
        super().__init__(f"{needed_for} needs the extra {extra!r}: pip install 'overture[{extra}]'")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_missing_extra, (self.extra, self.needed_for)


def _rebuild_missing_extra(extra: str, needed_for: str) -> MissingExtraError:
    return MissingExtraError(extra, needed_for=needed_for)


class PromptError(UserError):
    """A prompt file is malformed, or was rendered without a variable it declares."""


class RunError(OvertureError):
    """A run failed although its input was fine; `usage` holds what was spent until then."""

    def __init__(self, message: str, *, usage: Any = None) -> None:
        self.usage = usage
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_run_error, (type(self), str(self), self.usage)


def _rebuild_run_error(kind: type[RunError], message: str, usage: Any) -> RunError:
    return kind(message, usage=usage)


class BudgetExceededError(RunError):
    """The ceiling on requests, tokens or price, of one draft or of a run, was reached."""


class TransportError(RunError):
    """A message was not taken, or nobody knows whether it was; the same one with the same key may be tried again.

    `retry_after` holds the seconds that the other side asked to wait; none: it did not say.
    """

    def __init__(self, message: str, *, usage: Any = None, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message, usage=usage)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_transport_error, (str(self), self.usage, self.retry_after)


def _rebuild_transport_error(message: str, usage: Any, retry_after: float | None) -> TransportError:
    return TransportError(message, usage=usage, retry_after=retry_after)


class UndeliverableError(RunError):
    """A message was refused for good: the same one would never work."""


class WriterError(RunError):
    """A model gave no usable answer."""


class WriterTimeoutError(WriterError):
    """The model did not answer in time."""


class WriterUnavailableError(WriterError):
    """The endpoint could not be reached, was over its rate limit, or failed, after the retries."""


class WriterRefusalError(WriterError):
    """The model declined to write."""


class WriterOutputError(WriterError):
    """The answer was empty, cut off, not in the asked form, or found wrong by the checks.

    `findings` are what blocked it; they quote the draft, so that the message does not.
    """

    def __init__(self, message: str, *, usage: Any = None, findings: tuple[Any, ...] = ()) -> None:
        self.findings = findings
        super().__init__(message, usage=usage)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_writer_output_error, (str(self), self.usage, self.findings)


def _rebuild_writer_output_error(message: str, usage: Any, findings: tuple[Any, ...]) -> WriterOutputError:
    return WriterOutputError(message, usage=usage, findings=findings)
