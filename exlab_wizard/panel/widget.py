"""Owns the staging panel as a Jupyter widget; its browser part talks to the server itself, so this side is small."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from exlab_wizard.panel.bundle import module_text, style_text

_PLAIN = (
    "StagingPanel: this place cannot show the live table. In JupyterLab and Notebook it needs the package anywidget in "
    "the server's environment too; anywhere else, `exlab-wizard list` shows the same."
)


class StagingPanel(anywidget.AnyWidget):
    """The live staging table, in JupyterLab and Jupyter Notebook.

    The page asks the server's REST API itself, with its own sign-in: the table goes on while a cell runs and when the
    kernel is gone. Nothing needs to be passed.
    """

    _esm = module_text()
    _css = style_text()

    base_url = traitlets.Unicode(help="path of the Jupyter server, as '/user/ada/'; empty: the page's").tag(sync=True)
    snapshot = traitlets.Dict(help="the last table (at most 100 runs), shown until a server answers").tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle:
            bundle[0]["text/plain"] = _PLAIN
        return bundle
