"""Owns the Jupyter extension app: its traits, its routes, and the hooks by which the server starts and stops it."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import datetime

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Dict, List, Unicode
from traitlets.config import Application
from traitlets.config.loader import ConfigFileNotFound

from exlab_wizard.api import events
from exlab_wizard.api.access import STARTING, Access
from exlab_wizard.api.app import create_app
from exlab_wizard.config import Config, find_config, load_config, parse_config
from exlab_wizard.hosting import STOP_SECONDS, HostedStation, StationHost

SECTIONS = ("orchestrator", "equipment", "proof", "sync", "validator", "logging")
ACTIVITY_KEY = "exlab_wizard_last_activity"


def _section(name: str, holds: str) -> str:
    return f"{holds} Keys given here are laid over the section `{name}` of the configuration file."


class ExLabWizard(ExtensionApp):
    """Wiring only: a broken configuration or station never stops or delays the notebook server."""

    name = "exlab_wizard"

    config_file = Unicode(
        help="""The ExLab-Wizard configuration (YAML). Empty: $EXLAB_WIZARD_CONFIG, else the first
        exlab_wizard.yaml on Jupyter's config path (`jupyter --paths`)."""
    ).tag(config=True)
    orchestrator = Dict(
        help=_section("orchestrator", "The station: enabled, label, staging_root, state_dir, staging_cleanup.")
    ).tag(config=True)
    equipment = List(
        Dict(),
        help="""The instruments, one dictionary each: id, completeness_signal, nas_root, ... Replaces the whole
        section `equipment` of the configuration file unless empty.""",
    ).tag(config=True)
    proof = Dict(
        help=_section("proof", "How fresh the proof of a NAS copy must be: reverify_after_hours (hours).")
    ).tag(config=True)
    sync = Dict(help=_section("sync", "The sync thread: workers (copies at a time), allow_same_storage.")).tag(
        config=True
    )
    validator = Dict(help=_section("validator", "The look into files before a sync; not available yet.")).tag(
        config=True
    )
    logging = Dict(help=_section("logging", "What the server's log gets: level.")).tag(config=True)

    access: Access
    host: StationHost

    def initialize_settings(self) -> None:
        """Read the configuration in the background, and make the event's schema known."""
        self.access = Access(STARTING)
        self.host = StationHost(self._load, _build, self.access, self.log, self._note_activity)
        self.host.prepare()
        events.register(self._server.event_logger)

    def initialize_handlers(self) -> None:
        """Mount every route, whatever the configuration says: a 404 would read "not installed"."""
        create_app(self.access, web_app=self._server.web_app, base_url=self._server.base_url)

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        gc.freeze()  # all that is loaded stays: each search through it for garbage would hold the loop for 100 ms
        emitter = events.ChangeEmitter(serverapp.event_logger, asyncio.get_running_loop(), self.log)
        self.host.start(emitter.changed)

    def current_activity(self) -> dict[str, int] | None:
        """What keeps `shutdown_no_activity_timeout` from ending the server: jobs queued or running."""
        jobs = self.host.active_jobs if hasattr(self, "host") else 0
        return {"jobs": jobs} if jobs else None

    async def stop_extension(self) -> None:
        """Stop the station; bounded, and never raises: either would hang the server's exit."""
        try:
            self.host.stop()
            await asyncio.wait({asyncio.wrap_future(self.host.ended)}, timeout=STOP_SECONDS)
        except Exception:  # see above
            self.log.exception("exlab_wizard | stopping failed")

    def load_config_file(self, suppress_errors: bool = True) -> None:  # type: ignore[override]  # as JupyterApp does
        """Jupyter's own files for this app. JupyterApp would take our `config_file` for one and run its `.py`."""
        for name in ("jupyter_config", self.config_file_name):
            try:
                Application.load_config_file(self, name, path=self.config_file_paths)
            except ConfigFileNotFound:
                continue
            except Exception:
                if not suppress_errors:
                    raise
                self.log.warning("exlab_wizard | error loading %s", name, exc_info=True)

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None
        return self.serverapp

    def _load(self) -> Config | None:
        given = {name: getattr(self, name) for name in SECTIONS if getattr(self, name)}
        path = find_config(self._named_file())
        if path is not None:
            return load_config(path, given)
        return parse_config(given) if given else None

    def _named_file(self) -> str | None:
        """`c.ExLabWizard.config_file`, but not the `JupyterApp.config_file` that `jupyter server --config` sets."""
        return str(self.config[type(self).__name__].get("config_file", "")) or None

    def _note_activity(self, when: datetime) -> None:
        self._server.web_app.settings[ACTIVITY_KEY] = when


def _build(config: Config, log: logging.Logger) -> HostedStation:
    from exlab_wizard.station.station import Station

    return Station(config, log)
