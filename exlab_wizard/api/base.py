"""Owns what every handler below `/staging` shares: who may come in, how the station is asked, what a refusal is."""

from __future__ import annotations

import functools
import getpass
import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel
from tornado import web
from tornado.iostream import StreamClosedError

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.guard import guard_of, guarded_verbs, is_implemented
from exlab_wizard.api.refusals import ForeignOriginError, refusal
from exlab_wizard.api.requests import MAX_BODY_BYTES, check_size, parse_body, run_text
from exlab_wizard.api.threads import Lane
from exlab_wizard.api.wire import to_json
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


class StagingHandler(APIHandler):
    """HTTP only: parse, ask the station on a thread, finish. An unguarded verb never runs."""

    auth_resource = "staging"
    body_limit_bytes = MAX_BODY_BYTES

    def initialize(self, access: Access) -> None:
        """`access` comes with the route."""
        self.access = access
        self._track_activity = self.request.method not in ("GET", "HEAD")  # polling must not keep a server alive
        self._reference = secrets.token_hex(4)

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler does
        """Let nobody in who is not signed in, and no verb run that is not guarded."""
        await self.authenticate()
        self._refuse_unguarded()
        check_size(self.request.body, self.body_limit_bytes)

    async def authenticate(self) -> None:
        """Jupyter's own checks (host, user, XSRF, origin), then ours: no user, no entry, whatever the verb."""
        try:
            await super().prepare()
        except web.HTTPError as error:
            if error.status_code == 404:  # Jupyter's answer to a foreign origin, which would read "not installed"
                raise ForeignOriginError from error
            raise
        if not self.current_user and self.request.method != "OPTIONS":
            raise web.HTTPError(403)

    def _refuse_unguarded(self) -> None:
        verb = self.request.method or ""
        if verb == "OPTIONS" and type(self).options is APIHandler.options:
            return
        if not is_implemented(type(self), verb):
            raise web.HTTPError(405)
        if guard_of(type(self), verb) is None:
            self.log.error("%s.%s is not guarded: refused (500)", type(self).__name__, verb.lower())
            raise web.HTTPError(403)

    @property
    def station(self) -> StationPort:
        """The station; raises the `StagingError` that says why there is none."""
        return self.access.station()

    @property
    def person(self) -> str:
        """Who asks, for history and receipts. A bare token names nobody, but acts for the server's own account."""
        user = self.current_user
        if not isinstance(user, User):
            return str(user)
        anonymous = (user.name or "").startswith("Anonymous ")
        return f"{_account()} (by token)" if anonymous else user.username

    def invite(self) -> None:
        """Give a signed-in page the cookie that its clicks will have to show; Voila's pages have none by themselves."""
        if not self.token_authenticated:
            _ = self.xsrf_token  # Tornado sets the cookie when this is asked for

    def body(self, model: type[M]) -> M:
        """The request's JSON as `model`; raises `invalid_request` naming the key.

        Asked for on the station's thread: whether there is a station, and which run, is settled before.
        """
        return parse_body(model, self.request.body)

    async def answer(self, lane: Lane, use: Callable[[StationPort], BaseModel]) -> None:
        """Finish with `use(station)`, which runs on a thread of `lane`, as does writing its JSON."""
        self.finish(await self.access.call(lane, lambda station: to_json(use(station))))

    async def finish_parts(self, parts: Sequence[bytes]) -> None:
        """Finish with JSON that may be megabytes. Between the parts other requests have their turn."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Length", str(sum(map(len, parts))))
        self.set_etag_header()
        with suppress(StreamClosedError):  # the caller is gone
            for part in parts:
                self.write(part)
                await self.flush()
        self.finish()

    async def answer_run(self, lane: Lane, run_path: str, use: Callable[[StationPort, RunPath], R]) -> None:
        """As `answer`, for one run; raises `invalid_run_path` before anything else is touched."""

        def ask(station: StationPort) -> R:
            return use(station, station.parse_run(run_text(run_path)))

        await self.answer(lane, ask)

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Undecodable bytes in a run path are refused where run paths are, after authentication."""
        if name == "run_path":
            return value.decode("utf-8", "surrogateescape")
        return super().decode_argument(value, name)

    def set_default_headers(self) -> None:
        """Answers change by the second: ask again, never guess."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-cache")

    def compute_etag(self) -> str | None:
        """No hashing of bodies; a handler that has a version of its own says so."""
        return None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every refusal and failure, of ours, Jupyter's or Tornado's, in one shape."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        user = getattr(self, "_jupyter_current_user", None)
        verbs = list(guarded_verbs(type(self)))
        answer = refusal(status_code, error, signed_in=bool(user), allowed=verbs, reference=self._reference)
        self.set_status(answer.status)
        if user:
            self.set_cors_headers()
        if answer.status == 405:
            self.set_header("Allow", ", ".join([*verbs, "OPTIONS"]))
        if answer.body["code"] == Code.STATION_STARTING:
            self.set_header("Retry-After", str(answer.body.get("retry_after", 2)))
        self.finish(json.dumps(answer.body, default=str))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """A refusal is one line; a failure has its traceback and the reference its caller was given."""
        if isinstance(value, StagingError):
            self.log.debug("%s %s: %s", self.request.method, self.request.path, value.code)
        elif isinstance(value, web.HTTPError):
            super().log_exception(typ, value, tb)
        elif typ is not None and value is not None:
            where = (self.request.method, self.request.path, self._reference)
            self.log.error("%s %s failed, reference %s", *where, exc_info=(typ, value, tb))


@functools.cache
def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "server"
