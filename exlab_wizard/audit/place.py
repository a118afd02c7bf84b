"""Owns where an audit looks: the configuration in force, the state directory, and whether a NAS answers at all."""

from __future__ import annotations

from exlab_wizard.config import CONFIG_NAME, CONFIG_VARIABLE, Config, find_config, load_config
from exlab_wizard.doctor.probe import probe
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.tasks import Place


def configuration(config_file: str | None) -> Config:
    """The configuration in force. Raises StagingError(config_invalid) (ConfigError with the key and remedy)."""
    path = find_config(config_file)
    if path is None:
        remedy = f"exlab-wizard init, or set ${CONFIG_VARIABLE}."
        raise StagingError(Code.CONFIG_INVALID, f"No {CONFIG_NAME} was found.", remedy=remedy)
    config = load_config(path)
    if not config.orchestrator.staging_root:
        raise StagingError(Code.CONFIG_INVALID, f"{path}: no station is configured.", remedy="exlab-wizard init")
    return config


def open_state(config: Config) -> Dir:
    """The state directory. Raises StagingError(staging_unavailable)."""
    try:
        return Dir.open(config.state_dir)
    except OSError as error:
        message = f"The state directory {config.state_dir} cannot be opened ({error.strerror})."
        remedy = "Mount its disk, and run this as the server's user; a station that never ran has nothing to audit."
        raise StagingError(Code.STAGING_UNAVAILABLE, message, remedy=remedy) from error


def reach(config: Config, nas_root: str) -> str:
    """Why a NAS cannot be looked at, "" when it answers; asked through a worker process, so that nothing hangs."""
    place = Place(config.orchestrator.staging_root, "", nas_root, None, config.state_dir)
    error = probe(place).error
    return error.message if error else ""
