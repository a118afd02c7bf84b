"""Owns what commands print: JSON documents, tables and notes to stdout, errors and questions to stderr."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from pydantic import BaseModel

from exlab_wizard.cli.exit_codes import Exit, exit_code


def error_document(error: Any) -> dict[str, Any]:
    """Any of our errors as `{"code", "message", "next_step", ...evidence}`."""
    document: dict[str, Any] = error.to_dict()
    document.pop("reason", None)
    document.setdefault("next_step", error.next_step)
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


def show_exactly(line: bytes) -> None:
    """A line that a program reads byte for byte; a terminal gets it printable."""
    if sys.stdout.isatty():
        show(line.decode("utf-8", "backslashreplace").removesuffix("\n"))
    else:
        sys.stdout.buffer.write(line)


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
