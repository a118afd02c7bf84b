"""Owns reading what callers send: JSON bodies, run paths and numbers, each parsed once, each refused by name."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, ValidationError

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import is_safe_segment

MAX_BODY_BYTES = 64 * 1024
_MAX_PATH = 4096
_DECODINGS = 8
_MODEL = TypeVar("_MODEL", bound=BaseModel)


class NoBody(BaseModel):
    """The body of a call that takes none: absent, or an empty object."""

    model_config = ConfigDict(extra="forbid")


def invalid(message: str, **details: object) -> StagingError:
    """A 400 that names what is wrong with the request."""
    return StagingError(Code.INVALID_REQUEST, message, **details)


def check_size(body: bytes, limit_bytes: int = MAX_BODY_BYTES) -> None:
    """Refuse a body of more than `limit_bytes`, whatever its call would do with it."""
    if len(body) > limit_bytes:
        raise invalid(f"The request body has {len(body):,} bytes; at most {limit_bytes:,} are allowed.", key="body")


def parse_body(model: type[_MODEL], body: bytes) -> _MODEL:
    """`body` as `model`, whatever Content-Type it came with; an empty one is `{}`. Raises `invalid_request`."""
    try:
        return model.model_validate_json(body.strip() or b"{}", strict=True)
    except ValidationError as error:
        raise _refused(model, error) from None


def run_text(text: str) -> str:
    """The run path as sent, its one decoding done by the router; refuses what a second decoding would turn into `..`.

    A folder may really be called `50%25`, so such names pass; a name that hides dots, an empty part or a control
    character is somebody's attempt.
    """
    once = text.removeprefix("/")
    if "%" in once and len(once) <= _MAX_PATH and not _is_plain(once):
        raise StagingError(Code.INVALID_RUN_PATH, f"{once!r} is not a run path: it hides another path.", run_path=once)
    return once


def whole_number(name: str, text: str, low: int, high: int) -> int:
    """A query parameter between `low` and `high`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or not low <= int(text) <= high:
        raise invalid(f"`{name}` must be a whole number from {low:,} to {high:,}.", key=name)
    return int(text)


def _is_plain(text: str) -> bool:
    """Whether every part stays an ordinary name however often it is decoded."""
    for _ in range(_DECODINGS):
        if not all(is_safe_segment(part) for part in text.removeprefix("/").split("/")):
            return False
        decoded = unquote(text, errors="surrogateescape")
        if decoded == text:
            return True
        text = decoded
    return False


def _refused(model: type[BaseModel], error: ValidationError) -> StagingError:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if problem["type"] == "json_invalid":
        return invalid(f"The request body is not JSON ({problem['msg']}).", key="body")
    key = ".".join(map(str, problem["loc"]))
    known = sorted(model.model_fields)
    if not key:
        return invalid("The request body must be a JSON object.", key="body", known=known)
    if problem["type"] == "extra_forbidden":
        return invalid(f"`{key}` is not known here. {_known(known)}", key=key, known=known)
    if problem["type"] == "missing":
        return invalid(f"`{key}` is missing from the request body. {_known(known)}", key=key, known=known)
    return invalid(f"`{key}` in the request body: {problem['msg']}.", key=key, known=known)


def _known(names: list[str]) -> str:
    return f"Known: {', '.join(names)}." if names else "This call takes no body."
