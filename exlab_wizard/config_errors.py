"""Owns how a refused configuration is told: the key, what it got, what is allowed, and what to do."""

from __future__ import annotations

import datetime
import difflib
import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from exlab_wizard.errors import Code, StagingError

RULE = "config_rule"
NOT_YET = "not_available_yet"


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: `key` as `equipment[1].nas_root` (counted from 0), a sentence, and the remedy."""

    key: str
    message: str
    remedy: str


class ConfigError(StagingError):
    """The configuration cannot be used. `details`: `key`, `remedy`, `file` and every problem in `problems`."""

    def __init__(self, problems: list[Problem], file: str = "") -> None:
        first = problems[0]
        where = f" in {file}" if file else ""
        more = f" ({len(problems) - 1} more.)" if len(problems) > 1 else ""
        sentence = f"{first.key}{where}: {first.message} {first.remedy}{more}"
        super().__init__(
            Code.CONFIG_INVALID,
            sentence,
            key=first.key,
            remedy=first.remedy,
            file=file,
            problems=[asdict(problem) for problem in problems],
        )
        self.problems = problems


def rule_broken(message: str, remedy: str, key: str = "") -> PydanticCustomError:
    """What a validator raises; `key` (relative to its model) where the rule spans several keys."""
    return PydanticCustomError(RULE, "{message}", {"message": message, "remedy": remedy, "key": key})


def not_yet(what: str, remedy: str) -> PydanticCustomError:
    """What a validator raises for a documented value whose feature is still to be built."""
    return PydanticCustomError(NOT_YET, "{message}", {"message": f"{what} is not available yet.", "remedy": remedy})


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """pydantic's findings in a person's words."""
    return [_problem(detail, model) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    loc = detail["loc"]
    context = detail.get("ctx", {})
    if detail["type"] in (RULE, NOT_YET):
        return Problem(_key(loc, context.get("key", "")), context["message"], context["remedy"])
    key = _key(loc)
    if detail["type"] == "extra_forbidden":
        return _unknown(key, str(loc[-1]), _model_at(model, loc[:-1]))
    allowed = _allowed(model, loc)
    if detail["type"] == "missing":
        return Problem(key, "this key is missing.", f"Set it to {allowed}.")
    return Problem(key, f"got {_shown(detail['input'])}, allowed is {allowed}.", _hint(detail["input"], allowed))


def _key(loc: tuple[int | str, ...], rest: str = "") -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return (text + (f".{rest}" if rest else "")).lstrip(".") or "config"


def _unknown(key: str, name: str, owner: type[BaseModel] | None) -> Problem:
    known = list(owner.model_fields) if owner else []
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean {near[0]}? " if near else "Remove it. "
    return Problem(key, "this key is not known.", f"{remedy}Known here: {', '.join(known)}.")


def _model_at(model: type[BaseModel] | None, loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    for part in loc:
        if isinstance(part, str) and model is not None:
            model = _nested(model, part)
    return model


def _nested(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _allowed(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    names = [part for part in loc if isinstance(part, str)]
    owner = _model_at(model, tuple(names[:-1]))
    field = owner.model_fields.get(names[-1]) if owner and names else None
    if field is not None and field.description:
        return field.description
    return "a section with keys of its own"


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)[:200]
    if isinstance(value, datetime.date):
        return f"the date {value.isoformat()}"
    return "a list" if isinstance(value, list) else "a section" if isinstance(value, dict) else type(value).__name__


def _hint(value: Any, allowed: str) -> str:
    if allowed.startswith(("a name", "a file name", "an absolute", "an id")) and isinstance(
        value, bool | int | float | datetime.date
    ):
        return "Put quotes around it: YAML reads the bare word as something else."
    return "Change it, or remove the line to get the default."
