"""What a real station writes down of a run's life: in its own ledger, and beside the run's NAS copy."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

from exlab_wizard import __version__
from exlab_wizard.clearing.holding import Holding
from exlab_wizard.clearing.receipts import entries, read, verify_chain
from exlab_wizard.fsys import Dir
from tests.station.conftest import FILES, RUN, Bench
from tests.support.crash import dies_at
from tests.support.driver import Driver, inline
from tests.support.life import Life
from tests.support.waiting import wait_for

LIFE = ["frozen", "copied", "verified", "clear_intended", "cleared"]


def ledger(folder: Path) -> list[dict[str, Any]]:
    with Dir.open(folder) as opened:
        data = read(opened)
    assert verify_chain(data) == []
    return list(entries(data))


def here(bench: Bench) -> list[dict[str, Any]]:
    return ledger(Path(bench.lab.config.state_dir))


def on_nas(bench: Bench) -> list[dict[str, Any]]:
    return ledger(bench.lab.nas / RUN / ".exlab-wizard")


def events(receipts: list[dict[str, Any]]) -> list[str]:
    return [one["event"] for one in receipts]


def test_every_step_of_a_life_is_in_both_ledgers(bench: Bench) -> None:
    bench.verified()
    wait_for(lambda: events(on_nas(bench)) == LIFE[:3], 10, "the NAS's ledger follows by itself")
    bench.clear()
    wait_for(lambda: events(on_nas(bench)) == LIFE, 10, "and after clearing")
    found = here(bench)
    assert events(found) == LIFE
    assert [one["receipt_id"] for one in on_nas(bench)] == [one["receipt_id"] for one in found]


def test_a_receipt_says_what_it_must(bench: Bench) -> None:
    bench.verified()
    wait_for(lambda: len(here(bench)) == 3, 10)
    frozen, copied, verified = here(bench)
    sums = (bench.lab.nas / RUN / ".exlab-wizard" / "checksums.sha256").read_bytes()
    byte_total = sum(map(len, FILES.values()))
    for one in (frozen, copied, verified):
        assert (one["run_path"], one["file_count"], one["byte_total"]) == (RUN, len(FILES) + 1, byte_total)
        assert one["nas_path"] == str(bench.lab.nas / RUN)
        assert (one["by"], one["version"]) == ("station", __version__) and one["host"] and one["at"].endswith("Z")
    assert frozen["manifest_digest"] == "" and len(frozen["fingerprint"]) == 64
    assert copied["manifest_digest"] == verified["manifest_digest"] == hashlib.sha256(sums).hexdigest()
    assert (copied["files_copied"], copied["bytes_copied"], copied["superseded"]) == (len(FILES) + 1, byte_total, 0)
    assert verified["nas_id"] and verified["reading"] and verified["passes"] == 1


def test_a_second_pass_copies_nothing_and_says_so_by_saying_nothing(bench: Bench) -> None:
    folder = bench.verified()
    bench.force()
    wait_for(lambda: events(here(bench)) == [*LIFE[:3], "verified"], 10)
    bench.wait("sync_verified")
    (folder / "notes.txt").write_bytes(b"something else")
    wait_for(lambda: events(here(bench))[4:] == LIFE[:3], 10, "frozen again, copied, verified")
    assert here(bench)[-2]["superseded"] == 2  # the file, and the list of checksums


def test_that_data_were_put_back_reaches_the_nas_too(tmp_path: Path) -> None:
    """A clearing died once its data had been moved, and was undone while the NAS was away."""
    life = Life(tmp_path)
    with inline():
        with Driver(life.lab.config) as driver:
            assert driver.settle(lambda: driver.verified(life.run) and driver.told(life.run))

        def dies(*_: object) -> None:
            os._exit(9)

        def dies_clearing() -> None:
            with Driver(life.lab.config) as driver, mock.patch.object(Holding, "begin", dies):
                driver.look()
                driver.step()
                driver.clear(life.run)

        assert dies_at(10_000, dies_clearing)
        assert list((life.folder / ".exlab-wizard").glob("clearing-*"))
        life.lab.nas.rename(tmp_path / "away")
        with Driver(life.lab.config) as driver:
            driver.settle(lambda: not list((life.folder / ".exlab-wizard").glob("clearing-*")))
            (tmp_path / "away").rename(life.lab.nas)
            assert driver.settle(lambda: driver.told(life.run))
    ledgers = [life.lab.staging / ".exlab-wizard", life.lab.nas / life.run / ".exlab-wizard"]
    events = [
        [json.loads(line)["event"] for line in (one / "receipts.jsonl").read_text().splitlines()] for one in ledgers
    ]
    assert events[0] == events[1] and events[0][-1] == "put_back"
