from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.runs.manifest import Manifest, ManifestEntry, format_line, parse_checksums

A, B = "a" * 64, "b" * 64
NAMES = st.binary(min_size=1, max_size=30).filter(lambda name: not {0, 47} & set(name) and name not in (b".", b".."))
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: os.fsdecode(b"/".join(parts)))
FILES = st.dictionaries(PATHS, st.binary(max_size=64).map(lambda data: hashlib.sha256(data).hexdigest()), max_size=8)


@given(FILES)
def test_checksums_round_trip_whatever_the_names(sums: dict[str, str]) -> None:
    manifest = Manifest({path: ManifestEntry(1, sha256) for path, sha256 in sums.items()})
    assert parse_checksums(manifest.to_checksums()) == sums


@given(FILES)
def test_every_line_is_that_of_its_file_in_the_order_of_bytes(sums: dict[str, str]) -> None:
    manifest = Manifest({path: ManifestEntry(1, sha256) for path, sha256 in sums.items()})
    lines = [format_line(path, sums[path]) for path in sorted(sums, key=os.fsencode)]
    assert manifest.to_checksums() == b"".join(lines)


@pytest.mark.parametrize("odd", ["-", "back\\slash", "new\nline", "re\rturn", "\udcff", "\U0001f600"])
def test_one_odd_name_among_plain_ones_changes_no_other_line(odd: str) -> None:
    names = ["a-b/c", "plain", odd]
    manifest = Manifest({name: ManifestEntry(1, A) for name in names})
    assert manifest.to_checksums() == b"".join(format_line(name, A) for name in sorted(names, key=os.fsencode))


@given(FILES)
def test_the_text_does_not_depend_on_the_order_of_finding(sums: dict[str, str]) -> None:
    entries = {path: ManifestEntry(1, sha256) for path, sha256 in sums.items()}
    backwards = dict(reversed(entries.items()))
    assert Manifest(entries).to_checksums() == Manifest(backwards).to_checksums()
    assert Manifest(entries).digest == hashlib.sha256(Manifest(backwards).to_checksums()).hexdigest()


@settings(max_examples=25, deadline=None)
@given(st.sets(NAMES, min_size=1, max_size=5))
def test_sha256sum_itself_accepts_odd_names(tmp_path_factory: pytest.TempPathFactory, names: set[bytes]) -> None:
    folder = os.fsencode(tmp_path_factory.mktemp("odd"))
    entries = {}
    for number, name in enumerate(names):
        data = b"%d" % number
        Path(os.fsdecode(os.path.join(folder, name))).write_bytes(data)
        entries[os.fsdecode(name)] = ManifestEntry(len(data), hashlib.sha256(data).hexdigest())
    check(folder, Manifest(entries), should_hold=True)
    Path(os.fsdecode(os.path.join(folder, min(names)))).write_bytes(b"another")
    check(folder, Manifest(entries), should_hold=False)


def check(folder: bytes, manifest: Manifest, should_hold: bool) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "--strict", "-"],
        input=manifest.to_checksums(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) == should_hold, done.stdout + done.stderr


def test_the_escapes_are_those_of_coreutils() -> None:
    assert format_line("plain.tif", A) == f"{A}  plain.tif\n".encode()
    assert format_line("a\\b", A) == f"\\{A}  a\\\\b\n".encode()
    assert format_line("a\nb\rc", A) == f"\\{A}  a\\nb\\rc\n".encode()
    assert format_line("\udcff", A) == A.encode() + b"  \xff\n"
    assert format_line("-", A) == f"{A}  ./-\n".encode()
    assert parse_checksums(format_line("-", A)) == {"-": A}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{A}  a\n\n{B}  b\n", 2),
        (f"{A} a\n", 1),
        (f"{A[:-1]}  a\n", 1),
        (f"{A.upper()}  a\n", 1),
        (f"{A}  a\n{B}  a\n", 2),
        (f"{A}  \n", 1),
        ("# a comment\n", 1),
        (f"{A}  ../a\n", 1),
        (f"{A}  a\n{B}  b/../../c\n", 2),
        (f"{A}  /etc/passwd\n", 1),
        (f"{A}  a//b\n", 1),
        (f"{A}  ./a\n", 1),
        (f"{A}  a\0b\n", 1),
    ],
)
def test_a_line_that_is_not_one_is_named(text: str, line: int) -> None:
    with pytest.raises(ValueError, match=f"line {line} "):
        parse_checksums(text.encode())


def test_reading_tolerates_what_other_tools_write() -> None:
    assert parse_checksums(b"") == {}
    assert parse_checksums(f"{A} *binary.raw\n{B}  last without newline".encode()) == {
        "binary.raw": A,
        "last without newline": B,
    }


def test_a_manifest_never_shrinks() -> None:
    old = Manifest({"a": ManifestEntry(1, A), "b": ManifestEntry(2, A)})
    new = old.union({"b": ManifestEntry(3, B), "c": ManifestEntry(4, B)})
    assert new.files == {"a": ManifestEntry(1, A), "b": ManifestEntry(3, B), "c": ManifestEntry(4, B)}
    assert new.byte_total == 8
    assert old.byte_total == 3
    assert old.union({}) == old
