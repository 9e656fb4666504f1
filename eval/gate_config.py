"""`gate.toml`: what a release must show; whatever it does not name follows the margins of the suites themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from overture.base import Value
from overture.errors import InputError

Share = Annotated[float, Field(ge=0, le=1)]
Margin = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Threshold = Annotated[float, Field(allow_inf_nan=False)]


class MetricRule(Value):
    """What one metric must show; None leaves a thing as the suite or the whole gate has it.

    `margin` is how much worse than the baseline it may be, in the metric's own unit. `slices` gives slices margins of
    their own: `language` for each language, `language=de` for one. `must_be_zero_failures` is for shares of passes.
    """

    margin: Margin | None = None
    at_least: Threshold | None = None
    at_most: Threshold | None = None
    must_be_zero_failures: bool = False
    least_cases: Annotated[int, Field(ge=1)] | None = None
    slices: dict[str, Margin] = Field(default_factory=dict)


class GateConfig(Value):
    """The gate's settings; shares between 0 and 1.

    `alpha` is the chance to pass a metric that is worse by its margin, and the chance to fail an equal challenger over
    all metrics together; `slice_alpha` is the latter over all slices without margins of their own. With fewer than
    `least_cases` pairs, or `least_clusters` among them, nothing passes. `most_failed` is the
    share of cases that may have no score, `most_unpaired` that of cases which a metric may apply to in one run only (as
    one of replies that nobody has to look at does). `ignore` names suites, or metrics as
    `suite.metric`, that are not judged.
    """

    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    slice_alpha: float = Field(default=0.01, gt=0, lt=0.5)
    least_cases: int = Field(default=20, ge=1)
    least_clusters: int = Field(default=10, ge=2)
    most_failed: Share = 0.0
    most_unpaired: Share = 0.2
    seed: int = 0
    ignore: tuple[str, ...] = ()
    suites: dict[str, dict[str, MetricRule]] = Field(default_factory=dict)

    def rule(self, suite: str, metric: str) -> MetricRule:
        """The rule of a metric, which may be empty."""
        return self.suites.get(suite, {}).get(metric, MetricRule())

    def is_ignored(self, suite: str, metric: str = "") -> bool:
        """Whether a suite, or a metric of it, is not judged."""
        return suite in self.ignore or f"{suite}.{metric}" in self.ignore


def read_gate_config(path: str | Path) -> GateConfig:
    """The settings in a file.

    Raises:
        InputError: it cannot be read, or a key is unknown (with the nearest known one) or of the wrong form.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({type(error).__name__})", path=str(path), expected="TOML, UTF-8") from None
    return parse_gate_config(text, path=str(path))


def parse_gate_config(text: str, *, path: str = "gate.toml") -> GateConfig:
    """The settings in a text; `path` is what errors call it.

    Raises:
        InputError: as of `read_gate_config`.
    """
    try:
        return GateConfig.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is no TOML ({error})", path=path, expected="such as docs/eval-gate.md shows") from None
    except ValidationError as error:
        raise _explained(error, path) from None


def nearest(name: str, known: Mapping[str, object] | list[str]) -> str:
    """What to say of an unknown name: the nearest known one, else all of them."""
    near = get_close_matches(name, list(known), n=1)
    return f"{near[0]!r}, perhaps" if near else "one of " + ", ".join(known)


def _explained(error: ValidationError, path: str) -> InputError:
    """The first problem in words; an unknown key comes before what it caused."""
    first = min(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
    place = [str(part) for part in first["loc"]]
    field = ".".join(place)
    if first["type"] == "extra_forbidden":
        known = MetricRule.model_fields if place[0] == "suites" else GateConfig.model_fields
        return InputError("is not a known key", path=path, field=field, expected=nearest(place[-1], dict(known)))
    if first["type"] in {"model_type", "dict_type"} and place[0] == "suites":
        return InputError(
            f"{first['input']!r} is no table",
            path=path,
            field=field,
            expected="[suites.SUITE.METRIC] and keys below it",
        )
    message = first["msg"][:1].lower() + first["msg"][1:]
    return InputError(f"{first['input']!r} does not fit", path=path, field=field, expected=message)
