"""Owns what every wire shape has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class WireModel(BaseModel):
    """A shape with exactly its fields: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")
