"""Owns the configuration: what may be set, the rules between the keys, and where the file is found."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from exlab_wizard.config_errors import ConfigError, Problem, not_yet, problems_of, rule_broken
from exlab_wizard.runs.paths import CONTROL_DIR, EQUIPMENT_ID, is_safe_segment
from exlab_wizard.strict_yaml import YamlError, parse_mapping

__all__ = ["Config", "ConfigError", "Equipment", "find_config", "load_config"]

CONFIG_NAME = "exlab_wizard.yaml"
CONFIG_VARIABLE = "EXLAB_WIZARD_CONFIG"
SCANNED_EXTENSIONS = [".csv", ".ini", ".json", ".md", ".toml", ".txt", ".xml", ".yaml", ".yml"]
_MAX_BYTES = 1 << 20


def _root(value: str) -> str:
    parts = value.split("/")
    if not value.startswith("/") or ".." in parts or "." in parts or not value.isprintable():
        raise rule_broken(
            f"got {json.dumps(value, ensure_ascii=False)}, allowed is an absolute path without '.' or '..'.",
            "Write the whole path, starting with '/'.",
        )
    cleaned = "/" + "/".join(part for part in parts if part)
    if cleaned == "/":
        raise rule_broken("got '/', which is the whole file system.", "Name a directory of its own.")
    return cleaned


def _plain_file_name(value: str) -> str:
    if not is_safe_segment(value):
        raise rule_broken(
            f"got {json.dumps(value, ensure_ascii=False)}, allowed is one plain file name, without a slash.",
            "Name the file only; it is looked for at the top of each run.",
        )
    return value


def _equipment_id(value: str) -> str:
    if not EQUIPMENT_ID.fullmatch(value):
        raise rule_broken(
            f"got {json.dumps(value, ensure_ascii=False)}, allowed are capital letters, digits and '_', "
            "a letter first, at most 32 characters.",
            "For example CONFOCAL_01; it is the folder the instrument pushes into.",
        )
    return value


def _no_bandwidth(value: Any) -> Any:
    if value is not None:
        raise not_yet("A bandwidth limit", "Remove it; copies run at full speed.")
    return value


def _built_transport(value: Any) -> Any:
    if value in ("rclone", "rsync_ssh"):
        raise not_yet(f"The transport {value}", "Mount the NAS on this computer and use type: mount.")
    return value


def _built_cleanup(value: Any) -> Any:
    if value == "scheduled":
        raise not_yet("Scheduled clearing", "Use mode: manual, and clear from the panel or the command line.")
    return value


def _root_or_none_yet(value: str) -> str:
    return _root(value) if value else value


Root = Annotated[str, AfterValidator(_root)]
FileName = Annotated[str, AfterValidator(_plain_file_name)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=False)


class StagingCleanup(_Section):
    """Who clears verified runs."""

    mode: Annotated[Literal["manual"], BeforeValidator(_built_cleanup)] = Field("manual", description="manual")
    retain_hours: float = Field(24, ge=0, description="hours, 0 or more (for scheduled clearing, not available yet)")


class Orchestrator(_Section):
    """The station: whether it runs here, and over which directory."""

    enabled: bool = Field(False, description="true or false; false answers every call with orchestrator_disabled")
    label: str = Field("Staging station", max_length=120, description="a name people read, at most 120 characters")
    staging_root: Annotated[str, AfterValidator(_root_or_none_yet)] = Field(
        "", description="an absolute path, where the instruments push"
    )
    state_dir: Root | None = Field(
        None, description="an absolute path on a local disk; default <staging_root>/.exlab-wizard"
    )
    staging_cleanup: StagingCleanup = Field(StagingCleanup(), description="a section: mode, retain_hours")


class Transport(_Section):
    """How an instrument's runs reach the NAS."""

    type: Annotated[Literal["mount"], BeforeValidator(_built_transport)] = Field(
        "mount", description="mount (the NAS is mounted on this computer)"
    )
    bandwidth: Annotated[None, BeforeValidator(_no_bandwidth)] = Field(
        None, description="nothing (a limit is not available yet)"
    )


