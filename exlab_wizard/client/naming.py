"""Owns how a person may name a run: its run path, its unique end, an absolute path in staging, or a row."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable

from exlab_wizard.api.models import Overview, StagedRunRow
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath

_SHOWN = 5


def choose(run: str | os.PathLike[str] | StagedRunRow, staging_root: str, overview: Callable[[], Overview]) -> str:
    """The run path meant by `run`; calls `overview` only when the text alone does not say it.

    Raises `StagingError`: `invalid_run_path`, `run_not_found` (with the nearest names), or `invalid_request` when
    several runs end like that.
    """
    if isinstance(run, StagedRunRow):
        return run.path
    text = os.fspath(run)
    if text.startswith("/"):
        return str(RunPath.parse(text.rstrip("/"), staging_root or overview().staging_root))
    if text.count("/") >= 3 or not text:
        return str(RunPath.parse(text.rstrip("/")))
    return by_end(text, [row.path for row in overview().runs])


def by_end(text: str, paths: list[str]) -> str:
    """The one run path that ends with `text`, at a slash. Raises as `choose`."""
    matches = [path for path in paths if path.endswith("/" + text.strip("/"))]
    if len(matches) == 1:
        return matches[0]
    if matches:
        message = f"{len(matches)} runs end with {text!r}: {_some(matches)}. Say which, with more of its path."
        raise StagingError(Code.INVALID_REQUEST, message, run_paths=matches)
    near = [path for path in paths if path.split("/")[-1] in _near(text, paths)]
    hint = f" Near: {_some(near)}." if near else " `exlab-wizard list` shows what is there."
    raise StagingError(Code.RUN_NOT_FOUND, f"No run in staging ends with {text!r}.{hint}", run_path=text)


def _near(text: str, paths: list[str]) -> list[str]:
    leaf = text.strip("/").split("/")[-1]
    return difflib.get_close_matches(leaf, {path.split("/")[-1] for path in paths}, n=_SHOWN, cutoff=0.8)


def _some(paths: list[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
