"""Owns the checks of the NAS roots: the right one, on other storage, and what it can prove."""

from __future__ import annotations

from collections.abc import Iterator

from exlab_wizard import units
from exlab_wizard.api.models import HealthCheck
from exlab_wizard.config import Config, Equipment
from exlab_wizard.doctor.probe import probe
from exlab_wizard.doctor.report import bad, doubtful, good
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.mounts import same_storage
from exlab_wizard.sync.engine.provable import CONTENTS, NAMES, NO_REPLACING, provable
from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, TaskError

_REMEDIES = {
    ErrorClass.TARGET: "Mount the NAS. If it is a new one: exlab-wizard mark-nas {nas_root}",
    ErrorClass.TARGET_FULL: "Make space on the NAS.",
    ErrorClass.CONFIGURATION: "Correct equipment[].nas_root or equipment[].nas_id, or mount the right NAS.",
    ErrorClass.SOURCE_IO: "Check the staging directory and the state directory first.",
}
_ELSE = "See the server's log; this is unexpected."


def check_targets(config: Config, station_id: str | None) -> Iterator[HealthCheck]:
    """One check for each NAS root, at most ten seconds each."""
    if config.sync.allow_same_storage:
        why = "staging and NAS may share a disk: one broken disk takes both copies."
        yield doubtful("sync.allow_same_storage", why, "Set it to false outside of a demo.")
    seen: set[str] = set()
    for number, item in enumerate(config.equipment):
        if item.nas_root in seen:
            continue
        seen.add(item.nas_root)
        key = f"equipment[{number}].nas_root"
        if station_id is None:
            yield doubtful(key, f"{item.nas_root} was not looked at.", "Mark the staging directory first.")
        else:
            yield _check(key, config, station_id, item)


def _check(key: str, config: Config, station_id: str, item: Equipment) -> HealthCheck:
    outcome = probe(_place(config, station_id, item.nas_root, item.nas_id))
    if outcome.error is None and not config.sync.allow_same_storage and _same(config, item):
        message = f"{item.nas_root} is on the same storage as staging: a copy there is no second copy."
        return bad(key, message, "Mount the NAS there, or correct the key.")
    return verdict(key, item.nas_root, outcome)


def _same(config: Config, item: Equipment) -> bool:
    with Dir.open(config.orchestrator.staging_root) as staging, Dir.open(item.nas_root) as target:
        return same_storage(staging, target)


def _place(config: Config, station_id: str, nas_root: str, nas_id: str | None) -> Place:
    return Place(
        staging_root=config.orchestrator.staging_root,
        station_id=station_id,
        nas_root=nas_root,
        nas_id=nas_id,
        state_dir=config.state_dir,
        allow_same_storage=config.sync.allow_same_storage,
    )


def verdict(key: str, nas_root: str, outcome: Outcome) -> HealthCheck:
    """What a probe's outcome means for a person."""
    if outcome.error is not None:
        return bad(key, outcome.error.message, _remedy(outcome.error, nas_root))
    return _able(key, nas_root, outcome)


def _able(key: str, nas_root: str, outcome: Outcome) -> HealthCheck:
    data = outcome.data
    names = "only names that Windows allows" if data.get("names") == "windows" else "any name"
    proofs = provable(data)
    free = f"{units.size(data.get('free_bytes', 0))} of {units.size(data.get('total_bytes', 0))} free"
    sentence = (
        f"{nas_root} is NAS {data.get('nas_id')}: {names}; {', '.join(proofs) or 'it can prove nothing'}; {free}."
    )
    if NO_REPLACING not in proofs:
        return bad(
            key,
            sentence,
            "It offers neither hard links nor exclusive renames; nothing is synced there. Mount it another way.",
        )
    if CONTENTS not in proofs:
        return doubtful(
            key,
            sentence,
            "What is read back comes from this computer's memory, so no run synced there can be cleared. Mount it "
            "another way, or close the programs here that have it open.",
        )
    if NAMES not in proofs:
        return doubtful(
            key, sentence, "A power failure of the NAS may lose names just written; keep runs a while before clearing."
        )
    return good(key, sentence)


def _remedy(error: TaskError, nas_root: str) -> str:
    return _REMEDIES.get(error.error_class, _ELSE).format(nas_root=nas_root)
