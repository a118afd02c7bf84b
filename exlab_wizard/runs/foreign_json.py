"""Owns the reading of JSON that instruments wrote: bounded, strict, one error type with a sentence, never a hang."""

from __future__ import annotations

import codecs
import json
import sys
from collections import Counter
from typing import Any

MAX_MEMORY = 220 << 20  # bytes a document may take while it is read, as `_memory` reckons before reading it
_COSTS = {"{": 192, "[": 104, ",": 64}  # bytes an object, a list and one more value take, without their text


class ForeignJsonError(ValueError):
    """The bytes are not the JSON they should be; the text is a sentence fragment ("it is ...") for a scientist."""


def parse_object(data: bytes, max_bytes: int) -> dict[str, Any]:
    """The JSON object in `data` (UTF-8, a byte order mark is fine). Raises `ForeignJsonError` and nothing else.

    Refused beyond plain syntax errors: an object that gives a key twice, NaN and numbers without end or too large,
    more than `max_bytes`, more values than fit in `MAX_MEMORY`, and nesting as deep as the interpreter's stack.
    """
    text = _decode(data, max_bytes)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite_float)
    except json.JSONDecodeError as error:
        raise ForeignJsonError(_syntax(error, text)) from None
    except RecursionError:
        raise ForeignJsonError("it is nested too deeply") from None
    except ForeignJsonError:
        raise
    except ValueError:  # an integer of more digits than the interpreter converts
        raise ForeignJsonError("it contains a number that is too long") from None
    if not isinstance(value, dict):
        raise ForeignJsonError("it is not a JSON object")
    return value


def _decode(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise ForeignJsonError(f"it is larger than {max_bytes:,} bytes")
    if not data.strip():
        raise ForeignJsonError("it is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ForeignJsonError("it is UTF-16 text; it must be UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ForeignJsonError("it is not UTF-8 text, or only half written") from None
    if _memory(text) > MAX_MEMORY:
        raise ForeignJsonError("it holds more values than can be read")
    return text


def _memory(text: str) -> int:
    """Bytes that reading `text` takes at most: the text, its strings once more, and what holds them together."""
    return 2 * sys.getsizeof(text) + sum(text.count(mark) * cost for mark, cost in _COSTS.items())


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ForeignJsonError(f"it gives {shown(twice)} twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise ForeignJsonError(f"it contains {name}, which is not a JSON number")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ForeignJsonError("it contains a number that is too large")
    return value


def _syntax(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return "it ends in the middle: it is only half written"
    return f"it is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg.lower()})"


def shown(text: str, limit: int = 120) -> str:
    """Foreign text as it may stand in a message: quoted, control characters escaped, at most about `limit` long."""
    return repr(text if len(text) <= limit else text[:limit] + "...")
