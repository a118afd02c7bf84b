"""The extension inside a server: traits, start, activity, stop; the package itself stays light to import."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import exlab_wizard.extension
from exlab_wizard import hosting
from exlab_wizard.config import Config as Configuration
from exlab_wizard.extension import ACTIVITY_KEY, SECTIONS, ExLabWizard
from tests.api.conftest import Send, until
from tests.api.recording import RecordingStation

ROOT = Path(__file__).parents[2]


@pytest.fixture
def extension_config(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "staging").mkdir()
    one = {"id": "CONFOCAL_01", "completeness_signal": "sentinel_file", "nas_root": str(tmp_path / "nas")}
    return {"orchestrator": {"enabled": True, "staging_root": str(tmp_path / "staging")}, "equipment": [one]}


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> RecordingStation:
    """What the extension builds, without a disk; built before the server is made."""
    station = RecordingStation()
    monkeypatch.setattr(exlab_wizard.extension, "_build", lambda config, log: station)
    monkeypatch.setattr(hosting, "HEARTBEAT_SECONDS", 0.02)
    return station


async def start(extension: ExLabWizard) -> None:
    await extension._start_jupyter_server_extension(extension.serverapp)


async def test_start_takes_the_server_and_brings_up_the_station(
    built: RecordingStation, extension: ExLabWizard, send: Send
) -> None:
    assert (await send("GET", "/staging")).code == "station_starting"
    await start(extension)
    assert (await send("GET", "/staging")).status == 200
    assert built.calls[0] == ("start",)


async def test_what_is_loaded_at_the_start_is_not_searched_for_garbage(
    built: RecordingStation, extension: ExLabWizard
) -> None:
    gc.unfreeze()
    await start(extension)
    assert gc.get_freeze_count() > 10_000


async def test_changes_reach_the_event_socket(
    built: RecordingStation, extension: ExLabWizard, jp_ws_fetch: Any
) -> None:
    await start(extension)
    await until(lambda: built.callbacks)
    socket = await jp_ws_fetch("api", "events", "subscribe")
    threading.Thread(target=built.callbacks[0], args=(99,), daemon=True).start()
    message = json.loads(await asyncio.wait_for(socket.read_message(), 10))
    socket.close()
    assert message["revision"] == 99


async def test_a_syncing_server_is_active(built: RecordingStation, extension: ExLabWizard, jp_serverapp: Any) -> None:
    assert extension.current_activity() is None
    built.active_jobs = 2
    await start(extension)
    await until(lambda: ACTIVITY_KEY in jp_serverapp.web_app.settings)
    assert ACTIVITY_KEY.endswith("_last_activity")
    before = datetime.now(UTC)
    await until(lambda: jp_serverapp.web_app.last_activity() > before)
    assert extension.current_activity() == {"jobs": 2}
    assert jp_serverapp.extension_manager.any_activity()
    built.active_jobs = 0
    await until(lambda: extension.current_activity() is None)


async def test_an_idle_server_may_be_culled(built: RecordingStation, extension: ExLabWizard, jp_serverapp: Any) -> None:
    built.last_activity = datetime(2026, 4, 17, tzinfo=UTC)
    await start(extension)
    await until(lambda: jp_serverapp.web_app.settings.get(ACTIVITY_KEY) == built.last_activity)
    assert jp_serverapp.web_app.last_activity() > built.last_activity
    assert not jp_serverapp.extension_manager.any_activity()


async def test_stop_ends_the_station(built: RecordingStation, extension: ExLabWizard) -> None:
    await start(extension)
    await until(lambda: built.calls)
    await extension.stop_extension()
    assert built.stopped.is_set()
    await extension.stop_extension()


async def test_stop_is_bounded_and_never_raises(
    built: RecordingStation, extension: ExLabWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exlab_wizard.extension, "STOP_SECONDS", 0.3)
    gate = threading.Event()
    built.on_stop = lambda: gate.wait(20)
    await start(extension)
    await until(lambda: built.calls)
    started = time.monotonic()
    await extension.stop_extension()
    assert time.monotonic() - started < 2
    gate.set()
    await until(built.stopped.is_set)


async def test_stop_survives_a_station_that_raises(built: RecordingStation, extension: ExLabWizard) -> None:
    def crash() -> None:
        raise RuntimeError("stop went wrong")

    built.on_stop = crash
    await start(extension)
    await until(lambda: built.calls)
    await extension.stop_extension()


async def test_stop_survives_an_extension_that_was_never_initialised() -> None:
    await ExLabWizard().stop_extension()


async def test_a_slow_configuration_delays_nobody(
    built: RecordingStation, extension: ExLabWizard, monkeypatch: pytest.MonkeyPatch, send: Send
) -> None:
    gate = threading.Event()

    def slow(self: ExLabWizard) -> Configuration | None:
        gate.wait(20)
        return None

    monkeypatch.setattr(ExLabWizard, "_load", slow)
    extension.host.stop()
    started = time.monotonic()
    extension.initialize_settings()
    asked = asyncio.create_task(send("GET", "/api/me"))
    assert (await asked).status == 200
    assert time.monotonic() - started < 2
    gate.set()
    await until(extension.host.ended.done)


def test_one_trait_for_each_section_each_with_help() -> None:
    assert set(SECTIONS) == set(Configuration.model_fields)
    traits = ExLabWizard.class_own_traits(config=True)
    assert set(traits) == {*SECTIONS, "config_file"}
    for name, trait in traits.items():
        assert len(str(trait.help)) > 40, name


def test_no_class_level_handlers_are_touched(extension: ExLabWizard) -> None:
    assert ExLabWizard.handlers.default() == []  # type: ignore[attr-defined]
    assert extension.handlers == []


def test_the_extension_point_is_ours() -> None:
    (point,) = exlab_wizard._jupyter_server_extension_points()
    assert (point["module"], point["app"]) == ("exlab_wizard", ExLabWizard)


def test_the_wheel_switches_it_on() -> None:
    enabling = json.loads((ROOT / "jupyter-config/jupyter_server_config.d/exlab_wizard.json").read_text())
    assert enabling == {"ServerApp": {"jpserver_extensions": {"exlab_wizard": True}}}


def test_importing_the_package_loads_no_server() -> None:
    code = (
        "import sys, exlab_wizard, exlab_wizard.api.models, exlab_wizard.errors;"
        "bad = [name for name in sys.modules if name.split('.')[0] in ('jupyter_server', 'tornado', 'traitlets')];"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
