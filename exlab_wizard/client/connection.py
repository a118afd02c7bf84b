"""Owns the HTTP conversation with one Jupyter server: requests, and what its refusals mean."""

from __future__ import annotations

import os
import secrets
import ssl
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from exlab_wizard.client.discovery import ServerAddress
from exlab_wizard.errors import Code, StagingError

T = TypeVar("T", bound=BaseModel)


class ProblemCode(StrEnum):
    """Why no staging service could be talked to; these never come over the wire."""

    NO_SERVER = "no_server"
    NO_ANSWER = "no_answer"
    TOKEN_REFUSED = "token_refused"
    NOT_INSTALLED = "not_installed"
    BAD_ANSWER = "bad_answer"


class ConnectionProblem(ConnectionError):  # noqa: N818 - a problem, beside the refusals of StagingError
    """There is no conversation: no server, no answer in time, a refused token, or a server without the extension.

    `code` is a `ProblemCode`; `message` says what happened, `next_step` what to do about it.
    """

    def __init__(self, code: ProblemCode, message: str, next_step: str) -> None:
        super().__init__(f"{message} {next_step}")
        self.code = code
        self.message = message
        self.next_step = next_step

    def to_dict(self) -> dict[str, Any]:
        """The same shape as a refusal from the wire, for `--json`."""
        return {"code": str(self.code), "message": self.message, "next_step": self.next_step}


class Connection:
    """Requests below `<base_url>/staging` of one server. Thread-safe, as httpx clients are.

    `timeout` (seconds) bounds connecting and each wait for bytes.
    """

    def __init__(self, address: ServerAddress, timeout: float = 30.0) -> None:
        self.address = address
        self.timeout = timeout
        self._http = httpx.Client(
            base_url=address.url,
            headers=_credentials(address.token),
            timeout=timeout,
            transport=httpx.HTTPTransport(uds=address.socket) if address.socket else None,
            trust_env=not address.is_local,
            verify=_trust(address.url),
        )

    def close(self) -> None:
        """Close the connections to the server."""
        self._http.close()

    def get(self, model: type[T], path: str, **query: Any) -> T:
        """GET `staging/<path>` as `model`; raises `StagingError` or `ConnectionProblem`."""
        return parse(model, self._answer("GET", path, params=query))

    def post(self, model: type[T], path: str, body: BaseModel | None = None, timeout: httpx.Timeout | None = None) -> T:
        """POST `body` to `staging/<path>`; raises `StagingError` or `ConnectionProblem`."""
        content = body.model_dump_json() if body is not None else "{}"
        extra: dict[str, Any] = {"content": content, "headers": {"Content-Type": "application/json"}}
        if timeout is not None:
            extra["timeout"] = timeout
        return parse(model, self._answer("POST", path, **extra))

    def relay(self, method: str, path: str, body: dict[str, Any] | None, timeout: httpx.Timeout) -> tuple[int, Any]:
        """Status and JSON of `staging/<path>`, refusals too; any other trouble raises as in `get`."""
        content = {} if body is None and method == "POST" else body
        response = self._send(method, f"staging/{path}", json=content, timeout=timeout)
        refused = None if response.is_success else self._refusal(response)
        if refused is not None and not isinstance(refused, StagingError):
            raise refused
        return response.status_code, refused.to_dict() if refused is not None else _json(response)

    def serves(self, path: str) -> bool:
        """Whether the server has something at `<base_url><path>`, beside `/staging`, too."""
        return self._send("GET", path).is_success

    def _answer(self, method: str, path: str, **extra: Any) -> Any:
        response = self._send(method, f"staging/{path}" if path else "staging", **extra)
        if response.is_success:
            return _json(response)
        raise self._refusal(response)

    def _send(self, method: str, path: str, **extra: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **extra)
        except httpx.TimeoutException as error:
            raise self._no_answer(f"did not answer within {self.timeout:g} s") from error
        except httpx.HTTPError as error:
            raise self._no_answer(f"cannot be reached ({error})") from error

    def _no_answer(self, what: str) -> ConnectionProblem:
        step = "Is Jupyter still running? Copying may go on without it answering; look at its log, then try again."
        return ConnectionProblem(ProblemCode.NO_ANSWER, f"The Jupyter server at {self.address.url} {what}.", step)

    def _refusal(self, response: httpx.Response) -> Exception:
        """What an answer outside 2xx means, by its own code first, then by its status."""
        refused = _staging_error(response)
        if refused is not None and refused.code is not Code.FORBIDDEN:
            return refused
        if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or response.is_redirect:
            return self._forbidden(refused)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return self._not_found()
        return _bad_answer(response, self.address)

    def _forbidden(self, refused: StagingError | None) -> Exception:
        """A 403 says nothing about its cause (often "'_xsrf' argument missing"): ask the server who we are."""
        if self._send("GET", "api/me").status_code != HTTPStatus.OK:
            return _token_refused(self.address)
        message = "The server knows you, but does not allow you to do this. Ask whoever runs it."
        return refused or StagingError(Code.FORBIDDEN, message)

    def _not_found(self) -> ConnectionProblem:
        url = self.address.url
        if self._send("GET", "api").status_code == HTTPStatus.OK:
            message = f"The Jupyter server at {url} runs without ExLab-Wizard."
            step = "Install exlab-wizard where that server runs, check `jupyter server extension list`, restart it."
            return ConnectionProblem(ProblemCode.NOT_INSTALLED, message, step)
        step = "Check host, port and base URL; `jupyter server list` prints them."
        return ConnectionProblem(ProblemCode.NO_SERVER, f"There is no Jupyter server at {url}.", step)


