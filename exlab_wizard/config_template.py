"""Owns the commented configuration file that `init` writes: everything a newcomer may want to change, explained."""

from __future__ import annotations

import json
from dataclasses import dataclass

SIGNALS = ("sentinel_file", "manifest", "quiet_period")


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` asks for. `nas_id` is the id of the marked NAS; None pins the first one seen."""

    staging_root: str
    nas_root: str
    equipment_id: str
    signal: str
    label: str = ""
    nas_id: str | None = None
    allow_same_storage: bool = False


def render(answers: Answers) -> str:
    """The file's text; `parse_mapping` reads back exactly the answers."""
    return _TEMPLATE.format(
        staging_root=_quoted(answers.staging_root),
        nas_root=_quoted(answers.nas_root),
        nas_id=_quoted(answers.nas_id) if answers.nas_id else "null",
        equipment_id=answers.equipment_id,
        label=_quoted(answers.label or answers.equipment_id),
        signal=answers.signal,
        signal_lines=_SIGNAL_LINES[answers.signal],
        allow_same_storage=str(answers.allow_same_storage).lower(),
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_SIGNAL_LINES = {
    "sentinel_file": """\
    # The instrument writes this file at the top of the run, last of all:
    sentinel_filename: acquisition_complete.flag""",
    "manifest": """\
    # The instrument lists its files here, as {"files": [{"path": ..., "size": ..., "sha256": ...}]}
    # (sha256 may be left out):
    manifest_filename: manifest.json""",
    "quiet_period": """\
    # The run is complete when nothing changed for so long. It must be longer than the longest
    # pause between two frames:
    quiet_minutes: 60""",
}

_TEMPLATE = """\
# ExLab-Wizard for Jupyter. After a change: exlab-wizard doctor, then restart the Jupyter server.
# Every key is explained in the README. No passwords belong here.

orchestrator:
  enabled: true
  label: Staging station
  # Where the instruments push their runs: <staging_root>/{equipment_id}/<project>/Runs/Run_2026-04-17T14-32
  staging_root: {staging_root}
  # Where this station keeps its records; a local disk. Default: <staging_root>/.exlab-wizard
  # state_dir: /var/lib/exlab-wizard
  staging_cleanup:
    mode: manual            # nothing is deleted unless somebody clicks Clear

# One entry for each instrument. To add one, copy these lines.
equipment:
  - id: {equipment_id}
    label: {label}
    # How a run says that it is complete: sentinel_file, manifest or quiet_period
    completeness_signal: {signal}
{signal_lines}
    # Then nothing may change for so long before the run is synced:
    settle_seconds: 60
    # A run without its signal asks for attention after:
    no_signal_after_hours: 24
    # The run lands at <nas_root>/<run path>, the same path as in staging:
    nas_root: {nas_root}
    # The id of this NAS (exlab-wizard mark-nas); another one, or an unmounted share, gets no data:
    nas_id: {nas_id}

proof:
  # A run may be cleared while its NAS copy was read back and compared within:
  reverify_after_hours: 168
  # NAS copies read again each night, in GiB, the oldest proof first; 0 for none:
  scrub_gib_per_day: 0

sync:
  workers: 2                # copies at a time
  allow_same_storage: {allow_same_storage} # true only for trying things out: staging and NAS on one disk

logging:
  level: INFO
"""
