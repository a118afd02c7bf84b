"""Owns the judgement on one name: whether the NAS can store it and whether a template was left unfilled in it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from exlab_wizard.gate.findings import ProblemClass, Severity
from exlab_wizard.runs.foreign_json import shown

Names = Literal["posix", "windows"]

_PLACEHOLDER = re.compile(r"<[A-Za-z_][A-Za-z0-9_]*>")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNDECODABLE = re.compile(r"[\ud800-\udfff]")
_LINE_SEPARATOR = re.compile(r"[\u2028\u2029]")
_WINDOWS_ILLEGAL = re.compile(r'[<>:"|?*\\]')
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[1-9¹²³]|LPT[1-9¹²³]|CONIN\$|CONOUT\$) *(?:\.|\Z)", re.IGNORECASE)
# One look settles nearly every name: no odd character, no dot or space at the end, not the start of a device name.
_PLAIN = re.compile(
    r"(?![CPANLcpanl][ORUPorup][NXLMTnxlmt])"
    r'[^<>:"|?*\\{\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*+(?<![. ])\Z'
)

_FILL_IN = "Set the missing value in the acquisition software, or rename it here; if the name is meant so, override."
_RENAME = "Rename it, here or in the acquisition software."
_RENAME_OR_OVERRIDE = f"{_RENAME} Overriding helps only if the NAS can store the name after all."


class Problem(NamedTuple):
    """What is wrong with a name: `text` continues a sentence that begins with the name."""

    problem_class: ProblemClass
    severity: Severity
    text: str
    remedy: str


def judge(name: str, names: Names) -> Problem | None:
    """The most specific problem of one path segment, or None. `names` is what the target can store.

    NUL and control characters block everywhere. What only Windows forbids blocks where the target is like Windows and
    is a remark elsewhere; so are names that are not UTF-8 (a Windows-like target cannot hold them, others keep them
    byte for byte). Line separators are a remark everywhere: every file system stores them.
    """
    if _PLAIN.match(name):
        return None
    return _unfilled(name) or _unstorable(name) or _foreign_to_windows(name, names) or _confusing(name)


def _unfilled(name: str) -> Problem | None:
    if token := _PLACEHOLDER.search(name):
        text = f"contains the placeholder {shown(token[0])}, which was never filled in"
        return Problem(ProblemClass.UNRESOLVED_PLACEHOLDER_TOKEN, Severity.HARD, text, _FILL_IN)
    if marker := _JINJA.search(name):
        text = f"contains the template marker {shown(marker[0])}, which was never filled in"
        return Problem(ProblemClass.LEFTOVER_JINJA_MARKER, Severity.HARD, text, _FILL_IN)
    return None


def _unstorable(name: str) -> Problem | None:
    found = _CONTROL.search(name)
    if found is None:
        return None
    text = f"contains the control character {shown(found[0])}, which breaks file lists and scripts"
    return Problem(ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER, Severity.HARD, text, _RENAME)


def _foreign_to_windows(name: str, names: Names) -> Problem | None:
    found = _windows_problem(name)
    if found is None:
        return None
    problem_class, text = found
    if names == "windows":
        return Problem(problem_class, Severity.HARD, f"{text}, which the NAS cannot store", _RENAME_OR_OVERRIDE)
    remedy = f"It is synced as it is. {_RENAME}"
    return Problem(problem_class, Severity.SOFT, f"{text}, which Windows computers cannot open", remedy)


def _windows_problem(name: str) -> tuple[ProblemClass, str] | None:
    if reserved := _RESERVED.match(name):
        return ProblemClass.RESERVED_FILESYSTEM_NAME, f"is the device name {reserved[1].upper()} to Windows"
    if found := _WINDOWS_ILLEGAL.search(name):
        return ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER, f"contains {shown(found[0])}"
    if name.endswith((".", " ")):
        last = "a dot" if name.endswith(".") else "a space"
        return ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER, f"ends in {last}"
    if _UNDECODABLE.search(name):
        return ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER, "contains bytes that are not UTF-8"
    return None


def _confusing(name: str) -> Problem | None:
    found = _LINE_SEPARATOR.search(name)
    if found is None:
        return None
    text = f"contains the line separator {shown(found[0])}, which looks like a line break"
    return Problem(ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER, Severity.SOFT, text, f"It is synced as it is. {_RENAME}")
