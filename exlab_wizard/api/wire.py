"""Owns what every wire shape has in common, and how it is written."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError


class WireModel(BaseModel):
    """A shape with exactly its fields: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


def to_json(model: BaseModel) -> bytes:
    """`model` as JSON. A name that is not Unicode is shown with `?`: one odd file never spoils the whole answer."""
    try:
        return model.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeEncodeError):
        text = json.dumps(model.model_dump(), default=_plain, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
