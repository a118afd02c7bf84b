"""Owns what a run path is: parsed once from the outside, never a bare string inside."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from exlab_wizard.errors import Code, StagingError

CONTROL_DIR = ".exlab-wizard"
EQUIPMENT_ID = re.compile(r"[A-Z][A-Z0-9_]{0,31}")
_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?"  # \d would also take other scripts' digits
_LEAF = {"Runs": re.compile(rf"Run_{_STAMP}"), "TestRuns": re.compile(rf"TestRun_{_STAMP}")}

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, undecodable bytes, line separators


class RunKind(StrEnum):
    """What the leaf's prefix says: `Run_` is experimental, `TestRun_` a test."""

    EXPERIMENTAL = "experimental"
    TEST = "test"


@dataclass(frozen=True, slots=True, order=True)
class RunPath:
    """A run's identity everywhere: `<EQUIPMENT_ID>/<project>/Runs/Run_<stamp>`, POSIX, relative to `staging_root`."""

    equipment_id: str
    project: str
    folder: str
    leaf: str

    @classmethod
    def parse(cls, text: str, staging_root: str | None = None) -> RunPath:
        """Parse a run path, or an absolute path inside `staging_root`; purely textual, touches no disk.

        Raises `StagingError(invalid_run_path)` for anything that is not exactly a run: `..`, `.`, empty segments,
        NUL, control characters, a project, the root, an absolute path elsewhere.
        """
        relative = _relative(text, staging_root)
        segments = relative.split("/")
        if len(segments) != 4:
            raise _bad(text, "a run path has four parts: EQUIPMENT_ID/project/Runs/Run_2026-04-17T14-32")
        run = cls(*segments)
        problem = run._problem()
        if problem:
            raise _bad(text, problem)
        return run

    def _problem(self) -> str | None:
        if not EQUIPMENT_ID.fullmatch(self.equipment_id):
            return "the equipment id must match ^[A-Z][A-Z0-9_]*$ and have at most 32 characters"
        if not is_safe_segment(self.project):
            return "the project must be one plain folder name"
        pattern = _LEAF.get(self.folder)
        if pattern is None:
            return "the third part must be Runs or TestRuns"
        if not pattern.fullmatch(self.leaf):
            return "the last part must look like Run_2026-04-17T14-32 below Runs, or TestRun_... below TestRuns"
        return None

    @property
    def kind(self) -> RunKind:
        """Experimental or test, from the parent folder."""
        return RunKind.TEST if self.folder == "TestRuns" else RunKind.EXPERIMENTAL

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """The four segments, for opening one directory handle after the other."""
        return (self.equipment_id, self.project, self.folder, self.leaf)

    @property
    def key(self) -> str:
        """A short file-system-safe name (32 hex digits) for this run's files in the state directory."""
        return hashlib.sha256(os.fsencode(str(self))).hexdigest()[:32]

    def __str__(self) -> str:
        return "/".join(self.parts)


def is_safe_segment(name: str) -> bool:
    """Whether `name` is one plain path segment: not empty, not dots, no slash, no control characters."""
    if name in ("", ".", "..", CONTROL_DIR) or "/" in name:
        return False
    if any(unicodedata.category(character) in _UNSAFE_CATEGORIES for character in name):
        return False
    return len(os.fsencode(name)) <= 255


def _relative(text: str, staging_root: str | None) -> str:
    if not text or "\0" in text or len(text) > 4096:
        raise _bad(text[:200], "it is empty, too long, or contains NUL")
    if not text.startswith("/"):
        return text
    root = (staging_root or "").rstrip("/")
    if not root or not text.startswith(root + "/"):
        raise _bad(text, "an absolute path must lie inside the staging directory")
    return text[len(root) + 1 :]


def _bad(text: str, why: str) -> StagingError:
    return StagingError(Code.INVALID_RUN_PATH, f"{text!r} is not a run path: {why}.", run_path=text)
