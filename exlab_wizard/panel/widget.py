"""Owns the staging panel as a Jupyter widget; its browser part talks to the server itself, so this side is small."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import anywidget
import traitlets

STATIC: Final = files("exlab_wizard.panel") / "static"
_PLAIN = (
    "StagingPanel: this place cannot show the live table. In JupyterLab and Notebook it needs the package anywidget in "
    "the server's environment too; anywhere else, `exlab-wizard list` shows the same."
)


class StagingPanel(anywidget.AnyWidget):
    """The live staging table, in JupyterLab and Jupyter Notebook.

    The page asks the server's REST API itself, with its own sign-in: the table goes on while a cell runs and when the
    kernel is gone. Nothing needs to be passed.
    """

    _esm = (STATIC / "widget.js").read_text(encoding="utf-8")
    _css = (STATIC / "staging.css").read_text(encoding="utf-8")

    base_url = traitlets.Unicode(help="path of the Jupyter server, as '/user/ada/'; empty: the page's").tag(sync=True)
    snapshot = traitlets.Dict(help="the last table (at most 100 runs), shown until a server answers").tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle:
            bundle[0]["text/plain"] = _PLAIN
        return bundle
