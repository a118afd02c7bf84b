"""A kernel whose server lacks the widget's browser half: the panel says what to install where."""

from __future__ import annotations

from collections.abc import Callable

from exlab_wizard.demo.server import ServerProcess
from tests.client.kernels import run_in_kernel
from tests.support.lab import Lab
from tests.support.waiting import wait_for

SHOW = """
import warnings
from exlab_wizard import StagingPanel
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    StagingPanel(), StagingPanel()
print(*(warning.message for warning in caught), sep="\\n")
print(len(StagingPanel().snapshot["station"]["staging_root"]) > 0)
"""


def test_a_server_without_anywidget_is_named(start_server: Callable[..., ServerProcess], lab: Lab) -> None:
    empty = {"labextensions_path": [str(lab.base)], "extra_labextensions_path": []}
    bare = {"LabApp": empty, "ServerApp": {"jpserver_extensions": {"jupyterlab": True}}}
    server = start_server(lab.write_config(), settings=bare)
    wait_for(lambda: server.get("staging/overview").status_code == 200, 30, "the first listing")
    said = run_in_kernel(server, SHOW)
    assert said.count("The Jupyter server at") == 1, said
    assert f"{server.url} lacks anywidget and ipywidgets" in said
    assert "pip install anywidget ipywidgets" in said and "reload the page" in said


def test_a_server_that_has_all_is_not_complained_about(station: ServerProcess) -> None:
    assert run_in_kernel(station, SHOW).split() == ["True"]
