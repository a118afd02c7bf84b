"""Owns the checks of the state directory."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.config import Config
from exlab_wizard.doctor.report import bad, doubtful, good
from exlab_wizard.station.pauses import EVERYTHING, Hold, read_hold
from exlab_wizard.station.registry import read_row
from exlab_wizard.station.state_place import unfit

KEY = "orchestrator.state_dir"


def check_state(config: Config) -> list[HealthCheck]:
    """Local, private and writable; or not there yet, where it can be made."""
    place = config.state_dir
    try:
        wrong = unfit(place)
    except FileNotFoundError:
        staging = config.orchestrator.staging_root
        if place.startswith(f"{staging}/") and not os.path.isdir(staging):
            return [bad(KEY, f"{place} is not there, because {staging} is not.", "Mount the staging disk first.")]
        return [_missing(place)]
    except OSError as error:
        return [bad(KEY, f"{place} cannot be opened ({error.strerror}).", "Correct its rights or the key.")]
    if wrong is not None:
        return [bad(KEY, wrong.message, wrong.remedy)]
    if not os.access(place, os.W_OK | os.X_OK):
        return [bad(KEY, f"{place} cannot be written.", "Let the server's user own it.")]
    return [good(KEY, f"{place} is local, private and writable.")]


def check_damage(config: Config) -> list[HealthCheck]:
    """The alarms of damaged NAS copies, as the station last wrote them down; nothing where it has no records yet."""
    try:
        alarms = _alarms(Path(config.state_dir) / "station.db")
    except sqlite3.Error:
        return []
    if not alarms:
        return [good("damage", "No copy on the NAS is known to be damaged.")]
    return [bad("damage", f"{path}: {sentence}", step) for path, sentence, step in alarms]


def check_paused(config: Config) -> list[HealthCheck]:
    """What people have paused, as the station last wrote it down; nothing where nothing is, or nothing is recorded."""
    database = Path(config.state_dir) / "station.db"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            rows = connection.execute("SELECT scope, who, at FROM pauses ORDER BY scope").fetchall()
    except sqlite3.Error:
        return []
    holds = [read_hold(*row) for row in rows]
    return [
        doubtful("paused", f"{_what(hold)} is {hold.said}; nothing of it is synced.", hold.command) for hold in holds
    ]


def _what(hold: Hold) -> str:
    return "Everything" if hold.scope == EVERYTHING else hold.scope


def _alarms(database: Path) -> list[tuple[str, str, str]]:
    """Run path, sentence and remedy of each; a row that is not as it was saved is one as well."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        rows = connection.execute("SELECT run_path, state, doc FROM runs WHERE doc LIKE '%\"damage\": {%'").fetchall()
    return [(path, *told) for path, state, doc in rows if (told := _told(path, state, doc))]


def _told(path: str, state: str, doc: str) -> tuple[str, str] | None:
    try:
        damage = read_row(path, state, doc).damage
    except (ValueError, TypeError):
        sentence = "its row in the station's database is not as it was saved; it said that the copy is damaged."
        return sentence, f"Check the disk of the state directory, then run `exlab-wizard verify --wait {path}`."
    if damage is None or damage.acknowledged_by:
        return None
    return damage.sentence, "`exlab-wizard list --attention` says what to do."


def _missing(place: str) -> HealthCheck:
    parent = os.path.dirname(place)
    if os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK):
        return good(KEY, f"{place} will be made at the first start.")
    return bad(KEY, f"{place} does not exist and cannot be made in {parent}.", f"mkdir -p -m 0700 {place}")
