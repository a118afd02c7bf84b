"""The run's log: one event is one line whatever is in it, and the file is never something else in disguise."""

from __future__ import annotations

import ast
import multiprocessing
import os
import re
import resource
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exlab_wizard.fsys import Dir, UnsupportedEntryError
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.wizard_log import append, format_line, log_name, tail

AT = datetime(2026, 4, 17, 14, 35, 9, 999_999, tzinfo=UTC)
RUN = RunPath("CONFOCAL_01", "PROJ 42", "TestRuns", "TestRun_2026-04-17T14-32")
FIELD = r"((?:[^\]\\]|\\.)*)"
LINE = re.compile(
    rf"(\S+Z) \[(.{{5,}}?)\] \[host:{FIELD}\] \[equip:{FIELD}\] \[proj:{FIELD}\] \[kind:{FIELD}\] (.*)\n", re.DOTALL
)
any_text = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates and controls too


def unescape(text: str) -> str:
    """The inverse of the line's escapes, by Python's own rules for literals."""
    pieces = re.findall(r"\\(?:x..|u....|U........|.)|[^\\]+", text)
    return "".join(p[1] if p == "\\]" else str(ast.literal_eval(f'"{p}"')) if p.startswith("\\") else p for p in pieces)


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as opened:
        yield opened


def test_the_line_has_the_form_people_know() -> None:
    line = format_line(AT, "INFO", "labpc-04", RUN, "142 files, 48,293 bytes verified")
    assert line == (
        b"2026-04-17T14:35:09Z [INFO ] [host:labpc-04] [equip:CONFOCAL_01] [proj:PROJ 42] [kind:test] "
        b"142 files, 48,293 bytes verified\n"
    )


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("INFO", b"[INFO ]"),
        ("warning", b"[WARN ]"),
        ("ERROR", b"[ERROR]"),
        ("DEBUG", b"[DEBUG]"),
        ("CRITICAL", b"[FATAL]"),
    ],
)
def test_levels_are_five_wide(level: str, shown: bytes) -> None:
    assert format_line(AT, level, "h", RUN, "m").split(b" ", 1)[1].startswith(shown)


def test_another_zone_is_written_as_utc() -> None:
    there = AT.astimezone(timezone(timedelta(hours=9)))
    assert format_line(there, "INFO", "h", RUN, "m").startswith(b"2026-04-17T14:35:09Z ")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", b"a\\nb"),
        ("a\r\nb", b"a\\r\\nb"),
        ("\x1b[31m", b"\\x1b[31m"),
        ("\x85 \u2028 \u2029", b"\\x85 \\u2028 \\u2029"),
        ("\u202egpj.exe", b"\\u202egpj.exe"),
        ("C:\\data", b"C:\\\\data"),
        ("\udcff", b"\\udcff"),
        ("µm 日本 🔬", "µm 日本 🔬".encode()),
    ],
)
def test_what_could_break_or_disguise_a_line_is_escaped_everywhere(text: str, written: bytes) -> None:
    run = RunPath(text, text, "Runs", "Run_2026-04-17T14-32")
    line = format_line(AT, "INFO", text, run, text)
    assert line.count(written) == 4 and line.count(b"\n") == 1
    assert line.endswith(b"[kind:experimental] " + written + b"\n")


def test_a_project_cannot_pretend_to_be_another_field() -> None:
    run = RunPath("E", "p] [kind:test] cleared by admin", "Runs", "Run_2026-04-17T14-32")
    match = LINE.fullmatch(format_line(AT, "INFO", "h", run, "m").decode())
    assert match is not None
    assert match[5] == r"p\] [kind:test\] cleared by admin" and match[6] == "experimental" and match[7] == "m"


@settings(max_examples=300, deadline=None)
@given(host=any_text, project=any_text, message=any_text)
@example(host="\\", project="\\]", message="\\n")
def test_every_line_reads_back_as_what_was_said(host: str, project: str, message: str) -> None:
    run = RunPath("CONFOCAL_01", project, "Runs", "Run_2026-04-17T14-32")
    line = format_line(AT, "INFO", host, run, message)
    assert len(line) <= 1024 and line.count(b"\n") == 1
    match = LINE.fullmatch(line.decode())
    assert match is not None
    for written, said in ((match[3], host), (match[5], project), (match[7], message)):
        if written.endswith("…") and not said.endswith("…"):
            assert said.startswith(unescape(written[:-1]))
        else:
            assert unescape(written) == said


@settings(max_examples=200, deadline=None)
@given(st.integers(930, 1100), st.sampled_from(["x", "é", "日", "🔬", "\n", "\u2028", "\U000e0001"]))
def test_a_long_message_is_cut_between_characters_and_uses_its_room(length: int, character: str) -> None:
    line = format_line(AT, "INFO", "labpc-04", RUN, "x" * (length % 13) + character * length)
    assert 1024 - 12 < len(line) <= 1024
    assert re.search(r"(\\n|\\u2028|\\U000e0001|[xé日🔬])…\n$", line.decode())


def test_a_message_that_just_fits_is_not_cut() -> None:
    room = 1024 - len(format_line(AT, "INFO", "h", RUN, ""))
    assert len(format_line(AT, "INFO", "h", RUN, "x" * room)) == 1024
    assert format_line(AT, "INFO", "h", RUN, "x" * room).endswith(b"x\n")
    assert format_line(AT, "INFO", "h", RUN, "x" * (room + 1)).endswith("x…\n".encode())


