"""The frozen base that every value of the product stands on."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value that refuses unknown fields: we own the format, so a typing error is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
