"""SIGKILL at random moments of a run's way, forty times: always verified and cleared in the end, nothing ever lost."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for

PACE_MIB_S = {"copy": 40.0, "any": 40.0, "verify": 60.0}  # the others are as fast as they can be
# In the order of a run's way; a kill that comes too early or too late counts for the phase it hit.
PLAN = ("copy", "copy", "copy", "any", "verify", "verify", "publish", "publish", "clear", "clear")
LATEST = {"copy": 1.0, "verify": 1.2, "publish": 0.01, "clear": 0.04, "any": 1.0}


class Victim:
    """A server over one big run, killed and started again; every death is followed by a look at all bytes."""

    def __init__(self, server: LabServer, oracle: RunOracle, run: str, chance: random.Random) -> None:
        self.server, self.oracle, self.run, self.chance = server, oracle, run, chance
        self.hits: Counter[str] = Counter()

    def kill_in(self, phase: str) -> None:
        """Start, steer to the phase, let a random moment pass, kill; count what was really hit."""
        self.server.pace = PACE_MIB_S.get(phase)
        self.server.start()
        getattr(self, f"_await_{phase}")()
        time.sleep(self.chance.uniform(0, LATEST[phase]))  # the random moment: nothing waits for anything here
        self.server.kill()
        self.hits[self.oracle.phase()] += 1
        assert self.oracle.lost() == self.oracle.wrong_on_nas() == []

    def make_up_for(self, phase: str) -> None:
        """A short phase may have been missed on a busy machine: a few more tries, before it cannot be met any more."""
        for _ in range(5):
            if not self.hits[phase]:
                self.kill_in(phase)

    def _await_any(self) -> None:
        """Any moment will do."""

    def _await_copy(self) -> None:
        self._reach(lambda: self.oracle.phase() in ("copy", "verify") or self.oracle.state() == "sync_verified")

    def _await_verify(self) -> None:
        self._reach(lambda: self.oracle.phase() == "verify" or self.oracle.state() == "sync_verified")

    def _await_publish(self) -> None:
        if self.oracle.state() == "sync_verified":
            self.server.overview()
            assert self.server.force_sync(self.run).status_code == 200
        self._reach(lambda: self.oracle.state() == "sync_verified", pause=0.001)

    def _await_clear(self) -> None:
        self._reach(self._verified)
        asked = threading.Thread(target=self._ask_clear, daemon=True)
        asked.start()
        self._reach(lambda: self.oracle.holding() or not asked.is_alive(), pause=0.001)

    def _verified(self) -> bool:
        row = self.server.row(self.run)
        return row is not None and row["current_state"] in ("sync_verified", "cleared") and row["job_id"] is None

    def _ask_clear(self) -> None:
        with suppress(httpx.HTTPError):  # its server is about to die
            self.server.clear(self.run)

    def _reach(self, condition: Callable[[], object], pause: float = 0.02) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, f"stuck in {self.oracle.phase()}; {self.server.log_text()[-2000:]}"
            time.sleep(pause)

    def finish(self) -> None:
        """Left alone, the run is verified; asked to, it is cleared."""
        self.server.pace = None
        self.server.start()
        self._reach(self._verified)
        assert self.oracle.all_on_nas()
        wait_for(self._cleared, 20, "cleared")
        wait_for(lambda: self.oracle.state(self.oracle.copy) == "cleared", 20, "the NAS copy says cleared")

    def _cleared(self) -> bool:
        if self.oracle.state() == "cleared":
            return True
        answer = self.server.clear(self.run)
        assert answer.status_code == 200 or code_of(answer) in ("run_busy", "run_cleared", "staging_not_sync_verified")
        return self.oracle.state() == "cleared"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_killed_ten_times_a_run_is_still_verified_and_cleared(lab: Lab, tmp_path: Path, seed: int) -> None:
    run, files = lab.run_path(), random_files(seed, 320, 66 << 20)
    lab.push(run, files)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    server = LabServer(tmp_path / "server", lab.write_config())
    victim = Victim(server, oracle, run, random.Random(seed))
    try:
        for phase in PLAN:
            if phase == "clear":
                victim.make_up_for("publish")
            victim.kill_in(phase)
        victim.finish()
    finally:
        print(f"seed {seed}, hits {dict(victim.hits)}")
        server.end()
    assert victim.hits.total() >= len(PLAN)
    assert {"copy", "verify", "publish", "clear"} <= set(victim.hits), victim.hits
    assert oracle.lost() == oracle.wrong_on_nas() == oracle.local_data() == []
    check = oracle.sha256sum_check()
    assert check.returncode == 0, check.stderr
    assert oracle.tidy()
