"""Owns what a caller reads when a call is refused or fails: one JSON shape, never a traceback or a path of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tornado.web import HTTPError

from exlab_wizard.errors import Code, StagingError

_SIGN_IN = (
    "You are not signed in to this Jupyter server: no valid token came with the request. "
    "Send the header 'Authorization: token <token>' (`jupyter server list` prints it), or log in first."
)
_XSRF = "The request lacks the header X-XSRFToken. Reload the page, or send the token in an Authorization header."
_NOT_ALLOWED = "This Jupyter server does not allow you to do this. Ask whoever runs it."
_ORIGIN = "Requests from other web sites are not accepted here. Open the panel from this server's own address."


class UnknownCallError(HTTPError):
    """Below `/staging`, but no call of ours."""

    def __init__(self) -> None:
        super().__init__(404)


class ForeignOriginError(HTTPError):
    """A browser sent it from another site's page."""

    def __init__(self) -> None:
        super().__init__(403)


@dataclass(frozen=True, slots=True)
class Refusal:
    """HTTP status, JSON body."""

    status: int
    body: dict[str, Any]


def refusal(
    status: int, error: BaseException | None, *, signed_in: bool, allowed: Sequence[str], reference: str
) -> Refusal:
    """The answer for `error`. `allowed` are the verbs of this address, `reference` finds a failure in the log."""
    if isinstance(error, StagingError):
        return Refusal(error.status, error.to_dict())
    if status in (401, 403):
        return _refusal(403, Code.FORBIDDEN, _forbidden(error, signed_in))
    if status == 404:
        message = "There is no such call. Every call is listed in staging/openapi.json."
        return _refusal(404, Code.INVALID_REQUEST, message)
    if status == 405:
        message = f"This address takes {' and '.join(allowed) or 'nothing'}. Every call is in staging/openapi.json."
        return _refusal(405, Code.INVALID_REQUEST, message, allowed=list(allowed))
    if 400 <= status < 500:
        return _refusal(status, Code.INVALID_REQUEST, "The request could not be read.")
    message = f"The server met an unexpected error. Its log has the details under reference {reference}."
    return _refusal(500, Code.INTERNAL_ERROR, message, reference=reference)


def _refusal(status: int, code: Code, message: str, **details: Any) -> Refusal:
    return Refusal(status, StagingError(code, message, **details).to_dict())


def _forbidden(error: BaseException | None, signed_in: bool) -> str:
    if isinstance(error, ForeignOriginError):
        return _ORIGIN
    if not signed_in:
        return _SIGN_IN
    said = error.log_message or "" if isinstance(error, HTTPError) else ""
    return _XSRF if "xsrf" in said.lower() else _NOT_ALLOWED
