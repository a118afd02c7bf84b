"""Owns creation.json (schema 1.8), the provenance an instrument pushes: untrusted, read leniently, never obeyed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from exlab_wizard.runs.foreign_json import ForeignJsonError, parse_object, shown
from exlab_wizard.runs.paths import RunKind, RunPath

CREATION_NAME = "creation.json"
MAX_BYTES = 1 << 20
MAJOR = 1
REQUIRED = ("schema_version", "created_at", "created_by")
_MAX_DISAGREEMENTS = 20


class LimsProject(NamedTuple):
    """The project as the lab's LIMS knew it when the run was made; None where it was not given."""

    uid: str | None = None
    short_id: str | None = None
    name_at_creation: str | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """What was understood. Fields that are absent, as in files of older minor versions, have the defaults seen here.

    `problems` are sentence fragments; `missing` names required fields that are absent or unusable; `raw` is None when
    the file is absent, not readable, or of a foreign major version (then nothing in it is interpreted).
    """

    present: bool
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    schema_version: str | None = None
    created_at: str | None = None
    created_by: str | None = None
    level: str = "run"
    run_kind: str = RunKind.EXPERIMENTAL.value
    run_kind_stated: bool = False
    lims_project: LimsProject | None = None
    paths: Mapping[str, Any] = field(default_factory=dict)
    orchestrator: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] | None = None

    @property
    def foreign_major(self) -> bool:
        """Whether the file says that it belongs to another major version: it is then left untouched."""
        return self.schema_version is not None and _major(self.schema_version) not in (MAJOR, None)


def parse_creation(data: bytes | None) -> Creation:
    """Read a creation.json's bytes (None: there is none). Every defect is a problem in the result, no exception."""
    if data is None:
        return Creation(present=False)
    try:
        raw = parse_object(data, MAX_BYTES)
    except ForeignJsonError as error:
        return Creation(present=True, problems=("it is empty or cannot be read" if not data else str(error),))
    version = _version(raw)
    if version is not None and _major(version) not in (MAJOR, None):
        problem = f"its schema_version {shown(version, 20)} is of another major version than {MAJOR}"
        return Creation(present=True, problems=(problem,), schema_version=version)
    return _understood(raw, version)


def _understood(raw: dict[str, Any], version: str | None) -> Creation:
    look = _Look(raw)
    run_kind = look.text("run_kind")
    if version is None or _major(version) is None:
        version = look.unusable("schema_version")
    understood = Creation(
        present=True,
        schema_version=version,
        created_at=look.instant("created_at"),
        created_by=look.text("created_by"),
        level=look.text("level") or "run",
        run_kind=run_kind or RunKind.EXPERIMENTAL.value,
        run_kind_stated=run_kind is not None,
        lims_project=look.lims_project(),
        paths=look.mapping("paths") or {},
        orchestrator=look.mapping("orchestrator") or {},
        raw=raw,
    )
    missing = tuple(name for name in REQUIRED if getattr(understood, name) is None)
    return replace(understood, problems=tuple(look.problems), missing=missing)


class _Look:
    """Takes fields of one type out of an object and notes each that is of another."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """A string that is not blank."""
        value = self._raw.get(name)
        return value if isinstance(value, str) and value.strip() else self.unusable(name)

    def instant(self, name: str) -> str | None:
        """A string that is an ISO 8601 date and time."""
        value = self.text(name)
        return value if value is None or _is_instant(value) else self.unusable(name)

    def mapping(self, name: str) -> dict[str, Any] | None:
        """An object."""
        value = self._raw.get(name)
        return value if isinstance(value, dict) else self.unusable(name)

    def lims_project(self) -> LimsProject | None:
        """The LIMS project, each of its parts a string or absent."""
        value = self.mapping("lims_project")
        if value is None:
            return None
        inner = _Look(value)
        project = LimsProject(*(inner.text(name) for name in LimsProject._fields))
        self.problems += [f"lims_project: {problem}" for problem in inner.problems]
        return project

    def unusable(self, name: str) -> Any:
        """None; noted as a problem unless the field is absent or null."""
        if self._raw.get(name) is not None:
            self.problems.append(f"its {name} is not usable")
        return None


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _version(raw: Mapping[str, Any]) -> str | None:
    value = raw.get("schema_version")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value)


def _major(version: str) -> int | None:
    """The first number of a version; None when there is none (ASCII digits only, so that int() is bounded)."""
    head = version.partition(".")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) <= 9 else None


def with_sync_status(data: bytes, sync_status: str, overrides: Sequence[Mapping[str, Any]]) -> bytes | None:
    """The same file with our `sync_status` and a mirror of the override records in `validation_overrides`.

    Every other field, its order and the layout are kept. None when nothing would change or when it cannot be done
    without loss: not a JSON object, a key given twice, no or a foreign major version, too large.
    """
    try:
        raw = parse_object(data, MAX_BYTES)
        new = {**raw, "sync_status": sync_status}
        if overrides or "validation_overrides" in raw:
            new["validation_overrides"] = [dict(record) for record in overrides]
        if new == raw or _major(_version(raw) or "") != MAJOR:
            return None
        written = _dumped(new, like=data)
    except (ValueError, RecursionError):
        return None
    return written if len(written) <= MAX_BYTES else None


def _dumped(document: Mapping[str, Any], like: bytes) -> bytes:
    """JSON in the manner of `like`: indented or not, with or without escapes and a last newline."""
    indent = 2 if b"\n" in like.strip() else None
    text = json.dumps(document, ensure_ascii=like.isascii(), indent=indent, allow_nan=False)
    return (text + "\n" * like.endswith(b"\n")).encode()


def disagreements(creation: Creation, run: RunPath, expected: Mapping[str, str] | None = None) -> list[str]:
    """What the file says that differs from the run's place and from the configuration: to report, never to follow.

    `expected` is the configuration by field name, as far as the caller wants it compared (`completeness_signal`,
    `sentinel_filename`, `manifest_filename`, `staging_root`, `nas_root`, ...). At most 20 sentences.
    """
    known = {"equipment_id": run.equipment_id, "project_name": run.project, "run_path": str(run), **(expected or {})}
    groups = {"": creation.raw or {}, "orchestrator.": creation.orchestrator, "paths.": creation.paths}
    found = [
        f"creation.json says {prefix}{name} is {shown(str(group[name]))}; {shown(ours)} is used"
        for prefix, group in groups.items()
        for name, ours in known.items()
        if name in group and group[name] != ours
    ]
    found += (
        f"creation.json names the path {shown(path)} ({shown(f'paths.{name}', 60)}); the run stays at {shown(str(run))}"
        for name, path in _elsewhere(creation.paths, run, known)
    )
    return found[:_MAX_DISAGREEMENTS]


def _elsewhere(paths: Mapping[str, Any], run: RunPath, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The paths, written with either separator, that lead neither to this run, nor to what is in or above it."""
    endings = tuple("/" + "/".join(run.parts[:count]) for count in range(1, len(run.parts) + 1))
    for name, value in paths.items():
        if name in known or not isinstance(value, str) or not value:
            continue
        place = "/" + value.replace("\\", "/").strip("/")
        if not place.endswith(endings) and f"{endings[-1]}/" not in place:
            yield name, value
