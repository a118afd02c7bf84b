from __future__ import annotations

import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.observer import staging_folders
from exlab_wizard.observer.watcher import Watcher, hint_of
from exlab_wizard.runs.paths import RunPath
from tests.support.waiting import wait_for

RUN = "CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-32"
OTHER = "CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-18T09-00"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("CONFOCAL_01", None),
        ("CONFOCAL_01/PROJ 0042", None),
        ("CONFOCAL_01/PROJ 0042/Runs", None),
        (RUN, None),
        (f"{RUN}/scan.tif", RUN),
        (f"{RUN}/deep/er/still/scan.tif", RUN),
        (f"{RUN}/deep/.exlab-wizard/ingest.json", RUN),
        (f"{RUN}/.exlab-wizard", ""),
        (f"{RUN}/.exlab-wizard/ingest.json", ""),
        (f"{RUN}/.exlab-wizard/.ingest.json.0a1b2c3d.tmp", ""),
        (f"{RUN}/.exlab-wizard/wizard.labpc-04.log", ""),
        (f"{RUN}/.exlab-wizard/clearing-01/scan.tif", ""),
        (f"{RUN}/.exlab-wizard/creation.json", RUN),
        (".exlab-wizard", ""),
        (".exlab-wizard/station.db-wal", ""),
        (".exlab-wizard/runs/abc/ingest.json", ""),
        # below what is not a run: the list of unrecognised entries grows, and no run is looked at
        ("JUNK/a/b/c/d", None),
        ("JUNK/a/b/c/.exlab-wizard/ingest.json", None),
        ("CONFOCAL_01/PROJ 0042/Runs/Run_1/scan.tif", None),
        ("CONFOCAL_01/PROJ 0042/raw/Run_2026-04-17T14-32/scan.tif", None),
        ("CONFOCAL_01/\udcff/Runs/Run_2026-04-17T14-32/scan.tif", None),
    ],
)
def test_what_an_event_means(path: str, hint: str | None) -> None:
    assert hint_of(path) == hint


def test_a_folder_in_a_runs_place_is_that_run_and_needs_no_look_at_the_upper_levels() -> None:
    assert hint_of(RUN, is_folder=True) == RUN
    assert hint_of("CONFOCAL_01/PROJ 0042/Runs/Run_1", is_folder=True) is None
    assert hint_of("CONFOCAL_01/PROJ 0042/Runs", is_folder=True) is None


def test_a_control_folder_moved_in_is_news_of_its_run() -> None:
    assert hint_of(f"{RUN}/.exlab-wizard", is_folder=True) == RUN
    assert hint_of(f"{RUN}/.exlab-wizard/clearing-1", is_folder=True) == ""


SEGMENTS = st.text(max_size=12) | st.sampled_from([".exlab-wizard", "creation.json", *RUN.split("/")])


@given(st.lists(SEGMENTS, min_size=1, max_size=7).map("/".join))
def test_a_hint_is_always_something_the_observer_can_look_at(path: str) -> None:
    hint = hint_of(path)
    if hint:
        assert str(RunPath.parse(hint)) == hint
        assert path.startswith(hint + "/")


class Hints:
    """What a watcher over `root` has said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._seen: list[str | None] = []
        self._marks = 0
        self.watcher: Watcher
        self.lost = threading.Event()

    def note(self, hint: str | None) -> None:
        with self._lock:
            self._seen.append(hint)

    def during(self, work: Callable[[], object], seconds: float = 20) -> set[str | None]:
        """The hints of everything `work` did: those before a mark that is made last, since events keep their order."""
        with self._lock:
            self._seen.clear()
        work()
        self._marks += 1
        mark = f"MARK/p/Runs/Run_2026-01-01T00-{self._marks:02}"
        (self.root / "MARK/p/Runs" / mark.rsplit("/", 1)[1] / "file").touch()
        wait_for(lambda: mark in self._seen, seconds, "the mark is noticed")
        with self._lock:
            seen = self._seen[: self._seen.index(mark)]
        return {hint for hint in seen if hint is None or not hint.startswith("MARK/")}  # an earlier mark's own close

    def watched(self) -> set[str]:
        """Every folder that is watched."""
        assert self.watcher._observer is not None
        groups = [emitter._inotify for emitter in self.watcher._observer.emitters]  # type: ignore[attr-defined]
        return {os.fsdecode(path) for group in groups for path in group._active_callbacks_by_path}

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Whatever happens in it is there before the first event of it is taken in, as on a busy machine."""
        assert self.watcher._observer is not None
        with ExitStack() as held:
            for emitter in self.watcher._observer.emitters:
                held.enter_context(emitter._inotify._lock)  # type: ignore[attr-defined]
            yield

    def told_of(self, hint: str) -> int:
        """How often it was said since the last work began."""
        with self._lock:
            return self._seen.count(hint)


