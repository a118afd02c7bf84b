"""Owns where the staging service is: addresses given by hand, by the environment, or by running Jupyter servers."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jupyter_core.paths import jupyter_runtime_dir

URL_VARIABLE = "EXLAB_WIZARD_URL"
TOKEN_VARIABLE = "EXLAB_WIZARD_TOKEN"
_HUB_TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"
_FRONT_END_PAGE = re.compile(r"/(lab|tree|login|notebooks|staging|voila)(/(tree|workspaces|render)/.*)?$")


@dataclass(frozen=True)
class ServerAddress:
    """Where one Jupyter server is. `url` ends with its base URL and a slash; `socket` is a Unix socket's path."""

    url: str
    token: str
    source: str
    socket: str = ""

    def __repr__(self) -> str:
        return f"ServerAddress({self.url!r}, {self.source!r})"  # the token stays out of logs and notebooks

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine by its name: proxies are never asked about those."""
        return bool(self.socket) or is_loopback(urlsplit(self.url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def given_address(url: str, token: str | None, environ: Mapping[str, str] | None = None) -> ServerAddress:
    """The server a person named, as `connect(url=...)` or `--url`; a page copied from the browser is fine.

    Without `token`: the one in the URL (`?token=`), else of the environment when that names the same server, else
    of the running server of this user at that address, else none.
    """
    environ = os.environ if environ is None else environ
    base, url_token = _clean(url)
    found = token or url_token or _environment_token(base, environ) or _running_token(base)
    return ServerAddress(base, found, "the address given")


def environment_address(environ: Mapping[str, str] | None = None) -> ServerAddress | None:
    """The server named by `$EXLAB_WIZARD_URL` (and `$EXLAB_WIZARD_TOKEN`), or None."""
    environ = os.environ if environ is None else environ
    url = environ.get(URL_VARIABLE)
    if not url:
        return None
    base, url_token = _clean(url)
    token = environ.get(TOKEN_VARIABLE) or url_token or _running_token(base)
    return ServerAddress(base, token, f"${URL_VARIABLE}")


def kernel_address(environ: Mapping[str, str] | None = None) -> ServerAddress | None:
    """The server this kernel runs under, or None outside of a kernel that a Jupyter server started."""
    environ = os.environ if environ is None else environ
    parent = environ.get("JPY_PARENT_PID", "")
    if not parent.isdigit():
        return None
    info = _read(Path(jupyter_runtime_dir()) / f"jpserver-{parent}.json")
    if info is None:
        return None
    return _from_info(info, "the server this kernel runs under", environ.get(_HUB_TOKEN_VARIABLE, ""))


def running_addresses() -> list[ServerAddress]:
    """Every Jupyter server of this user whose process lives, the one started last first."""
    return [_from_info(info, f"the running server with process id {info['pid']}", "") for info in _running()]


def _running() -> Iterator[dict[str, Any]]:
    files = list(Path(jupyter_runtime_dir()).glob("jpserver-*.json"))
    for file in sorted(files, key=_modified, reverse=True):
        info = _read(file)
        if info is not None and _lives(info.get("pid")):
            yield info


def _read(file: Path) -> dict[str, Any] | None:
    """The server's own description, or None when it is gone or half-written."""
    try:
        info = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return info if isinstance(info, dict) and isinstance(info.get("url"), str) else None


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _lives(pid: Any) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _from_info(info: dict[str, Any], source: str, fallback_token: str) -> ServerAddress:
    token = str(info.get("token") or fallback_token)
    socket = str(info.get("sock") or "")
    if socket:
        return ServerAddress(f"http://localhost{info.get('base_url') or '/'}", token, source, socket)
    return ServerAddress(_with_slash(info["url"]), token, source)


def _clean(url: str) -> tuple[str, str]:
    """Base URL and token of what a person pasted: `http://host:8888/lab/tree/a.ipynb?token=x`."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    token = parse_qs(parts.query).get("token", [""])[0]
    path = _FRONT_END_PAGE.sub("", parts.path)
    return _with_slash(f"{parts.scheme}://{parts.netloc}{path}"), token


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else url + "/"


def _environment_token(base: str, environ: Mapping[str, str]) -> str:
    """`$EXLAB_WIZARD_TOKEN`, but never sent to another server than the one `$EXLAB_WIZARD_URL` names."""
    named = environ.get(URL_VARIABLE)
    if named and _clean(named)[0] != base:
        return ""
    return environ.get(TOKEN_VARIABLE, "")


def _running_token(base: str) -> str:
    """The token of this user's running server at `base`; `127.0.0.1` and `localhost` are the same place."""
    wanted = _place(base)
    return next((address.token for address in running_addresses() if _place(address.url) == wanted), "")


def _place(url: str) -> tuple[str, int | None, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return ("localhost" if is_loopback(host) else host, parts.port, parts.path)
