"""A station call that blocks holds up nothing else, and once accepted it runs to its end."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from exlab_wizard.api import access
from tests.api.conftest import TOKEN, Send, until
from tests.api.recording import RUN, RecordingStation


@pytest.fixture
def held(station: RecordingStation) -> Any:
    """Names of calls to hold back; all are let go after the test."""
    gate = threading.Event()

    def hold(*names: str) -> threading.Event:
        station.hold.update(dict.fromkeys(names, gate))
        return gate

    yield hold
    gate.set()


async def test_the_loop_stays_responsive_while_the_station_blocks(
    send: Send, station: RecordingStation, held: Any
) -> None:
    gate = held("listing", "clear")
    waiting = [asyncio.create_task(send("GET", "/staging")) for _ in range(access.THREADS_PER_LANE)]
    waiting += [asyncio.create_task(send("POST", f"/staging/{RUN}/clear")) for _ in range(access.THREADS_PER_LANE)]
    await until(lambda: len(station.calls) == 2 * access.THREADS_PER_LANE, what="both lanes are full")
    started = time.monotonic()
    for _ in range(10):
        assert (await send("GET", "/api")).status == 200
    assert time.monotonic() - started < 2
    gate.set()
    assert [answer.status for answer in await asyncio.gather(*waiting)] == [200] * 2 * access.THREADS_PER_LANE


async def test_no_call_runs_on_the_loop(send: Send, station: RecordingStation) -> None:
    for method, path in (("GET", "/staging"), ("GET", f"/staging/{RUN}/log"), ("POST", f"/staging/{RUN}/clear")):
        await send(method, path)
    assert station.threads and all(name.startswith("exlab-wizard-") for name in station.threads)


async def test_clears_and_hung_logs_do_not_hold_up_the_list(send: Send, station: RecordingStation, held: Any) -> None:
    gate = held("clear", "log")
    waiting = [asyncio.create_task(send("POST", f"/staging/{RUN}/clear")) for _ in range(access.THREADS_PER_LANE)]
    waiting += [asyncio.create_task(send("GET", f"/staging/{RUN}/log")) for _ in range(access.THREADS_PER_LANE)]
    await until(lambda: len(station.calls) == 2 * access.THREADS_PER_LANE, what="both lanes are full")
    assert (await send("GET", "/staging")).status == 200
    assert (await send("GET", "/staging/overview")).status == 200
    assert (await send("POST", f"/staging/{RUN}/force-sync")).status == 200
    gate.set()
    await asyncio.gather(*waiting)


async def test_a_304_needs_no_thread(send: Send, station: RecordingStation, held: Any) -> None:
    held("listing")
    waiting = [asyncio.create_task(send("GET", "/staging")) for _ in range(access.THREADS_PER_LANE)]
    await until(lambda: len(station.calls) == access.THREADS_PER_LANE)
    assert (await send("GET", "/staging", headers={"If-None-Match": 'W/"1"'})).status == 304
    station.hold["listing"].set()
    await asyncio.gather(*waiting)


async def test_clear_goes_on_when_the_caller_is_gone(
    station: RecordingStation, held: Any, jp_http_port: int, jp_base_url: str, http_server_client: Any,
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gate = held("clear")
    done: list[str] = []
    clear = station.clear
    monkeypatch.setattr(station, "clear", lambda run, by: (clear(run, by), done.append(str(run)))[0])
    _, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
    head = f"POST {jp_base_url}staging/{RUN}/clear HTTP/1.1\r\nHost: localhost\r\nAuthorization: token {TOKEN}"
    writer.write(f"{head}\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()
    await until(lambda: station.calls, what="the clear is under way")
    writer.close()
    await writer.wait_closed()
    assert done == []
    gate.set()
    await until(lambda: done == [RUN], what="the clear went on to its end")
    assert "Traceback" not in caplog.text


async def test_a_cancelled_caller_does_not_cancel_the_work(
    station: RecordingStation, extension: Any, held: Any
) -> None:
    gate = held("clear")
    run = station.parse_run(RUN)
    call = asyncio.create_task(extension.access.call(access.Lane.CLEAR, lambda there: there.clear(run, "kim")))
    await until(lambda: station.calls)
    queued = [
        asyncio.create_task(extension.access.call(access.Lane.CLEAR, lambda there: there.clear(run, "kim")))
        for _ in range(access.THREADS_PER_LANE)
    ]
    await until(lambda: len(station.calls) == access.THREADS_PER_LANE)
    for task in [call, *queued]:
        task.cancel()
    await asyncio.gather(call, *queued, return_exceptions=True)
    gate.set()
    await until(lambda: len(station.calls) == access.THREADS_PER_LANE + 1, what="the queued one ran too")


async def test_reading_that_hangs_is_given_up_with_advice(
    send: Send, station: RecordingStation, held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "READING_SECONDS", 0.2)
    held("log", "clear")
    answer = await send("GET", f"/staging/{RUN}/log")
    assert (answer.status, answer.code) == (503, "staging_unavailable")
    assert "doctor" in answer.body["message"]


async def test_a_change_is_never_given_up(
    send: Send, station: RecordingStation, held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "READING_SECONDS", 0.05)
    gate = held("force_sync")
    call = asyncio.create_task(send("POST", f"/staging/{RUN}/force-sync"))
    await until(lambda: station.calls)
    done, _ = await asyncio.wait({call}, timeout=0.3)
    assert not done
    gate.set()
    assert (await call).status == 200


async def test_fifty_at_once_are_all_answered(send: Send, station: RecordingStation) -> None:
    answers = await asyncio.gather(*(send("POST", f"/staging/{RUN}/force-sync") for _ in range(50)))
    assert [answer.status for answer in answers] == [200] * 50
