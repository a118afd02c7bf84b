"""Owns the demo's temporary lab: staging, an embedded NAS, the configuration, the notebook, and removing it all."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from exlab_wizard.config import load_config
from exlab_wizard.demo.instruments import INSTRUMENTS
from exlab_wizard.demo.server import App, ServerProcess
from exlab_wizard.markers import mark_nas, mark_staging

FIRST_PAGE = "staging.ipynb"
_QUIET = {"@jupyterlab/apputils-extension": {"notification": {"fetchNews": "false", "checkForUpdates": False}}}


class DemoLab:
    """One lab below a temporary directory `base`; a context manager that leaves nothing behind."""

    def __init__(self, app: App, open_browser: bool = False) -> None:
        # resolved, because staging directories may be reached by one name only
        self.base = Path(tempfile.mkdtemp(prefix="exlab-wizard-demo-")).resolve()
        self.staging, self.nas = self.base / "staging", self.base / "nas"
        self.notebooks = self.base / "notebooks"
        self.config_file = self.base / "exlab_wizard.yaml"
        self.server = ServerProcess(self.base / "jupyter", self.notebooks, app, self._settings(open_browser))

    def __enter__(self) -> DemoLab:
        try:
            self._furnish()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    @property
    def page_url(self) -> str:
        """The first page, token and all."""
        return f"{self.server.url}lab/tree/{FIRST_PAGE}?token={self.server.token}"

    def remove(self) -> None:
        """Stop the server, by pid, and remove the lab's directory."""
        self.server.stop()
        for _ in range(3):  # a worker that just ended may still have left a name behind
            shutil.rmtree(self.base, ignore_errors=True)
            if not self.base.exists():
                return

    def _furnish(self) -> None:
        for place in (self.staging, self.nas, self.notebooks):
            place.mkdir()
        mark_staging(self.staging)
        mark_nas(self.nas)
        self.config_file.write_text(json.dumps(self._config(), indent=2))  # JSON is YAML
        load_config(self.config_file)
        if self.server.app == "jupyterlab":
            self._furnish_pages()

    def _furnish_pages(self) -> None:
        for notebook in find_notebooks().glob("*.ipynb"):
            shutil.copy(notebook, self.notebooks)
        for plugin, settings in _QUIET.items():
            self._write_lab_settings(plugin, settings)

    def _config(self) -> dict[str, Any]:
        return {
            "orchestrator": {"enabled": True, "label": "Demo lab", "staging_root": str(self.staging)},
            "equipment": [item.config(str(self.nas)) for item in INSTRUMENTS],
            "sync": {"workers": 2, "allow_same_storage": True},
        }

    def _settings(self, open_browser: bool) -> dict[str, Any]:
        return {
            "ServerApp": {"open_browser": open_browser},
            "LabApp": {"default_url": f"/lab/tree/{FIRST_PAGE}", "extension_manager": "readonly"},
            "ExLabWizard": {"config_file": str(self.config_file)},
        }

    def _write_lab_settings(self, plugin: str, settings: dict[str, Any]) -> None:
        folder = self.base / "jupyter" / "settings" / plugin
        folder.mkdir(parents=True)
        for name, content in settings.items():
            (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(content))


def find_notebooks() -> Path:
    """The folder of our notebooks: in the checkout, else where the wheel put them. Raises FileNotFoundError."""
    checkout = Path(__file__).parents[2] / "notebooks"
    if (checkout / FIRST_PAGE).is_file():
        return checkout
    with suppress(PackageNotFoundError):
        installed = distribution("exlab-wizard")
        for file in installed.files or []:
            if file.name == FIRST_PAGE:
                return Path(str(installed.locate_file(file))).resolve().parent
    raise FileNotFoundError(f"{FIRST_PAGE} is not installed; reinstall exlab-wizard.")
