"""Hostile control files through a whole station: a state and a sentence, the other runs go on, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import SENTINEL, equipment
from tests.support.waiting import wait_for

ALL = {**FILES, SENTINEL: b""}
OTHER = RUN.replace("PROJ-0042", "PROJ 0043")
HOSTILE = {
    "deep": b"[" * 500_000,
    "deep objects": b'{"a":' * 150_000,
    "binary": b"\x00\xff" * 1000,
    "not a number": b'{"schema_version": "1.8", "size": NaN}',
    "huge number": b'{"schema_version": ' + b"9" * 100_000 + b"}",
    "surrogates": b'{"schema_version": "1.8", "created_by": "\\ud800", "level": "\\udfff", "paths": {"\\ud800": 1}}',
    "wrong types": b'{"schema_version": [1], "created_at": {}, "run_kind": ["test"], "paths": 7, "orchestrator": []}',
    "twice": b'{"schema_version": "1.8", "schema_version": "1.9"}',
    "half": b'{"schema_version": "1.8", "created_by": "ki',
    "large": b'{"x": "' + b"y" * (2 << 20) + b'"}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_creation_json(bench: Bench, data: bytes) -> None:
    folder = bench.push(done=False)
    (folder / ".exlab-wizard" / "creation.json").write_bytes(data)
    (folder / SENTINEL).touch()
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL
    detail = bench.station.detail(bench.station.parse_run(RUN))
    detail.model_dump_json().encode()
    assert {finding.problem_class for finding in detail.findings} <= {"orphan", "missing_required_field"}
    assert detail.findings
    assert (folder / ".exlab-wizard" / "creation.json").read_bytes() == data or b"sync_status" in (
        folder / ".exlab-wizard" / "creation.json"
    ).read_bytes()
    assert bench.clear().files_freed == len(ALL)


def ingest(**more: Any) -> bytes:
    entry = {"state": "sync_verified", "at": "2026-04-17T14:35:00Z", "host": "x"}
    base = {"schema_version": "1.1", "run_path": RUN, "current_state": "sync_verified", "history": [entry]}
    return json.dumps({**base, **more}).encode()


INGESTS = {
    "a lie": ingest(),
    "a lie of clearing": ingest(current_state="cleared"),
    "deep": b"[" * 2_000_000,
    "huge number": b'{"schema_version": ' + b"9" * 100_000 + b"}",
    "surrogates": ingest(extra="\ud800", by="\udfff"),
    "many": ingest(history=[{"state": "x", "at": "y", "host": "z"}] * 50_000),
    "many things": b'{"schema_version": "1.1", "history": [' + b"{}," * 4_000_000 + b"{}]}",
    "another's": ingest(run_path="../../etc"),
    "half": ingest()[:-30],
    "too large": b"x" * (20 << 20),
}


@pytest.mark.parametrize("data", INGESTS.values(), ids=list(INGESTS))
def test_an_ingest_json_is_never_a_licence(bench: Bench, data: bytes) -> None:
    """Whatever it says, the run is copied and proven before anything may be cleared."""
    folder = bench.push(done=False)
    (folder / ".exlab-wizard" / "ingest.json").write_bytes(data)
    (folder / SENTINEL).touch()
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL and bench.sums_hold()
    assert [entry["state"] for entry in bench.ingest()["history"]].count("sync_queued") >= 1
    assert bench.clear().files_freed == len(ALL)


CLAIMS = {
    "deep": b"[" * 60_000,
    "another station": json.dumps({"run_path": RUN, "station_id": "x\n" * 1000}).encode(),
    "wrong types": b'{"run_path": [[]], "station_id": {"a": 1}}',
    "empty": b"",
    "large": b" " * (1 << 20),
}


@pytest.mark.parametrize("data", CLAIMS.values(), ids=list(CLAIMS))
def test_a_claim_on_the_nas(late_bench: Bench, data: bytes) -> None:
    bench = late_bench
    control = bench.lab.nas / RUN / ".exlab-wizard"
    control.mkdir(parents=True)
    (control / "claim.json").write_bytes(data)
    bench.start().push()
    bench.push(OTHER)
    bench.wait("sync_verified", OTHER)
    row = bench.wait_shown("Failed")
    assert "The NAS directory" in row.why and len(row.why) < 600 and row.current_state == "sync_queued"
    assert bench.lab.on_nas(RUN) == {}
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert (control / "claim.json").read_bytes() == data


MANIFESTS = {
    "outside": [{"path": "../../../etc/passwd", "size": 1}],
    "absolute": [{"path": "/etc/passwd", "size": 1}],
    "surrogate": [{"path": "\ud800", "size": 1}],
    "nul": [{"path": "a\0b", "size": 1}],
    "control": [{"path": ".exlab-wizard/ingest.json", "size": 1}],
    "huge": [{"path": "scan_0001.tif", "size": 10**30}],
    "boolean": [{"path": "scan_0001.tif", "size": True}],
    "text": ["scan_0001.tif"],
    "nothing": [],
}


@pytest.mark.parametrize("files", MANIFESTS.values(), ids=list(MANIFESTS))
def test_an_instruments_manifest(late_bench: Bench, files: list[Any]) -> None:
    """The run waits and says why; once the instrument pushes a good one, it goes on."""
    bench = late_bench
    bench.lab.data["equipment"] = [
        equipment(bench.lab.nas, completeness_signal="manifest", manifest_filename="manifest.json")
    ]
    bench = Bench(bench.lab).start()
    try:
        folder = bench.push(done=False)
        (folder / "manifest.json").write_text(json.dumps({"files": files}))
        row = wait_for(lambda: (row := bench.row()) and "manifest" in row.why and row, 20)
        assert row.current_state == "staging" and row.why.isprintable()
        assert not (bench.lab.nas / RUN).exists()
        good = [{"path": name, "size": len(data)} for name, data in FILES.items()]
        _replace(folder / "manifest.json", json.dumps({"files": good}))
        bench.wait("sync_verified")
    finally:
        bench.station.stop()


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.rename(path)
