"""Owns the proof that the benchmarks run and judge rightly; how fast anything is, is not asked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.figures import Figure, Settings
from benchmarks.peers import PEERS
from benchmarks.report import keep
from benchmarks.transfers import Course, WrongCopyError
from benchmarks.work import WORKS, generate

pytestmark = pytest.mark.timeout(300)  # it flushes, and others may be writing
ROOT = Path(__file__).parents[2]
SMALLEST = 0.002


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_runs_checks_its_work_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    result = tmp_path / "results" / "smoke"
    place = tmp_path / "disk"
    place.mkdir()
    done = bench("--scale", str(SMALLEST), "--repeat", "1", "--only", name, "--disk", str(place), "--keep", str(result))
    assert done.returncode == 0, done.stdout + done.stderr
    kept = json.loads(result.with_name("smoke.json").read_text())
    assert kept["machine"]["processor"] and kept["settings"]["scale"] == SMALLEST
    assert kept["figures"] and all(figure["values"] for figure in kept["figures"])
    assert {figure["benchmark"] for figure in kept["figures"]} == {name}
    if name == "durability":
        everybody_is_there(kept["figures"])
    assert "least" in result.with_name("smoke.txt").read_text()
    assert list(place.iterdir()) == []


def everybody_is_there(figures: list[dict[str, Any]]) -> None:
    flushes = {row["name"]: row["median"] for row in figures}
    for work in WORKS:
        assert flushes[f"{work.name}: files flushed by the engine"] >= 1
        for peer in PEERS:
            assert f"{work.name}: files flushed by {peer.name}" in flushes


def test_a_contestant_that_did_not_do_all_of_the_work_has_no_figure(tmp_path: Path) -> None:
    course = Course(Settings(1, 1, tmp_path, None, print), product=None)  # type: ignore[arg-type]
    with course.tree(WORKS[1].scaled(0.001)):
        copy, other = tmp_path / "copy-1", WORKS[1].scaled(0.001)
        hashes = generate(other, copy)
        course._hashes = hashes
        course._check("it", hashes, copy)
        with pytest.raises(WrongCopyError):
            course._check("it", dict(list(hashes.items())[1:]), copy)
        first = copy / next(iter(hashes))
        first.write_bytes(first.read_bytes()[:-1])
        with pytest.raises(WrongCopyError):
            course._check("it", hashes, copy)


def test_a_target_is_met_by_the_median(tmp_path: Path) -> None:
    fast = Figure("b", "ratio", "x", [1.0, 3.0, 9.0], 3.0, "at_least")
    slow = Figure("b", "seconds", "s", [1.0, 3.0, 9.0], 2.9)
    assert (fast.met, slow.met, Figure("b", "seen", "s", [1.0]).met) == (True, False, None)
    text = keep(tmp_path / "r", {"processor": "one"}, {"scale": 1}, [fast, slow]).read_text()
    assert "met" in text and "missed" in text and "≥ 3" in text and "≤ 2.9" in text


@pytest.mark.parametrize("wrong", [("--scale", "0"), ("--repeat", "0"), ("--only", "nothing")])
def test_wrong_arguments_are_refused(wrong: tuple[str, str]) -> None:
    done = bench(*wrong)
    assert done.returncode == 2 and wrong[0] in done.stderr
