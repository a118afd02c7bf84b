"""Every file operation of a run's life fails once, and from some moment on: never a false "verified", never a loss."""

from __future__ import annotations

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from exlab_wizard.errors import StagingError
from tests.support.driver import Driver, inline
from tests.support.figures import Effort
from tests.support.life import Life
from tests.support.seam import CALLS, Seam

pytestmark = pytest.mark.sweep
ERRORS = [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ESTALE, errno.EROFS, errno.EACCES]
LEAST = {"open": 200, "read": 60, "write": 30, "fsync": 40, "close": 200, "rename": 15, "unlink": 10, "mkdir": 20}


def roots(life: Life) -> dict[str, Path]:
    staging = life.lab.staging
    return {"staging": staging, "state": staging / ".exlab-wizard", "nas": life.lab.nas}


def troubled_life(life: Life, seam: Seam, told: Path) -> None:
    """A station that goes on through whatever fails, as its threads do; what nobody expected is written to `told`."""
    with seam, inline():
        try:
            driver = Driver(life.lab.config)
        except (OSError, StagingError):
            return  # it is tried again, in the next life
        for work in (driver.look, driver.step) * 5 + (lambda: driver.clear(life.run),) + (driver.look, driver.step) * 2:
            try:
                work()
            except (StagingError, TimeoutError, OSError):  # refused, still waiting, or logged and tried again
                continue
            except Exception as error:  # noqa: BLE001 - the threads log it and go on
                told.write_text(f"{told.read_text() if told.exists() else ''}{type(error).__name__}: {error}\n")


def _excused(path: str, seam: Seam) -> bool:
    """A NAS that lets nothing be removed keeps the folder for temporaries until the run is next worked on."""
    return seam.kind == "unlink" and seam.lasting and path.endswith("/incoming")


def in_a_child(work: Callable[[], object]) -> None:
    """A fresh process for each fault: none inherits what another left open."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def counted(base: Path) -> Counter[str]:
    life = Life(base / "counted")
    seam = Seam(roots(life))
    troubled_life(life, seam, base / "told")
    life.check_end("the counted life")
    assert not (base / "told").exists()
    return seam.counts


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", list(CALLS))
def test_each_operation_failing(quick_path: Path, kind: str, effort: Effort, figure: Callable[[str], None]) -> None:
    number_of = counted(quick_path)[kind]
    assert number_of >= LEAST.get(kind, 30)
    wrong: list[str] = []
    cases = 0
    for number in range(1, number_of + 1, effort.of(5, 1, 1)):
        for lasting in (False, True):
            for error in ERRORS if effort is Effort.LONG else [ERRORS[(number + 3 * lasting) % len(ERRORS)]]:
                cases += 1
                wrong += one_case(quick_path / str(cases), Seam({}, kind, number, error, lasting))
    figure(f"errno, {kind}: {cases} cases over {number_of} occurrences, 0 false verified, 0 lost; in-process seam")
    assert not wrong, "\n".join(wrong)


def one_case(base: Path, seam: Seam) -> list[str]:
    """A life with the fault and one without; everything that was not as it must be."""
    life = Life(base)
    seam.roots = roots(life)
    what = f"{seam.kind} #{seam.number} {errno.errorcode[seam.error]} {'lasting' if seam.lasting else 'once'}"
    in_a_child(lambda: troubled_life(life, seam, base / "told"))
    wrong = life.promise.broken()
    try:
        life.live()
    except Exception as error:  # noqa: BLE001 - told with all the others
        wrong.append(f"the next life: {error!r}")
    wrong += life.promise.broken() + [f"left: {path}" for path in life.promise.leftovers() if not _excused(path, seam)]
    if not life.promise.cleared():
        wrong.append("not cleared")
    if (base / "told").exists():
        wrong += set((base / "told").read_text().splitlines())
    shutil.rmtree(base)
    return [f"{what}: {line}" for line in wrong]
