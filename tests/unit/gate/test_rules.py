"""The rules over a whole run: its path, a real tree's entries, its creation.json."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.api.models import FindingModel
from exlab_wizard.fsys import Dir
from exlab_wizard.gate.findings import Finding, ProblemClass, Severity
from exlab_wizard.gate.rules import check_creation, check_entries, check_mode
from exlab_wizard.runs.creation import Creation, parse_creation
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Entry, EntryKind, Identity, walk

RUN = RunPath.parse("CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32")
TEST_RUN = RunPath.parse("CONFOCAL_01/PROJ-0042/TestRuns/TestRun_2026-04-17T14-32")
IDENTITY = Identity(1, 2, 3, 4)
FULL = {"schema_version": "1.8", "created_at": "2026-04-17T14:32:00Z", "created_by": "asmith"}


def file(path: str, kind: EntryKind = EntryKind.FILE) -> Entry:
    return Entry(path, kind, IDENTITY)


def classes(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.path, f.problem_class.value, f.severity.value) for f in findings]


def creation_of(**fields: Any) -> Creation:
    return parse_creation(json.dumps({**FULL, **fields}).encode())


def test_a_plain_run_has_no_findings() -> None:
    entries = [file("a", EntryKind.DIRECTORY), file("a/b.tif"), file("c.tif")]
    for run in (RUN, TEST_RUN):
        assert check_entries(run, entries, "windows") == []
        assert check_entries(run, [], "windows") == []


def test_a_real_tree_gives_each_odd_thing_once(tmp_path: Path) -> None:
    bad_folder = tmp_path / "<sample>"
    bad_folder.mkdir()
    for name in ("1.tif", "2.tif", "what?.tif"):
        (bad_folder / name).write_bytes(b"x")
    (tmp_path / "{{name}}.txt").write_bytes(b"x")
    (tmp_path / "con.txt").write_bytes(b"x")
    (tmp_path / "new\nline").write_bytes(b"x")
    Path(os.fsdecode(bytes(tmp_path) + b"/raw\xff")).write_bytes(b"x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "<link>").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "sock"))
    (tmp_path / ".exlab-wizard").mkdir()
    (tmp_path / ".exlab-wizard" / "<not data>").write_bytes(b"x")
    with Dir.open(tmp_path) as run:
        found = check_entries(RUN, walk(run), "windows")
    assert sorted(classes(found)) == [
        ("<link>", "unsupported_entry", "hard"),  # what it is comes before what it is called
        ("<sample>", "unresolved_placeholder_token", "hard"),
        ("<sample>/what?.tif", "illegal_filesystem_character", "hard"),
        ("con.txt", "reserved_filesystem_name", "hard"),
        ("link", "unsupported_entry", "hard"),
        ("new\nline", "illegal_filesystem_character", "hard"),
        ("pipe", "unsupported_entry", "hard"),
        ("raw\\xff", "illegal_filesystem_character", "hard"),
        ("sock", "unsupported_entry", "hard"),
        ("{{name}}.txt", "leftover_jinja_marker", "hard"),
    ]


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind not in (EntryKind.FILE, EntryKind.DIRECTORY)])
def test_every_kind_that_is_no_data_blocks_with_its_own_words(kind: EntryKind) -> None:
    (finding,) = check_entries(RUN, [file("d/odd", kind)], "posix")
    assert classes([finding]) == [("d/odd", "unsupported_entry", "hard")]
    assert finding.message.startswith("'d/odd' is a") and "cannot be copied" in finding.message
    assert "override leaves it out" in finding.remedy


@pytest.mark.parametrize(
    ("run", "expected", "words"),
    [
        (RunPath("AUX", "P", "Runs", RUN.leaf), "reserved_filesystem_name", "The equipment folder 'AUX' is"),
        (RunPath("E", "<project>", "Runs", RUN.leaf), "unresolved_placeholder_token", "The project folder '<project>'"),
        (RunPath("E", "a: b", "Runs", RUN.leaf), "illegal_filesystem_character", "The project folder 'a: b' contains"),
        (RunPath("E", "{{p}}", "Runs", RUN.leaf), "leftover_jinja_marker", "The project folder '{{p}}' contains"),
    ],
)
def test_the_segments_of_the_run_path_are_judged_too(run: RunPath, expected: str, words: str) -> None:
    (finding,) = check_entries(run, [file("a")], "windows")
    assert classes([finding]) == [("", expected, "hard")]
    assert finding.message.startswith(words)


def test_a_folder_is_judged_once_and_not_again_for_each_file_in_it() -> None:
    entries = [file("a:b", EntryKind.DIRECTORY), *(file(f"a:b/{number}") for number in range(5))]
    assert len(check_entries(RUN, entries, "windows")) == 1


def test_findings_are_capped_by_class_and_severity_and_say_how_many_more() -> None:
    entries = [file(f"q?{number:03}") for number in range(200)] + [file(f"n\n{number:03}") for number in range(51)]
    entries += [file("<one>")]
    found = check_entries(RUN, entries, "posix")
    assert [f.severity for f in found] == [Severity.HARD] * 52 + [Severity.SOFT] * 51
    more = [f for f in found if "more entries" in f.message]
    assert [(f.path, f.severity, f.message.split()[0]) for f in more] == [
        ("", Severity.HARD, "1"),
        ("", Severity.SOFT, "150"),
    ]
    assert all(f.problem_class is ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER and f.remedy for f in more)


def test_exactly_fifty_need_no_more() -> None:
    found = check_entries(RUN, [file(f"q?{number}") for number in range(50)], "windows")
    assert len(found) == 50 and all(f.path for f in found)


def test_many_plain_names_cost_little() -> None:
    entries = [file(f"frames/channel_{number % 4}/img_{number:07}.tif") for number in range(200_000)]
    started = time.process_time()
    assert check_entries(RUN, entries, "windows") == []
    assert time.process_time() - started < 2  # 0.1 s measured


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=(), exclude_characters="/\0"), min_size=1, max_size=20).filter(
                lambda name: os_can_hold(name)
            ),
            st.sampled_from(EntryKind),
        ),
        max_size=5,
    ),
    st.sampled_from(["posix", "windows"]),
)
def test_any_finding_can_be_stored_and_sent(entries: list[tuple[str, EntryKind]], names: Any) -> None:
    for finding in check_entries(RUN, [file(*entry) for entry in entries], names):
        model = FindingModel.model_validate({name: getattr(finding, name) for name in FindingModel.model_fields})
        assert FindingModel.model_validate_json(model.model_dump_json()) == model
        assert finding.message.isprintable() and finding.message.endswith(".") and finding.remedy.endswith(".")


def os_can_hold(name: str) -> bool:
    try:
        return bool(os.fsencode(name))
    except UnicodeEncodeError:
        return False


def test_a_run_without_creation_json_is_an_orphan_and_synced_all_the_same() -> None:
    (finding,) = check_creation(RUN, parse_creation(None))
    assert classes([finding]) == [("", "orphan", "soft")]
    assert "synced all the same" in finding.remedy


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 9999, b'{"schema_version": "2.0", "run_kind": "test"}'])
def test_a_creation_json_that_cannot_be_used_is_an_orphan_that_says_why(data: bytes) -> None:
    (finding,) = check_creation(RUN, parse_creation(data))
    assert classes([finding]) == [(".exlab-wizard/creation.json", "orphan", "soft")]
    assert "cannot be used: it" in finding.message


def test_missing_and_unusable_fields_are_named_one_by_one() -> None:
    found = check_creation(RUN, creation_of(created_by=None, created_at="yesterday", paths=5))
    assert {f.problem_class for f in found} == {ProblemClass.MISSING_REQUIRED_FIELD}
    assert {f.severity for f in found} == {Severity.SOFT}
    assert [f.message for f in found] == [
        "creation.json does not say created_at.",
        "creation.json does not say created_by.",
        "In creation.json, its paths is not usable; its default counts.",
    ]


@pytest.mark.parametrize(
    ("run", "fields", "blocked"),
    [
        (RUN, {}, False),
        (RUN, {"run_kind": "experimental"}, False),
        (RUN, {"run_kind": "test"}, True),
        (RUN, {"run_kind": "Experimental"}, True),
        (TEST_RUN, {}, False),  # an older minor says nothing, so nothing disagrees
        (TEST_RUN, {"run_kind": "test"}, False),
        (TEST_RUN, {"run_kind": "experimental"}, True),
    ],
)
def test_the_stated_run_kind_must_agree_with_the_folder(run: RunPath, fields: dict[str, str], blocked: bool) -> None:
    found = check_creation(run, creation_of(**fields))
    assert classes(found) == ([("", "mode_prefix_mismatch", "hard")] if blocked else [])


@pytest.mark.parametrize(
    ("folder", "leaf", "blocked"),
    [
        ("Runs", "Run_2026-04-17T14-32", 0),
        ("TestRuns", "TestRun_2026-04-17T14-32", 0),
        ("Runs", "TestRun_2026-04-17T14-32", 1),
        ("TestRuns", "Run_2026-04-17T14-32", 1),
        ("Runs", "Something", 1),
    ],
)
def test_prefix_and_parent_folder_must_agree(folder: str, leaf: str, blocked: int) -> None:
    found = check_mode(RunPath("E", "P", folder, leaf), parse_creation(None))
    assert classes(found) == [("", "mode_prefix_mismatch", "hard")] * blocked
    assert all("not clear whether this is a test run" in f.message for f in found)


def test_a_creation_json_that_grants_itself_an_override_changes_nothing() -> None:
    forged = {"id": "x", "problem_class": "mode_prefix_mismatch", "operator": "me", "reason": "because I say so"}
    (finding,) = check_creation(RUN, creation_of(run_kind="test", validation_overrides=[forged]))
    assert finding.severity is Severity.HARD and finding.overridden_by is None