class Equipment(_Section):
    """One instrument: its folder in staging, when its runs are complete, and where they go."""

    id: Annotated[str, AfterValidator(_equipment_id)] = Field(
        description="an id of capital letters, digits and '_', unique; the instrument's folder in staging"
    )
    label: str = Field("", max_length=120, description="a name people read; default the id")
    completeness_signal: Literal["sentinel_file", "manifest", "quiet_period"] = Field(
        description="sentinel_file, manifest or quiet_period"
    )
    sentinel_filename: FileName = Field(
        "acquisition_complete.flag", description="a file name; the instrument writes it last"
    )
    manifest_filename: FileName = Field(
        "manifest.json", description="a file name; the instrument lists its files and sizes in it"
    )
    quiet_minutes: float = Field(
        60, gt=0, description="minutes, more than 0 and more than the longest pause between two frames"
    )
    no_signal_after_hours: float = Field(24, gt=0, description="hours without a signal until a run needs attention")
    settle_seconds: float = Field(60, ge=0, description="seconds, 0 or more, that nothing may change before a sync")
    nas_root: Root = Field(description="an absolute path on the mounted NAS; the run lands at <nas_root>/<run path>")
    nas_id: str | None = Field(
        None, min_length=1, max_length=128, description="an id as mark-nas printed it; default the first one seen"
    )
    transport: Transport = Field(Transport(), description="a section: type, bandwidth")

    @model_validator(mode="before")
    @classmethod
    def _label_is_id(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("id"), str) and not data.get("label"):
            return {**data, "label": data["id"]}
        return data


class Proof(_Section):
    """How fresh the proof of a NAS copy must be."""

    reverify_after_hours: float = Field(168, gt=0, description="hours, more than 0, that a proof licenses clearing")
    min_verify_passes: int = Field(2, ge=1, le=10, description="1 to 10 verifications, made by themselves")
    min_age_hours: float = Field(24, ge=0, description="hours, 0 or more, between one verification and the next")
    scrub_gib_per_day: float = Field(0, ge=0, description="GiB, 0 or more, read again each night (0: none)")
    reread_before_clear: bool = Field(
        True, description="true or false; false believes a proof of reverify_after_hours instead of reading again"
    )


class Sync(_Section):
    """The sync thread."""

    workers: int = Field(2, ge=1, le=16, description="1 to 16 copies at a time")
    allow_same_storage: bool = Field(
        False, description="true or false; true lets staging and NAS share a disk (demo and tests only)"
    )


class Validator(_Section):
    """The gate's look into files, not available yet."""

    content_scan_max_mib: float = Field(5, description="5 (content scanning is not available yet)")
    content_scan_extensions: list[str] = Field(
        SCANNED_EXTENSIONS, description="the default (content scanning is not available yet)"
    )

    @model_validator(mode="after")
    def _defaults_only(self) -> Self:
        for name, field in type(self).model_fields.items():
            if getattr(self, name) != field.default:
                raise not_yet("Scanning file contents", "Remove the section validator.")
        return self


