"""The order of writes of a clearing: what must be on a medium before the first file is unlinked, and after the last."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from exlab_wizard.clearing import clear, unlink
from exlab_wizard.clearing.holding import Holding
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.clearing import ClearBench
from tests.support.durable import Durable


def test_receipts_marker_and_moved_names_are_on_their_medium_before_anything_is_deleted(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable = Durable(monkeypatch, bench.staging, bench.state_dir, bench.nas)
    real, lacking = clear.unlink_proven, []

    def unlink_proven(*args: Any) -> None:
        lacking.append(durable.lacking())
        real(*args)

    monkeypatch.setattr(clear, "unlink_proven", unlink_proven)
    bench.cleared()
    assert lacking == [[]]
    assert durable.lacking(bench.state_dir, bench.nas) == []


def test_what_is_put_back_is_on_its_medium(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    durable = Durable(monkeypatch, bench.staging, bench.state_dir)

    def fail(*_: object) -> None:
        bench.write({"stack/late.raw": b"late"})  # a folder in the way: what was moved is put back into it
        _fail()

    monkeypatch.setattr(clear, "look_again", fail)
    assert bench.error().error_class is ErrorClass.SOURCE_IO
    assert bench.local_data() == {**bench.files, "stack/late.raw": b"late"}
    assert durable.lacking() == [str(bench.run / "stack/late.raw")]  # its bytes are its writer's to flush


def test_what_is_left_of_a_clearing_given_up_is_on_its_medium(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable = Durable(monkeypatch, bench.staging, bench.state_dir)
    real = unlink._Unlinker.unlink

    def unlink_one(self: Any, path: str, *more: Any) -> bool:
        return _fail() if path == "frame_0002.tif" else real(self, path, *more)

    def put_back(self: Holding, run: Any) -> list[str]:
        told.append((self.giving_up(), durable.lacking(bench.run_control / f"clearing-{self.clearing_id}")))
        return real_put_back(self, run)

    real_put_back, told = Holding.put_back, list[tuple[bool, list[str]]]()
    monkeypatch.setattr(unlink._Unlinker, "unlink", unlink_one)
    monkeypatch.setattr(Holding, "put_back", put_back)
    assert bench.clear().data["partial"]
    assert told[0][0] and not [path for path in told[0][1] if path.endswith(("json", "clearing-c2"))]
    assert 0 < len(bench.local_data()) < len(bench.files)
    assert durable.lacking() == []


def _fail(*_: object) -> Any:
    raise OSError(errno.EIO, "Input/output error")
