"""What Python may say to a panel and hear from it: choices checked by name, traits to observe, a data frame."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
import traitlets

from exlab_wizard import StagingPanel, connect
from exlab_wizard.client import ConnectionProblem
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.panel.choice import STATES
from tests.support.waiting import wait_for

Push = Callable[..., str]
FIGURES = {
    "runs", "bytes_here", "bytes_not_safe", "needs_attention", "bytes_per_second", "seconds_left", "text",
}  # fmt: skip


@pytest.fixture
def two_runs(beside: ServerProcess, push: Push) -> tuple[str, str]:
    """A verified run, and one whose instrument is still writing."""
    done, open_ = push(), push("PROJ-0007", done=False)
    with connect() as client:
        wait_for(lambda: done in client.list(states="Verified").paths, 30, "the first run to be verified")
        wait_for(lambda: open_ in client.list(states="Receiving").paths, 30, "the second run to be seen")
    return done, open_


@pytest.mark.usefixtures("alone")
def test_choices_are_taken_as_people_write_them() -> None:
    panel = StagingPanel(equipment="confocal_01", states=["verified", "FAILED", "Verified"], height=320)
    assert (panel.equipment, panel.states, panel.height) == (["CONFOCAL_01"], ["Verified", "Failed"], "320px")
    panel.equipment, panel.states, panel.height = ["A_1", "B_2"], None, "60vh"
    assert (panel.equipment, panel.states, panel.height) == (["A_1", "B_2"], [], "60vh")
    panel.height = None
    assert panel.height == ""


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"states": "verifed"}, ["'verifed' is no state", "did you mean 'Verified'?", *STATES]),
        ({"states": ["Verified", 3]}, ["3 is neither"]),
        ({"states": 7}, ["states is a word as 'Verified'", "not 7"]),
        ({"equipment": [""]}, ["equipment is an id as 'CONFOCAL_01'"]),
        ({"equipment": {"a": 1}}, ["equipment is an id"]),
        ({"height": "tall"}, ["'400px', '30em' or '60vh'", "'tall'"]),
        ({"height": "1px;background:red"}, ["number of pixels"]),
        ({"height": -3}, ["number of pixels"]),
        ({"height": True}, ["number of pixels"]),
        ({"selected": 5}, ["selected is a list of run paths"]),
    ],
)
def test_a_wrong_choice_is_refused_by_name_before_and_after(choice: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(traitlets.TraitError) as caught:
        StagingPanel(**choice)
    assert all(word in str(caught.value) for word in said), caught.value
    panel = StagingPanel()
    with pytest.raises(traitlets.TraitError):
        panel.set_trait(*next(iter(choice.items())))


@pytest.mark.usefixtures("alone")
def test_without_a_server_it_can_be_made_and_says_why_it_is_empty() -> None:
    panel = StagingPanel()
    assert (panel.runs, panel.summary, panel.snapshot, panel.selected) == ([], {}, {}, [])
    bundle = panel._repr_mimebundle_()
    assert bundle is not None and "text/html" not in bundle[0]
    assert "No Jupyter server of yours is running here." in bundle[0]["text/plain"]
    with pytest.raises(ConnectionProblem, match="No Jupyter server"):
        panel.table()


def test_runs_and_summary_are_there_without_a_page(two_runs: tuple[str, str]) -> None:
    done, open_ = two_runs
    panel = StagingPanel()
    paths = [run["path"] for run in panel.runs]
    assert paths.index(open_) < paths.index(done), "what comes stands before what is done"
    assert set(panel.summary) == FIGURES
    assert panel.summary["bytes_not_safe"] > 0 and "not verified on the NAS yet." in panel.summary["text"]
    assert {row["path"] for row in panel.snapshot["rows"]} == set(paths)

    only = StagingPanel(states="Verified", equipment="CONFOCAL_01")
    assert done in [run["path"] for run in only.runs] and open_ not in [run["path"] for run in only.runs]
    assert only.summary == panel.summary, "the first sentence counts what is not shown, too"
    other = StagingPanel(equipment="SEM_99")
    assert other.runs == [] and other.summary["text"] == "0 runs, 0 B on this computer."


def test_what_python_observes_changes_with_the_station(two_runs: tuple[str, str], push: Push) -> None:
    panel, heard = StagingPanel(), []
    panel.observe(lambda change: heard.append(change["name"]), ["runs", "summary", "selected"])
    late = push("PROJ-0008", done=False)
    with connect() as client:
        wait_for(lambda: any(row.path == late for row in client.list()), 30, "the late run to be listed")
    panel.refresh()
    panel.selected = client_row = [late]
    assert heard == ["runs", "summary", "selected"]
    assert client_row == panel.selected and late in [run["path"] for run in panel.runs]
    with connect() as client:
        panel.selected = client.list(states="Receiving")
    assert late in panel.selected and set(panel.selected) <= {run["path"] for run in panel.runs}


def test_the_table_is_a_data_frame_read_now(two_runs: tuple[str, str]) -> None:
    done, open_ = two_runs
    panel = StagingPanel(equipment="CONFOCAL_01")
    panel.runs = []
    frame = panel.table().set_index("path")
    assert frame.loc[done, "display_state"] == "Verified" and frame.loc[open_, "display_state"] == "Receiving"
    assert str(frame["last_activity_at"].dtype).startswith("datetime64") and frame["last_activity_at"].dt.tz
    assert frame.loc[done, "proven_at"] >= frame.loc[done, "last_activity_at"]
    assert {"fraction", "bytes_per_second", "seconds_left", "phase"} <= set(frame.columns)
    empty = StagingPanel(equipment="SEM_99").table()
    assert len(empty) == 0 and list(empty.columns) == list(panel.table().columns)


def test_without_pandas_the_table_says_what_to_do(beside: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install pandas.*panel\.runs"):
        StagingPanel().table()


@pytest.mark.usefixtures("alone")
def test_without_anywidget_the_import_names_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("exlab_wizard.panel")]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *more: Any, **rest: Any) -> Any:
        if name == "anywidget":
            raise ModuleNotFoundError("No module named 'anywidget'", name="anywidget")
        return real(name, *more, **rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError) as caught:
        __import__("exlab_wizard.panel")
    assert f"{sys.executable} -m pip install anywidget" in str(caught.value)


@pytest.mark.usefixtures("alone")
def test_it_stands_in_boxes_and_several_do_not_share() -> None:
    one, other = StagingPanel(states="Failed"), StagingPanel()
    box = ipywidgets.VBox([one, ipywidgets.Tab([other])])
    other.selected = ["A/P/Runs/Run_1"]
    assert one.selected == [] and box.children[0] is one


@pytest.mark.usefixtures("alone")
def test_the_page_alone_writes_what_it_writes() -> None:
    panel = StagingPanel()
    for name in ("runs", "summary"):
        assert panel.trait_metadata(name, "echo_update") is False, "else every update would be sent back"
