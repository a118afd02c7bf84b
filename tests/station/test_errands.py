"""What the station does beside the queue: control files reach the NAS whatever happens; clearings come to an end."""

from __future__ import annotations

import shutil

from exlab_wizard.station.core import Core
from exlab_wizard.sync.outbox import Pending
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import equipment
from tests.support.waiting import wait_for

FOREVER = float("inf")


def core_of(bench: Bench) -> Core:
    leader = bench.station._leader
    assert leader is not None
    return leader.core


def told(bench: Bench) -> str:
    return str(bench.ingest(root=bench.lab.nas)["current_state"])


def waiting(bench: Bench) -> list[Pending]:
    core = core_of(bench)
    with core.lock:
        return core.outbox.due(now=FOREVER)


def untold(bench: Bench, old: bytes) -> None:
    """The NAS copy of ingest.json as if it had not been told yet; it is due. Callers hold the station's lock."""
    (bench.lab.nas / RUN / ".exlab-wizard" / "ingest.json").write_bytes(old)
    core_of(bench).outbox.put(RUN)


def cleared(bench: Bench) -> bytes:
    """A cleared run, told on the NAS; the NAS's ingest.json from before."""
    bench.verified()
    wait_for(lambda: told(bench) == "sync_verified" and not waiting(bench), 10)
    old = (bench.lab.nas / RUN / ".exlab-wizard" / "ingest.json").read_bytes()
    bench.clear()
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 10)
    return old


def test_a_cleared_run_removed_by_hand_still_becomes_cleared_on_the_nas(bench: Bench) -> None:
    old = cleared(bench)
    with core_of(bench).lock:
        untold(bench, old)
        shutil.rmtree(bench.lab.staging / RUN)
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 20, "the NAS is told")
    assert bench.ingest(root=bench.lab.nas)["history"][-1]["files_freed"] == len(FILES) + 1


def test_what_is_to_be_told_waits_for_staging(bench: Bench) -> None:
    old = cleared(bench)
    marker = bench.lab.staging / ".exlab-wizard" / "station.json"
    with core_of(bench).lock:
        untold(bench, old)
        marker.rename(marker.with_name("aside"))
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    assert told(bench) == "sync_verified"
    marker.with_name("aside").rename(marker)
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 20, "the NAS is told")


def test_what_is_to_be_told_waits_for_the_nas_copy(bench: Bench) -> None:
    cleared(bench)
    copy, aside = bench.lab.nas / RUN, bench.lab.base / "aside"
    with core_of(bench).lock:
        copy.rename(aside)
        core_of(bench).outbox.put(RUN)
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    aside.rename(copy)
    wait_for(lambda: not waiting(bench), 20, "it arrived")


def test_what_is_to_be_told_waits_for_the_instrument_to_be_configured_again(bench: Bench) -> None:
    cleared(bench)
    bench.restart(lambda: bench.lab.data.update(equipment=[equipment(bench.lab.nas, id="OTHER_01")]))
    with core_of(bench).lock:
        core_of(bench).outbox.put(RUN)
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    bench.restart(lambda: bench.lab.data.update(equipment=[equipment(bench.lab.nas)]))
    wait_for(lambda: not waiting(bench), 20, "it arrived")
