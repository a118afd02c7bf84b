"""Owns a damaged NAS copy: the alarm that a person sees everywhere, what is done about it, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from exlab_wizard import units
from exlab_wizard.clearing.refusal import shown
from exlab_wizard.listing.shown import moment
from exlab_wizard.runs.states import Lifecycle, Reason, stamp, utc_now
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Damage, Run

_LISTED = 20
_NAMED = 5


def found(core: Core, run: Run, paths: Sequence[str], count: int, total: int) -> None:
    """Raise the alarm after a whole reading: `paths` are the first of `count` damaged files of `total`.

    Damage that a person has taken note of raises no new alarm while it is the same. No licence to clear is left.
    """
    at, old = stamp(utc_now()), run.durable.damage
    listed = [shown(path) for path in paths[:_LISTED]]
    fresh = Damage(at, at, _sentence(listed, count, total, at), listed, count)
    if old is not None and (old.paths, old.count) == (listed, count):
        fresh = replace(old, seen_at=at)
    _keep(core, run, fresh)


def met(core: Core, run: Run, path: str) -> None:
    """Raise the alarm for one damaged file that stopped a job: the others were not looked at.

    What is known already stays as it is told, and as a person has taken note of it; a further file is added to it.
    """
    at, total, old = stamp(utc_now()), run.durable.proof.file_count, run.durable.damage
    name = shown(path)
    if old is None:
        found(core, run, [path], 1, total)
        return
    if name in old.paths or old.count > len(old.paths):  # of very many not all are named
        _keep(core, run, replace(old, seen_at=at))
        return
    listed, count = sorted([*old.paths, name])[:_LISTED], old.count + 1
    _keep(core, run, Damage(at, at, _sentence(listed, count, total, at), listed, count))


def _keep(core: Core, run: Run, known: Damage) -> None:
    with core.transitions.changing(run, tell=False):
        run.durable.damage, run.durable.proof.passes = known, 0
    named = ", ".join(known.paths[:_NAMED])
    core.transitions.note(run, "ERROR", f"NAS copy damaged: {units.count(known.count, 'file')} ({named})")
    core.rows.mark(run)


def push_again(core: Core, run: Run, by: str, found_by: str) -> None:
    """A verified run whose data are here goes through its sync again, which heals; the damaged version is kept.

    `found_by` is the job that read it, for whoever waits for that.
    """
    if run.state is Lifecycle.SYNC_VERIFIED and run.present and run.local_files:
        core.sync_again(run, by, Reason.NAS_COPY_DAMAGED, found_by=found_by)


def over(core: Core, run: Run) -> None:
    """The whole copy was read and is as it must be: the alarm ends."""
    damage, run.durable.damage = run.durable.damage, None
    if damage is None:
        return
    named = ", ".join(damage.paths[:_NAMED])
    text = f"healed: {units.count(damage.count, 'file')} found damaged at {damage.found_at} ({named})"
    core.transitions.note(run, "INFO", f"{text}; the NAS copy is as verified again")
    core.rows.mark(run)


def acknowledge(core: Core, run: Run, by: str) -> None:
    """A person knows of it: no alarm any more. It stays written, and nothing of the run is cleared."""
    assert run.durable.damage is not None
    with core.transitions.changing(run, tell=False):
        run.durable.damage = replace(run.durable.damage, acknowledged_by=by)
    core.transitions.note(run, "WARNING", f"damage of the NAS copy acknowledged by {by}")
    core.rows.mark(run)


def _sentence(listed: list[str], count: int, total: int, at: str) -> str:
    first = f" ({listed[0]})" if listed else ""
    verb = "is" if count == 1 else "are"
    of = f"{count:,} of {units.count(max(count, total), 'file')}"
    return f"{of} of the copy on the NAS {verb} damaged{first}, found at {moment(at)}."
