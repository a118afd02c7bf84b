"""Owns driving a real browser in tests: Debian's Chromium through Playwright, and a notebook open in JupyterLab."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import Locator, Page, Playwright, sync_playwright

from exlab_wizard.demo.server import ServerProcess

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    # whatever is not this machine fails at once, and is seen as a failed request
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
# The news toast goes by this setting alone; windowing off keeps every cell in the page.
_OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none", "kernelShutdown": True},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
_READY = """name => {
  const widget = window.jupyterapp?.shell?.currentWidget;
  if (!widget?.context?.path.endsWith(name) || !widget.context.isReady) return false;
  const kernel = widget.sessionContext?.session?.kernel;
  const splash = document.querySelector('#jupyterlab-splash');
  return kernel?.status === 'idle' && kernel.connectionStatus === 'connected' && !splash;
}"""
_IDLE = """() => {
  const widget = window.jupyterapp.shell.currentWidget;
  const prompts = [...widget.node.querySelectorAll('.jp-InputPrompt')];
  const kernel = widget.sessionContext.session?.kernel;
  return kernel?.status === 'idle' && !prompts.some(prompt => prompt.textContent.includes('*'));
}"""


def lab_settings(folder: Path) -> dict[str, Any]:
    """Settings for a quiet, deterministic JupyterLab that lets a test run its commands (`window.jupyterapp`)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(_OVERRIDES))
    return {
        "LabApp": {"expose_app_in_browser": True, "extension_manager": "readonly", "app_settings_dir": str(folder)},
        "LanguageServerManager": {"autodetect": False},
        "ServerApp": {"terminals_enabled": False},
    }


class Browser:
    """One Chromium with a profile of its own; everything in it belongs to the thread that entered it."""

    def __enter__(self) -> Browser:
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        self._playwright: Playwright = sync_playwright().start()
        env: dict[str, str | float | bool] = {**os.environ, "HOME": self._profile}
        self._browser: PlaywrightBrowser = self._playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=_FLAGS, env=env
        )
        return self

    def page(self, width: int = 1280, height: int = 900, **more: Any) -> Page:
        """A page without cookies and storage of others."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
            **more,
        )
        context.set_default_timeout(30_000)
        return context.new_page()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()
        shutil.rmtree(self._profile, ignore_errors=True)


class NotebookPage:
    """One notebook open in JupyterLab; `errors` are what its page complained about."""

    def __init__(self, server: ServerProcess, page: Page, notebook: str) -> None:
        self.server, self.page, self.notebook = server, page, notebook
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._check_address(request.url))

    def load(self) -> NotebookPage:
        """Open the page and wait until the kernel is there."""
        self.page.goto(f"{self.server.url}lab/tree/{self.notebook}?reset&token={self.server.token}")
        self._wait_ready()
        return self

    def reload(self) -> None:
        """As F5 does."""
        self.page.reload()
        self._wait_ready()

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's own commands and wait for its end."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)", [name, arguments]
        )

    def begin(self, name: str) -> None:
        """Run one of JupyterLab's own commands without waiting for it."""
        self.page.evaluate("name => { void window.jupyterapp.commands.execute(name); }", name)

    def run_all(self) -> None:
        """Run every cell and wait for the kernel; fails with the traceback of a cell that raised."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(_IDLE)
        raised = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        assert not raised.count(), raised.first.inner_text()

    def select(self, cell: int) -> None:
        """Make a cell the active one."""
        self.page.evaluate("at => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = at; }", cell)

    def cells(self) -> list[str]:
        """The source of every cell, from the document itself."""
        return self.page.evaluate(  # type: ignore[no-any-return]
            "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.sharedModel.getSource())"
        )

    def kernel_status(self) -> str:
        """What JupyterLab thinks of the kernel: "idle", "busy", "dead", ..."""
        return self.page.evaluate(  # type: ignore[no-any-return]
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status ?? 'none'"
        )

    def set_theme(self, dark: bool) -> None:
        """Change JupyterLab's theme and wait until it is drawn."""
        self.command("apputils:change-theme", theme=f"JupyterLab {'Dark' if dark else 'Light'}")
        self.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str(not dark).lower())

    @property
    def panel(self) -> Locator:
        """The staging panel in the page."""
        return self.page.locator(".jp-OutputArea section.exlab-staging")

    def row(self, run: str) -> Locator:
        """A run's row."""
        return self.panel.locator(f'.exlab-row[data-run="{run}"]')

    def wait_state(self, run: str, word: str, seconds: float = 20) -> None:
        """Wait until a run's row says this word."""
        pattern = re.compile(f"^{word}$")
        self.row(run).locator(".exlab-word", has_text=pattern).wait_for(timeout=seconds * 1000)

    def _wait_ready(self) -> None:
        self.page.wait_for_function(_READY, arg=self.notebook.rsplit("/", 1)[-1], timeout=60_000)

    def _check_address(self, url: str) -> None:
        if not url.startswith((self.server.url, "data:", "blob:", "about:")):
            self.errors.append(f"the page asked {url}")


def notebook_json(cells: list[str]) -> str:
    """A notebook of code cells; without the kernelspec JupyterLab would ask for one."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    plain: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    code = [{**plain, "id": f"cell-{at}", "source": text} for at, text in enumerate(cells)]
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
