"""What a clearing that could not be done tells the one who asked."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from exlab_wizard.clearing import clear
from exlab_wizard.errors import StagingError
from exlab_wizard.station import clearing_desk
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.driver import Driver, inline
from tests.support.life import Life
from tests.support.warm import mapped, refuse_direct_reads


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), "staging_unavailable", "Check the staging disk"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "staging_unavailable", "staging disk is full"),
        (ZeroDivisionError("one of our faults"), "internal_error", "one of our faults"),
    ],
)
def test_a_failing_disk_or_a_fault_of_ours_is_not_a_changed_run(
    tmp_path: Path, error: Exception, code: str, words: str
) -> None:
    life = Life(tmp_path)
    with inline(), Driver(life.lab.config) as driver:
        assert driver.settle(lambda: driver.verified(life.run))
        with mock.patch.object(clear, "prove", side_effect=error), pytest.raises(StagingError) as caught:
            driver.clear(life.run)
        assert (caught.value.code, words in caught.value.message) == (code, True), caught.value
        assert driver.state(life.run) == "sync_verified", "nothing changed"
        assert driver.settle(lambda: driver.verified(life.run))
        assert driver.clear(life.run).files_freed


@pytest.mark.parametrize("reread", [True, False], ids=["read again", "proven before"])
def test_a_copy_read_from_memory_is_verified_but_no_pass_and_not_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reread: bool
) -> None:
    life = Life(tmp_path)
    proof = life.lab.config.proof.model_copy(update={"reread_before_clear": reread})
    config = life.lab.config.model_copy(update={"proof": proof})
    refuse_direct_reads(monkeypatch)
    with inline(), Driver(config) as driver:
        assert driver.settle(lambda: driver.verified(life.run))
        run = driver.run(life.run)
        assert run is not None
        passes = run.durable.proof.passes
        with mapped(next(path for path in (life.lab.nas / life.run).iterdir() if path.suffix == ".tif")):
            driver.force(life.run)
            assert driver.settle(lambda: driver.verified(life.run))
            assert (run.durable.proof.reading, run.durable.proof.passes) == ("warm", passes)
            with pytest.raises(StagingError, match="memory") as caught:
                driver.clear(life.run)
            assert (caught.value.code, run.durable.damage) == ("nas_copy_not_proven", None)
            assert driver.settle(lambda: driver.verified(life.run))
        driver.force(life.run)
        assert driver.settle(lambda: driver.verified(life.run))
        assert run.durable.proof.passes == passes + 1
        assert driver.clear(life.run).files_freed


def test_every_class_of_failure_has_a_code() -> None:
    assert set(clearing_desk._CODES) == set(ErrorClass)