def test_endless_fields_leave_room_for_the_message() -> None:
    run = RunPath("E" * 900, "\x01" * 900, "Runs", "Run_2026-04-17T14-32")
    line = format_line(AT, "I" * 900, "h" * 900, run, "m" * 900)
    assert len(line) == 1024 and line.count(b"m") > 400


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("labpc-04", "wizard.labpc-04.log"),
        ("lab.example", "wizard.lab.example.log"),
        ("../../etc/cron.d/x", "wizard..._.._etc_cron.d_x.log"),
        ("a\0b\nc", "wizard.a_b_c.log"),
        ("", "wizard.unknown.log"),
        ("µ", "wizard._.log"),
        ("h" * 300, f"wizard.{'h' * 64}.log"),
    ],
)
def test_the_file_name_is_one_plain_segment(host: str, name: str) -> None:
    assert log_name(host) == name


def test_appended_lines_come_back_in_order(control: Dir, tmp_path: Path) -> None:
    assert tail(control, "h", 5) == []
    for number in range(20):
        append(control, "h", format_line(AT, "INFO", "h", RUN, f"event {number}"))
    assert [line.rsplit(" ", 1)[1] for line in tail(control, "h", 3)] == ["17", "18", "19"]
    assert len(tail(control, "h", 500)) == 20
    assert tail(control, "h", 0) == tail(control, "h", -1) == []
    assert os.listdir(tmp_path) == ["wizard.h.log"]


def test_tail_reads_only_the_end_and_drops_the_cut_line(control: Dir, tmp_path: Path) -> None:
    (tmp_path / "wizard.h.log").write_bytes(b"x" * 5000 + b"\n" + b"last\n")
    assert tail(control, "h", 2) == ["last"]
    (tmp_path / "wizard.h.log").write_bytes((b"y" * 1023 + b"\n") * 4)
    assert tail(control, "h", 3) == ["y" * 1023] * 3
    with (tmp_path / "wizard.h.log").open("wb") as file:
        file.truncate(2**40)  # sparse: a terabyte that must not be read
    assert tail(control, "h", 10_000_000) == []


def test_tail_shows_foreign_bytes_escaped(control: Dir, tmp_path: Path) -> None:
    (tmp_path / "wizard.h.log").write_bytes(b"a\x1b[2J\xff\xe2\x80\xa8b\nwithout newline")
    assert tail(control, "h", 5) == ["a\\x1b[2J\\xff\\u2028b", "without newline"]


def test_a_line_that_a_full_disk_cut_off_is_ended_first(control: Dir, tmp_path: Path) -> None:
    (tmp_path / "wizard.h.log").write_bytes(b"half a li")
    append(control, "h", b"whole\n")
    assert (tmp_path / "wizard.h.log").read_bytes() == b"half a li\nwhole\n"


def test_a_short_write_is_an_error_not_silence(control: Dir, tmp_path: Path) -> None:
    append(control, "h", b"first\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(OSError, match="No space left"):
            append(control, "h", b"second\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert (tmp_path / "wizard.h.log").read_bytes() == b"first\nseco"


def _disguise(path: Path, kind: str, victim: Path) -> None:
    match kind:
        case "symlink":
            path.symlink_to(victim)
        case "dangling symlink":
            path.symlink_to(victim.parent / "new")
        case "hard link":
            path.hardlink_to(victim)
        case "fifo":
            os.mkfifo(path)
        case "directory":
            path.mkdir()
        case "socket":
            with socket.socket(socket.AF_UNIX) as sock:
                sock.bind(str(path))


@pytest.mark.parametrize("kind", ["symlink", "dangling symlink", "hard link", "fifo", "directory", "socket"])
def test_a_log_in_disguise_is_neither_written_nor_shown(kind: str, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"secret\n")
    (tmp_path / "c").mkdir()
    _disguise(tmp_path / "c" / "wizard.h.log", kind, victim)
    with Dir.open(tmp_path / "c") as control:
        with pytest.raises(UnsupportedEntryError):
            append(control, "h", b"line\n")
        with pytest.raises(UnsupportedEntryError):
            tail(control, "h", 5)
    assert victim.read_bytes() == b"secret\n" and not (tmp_path / "new").exists()


def test_a_fifo_that_somebody_reads_is_refused_too(control: Dir, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "wizard.h.log")
    reader = os.open(tmp_path / "wizard.h.log", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(UnsupportedEntryError):
            append(control, "h", b"line\n")
    finally:
        os.close(reader)


def test_no_descriptor_is_left_open(control: Dir, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "wizard.fifo.log")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        append(control, "h", b"line\n")
        tail(control, "h", 1)
        with pytest.raises(UnsupportedEntryError):
            append(control, "fifo", b"line\n")
    assert len(os.listdir("/proc/self/fd")) == before


def _write_many(folder: str, mark: str) -> None:
    with Dir.open(folder) as control:
        for number in range(200):
            append(control, "h", format_line(AT, "INFO", "h", RUN, f"{mark}{number} " + mark * 600))


def test_lines_of_several_processes_never_mix(control: Dir, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(str(tmp_path), mark)) for mark in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    found = tail(control, "h", 1000)
    assert len(found) == 600
    assert all(re.search(r"(a\d+ a{600}|b\d+ b{600}|c\d+ c{600})$", line) for line in found)
