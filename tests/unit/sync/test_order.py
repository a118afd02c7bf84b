"""The order of writes on the way to the NAS: what must be on a medium before the next step is taken."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.sync.engine import publish
from tests.support.durable import Durable
from tests.support.engine import Bench

FILES = {"scan_0001.h5": b"one" * 1000, "deep/er/scan_0002.h5": b"two" * 2000, "empty": b""}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.write(FILES)
    return made


def test_what_is_told_as_verified_is_on_its_medium(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    durable = Durable(monkeypatch, bench.nas, bench.state_dir)
    (bench.run / "hollow").mkdir()
    digest = bench.sync()["manifest_digest"]
    assert durable.lacking() == []
    bench.write({"scan_0001.h5": b"another version", "late": b"late"})
    bench.sync(previous_digest=digest)
    assert set(bench.superseded()) == {"scan_0001.h5", ".exlab-wizard/checksums.sha256"}
    assert durable.lacking() == []


def test_the_claim_is_on_its_medium_before_the_first_name_is_given(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable = Durable(monkeypatch, bench.nas)
    real, lacking = publish.rename_noreplace, []

    def rename(*args: Any) -> None:
        lacking.append([*durable.lacking(bench.control), *durable.names_lacking(bench.nas_run.parent)])
        real(*args)

    monkeypatch.setattr(publish, "rename_noreplace", rename)
    bench.sync()
    assert lacking[0] == []


def test_what_is_adopted_is_on_its_medium(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    durable = Durable(monkeypatch, bench.nas, bench.state_dir)
    shutil.copytree(bench.run, bench.nas_run)
    assert bench.sync()["files_adopted"] == len(FILES)
    assert durable.lacking() == []


def test_records_and_the_old_version_are_on_their_medium_before_a_name_is_given(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = bench.sync()["manifest_digest"]
    bench.write({"scan_0001.h5": b"another version"})
    durable = Durable(monkeypatch, bench.nas, bench.state_dir)
    real, lacking = publish.rename_noreplace, []

    def rename(one: Any, name: str, other: Any, new_name: str) -> None:
        if name != new_name:  # a temporary is given its name; an old version keeps its own
            kept = bench.control / "superseded"
            lacking.append(durable.lacking(bench.state_dir, kept) if kept.is_dir() else ["nothing kept"])
        real(one, name, other, new_name)

    monkeypatch.setattr(publish, "rename_noreplace", rename)
    bench.sync(previous_digest=digest)
    assert lacking == [[]]
