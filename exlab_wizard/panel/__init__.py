"""Owns the panel people see: `StagingPanel` for notebooks, and what `ui/` builds for it in `static/`."""

import sys

try:
    from exlab_wizard.panel.widget import StagingPanel
except ImportError as error:
    if error.name not in ("anywidget", "ipywidgets"):
        raise
    raise ImportError(
        f"StagingPanel needs the package {error.name} in this kernel's environment, and it is not there. "
        f"Run `{sys.executable} -m pip install anywidget`, then restart the kernel.",
        name=error.name,
    ) from error

__all__ = ["StagingPanel"]
