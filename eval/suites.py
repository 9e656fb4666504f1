"""The suites by name; each lives in a module of its own that is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from overture.errors import ConfigurationError, MissingExtraError

from .subject import Subject
from .suite import Suite

SUITE_NAMES: Final = (
    *("contract", "grounding", "elements", "personal", "diversity", "fairness", "injection", "tone"),
    *("judge", "replies", "feedback", "graders", "policy"),
)
WITH_CLASSIFIER: Final = frozenset({"replies"})
"""The suites that ask the subject's reply classifier, which takes a while to load."""


def suite_of(name: str) -> Suite[Subject]:
    """The suite of this name.

    Raises:
        ConfigurationError: there is none.
        MissingExtraError: `overture[eval]` is not installed.
    """
    if name not in SUITE_NAMES:
        raise ConfigurationError(f"no suite {name!r}; there are {', '.join(SUITE_NAMES)}")
    try:
        module = import_module(f"overture.eval.suite_{name}")
    except ModuleNotFoundError as error:
        if (error.name or "overture").partition(".")[0] == "overture":
            raise
        raise MissingExtraError("eval", needed_for=f"the suite {name!r}") from error
    return cast("Suite[Subject]", module.SUITE)