@pytest.fixture
def hints(tmp_path: Path) -> Iterator[Hints]:
    for run in (RUN, OTHER):
        (tmp_path / run / ".exlab-wizard").mkdir(parents=True)
    for number in range(1, 20):
        (tmp_path / f"MARK/p/Runs/Run_2026-01-01T00-{number:02}").mkdir(parents=True)
    (tmp_path / ".exlab-wizard").mkdir()
    (tmp_path / RUN / "old.tif").write_bytes(b"old")
    made = Hints(tmp_path)
    watcher = made.watcher = Watcher(str(tmp_path) + "/", made.note, made.lost.set)
    watcher.start()
    assert watcher.alive
    assert watcher.problem == ""
    yield made
    watcher.stop()
    assert not watcher.alive


CHANGES: dict[str, Callable[[Path], object]] = {
    "create": lambda run: (run / "new.tif").touch(),
    "modify": lambda run: (run / "old.tif").write_bytes(b"longer"),
    "append": lambda run: subprocess.run(["sh", "-c", f"echo x >> '{run}/old.tif'"], check=True),
    "move within": lambda run: (run / "old.tif").rename(run / "moved.tif"),
    "delete": lambda run: (run / "old.tif").unlink(),
    "a new folder": lambda run: (run / "stack").mkdir(),
    "provenance": lambda run: (run / ".exlab-wizard" / "creation.json").write_bytes(b"{}"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_is_noticed(hints: Hints, change: Callable[[Path], object]) -> None:
    assert hints.during(lambda: change(hints.root / RUN)) == {RUN}


def test_a_file_in_a_folder_made_a_moment_ago_is_noticed(hints: Hints) -> None:
    def work() -> None:
        (hints.root / RUN / "a" / "b").mkdir(parents=True)
        (hints.root / RUN / "a" / "b" / "scan.tif").write_bytes(b"x")

    assert RUN in hints.during(work)


def test_a_move_from_run_to_run_is_noticed_in_both(hints: Hints) -> None:
    assert hints.during(lambda: (hints.root / RUN / "old.tif").rename(hints.root / OTHER / "old.tif")) == {RUN, OTHER}


def test_runs_that_come_and_go_are_noticed(hints: Hints) -> None:
    new = hints.root / "CONFOCAL_01/new project/Runs/Run_2026-04-19T09-00"
    moved = new.with_name("Run_2026-04-20T09-00")
    assert None in hints.during(lambda: new.mkdir(parents=True)), "a project is looked for in the upper levels"
    names = [str(one.relative_to(hints.root)) for one in (new, moved)]
    assert hints.during(lambda: new.rename(moved)) == set(names)
    assert hints.during(moved.rmdir) == {names[1]}
    assert None in hints.during(lambda: moved.touch()), "a file in a run's place"
    assert None in hints.during(lambda: (hints.root / "stray.txt").touch())


def test_a_big_tree_moved_in_is_news_of_its_run_and_not_of_each_file(hints: Hints, tmp_path_factory: Any) -> None:
    made = tmp_path_factory.mktemp("made") / "tree"
    for number in range(400):
        (made / f"series {number % 4}").mkdir(parents=True, exist_ok=True)
        (made / f"series {number % 4}" / f"{number}.tif").touch()
    new = hints.root / "CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-21T09-00"
    run = str(new.relative_to(hints.root))
    assert hints.during(lambda: made.rename(new)) == {run}
    assert hints.told_of(run) <= 3
    assert hints.during(lambda: new.rename(hints.root / RUN / "below")) >= {run, RUN}
    assert hints.told_of(RUN) <= 3
    assert hints.during(lambda: (hints.root / RUN / "below/series 0/0.tif").write_bytes(b"x")) == {RUN}, "still watched"


def test_so_is_one_in_folders_that_were_made_a_moment_ago(hints: Hints, tmp_path_factory: Any) -> None:
    made, count = tmp_path_factory.mktemp("made") / "tree", 400
    for number in range(count):
        (made / f"series {number % 4}/deeper").mkdir(parents=True, exist_ok=True)
        (made / f"series {number % 4}/deeper" / f"{number}.tif").touch()
    new = hints.root / "CONFOCAL_01/new/Runs/Run_2026-04-21T09-00"
    run = str(new.relative_to(hints.root))

    def work() -> None:
        with hints.looking_away():
            new.parent.mkdir(parents=True)
            made.rename(new)

    assert hints.during(work) == {None, run}
    assert hints.told_of(run) <= 3
    assert hints.told_of(None) <= 12, "nothing is said of each file"
    for change in (lambda: (new / "series 0/deeper/0.tif").write_bytes(b"x"), lambda: (new / "more").mkdir()):
        assert hints.during(change) == {run}, "watched, however deep"


def test_one_renamed_while_it_is_taken_in_is_watched_to_the_last_folder(
    hints: Hints, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path_factory.mktemp("made") / "tree"
    for number in range(40):
        (made / f"series {number}/deeper").mkdir(parents=True)
    new = hints.root / "CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-21T09-00"
    moved = new.with_name("Run_2026-04-22T09-00")

    class Renaming:
        steps = 0

        def step(self) -> None:
            Renaming.steps += 1
            if Renaming.steps == 60:
                new.rename(moved)

    monkeypatch.setattr(staging_folders, "Courtesy", Renaming)
    hints.during(lambda: made.rename(new))
    everything = {str(moved), *map(str, moved.rglob("*"))}
    assert len(everything) == 81
    wait_for(lambda: everything <= hints.watched(), 20, "each folder is watched where it is now")
    assert str(moved.relative_to(hints.root)) in hints.during((moved / "series 0/deeper/scan.tif").touch)


@pytest.mark.timeout(300)  # it makes some 30,000 files and folders
def test_a_flood_of_events_is_told_and_every_folder_still_watched(
    hints: Hints, caplog: pytest.LogCaptureFixture
) -> None:
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if most > 20_000:
        pytest.skip(f"the system keeps {most} events: no flood is made here")
    for number in range(most + 500):  # each watch given up is an event: all of them would be the next flood
        (hints.root / RUN / f"{number}").mkdir()
    before = len(list((hints.root / RUN).iterdir()))
    wait_for(lambda: len(hints.watched()) > before, 60, "all of them are watched")

    def work() -> None:
        with hints.looking_away():
            for number in range(most):
                (hints.root / RUN / f"{number}.tif").touch()
            (hints.root / RUN / "7").rename(hints.root / RUN / "away")  # nobody hears of it

    work()
    assert hints.lost.wait(60), "there was a flood, and it is told"
    wait_for(lambda: str(hints.root / RUN / "away") in hints.watched(), 20, "what was moved meanwhile is watched there")
    assert str(hints.root / RUN / "7") not in hints.watched()
    caplog.clear()
    assert hints.during((hints.root / OTHER / "later.tif").touch, 60) == {OTHER}
    assert hints.during((hints.root / RUN / "away/later.tif").touch) == {RUN}
    assert "overflowed" not in caplog.text, "and no second one"
    shutil.rmtree(hints.root / RUN)


def test_a_folder_whose_place_another_took_may_go_last(hints: Hints, tmp_path_factory: Any) -> None:
    place, away = hints.root / RUN / "stack", tmp_path_factory.mktemp("away") / "stack"
    place.mkdir()
    hints.during(lambda: place.rename(away))
    hints.during(place.mkdir)
    hints.during(place.rmdir)
    hints.during(away.rmdir)
    assert hints.during((hints.root / RUN / "scan.tif").touch) == {RUN}
    assert hints.watcher.alive


def test_a_flood_while_the_staging_directory_is_away_is_said_and_no_watch_given_up(
    hints: Hints, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hints.watcher._observer is not None
    for emitter in hints.watcher._observer.emitters:
        monkeypatch.setattr(emitter._inotify, "path", os.fsencode(hints.root / "away"))  # type: ignore[attr-defined]
        emitter._inotify.on_queue_overflow()  # type: ignore[attr-defined]
    assert not hints.watcher.alive
    assert "No such file" in hints.watcher.problem
    assert hints.during((hints.root / RUN / "scan.tif").touch) == {RUN}


def test_a_link_to_the_staging_directory_is_watched_as_it(tmp_path: Path) -> None:
    (tmp_path / "disk" / RUN).mkdir(parents=True)
    (tmp_path / "staging").symlink_to(tmp_path / "disk")
    seen: list[str | None] = []
    watcher = Watcher(str(tmp_path / "staging"), seen.append)
    watcher.start()
    (tmp_path / "disk" / RUN / "scan.tif").touch()
    wait_for(lambda: RUN in seen, 20, "a new file is noticed")
    watcher.stop()


def test_folders_that_could_not_be_listed_are_said(hints: Hints, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.scandir

    def refuse(where: Any) -> Any:
        if isinstance(where, int):
            raise OSError(errno.EIO, "Input/output error")
        return plain(where)

    monkeypatch.setattr(os, "scandir", refuse)
    (hints.root / RUN / "deeper").mkdir()
    wait_for(lambda: not hints.watcher.alive, 20, "it is said")
    assert "Input/output error" in hints.watcher.problem


def test_more_folders_than_the_system_watches_are_said(hints: Hints, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    assert hints.watcher._observer is not None
    for emitter in hints.watcher._observer.emitters:
        monkeypatch.setattr(emitter._inotify_fd, "_get_or_create_watch", refuse)  # type: ignore[attr-defined]
    hints.during((hints.root / RUN / "deeper").mkdir)
    assert not hints.watcher.alive
    assert "max_user_watches" in hints.watcher.problem


def test_every_run_of_a_project_that_is_moved_is_noticed(hints: Hints, tmp_path_factory: Any) -> None:
    made = tmp_path_factory.mktemp("made") / "project"
    names = ["Run_2026-04-21T09-00", "Run_2026-04-22T09-00"]
    for name in names:
        (made / "Runs" / name / "deeper").mkdir(parents=True)
    one, other = hints.root / "CONFOCAL_01/one", hints.root / "CONFOCAL_01/other"
    at_one, at_other = ({f"CONFOCAL_01/{where.name}/Runs/{name}" for name in names} for where in (one, other))
    assert hints.during(lambda: made.rename(one)) == {None, *at_one}
    assert hints.during(lambda: one.rename(other)) == {None, *at_one, *at_other}


def test_reading_is_no_event(hints: Hints) -> None:
    def read() -> None:
        (hints.root / RUN / "old.tif").read_bytes()
        (hints.root / RUN / "old.tif").stat()
        os.listdir(hints.root / RUN)

    assert hints.during(read) == set()


def test_our_own_control_files_are_no_event(hints: Hints) -> None:
    def write() -> None:
        control = hints.root / RUN / ".exlab-wizard"
        (control / ".ingest.json.1.tmp").write_bytes(b"{}")
        (control / ".ingest.json.1.tmp").rename(control / "ingest.json")
        with (control / "wizard.labpc-04.log").open("a") as log:
            log.write("line\n")
        (hints.root / ".exlab-wizard" / "station.db").write_bytes(b"x")

    assert hints.during(write) == set()


def test_a_walk_over_two_thousand_runs_is_no_event(tmp_path: Path) -> None:
    """Our own rescans (and every backup tool) open and close each folder; none of it may come back as a hint."""
    runs = [f"CAM/p/Runs/Run_2026-{n // 600 + 1:02}-01T{n // 60 % 24:02}-{n % 60:02}-{n % 7:02}" for n in range(2000)]
    for run in [*runs, *(f"MARK/p/Runs/Run_2026-01-01T00-{number:02}" for number in (1, 2))]:
        (tmp_path / run).mkdir(parents=True)
        (tmp_path / run / "scan.tif").write_bytes(b"x")
    hints = Hints(tmp_path)
    watcher = Watcher(str(tmp_path), hints.note)
    watcher.start()
    try:
        command = ["find", str(tmp_path), "-type", "f", "-exec", "cat", "{}", "+"]
        assert hints.during(lambda: subprocess.run(command, check=True, capture_output=True)) == set()
        assert hints.during((tmp_path / runs[-1] / "more.tif").touch) == {runs[-1]}
    finally:
        watcher.stop()


def test_where_nothing_can_be_watched_the_watcher_says_so(tmp_path: Path) -> None:
    watcher = Watcher(str(tmp_path / "missing"), lambda hint: None)
    assert not watcher.alive
    assert watcher.problem == "not started"
    watcher.start()
    assert not watcher.alive
    assert "rescan" not in watcher.problem
    assert "refuses file events" in watcher.problem
    watcher.stop()


def test_a_dead_thread_of_the_events_is_said(tmp_path: Path) -> None:
    for which in ("emitter", "reader"):
        watcher = Watcher(str(tmp_path), lambda hint: None)
        watcher.start()
        try:
            assert watcher.alive
            assert watcher._observer is not None
            (emitter,) = watcher._observer.emitters
            reader = emitter._inotify_fd  # type: ignore[attr-defined]
            if which == "emitter":
                emitter.stop()
                emitter.join(10)
            else:
                emitter._inotify_fd = threading.Thread()  # type: ignore[attr-defined]
            assert not watcher.alive
            assert "has ended" in watcher.problem
            emitter._inotify_fd = reader
        finally:
            watcher.stop()


def test_a_tree_the_library_cannot_take_in_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.schedule", fail)
    watcher = Watcher(str(tmp_path), lambda hint: None)
    watcher.start()
    assert not watcher.alive
    assert "met an error (RecursionError)" in watcher.problem
    watcher.stop()
