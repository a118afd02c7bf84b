"""Changes reach a token websocket from any thread, at most four times a second, and the last is never lost."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from exlab_wizard.api import events
from tests.api.conftest import until


class Bus:
    """An event logger that only remembers."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []
        self.broken = False

    def emit(self, *, schema_id: str, data: dict[str, Any]) -> None:
        assert schema_id == events.CHANGED
        self.seen.append((asyncio.get_running_loop().time(), data["revision"]))
        if self.broken:
            raise RuntimeError("a listener of somebody else's")


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def strict_loop(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """asyncio's debug mode: a loop touched from another thread raises."""
    jp_asyncio_loop.set_debug(True)
    yield
    jp_asyncio_loop.set_debug(False)


def emitter(bus: Any) -> events.ChangeEmitter:
    return events.ChangeEmitter(bus, asyncio.get_running_loop(), logging.getLogger("test"))


async def test_a_change_from_a_thread_reaches_a_websocket(jp_ws_fetch: Any, jp_serverapp: Any, extension: Any) -> None:
    socket = await jp_ws_fetch("api", "events", "subscribe")
    announcing = events.ChangeEmitter(jp_serverapp.event_logger, asyncio.get_running_loop(), extension.log)
    threading.Thread(target=announcing.changed, args=(41,), daemon=True).start()
    message = json.loads(await asyncio.wait_for(socket.read_message(), 10))
    socket.close()
    assert message["schema_id"] == events.CHANGED
    assert message["revision"] == 41
    assert abs((datetime.now(UTC) - datetime.fromisoformat(message["at"])).total_seconds()) < 30
    assert set(message) == {"schema_id", "revision", "at"}


async def test_a_thousand_changes_become_few_and_the_last_is_told(bus: Bus) -> None:
    announcing = emitter(bus)
    for revision in range(1, 1001):
        await asyncio.to_thread(announcing.changed, revision)
    await until(lambda: bus.seen and bus.seen[-1][1] == 1000)
    times = [at for at, _ in bus.seen]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(gap >= events.INTERVAL_SECONDS - 0.02 for gap in gaps), gaps
    assert [revision for _, revision in bus.seen] == sorted({revision for _, revision in bus.seen})


async def test_many_threads_at_once_never_lose_the_last(bus: Bus, strict_loop: None) -> None:
    announcing = emitter(bus)
    for last in range(10, 200, 10):
        threads = [threading.Thread(target=announcing.changed, args=(last - 1,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        await asyncio.to_thread(announcing.changed, last)
    await until(lambda: bus.seen and bus.seen[-1][1] == 190)


async def test_one_alone_is_told_at_once(bus: Bus) -> None:
    announcing = emitter(bus)
    begin = asyncio.get_running_loop().time()
    announcing.changed(1)
    await until(lambda: bus.seen)
    assert bus.seen[0][0] - begin < events.INTERVAL_SECONDS


async def test_a_broken_listener_does_not_end_it(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    announcing = emitter(bus)
    bus.broken = True
    announcing.changed(1)
    await until(lambda: bus.seen)
    bus.broken = False
    announcing.changed(2)
    await until(lambda: bus.seen[-1][1] == 2)
    assert "announcing a change failed" in caplog.text


async def test_a_server_without_an_event_logger_is_fine() -> None:
    events.register(None)
    announcing = emitter(None)
    announcing.changed(1)
    await until(lambda: not announcing._waking)


def test_after_the_loop_is_closed_nothing_happens(bus: Bus) -> None:
    loop = asyncio.new_event_loop()
    announcing = events.ChangeEmitter(bus, loop, logging.getLogger("test"))  # type: ignore[arg-type]
    loop.close()
    announcing.changed(1)
    assert bus.seen == []


def test_the_schema_is_known_to_the_server(jp_serverapp: Any) -> None:
    events.register(jp_serverapp.event_logger)
    schema = jp_serverapp.event_logger.schemas.get(events.CHANGED)
    assert schema.version == "1"
    assert set(schema.properties) == {"revision", "at"}
