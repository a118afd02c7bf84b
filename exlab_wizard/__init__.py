"""ExLab-Wizard for Jupyter: the public names, loaded on first use so that importing the package stays light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["ConnectionProblem", "StagingError", "StagingPanel", "WaitFailed", "__version__", "connect"]

if TYPE_CHECKING:
    from exlab_wizard.client import ConnectionProblem, WaitFailed, connect
    from exlab_wizard.errors import StagingError
    from exlab_wizard.panel import StagingPanel

_HOME = {
    "ConnectionProblem": "exlab_wizard.client",
    "StagingError": "exlab_wizard.errors",
    "StagingPanel": "exlab_wizard.panel",
    "WaitFailed": "exlab_wizard.client",
    "connect": "exlab_wizard.client",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from exlab_wizard.extension import ExLabWizard

    return [{"module": "exlab_wizard", "app": ExLabWizard}]
