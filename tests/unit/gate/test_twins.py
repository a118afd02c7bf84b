"""Names that a folding target takes for one, found in one folder and told with the right weight."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.capabilities import Folding
from exlab_wizard.gate.names import Names
from exlab_wizard.gate.rules import check_entries
from exlab_wizard.gate.twins import TwinFinder
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Entry, EntryKind, Identity

RUN = RunPath.parse("CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32")
NFC, NFD = unicodedata.normalize("NFC", "Übersicht.tif"), unicodedata.normalize("NFD", "Übersicht.tif")
CASE, UNICODE = Folding.CASE, Folding.UNICODE


def found(*paths: str) -> list[str]:
    finder = TwinFinder()
    return [path for path in paths if finder.add(path) is not None]


def test_only_names_of_one_folder_are_twins() -> None:
    assert found("A", "A/scan.tif", "A/z", "A/z/x", "B", "B/SCAN.tif", "a") == ["a"]
    assert found("d", "d/e", "d/e/Scan", "d/Scan", "d/scan", "scan") == ["d/scan"]
    assert found("x/y/z/one", "x/y/z/ONE", "x/w/one") == ["x/y/z/ONE"], "also where folders were not told"


def test_each_of_three_is_told_once() -> None:
    assert found("SCAN", "Scan", "scan") == ["Scan", "scan"]


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=4), unique=True))
def test_any_names_at_all_are_judged(names: list[str]) -> None:
    expected = {unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()) for name in names}
    assert len(found(*names)) == len(names) - len(expected)


@pytest.mark.parametrize(
    ("twins", "names", "folds", "severity"),
    [
        (("Scan.tif", "scan.tif"), "windows", [], "hard"),
        (("Scan.tif", "scan.tif"), "posix", [], "soft"),
        (("Scan.tif", "scan.tif"), "posix", [UNICODE], "soft"),
        (("Scan.tif", "scan.tif"), "posix", [CASE], "hard"),
        ((NFC, NFD), "windows", [], "hard"),
        ((NFC, NFD), "posix", [], "soft"),
        ((NFC, NFD), "posix", [CASE], "soft"),
        ((NFC, NFD), "posix", [UNICODE], "hard"),
        ((NFC, NFD.upper()), "posix", [CASE], "soft"),
        ((NFC, NFD.upper()), "posix", [UNICODE, CASE], "hard"),
    ],
)
def test_twins_block_where_the_target_cannot_tell_them_apart(
    twins: tuple[str, str], names: Names, folds: list[Folding], severity: str
) -> None:
    entries = [Entry(f"d/{name}", EntryKind.FILE, Identity(1, 2, 3, 4)) for name in twins]
    [finding] = check_entries(RUN, entries, names, frozenset(folds))
    assert (finding.problem_class, finding.severity, finding.path) == ("colliding_names", severity, f"d/{twins[1]}")
    assert repr(twins[0]) in finding.message and repr(twins[1]) in finding.message


def test_hard_links_are_one_remark_a_run() -> None:
    entries = [Entry(f"{number}", EntryKind.FILE, Identity(1, 2, 3, 4), links=2) for number in range(1200)]
    [finding] = check_entries(RUN, entries, "posix")
    assert (finding.problem_class, finding.severity) == ("hard_links", "soft")
    assert "1,200 files" in finding.message
