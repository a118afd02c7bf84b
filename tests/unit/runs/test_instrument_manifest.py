"""The instrument's own manifest: what is accepted, what is refused with which words, and what is still missing."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.runs import instrument_manifest
from exlab_wizard.runs.instrument_manifest import (
    InstrumentManifest,
    InstrumentManifestError,
    Listed,
    missing,
    parse_instrument_manifest,
)

SHA = "ab" * 32


def manifest_of(*entries: Any, **extra: Any) -> bytes:
    return json.dumps({"files": list(entries), **extra}).encode()


def one(path: Any, size: Any = 1, **extra: Any) -> bytes:
    return manifest_of({"path": path, "size": size, **extra})


def test_a_plain_manifest_gives_sizes_and_optional_hashes() -> None:
    parsed = parse_instrument_manifest(
        manifest_of({"path": "a.tif", "size": 0}, {"path": "z/b c.tif", "size": 7, "sha256": SHA}, vendor={"x": [1.5]})
    )
    assert parsed.files == {"a.tif": Listed(0, None), "z/b c.tif": Listed(7, SHA)}


@pytest.mark.parametrize(
    ("data", "files"),
    [
        (b"\xef\xbb\xbf" + one("a"), {"a": Listed(1, None)}),
        (one("./a/b"), {"a/b": Listed(1, None)}),
        (one("a", sha256=SHA.upper()), {"a": Listed(1, SHA)}),
        (one("a", sha256=None), {"a": Listed(1, None)}),
        (one("a", note="kept out"), {"a": Listed(1, None)}),
        (one("deep/.exlab-wizard/a"), {"deep/.exlab-wizard/a": Listed(1, None)}),
        (one("line\nbreak"), {"line\nbreak": Listed(1, None)}),
        (one("µ/日本.tif"), {"µ/日本.tif": Listed(1, None)}),
        (one("a", 2**63 - 1), {"a": Listed(2**63 - 1, None)}),
        (one("..a"), {"..a": Listed(1, None)}),
        (one("undecodable-\udcff"), {"undecodable-\udcff": Listed(1, None)}),
    ],
)
def test_harmless_oddities_are_accepted(data: bytes, files: dict[str, Listed]) -> None:
    assert parse_instrument_manifest(data).files == files


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\0" * 512, "not valid JSON"),
        (b"hello", "not valid JSON"),
        (one("a")[:-5], "half written"),
        (b'{"files": [{"path": "a', "half written"),
        ('{"files": [{"path": "ä'.encode()[:-1], "half written"),
        (one("a") + b"x", "not valid JSON"),
        (one("a").decode().encode("utf-16"), "UTF-16"),
        (b"\xff\xff", "UTF-8"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", 'no list "files"'),
        (b'{"files": {"path": "a", "size": 1}}', 'no list "files"'),
        (b'{"files": []}', "lists no files"),
        (manifest_of("a.tif"), "entry 1 is not an object"),
        (manifest_of({"path": "a", "size": 1}, None), "entry 2 is not an object"),
        (manifest_of({"size": 1}), "no path"),
        (one(""), "no path"),
        (one(["a"]), "no path"),
        (manifest_of({"path": "a", "size": 1}, {"path": "a", "size": 1}), "'a' twice"),
        (manifest_of({"path": "a", "size": 1}, {"path": "./a", "size": 2}), "'a' twice"),
        (b'{"files": [{"path": "a", "size": 1, "size": 2}]}', "'size' twice"),
        (b'{"files": [], "files": [{"path": "a", "size": 1}]}', "'files' twice"),
        (one("/etc/passwd"), "absolute"),
        (one("C:\\data\\a"), "absolute"),
        (one("c:/data/a"), "absolute"),
        (one("\\\\server\\share\\a"), "absolute"),
        (one(".//etc"), "absolute"),
        (one("../a"), '".."'),
        (one("a/../../b"), '".."'),
        (one("a/.."), '".."'),
        (one("..\\..\\a"), '".."'),
        (one("a\\..\\b"), '".."'),
        (one("./"), "empty or dot segment"),
        (one("a//b"), "empty or dot segment"),
        (one("a/./b"), "empty or dot segment"),
        (one("a/"), "empty or dot segment"),
        (one("."), "empty or dot segment"),
        (one(".exlab-wizard"), "not data"),
        (one(".exlab-wizard/ingest.json"), "not data"),
        (one("./.exlab-wizard/ingest.json"), "not data"),
        (one("a\0b"), "NUL"),
        (one("a" * 5000), "not a possible file name"),
        (one("é" * 2500), "not a possible file name"),
        (one("\ud800"), "not a possible file name"),
        (one("\udcc3\udca9"), "not a possible file name"),  # would read back as another string than it was written
        (manifest_of({"path": "a"}), "no size"),
        (one("a", -1), "no size"),
        (one("a", 1.0), "no size"),
        (one("a", "1"), "no size"),
        (one("a", True), "no size"),
        (one("a", None), "no size"),
        (one("a", 2**63), "no size"),
        (one("a", float("nan")), "NaN"),
        (one("a", 1, other=float("inf")), "Infinity"),
        (b'{"files": [{"path": "a", "size": 1e999}]}', "too large"),
        (b'{"files": [{"path": "a", "size": ' + b"9" * 5000 + b"}]}", "too long"),
        (one("a", sha256="abc"), "sha256"),
        (one("a", sha256=5), "sha256"),
        (one("a", sha256="g" * 64), "sha256"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(data: bytes, word: str) -> None:
    with pytest.raises(InstrumentManifestError) as refusal:
        parse_instrument_manifest(data)
    sentence = str(refusal.value)
    assert sentence.startswith("The instrument's manifest cannot be used: ") and sentence.endswith(".")
    assert word in sentence
    assert len(sentence) < 400 and sentence.isprintable()
    sentence.encode("utf-8")  # can be stored, logged and sent


def test_size_and_entry_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InstrumentManifestError, match="larger than 33,554,432 bytes"):
        parse_instrument_manifest(b" " * (32 * 1024 * 1024 + 1))
    monkeypatch.setattr(instrument_manifest, "MAX_ENTRIES", 2)
    entries = [{"path": name, "size": 1} for name in "abc"]
    assert len(parse_instrument_manifest(manifest_of(*entries[:2])).files) == 2
    with pytest.raises(InstrumentManifestError, match="more than 2 files"):
        parse_instrument_manifest(manifest_of(*entries))


@pytest.mark.parametrize("item", [b"[],", b"{},", b'"",', b"0,"])
def test_a_file_that_would_swell_in_memory_is_refused_at_once(item: bytes) -> None:
    data = b'{"files": [' + item * 9_000_000 + b"0]}"
    started = time.monotonic()
    with pytest.raises(InstrumentManifestError, match="more values"):
        parse_instrument_manifest(data[: instrument_manifest.MAX_BYTES])
    assert time.monotonic() - started < 2


def test_missing_tells_absent_from_wrong_size() -> None:
    manifest = InstrumentManifest({"a": Listed(1, None), "d/b": Listed(2000, None), "c": Listed(0, None)})
    assert missing(manifest, {"a": 1, "d/b": 2000, "c": 0, "extra": 9}) == []
    assert missing(manifest, {"a": 1, "d/b": 1999}) == [
        "'d/b' has 1,999 bytes, the instrument's manifest says 2,000",
        "'c' is not there yet (0 bytes)",
    ]


def test_missing_names_the_windows_separator_as_the_cause() -> None:
    manifest = InstrumentManifest({"d\\b.tif": Listed(5, None)})
    assert missing(manifest, {"d/b.tif": 5}) == [
        "'d\\\\b.tif' is not there: the manifest must write / between folder and file name"
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["files", "path", "size", "x"]), inner),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_at_all_cause_another_exception(data: bytes) -> None:
    try:
        parsed = parse_instrument_manifest(data)
    except InstrumentManifestError:
        return
    assert parsed.files


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "..", ".", "", "/x", "\0", ".exlab-wizard", "b/c", "é", "\udc80", "a\\..\\b"])
            | st.text(max_size=6),
            st.integers(-2, 2**64) | st.booleans() | st.floats(),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_is_accepted_stays_inside_the_run_and_can_be_a_file(entries: list[tuple[str, Any]]) -> None:
    try:
        parsed = parse_instrument_manifest(manifest_of(*({"path": path, "size": size} for path, size in entries)))
    except InstrumentManifestError:
        return
    assert len(parsed.files) == len(entries)
    for path, listed in parsed.files.items():
        inside = os.path.normpath(os.path.join("/run", path))
        assert inside == "/run/" + path and not path.startswith(".exlab-wizard/")
        assert os.fsdecode(os.fsencode(path)) == path
        assert type(listed.size) is int and 0 <= listed.size < 2**63
