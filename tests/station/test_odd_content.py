"""Odd content through a real station: stored byte for byte, or blocked with its own finding and never cleared."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exlab_wizard.api.models import FindingModel, OverrideRequest
from exlab_wizard.errors import StagingError
from exlab_wizard.runs.scan import LEVELS
from tests.station.conftest import FILES, RUN, Bench
from tests.support.far import tree_far, write_far
from tests.support.lab import SENTINEL, data_files
from tests.support.waiting import wait_for

ALL = {**FILES, SENTINEL: b""}
OUTSIDE = b"a secret from elsewhere"


def findings(bench: Bench, problem_class: str) -> list[FindingModel]:
    detail = bench.station.detail(bench.station.parse_run(RUN))
    return [finding for finding in detail.findings if finding.problem_class == problem_class]


def assert_cleared(bench: Bench, count: int) -> None:
    """Everything goes, and only here."""
    there = tree_far(bench.lab.nas / RUN)
    assert bench.clear().files_freed == count
    bench.wait("cleared")
    assert tree_far(bench.lab.staging / RUN) == {}
    assert os.listdir(bench.lab.staging / RUN) == [".exlab-wizard"]
    assert tree_far(bench.lab.nas / RUN) == there


def finish(folder: Path) -> None:
    (folder / SENTINEL).touch()


# ------------------------------------------------------------------ what cannot be stored blocks the run


def _link(folder: Path, outside: Path) -> None:
    (folder / "odd").symlink_to(outside / "secret")


def _link_to_folder(folder: Path, outside: Path) -> None:
    (folder / "odd").symlink_to(outside)


def _dangling(folder: Path, outside: Path) -> None:
    (folder / "odd").symlink_to("nowhere")


def _fifo(folder: Path, outside: Path) -> None:
    os.mkfifo(folder / "odd")


def _socket(folder: Path, outside: Path) -> None:
    os.mknod(folder / "odd", stat.S_IFSOCK | 0o600)


def _device(folder: Path, outside: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to make a device")
    os.mknod(folder / "odd", stat.S_IFCHR | 0o600, os.makedev(1, 3))


ODD: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "symlink": (_link, "a symbolic link"),
    "symlink to a folder": (_link_to_folder, "a symbolic link"),
    "dangling symlink": (_dangling, "a symbolic link"),
    "fifo": (_fifo, "a named pipe"),
    "socket": (_socket, "a socket"),
    "device": (_device, "a device"),
}


@pytest.mark.parametrize(("plant", "words"), ODD.values(), ids=list(ODD))
def test_what_is_neither_file_nor_folder(bench: Bench, plant: Callable[[Path, Path], None], words: str) -> None:
    outside = bench.lab.base / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(OUTSIDE)
    folder = bench.push(done=False)
    plant(folder, outside)
    finish(folder)
    row = bench.wait_shown("Blocked")
    assert "odd" in row.why and words in row.why
    [finding] = findings(bench, "unsupported_entry")
    assert (finding.severity, finding.path) == ("hard", "odd")
    assert bench.lab.on_nas(RUN) == {} if (bench.lab.nas / RUN).exists() else True
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    request = OverrideRequest(problem_class="unsupported_entry", reason="It is a leftover of the microscope.")
    bench.station.add_override(bench.station.parse_run(RUN), "kim", request)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL and bench.sums_hold()
    error = bench.refused(bench.clear)  # what is on the NAS is not all of it
    assert error.code == "not_permitted" and "odd" in error.message
    assert {name for name in os.listdir(folder) if name != ".exlab-wizard"} == {"odd", *(n.split("/")[0] for n in ALL)}
    (folder / "odd").unlink()
    bench.force()
    wait_for(lambda: not findings(bench, "unsupported_entry"), 10)
    bench.wait("sync_verified")
    assert_cleared(bench, len(ALL))
    assert (outside / "secret").read_bytes() == OUTSIDE


def test_a_control_character_in_a_name(bench: Bench) -> None:
    folder = bench.push(files={**FILES, "new\nline.tif": b"broken name"})
    row = bench.wait_shown("Blocked")
    assert "control character" in row.why and "'new\\nline.tif'" in row.why
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert data_files(folder)["new\nline.tif"] == b"broken name"
    request = OverrideRequest(problem_class="illegal_filesystem_character", reason="Our scripts can live with it.")
    bench.station.add_override(bench.station.parse_run(RUN), "kim", request)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == {**ALL, "new\nline.tif": b"broken name"} and bench.sums_hold()
    assert_cleared(bench, len(ALL) + 1)


# ------------------------------------------------------------------ what is odd, and stored as it is

NAMES = {
    " leading space.tif": None,
    "line\u2028separator.tif": "looks like a line break",
    os.fsdecode(b"not utf-8 \xff\xfe.tif"): "not UTF-8",
    "n" * 251 + ".tif": None,
    "stack/.exlab-wizard/ingest.json": None,
    "stack/.exlab-wizard/clearing-abc/data/x": None,
    "-rf": None,
    "-": None,
    "back\\slash": "Windows",
    "\N{GRINNING FACE}" * 60: None,
}


@pytest.mark.parametrize(("name", "words"), NAMES.items(), ids=map(ascii, NAMES))
def test_an_odd_name_arrives_byte_for_byte(bench: Bench, name: str, words: str | None) -> None:
    bench.verified(files={**FILES, name: b"odd but fine"})
    assert bench.lab.on_nas(RUN) == {**ALL, name: b"odd but fine"} and bench.sums_hold()
    found = findings(bench, "illegal_filesystem_character")
    assert [finding.severity for finding in found] == (["soft"] if words else [])
    assert all(words and words in finding.message for finding in found)
    (bench.lab.staging / RUN / name).write_bytes(b"another version")
    wait_for(lambda: "changed" in bench.reasons(), 10, "re-opened")
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == {**ALL, name: b"another version"}
    assert bench.superseded()[name] == b"odd but fine"
    assert_cleared(bench, len(ALL) + 1)


TWINS = {
    "case": ("Scan.tif", "SCAN.tif"),
    "spelling": (unicodedata.normalize("NFC", "Zürich.tif"), unicodedata.normalize("NFD", "Zürich.tif")),
}


@pytest.mark.parametrize("names", TWINS.values(), ids=list(TWINS))
def test_twins_are_stored_side_by_side_where_the_nas_can(bench: Bench, names: tuple[str, str]) -> None:
    files = {names[0]: b"one", names[1]: b"the other"}
    bench.verified(files=files)
    assert bench.lab.on_nas(RUN) == {**files, SENTINEL: b""} and bench.sums_hold()
    [finding] = findings(bench, "colliding_names")
    assert finding.severity == "soft"
    assert_cleared(bench, 3)


@pytest.mark.parametrize("names", TWINS.values(), ids=list(TWINS))
def test_twins_block_where_the_nas_folds(late_bench: Bench, names: tuple[str, str]) -> None:
    marker = late_bench.lab.nas / ".exlab-nas.json"
    marker.write_text(marker.read_text().replace('"folds": []', '"folds": ["case", "unicode"]'))
    bench = late_bench.start()
    files = {names[0]: b"one", names[1]: b"the other"}
    folder = bench.push(files=files)
    row = bench.wait_shown("Blocked")
    assert "same name to the NAS" in row.why
    assert [finding.severity for finding in findings(bench, "colliding_names")] == ["hard"]
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert data_files(folder) == {**files, SENTINEL: b""}
    (folder / names[1]).rename(folder / "renamed.tif")
    bench.wait("sync_verified")
    assert_cleared(bench, 3)


def test_hard_links_are_files_of_their_own_and_outside_names_stay(bench: Bench) -> None:
    folder = bench.push(done=False)
    outside = bench.lab.base / "kept elsewhere.tif"
    outside.write_bytes(b"linked")
    os.link(outside, folder / "linked.tif")
    os.link(folder / "scan_0001.tif", folder / "stack" / "again.tif")
    os.link(folder / "scan_0001.tif", folder / "third.tif")
    finish(folder)
    bench.wait("sync_verified")
    files = {
        **ALL,
        "linked.tif": b"linked",
        "stack/again.tif": FILES["scan_0001.tif"],
        "third.tif": FILES["scan_0001.tif"],
    }
    assert bench.lab.on_nas(RUN) == files and bench.sums_hold()
    assert all(path.stat().st_nlink == 1 for path in (bench.lab.nas / RUN).rglob("*.tif"))
    [finding] = findings(bench, "hard_links")
    assert finding.severity == "soft" and "4 files" in finding.message
    assert_cleared(bench, len(files))
    assert outside.read_bytes() == b"linked" and outside.stat().st_nlink == 1


def test_holes_stay_holes(bench: Bench) -> None:
    folder = bench.push(done=False)
    size = 200 << 20
    with (folder / "sparse.raw").open("wb") as file:
        file.seek(150 << 20)
        file.write(b"data" * 1000)
        file.truncate(size)
    finish(folder)
    bench.wait("sync_verified")
    info = (bench.lab.nas / RUN / "sparse.raw").stat()
    assert (info.st_size, info.st_blocks * 512 < 1 << 20) == (size, True)
    assert bench.sums_hold()
    assert bench.clear().bytes_freed == size + sum(map(len, FILES.values()))


def test_empty_folders_modes_and_times_arrive(bench: Bench) -> None:
    folder = bench.push(done=False)
    (folder / "empty" / "inner").mkdir(parents=True)
    for path in ("empty/inner", "empty", "stack"):
        (folder / path).chmod(0o750)
        os.utime(folder / path, (1_600_000_000, 1_600_000_000))
    (folder / "notes.txt").chmod(0o640)
    os.utime(folder / "notes.txt", (1_500_000_000, 1_500_000_000))
    finish(folder)
    bench.wait("sync_verified")
    for path in ("empty/inner", "empty", "stack", "notes.txt"):
        here, there = (folder / path).stat(), (bench.lab.nas / RUN / path).stat()
        assert (there.st_mode, there.st_mtime_ns) == (here.st_mode, here.st_mtime_ns), path
    assert_cleared(bench, len(ALL))


def test_a_run_with_nothing_in_it_is_never_complete(bench: Bench) -> None:
    folder = bench.lab.staging / RUN
    (folder / "only" / "folders").mkdir(parents=True)
    bench.push(files={}, done=False)
    row = bench.wait_shown("Receiving")
    assert row.file_count == 0 and row.current_state == "staging"
    assert bench.refused(bench.force).code == "run_not_complete"
    with pytest.raises(StagingError, match="no data files"):
        bench.force(even_if_incomplete=True)
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert not (bench.lab.nas / RUN).exists()
    assert (folder / "only" / "folders").is_dir()


# ------------------------------------------------------------------ further down than a path can say


@pytest.fixture
def far_bench(late_bench: Bench) -> Iterator[Bench]:
    yield late_bench
    late_bench.station.stop()  # it still tells the NAS
    subprocess.run(["rm", "-rf", str(late_bench.lab.base)], check=True)  # shutil cannot


@pytest.mark.parametrize("levels", [20, LEVELS - 1])
def test_a_path_longer_than_any_path_may_be(far_bench: Bench, levels: int) -> None:
    bench = far_bench.start()
    parts = ["d" * 255] * levels + ["f" * 255]
    path = "/".join(parts)
    assert len(path) > 4096
    folder = bench.push(done=False)
    write_far(folder, parts, b"far away")
    with pytest.raises(OSError, match=os.strerror(errno.ENAMETOOLONG)):
        (folder / path).read_bytes()
    finish(folder)
    bench.wait("sync_verified")
    assert tree_far(bench.lab.nas / RUN) == {**ALL, path: b"far away"}
    write_far(folder, parts, b"another version")
    (folder / "hint.txt").touch()  # so deep down nobody watches; a rescan would see it in half a minute
    wait_for(lambda: tree_far(bench.lab.nas / RUN).get(path) == b"another version", 20)
    bench.wait("sync_verified")
    kept = tree_far(bench.lab.nas / RUN / ".exlab-wizard" / "superseded")
    assert [data for name, data in kept.items() if name.endswith(path)] == [b"far away"]
    assert_cleared(bench, len(ALL) + 2)


def test_deeper_than_the_station_goes_is_blocked_and_kept(far_bench: Bench) -> None:
    bench = far_bench.start()
    folder = bench.push(done=False)
    write_far(folder, ["d"] * (LEVELS + 1) + ["deepest.tif"], b"deep")
    finish(folder)
    row = bench.wait_shown("Blocked")
    assert findings(bench, "unsupported_entry")[0].severity == "hard" and row.why
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    shutil.move(folder / "d", bench.lab.base / "deep")
    bench.wait("sync_verified")
    assert_cleared(bench, len(ALL))
