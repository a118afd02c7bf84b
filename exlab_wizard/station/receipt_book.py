"""Owns writing a run's receipts as its lifecycle goes on: what was proven of it, by whom, into the station's ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from exlab_wizard.clearing import receipts
from exlab_wizard.clearing.ledger import add_all
from exlab_wizard.clearing.receipts import Event
from exlab_wizard.fsys import Dir
from exlab_wizard.station.registry import Run


class ReceiptBook:
    """The station's ledger as the lifecycle writes it. Clearing writes its own receipts, before it deletes."""

    def __init__(self, state: Dir, host: str, log: logging.Logger, written: Callable[[Run], None]) -> None:
        self._state, self._host, self._log, self._written = state, host, log, written

    def write(self, event: Event, run: Run, by: str = "station", **extra: Any) -> bool:
        """Add one receipt, as `write_all`."""
        return self.write_all(run, {event: extra}, by)

    def write_all(self, run: Run, events: Mapping[Event, dict[str, Any]], by: str = "station") -> bool:
        """Add receipts with what is known of the run's NAS copy; each event's own words are laid over it.

        False when not written. A disk that does not take it stops nobody: what it would say is in the database and in
        ingest.json as well.
        """
        proof = run.durable.proof
        known = {
            "manifest_digest": proof.manifest_digest,
            "file_count": proof.file_count,
            "byte_total": proof.byte_total,
            "nas_id": proof.nas_id,
            "nas_path": proof.nas_path,
            "reading": proof.reading,
        }
        try:
            add_all(
                self._state,
                [
                    receipts.receipt(event, run.path, by=by, host=self._host, **{**known, **extra})
                    for event, extra in events.items()
                ],
            )
        except OSError as error:
            self._log.warning("%s: receipt %s not written: %s", run.path, " and ".join(events), error)
            return False
        self._written(run)
        return True

    def send(self, run: Run) -> None:
        """The NAS's own ledger may lack what a worker wrote here, when the NAS was away: it follows."""
        self._written(run)
