"""Owns the override records of every run: append-only, in the database, which alone counts."""

from __future__ import annotations

import sqlite3

from pydantic import ValidationError

from exlab_wizard.api.models import Override
from exlab_wizard.store import Store


class OverrideBook:
    """The overrides table behind short verbs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, run_path: str) -> list[Override]:
        """A run's records, oldest first; one that cannot be read is left out and so never counts."""
        rows = self._store.rows("SELECT doc FROM overrides WHERE run_path = ? ORDER BY seq", (run_path,))
        return [record for record in map(_parse, rows) if record is not None]

    def add(self, run_path: str, record: Override) -> None:
        """Append a record, durably. Nothing is ever changed or removed."""
        document = record.model_dump_json()
        self._store.execute("INSERT INTO overrides (run_path, doc) VALUES (?, ?)", (run_path, document))


def _parse(row: sqlite3.Row) -> Override | None:
    try:
        return Override.model_validate_json(row["doc"])
    except ValidationError:
        return None
