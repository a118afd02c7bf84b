"""Owns the checks of the state directory."""

from __future__ import annotations

import os

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.config import Config
from exlab_wizard.doctor.report import bad, good
from exlab_wizard.station.state_place import unfit

KEY = "orchestrator.state_dir"


def check_state(config: Config) -> list[HealthCheck]:
    """Local, private and writable; or not there yet, where it can be made."""
    place = config.state_dir
    try:
        wrong = unfit(place)
    except FileNotFoundError:
        return [_missing(place)]
    except OSError as error:
        return [bad(KEY, f"{place} cannot be opened ({error.strerror}).", "Correct its rights or the key.")]
    if wrong is not None:
        return [bad(KEY, wrong.message, wrong.remedy)]
    if not os.access(place, os.W_OK | os.X_OK):
        return [bad(KEY, f"{place} cannot be written.", "Let the server's user own it.")]
    return [good(KEY, f"{place} is local, private and writable.")]


def _missing(place: str) -> HealthCheck:
    parent = os.path.dirname(place)
    if os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK):
        return good(KEY, f"{place} will be made at the first start.")
    return bad(KEY, f"{place} does not exist and cannot be made in {parent}.", f"mkdir -p -m 0700 {place}")
