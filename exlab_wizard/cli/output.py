"""Owns what commands print: JSON documents, tables and notes to stdout, errors and questions to stderr."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from pydantic import BaseModel

from exlab_wizard.cli.exit_codes import Exit, exit_code

_ADVICE = {
    "run_not_found": "`exlab-wizard list` shows the runs there are.",
    "invalid_run_path": "`exlab-wizard list` shows run paths; the end of one is enough if it is the only one.",
    "station_starting": "Ask again in a few seconds.",
    "run_busy": "Ask again when its job is done: `exlab-wizard watch`.",
    "nas_copy_not_proven": "Ask again when it has been verified afresh: `exlab-wizard wait RUN`, then clear.",
    "staging_not_sync_verified": "`exlab-wizard force-sync --wait RUN`, then clear.",
    "run_changed_since_verified": "`exlab-wizard wait RUN` until it is verified again, then clear.",
    "run_not_complete": "Wait for the instrument, or `exlab-wizard force-sync --even-if-incomplete RUN`.",
    "run_cleared": "`exlab-wizard path RUN` prints where its data are.",
    "orchestrator_disabled": "`exlab-wizard init` writes a configuration; `exlab-wizard doctor` checks one.",
    "config_invalid": "`exlab-wizard doctor` checks the configuration.",
    "config_mismatch": "`exlab-wizard doctor` compares the two configurations.",
    "staging_unavailable": "`exlab-wizard doctor` checks the staging directory.",
    "nas_unavailable": "`exlab-wizard doctor` checks the NAS.",
}


def error_document(error: Any) -> dict[str, Any]:
    """Any of our errors as `{"code", "message", "next_step", ...evidence}`."""
    document: dict[str, Any] = error.to_dict()
    document.pop("reason", None)
    document.setdefault("next_step", document.get("remedy") or _ADVICE.get(document["code"], ""))
    return document


def say_error(document: dict[str, Any]) -> Exit:
    """Print code, sentence and next step to stderr; returns the exit code that goes with it."""
    lines = [f"{document['code']}: {document['message']}"]
    if document.get("next_step"):
        lines.append(f"  -> {document['next_step']}")
    say("\n".join(lines))
    return exit_code(document["code"])


def say(text: str) -> None:
    """A line for the person, on stderr, so that stdout stays the answer."""
    print(printable(text), file=sys.stderr, flush=True)


def show(text: str) -> None:
    """The answer, on stdout."""
    print(printable(text), flush=True)


def show_json(document: BaseModel | dict[str, Any] | list[Any]) -> None:
    """One JSON document on stdout, in ASCII so that odd file names survive every pipe."""
    data = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
    print(json.dumps(data, indent=2), flush=True)


def show_json_line(document: BaseModel) -> None:
    """One JSON document as one line, for streams."""
    print(json.dumps(document.model_dump(mode="json")), flush=True)


def printable(text: str) -> str:
    """`text` without what could steer a terminal: control characters and lone surrogates are escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Cf"):
        return character
    return character.encode("unicode_escape").decode("ascii")
