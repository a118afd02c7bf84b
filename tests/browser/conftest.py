"""Owns the browser fixtures: one Chromium a session, in a thread of its own, and JupyterLab over a real station."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from exlab_wizard.demo.server import ServerProcess
from tests.browser.harness import CHROMIUM, Browser, NotebookPage, lab_settings, notebook_json
from tests.support.lab import Lab

# Playwright's sync API keeps an asyncio loop running in its thread, which breaks pytest-jupyter's loop in the same
# one. So all of it lives in one thread, and the body of every test that uses `browser` runs there.
_UI = ThreadPoolExecutor(1, thread_name_prefix="browser")
SHOW_PANEL = "from exlab_wizard import StagingPanel\nStagingPanel()"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder that drives a browser carries its marker."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a browser test in the browser's thread."""
    if "browser" not in pyfuncitem.fixturenames or threading.current_thread().name.startswith("browser"):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    _UI.submit(pyfuncitem.obj, **arguments).result()
    return True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for the whole session."""
    if not CHROMIUM:
        pytest.skip("needs Chromium (apt-get install chromium)")
    started = _UI.submit(Browser().__enter__).result()
    yield started
    _UI.submit(started.__exit__, None, None, None).result()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(width=..., height=...)`: a fresh page, closed after the test."""
    yield from _pages(browser)


@pytest.fixture(scope="module")
def keep_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`keep_page(width=..., height=...)`: a fresh page that lives for the whole module."""
    yield from _pages(browser)


def _pages(browser: Browser) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def make(**more: Any) -> Page:
        pages.append(browser.page(**more))
        return pages[-1]

    yield make
    for page in pages:
        _UI.submit(page.context.close).result()


@pytest.fixture
def jupyterlab(start_server: Callable[..., ServerProcess], tmp_path: Path) -> Callable[..., ServerProcess]:
    """`jupyterlab(lab)`: a real JupyterLab whose extension works on this lab."""

    def start(lab: Lab | None, **more: Any) -> ServerProcess:
        settings = lab_settings(tmp_path / "lab-settings")
        for section, values in more.items():
            settings[section] = {**settings.get(section, {}), **values}
        return start_server(lab.write_config() if lab else None, app="jupyterlab", settings=settings)

    return start


@pytest.fixture
def open_panel(open_page: Callable[..., Page]) -> Callable[..., NotebookPage]:
    """`open_panel(server)`: a notebook whose first cell shows the panel, run; further cells stand below."""

    def show(server: ServerProcess, *cells: str, **more: Any) -> NotebookPage:
        (server.root_dir / "panel.ipynb").write_text(notebook_json([SHOW_PANEL, *cells]))
        notebook = NotebookPage(server, open_page(**more), "panel.ipynb").load()
        notebook.select(0)
        notebook.command("notebook:run-cell")
        notebook.panel.wait_for()
        return notebook

    return show
