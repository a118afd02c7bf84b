from __future__ import annotations

import threading
import time

import pytest

from exlab_wizard.sync.engine.meter import Meter, Pacer, pace_from_environment
from exlab_wizard.sync.tasks import Progress


def nothing() -> None:
    pass


@pytest.mark.parametrize(("text", "rate"), [("", None), ("fast", None), ("0", None), ("-1", None), ("2", 2 * 2**20)])
def test_the_pace_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, text: str, rate: float | None) -> None:
    monkeypatch.setenv("EXLAB_WIZARD_PACE_MIB_S", text)
    assert pace_from_environment() == rate


def test_a_phase_is_told_at_once_and_bytes_at_most_four_times_a_second() -> None:
    told: list[Progress] = []
    meter = Meter(told.append, nothing)
    meter.start("copying", 10, 1000)
    for _ in range(1000):
        meter.chunk(1)
    meter.start("verifying", 10, 1000)
    assert [message.phase for message in told] == ["copying", "verifying"]
    assert told[0] == Progress("copying", 0, 10, 0, 1000)


def test_progress_is_told_again_after_a_quarter_second(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    meter = Meter(told.append, nothing)
    meter.start("copying", 10, 1000)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 0.3)
    meter.add(2, 50)
    meter.add(1, -20)
    assert told[1:] == [Progress("copying", 2, 10, 50, 1000)]
    monkeypatch.setattr(time, "monotonic", lambda: now + 0.6)
    meter.add(0, 0)
    assert told[-1] == Progress("copying", 3, 10, 30, 1000)


def test_told_messages_are_snapshots() -> None:
    told: list[Progress] = []
    meter = Meter(told.append, nothing)
    meter.start("copying", 1, 1)
    meter.add(1, 1)
    assert told[0].files_done == 0


def test_threads_together_keep_the_pace() -> None:
    pacer = Pacer(1000.0)
    begun = time.monotonic()
    threads = [threading.Thread(target=pacer.take, args=(50, nothing)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.15 <= time.monotonic() - begun < 2


def test_a_stop_is_heeded_while_waiting() -> None:
    def stop() -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        Pacer(0.001).take(1, stop)
    with pytest.raises(KeyError):
        Meter(lambda message: None, stop).chunk(1)
