"""Owns the examination of one configuration against this machine: every check has a key, a sentence and a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.config import CONFIG_NAME, CONFIG_VARIABLE, Config, ConfigError, find_config, load_config
from exlab_wizard.doctor.installation import check_installation
from exlab_wizard.doctor.report import bad, good
from exlab_wizard.doctor.staging import check_staging, check_unrecognised, check_watches
from exlab_wizard.doctor.state import check_damage, check_paused, check_state
from exlab_wizard.doctor.targets import check_targets


def examine(config_file: str | Path | None = None) -> Iterator[HealthCheck]:
    """Every check, as soon as it is done; none takes longer than its own limit, whatever the NAS does."""
    path = find_config(config_file)
    if path is None:
        yield bad("config", f"No {CONFIG_NAME} was found.", f"exlab-wizard init, or set ${CONFIG_VARIABLE}.")
    else:
        yield from _examine_file(path)
    yield from check_installation()


def _examine_file(path: Path) -> Iterator[HealthCheck]:
    try:
        config = load_config(path)
    except ConfigError as error:
        yield from (bad(problem.key, f"{path}: {problem.message}", problem.remedy) for problem in error.problems)
        return
    yield good("config", f"{path} is in order.")
    yield from _examine_station(config)


def _examine_station(config: Config) -> Iterator[HealthCheck]:
    if not config.orchestrator.enabled:
        yield bad("orchestrator.enabled", "The station is switched off.", "Set it to true.")
    if not config.orchestrator.staging_root:
        return
    station_id, checks = check_staging(config)
    yield from checks
    yield from check_state(config)
    yield from check_damage(config)
    yield from check_paused(config)
    if station_id is not None:
        yield check_watches(config)
        yield check_unrecognised(config)
    yield from check_targets(config, station_id)
