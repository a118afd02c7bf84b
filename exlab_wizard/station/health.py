"""Owns the health report of a running station: one line a subject, from the overview alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from exlab_wizard import __version__, units
from exlab_wizard.api.models import Health, HealthCheck, Overview, TargetStatus

_LOW_SHARE = 0.05
_NAMED = 3


def health_of(overview: Overview, database: str = "") -> Health:
    """What works and what does not, with remedies; `ok` is false when any line is an error.

    `database` says what was wrong with the station's database since the start, if anything.
    """
    checks = [*_checks(overview), *_database(database)]
    return Health(
        ok=not any(check.severity == "error" for check in checks),
        version=__version__,
        checks=checks,
        leader=overview.leader,
        watcher=overview.watcher,
        targets=overview.targets,
        unrecognised=overview.unrecognised,
    )


def _checks(overview: Overview) -> Iterator[HealthCheck]:
    yield _good("staging", f"{overview.staging_root} is there and carries the station's marker.")
    yield _leader(overview)
    yield _watcher(overview)
    if overview.disk is not None:
        yield _disk(overview)
    for target in overview.targets:
        yield _target(target)
    yield _damage([row.path for row in overview.runs if row.damage])
    yield _unrecognised(overview)
    yield from _paused(overview)


def _paused(overview: Overview) -> Iterator[HealthCheck]:
    """What waits for a person's word; nothing where nothing does."""
    paused = overview.paused
    if paused.all is not None:
        text = f"Everything is paused by {paused.all.by} since {paused.all.at:%Y-%m-%d %H:%M} UTC: nothing is synced."
        yield _warning("paused", text, "`exlab-wizard resume --all` lets it go on.")
    for name, mark in paused.equipment.items():
        text = f"{name} is paused by {mark.by} since {mark.at:%Y-%m-%d %H:%M} UTC: its runs are not synced."
        yield _warning("paused", text, f"`exlab-wizard resume --equipment {name}` lets them go on.")
    runs = [row.path for row in overview.runs if "resume" in row.actions]
    if runs:
        text = f"{units.count(len(runs), 'run')} paused by a person: {_named(runs)}."
        yield _warning("paused", text, "`exlab-wizard resume RUN` lets one go on.")


def _named(runs: list[str]) -> str:
    return ", ".join(runs[:_NAMED]) + (f" and {len(runs) - _NAMED:,} more" if len(runs) > _NAMED else "")


def _database(trouble: str) -> Iterator[HealthCheck]:
    if trouble:
        remedy = "Check the disk of the state directory, and record overrides again that are still wanted."
        yield _warning("database", trouble, remedy)


def _leader(overview: Overview) -> HealthCheck:
    leader = overview.leader
    if leader.config_mismatch:
        remedy = "Give every server on this station the same configuration; this one only answers reads."
        return _bad("leader", leader.message, remedy)
    who = "This server leads" if leader.leads else f"Another server leads ({leader.host}, process {leader.pid})"
    return _good("leader", f"{who}.")


def _watcher(overview: Overview) -> HealthCheck:
    watcher = overview.watcher
    if watcher.mode == "events":
        return _good("watcher", watcher.detail)
    return _warning("watcher", watcher.detail, "Runs are still found, only later.")


def _disk(overview: Overview) -> HealthCheck:
    disk = overview.disk
    assert disk is not None
    text = f"{units.size(disk.free)} of {units.size(disk.total)} free on the staging disk."
    if disk.total and disk.free / disk.total < _LOW_SHARE:
        return _warning("disk", text, "Clear verified runs.")
    return _good("disk", text)


def _target(target: TargetStatus) -> HealthCheck:
    name = f"nas {target.nas_root}"
    if target.state == "ok":
        return _good(name, f"Reachable, id {target.nas_id}{' (pinned)' if target.pinned else ''}.")
    if target.state == "unknown":
        return _warning(name, target.why, "It is looked at within seconds.")
    return _bad(name, target.why, "Mount it, or free space there; syncing goes on by itself.")


def _damage(runs: list[str]) -> HealthCheck:
    if not runs:
        return _good("damage", "No copy on the NAS is known to be damaged.")
    text = f"The copies of {units.count(len(runs), 'run')} on the NAS are damaged: {_named(runs)}."
    return _bad("damage", text, "`exlab-wizard list --attention` says which files, and what to do for each run.")


def _unrecognised(overview: Overview) -> HealthCheck:
    number = len(overview.unrecognised)
    if not number:
        return _good("unrecognised", "Everything in the staging directory belongs to a run.")
    entries = "entry is" if number == 1 else "entries are"
    text = f"{number:,} {entries} not part of any run and will not be synced."
    return _warning("unrecognised", text, "See the list; each says what to do.")


def _good(name: str, message: str) -> HealthCheck:
    return HealthCheck(name=name, ok=True, severity="ok", message=message)


def _warning(name: str, message: str, remedy: str) -> HealthCheck:
    return HealthCheck(name=name, ok=True, severity="warning", message=message, remedy=remedy)


def _bad(name: str, message: str, remedy: str) -> HealthCheck:
    return HealthCheck(name=name, ok=False, severity="error", message=message, remedy=remedy)
