"""A cleared run comes back from the NAS: asked, waited for, killed in the middle, refused, and cleared again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.station import scrubber
from exlab_wizard.station.station import Station
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import data_files
from tests.support.waiting import wait_for


def restore(bench: Bench) -> Any:
    return bench.station.restore(bench.station.parse_run(RUN), "lee")


def cleared(bench: Bench, files: dict[str, bytes] | None = None) -> Path:
    folder = bench.verified(files=files)
    bench.clear()
    bench.wait("cleared")
    return folder


def receipts(bench: Bench) -> list[dict[str, Any]]:
    lines = (bench.lab.staging / ".exlab-wizard" / "receipts.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def nas_state(bench: Bench) -> str:
    return str(bench.ingest(root=bench.lab.nas)["current_state"])


def test_cleared_restored_and_cleared_again(bench: Bench) -> None:
    folder = cleared(bench)
    row = bench.row()
    assert row is not None and row.actions == ["restore", "verify", "log"]
    answer = restore(bench)
    assert (answer.run_path, answer.state) == (RUN, "queued") and answer.job_id
    row = bench.wait("sync_verified")
    assert row.display_state == "Verified" and row.local_data and row.file_count == len(FILES) + 1
    assert data_files(folder) == bench.lab.on_nas(RUN) and data_files(folder).items() >= FILES.items()
    entry = bench.ingest()["history"][-1]
    assert (entry["state"], entry["reason"], entry["by"]) == ("sync_verified", "restored", "lee")
    written = receipts(bench)[-1]
    assert (written["event"], written["by"], written["files_restored"]) == ("restored", "lee", len(FILES) + 1)
    assert written["bytes_restored"] == sum(map(len, FILES.values()))
    wait_for(lambda: nas_state(bench) == "sync_verified", 10, "the NAS copy says so too")
    freed = bench.clear()
    assert freed.files_freed == len(FILES) + 1
    bench.wait("cleared")
    assert bench.reasons() == ["restored"], "nothing took the restored tree for a changed one"
    restore(bench)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= FILES.items()


def test_a_restored_run_stays_verified_and_is_not_cleared_by_itself(bench: Bench) -> None:
    folder = cleared(bench)
    restore(bench)
    bench.wait("sync_verified")
    bench.restart()
    row = bench.wait("sync_verified")
    assert row.local_data and bench.reasons() == ["restored"]
    assert data_files(folder).items() >= FILES.items()


def test_asking_twice_is_one_job_and_others_wait(bench: Bench) -> None:
    cleared(bench)
    with nas_away(bench):
        first, second = restore(bench), restore(bench)
        assert first.job_id == second.job_id
        assert bench.refused(bench.clear).code == "run_cleared"
        assert bench.refused(bench.force).code == "run_cleared"
    bench.wait("sync_verified")


@contextmanager
def nas_away(bench: Bench) -> Iterator[Path]:
    """The NAS is somewhere else, and the station knows."""
    aside = bench.lab.nas.with_name("aside")
    bench.restart(lambda: bench.lab.nas.rename(aside) and None)
    wait_for(lambda: bench.station.overview().targets[0].state == "unavailable", 20, "the NAS is away")
    yield aside
    bench.station.stop()
    aside.rename(bench.lab.nas)
    bench.restart()


def test_without_the_nas_it_waits_and_says_why(bench: Bench) -> None:
    folder = cleared(bench)
    with nas_away(bench):
        restore(bench)
        row = bench.wait_shown("Paused")
        assert "NAS not reachable" in row.why and row.current_state == "cleared" and row.job_id
        assert not data_files(folder)
        bench.restart()
        assert bench.wait_shown("Paused").job_id == row.job_id
    bench.wait("sync_verified", seconds=40)
    assert data_files(folder).items() >= FILES.items()


def test_progress_is_shown_and_a_restart_in_the_middle_ends_the_same(
    late_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = late_bench.start()
    big = {f"plane {number}.raw": bytes([number]) * (1 << 20) for number in range(6)}
    folder = cleared(bench, big)

    def slow_again() -> None:
        monkeypatch.setenv("EXLAB_WIZARD_PACE_MIB_S", "4")

    bench.restart(slow_again)
    restore(bench)
    row = bench.wait_shown("Restoring")
    wait_for(lambda: (now := bench.row()) is not None and now.progress is not None and now.progress.fraction > 0, 20)
    row = bench.row()
    assert row is not None and row.current_state == "cleared" and row.progress is not None
    assert row.progress.phase == "restoring" and "Bringing the data back" in row.why
    assert not data_files(folder), "no name is given before everything is here"
    bench.restart(lambda: monkeypatch.delenv("EXLAB_WIZARD_PACE_MIB_S"))
    bench.wait("sync_verified", seconds=40)
    assert data_files(folder).items() >= big.items()
    assert bench.reasons() == ["restored"]
    assert not list((folder / ".exlab-wizard").glob("restoring-*"))


def test_names_half_given_when_it_was_killed_are_no_late_data(bench: Bench) -> None:
    """As after kill -9 between two names: the job is live, some data stand in the run."""
    folder = cleared(bench)

    with nas_away(bench) as aside:
        restore(bench)
        bench.restart(lambda: shutil.copy2(aside / RUN / "notes.txt", folder / "notes.txt") and None)
        row = bench.wait_shown("Paused")
        assert row.current_state == "cleared"
    bench.wait("sync_verified", seconds=40)
    assert bench.reasons() == ["restored"]


def test_a_run_whose_folder_is_gone_comes_back_without_a_transition(bench: Bench) -> None:
    folder = bench.verified()
    history = bench.ingest()["history"]
    wait_for((bench.lab.nas / RUN / ".exlab-wizard" / "creation.json").exists, 10, "its provenance is on the NAS")
    bench.restart(lambda: shutil.rmtree(folder))
    row = wait_for(lambda: (row := bench.row()) and not row.local_data and row, 10)
    assert "restore" in row.actions and row.current_state == "sync_verified"
    restore(bench)
    row = wait_for(lambda: (row := bench.row()) and row.local_data and row, 20)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= FILES.items()
    assert bench.ingest()["history"] == history
    assert json.loads((folder / ".exlab-wizard" / "creation.json").read_bytes())["created_by"] == "kim"
    assert bench.clear().files_freed == len(FILES) + 1


def test_what_is_still_here_or_was_never_verified_is_refused(bench: Bench) -> None:
    bench.push(done=False)
    bench.wait_shown("Receiving")
    error = bench.refused(lambda: restore(bench))
    assert (error.code, error.status) == ("not_permitted", 409) and "still here" in error.message
    bench.push()
    bench.wait("sync_verified")
    assert bench.refused(lambda: restore(bench)).code == "not_permitted"
    unknown = bench.station.parse_run(RUN.replace("2026", "2020"))
    assert bench.refused(lambda: bench.station.restore(unknown, "lee")).code == "run_not_found"


def test_after_a_late_file_it_is_said_how_the_rest_comes_back(bench: Bench) -> None:
    folder = cleared(bench)
    with nas_away(bench):
        (folder / "late.tif").write_bytes(b"late")
        wait_for(lambda: "late_data" in bench.reasons(), 20)
        error = bench.refused(lambda: restore(bench))
        assert error.code == "not_permitted" and "1 file in staging not verified yet" in error.message
        bench.push(files={})
    bench.wait("sync_verified", seconds=40)
    error = bench.refused(lambda: restore(bench))
    total = len(FILES) + 2
    assert f"2 of its {total} verified files" in error.message and "exlab-wizard clear" in error.next_step
    bench.clear()
    bench.wait("cleared")
    restore(bench)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= {**FILES, "late.tif": b"late"}.items()


def test_damage_on_the_nas_is_told_and_leaves_a_cleared_run(bench: Bench) -> None:
    folder = cleared(bench)
    target = bench.lab.nas / RUN / "notes.txt"
    target.write_bytes(b"h3llo")
    restore(bench)
    row = bench.wait_shown("Failed")
    assert "notes.txt" in row.why and "damaged" in row.why and row.needs_attention
    assert row.current_state == "cleared" and "acknowledge" in row.actions
    assert not data_files(folder)
    target.write_bytes(FILES["notes.txt"])
    restore(bench)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= FILES.items()


def test_a_failed_restore_can_be_acknowledged(bench: Bench) -> None:
    cleared(bench)
    (bench.lab.nas / RUN / "notes.txt").unlink()
    restore(bench)
    bench.wait_shown("Failed")
    assert bench.station.acknowledge(bench.station.parse_run(RUN), "kim").acknowledged
    assert bench.wait_shown("Cleared").current_state == "cleared"


def test_a_name_taken_by_newer_data_ends_as_late_data_with_both_versions_kept(bench: Bench) -> None:
    """The restore fails for good; the run re-opens for what lies in staging, and no version is lost."""
    folder = cleared(bench)
    with nas_away(bench):
        restore(bench)
        (folder / "notes.txt").write_bytes(b"newer")
        (folder / "acquisition_complete.flag").touch()
    wait_for(lambda: "late_data" in bench.reasons(), 30, "taken as late data")
    bench.wait("sync_verified", seconds=40)
    assert bench.lab.on_nas(RUN)["notes.txt"] == b"newer" and bench.superseded()["notes.txt"] == FILES["notes.txt"]
    assert bench.lab.on_nas(RUN)["scan_0001.tif"] == FILES["scan_0001.tif"] and bench.sums_hold()
    assert not list((folder / ".exlab-wizard").glob("restoring-*"))
    bench.clear()
    bench.wait("cleared")
    restore(bench)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= (FILES | {"notes.txt": b"newer"}).items(), "the union comes back"


def test_late_data_beside_a_restored_run_re_open_it(bench: Bench) -> None:
    folder = cleared(bench)
    restore(bench)
    bench.wait("sync_verified")
    (folder / "late.tif").write_bytes(b"late")
    wait_for(lambda: "late_data" in bench.reasons(), 20)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN)["late.tif"] == b"late"


def test_a_station_that_lost_its_database_restores_all_the_same(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubber.Scrubber, "look", lambda self: None)  # its own reading would prove the copy first
    folder = cleared(bench)

    def lose() -> None:
        shutil.rmtree(bench.lab.staging / ".exlab-wizard" / "manifests")
        for path in (bench.lab.staging / ".exlab-wizard").glob("*.db*"):
            path.unlink()

    bench.restart(lose)
    assert bench.wait("cleared")
    restore(bench)
    bench.wait("sync_verified")
    assert data_files(folder).items() >= FILES.items()
    assert bench.refused(bench.clear).code == "nas_copy_not_proven"
    bench.wait("sync_verified")
    assert bench.clear().files_freed == len(FILES) + 1


def test_a_follower_passes_it_on(bench: Bench) -> None:
    folder = cleared(bench)
    follower = Station(bench.lab.config)
    follower.start()
    try:
        wait_for(lambda: follower.revision > 0 and follower.unavailable is None, 10)
        assert follower.restore(follower.parse_run(RUN), "lee").state == "queued"
    finally:
        follower.stop()
    bench.wait("sync_verified")
    assert data_files(folder).items() >= FILES.items()
