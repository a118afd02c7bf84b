"""A damaged, missing or garbled database: kept aside, rebuilt from the runs themselves, said, and nothing is lost."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.sync.fence import Fence, FencedError
from tests.station.conftest import FILES, RUN, Bench
from tests.support.mounts import Mounts, fill
from tests.support.waiting import wait_for

OTHER = RUN.replace("0042", "0043")


def state(bench: Bench) -> Path:
    return Path(bench.lab.config.state_dir)


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def garbage_file(folder: Path) -> None:
    (folder / "station.db").write_bytes(b"not a database " * 1000)


def garbage_page(folder: Path) -> None:
    overwrite(folder / "station.db", 4096, b"\xff" * 4096)


def cut(folder: Path) -> None:
    with (folder / "station.db").open("r+b") as file:
        file.truncate((folder / "station.db").stat().st_size // 2 + 7)


def empty(folder: Path) -> None:
    (folder / "station.db").write_bytes(b"")


def missing(folder: Path) -> None:
    (folder / "station.db").unlink()


def garbage_log(folder: Path) -> None:
    (folder / "station.db-wal").write_bytes(b"\x37\x7f\x06\x82" + b"garbage!" * 2000)


def strange_schema(folder: Path) -> None:
    with sqlite3.connect(folder / "station.db") as connection:
        connection.execute("ALTER TABLE jobs RENAME COLUMN token TO tokem")
    connection.close()


def wrong_type(folder: Path) -> None:
    with sqlite3.connect(folder / "station.db") as connection:
        connection.execute("UPDATE jobs SET priority = x'00ff'")
    connection.close()


def no_text(folder: Path) -> None:
    with sqlite3.connect(folder / "station.db") as connection:
        connection.execute("UPDATE jobs SET kind = CAST(x'ff73796e' AS TEXT)")
    connection.close()


DAMAGES = [garbage_file, garbage_page, cut, empty, missing, garbage_log, strange_schema, wrong_type, no_text]


def database_check(bench: Bench) -> HealthCheck | None:
    return next((check for check in bench.station.health().checks if check.name == "database"), None)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_kept_and_everything_is_found_again(
    bench: Bench, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    bench.verified()
    bench.verified(OTHER)
    bench.clear(OTHER)
    bench.wait("cleared", OTHER)
    digest = bench.station.detail(bench.station.parse_run(OTHER)).manifest_digest
    nas_id = wait_for(lambda: bench.station.overview().targets[0].nas_id, 10)
    inode = (bench.lab.nas / RUN / "notes.txt").stat().st_ino
    damaged: list[bytes] = []

    def harm() -> None:
        damage(state(bench))
        damaged.extend(path.read_bytes() for path in [state(bench) / "station.db"] if path.exists())

    with caplog.at_level(logging.ERROR):
        bench.restart(harm)
    assert "station.db could not be used" in caplog.text
    kept = list(state(bench).glob("station.db.damaged-*Z"))
    assert [path.read_bytes() for path in kept] == damaged
    check = database_check(bench)
    assert check is not None and check.severity == "warning" and "rebuilt" not in check.remedy
    wait_for(lambda: "reconciled" in bench.reasons(), 10, "the run starts again")
    bench.wait("sync_verified")
    assert (bench.lab.nas / RUN / "notes.txt").stat().st_ino == inode, "nothing is copied twice"
    row, detail = bench.row(OTHER), bench.station.detail(bench.station.parse_run(OTHER))
    assert row is not None and row.current_state == "cleared"
    assert (detail.manifest_digest, detail.nas_path) == (digest, str(bench.lab.nas / OTHER))
    assert bench.refused(lambda: bench.clear(OTHER)).code == "run_cleared"
    assert bench.station.overview().targets[0].nas_id == nas_id
    assert bench.clear().files_freed == len(FILES) + 1
    assert bench.lab.on_nas(RUN)["notes.txt"] == FILES["notes.txt"]
    bench.restart()
    assert database_check(bench) is None, "said until the next start"


def test_a_first_start_is_no_loss(bench: Bench) -> None:
    assert database_check(bench) is None
    assert not list(state(bench).glob("*damaged*"))


def test_another_nas_is_not_taken_for_the_right_one_after_a_loss(bench: Bench) -> None:
    from exlab_wizard.markers import mark_nas

    bench.verified()
    old = wait_for(lambda: bench.station.overview().targets[0].nas_id, 10)

    def swap() -> None:
        missing(state(bench))
        bench.lab.nas.rename(bench.lab.base / "first")
        bench.lab.nas.mkdir()
        mark_nas(bench.lab.nas)

    bench.restart(swap)
    target = wait_for(lambda: (one := bench.station.overview().targets[0]).state == "unavailable" and one, 20)
    assert target.nas_id == old and "accept-nas" in target.why
    assert not (bench.lab.nas / RUN).exists()


def test_a_worker_left_behind_stays_fenced_when_the_database_is_lost(bench: Bench) -> None:
    bench.verified()
    run = RunPath.parse(RUN)
    token = int((state(bench) / "locks" / f"{run.key}.token").read_text())
    bench.restart(lambda: missing(state(bench)))
    wait_for(lambda: "reconciled" in bench.reasons(), 10, "the run starts again")
    bench.wait("sync_verified")
    with Dir.open(state(bench)) as folder, Fence(folder, run, token) as fence, pytest.raises(FencedError):
        fence.check()
    assert int((state(bench) / "locks" / f"{run.key}.token").read_text()) > token


def test_tokens_do_not_go_back_although_the_last_commits_are_lost(bench: Bench) -> None:
    bench.verified()
    run = RunPath.parse(RUN)

    def back() -> None:
        with sqlite3.connect(state(bench) / "station.db") as connection:
            connection.execute("UPDATE counters SET value = 0 WHERE name = 'token'")
        connection.close()

    token = int((state(bench) / "locks" / f"{run.key}.token").read_text())
    bench.restart(back)
    bench.force()
    bench.wait("sync_verified")
    assert int((state(bench) / "locks" / f"{run.key}.token").read_text()) > token


def test_one_garbled_row_costs_one_verification(bench: Bench) -> None:
    bench.verified()
    bench.verified(OTHER)
    digest = bench.station.detail(bench.station.parse_run(RUN)).manifest_digest

    def garble() -> None:
        """As if a proof were younger than it is."""
        with sqlite3.connect(state(bench) / "station.db") as connection:
            sql = "UPDATE runs SET doc = replace(doc, 'proven_at\": \"20', 'proven_at\": \"30') WHERE run_path = ?"
            assert connection.execute(sql, (RUN,)).rowcount == 1
        connection.close()

    bench.restart(garble)
    check = database_check(bench)
    assert check is not None and RUN in check.message
    wait_for(lambda: "reconciled" in bench.reasons(), 10)
    bench.wait("sync_verified")
    assert bench.reasons(OTHER) == []
    assert bench.station.detail(bench.station.parse_run(RUN)).manifest_digest == digest


def test_a_cleared_run_stays_so_when_the_database_lost_its_last_words(bench: Bench) -> None:
    folder = bench.verified()
    copy = bench.lab.base / "station.db"

    def save() -> None:
        copy.write_bytes((state(bench) / "station.db").read_bytes())

    bench.restart(save)
    bench.clear()
    bench.wait("cleared")
    history = bench.ingest()["history"]
    bench.restart(lambda: (state(bench) / "station.db").write_bytes(copy.read_bytes()))
    row = bench.wait_shown("Cleared")
    assert row.nas_path == str(bench.lab.nas / RUN)
    assert bench.ingest()["history"][: len(history)] == history
    assert not (folder / "notes.txt").exists()


def test_damage_met_while_running_is_mended_without_a_restart(bench: Bench) -> None:
    bench.verified()
    old = state(bench) / "station.db"
    with sqlite3.connect(old) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    overwrite(old, 4096, b"\xff" * (old.stat().st_size - 4096))
    codes: list[str] = []

    def asked() -> bool:
        try:
            bench.force()
        except StagingError as error:
            codes.append(str(error.code))
            assert len(str(error)) > 20
        return database_check_or_none() is not None

    def database_check_or_none() -> HealthCheck | None:
        try:
            return database_check(bench)
        except StagingError:
            return None

    wait_for(asked, 30, "the station noticed and opened anew")
    assert set(codes) <= {"station_starting", "run_busy"}
    bench.wait("sync_verified")
    assert list(state(bench).glob("station.db.damaged-*Z"))
    assert bench.clear().files_freed == len(FILES) + 1


def test_a_follower_goes_on_with_the_new_database(bench: Bench) -> None:
    bench.verified()
    other = Bench(bench.lab)
    other.start()
    try:
        wait_for(lambda: not other.station.overview().leader.leads, 10)
        bench.station.stop()
        wait_for(lambda: leads(other), 20, "the other one takes over")
        third = Bench(bench.lab).start()
        try:
            old = state(bench) / "station.db"
            overwrite(old, 4096, b"\xff" * (old.stat().st_size - 4096))
            (state(bench) / "station.db-wal").write_bytes(b"")

            def answered() -> bool:
                try:
                    return bool(third.force().state)
                except StagingError:
                    return False

            wait_for(lambda: [answered()] and any(state(bench).glob("station.db.damaged-*Z")), 40, "it is set aside")
            wait_for(answered, 40, "asked through the new database")
        finally:
            third.station.stop()
    finally:
        other.station.stop()


def leads(bench: Bench) -> bool:
    try:
        return bench.station.overview().leader.leads
    except StagingError:
        return False


@pytest.mark.world
def test_a_state_disk_that_gives_nothing_back_is_said_and_recovered_from(late_bench: Bench, tmp_path: Path) -> None:
    with Mounts(tmp_path / "mounts") as mounts:
        disk = mounts.tmpfs(tmp_path / "state", "size=40m")
        disk.chmod(0o700)
        late_bench.lab.data["orchestrator"]["state_dir"] = str(disk)
        bench = Bench(late_bench.lab).start()
        try:
            bench.verified()
            fill(disk)
            (disk / "reserve").unlink(missing_ok=True)
            fill(disk, "filler2")
            error = bench.refused(lambda: [bench.force() for _ in range(100)])
            assert error.code == "staging_unavailable" and "full" in error.message
            for name in ("filler", "filler2"):
                (disk / name).unlink()

            def again() -> bool:
                try:
                    return bool(bench.force().state)
                except StagingError:
                    return False

            wait_for(again, 20, "it works again")
            bench.wait("sync_verified")
            assert database_check(bench) is None
        finally:
            bench.station.stop()


def test_threads_are_gone_after_stepping_down(bench: Bench) -> None:
    bench.verified()
    before = threading.active_count()
    core = wait_for(lambda: bench.station._leader, 10).core
    core.store.trouble = "database disk image is malformed"
    wait_for(lambda: bench.station._leader is not None and bench.station._leader.core is not core, 20)
    bench.wait("sync_verified")
    wait_for(lambda: threading.active_count() <= before + 1, 20, "no thread of the old leader is left")


def test_the_wrong_staging_disk_is_refused_until_the_right_one_is_back(late_bench: Bench) -> None:
    lab = late_bench.lab
    lab.data["orchestrator"]["state_dir"] = str(lab.base / "state")
    bench = Bench(lab).start()
    marker = lab.staging / ".exlab-wizard" / "station.json"
    kept = marker.read_bytes()
    try:
        folder = bench.verified()
        bench.station.stop()
        marker.write_bytes(kept.replace(b'"station_id": "', b'"station_id": "x'))
        bench.station = type(bench.station)(lab.config)
        bench.station.start()
        wait_for(lambda: "is the state of" in str(bench.station.unavailable), 20)
        assert bench.refused(bench.clear).code == "staging_unavailable" and (folder / "notes.txt").exists()
        marker.write_bytes(kept)
        wait_for(bench._ready, 20)
        bench.wait("sync_verified", RUN, 20)
    finally:
        bench.station.stop()
