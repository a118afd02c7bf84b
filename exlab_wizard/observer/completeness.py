"""Owns the question "is this run complete?": signal AND settled, by this station's own monotonic observations."""

from __future__ import annotations

import errno
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.instrument_manifest import MAX_BYTES, InstrumentManifestError, missing, parse_instrument_manifest

if TYPE_CHECKING:
    from exlab_wizard.config import Equipment


@dataclass(slots=True)
class Settling:
    """How long the tree has looked the same. Seconds are monotonic; a restart starts over, which only waits longer."""

    fingerprint: str = ""
    since: float = 0.0
    scans: int = 0

    def observe(self, fingerprint: str, now: float) -> bool:
        """Note one scan; True when the tree differs from the one before."""
        if fingerprint == self.fingerprint:
            self.scans += 1
            return False
        first = not self.fingerprint
        self.fingerprint, self.since, self.scans = fingerprint, now, 1
        return not first

    def remaining(self, settle_seconds: float, now: float) -> float:
        """Seconds until the run may count as settled; 0.0 when two scans agree over the whole time."""
        left = max(0.0, self.since + settle_seconds - now)
        return left if left > 0 or self.scans >= 2 else 0.05


def wait_seconds(equipment: Equipment) -> float:
    """How long a run of this equipment must rest: `quiet_minutes` where quiet is the signal, else `settle_seconds`."""
    if equipment.completeness_signal == "quiet_period":
        return max(equipment.quiet_minutes * 60.0, equipment.settle_seconds)
    return equipment.settle_seconds


def signal_missing(equipment: Equipment, run: Dir, sizes: Mapping[str, int]) -> str:
    """What the completeness signal still lacks, as a sentence; empty when it is there.

    `sizes` are the run's data files by path, in bytes; only the manifest signal looks at them.
    """
    if equipment.completeness_signal == "sentinel_file":
        return _regular(run, equipment.sentinel_filename)
    if equipment.completeness_signal == "manifest":
        return _manifest_missing(run, equipment.manifest_filename, sizes)
    return ""


def _regular(run: Dir, name: str) -> str:
    try:
        info = run.stat(name)
    except OSError as error:
        return f"{name} has not arrived" if error.errno == errno.ENOENT else f"{name} cannot be read ({error.strerror})"
    return "" if stat.S_ISREG(info.st_mode) else f"{name} is not a regular file"


def _manifest_missing(run: Dir, name: str, sizes: Mapping[str, int]) -> str:
    problem = _regular(run, name)
    if problem:
        return problem
    try:
        manifest = parse_instrument_manifest(run.read(name, MAX_BYTES))
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"
    except InstrumentManifestError as error:
        return f"{name}: {str(error).rstrip('.')}"
    absent = missing(manifest, sizes)
    more = f" (and {len(absent) - 1:,} more files)" if len(absent) > 1 else ""
    return f"{absent[0]}{more}" if absent else ""