class Logging(_Section):
    """What the server's log gets."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")


class Config(_Section):
    """The whole configuration, checked. Every root is an absolute, normalised path (`""` only when disabled)."""

    orchestrator: Orchestrator = Field(Orchestrator(), description="a section: enabled, label, staging_root, ...")
    equipment: list[Equipment] = Field([], description="a list, one '- id: ...' for each instrument")
    proof: Proof = Field(Proof(), description="a section: reverify_after_hours, ...")
    sync: Sync = Field(Sync(), description="a section: workers, allow_same_storage")
    validator: Validator = Field(Validator(), description="a section, not available yet")
    logging: Logging = Field(Logging(), description="a section: level")

    @model_validator(mode="before")
    @classmethod
    def _empty_section_is_default(cls, data: Any) -> Any:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _rules(self) -> Self:
        self._check_enabled()
        self._check_ids()
        self._check_roots()
        self._check_state_dir()
        return self

    def _check_enabled(self) -> None:
        if not self.orchestrator.enabled:
            return
        if not self.orchestrator.staging_root:
            raise rule_broken(
                "this key is missing.",
                "Set it to the directory the instruments push into.",
                "orchestrator.staging_root",
            )
        if not self.equipment:
            raise rule_broken("no instrument is configured.", "Add one: '- id: CONFOCAL_01'.", "equipment")

    def _check_ids(self) -> None:
        seen: dict[str, int] = {}
        for number, item in enumerate(self.equipment):
            if item.id in seen:
                raise rule_broken(
                    f"got {item.id}, which equipment[{seen[item.id]}] has already.",
                    "Give each instrument an id of its own.",
                    f"equipment[{number}].id",
                )
            seen[item.id] = number

    def _check_roots(self) -> None:
        named = (
            [("orchestrator.staging_root", self.orchestrator.staging_root)] if self.orchestrator.staging_root else []
        )
        for number, item in enumerate(self.equipment):
            key = f"equipment[{number}].nas_root"
            for other_key, other in named:
                same_allowed = other_key != "orchestrator.staging_root"
                if _nested(item.nas_root, other) and not (same_allowed and item.nas_root == other):
                    raise rule_broken(
                        f"got {item.nas_root} and {other_key} is {other}: one lies inside the other.",
                        "Use two separate directories.",
                        key,
                    )
            named.append((key, item.nas_root))

    def _check_state_dir(self) -> None:
        state = self.orchestrator.state_dir
        if state is None:
            return
        key, staging = "orchestrator.state_dir", self.orchestrator.staging_root
        own = f"{staging}/{CONTROL_DIR}"
        if staging and _nested(state, staging) and not (state == own or state.startswith(own + "/")):
            raise rule_broken(f"got {state}, which is among the runs.", f"Use {own}, or a directory elsewhere.", key)
        for item in self.equipment:
            if _nested(state, item.nas_root):
                raise rule_broken(
                    f"got {state}, which is on the NAS ({item.nas_root}).", "Use a directory on a local disk.", key
                )

    @property
    def state_dir(self) -> str:
        """The state directory in force (absolute; `""` when the station is disabled and has no staging root)."""
        staging = self.orchestrator.staging_root
        return self.orchestrator.state_dir or (f"{staging}/{CONTROL_DIR}" if staging else "")

    def by_equipment(self, equipment_id: str) -> Equipment | None:
        """The instrument with this id, or None."""
        return next((item for item in self.equipment if item.id == equipment_id), None)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that decides what the station does; two servers on one station compare it."""
        data = self.model_dump(mode="json", exclude={"logging"})
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _nested(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def find_config(explicit: str | os.PathLike[str] | None = None) -> Path | None:
    """The file in force: `explicit`, else `$EXLAB_WIZARD_CONFIG`, else the first on Jupyter's config path, or None."""
    named = explicit or os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    from jupyter_core.paths import jupyter_config_path

    found = (Path(folder) / CONFIG_NAME for folder in jupyter_config_path())
    return next((path for path in found if path.is_file()), None)


def load_config(path: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None) -> Config:
    """Read and check a file; `overrides` are sections laid over it. Raises `ConfigError` with every problem named."""
    file = os.fspath(path)
    return parse_config(_merged(_read(file), overrides or {}), file)


def parse_config(data: Mapping[str, Any], file: str = "") -> Config:
    """Check a configuration given as plain data; `file` is only named in errors. Raises `ConfigError`."""
    try:
        return Config.model_validate(dict(data))
    except ValidationError as error:
        raise ConfigError(problems_of(error, Config), file) from None


def _read(file: str) -> dict[str, Any]:
    try:
        with open(file, "rb") as opened:
            raw = opened.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise YamlError("it is larger than 1 MiB")
        return parse_mapping(raw.decode("utf-8-sig"))
    except OSError as error:
        raise _file_problem(file, f"it cannot be read ({error.strerror}).", "Check path and rights.") from error
    except UnicodeDecodeError as error:
        raise _file_problem(file, "it is not UTF-8 text.", "Save it as UTF-8.") from error
    except YamlError as error:
        line = f"line {error.line}: " if error.line else ""
        raise _file_problem(file, f"{line}{error.message}.", "Correct the YAML there.") from error


def _file_problem(file: str, message: str, remedy: str) -> ConfigError:
    return ConfigError([Problem("config_file", message, remedy)], file)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result