def _credentials(token: str) -> dict[str, str]:
    """The token; without one the XSRF pair that a server with switched-off tokens asks of every POST."""
    if token:
        return {"Authorization": f"token {token}"}
    pair = secrets.token_hex(16)
    return {"Cookie": f"_xsrf={pair}", "X-XSRFToken": pair}


def _trust(url: str) -> ssl.SSLContext | bool:
    """Certificates to trust; `$SSL_CERT_FILE` counts also on loopback, where no other setting of the shell does."""
    if not url.startswith("https:"):
        return True
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _staging_error(response: httpx.Response) -> StagingError | None:
    """The refusal an ExLab-Wizard server sent, or None when the answer is someone else's."""
    body = _json(response)
    if not isinstance(body, dict) or "message" not in body or body.get("code") not in set(Code):
        return None
    return StagingError.from_dict(body)


def _token_refused(address: ServerAddress) -> ConnectionProblem:
    if address.token:
        message = f"The server at {address.url} does not accept the token from {address.source}."
    else:
        message = f"The server at {address.url} wants a token, and none was given ({address.source})."
    step = "`jupyter server list` prints the token; give it as token=, --token or $EXLAB_WIZARD_TOKEN."
    return ConnectionProblem(ProblemCode.TOKEN_REFUSED, message, step)


def _bad_answer(response: httpx.Response, address: ServerAddress) -> ConnectionProblem:
    body = _json(response)
    said = str(body.get("message", "")) if isinstance(body, dict) else ""
    status = f"{response.status_code} {response.reason_phrase}"
    message = f"{address.url} answered {status} to {response.request.method}: {said or 'nothing ExLab-Wizard says'}."
    step = "Compare the versions of exlab-wizard here and in the server, and look at the server's log."
    return ConnectionProblem(ProblemCode.BAD_ANSWER, message, step)


def parse(model: type[T], data: Any) -> T:
    """`data` as `model`; what a newer server says beyond it is dropped, other mismatch is a `ConnectionProblem`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    if not all(problem["type"] == "extra_forbidden" for problem in problems):
        where = ".".join(map(str, problems[0]["loc"])) or "the answer"
        message = f"The server's answer is not what this version understands ({where}: {problems[0]['msg']})."
        raise ConnectionProblem(ProblemCode.BAD_ANSWER, message, "Use the same exlab-wizard version here and there.")
    for problem in problems:
        _drop(data, problem["loc"])
    return model.model_validate(data)


def _drop(data: Any, location: tuple[int | str, ...]) -> None:
    for key in location[:-1]:
        data = data[key]
    data.pop(location[-1], None)
