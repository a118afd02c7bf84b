"""Owns the proof that a verb is guarded: authenticated, then authorized for a named action and resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from jupyter_server.auth.decorator import authorized as _jupyter_authorized
from tornado import web

Action = Literal["read", "write"]
Resource = Literal["staging", "staging_sync", "staging_clear", "staging_admin"]
Verb = TypeVar("Verb", bound=Callable[..., Awaitable[None]])


def authorized(action: Action, resource: Resource) -> Callable[[Verb], Verb]:
    """jupyter_server's decorator with both arguments required: left out, the first caller's would stick."""
    return cast(Callable[[Verb], Verb], _jupyter_authorized(action, resource))


@dataclass(frozen=True, slots=True)
class Guard:
    """What the server's authorizer is asked before a verb runs."""

    action: str
    resource: str


async def _probe(_handler: Any) -> None:
    """Something to decorate, to learn what decorated functions look like."""


_AUTHORIZED = getattr(authorized("read", "staging")(_probe), "__code__")  # noqa: B009
_AUTHENTICATED = getattr(web.authenticated(_probe), "__code__")  # noqa: B009


def guard_of(handler: type[web.RequestHandler], verb: str) -> Guard | None:
    """The guard on `handler`'s `verb`, or None when it lacks `@web.authenticated` outermost or `@authorized` next."""
    outer = getattr(handler, verb.lower(), None)
    if getattr(outer, "__code__", None) is not _AUTHENTICATED:
        return None
    inner = getattr(outer, "__wrapped__", None)
    if inner is None or getattr(inner, "__code__", None) is not _AUTHORIZED:
        return None
    asked = dict(zip(inner.__code__.co_freevars, inner.__closure__, strict=True))
    action, resource = (getattr(asked.get(name), "cell_contents", None) for name in ("action", "resource"))
    return Guard(action, resource) if isinstance(action, str) and isinstance(resource, str) else None


def is_implemented(handler: type[web.RequestHandler], verb: str) -> bool:
    """Whether `handler` does anything for `verb` (in upper case) but answer 405."""
    unimplemented = web.RequestHandler._unimplemented_method
    return getattr(handler, verb.lower(), unimplemented) is not unimplemented


def guarded_verbs(handler: type[web.RequestHandler]) -> dict[str, Guard]:
    """Every verb of `handler` that may run, in upper case, with its guard."""
    found = ((verb, guard_of(handler, verb)) for verb in handler.SUPPORTED_METHODS)
    return {verb: guard for verb, guard in found if guard is not None}
