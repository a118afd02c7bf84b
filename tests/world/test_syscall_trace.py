"""Every system call of a whole life that takes away, renames or writes: data are touched in few ways only."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.driver import Driver, inline
from tests.support.life import Life
from tests.support.strace import CHANGES, changes_of, need_strace

pytestmark = pytest.mark.world

CALLS = [*CHANGES, "?truncate", "?open", "?openat2", "?creat"]
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*?)\)? += (?:\d|-1 )")
_WRITING = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC)")
_TEMPORARY = re.compile(r"\..*\.tmp")


def paths(arguments: str) -> list[str]:
    """The files a call is about: names joined to their directory's handle, else what a handle is open on."""
    names = re.findall(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', arguments)
    return [os.path.join(folder, name) for folder, name in names]


def handle(arguments: str) -> str:
    """The file that the call's first argument, a handle, is open on."""
    found = re.match(r"\d+<([^>]*)>", arguments)
    return found[1] if found else ""


class Judge:
    """Says what is wrong with a call, given where staging and NAS are."""

    def __init__(self, life: Life) -> None:
        self.roots = [str(life.lab.staging), str(life.lab.nas)]
        self.seen: set[str] = set()  # which of the allowed ways were met

    def kind(self, path: str) -> str:
        """`data`, `state`, `control`, `temporary`, `superseded`, `holding`, `taken`, or "" for what is elsewhere."""
        root = next((one for one in self.roots if path == one or path.startswith(f"{one}/")), None)
        if root is None:
            return ""
        parts = os.path.relpath(path, root).split("/")
        if parts[0] == ".exlab-wizard" or parts[0].startswith(".exlab-nas"):
            return "state"
        if len(parts) < 5 or parts[4] != ".exlab-wizard":
            return "capability probe" if parts[0].startswith(".exlab-") else "data"
        return _in_control(parts[5:])

    def wrong(self, line: str) -> str:
        """The line when it is not one of the ways data may be touched; else empty."""
        found = _CALL.match(line)
        if found is None:
            return ""
        call, arguments = found.groups()
        if call.startswith(("unlink", "rmdir")):
            right = self._taken_away(arguments, "AT_REMOVEDIR" in arguments or call == "rmdir")
        elif call.startswith(("rename", "link")):
            right = self._renamed(call, arguments)
        elif call.startswith(("open", "creat")):
            right = (not _WRITING.search(arguments) and call != "creat") or self._written(paths(arguments)[0])
        elif call == "truncate":
            right = self._written(paths(arguments)[0])
        elif call in ("write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate"):
            right = self._written(handle(arguments))
        else:
            return ""
        return "" if right else line

    def _written(self, path: str) -> bool:
        return self.kind(path) not in ("data", "superseded", "holding", "taken")

    def _taken_away(self, arguments: str, folder: bool) -> bool:
        kind = self.kind(paths(arguments)[0])
        self.seen.add(f"unlink {kind}")
        return kind in ("", "state", "temporary", "taken", "capability probe") or (folder and kind == "holding")

    def _renamed(self, call: str, arguments: str) -> bool:
        source, target = (self.kind(path) for path in paths(arguments)[:2])
        way = f"{source} -> {target}"
        self.seen.add(way)
        if way in ("temporary -> data", "data -> holding", "data -> superseded", "control -> superseded"):
            return "RENAME_NOREPLACE" in arguments
        if way in ("holding -> data", "superseded -> data"):
            return "RENAME_NOREPLACE" in arguments
        return way in ("holding -> taken", "temporary -> control", "temporary -> temporary", "state -> state")


def _in_control(parts: list[str]) -> str:
    first = parts[0] if parts else ""
    if first == "superseded":
        return "superseded"
    if first == "incoming" or first.startswith("restoring-") or (parts and _TEMPORARY.fullmatch(parts[-1])):
        return "temporary"
    if not first.startswith("clearing-"):
        return "control"
    if parts[1:2] == ["data"]:
        return "holding"
    if parts[1:2] == ["taken"]:
        return "taken" if len(parts) > 2 else "holding"
    return "temporary" if len(parts) == 2 else "holding"  # what the station notes there


def wrongs(work: Callable[[], object], judge: Judge, log: Path) -> Iterator[str]:
    changes_of(work, log, CALLS)
    for line in log.read_text(errors="replace").splitlines():
        wrong = judge.wrong(line)
        if wrong:
            yield wrong


def until(life: Life, *deeds: Callable[[Driver], object]) -> Callable[[], None]:
    """A server that does one deed after the other, each once all is verified or cleared."""

    def work() -> None:
        with inline(), Driver(life.lab.config) as driver:
            for deed in (lambda _: None, *deeds):
                deed(driver)
                assert driver.settle(lambda: _at_rest(driver, life.run), rounds=12), driver.run(life.run)

    return work


def _at_rest(driver: Driver, run: str) -> bool:
    found = driver.run(run)
    at_rest = found is not None and not (found.job and found.job.live) and driver.told(run)
    return at_rest and driver.state(run) in ("sync_verified", "cleared")


def test_data_are_touched_in_few_ways(quick_path: Path, figure: Callable[[str], None]) -> None:
    """Synced, verified, changed and late, superseded, cleared, restored, verified again, cleared."""
    need_strace()
    life, log = Life(quick_path), quick_path / "trace.txt"
    judge = Judge(life)
    ask = {
        verb: (lambda driver, verb=verb: getattr(driver.leader.commands, verb)(life.run, "kim"))
        for verb in ("restore", "verify")
    }

    def clear(driver: Driver) -> None:
        driver.clear(life.run)

    assert not list(wrongs(until(life, ask["verify"]), judge, log))
    calls = len(log.read_bytes().splitlines())
    for name, data in {"stack/plane 2.raw": b"another plane", "late.txt": b"late"}.items():
        life.promise.wrote(name, data)
        (life.folder / name).write_bytes(data)
    assert not list(wrongs(until(life, ask["verify"], clear), judge, log))
    calls += len(log.read_bytes().splitlines())
    life.check_end("cleared")
    assert list((life.lab.nas / life.run / ".exlab-wizard/superseded").rglob("plane 2.raw"))
    assert not list(wrongs(until(life, ask["restore"], ask["verify"], clear), judge, log))
    calls += len(log.read_bytes().splitlines())
    life.check_end("cleared again")
    expected = {"temporary -> data", "data -> holding", "data -> superseded", "holding -> taken", "unlink taken"}
    assert expected <= judge.seen
    figure(f"system calls: {calls} over a whole life with a restore, 0 touch data otherwise; used strace")


PLANTED: dict[str, Callable[[Path, Path], object]] = {
    "unlink in staging": lambda staged, copy: os.unlink(staged / "frame 1.tif"),
    "unlink on the NAS": lambda staged, copy: os.unlink(copy / "frame 1.tif"),
    "unlink by handle": lambda staged, copy: os.unlink("frame 1.tif", dir_fd=os.open(staged, os.O_RDONLY)),
    "rmtree": lambda staged, copy: shutil.rmtree(staged / "stack"),
    "replaced on the NAS": lambda staged, copy: os.replace(staged / "frame 1.tif", copy / "frame 1.tif"),
    "renamed": lambda staged, copy: os.rename(staged / "frame 1.tif", staged / "other.tif"),
    "truncated": lambda staged, copy: os.truncate(copy / "frame 1.tif", 1),
    "opened for writing": lambda staged, copy: (copy / "frame 1.tif").open("r+b").close(),
    "written anew": lambda staged, copy: (copy / "frame 1.tif").write_bytes(b""),
    "an empty folder": lambda staged, copy: os.rmdir(staged / "hollow"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_any_other_way_is_seen(quick_path: Path, what: str) -> None:
    need_strace()
    life = Life(quick_path)
    until(life)()
    copy = life.lab.nas / life.run
    assert list(wrongs(lambda: PLANTED[what](life.folder, copy), Judge(life), quick_path / "trace.txt"))
