"""Owns the way to a run's NAS copy as an audit takes it: on the right NAS, where this station's claim stands."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

from exlab_wizard.audit.findings import ITS_FOLDER, LOOK_AGAIN, WHOSE
from exlab_wizard.audit.records import Records, RecordsUnreadableError
from exlab_wizard.config import Config, Equipment
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, read_nas_marker, read_station_marker
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.identity import known_station
from exlab_wizard.sync.engine.claim import open_claimed
from exlab_wizard.sync.engine.nas import open_target
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass, Place

Reach = Callable[[str], str]
"""Why a NAS root cannot be reached, "" when it can; must not hang."""


class Copy(NamedTuple):
    """A run's folder on the NAS; without one, why it was not looked at ("" when there simply is none) and a remedy."""

    folder: Dir | None
    why: str = ""
    remedy: str = LOOK_AGAIN

    def matters(self, proven: bool, told: bool) -> bool:
        """Whether that is a problem. A run not proven yet may have no claim: its next sync says whose folder it is."""
        return bool(self.why) and (proven or (told and self.remedy != WHOSE))


class Copies:
    """Every run's copy. `reach` is asked once for each NAS root."""

    def __init__(self, config: Config, state: Dir, records: Records, reach: Reach) -> None:
        self._config, self._state, self._records, self._reach = config, state, records, reach
        self._reached: dict[str, str] = {}

    @contextmanager
    def open(self, run: RunPath) -> Iterator[Copy]:
        """The run's copy, closed on the way out. Whatever stands there instead is told, never raised."""
        equipment = self._config.by_equipment(run.equipment_id)
        if equipment is None:
            yield Copy(None, f"{run.equipment_id} is not configured any more, so its NAS is not known")
            return
        why = self._nas_problem(equipment)
        with ExitStack() as stack:
            yield Copy(None, why) if why else self._copy(stack, equipment.nas_root, run)

    def _copy(self, stack: ExitStack, nas_root: str, run: RunPath) -> Copy:
        try:
            root = stack.enter_context(Dir.open(nas_root))
            return Copy(stack.enter_context(open_claimed(root, run, station_of(self._config, self._state))))
        except TaskFailedError as failure:
            if failure.error.error_class is ErrorClass.CONFLICT:
                return Copy(None, failure.error.message, WHOSE)
            number = failure.error.number or errno.EIO
        except OSError as error:
            number = error.errno or errno.EIO
        if number == errno.ENOENT:
            return Copy(None)
        return Copy(None, f"its folder on the NAS cannot be opened ({os.strerror(number)})", ITS_FOLDER)

    def _nas_problem(self, equipment: Equipment) -> str:
        root = equipment.nas_root
        if root not in self._reached:
            self._reached[root] = self._reach(root) or self._wrong_nas(equipment)
        return self._reached[root]

    def _wrong_nas(self, equipment: Equipment) -> str:
        nas_root = equipment.nas_root
        try:
            with Dir.open(nas_root) as root:
                met = read_nas_marker(root, nas_root).nas_id
            wanted = expected_nas(equipment, self._records)
        except (OSError, MarkerError, RecordsUnreadableError) as error:
            return str(error)
        return "" if wanted in (None, met) else f"{nas_root} is NAS {met}, but {wanted} is expected"


@contextmanager
def own_copy(config: Config, state: Dir, run: RunPath) -> Iterator[Dir]:
    """The run's copy for writing there: marker and claim are met first.

    Raises TaskFailedError and OSError; RecordsUnreadableError where the pinned NAS cannot be told.
    """
    equipment = config.by_equipment(run.equipment_id)
    assert equipment is not None
    station_id = station_of(config, state)
    nas_id = expected_nas(equipment, Records(config.state_dir))
    place = Place(config.orchestrator.staging_root, station_id, equipment.nas_root, nas_id, config.state_dir)
    with open_target(place) as root, open_claimed(root, run, station_id) as folder:
        yield folder


def expected_nas(equipment: Equipment, records: Records) -> str | None:
    """The id its NAS must have; None when none was configured or met yet. Raises RecordsUnreadableError."""
    return equipment.nas_id or records.pinned(equipment.nas_root)


def station_of(config: Config, state: Dir) -> str:
    """Whose state this is; where that is damaged, whose staging; "" (which no claim names) when nobody can tell."""
    known = known_station(state)
    with suppress(OSError, MarkerError), Dir.open(config.orchestrator.staging_root) as root:
        return known or read_station_marker(root, config.orchestrator.staging_root).station_id
    return known or ""
