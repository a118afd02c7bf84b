"""Owns the override records of every run: append-only, in the database, which alone counts."""

from __future__ import annotations

import json
from typing import Any

from exlab_wizard.api.models import Override
from exlab_wizard.gate.overrides import parse_record
from exlab_wizard.station.store import Store


class OverrideBook:
    """The overrides table behind short verbs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def records(self, run_path: str) -> list[dict[str, Any]]:
        """A run's records as stored, oldest first; what counts is decided by `gate.overrides`."""
        rows = self._store.rows("SELECT doc FROM overrides WHERE run_path = ? ORDER BY seq", (run_path,))
        return [json.loads(row["doc"]) for row in rows]

    def of(self, run_path: str) -> list[Override]:
        """A run's records as models; one that is not exactly one is left out."""
        found = map(parse_record, self.records(run_path))
        return [record for record in found if record is not None]

    def add(self, run_path: str, record: Override) -> None:
        """Append a record, durably. Nothing is ever changed or removed."""
        document = record.model_dump_json()
        self._store.execute("INSERT INTO overrides (run_path, doc) VALUES (?, ?)", (run_path, document))
