"""Owns the files a station works with, opened and closed together: state directory, database, listing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.config import Config
from exlab_wizard.fsys import Dir
from exlab_wizard.listing.answers import Answers
from exlab_wizard.listing.index import Index
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.station.database import DATABASE, Damage, open_database, recalled_pins
from exlab_wizard.station.identity import demand_same_station
from exlab_wizard.station.store import Store


@dataclass(frozen=True, slots=True)
class Files:
    """What is open."""

    state: Dir
    store: Store
    index: Index
    answers: Answers

    def close(self) -> None:
        """Give all of it back; never raises."""
        for part in (self.store, self.index, self.state):
            with suppress(Exception):
                part.close()


def open_following(path: Path) -> Files:
    """The leader's files, as they are. Raises OSError and sqlite3.Error."""
    state = Dir.open(path)
    try:
        return _with_index(path, state, Store(path / DATABASE, Reserve(state)))
    except BaseException:
        state.close()
        raise


def open_leading(path: Path, config: Config, staging: StagingRoot) -> tuple[Files, Damage | None]:
    """For who leads: a damaged database is replaced, and which NAS each root was is taken from the receipts.

    Raises OSError, sqlite3.Error, and StagingError(staging_unavailable) for the state of another station.
    """
    state = Dir.open(path)
    try:
        demand_same_station(state, str(path), staging)
        store, damage = open_database(state, path, Reserve(state))
        if damage is not None:
            roots = {equipment.nas_root for equipment in config.equipment}
            for nas_root, nas_id in recalled_pins(state, roots).items():
                store.execute("INSERT OR REPLACE INTO targets VALUES (?, ?, 1)", (nas_root, nas_id))
        return _with_index(path, state, store), damage
    except BaseException:
        state.close()
        raise


def _with_index(path: Path, state: Dir, store: Store) -> Files:
    try:
        index = Index(path / "index.db")
        return Files(state, store, index, Answers(index))
    except BaseException:
        store.close()
        raise
