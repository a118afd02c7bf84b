"""Owns the exit codes of `exlab-wizard`, for scripts; `exlab-wizard --help` prints them."""

from __future__ import annotations

from enum import IntEnum

from exlab_wizard.errors import Code


class Exit(IntEnum):
    """What the exit status of every command means."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NO_SERVER = 3
    TIMEOUT = 4
    TRY_AGAIN = 5
    FORBIDDEN = 6
    INTERRUPTED = 130


MEANING: dict[Exit, str] = {
    Exit.OK: "done",
    Exit.REFUSED: "refused or failed; the message says why",
    Exit.USAGE: "wrong arguments, or a question nobody was there to answer",
    Exit.NO_SERVER: "no Jupyter server with an enabled staging service",
    Exit.TIMEOUT: "not there yet within the time given",
    Exit.TRY_AGAIN: "not now: starting, busy, staging or NAS away; the same command may work later",
    Exit.FORBIDDEN: "wrong or missing token, or not allowed",
    Exit.INTERRUPTED: "stopped with Ctrl-C; what the server began goes on",
}

_BY_CODE: dict[str, Exit] = {
    Code.STATION_STARTING: Exit.TRY_AGAIN,
    Code.STAGING_UNAVAILABLE: Exit.TRY_AGAIN,
    Code.NAS_UNAVAILABLE: Exit.TRY_AGAIN,
    Code.RUN_BUSY: Exit.TRY_AGAIN,
    Code.NAS_COPY_NOT_PROVEN: Exit.TRY_AGAIN,
    Code.ORCHESTRATOR_DISABLED: Exit.NO_SERVER,
    Code.FORBIDDEN: Exit.FORBIDDEN,
    Code.INVALID_REQUEST: Exit.USAGE,
    Code.INVALID_RUN_PATH: Exit.USAGE,
    "no_server": Exit.NO_SERVER,
    "no_answer": Exit.NO_SERVER,
    "not_installed": Exit.NO_SERVER,
    "bad_answer": Exit.NO_SERVER,
    "token_refused": Exit.FORBIDDEN,
    "wait_timeout": Exit.TIMEOUT,
    "not_confirmed": Exit.USAGE,
}


def exit_code(code: str) -> Exit:
    """The exit code for an error's `code`; anything not listed is a refusal."""
    return _BY_CODE.get(code, Exit.REFUSED)


def epilog() -> str:
    """The table of exit codes, for `--help`."""
    return "exit codes:\n" + "\n".join(f"  {code:>3}  {text}" for code, text in MEANING.items())
